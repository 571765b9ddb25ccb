"""`GET /api/costs/explain`: from a total down to the rows of bills that it adds up from.

It takes the parameters of `GET /costs` and tells what was asked, in full; what each delivered file adds, and
in which part of the ledger it stands; what the settings left out; and, for one part, its rows with the
amounts that count. Of a segment's report it tells which segments took what. The sums at each level are asked
for separately and compared.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.costs import VERSION_HEADER, CostsQuery, Posed, posed
from eyrie.answers.segments import UNALLOCATED
from eyrie.answers.slow import noticed
from eyrie.archive.manifest import members_of
from eyrie.basics.errors import NotFound
from eyrie.basics.money import shown_total
from eyrie.costs.ledger.parts import PLAIN, Member
from eyrie.costs.query.ask import Ask
from eyrie.costs.query.currency import Conversion
from eyrie.costs.query.explain import Explanation, PartShare, explained, source_rows
from eyrie.engine.port import Cancel
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Later, Shown
from eyrie.operations.paging import limit_of
from eyrie.operations.shapes import Amount, View, Whole
from eyrie.store.people import WorkspaceRow

ROWS_AT_ONCE = 1000
Held = Mapping[tuple[str, int], Member]  # the deliveries in parts, by part and number


class ExplainQuery(CostsQuery):
    """The question to explain, and a part to open."""

    part: str | None = Field(None, description="A part of the ledger: its rows are listed, `limit` at most.")
    member: Whole | None = Field(None, ge=0, description="Only the rows of this member of the part.")


class AskedFor(View):
    """The question in full, every default filled in."""

    workspace_token: str
    start_date: str
    end_date: str
    filter: str | None
    cost_report_token: str | None
    settings: dict[str, bool | str]
    providers_named: list[str]
    exchange_rate_date: str | None = Field(
        description="Which day's rate converts a cost; null where none is converted."
    )
    ledger_version: int


class PartTold(View):
    """What one delivered file adds, as far as it stands in one part of the ledger."""

    part: str
    member: int | None = Field(description="Its number, in a part that holds several deliveries.")
    file: str = Field(description="The file in the ledger's folder.")
    integration_token: str
    dataset: str
    source_name: str = Field(description="The file that was delivered.")
    source: str = Field(description="The upload, or the content hash of the file.")
    billing_month: str
    rows: int = Field(description="How many of its rows count.")
    rows_in_part: int = Field(description="How many rows it has in the part.")
    amount: Amount


class LeftOutTold(View):
    """What one setting keeps out."""

    setting: str
    amount: Amount


class ClaimTold(View):
    """What one segment took, by its own filter."""

    segment_token: str | None = Field(description="The Segment; null is nobody.")
    title: str
    rows: int = Field(description="How many rows it took, or fractions of them.")
    amount: Amount


class ClaimOnRow(View):
    """What one segment took of a row."""

    segment_token: str | None = Field(description="The Segment; null is nobody.")
    title: str
    weight: Amount = Field(description="The fraction that it took.")
    amount: Amount


class RowTold(View):
    """One row of a part."""

    row: int = Field(description="Its number in the part.")
    source_name: str = Field(description="The file that was delivered.")
    source_row: int | None = Field(description="Its number in the delivered file; 1 is the first data row.")
    accrued_on: str
    service: str | None
    account_id: str | None
    region: str | None
    resource_id: str | None
    charge_type: str
    adjustment_class: str
    basis: str
    billed_cost: Amount
    effective_cost: Amount
    billing_currency: str
    weight: Amount
    exchange_rate: Amount = Field(description="What 1 of its currency counts in that of the total.")
    amount: Amount = Field(description="What it adds to the total.")
    claims: list[ClaimOnRow] = Field(description="Which segments took it, on the report of one.")


class Explained(View):
    """A total, taken apart."""

    asked: AskedFor
    total: Amount = Field(description="The exact total.")
    total_shown: str = Field(description="The total as `GET /costs` shows it.")
    currency: str
    parts: list[PartTold]
    parts_without_rows: int = Field(
        description="Parts that were not opened: no row of the period is in them."
    )
    adds_up: bool = Field(description="Whether the parts are the total, to the last digit.")
    claims: list[ClaimTold] = Field(description="Which segments took what, on the report of one.")
    left_out: list[LeftOutTold]
    rows: list[RowTold]


def _explain(call: Call) -> Later:
    query = call.query
    assert isinstance(query, ExplainQuery)
    question = posed(call, query)
    currency = call.session.get_one(WorkspaceRow, question.workspace).currency
    return Later(
        ("explain", question.key, query.model_dump_json()),
        lambda cancel: _explained(call.house, question, query, currency, cancel),
        lambda shown: Shown(shown, {VERSION_HEADER: str(shown.asked.ledger_version)}),
    )


def explanation(call: Call, query: ExplainQuery) -> Explained:
    """Take a total apart, here and now."""
    question = posed(call, query)
    currency = call.session.get_one(WorkspaceRow, question.workspace).currency
    return _explained(call.house, question, query, currency)


def _explained(
    house: House, question: Posed, query: ExplainQuery, currency: str, cancel: Cancel | None = None
) -> Explained:
    """Take a total apart; without any rows it is in the currency given."""
    workspace, snapshot, ask = question.workspace, question.snapshot, question.ask
    with noticed(house, "explainCosts", workspace, snapshot, ask) as watch:
        told = explained(house.engine, snapshot, ask, cancel)
        held = _members(house, told)
        rows = _rows(house, question, query, told, held, cancel)
        watch.rows = len(rows)
    return Explained(
        asked=_asked_for(query, workspace, ask, snapshot.version),
        total=told.total,
        total_shown=shown_total(told.total),
        currency=told.currency or currency,
        parts=[_part(share, held[share.part.token, share.member]) for share in told.parts],
        parts_without_rows=told.pruned,
        adds_up=told.adds_up,
        claims=[
            ClaimTold(**_claimant(question, claim.claim), rows=claim.rows, amount=claim.amount)
            for claim in told.claims
        ],
        left_out=_left_out(told),
        rows=rows,
    )


def _members(house: House, told: Explanation) -> Held:
    """Look up the deliveries in the parts, masked ones too."""
    several = {share.part.token for share in told.parts if share.part.is_compacted}
    held = {(share.part.token, PLAIN): share.part.as_member() for share in told.parts}
    with house.database.reading() as session:
        for part, members in members_of(session, several).items():
            held |= {(part, member.number): member for member in members}
    return held


def _rows(
    house: House,
    question: Posed,
    query: ExplainQuery,
    told: Explanation,
    held: Held,
    cancel: Cancel | None,
) -> list[RowTold]:
    """The rows of the part that is opened, if one is, or of one member of it."""
    if query.part is None:
        return []
    opened = [share for share in told.parts if share.part.token == query.part]
    if not any(query.member in (None, share.member) for share in opened):
        raise NotFound("No row of this part counts in the total")
    part, limit = opened[0].part, limit_of(query, ROWS_AT_ONCE, ROWS_AT_ONCE)
    listed = source_rows(house.engine, question.snapshot, part, query.member, question.ask, limit, cancel)
    return [
        RowTold.model_validate(
            {
                **row,
                "accrued_on": row["accrued_on"].isoformat(),
                "source_name": held[part.token, row["member"]].delivery.source_name,
                "claims": [
                    ClaimOnRow(**_claimant(question, taken.claim), weight=taken.weight, amount=taken.amount)
                    for taken in row["claims"]
                ],
            }
        )
        for row in listed
    ]


def _claimant(question: Posed, claim: int | None) -> dict[str, Any]:  # Any: texts, one of them perhaps none
    """Who a claim is."""
    assert question.division is not None, "only segments claim"
    if claim is None:
        return {"segment_token": None, "title": UNALLOCATED}
    claimant = question.division.claimants[claim]
    return {"segment_token": claimant.token, "title": claimant.title}


def _asked_for(query: ExplainQuery, workspace: str, ask: Ask, version: int) -> AskedFor:
    settings = {name: getattr(ask.settings, name) for name in type(ask.settings).__dataclass_fields__}
    return AskedFor(
        workspace_token=workspace,
        start_date=ask.period.start.isoformat(),
        end_date=ask.period.last.isoformat(),
        filter=query.filter,
        cost_report_token=query.cost_report_token,
        settings=settings,
        providers_named=sorted(ask.providers_named),
        exchange_rate_date=ask.currency.rate_day if isinstance(ask.currency, Conversion) else None,
        ledger_version=version,
    )


def _part(share: PartShare, member: Member) -> PartTold:
    part, delivery = share.part, member.delivery
    return PartTold(
        part=part.token,
        member=share.member if part.is_compacted else None,
        file=part.file,
        integration_token=delivery.integration,
        dataset=delivery.dataset,
        source_name=delivery.source_name,
        source=delivery.source,
        billing_month=part.billing_month.isoformat(),
        rows=share.rows,
        rows_in_part=member.rows,
        amount=share.amount,
    )


def _left_out(told: Explanation) -> list[LeftOutTold]:
    return [LeftOutTold(setting=left.setting, amount=left.amount) for left in told.left_out]


def operations() -> list[Operation]:
    """The one operation of explaining."""
    return [
        Operation(
            name="explainCosts",
            tag="Costs",
            door=Door.API,
            method="GET",
            path="/costs/explain",
            summary="Explain a total of costs",
            description="Takes what `GET /v2/costs` takes, and tells what the total is made of: settings, "
            "filters, files, parts and source rows, with the sums at each level.",
            scope=Scope.READ,
            query=ExplainQuery,
            answers=Answer(200, Explained),
            refuses=frozenset({400, 404}),
            work=Work.READS,
            run=_explain,
        )
    ]
