"""Pairs that read well: a filter, what it is rewritten into, and the SQL that DuckDB is given.

A file of `goldens/` has the filter, `-- rewritten` with a line for each branch, and `-- sql` likewise, `?`
followed by the bound values.
"""

from pathlib import Path

import pytest

from eyrie.engine.duckdb_dialect import passes
from eyrie.engine.plan import Files
from eyrie.vql.lower import lower
from eyrie.vql.print import printed
from eyrie.vql.read import read_filter
from eyrie.vql.rewrite import ONE
from eyrie.vql.scopes import SCOPES

GOLDENS = sorted(Path(__file__).with_name("goldens").glob("*.txt"))
SOURCE = Files((), ("tags",))


def scope_of(text):
    return next(scope for scope in SCOPES if scope.fields[0].path.partition(".")[0] in text)


def written(text):
    """Write a golden file anew from its filter."""
    read = read_filter(text, scope_of(text))
    rewritten = [f"{weighted(branch.weight)}{printed(branch.condition)}" for branch in read.branches]
    statements = []
    for branch in lower(read).branches:
        statement = passes(branch.condition, SOURCE)
        bound = ", ".join(map(repr, statement.values))
        statements.append(f"{weighted(branch.weight)}{statement.text}\n  {bound}")
    return "\n".join([text.rstrip("\n"), "-- rewritten", *rewritten, "-- sql", *statements, ""])


def weighted(weight):
    return "" if weight == ONE else f"{weight}: "


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.stem)
def test_goldens(golden):
    text = golden.read_text()
    assert written(text.partition("-- rewritten")[0]) == text
