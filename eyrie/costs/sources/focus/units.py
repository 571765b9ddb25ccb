"""Units of usage, each spelling looked up once."""

from eyrie.costs.sources.focus.read import Draft
from eyrie.costs.sources.units import read_unit
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, name, sql

UNITS = name("import_units")


def load_units(engine: BulkEngine, draft: Draft) -> None:
    """Make the table `UNITS` of a draft: (text, unit, block), the block being how a price is told."""
    found = engine.carry_out(
        sql("SELECT DISTINCT CAST({} AS VARCHAR) FROM {}", draft.column("ConsumedUnit"), draft.file)
    )
    texts = [text for (text,) in found if text is not None]
    units = [read_unit(text) for text in texts]
    columns = "unnest(?::VARCHAR[]) AS text, unnest(?::VARCHAR[]) AS unit, unnest(?::VARCHAR[]) AS block"
    lists = (texts, [unit for unit, _ in units], [block for _, block in units])
    engine.carry_out(Sql(f"CREATE OR REPLACE TABLE {UNITS.text} AS SELECT {columns}", lists))
