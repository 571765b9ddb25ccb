"""Takes compacted parts apart again, for whoever reads whole files: one for each delivery that counts."""

from dataclasses import replace
from pathlib import Path

from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.ledger.parts import Part
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import joined, sql, value


def taken_apart(engine: BulkEngine, folder: Path, work: Path, standing: Standing) -> tuple[Part, ...]:
    """Give parts of one delivery each, written into the work folder unless the part is one already.

    They are for reading only: their files go with the work folder, and no manifest ever names them.
    """
    part = standing.part
    if not part.is_compacted:
        return (part,)
    pieces = work / part.token
    counting = joined(", ", (value(member.number) for member in standing.members))
    rows = sql(
        "SELECT * FROM read_parquet({}) WHERE member IN ({})", value(str(folder / part.file)), counting
    )
    options = "FORMAT parquet, PARTITION_BY (member), WRITE_PARTITION_COLUMNS true"
    engine.carry_out(sql(f"COPY ({{}}) TO {{}} ({options})", rows, value(str(pieces))))
    found = []
    for member in standing.members:
        for number, written in enumerate(sorted(pieces.glob(f"member={member.number}/*"))):
            # Out of its folder, whose name the engine would read as a column.
            file = written.rename(pieces / f"{member.number}-{number}.parquet")
            found.append(
                replace(
                    part,
                    delivery=member.delivery,
                    accrued=member.accrued,
                    rows=member.rows,
                    sums=member.sums,
                    providers=member.providers,
                    file=str(file),
                    bytes=file.stat().st_size,
                )
            )
    return tuple(found)
