"""Two servers, a worker and someone at the machine on one home at once: no error, and no write is lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

import httpx

from eyrie.store.database import Database
from tests.processes.running import Person, is_well, serving, working
from tests.servers import environment

PEOPLE = 4
ROUNDS = 8
ANSWERS_WITHIN_SECONDS = 20  # a writer would wait 30 for the lock


def live(person, servers, number):
    """Upload, replace, delete, keep folders and ask, now at one server and now at the other."""
    for turn in range(ROUNDS):
        person.at(servers[(number + turn) % 2].address)
        person.upload(f"{turn % 3}.csv", Decimal(f"{turn + 1}.{number}01"))
        passing = person.upload(f"passing {turn}.csv", Decimal("0.000000000001"))
        person.sent("POST", "/v2/folders", json={"title": f"{number}-{turn}"})
        assert set(person.costs()) <= set(person.files)
        person.at(servers[(number + turn + 1) % 2].address)
        if turn % 2:
            person.delete(f"passing {turn}.csv", passing)
            assert f"passing {turn}.csv" not in person.costs()


@contextmanager
def someone_at_the_machine(home, stop):
    command = [sys.executable, "-m", "tests.processes.people", str(home), str(stop)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    made = []
    try:
        yield made
    finally:
        stop.touch()
        made += process.communicate(timeout=60)[0].split()
    assert process.returncode == 0


def test_no_error_and_no_lost_write(tmp_path):
    home = tmp_path / "home"
    with serving(home) as first, serving(home) as second, working(home):
        servers, token = (first, second), first.token()
        people = [Person(servers[n % 2].address, token, f"Person {n}") for n in range(PEOPLE)]
        with someone_at_the_machine(home, tmp_path / "stop") as made, ThreadPoolExecutor(PEOPLE) as pool:
            list(pool.map(lambda n: live(people[n], servers, n), range(PEOPLE)))
        for number, person in enumerate(people):
            for server in servers:
                person.at(server.address).expect_all()
            assert len(person.files) == 3 + ROUNDS // 2, number
        titles = {f"{n}-{turn}" for n in range(PEOPLE) for turn in range(ROUNDS)}
        folders = people[0].sent("GET", "/v2/folders", params={"limit": 1000}).json()["folders"]
        assert sorted(folder["title"] for folder in folders) == sorted(titles)
        assert made
        for secret in made:
            answer = httpx.get(f"{second.address}/v2/me", headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code == 200
    assert is_well(home)


def test_a_reader_does_not_wait_for_a_writer_and_a_writer_waits_its_turn(tmp_path):
    home = tmp_path / "home"
    with serving(home) as server:
        token = server.token()
        reader, writer = (Person(server.address, token, name) for name in ("Reader", "Writer"))
        reader.upload("a.csv", Decimal("3.00"))
        reader.expect_all()
        reader.client.timeout = httpx.Timeout(ANSWERS_WITHIN_SECONDS)
        database = Database(f"sqlite:///{home}/eyrie.db")
        with ThreadPoolExecutor(1) as pool:
            with database.writing():
                waiting = pool.submit(writer.upload, "b.csv", Decimal("4.00"))
                assert reader.costs() == reader.costs("tag:file,service") == reader.files
                for path in ("me", "folders", "integrations", "cost_services", "tags"):
                    reader.sent("GET", f"/v2/{path}")
                assert not waiting.done()
            assert waiting.result()
        database.close()
        writer.expect_all()
    assert is_well(home)
