"""A law: whatever happened to a ledger, compactions in between change no answer, at no version.

Two ledgers live through the same random history, one of them with compactions. At every moment that the
retention still holds, both answer alike, and their total is that of a dictionary.
"""

import datetime as dt
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, localcontext
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyrie.archive.change import Change, Delivered
from eyrie.archive.compact import Bounds, compact, next_group
from eyrie.archive.doctor import Severity, examine
from eyrie.archive.publish import publish
from eyrie.archive.snapshot import snapshot
from eyrie.archive.sweep import sweep
from eyrie.archive.tag_sets import publish_checked
from eyrie.basics.errors import LedgerMoved
from eyrie.basics.money import WIDE
from eyrie.basics.period import Period, first_of_month
from eyrie.costs.ledger.compacting import write_compacted
from eyrie.costs.ledger.cube_writing import Worth
from eyrie.costs.ledger.parts import Delivery
from eyrie.costs.ledger.tag_sets import clashing
from eyrie.costs.ledger.writing import read_facts, read_member_facts, write_part
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import Ask, CostSettings, read_groupings
from eyrie.costs.query.catalogue import origins, services, tag_values
from eyrie.costs.query.explain import explained
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from eyrie.store.database import Database
from eyrie.store.ledger import begin_ledger
from eyrie.store.rows import Row
from tests.archive.books import ACCOUNT, INTEGRATION, day
from tests.costs.query.bills import item, shown

RETENTION_DAYS = 4
# Cubes of everything, however few rows there are.
EVERY_CUBE = Worth(fewest_rows=1, rows_to_one=1, bytes_to_one=0)
BOUNDS = Bounds(least_parts=2, most_old=1000, masks_kept=dt.timedelta())
PERIOD = Period(dt.date(2025, 1, 1), dt.date(2025, 3, 1))
NAMES = ("a.csv", "b.csv", "c.csv", "d.csv")
AMOUNTS = ("1", "-2.5", "0.000000000000000001", "12345678901.123456789", "7.0000000001", "0")
DAYS = (dt.date(2025, 1, 1), dt.date(2025, 1, 31), dt.date(2025, 2, 1))

names = st.sampled_from(NAMES)
charges = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(AMOUNTS),
        st.sampled_from(("EC2", "S3", None)),
        st.sampled_from(("core", "web", None)),
        st.sampled_from(("aws", "custom_provider")),
    ),
    min_size=1,
    max_size=3,
)
deliveries = st.tuples(st.just("deliver"), names, charges)
steps = st.one_of(
    deliveries,
    deliveries,
    st.tuples(st.just("delete"), names, st.none()),
    st.tuples(st.just("compact"), names, st.booleans()),
    st.tuples(st.just("sweep"), names, st.none()),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("laws of compaction")


@pytest.fixture(scope="module")
def engine(place):
    engine = DuckDb(Budget(memory_bytes=300_000_000, threads=1, spill_folder=place / "spill"), [place])
    yield engine
    engine.close()


class Ledger:
    """One of the two: its tables, its files, and what can happen to it."""

    def __init__(self, url: str, folder: Path, engine: DuckDb) -> None:
        self.database, self.folder, self.engine = Database(url), folder, engine
        Row.metadata.drop_all(self.database.engine)
        Row.metadata.create_all(self.database.engine)
        with self.database.writing() as session:
            begin_ledger(session, day(1))

    def clashes(self, new: Sequence[Path], live: Sequence[Path]) -> Sequence[int]:
        return clashing(self.engine, new, live)

    def publish(self, change: Change, now: dt.datetime) -> None:
        def commit(session, checked):
            publish(session, self.folder, checked, now)

        publish_checked(self.database, self.folder, change, self.clashes, commit)

    def compact(self, now: dt.datetime, meanwhile: Change | None = None) -> None:
        """Compact a group; what changes meanwhile may make that stale."""
        with self.database.reading() as session:
            group = next_group(session, BOUNDS, now)
        if group is None:
            return

        def write(standing, salt):
            made = write_compacted(self.engine, self.folder, standing, salt=salt, worth=EVERY_CUBE)
            if meanwhile:
                self.publish(meanwhile, now)
            return made

        try:
            compact(self.database, self.folder, group, write, self.clashes, now)
        except LedgerMoved:
            assert meanwhile, "nobody else was there"

    def sweep(self, now: dt.datetime) -> None:
        sweep(self.database, self.folder, self.folder / "none", now, RETENTION_DAYS)

    def told(self, as_of: dt.datetime, now: dt.datetime) -> dict[str, object]:
        """Everything that is asked of a moment."""
        with self.database.reading() as session:
            seen = snapshot(session, self.folder, None, as_of, now, RETENTION_DAYS)
        found = {}
        for way in ("", "service", "tag:team", "provider,tag:team"):
            everything = CostSettings(include_credits=True, include_refunds=True)
            ask = Ask(
                period=PERIOD,
                today=dt.date(2025, 12, 31),
                groupings=read_groupings(way),
                settings=everything,
            )
            answered = answer(self.engine, seen, ask)
            found[way] = (answered.total_cost, shown(answered))
        apart = explained(self.engine, seen, ask)
        assert apart.adds_up
        found["rows"] = sum(share.rows for share in apart.parts)
        assert found["rows"] == sum(part.rows for part in seen.parts), "what the manifest says is what counts"
        found["tags"] = tag_values(self.engine, seen, "team")
        found["services"] = services(self.engine, seen)
        found["origins"] = origins(seen)
        return found

    def problems(self, now: dt.datetime) -> list[str]:
        findings = examine(self.database, self.folder, now, self._sums, self._members)
        return [each.what for each in findings if each.severity is not Severity.INFORMATION]

    def _sums(self, part):
        return read_facts(self.engine, self.folder / part.file).sums

    def _members(self, part):
        found = read_member_facts(self.engine, self.folder / part.file)
        return {number: facts.sums for number, facts in found.items()}


def parts_of(plain: Ledger, compacted: Ledger, name: str, source: str, listed):
    """Write the parts of a delivery once, and give both ledgers the same files."""
    months = defaultdict(list)
    for number, (on, amount, service, team, provider) in enumerate(listed, 1):
        tags = {"team": team, "file": name} if team else {}
        line = item(on, amount, service=service, tags=tags, provider=provider, source_row=number)
        months[first_of_month(on)].append(line)
    parts = []
    for month, lines in sorted(months.items()):
        part = write_part(
            plain.engine, plain.folder, lines, Delivery(INTEGRATION, "default", name, source), month
        )
        parts.append(part)
        for file in filter(None, (part.file, part.tag_sets)):
            (compacted.folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(plain.folder / file, compacted.folder / file)
    return tuple(parts)


class History:
    """What happens to both, and what they must hold after each step."""

    def __init__(self, plain: Ledger, compacted: Ledger) -> None:
        self.plain, self.compacted = plain, compacted
        self.both = (plain, compacted)
        self.held: dict[str, Decimal] = {}
        self.moments: dict[dt.datetime, dict[str, Decimal]] = {}

    def live(self, steps) -> None:
        for number, (what, name, more) in enumerate(steps):
            now = day(number + 2)
            match what:
                case "deliver":
                    self._deliver(name, f"delivery {number}", more, now)
                case "delete":
                    self._change(self._deletion(name), now)
                case "compact":
                    meanwhile = self._deletion(name) if more else None
                    self.compacted.compact(now, meanwhile)
                    if meanwhile:  # the other has not heard of it; this one has not either if it had no group
                        self._change(meanwhile, now)
                case _:
                    for ledger in self.both:
                        ledger.sweep(now)
            self.moments[now] = dict(self.held)

    def check(self) -> None:
        """Ask both of every moment that is kept."""
        last = max(self.moments)
        for then, contents in self.moments.items():
            if then >= last - dt.timedelta(days=RETENTION_DAYS):
                found = self.compacted.told(then, last)
                assert found == self.plain.told(then, last)
                with localcontext(WIDE):
                    assert found[""][0] == sum(contents.values(), Decimal(0))
        assert self.compacted.problems(last) == self.plain.problems(last) == []

    def _deliver(self, name: str, source: str, listed, now: dt.datetime) -> None:
        parts = parts_of(self.plain, self.compacted, name, source, listed)
        replaced = (Delivered(INTEGRATION, "default", name),)
        self._change(Change(account=ACCOUNT, what=name, add=parts, replace=replaced), now)
        with localcontext(WIDE):
            self.held[name] = sum((Decimal(amount) for _, amount, *_ in listed), Decimal(0))

    def _deletion(self, name: str) -> Change:
        self.held.pop(name, None)
        return Change(account=ACCOUNT, what="delete", replace=(Delivered(INTEGRATION, "default", name),))

    def _change(self, change: Change, now: dt.datetime) -> None:
        for ledger in self.both:
            ledger.publish(change, now)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_ledger(request, place, engine):
    """Make an empty ledger; of PostgreSQL's two databases the one that was not asked for last."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        databases = cycle([server.new_database(), server.new_database()])

    def make() -> Ledger:
        folder = Path(tempfile.mkdtemp(dir=place))
        url = f"sqlite:///{folder}/eyrie.db" if request.param == "sqlite" else next(databases)
        return Ledger(url, folder / "ledger", engine)

    return make


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=3, max_size=8))
def test_compactions_change_no_answer(new_ledger, random_steps):
    history = History(new_ledger(), new_ledger())
    try:
        history.live(random_steps)
        history.check()
    finally:
        for ledger in history.both:
            ledger.database.close()


def test_a_history_with_everything_in_it(new_ledger):
    """What random histories seldom have all of, in the order that is hardest."""
    one = [(DAYS[0], "1", "EC2", "core", "aws"), (DAYS[2], "7.0000000001", None, "web", "custom_provider")]
    two = [(DAYS[1], "12345678901.123456789", "S3", "web", "aws"), (DAYS[1], "-2.5", "S3", None, "aws")]
    history = History(new_ledger(), new_ledger())
    in_order = [
        *(("deliver", name, one) for name in NAMES),
        ("compact", "a.csv", False),
        ("compact", "a.csv", False),
        ("delete", "b.csv", None),
        ("compact", "c.csv", True),
        ("deliver", "a.csv", two),
        ("compact", "a.csv", False),
        ("sweep", "a.csv", None),
        ("deliver", "c.csv", two),
        ("compact", "d.csv", True),
        ("sweep", "a.csv", None),
        ("compact", "a.csv", False),
    ]
    history.live(in_order)
    history.check()
    compacted = history.compacted
    with compacted.database.reading() as session:
        seen = snapshot(session, compacted.folder, None, None, day(40), 90)
    (part,) = [part for part in seen.parts if part.is_compacted]
    assert (part.rows, bool(seen.cubes[part.token])) == (4, True)
    for ledger in history.both:
        ledger.database.close()
