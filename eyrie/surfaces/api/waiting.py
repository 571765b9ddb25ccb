"""Waits for what takes long: without a thread, not for ever, and only as long as the client does."""

import asyncio
import contextlib

from eyrie.basics.errors import Unavailable
from eyrie.operations.outcome import Later
from eyrie.operations.questions import Questions, Waiting
from eyrie.surfaces.api.asgi import Receive

TURN_SECONDS = 20.0  # how long a question waits for its turn


async def answered(questions: Questions, later: Later, receive: Receive) -> Waiting[object]:
    """Wait until there is an answer or an error in its place; `ConnectionResetError` if the client leaves."""
    waiting = questions.ask(later.key, later.work)
    done, gone = _when_done(waiting), asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({done, gone}, timeout=TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.has_begun and not gone.done():
            raise Unavailable("Too many questions at once; try again in a moment.")
        await asyncio.wait({done, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            raise ConnectionResetError
        return waiting
    finally:
        gone.cancel()
        waiting.leave()


def _when_done(waiting: Waiting[object]) -> asyncio.Future[None]:
    """Be told in this event loop; the answer itself may belong to several."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(done.set_result, None)

    waiting.when_done(tell)
    return done


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
