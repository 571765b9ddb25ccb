"""Values of metrics on both databases, held against a dictionary that does the same: exact, whatever is written."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.money import WIDE
from eyrie.basics.period import Bin, Period, bin_start
from eyrie.operations.shapes import PagedQuery
from eyrie.records.metrics import values
from eyrie.records.metrics.amounts import amount_of, limbs_of
from eyrie.records.metrics.labels import pairs_of, text_of, text_of_label
from eyrie.records.metrics.rows import BusinessMetricRow, MetricValueRow
from eyrie.records.metrics.value_lists import ValueBin, page_of_values
from eyrie.records.metrics.values import Chosen, Point
from eyrie.store.rows import AccountRow

MONTH = Period(dt.date(2025, 1, 1), dt.date(2025, 2, 1))
MOMENTS = st.datetimes(dt.datetime(2024, 12, 30), dt.datetime(2025, 2, 3)).map(
    lambda moment: moment.replace(microsecond=0)
)
AMOUNTS = st.decimals(-(10**20) + 1, 10**20 - 1, places=18) | st.decimals(-9, 9, places=2)
LABELS = st.sampled_from(
    [
        "{}",
        text_of_label("a"),
        text_of_label("B'; --"),
        text_of({"team": "web", "env": "prod"}),
        text_of({"team": "web", "label": "a"}),
    ]
)
POINTS = st.lists(st.builds(Point, MOMENTS, LABELS, st.none() | AMOUNTS), max_size=12)
CHOICES = st.sampled_from(
    [
        Chosen(),
        Chosen(label_filter=["a"]),
        Chosen(label_filter=["", "B'; --"]),
        Chosen(label_filters={"team": ["web"], "env": ["prod", "test"]}),
        Chosen(any_key=["web", "a"]),
    ]
)
few = settings(max_examples=25)


@pytest.fixture
def metric(database):
    """A metric without values."""
    now = dt.datetime(2025, 1, 1)
    kept = {"created_at": now, "account_token": "acct_1"}
    with database.writing() as session:
        session.add(AccountRow(token="acct_1", name="A", created_at=now))
        session.flush()
        session.add(
            BusinessMetricRow(
                token="bsnss_mtrc_1",
                title="M",
                created_by_token="usr_1",
                import_type="csv",
                integration_token="",
                updated_at=now,
                **kept,
            )
        )
    return "bsnss_mtrc_1"


def is_chosen(labels, chosen):
    """The same choice, read again slowly."""
    pairs = pairs_of(labels)
    plain = pairs.get("label") if pairs else ""
    return (
        (not chosen.label_filter or plain in chosen.label_filter)
        and all(pairs.get(key) in accepted for key, accepted in chosen.label_filters.items())
        and (not chosen.any_key or bool(set(pairs.values()) & set(chosen.any_key)))
    )


def emptied(session, metric):
    for forecasted in (False, True):
        values.delete(session, metric, forecasted=forecasted)


@given(amount=AMOUNTS)
def test_an_amount_is_cut_and_put_together_again(amount):
    assert amount_of(limbs_of(amount)) == amount
    assert all(abs(limb) < 10**10 for limb in limbs_of(amount))


@given(amounts=st.lists(AMOUNTS, max_size=20))
def test_the_sum_of_limbs_is_the_sum_of_amounts(amounts):
    limbs = [sum(column) for column in zip(*map(limbs_of, amounts), strict=True)]
    exact = Decimal(0)
    for amount in amounts:
        exact = WIDE.add(exact, amount)
    assert amount_of(limbs) == exact


@few
@given(writes=st.lists(POINTS, max_size=3), chosen=CHOICES, width=st.sampled_from(list(Bin)))
def test_sums_are_those_of_the_points_that_are_there(database, metric, writes, chosen, width):
    kept = {}
    with database.writing() as session:
        emptied(session, metric)
        for points in writes:
            values.write(session, metric, points)
            for point in points:
                kept[point.at, point.labels] = point.amount
        found = values.sums(session, metric, MONTH, width, chosen)
        labels = values.distinct_labels(session, metric)
    expected = {}
    there = {place: amount for place, amount in kept.items() if amount is not None}
    for (at, named), amount in there.items():
        if at.date() in MONTH and is_chosen(named, chosen):
            hour = at.replace(minute=0, second=0)
            begins = hour if width is Bin.HOUR else bin_start(at.date(), width)
            expected[begins] = WIDE.add(expected.get(begins, Decimal(0)), amount)
    assert found == expected
    assert set(labels) == {value for _, named in there for value in pairs_of(named).values()}


@few
@given(points=POINTS, limit=st.integers(1, 5), width=st.sampled_from([None, *ValueBin]))
def test_pages_hold_each_point_or_sum_once_the_newest_first(database, metric, points, limit, width):
    with database.writing() as session:
        emptied(session, metric)
        values.write(session, metric, points)
        walked, counted = [], []
        for seen, query_of in ((walked, _following), (counted, _counting)):
            query = PagedQuery()
            while query is not None:
                page = page_of_values(
                    session, metric, query, limit, forecasted=False, chosen=Chosen(), width=width
                )
                seen += [(point.at, point.labels, point.amount) for point in page.rows]
                query = query_of(query, page)
    expected = {}
    for (at, labels), amount in {(point.at, point.labels): point.amount for point in points}.items():
        if amount is not None:
            midnight = at.replace(hour=0, minute=0, second=0)
            begins = {None: at, "day": midnight, "month": midnight.replace(day=1)}[width]
            expected[begins, labels] = WIDE.add(expected.get((begins, labels), Decimal(0)), amount)
    assert walked == counted
    assert {(at, labels): amount for at, labels, amount in walked} == expected
    assert len(walked) == len(expected)
    assert [at for at, _, _ in walked] == sorted((at for at, _ in expected), reverse=True)


def _following(query, page):
    return query.model_copy(update={"after": page.next_after}) if page.next_after else None


def _counting(query, page):
    return query.model_copy(update={"page": query.page + 1}) if query.page < page.last else None


@few
@given(first=POINTS, second=POINTS)
def test_a_write_tells_what_it_changed(database, metric, first, second):
    def there(session):
        row = MetricValueRow
        return {(each.at, each.labels): limbs for each, limbs in _walk(session, sa.select(row))}

    with database.writing() as session:
        emptied(session, metric)
        values.write(session, metric, first)
        before = there(session)
        done = values.write(session, metric, second)
        session.expire_all()
        after = there(session)
    changed = [place for place, limbs in after.items() if before.get(place) != limbs]
    assert done.written == len(changed)
    assert done.deleted == len(set(before) - set(after))


def _walk(session, question):
    for row in session.scalars(question.execution_options(populate_existing=True)):
        yield row, (row.limb_30, row.limb_20, row.limb_10, row.limb_0)


@few
@given(points=POINTS)
def test_writing_again_changes_nothing(database, metric, points):
    with database.writing() as session:
        emptied(session, metric)
        values.write(session, metric, points)
        again = values.write(session, metric, points)
    assert again.told() is None


def test_more_points_than_are_written_at_once(database, metric):
    start = dt.datetime(2025, 1, 1)
    count = values.AT_ONCE * 2 + 1
    points = (Point(start + dt.timedelta(minutes=n), "{}", Decimal("0.1")) for n in range(count))
    with database.writing() as session:
        done = values.write(session, metric, points)
        (total,) = values.sums(session, metric, MONTH, Bin.QUARTER).values()
        assert values.delete(session, metric, forecasted=False) == count
    assert (done.written, total) == (count, Decimal("1000.1"))


def test_values_go_with_their_metric(database, metric):
    with database.writing() as session:
        values.write(session, metric, [Point(dt.datetime(2025, 1, 1), text_of_label("a"), Decimal(1))])
    with database.writing() as session:
        session.execute(sa.delete(BusinessMetricRow))
        assert session.scalars(sa.select(MetricValueRow)).all() == []
        assert values.distinct_labels(session, metric) == []
