"""The page for users lists what there is, and its examples run."""

import re
from pathlib import Path

import pytest

from eyrie.basics.words import PROVIDER_ALIASES, Provider
from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import SCOPES
from eyrie.vql.tree import Operator

PAGE = (Path(__file__).parents[2] / "docs" / "vql.md").read_text()
HEADINGS = ("Costs", "Resources", "Kubernetes efficiency", "Financial commitments", "Network flows")
SECTIONS = {scope.name: heading for scope, heading in zip(SCOPES, HEADINGS, strict=True)}
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
ROWS_OF_TAGS = re.findall(
    r"^\| `(.+?)` \|", PAGE.partition("## Tags")[2].partition("## Costs")[0], re.MULTILINE
)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_every_field_of_a_scope_is_in_its_section(scope):
    section = PAGE.partition(f"## {SECTIONS[scope.name]}\n")[2].partition("\n## ")[0]
    for path in (*(rule.path for rule in scope.fields), *scope.aliases):
        written = f"`{path}->>'key'`" if scope.rule(path).keyed else f"`{path}`"
        assert written in section


def test_every_operator_and_provider_is_there():
    for word in (*Operator, *Provider, *PROVIDER_ALIASES):
        assert f"`{word}" in PAGE or f" {word} " in PAGE


@pytest.mark.parametrize("text", BLOCKS[:-1])
def test_examples_are_filters(text):
    scope = next(scope for scope in SCOPES if scope.fields[0].path.partition(".")[0] in text)
    assert read_filter(text, scope)


@pytest.mark.parametrize("text", ROWS_OF_TAGS)
def test_examples_of_tags_are_filters(text):
    assert read_filter(f"costs.provider = 'aws' AND {text}", SCOPES[0])


def test_the_example_of_a_mistake_is_what_is_printed():
    filter_line = BLOCKS[-1].splitlines()[1].strip()
    with pytest.raises(InvalidFilter) as refused:
        read_filter(filter_line, SCOPES[0])
    assert refused.value.underlined() == BLOCKS[-1].rstrip("\n")
