"""A real server on a socket inside this process, over an engine that is as slow as a test wants it."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from eyrie.basics.errors import Unavailable
from eyrie.start.protocol import JsonHttpProtocol
from eyrie.start.serve import address_of, bind
from tests.in_process import app_over


class SlowEngine:
    """The engine at its port; what it is to hold takes until `may_go_on` is set, or until it is stopped."""

    def __init__(self, engine):
        self._engine = engine
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.endless = None  # a plan to work on instead of waiting
        self.begun = 0

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def run(self, plan, cancel=None):
        if cancel is not None and self.endless is None:
            self._wait(cancel)
        return self._engine.run(plan, cancel)

    def hold(self, plan, cancel=None):
        self.begun += 1
        if self.endless is not None:
            return self._engine.hold(self.endless, cancel)
        self._wait(cancel)
        return self._engine.hold(plan, cancel)

    def _wait(self, cancel):
        stopped = threading.Event()
        cancel.watch(stopped.set)
        while not (self.may_go_on.wait(0.005) or stopped.is_set()):
            pass
        cancel.rest()
        if stopped.is_set():
            raise Unavailable("The question was cancelled.")


class Served:
    """A world behind a socket."""

    def __init__(self, world, address, engine, house):
        self.world, self.address, self.engine, self.house = world, address, engine, house


@contextmanager
def served(world):
    """Serve a world until the test ends."""
    engine = SlowEngine(world.house.engine)
    house = replace(world.house, engine=engine)
    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(
        app_over(house), http=JsonHttpProtocol, ws="none", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Served(world, address_of(listener), engine, house)
    finally:
        engine.may_go_on.set()
        server.should_exit = True
        thread.join()


def until(condition):
    """Wait until something is so."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.005)
