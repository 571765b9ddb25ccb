"""A desk to read FOCUS files at: an engine, folders, and short ways to see what a file holds."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from eyrie.basics.errors import UserFault
from eyrie.costs.ledger.parts import Delivery
from eyrie.costs.sources.focus.bill import Bill, Reading, read_bill
from eyrie.costs.sources.focus.findings import Weight
from eyrie.costs.sources.focus.gather import Found
from eyrie.costs.sources.focus.read import Binding
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.unpack import Allowance, unpacked
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.sql import sql, value

INTEGRATION = "accss_crdntl_0123456789abcdef"
LIMITS = ImportLimits()
CUSTOM = Binding()


class Quiet:
    """Progress that nobody watches."""

    def begins(self, name: str, size: int, /) -> None: ...
    def reads(self, name: str, /) -> None: ...
    def writes(self, name: str, rows: int, /) -> None: ...
    def wrote(self, rows: int, /) -> None: ...
    def ends(self, name: str, /) -> None: ...


@dataclass
class Desk:
    """Reads files; each gets a folder of its own."""

    engine: DuckDb
    folder: Path
    numbers: Any = field(default_factory=itertools.count)

    def bills(self, content: str | bytes, name: str = "bill.csv", **how: Any) -> list[Bill]:
        """Read a file: of a zip each member."""
        place = self.folder / str(next(self.numbers))
        (place / "work").mkdir(parents=True)
        self.ledger = place / "ledger"
        path = place / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        limits = how.pop("limits", LIMITS)
        reading = Reading(
            engine=self.engine,
            work=place / "work",
            ledger=self.ledger,
            binding=how.pop("binding", CUSTOM),
            limits=limits,
            progress=Quiet(),
            **how,
        )
        allowance = Allowance(limits.max_unpacked_bytes)
        found = Found(name, path)
        read = []
        try:
            for file in unpacked(found, place / "work", limits, allowance, lambda _: None):
                delivery = Delivery(INTEGRATION, "default", file.name, file.sha256)
                read.append(read_bill(file, delivery, reading))
        finally:
            left = [path.name for path in (place / "work").iterdir() if path.suffix]
            assert left == [], "drafts are let go of"
        return read

    def bill(self, content: str | bytes, **how: Any) -> Bill:
        """Read a file that holds one bill."""
        (bill,) = self.bills(content, **how)
        return bill

    def rows(self, content: str | bytes, **how: Any) -> list[dict[str, Any]]:
        """Give the line items of a file in its order, with their tags."""
        return self.rows_of(self.bill(content, **how))

    def row(self, content: str | bytes, **how: Any) -> dict[str, Any]:
        """Give the only line item of a file."""
        (row,) = self.rows(content, **how)
        return row

    def rows_of(self, bill: Bill) -> list[dict[str, Any]]:
        """Give the line items of a bill in the order of its file, with their tags."""
        rows: list[dict[str, Any]] = []
        for part in bill.parts:
            read = sql("SELECT * FROM read_parquet({})", value(str(self.ledger / part.file)))
            names = [name for name, *_ in self.engine.carry_out(sql("DESCRIBE {}", read))]
            tags: dict[int, dict[str, str]] = {}
            if part.tag_sets:
                side = sql(
                    "SELECT id, key, value FROM read_parquet({})", value(str(self.ledger / part.tag_sets))
                )
                for number, key, each in self.engine.carry_out(side):
                    tags.setdefault(number, {})[key] = each
            for cells in self.engine.carry_out(read):
                row = dict(zip(names, cells, strict=True))
                row["tags"] = tags.get(row["tag_set_id"], {})
                rows.append(row)
        return sorted(rows, key=lambda row: row["source_row"])

    def problems(self, content: str | bytes, **how: Any) -> list[str]:
        """Say why a file is refused."""
        with pytest.raises(UserFault) as refused:
            self.bills(content, **how)
        return list(refused.value.problems)


def warnings(bill: Bill) -> list[str]:
    """What a bill's rows do not keep to."""
    return [str(finding) for finding in bill.findings if finding.weight is Weight.WARNING and finding.count]


def notices(bill: Bill) -> list[str]:
    """What is worth knowing of a bill."""
    return [str(finding) for finding in bill.findings if finding.weight is Weight.NOTICE]
