"""Settings: where values come from, what is refused and how, and that nothing secret is shown."""

from pathlib import Path

import pytest

from eyrie.basics.errors import Malformed
from eyrie.start.machine import default_memory, machine_memory, machine_threads, read_size, shown_size
from eyrie.start.settings import FILTERED, Settings, read_settings, setting_rows, variable
from eyrie.start.settings_page import settings_page


def problems(environment: dict[str, str], flags: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(Malformed) as refused:
        read_settings(environment, flags or {})
    return list(refused.value.problems)


def test_the_command_line_comes_before_the_environment_and_that_before_the_default():
    settings = read_settings({"EYRIE_PORT": "9000", "EYRIE_WORKERS": "7"}, {"port": "9001"})
    assert (settings.port, settings.workers, settings.host) == (9001, 7, "127.0.0.1")
    origins = {
        row.name: row.origin for row in setting_rows(settings, {"EYRIE_WORKERS": "7"}, {"port": "9001"})
    }
    assert (origins["port"], origins["workers"], origins["host"]) == (
        "command line",
        "environment",
        "default",
    )


def test_an_empty_variable_means_the_default():
    assert read_settings({"EYRIE_PORT": ""}, {}).port == 8080


@pytest.mark.parametrize(
    ("variable_name", "value", "rest"),
    [
        ("EYRIE_PORT", "abc", "must be a whole number"),
        ("EYRIE_PORT", "65536", "must be less than or equal to 65535"),
        ("EYRIE_WORKERS", "-1", "must be greater than or equal to 0"),
        ("EYRIE_THREADS", "0", "must be greater than 0"),
        ("EYRIE_MEMORY", "much", "must be a size such as 512MB or 2GB"),
        ("EYRIE_SLOW_QUESTION_SECONDS", "soon", "must be a number"),
        ("EYRIE_SLOW_QUESTION_SECONDS", "nan", "must be a number"),
        ("EYRIE_SLOW_QUESTION_SECONDS", "-1", "must be greater than or equal to 0"),
        ("EYRIE_LOG_FORMAT", "xml", "must be 'text' or 'json'"),
        ("EYRIE_PUBLIC_URL", "costs.example.com", "must be an address such as https://costs.example.com"),
        (
            "EYRIE_TRUSTED_PROXIES",
            "10.0.0.0/99",
            "must be addresses or networks such as 10.0.0.0/8, separated by commas",
        ),
        ("EYRIE_PROT", "1", "is not a setting; `eyrie settings` lists them"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(variable_name, value, rest):
    assert problems({variable_name: value}) == [f"{variable_name} {rest}"]


def test_a_wrong_flag_is_refused_by_the_name_of_the_flag():
    assert problems({}, {"grace_seconds": "soon"}) == ["--grace-seconds must be a whole number"]
    assert problems({}, {"colour": "red"}) == ["colour is not a setting; `eyrie settings` lists them"]


def test_all_wrong_values_are_told_at_once():
    assert len(problems({"EYRIE_PORT": "x", "EYRIE_MEMORY": "y", "EYRIE_LOG_LEVEL": "z"})) == 3


def test_answers_that_are_kept_are_a_part_of_the_memory():
    assert read_settings({}, {"memory": "1GB"}).kept_bytes == (160_000_000, 40_000_000)
    chosen = read_settings({}, {"memory": "1GB", "answers_memory": "500MB"})
    assert chosen.kept_bytes == (400_000_000, 100_000_000)
    assert problems({"EYRIE_MEMORY": "1GB", "EYRIE_ANSWERS_MEMORY": "501MB"}) == [
        "EYRIE_ANSWERS_MEMORY must be at most half of the memory, 500MB"
    ]
    assert problems({"EYRIE_MEMORY": "much", "EYRIE_ANSWERS_MEMORY": "1GB"}) == [
        "EYRIE_MEMORY must be a size such as 512MB or 2GB"
    ]


def test_variables_that_steer_tests_are_no_settings():
    read_settings({"EYRIE_TEST_ALL": "1", "EYRIE_DIE_AT": "", "EYRIE_MOMENTS": "/dev/null"}, {})


def test_lists_and_addresses_are_read():
    settings = read_settings(
        {"EYRIE_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "EYRIE_PUBLIC_URL": "https://costs.example.com/"}, {}
    )
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert settings.public_url == "https://costs.example.com"


def test_the_database_is_sqlite_in_the_home_unless_named():
    assert read_settings({"EYRIE_HOME": "/data"}, {}).database == "sqlite:////data/eyrie.db"
    assert read_settings({"EYRIE_DATABASE_URL": "postgresql://x/y"}, {}).database == "postgresql://x/y"


def test_secrets_are_never_shown():
    environment = {
        "EYRIE_SECRET_KEY": "very-secret-key",
        "EYRIE_DATABASE_URL": "postgresql://eyrie:hunter22@db/eyrie",
    }
    settings = read_settings(environment, {})
    lines = {row.name: row.value for row in setting_rows(settings, environment, {})}
    assert lines["secret_key"] == FILTERED
    assert lines["database_url"] == f"postgresql://eyrie:{FILTERED}@db/eyrie"
    assert "very-secret-key" not in repr(settings)
    assert "very-secret-key" not in str(problems({**environment, "EYRIE_PORT": "x"}))


def test_settings_do_not_change_after_they_are_read():
    with pytest.raises(ValueError, match="frozen"):
        read_settings({}, {}).port = 1  # type: ignore[misc]


def test_every_setting_has_a_description_and_stands_on_its_page():
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"| `{name}` | `{variable(name)}` |" in page


def test_the_page_in_docs_is_up_to_date():
    written = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    assert written == settings_page(), "run `make docs`"


@pytest.mark.parametrize("text", ["2GB", "512MB", "2MiB", "3GiB", "1048577", "1MB", "1"])
def test_a_shown_size_reads_back_as_itself(text):
    assert shown_size(read_size(text)) == text


@pytest.mark.parametrize("text", ["", "GB", "2XB", "-1MB", "1e9", "2 I"])
def test_what_is_no_size_is_not_read(text):
    assert read_size(text) is None


@pytest.mark.parametrize(
    ("machine_bytes", "budget"),
    [(1_000_000_000, 512_000_000), (8_000_000_000, 2_000_000_000), (64_000_000_000, 8_000_000_000)],
)
def test_the_default_memory_is_a_quarter_within_bounds(machine_bytes, budget):
    assert default_memory(machine_bytes) == budget


def test_a_container_s_limits_count(tmp_path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert machine_memory(tmp_path) == 1_000_000
    assert machine_threads(tmp_path) == 1
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert machine_memory(tmp_path) == machine_memory(tmp_path / "none") > 1_000_000
    assert machine_threads(tmp_path) == machine_threads(tmp_path / "none") >= 1


def test_the_engine_gets_less_than_the_whole_memory():
    assert read_settings({"EYRIE_MEMORY": "1GB"}, {}).engine_bytes == 700_000_000
