"""Tag cells to tag sets: each text that occurs is read once, in Python, and looked up by the engine.

Bills repeat their tags from row to row, so there are few texts. They are fetched, read and put into two
tables a chunk at a time, so that a file in which each row has a text of its own fits as well.

Read are a JSON object, one that lost its braces (Azure), and a list of keys and values (Google Cloud).
Numbers keep their spelling. What a cell says beyond pairs of texts leaves the whole cell in `extra`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from eyrie.costs.ledger.tag_sets import Pairs, canonical, tag_set_id
from eyrie.costs.sources.custom.tags import LONGEST_VALUE, MOST_TAGS
from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.costs.sources.focus.read import ROW, Draft
from eyrie.costs.sources.focus.settings import ROWS_TOLD
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, name, sql, value

CELLS = name("import_tag_cells")
SETS = name("import_tag_sets")
_TEXTS = name("import_tag_texts")
CHUNK = 20_000

NOT_JSON = "must be a JSON object; the row counts as untagged"
NOT_AN_OBJECT = "should be a JSON object; it was read all the same"
NESTED = "must not have values inside values; those are left out"
TWICE = "has a key twice; the last one counts"
CUT = f"has more than {MOST_TAGS} keys, or more than {LONGEST_VALUE:,} characters in a value, and was cut"


@dataclass(frozen=True)
class TagCell:
    """What a cell says: its pairs, whether they are all of it, and what is wrong with it."""

    pairs: Pairs
    whole: bool = True
    wrong: str | None = None


class _Members(list[tuple[str, object]]):
    """The members of a JSON object, in order, with those that come twice."""


def read_cell(text: str) -> TagCell:
    """Read one cell.

    >>> read_cell('"env": "prod", "n": 1.10, " env ": true')
    TagCell(pairs=(('env', 'true'), ('n', '1.10')), whole=False, wrong='has a key twice; the last one counts')
    """
    cleaned = text.strip()
    bare = cleaned.startswith('"')
    try:
        told = json.loads(
            "{" + cleaned + "}" if bare else cleaned,
            parse_float=str,
            parse_int=str,
            parse_constant=_no_constant,
            object_pairs_hook=_Members,
        )
        members = told if isinstance(told, _Members) else _Members(_pair(entry) for entry in told)
        wrong = NOT_AN_OBJECT if bare or members is not told else None
        texts = [(key.strip(), said) for key, each in members if (said := _value(each)) is not None]
        pairs = dict(texts)
        _check_storable(pairs)
    except (ValueError, TypeError, RecursionError):
        return TagCell((), whole=False, wrong=NOT_JSON)
    kept = {key: pairs[key][:LONGEST_VALUE] for key in list(pairs)[:MOST_TAGS] if key}
    if any(isinstance(each, list) for _, each in members):
        wrong = NESTED
    elif len(texts) > len(pairs):
        wrong = TWICE
    elif len(pairs) > MOST_TAGS or any(len(each) > LONGEST_VALUE for each in pairs.values()):
        wrong = CUT
    whole = len(kept) == len(members) and all(len(each) <= LONGEST_VALUE for each in pairs.values())
    return TagCell(canonical(kept), whole, wrong)


def load_tags(engine: BulkEngine, draft: Draft, salt: int) -> None:
    """Make the tables of a draft's tag cells: `CELLS` (text, id, whole, wrong) and `SETS`."""
    for statement in (
        "CREATE OR REPLACE TABLE {cells} (text VARCHAR, id BIGINT, whole BOOLEAN, wrong VARCHAR)",
        'CREATE OR REPLACE TABLE {sets} (id BIGINT, "check" BIGINT, key VARCHAR, value VARCHAR)',
    ):
        engine.carry_out(Sql(statement.format(cells=CELLS.text, sets=SETS.text)))
    if not draft.has("Tags"):
        return
    texts = sql('SELECT DISTINCT "Tags" AS text FROM {} WHERE "Tags" IS NOT NULL', draft.file)
    engine.carry_out(sql("CREATE OR REPLACE TABLE {} AS {}", _TEXTS, texts))
    last = engine.carry_out(sql("SELECT coalesce(max(rowid), -1) FROM {}", _TEXTS))[0][0]
    for start in range(0, last + 1, CHUNK):
        chunk = sql(
            "SELECT text FROM {} WHERE rowid >= {} AND rowid < {}", _TEXTS, value(start), value(start + CHUNK)
        )
        _keep(engine, [text for (text,) in engine.carry_out(chunk)], salt)
    engine.carry_out(sql("DROP TABLE {}", _TEXTS))


def check_tags(engine: BulkEngine, draft: Draft) -> list[Finding]:
    """Tell which rows have tag cells with something wrong."""
    if not engine.carry_out(sql("SELECT count(wrong) FROM {}", CELLS))[0][0]:
        return []
    rows = sql(
        'SELECT wrong, count(*), min({}, {}) FROM {} JOIN {} ON "Tags" = text '
        "WHERE wrong IS NOT NULL GROUP BY 1 ORDER BY 1",
        *(ROW, Sql(str(ROWS_TOLD)), draft.file, CELLS),
    )
    return [
        Finding(Weight.WARNING, "Tags", wrong, count, tuple(first))
        for wrong, count, first in engine.carry_out(rows)
    ]


def _keep(engine: BulkEngine, texts: Iterable[str], salt: int) -> None:
    cells = [(text, read_cell(text)) for text in texts]
    ids = {cell.pairs: tag_set_id(cell.pairs, salt) for _, cell in cells}
    lists: list[object] = [
        [text for text, _ in cells],
        [ids[cell.pairs][0] for _, cell in cells],
        [cell.whole for _, cell in cells],
        [cell.wrong for _, cell in cells],
    ]
    unnested = "unnest(?::VARCHAR[]), unnest(?::BIGINT[]), unnest(?::BOOLEAN[]), unnest(?::VARCHAR[])"
    engine.carry_out(Sql(f"INSERT INTO {CELLS.text} SELECT {unnested}", tuple(lists)))
    pairs = [(*ids[set_], key, each) for set_ in ids for key, each in set_]
    columns = tuple(list(column) for column in zip(*pairs, strict=True)) if pairs else ([], [], [], [])
    unnested = "unnest(?::BIGINT[]), unnest(?::BIGINT[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])"
    engine.carry_out(Sql(f"INSERT INTO {SETS.text} SELECT {unnested}", columns))


def _pair(entry: object) -> tuple[str, object]:
    """Read one entry of a list of keys and values."""
    told = dict(entry) if isinstance(entry, _Members) else {}
    key = told.get("key", told.get("name"))
    if not isinstance(key, str) or "value" not in told:
        raise ValueError(entry)
    return key, told["value"]


def _value(told: object) -> str | None:
    """Give a value as text; nested ones and null are none."""
    match told:
        case bool():
            return "true" if told else "false"
        case str():
            return told
        case _:
            return None


def _no_constant(constant: str) -> object:
    """Refuse `NaN` and `Infinity`, which Python would take."""
    raise ValueError(constant)


def _check_storable(pairs: dict[str, str]) -> None:
    """Refuse what escapes can write but UTF-8 cannot, half characters, and NUL."""
    together = "".join((*pairs, *pairs.values()))
    together.encode()
    if "\0" in together:
        raise ValueError(together)
