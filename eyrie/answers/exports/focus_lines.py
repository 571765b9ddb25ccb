"""The lines of stored rows with FOCUS's columns, one by one, straight from the parts.

Both views of cost stand in each line, as FOCUS has it: BilledCost adds up to the total of the same question
without amortization, EffectiveCost to that with it. Cells that FOCUS wants filled are filled.
"""

from dataclasses import dataclass
from pathlib import Path

from eyrie.answers.costs import Posed
from eyrie.answers.exports.kind import Written
from eyrie.archive.manifest import members_of
from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.query.plan import rows_asked
from eyrie.costs.sources.focus.columns import COLUMNS
from eyrie.costs.sources.focus.export import VERSION, export_of, write_export
from eyrie.engine.plan import Condition
from eyrie.operations.call import Call
from eyrie.operations.house import House


@dataclass(frozen=True)
class FocusRows:
    """The rows that a question is about."""

    standing: tuple[Standing, ...]
    where: Condition

    def write(self, house: House, path: Path) -> Written:
        """Write them as the parts hold them: month by month, in each by day."""
        if not self.standing:
            return Written(tuple(name for name, column in COLUMNS.items() if column.is_in(VERSION)), 0)
        export = export_of(house.engine, house.ledger, self.standing, self.where, filling=True)
        return Written(export.columns, write_export(house.engine, export, path, as_delivered=False))


def focus_rows(call: Call, question: Posed) -> FocusRows:
    """Lines of the schema `focus`, not grouped."""
    snapshot = question.snapshot
    parts, where = rows_asked(question.ask, snapshot)
    members = members_of(call.session, [part.token for part in parts if part.is_compacted])
    standing = tuple(
        Standing(part, snapshot.counting(part, members.get(part.token, (part.as_member(),))))
        for part in parts
    )
    return FocusRows(standing, where)
