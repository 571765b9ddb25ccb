"""A kind of export: how its request is validated when it is asked for, and turned into lines when it is
written.

A request is frozen as JSON: whoever asked is answered at once, and the job, perhaps another process, later
makes the same of it. A kind whose rows are made in Python gives `TextLines`; one whose rows lie with the
engine writes them itself, without ever having them all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eyrie.costs.query.listing import write_texts
from eyrie.engine.port import Row, SheetFormat
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.outcome import Accepted
from eyrie.operations.shapes import Json
from eyrie.records.exports import EXPORT, PENDING, PREFIX, DataExportRow, pending
from eyrie.store.outbox import enqueue


@dataclass(frozen=True)
class Written:
    """What was written into a file of ours: its titles, and the rows under them."""

    titles: tuple[str, ...]
    rows: int


class Lines(Protocol):
    """What an export will hold; made in a transaction, written after it."""

    def write(self, house: House, path: Path) -> Written:
        """Write all lines into a file of ours, as `costs/query/listing.py` has them."""
        ...


@dataclass(frozen=True)
class TextLines:
    """Lines whose texts are made in Python, one after the other."""

    titles: tuple[str, ...]
    rows: Iterable[Row]

    def write(self, house: House, path: Path) -> Written:
        """Hand them to the engine, some thousand at once."""
        return Written(self.titles, write_texts(house.engine, self.rows, len(self.titles), path))


@dataclass(frozen=True)
class ExportKind:
    """A kind of export; `lines` reads a frozen request in the name of the house."""

    export_type: str  # as the API calls it
    lines: Callable[[Call, Json], Lines]


@dataclass(frozen=True)
class Frozen:
    """A request that was validated: what the job needs, and what is shown of it."""

    workspace: str
    request: Json
    attributes: Json


def submitted(call: Call, kind: ExportKind, frozen: Frozen, file_format: SheetFormat) -> Accepted:
    """Keep a request and ask for its job, in one transaction."""
    row = call.rows.add(
        DataExportRow,
        PREFIX,
        workspace_token=frozen.workspace,
        export_type=kind.export_type,
        request=frozen.request,
        attributes={**frozen.attributes, "file_format": file_format.value},
        file_format=file_format.value,
        status=PENDING,
        files=[],
    )
    # One after the other: an export may be large, and bills that come in should not wait for several.
    enqueue(call.session, EXPORT, {"export": row.token}, run_at=call.now, lane="exports")
    return pending(call, row)
