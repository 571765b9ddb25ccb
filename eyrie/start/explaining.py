"""Explanations at the terminal: what a total is made of."""

import os
from decimal import Decimal

from eyrie.answers.explain import Explained, ExplainQuery, RowTold, explanation
from eyrie.basics.money import plain
from eyrie.operations.house import House
from eyrie.start.asking import in_options_words, parameters, workspace_of
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.work import ClaimLine, CostsWish, ExplainTold, Flags, PartLine, SourceLine


def explain(flags: Flags, wish: CostsWish, part: str | None, member: int | None) -> ExplainTold:
    """Take a total apart."""
    with opened(read_settings(os.environ, flags)) as house:
        return explanation_of(house, wish, part, member)


def explanation_of(house: House, wish: CostsWish, part: str | None, member: int | None = None) -> ExplainTold:
    """Take a total apart, as `GET /api/costs/explain` does."""
    with asking(house) as call, in_options_words():
        workspace = workspace_of(call, wish)
        given = dict(parameters(wish, workspace))
        if part is not None:
            given["part"] = [part]
        if member is not None:
            given["member"] = [str(member)]
        found = explanation(call, read_values(ExplainQuery, given))
        name = call.session.get_one(WorkspaceRow, found.asked.workspace_token).name
        return _told(found, name)


def _told(found: Explained, workspace: str) -> ExplainTold:
    asked = found.asked
    amortized = bool(asked.settings["amortize"])
    return ExplainTold(
        about=f"{workspace}, {asked.start_date} to {asked.end_date}, ledger version {asked.ledger_version}",
        filter=asked.filter or ("as the report has it" if asked.cost_report_token else "everything"),
        settings=[f"{name}={_word(value)}" for name, value in asked.settings.items()],
        left_out=[(left.setting, plain(left.amount)) for left in found.left_out],
        claims=[
            ClaimLine(each.title, each.segment_token or "", each.rows, plain(each.amount))
            for each in found.claims
        ],
        parts=[
            PartLine(
                part=each.part,
                member="" if each.member is None else str(each.member),
                source=f"{each.source_name} ({each.dataset})",
                month=each.billing_month[:7],
                rows=each.rows,
                amount=plain(each.amount),
            )
            for each in found.parts
        ],
        parts_without_rows=found.parts_without_rows,
        rows=[
            SourceLine(
                source=row.source_name,
                source_row="" if row.source_row is None else str(row.source_row),
                day=row.accrued_on,
                service=row.service or "",
                charge_type=row.charge_type,
                basis=row.basis,
                billed=f"{plain(_converted(row, amortized=amortized))} {row.billing_currency}",
                rate=plain(row.exchange_rate),
                amount=plain(row.amount),
            )
            for row in found.rows
        ],
        total=plain(found.total),
        currency=found.currency,
        converted=any(row.billing_currency != found.currency for row in found.rows)
        and asked.exchange_rate_date is not None,
        adds_up=found.adds_up,
        body=found.model_dump(mode="json"),
    )


def _converted(row: RowTold, *, amortized: bool) -> Decimal:
    """What of a row is counted, before its weight and its rate."""
    return row.effective_cost if amortized else row.billed_cost


def _word(value: bool | str) -> str:
    return value if isinstance(value, str) else str(value).lower()
