"""The life of a server: killed and started again, told to stop, beside another one, copied while it works."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

import httpx
import pytest

from tests.processes.running import SMALL, Person, is_well, serving, until
from tests.servers import eyrie, running_server

ENOUGH = 12  # uploads that were answered before something happens


class Busy:
    """Uploads file after file until told to stop, or until the server is gone."""

    def __init__(self, person):
        self.person, self.stop = person, threading.Event()

    def _run(self):
        number = 0
        try:
            while not self.stop.is_set():
                number += 1
                self.person.upload(f"{number % 20}.csv", Decimal(f"{number}.05"))
        except httpx.TransportError:
            pass  # killed: what was not answered may be there or not

    @contextmanager
    def uploading(self):
        """Be busy, with enough done already."""
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self._run)
            try:
                until(lambda: running.done() or len(self.person.files) >= ENOUGH)
                yield
            finally:
                self.stop.set()
            running.result()


def test_a_server_that_was_killed_finishes_what_it_had_answered(tmp_path):
    home = tmp_path / "home"
    with running_server(home, *SMALL) as server:
        token = server.token()
        person = Person(server.address, token)
        with Busy(person).uploading():
            server.process.kill()
            server.process.wait()
    with serving(home) as server:
        found = person.at(server.address).wait()
        assert person.costs() == found
        # The one upload that was cut off may be there: it is the only one that differs.
        differs = {name for name in found.keys() | person.files if found.get(name) != person.files.get(name)}
        assert len(differs) <= 1
        assert found.keys() >= person.files.keys()
    assert is_well(home)


def test_told_to_stop_it_answers_what_it_has_begun_and_ends_well(tmp_path):
    home = tmp_path / "home"
    with serving(home) as server:  # which looks at the exit code
        token = server.token()
        person = Person(server.address, token)
        with Busy(person).uploading():
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(timeout=30)
    with serving(home) as server:
        person.at(server.address).expect_all()
    assert is_well(home)


def test_a_second_server_takes_the_next_port(tmp_path):
    with serving(tmp_path / "home") as first:
        port = httpx.URL(first.address).port
        with serving(tmp_path / "home", "--port", str(port)) as second:
            assert port < httpx.URL(second.address).port <= port + 50
            assert httpx.get(f"{second.address}/healthz").status_code == 200
        assert httpx.get(f"{first.address}/healthz").status_code == 200


def test_a_backup_beside_a_busy_server_is_a_home_of_one_moment(tmp_path):
    home, copies = tmp_path / "home", [tmp_path / "copy 1", tmp_path / "copy 2"]
    with serving(home) as server:
        token = server.token()
        person = Person(server.address, token)
        with Busy(person).uploading():
            answered = set(person.files)
            eyrie("backup", str(copies[0]), "--home", str(home))
        person.expect_all()
        eyrie("backup", str(copies[1]), "--home", str(home))
    for copy in copies:
        new = tmp_path / f"home of {copy.name}"
        eyrie("restore", str(copy), "--home", str(new))
        with serving(new) as server:
            person.at(server.address)
            found = person.wait()
            assert person.costs() == found
            assert answered <= found.keys() <= person.files.keys()
        assert is_well(new)
    assert found == person.files


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("worker",)])
def test_a_folder_of_somebody_else_is_refused_in_one_line(tmp_path, command):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(Exception, match="returned non-zero exit status 2") as refused:
        eyrie(*command, "--home", str(tmp_path))
    (line,) = refused.value.stderr.splitlines()
    assert line.endswith("has other files in it; name an empty or a new folder with --home")
