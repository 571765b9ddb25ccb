"""Documents keep what they promise: rooms, settings and decisions are described, and links lead somewhere."""

import ast
import re

import pytest

from eyrie.start.settings import Settings, variable
from tests.docs.pages import DOCS, ROOT, all_pages, guides, links, shell_examples

PACKAGES = sorted(file.parent for file in (ROOT / "eyrie").rglob("__init__.py"))
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_each_package_says_its_job_in_a_sentence(package):
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert said, "no docstring"
    assert re.match(r"[A-Z].{14,}", said)
    assert said.rstrip().endswith(".")


def test_the_map_shows_every_room():
    shown = set(re.findall(r"^\| `eyrie/(\w+)/` \|", (DOCS / "map.md").read_text(), re.MULTILINE))
    there = {package.name for package in PACKAGES if package.parent == ROOT / "eyrie"}
    assert shown == there


def test_the_map_tells_the_order_that_the_import_contract_checks():
    contract = (ROOT / ".importlinter").read_text().partition("layers =")[2].partition("[")[0]
    checked = [re.findall(r"\w+", line) for line in contract.split("\n") if line.strip()]
    told = re.search(r"^start → .*$", (DOCS / "map.md").read_text(), re.MULTILINE).group()
    assert [sorted(re.findall(r"\w+", layer)) for layer in told.split("→")] == [
        sorted(each) for each in checked
    ]


def test_each_setting_is_documented():
    page = (DOCS / "settings.md").read_text()
    for name in Settings.model_fields:
        assert f"`{variable(name)}`" in page


def test_decisions_are_numbered_without_gaps_and_listed():
    listed = (DOCS / "decisions" / "README.md").read_text()
    for number, page in enumerate(DECISIONS, start=1):
        assert page.name.startswith(f"{number:04d}-")
        assert f"({page.name})" in listed


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_one_page_with_the_road_not_taken(page):
    text = page.read_text()
    assert re.match(rf"# {int(page.name[:4])}\. [A-Z]", text)
    assert "\n## The road not taken\n" in text
    assert len(text.splitlines()) <= 80


def test_the_glossary_explains_each_word_once():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    words = [word for word, _ in rows if word not in ("Word", "---")]
    assert len(words) == len(set(words)) > 40


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in links(page):
        assert (page.parent / link).exists(), link


def test_the_guides_have_examples_to_run():
    assert all(shell_examples(page) for page in guides())
