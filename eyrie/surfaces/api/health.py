"""What an operator's tools ask: is it alive, is it ready, how is it doing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import msgspec

from eyrie.surfaces.api.rendering import Response


@dataclass(frozen=True)
class Health:
    """`unready` gives the reasons not to send requests here; `metrics` gives Prometheus text."""

    unready: Callable[[], list[str]]
    metrics: Callable[[], bytes]

    def path(self, raw_path: str) -> Callable[[], Response] | None:
        """The answer at a path of ours, if it is one."""
        match raw_path.rstrip("/"):
            case "/healthz":
                return partial(_say, 200, {"status": "alive"})
            case "/readyz":
                return self._ready
            case "/metrics":
                return self._metrics
            case _:
                return None

    def _ready(self) -> Response:
        reasons = self.unready()
        return _say(
            503 if reasons else 200, {"status": "not ready" if reasons else "ready", "reasons": reasons}
        )

    def _metrics(self) -> Response:
        return Response(200, self.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _say(status: int, body: dict[str, object]) -> Response:
    return Response(status, msgspec.json.encode(body))
