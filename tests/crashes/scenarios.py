"""What may be killed at any moment, over HTTP: each a `Scenario` for `bench/crash.py`."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from bench.crash_driver import Scenario
from eyrie.archive.sweep import sweep
from eyrie.jobs.compact import COMPACT as COMPACT_KIND
from eyrie.jobs.compact import SCHEDULE
from eyrie.start.commands import create_token
from eyrie.store.outbox import enqueue
from eyrie.surfaces.cli.work import TokenWish
from tests.crashes.homes import Eyrie, begin, eyrie_in
from tests.crashes.ways import State, Step, Way, scenario, tell, told

RETENTION_IS_OVER = dt.timedelta(days=100)


def post(name: str, amount: int) -> Callable[[Eyrie], None]:
    def do(eyrie: Eyrie) -> None:
        assert eyrie.upload(name, amount).status_code == 201

    return do


def work(eyrie: Eyrie) -> None:
    eyrie.work()


def delete_upload(name: str) -> Callable[[Eyrie], None]:
    def do(eyrie: Eyrie) -> None:
        token, *_ = eyrie.uploads()[name]
        assert eyrie.client.delete(f"{eyrie.integration}/costs/{token}").status_code == 204

    return do


def delete_integration(eyrie: Eyrie) -> None:
    assert eyrie.client.delete(eyrie.integration).is_success


def compact_now(eyrie: Eyrie) -> None:
    """Ask for what the clock asks for, and do it."""
    with eyrie.house.database.writing() as session:
        enqueue(session, COMPACT_KIND, {}, run_at=eyrie.clock(), key=SCHEDULE.key)
    eyrie.work()


def sweep_now(eyrie: Eyrie) -> None:
    house = eyrie.house
    sweep(house.database, house.ledger, house.staging, eyrie.clock(), house.retention_days)


UPLOAD = scenario(
    "upload over HTTP",
    {"a.csv": 100},
    Step(post("b.csv", 20), State({"a.csv": 100, "b.csv": 20}, 100)),
    Step(work, State({"a.csv": 100, "b.csv": 20}, 120)),
)
# The second file comes while the first one waits.
REPLACE = scenario(
    "replace over HTTP",
    {"a.csv": 100, "b.csv": 20},
    Step(post("a.csv", 300), State({"a.csv": 300, "b.csv": 20}, 120)),
    Step(post("a.csv", 400), State({"a.csv": 400, "b.csv": 20}, 120)),
    Step(work, State({"a.csv": 400, "b.csv": 20}, 420), passing=(320,)),
)
# One upload is deleted while it waits, one when it is complete.
DELETE = scenario(
    "delete over HTTP",
    {"a.csv": 100, "b.csv": 20},
    Step(post("c.csv", 8), State({"a.csv": 100, "b.csv": 20, "c.csv": 8}, 120)),
    Step(delete_upload("c.csv"), State({"a.csv": 100, "b.csv": 20}, 120)),
    Step(delete_upload("b.csv"), State({"a.csv": 100}, 100)),
    Step(work, State({"a.csv": 100}, 100)),
)
# Eight files become one part for each of their months; one of them is deleted, and one replaced.
_EIGHT = {f"{name}.csv": 2 * 10**number for number, name in enumerate("abcdefgh")}
_SEVEN = {name: amount for name, amount in _EIGHT.items() if name != "c.csv"}
_ANOTHER = {**_SEVEN, "e.csv": 40}
COMPACT = scenario(
    "compact beside uploads",
    _EIGHT,
    Step(compact_now, State(_EIGHT, 22222222)),
    Step(delete_upload("c.csv"), State(_SEVEN, 22222022)),
    Step(post("e.csv", 40), State(_ANOTHER, 22222022)),
    Step(work, State(_ANOTHER, 22202062)),
    Step(compact_now, State(_ANOTHER, 22202062)),
)
DELETE_INTEGRATION = scenario(
    "delete an integration over HTTP",
    {"a.csv": 100},
    Step(post("b.csv", 20), State({"a.csv": 100, "b.csv": 20}, 100)),
    Step(delete_integration, State({}, 0)),
    Step(work, State({}, 0)),
)


def begin_untidy(folder: Path) -> None:
    """Make a home with all that a sweep meets: a retired part, drafts, lost files, and a file that waits."""
    begin(folder, a=100, b=20)
    with eyrie_in(folder) as eyrie:
        assert eyrie.upload("b.csv", 30).status_code == 201
        eyrie.work()
        assert eyrie.upload("c.csv", 8).status_code == 201
    for name in ("ledger/parts/2025-01/lost.parquet.draft", "ledger/parts/lost.parquet", "staging/lost.new"):
        (folder / "home" / name).write_text("bytes")


_ALL = {"a.csv": 100, "b.csv": 30, "c.csv": 8}
_SWEPT = Way(
    State(_ALL, 130),
    (Step(sweep_now, State(_ALL, 130)), Step(work, State(_ALL, 138))),
    ahead=RETENTION_IS_OVER,
)
SWEEP = Scenario("sweep beside a file that waits", begin_untidy, _SWEPT.take, _SWEPT.problems)


def begin_nothing(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


def open_anew(folder: Path) -> None:
    """Do what the first command in a new home does, and what the next does."""
    for _ in range(2):
        wish = TokenWish(("read", "write"), None, "test", None)
        tell(folder, create_token({"home": str(folder / "home"), "memory": "256MB", "threads": "1"}, wish))


def is_opened(folder: Path) -> list[str]:
    """Open it again: every token that was printed works, and there is one of each first thing."""
    open_anew(folder)
    problems = [f"{path.name} is left" for path in (folder / "home").glob("*.new")]
    for secret in told(folder):
        (folder / "secret").write_text(secret)
        with eyrie_in(folder) as eyrie:
            for path in ("users", "workspaces"):
                answer = eyrie.client.get(f"/v2/{path}")
                if answer.status_code != 200 or len(answer.json()[path]) != 1:
                    problems.append(f"{path} of a token that was printed: {answer.status_code} {answer.text}")
    with eyrie_in(folder) as eyrie:
        return [*problems, *(finding.what for finding in eyrie.findings())]


BEGIN = Scenario("first start", begin_nothing, open_anew, is_opened)
