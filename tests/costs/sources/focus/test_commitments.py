"""Commitments over their terms: told where usage and purchases do not add up and all of both must be there."""

import datetime as dt

import pytest

from eyrie.costs.sources.focus.terms import Terms

HEAD = (
    "ChargeCategory,CommitmentDiscountId,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,"
    "BillingAccountId,BillingCurrency,ServiceName"
)
BOUGHT = "Purchase cd 2025-01-01 2025-02-01 100 0"
SAYS = "must have Usage whose EffectiveCost adds up to the BilledCost of its Purchase over a term; not so: "


def bill(*charges):
    """Write a bill: `Usage cd 2025-01-01 2025-01-02 0 5` is a charge, of account a and in USD unless it says."""
    lines = []
    for charge in charges:
        category, commitment, start, end, billed, effective, *more = charge.split()
        account, currency = [*more, *("a", "USD")[len(more) :]]
        commitment = "" if commitment == "-" else commitment
        lines.append(
            f"{category},{commitment},{start},{end}T00:00:00Z,{billed},{effective},{account},{currency},EC2"
        )
    return "\n".join([HEAD, *lines, ""])


@pytest.fixture
def told(desk):
    """Read files; give what is told of commitments, by file."""

    def told_(*files, elsewhere=(), **limits):
        heard = Terms(**limits)
        for number, charges in enumerate(files):
            content = charges if isinstance(charges, str) else bill(*charges)
            desk.bill(content, name=f"{number}.csv", terms=heard)
        return {name: str(finding) for name, finding in heard.findings(elsewhere).items()}

    return told_


def test_a_month_that_is_there_from_beginning_to_end(told):
    first, last = "Usage cd 2025-01-01 2025-01-02 0 60", "Usage cd 2025-01-31 2025-02-01 0 {}"
    assert told([BOUGHT, first, last.format("40")]) == {}
    assert told([first, BOUGHT, last.format("39.99")]) == {
        "0.csv": f"1 row: CommitmentDiscountId {SAYS}cd (purchased 100.0 USD, used 99.99) (row 2)"
    }


def test_usage_by_others_tells_how_far_a_delivery_goes(told):
    used, others = "Usage cd 2025-01-07 2025-01-08 0 60", "Usage - 2025-01-01 2025-02-01 1 1"
    assert list(told([BOUGHT, used, others])) == ["0.csv"]
    assert list(told([BOUGHT, others])) == ["0.csv"]


CANNOT_BE_KNOWN = {
    "the month runs still": [BOUGHT, "Usage cd 2025-01-01 2025-01-31 0 60"],
    "its beginning is not there": [BOUGHT, "Usage cd 2025-01-02 2025-02-01 0 60"],
    "only another account's is": [BOUGHT, "Usage - 2025-01-01 2025-02-01 0 60 b"],
    "a year is not over": [
        "Purchase cd 2025-01-01 2026-01-01 1200 0",
        "Usage cd 2025-01-01 2025-02-01 0 60",
    ],
    "the day of a purchase is no term": [
        "Purchase cd 2025-01-01 2025-01-02 1200 0",
        "Usage cd 2025-01-01 2025-01-02 0 3",
    ],
    "some usage was paid for elsewhere": [
        BOUGHT,
        "Usage cd 2025-01-01 2025-02-01 0 60",
        "Usage cd 2025-02-01 2025-02-02 0 60",
    ],
    "a purchase in between is missing": [
        BOUGHT,
        "Purchase cd 2025-03-01 2025-04-01 100 0",
        "Usage cd 2025-01-01 2025-04-01 0 260",
    ],
    "no purchase is there": ["Usage cd 2025-01-01 2025-02-01 0 60"],
    "a month in between is missing": [
        "Purchase cd 2025-01-01 2025-04-01 100 0",
        "Usage cd 2025-01-01 2025-02-01 0 33",
        "Usage cd 2025-03-01 2025-04-01 0 33",
    ],
}


@pytest.mark.parametrize("why", CANNOT_BE_KNOWN)
def test_nothing_is_said_where_it_cannot_be_known(told, why):
    assert told(CANNOT_BE_KNOWN[why]) == {}


def test_purchases_that_follow_each_other_are_one_term(told):
    days = [(f"2025-01-{day:02}", f"2025-01-{day + 1:02}") for day in range(1, 11)]
    paid = [f"Purchase cd {start} {end} 10 0" for start, end in days]
    used = [f"Usage cd {start} {end} 0 10" for start, end in days]
    assert told([*paid, *used]) == {}
    assert told([*paid, *used[:-1], used[-1].replace(" 10", " 9")]) == {
        "0.csv": f"10 rows: CommitmentDiscountId {SAYS}cd (purchased 100.0 USD, used 99.0) (rows 1, 2, 3, …)"
    }


def test_a_fee_at_once_and_monthly_fees_add_up(told):
    paid = ["Purchase cd 2025-01-01 2025-03-01 50 0", BOUGHT, "Purchase cd 2025-02-01 2025-03-01 100 0"]
    assert told([*paid, "Usage cd 2025-01-01 2025-03-01 0 250"]) == {}
    assert list(told([*paid, "Usage cd 2025-01-01 2025-03-01 0 200"])) == ["0.csv"]


def test_files_of_one_delivery_count_together(told):
    january, february = "Usage cd 2025-01-01 2025-02-01 0 60", "Usage cd 2025-02-01 2025-03-01 0 {}"
    year = "Purchase cd 2025-01-01 2025-03-01 100 0"
    assert told([january], [year, february.format(40)]) == {}
    assert told([january], [february.format(39)], [year]) == {
        "2.csv": f"1 row: CommitmentDiscountId {SAYS}cd (purchased 100.0 USD, used 99.0) (row 1)"
    }
    assert told([year, january], elsewhere=[dt.date(2025, 2, 1)]) == {}


def test_nothing_is_said_where_other_files_may_hold_the_rest(told):
    month = [BOUGHT, "Usage cd 2025-01-01 2025-02-01 0 60"]
    assert told(month, elsewhere=[dt.date(2025, 1, 1)]) == {}
    assert list(told(month, elsewhere=[dt.date(2024, 12, 1), dt.date(2025, 2, 1)])) == ["0.csv"]
    no_effective = "\n".join(
        line.replace(",0,60,", ",60,") for line in bill(month[1]).replace(",EffectiveCost", "").splitlines()
    )
    assert told(month, no_effective) == {}


def test_currencies_and_accounts_are_apart(told):
    paid = ["Purchase cd 2025-01-01 2025-02-01 9 0 a EUR", "Purchase cd 2025-01-01 2025-02-01 7 0 b"]
    used = [
        f"Usage cd 2025-01-01 2025-02-01 0 {cost} {whose}"
        for cost, whose in ((100, "a"), (8, "a EUR"), (7, "b"))
    ]
    assert told([BOUGHT, *paid, *used]) == {
        "0.csv": f"1 row: CommitmentDiscountId {SAYS}cd (purchased 9.0 EUR, used 8.0) (row 2)"
    }


def test_many_are_told_by_the_first(told):
    paid = [BOUGHT.replace("cd", f"cd{n}") for n in range(5)]
    assert told([*paid, "Usage - 2025-01-01 2025-02-01 1 1"]) == {
        "0.csv": f"5 rows: CommitmentDiscountId {SAYS}cd0 (purchased 100.0 USD, used 0.0), "
        "cd1 (purchased 100.0 USD, used 0.0), cd2 (purchased 100.0 USD, used 0.0), … (rows 1, 2, 3, …)"
    }


@pytest.mark.parametrize(("used", "is_told"), [("100.0001", False), ("100.000101", True), ("99.9998", True)])
def test_a_millionth_is_nothing(told, used, is_told):
    assert bool(told([BOUGHT, f"Usage cd 2025-01-01 2025-02-01 0 {used}"])) is is_told


def test_amounts_of_any_size_add_up_exactly(told):
    paid = BOUGHT.replace(" 100 ", " 9999999999999999999.000000000000000001 ")
    assert told([paid, "Usage cd 2025-01-01 2025-02-01 0 9999999999999999999.000000000000000001"]) == {}
    assert "purchased 9999999999999999999.000000000000000001 USD, used 0.000000000000000001" in str(
        told([paid, "Usage cd 2025-01-01 2025-02-01 0 1e-18"])
    )


def test_a_blank_end_is_a_day_and_a_blank_effective_cost_what_was_billed(told):
    used = bill(BOUGHT, "Usage cd 2025-01-01 2025-02-01 100 100").replace("100,100", "100,")
    assert told(used) == {}
    open_end = bill(BOUGHT, "Usage cd 2025-01-01 2025-02-01 0 60").replace("2025-02-01T00:00:00Z,100", ",100")
    assert told(open_end) == {}


def test_what_has_very_many_commitments_holds_something_else(told):
    month = [BOUGHT, "Usage cd 2025-01-01 2025-02-01 0 60"]
    others = [month[1].replace("cd", f"cd{n}") for n in range(3)]
    assert list(told(month, others, most=4)) == ["0.csv"]
    assert told(month, others, most=3) == {}
    assert told(others, month, most=2) == {}
