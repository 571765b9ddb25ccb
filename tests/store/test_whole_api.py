"""The whole API over PostgreSQL: the first bill, every operation, and walking lists, as over SQLite."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.operations.examples import address, as_text, carried_out, make_names, unknown_names
from tests.operations.table_of_tests import BY_NAME, NAMING, SUCCEEDING, each, is_refusal
from tests.operations.test_every_list import KINDS, WALKED, walked
from tests.operations.test_paging import MADE_UP
from tests.stories.test_currencies import POUNDS, RATES, see, send
from tests.stories.test_first_bill import SEATS_AND_SUPPORT, by_service
from tests.world import World

pytestmark = pytest.mark.postgresql
AT_ONCE = 8


@pytest.fixture(scope="module")
def elsewhere(postgresql, tmp_path_factory):
    """A home whose metadata database is a PostgreSQL."""
    home = tmp_path_factory.mktemp("postgresql") / "home"
    with World(home, database_url=postgresql.new_database()) as made:
        yield made


@pytest.fixture
def fresh(postgresql, tmp_path):
    """The same, for one test alone."""
    with World(tmp_path / "home", database_url=postgresql.new_database()) as made:
        yield made


def test_it_really_is_postgresql(elsewhere):
    assert not elsewhere.house.database.is_sqlite
    assert not list(elsewhere.home.rglob("*.db"))


def test_the_first_bill(fresh):
    provider = fresh.custom_provider()
    first = fresh.imported(provider, SEATS_AND_SUPPORT)
    total, rows = by_service(fresh)
    assert (total, len(rows)) == ("148.0", 12)
    fresh.pass_time()
    fresh.imported(provider, SEATS_AND_SUPPORT.replace("100", "101"))
    assert fresh.costs()["total_cost"]["amount"] == "149.0"
    (upload,) = fresh.owner.get(f"/v2/integrations/{provider}/costs").json()["user_costs_uploads"]
    assert upload["token"] != first
    assert fresh.owner.delete(f"/v2/integrations/{provider}/costs/{upload['token']}").status_code == 204
    assert fresh.costs()["costs"] == []


@each(SUCCEEDING)
def test_every_operation_succeeds(elsewhere, operation):
    answer = carried_out(elsewhere, operation)
    assert answer.status_code == operation.answers.status, answer.text


@each(NAMING)
def test_unknown_names_are_404(elsewhere, operation):
    assert is_refusal(carried_out(elsewhere, operation, names=unknown_names(operation)), 404)


@each(WALKED)
def test_lists_are_walked(fresh, operation):
    kind = KINDS[operation.name]
    made = [kind.make(fresh) for _ in range(3)]
    seen = walked(fresh, operation)
    assert set(made) <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("after", MADE_UP.values(), ids=MADE_UP)
def test_places_that_somebody_made_up_are_refused(elsewhere, after):
    assert is_refusal(elsewhere.owner.get("/v2/folders", params={"after": after}), 400)


@pytest.mark.parametrize("token", ["a%00b", "%ff", "☃", "x" * 5000, "'; drop table folders; --"])
def test_hostile_names_are_404(elsewhere, token):
    assert is_refusal(elsewhere.owner.get(f"/v2/folders/{token}"), 404)
    form = {"grant_type": "client_credentials", "client_id": token, "client_secret": "x"}
    assert elsewhere.anonymous.post("/oauth/token", data=form).status_code == 401


def test_what_is_kept_comes_back_as_it_was(elsewhere):
    title = "Größe ☃ 💶 \u0001\u007f\uffff \\ % _ '"
    text = "costs.provider\r\n\t= 'aws'"
    body = {"title": title, "filter": text, "workspace_token": elsewhere.main}
    made = elsewhere.owner.post("/v2/saved_filters", json=body)
    assert (made.json()["title"], made.json()["filter"]) == (title, text)
    assert as_text(elsewhere.owner.get(f"/v2/saved_filters/{made.json()['token']}"))[4:] == as_text(made)[4:]
    for sought, found in (("☃ 💶", 1), ("% _ '", 1), ("\\ %", 1), ("%_", 0)):
        listed = elsewhere.owner.get("/v2/saved_filters", params={"q": sought}).json()["saved_filters"]
        assert len(listed) == found


def test_a_workspace_goes_with_what_lies_in_it(fresh):
    place = {"title": "x", "workspace_token": fresh.other}
    used = fresh.owner.post("/v2/saved_filters", json=place).json()["token"]
    outer = fresh.owner.post("/v2/folders", json=place).json()["token"]
    inside = {"title": "x", "parent_folder_token": outer, "saved_filter_tokens": [used]}
    inner = fresh.owner.post("/v2/folders", json=inside).json()["token"]
    fresh.custom_provider("x", fresh.other)
    assert fresh.owner.delete(f"/v2/workspaces/{fresh.other}").status_code == 204
    for path in (f"saved_filters/{used}", f"folders/{outer}", f"folders/{inner}"):
        assert is_refusal(fresh.owner.get(f"/v2/{path}"), 404)


def test_a_name_is_taken_once_there_too(elsewhere):
    body = {"name": "Twice"}
    assert [elsewhere.owner.post("/v2/workspaces", json=body).status_code for _ in "ab"] == [201, 400]


def all_at_once(work):
    """Do the same in many threads."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [done.result() for done in [threads.submit(work) for _ in range(AT_ONCE)]]


def test_a_name_that_many_want_at_once_is_taken_once(fresh):
    answers = all_at_once(lambda: fresh.owner.post("/v2/workspaces", json={"name": "Mine"}))
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * (AT_ONCE - 1)
    refused = [answer.json() for answer in answers if answer.status_code == 400]
    assert refused == [{"errors": ["Name has already been taken"]}] * (AT_ONCE - 1)


def test_a_request_that_comes_many_times_at_once_is_done_once(fresh):
    body, key = {"title": "x", "workspace_token": fresh.main}, {"Idempotency-Key": "once"}
    answers = all_at_once(lambda: fresh.owner.post("/v2/folders", json=body, headers=key))
    assert {(answer.status_code, answer.json()["token"]) for answer in answers} == {
        (201, answers[0].json()["token"])
    }
    assert len(fresh.owner.get("/v2/folders").json()["folders"]) == 1


@pytest.mark.parametrize(
    "name", ["deleteFolder", "deleteWorkspace", "deleteIntegration", "deleteUserCostsUpload"]
)
def test_what_many_delete_at_once_is_gone_once(fresh, name):
    path = address(BY_NAME[name], make_names(fresh, BY_NAME[name]))
    answers = all_at_once(lambda: fresh.owner.delete(path))
    assert sorted(answer.status_code for answer in answers) == [204] + [404] * (AT_ONCE - 1)
    assert len([entry for entry in fresh.audit() if entry.event == "record_destroyed"]) == 1


def test_a_list_that_many_replace_at_once_is_as_the_last_left_it(fresh):
    filters = [carried_out(fresh, BY_NAME["createSavedFilter"]).json()["token"] for _ in range(3)]
    folder = carried_out(fresh, BY_NAME["createFolder"]).json()["token"]
    body = {"saved_filter_tokens": filters}
    answers = all_at_once(lambda: fresh.owner.put(f"/v2/folders/{folder}", json=body))
    assert {answer.status_code for answer in answers} == {200}
    assert fresh.owner.get(f"/v2/folders/{folder}").json()["saved_filter_tokens"] == filters


def test_costs_in_pounds_are_shown_in_euros_and_the_past_keeps_its_rates(fresh):
    fresh.imported(fresh.custom_provider(), POUNDS)
    send(fresh, RATES)
    see(fresh, currency="EUR")
    before = fresh.costs()
    send(fresh, "USD,EUR,1.0,2025-01-01\n")
    assert fresh.costs()["total_cost"]["amount"] == "37.5"
    assert before["total_cost"] == {"amount": "33.75", "currency": "EUR"}
    version = fresh.explained()["asked"]["ledger_version"]
    assert fresh.costs(as_of=version - 1)["costs"] == before["costs"]


def test_rates_that_come_at_once_are_kept_one_after_the_other(fresh):
    header = "base_currency_code,currency_code,rate,date\n"

    def post(number):
        text = f"{header}USD,EUR,0.{number},2025-01-01\nUSD,GBP,0.8,2025-01-0{number}\n"
        return fresh.owner.post("/v2/exchange_rates/csv", files={"csv": ("r.csv", text.encode())}).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(post, range(1, AT_ONCE + 1))) == [201] * AT_ONCE
    listed = fresh.owner.get("/v2/exchange_rates").json()["exchange_rates"]
    assert sorted(rate["currency_code"] for rate in listed) == ["EUR", *["GBP"] * AT_ONCE]
