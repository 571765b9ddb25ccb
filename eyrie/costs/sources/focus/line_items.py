"""FOCUS rows to line items: the one statement in which each column gets its value.

Nothing is spread: EffectiveCost counts as it is written. What FOCUS has and line items have not stays in
`extra`, and so does what a cell said where the line item says something else: an empty text there means that
the cell was blank and something was filled in.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from eyrie.basics.words import Provider
from eyrie.costs.ledger.columns import TAG_SET
from eyrie.costs.sources.custom.headers import folded
from eyrie.costs.sources.focus.columns import COLUMNS, Holds
from eyrie.costs.sources.focus.read import NONE, ROW, Draft, json_member, listed
from eyrie.costs.sources.focus.sellers import SELLERS, seller_of
from eyrie.costs.sources.focus.services import CATEGORIES
from eyrie.costs.sources.focus.tags import CELLS
from eyrie.costs.sources.focus.units import UNITS
from eyrie.engine.sql import Sql, joined, name, sql, value

# Fields that are their FOCUS column and nothing else.
PLAIN = {
    column.field: column.name
    for column in COLUMNS.values()
    if column.field
    and column.name
    not in (
        *("BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargePeriodEnd"),
        *("ConsumedQuantity", "ConsumedUnit", "EffectiveCost", "PricingUnit", "RegionId", "ServiceCategory"),
        *("SubAccountId", "BillingAccountId", "Tags"),
    )
}


@dataclass(frozen=True)
class Slice:
    """Some rows of a draft: those of a billing month, or a run of them."""

    draft: Draft
    month: dt.date
    first_row: int
    last_row: int

    @property
    def condition(self) -> Sql:
        """Which rows."""
        return sql(
            "month = {} AND file_row_number BETWEEN {} AND {}",
            *(value(self.month), value(self.first_row - 1), value(self.last_row - 1)),
        )


def line_items(slice_: Slice, integration: str, narrow: frozenset[str]) -> Sql:
    """Select the rows of a slice as line items; needs the tables of its draft's tags, sellers and units.

    The numbers of the FOCUS columns that are `narrow` are read as they are.
    """
    draft = slice_.draft
    looked_up = sql(
        "SELECT * FROM ({}) LEFT JOIN (SELECT text AS tag_text, id, whole FROM {}) ON {} = tag_text "
        "LEFT JOIN {} ON {} IS NOT DISTINCT FROM seller AND {} IS NOT DISTINCT FROM publisher "
        "LEFT JOIN (SELECT text AS unit_text, unit, block FROM {}) ON {} = unit_text WHERE {}",
        *(draft.resolved(narrow), CELLS, _text(draft.column("Tags")), SELLERS, seller_of(draft)),
        *(_text(draft.column("PublisherName")), UNITS, _text(draft.column("ConsumedUnit")), slice_.condition),
    )
    classed = sql("SELECT *, {} AS class FROM ({})", _class(draft), looked_up)
    fields = {**_plain(draft), **_money_and_time(draft), **_meaning(draft, integration)}
    columns = [sql("{} AS {}", expression, name(field)) for field, expression in fields.items()]
    return sql("SELECT {} FROM ({})", joined(", ", columns), classed)


def narrow_fields(draft: Draft, narrow: frozenset[str]) -> frozenset[str]:
    """Name the amounts of line items that are narrow if these FOCUS columns are; what is missing is."""
    fields = {
        column.field
        for column in COLUMNS.values()
        if column.field
        and column.holds is Holds.NUMBER
        and (column.name in narrow or not draft.has(column.name))
    }
    # Where one is blank the other stands in for it.
    return frozenset(fields if "billed_cost" in fields else fields - {"effective_cost"})


def _plain(draft: Draft) -> dict[str, Sql]:
    return {field: draft.column(focus) for field, focus in PLAIN.items()}


def _money_and_time(draft: Draft) -> dict[str, Sql]:
    """The fields that are filled where FOCUS's column is blank or missing."""
    start, end = (
        name("ChargePeriodStart"),
        _filled(draft, "ChargePeriodEnd", "ChargePeriodStart + INTERVAL 1 DAY"),
    )
    month = _filled(draft, "BillingPeriodStart", "CAST(month AS TIMESTAMP)")
    month_end = sql(
        "coalesce({}, date_trunc('month', {}) + INTERVAL 1 MONTH)", draft.column("BillingPeriodEnd"), month
    )
    return {
        "accrued_on": sql("CAST({} AS DATE)", start),
        "granularity": sql(
            "CASE WHEN {} - {} <= INTERVAL 1 HOUR THEN 'hour' WHEN {} - {} <= INTERVAL 25 HOUR THEN 'day' "
            "ELSE 'month' END",
            *(end, start, end, start),
        ),
        "basis": Sql("'both'"),
        "billing_period_start": month,
        "billing_period_end": month_end,
        "charge_period_end": end,
        "effective_cost": _filled(draft, "EffectiveCost", '"BilledCost"'),
        "billing_currency": sql("coalesce(upper(trim({})), 'USD')", _text(draft.column("BillingCurrency"))),
    }


def _meaning(draft: Draft, integration: str) -> dict[str, Sql]:
    """The fields that are worked out."""
    quantity, unit = draft.column("ConsumedQuantity"), _text(draft.column("ConsumedUnit"))
    region_name = draft.column("RegionName")
    category = draft.column("ServiceCategory")
    known = ", ".join(f"'{each}'" for each in CATEGORIES)
    subcategory = sql(
        "coalesce({}, {})", _text(draft.column("ResourceType")), draft.column("ServiceSubcategory")
    )
    return {
        "source_row": sql("CAST({} AS INTEGER)", ROW),
        "member": Sql("0"),
        "integration": value(integration),
        "provider": Sql("provider"),
        "marketplace": Sql("coalesce(marketplace, false)"),
        "usage_amount": sql("CASE WHEN {} THEN {} END", _counts_usage(), quantity),
        "usage_unit": sql(
            "CASE WHEN {} THEN coalesce(unit, CASE WHEN {} IS NOT NULL THEN 'Count' END) END",
            *(_counts_usage(), quantity),
        ),
        "pricing_unit": sql(
            "coalesce({}, CASE WHEN {} IS NOT NULL THEN block END)", draft.column("PricingUnit"), unit
        ),
        "billing_account_id": _account(draft, "BillingAccountId", integration),
        "account_id": _account(draft, "SubAccountId", integration),
        "category": category,
        "subcategory": subcategory,
        "service_category": sql(
            f"CASE WHEN list_contains([{known}], {{}}) THEN {{}} END", category, category
        ),
        "region": sql("coalesce({}, {})", _text(draft.column("RegionId")), region_name),
        "charge_type": _charge_type(draft),
        "charge_category": Sql("coalesce(\"ChargeCategory\", 'Adjustment')"),
        "adjustment_class": Sql("class"),
        TAG_SET: Sql("coalesce(id, 0)"),
        "extra": _extra(draft),
    }


def _account(draft: Draft, focus_name: str, integration: str) -> Sql:
    """An account; custom rows of a file that names none belong to the integration."""
    if draft.has(focus_name):
        return name(focus_name)
    return sql(
        "CASE WHEN provider = {} THEN {} END", value(Provider.CUSTOM_PROVIDER.value), value(integration)
    )


def _class(draft: Draft) -> Sql:
    """What a charge is to the report settings; the first that fits."""
    described = [_text(draft.column("ChargeDescription")), _own_charge_type(draft), _told_category()]
    discount = joined(" OR ", (sql("coalesce({} ILIKE '%discount%', false)", each) for each in described))
    return sql(
        "CASE WHEN \"ChargeCategory\" = 'Tax' THEN 'tax' WHEN \"ChargeCategory\" = 'Credit' THEN 'credit' "
        "WHEN {} = 'Correction' AND \"BilledCost\" < 0 AND \"ChargeCategory\" IN ('Usage', 'Purchase') "
        "THEN 'refund' "
        "WHEN coalesce(\"ChargeCategory\", 'Adjustment') = 'Adjustment' AND ({}) THEN 'discount' "
        "ELSE 'none' END",
        *(_text(draft.column("ChargeClass")), discount),
    )


def _charge_type(draft: Draft) -> Sql:
    """FOCUS's category, but for what has a name of its own; an unknown category is kept as it is told."""
    return sql(
        "CASE WHEN class = 'refund' THEN 'Refund' "
        "WHEN \"ChargeCategory\" = 'Usage' AND {} = 'Unused' THEN 'Unused Commitment' "
        'WHEN "ChargeCategory" IS NULL THEN {} ELSE "ChargeCategory" END',
        *(_text(draft.column("CommitmentDiscountStatus")), _told_category()),
    )


def _told_category() -> Sql:
    """What an unknown charge category says."""
    return _member("unread", "ChargeCategory")


def _own_charge_type(draft: Draft) -> Sql:
    """A charge type of the provider's own, in a column like x_ChargeType."""
    for unknown, _ in draft.header.unknown:
        if folded(unknown) == "xchargetype":
            return _member("unknown", unknown)
    return sql("CAST(NULL AS VARCHAR)")


def _member(members: str, key: str) -> Sql:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return sql("json_extract_string('{{' || {} || '}}', {})", name(members), value(pointer))


def _counts_usage() -> Sql:
    return Sql("class NOT IN ('credit', 'discount', 'tax')")


def _filled(draft: Draft, focus_name: str, otherwise: str) -> Sql:
    return sql("coalesce({}, {})", draft.column(focus_name), Sql(otherwise))


def _text(column: Sql) -> Sql:
    return sql("CAST({} AS VARCHAR)", column) if column == NONE else column


def _extra(draft: Draft) -> Sql:
    """Everything else that the row says, as a JSON object; its members are in an order of their own."""
    members = listed(
        ",",
        [
            name("unread"),
            *_unmapped(draft),
            *_filled_in(draft),
            *_usage_apart(draft),
            *_tags_apart(draft),
            name("unknown"),
        ],
    )
    return sql("'{{' || {} || '}}'", members)


def _unmapped(draft: Draft) -> Iterator[Sql]:
    """The FOCUS columns that line items have none for."""
    for column in COLUMNS.values():
        if column.field is None and draft.has(column.name):
            text = name(column.name)
            yield json_member(column.name, _digits(text) if column.holds is Holds.NUMBER else text)


def _filled_in(draft: Draft) -> Iterator[Sql]:
    """The cells that were blank and yet have a value in the line item."""
    region = "RegionName IS NOT NULL" if draft.has("RegionName") else "false"
    for focus_name, is_filled in (
        ("BillingCurrency", "true"),
        ("BillingPeriodEnd", "true"),
        ("BillingPeriodStart", "true"),
        ("ChargePeriodEnd", "true"),
        ("EffectiveCost", "true"),
        ("PricingUnit", "block IS NOT NULL"),
        ("RegionId", region),
    ):
        if draft.has(focus_name):
            yield sql(
                "CASE WHEN {} IS NULL AND {} AND NOT coalesce(contains(unread, {}), false) THEN {} END",
                *(name(focus_name), Sql(is_filled), value(f'"{focus_name}":'), value(f'"{focus_name}":""')),
            )


def _usage_apart(draft: Draft) -> Iterator[Sql]:
    """Usage that does not count, and units that were given another name."""
    if draft.has("ConsumedQuantity"):
        member = json_member("ConsumedQuantity", _digits(name("ConsumedQuantity")))
        yield sql("CASE WHEN NOT {} THEN {} END", _counts_usage(), member)
    if draft.has("ConsumedUnit"):
        member = json_member("ConsumedUnit", name("ConsumedUnit"))
        yield sql('CASE WHEN NOT {} OR unit <> "ConsumedUnit" THEN {} END', _counts_usage(), member)
    if draft.has("ConsumedQuantity", "ConsumedUnit"):
        yield sql(
            'CASE WHEN {} AND "ConsumedQuantity" IS NOT NULL AND "ConsumedUnit" IS NULL THEN {} END',
            *(_counts_usage(), value('"ConsumedUnit":""')),
        )


def _tags_apart(draft: Draft) -> Iterator[Sql]:
    """Tag cells that say more than pairs of texts."""
    if draft.has("Tags"):
        yield sql("CASE WHEN NOT whole THEN {} END", json_member("Tags", name("Tags")))


def _digits(number: Sql) -> Sql:
    """A number as text, without the zeros that the type adds."""
    return sql("rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')", number)
