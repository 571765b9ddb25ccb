"""A client that speaks HTTP to the application in this process: the real door, without a socket."""

from types import TracebackType
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from eyrie.operations.house import House
from eyrie.surfaces.api.app import Observe, make_app
from eyrie.surfaces.api.asgi import App
from eyrie.surfaces.api.health import Health
from eyrie.surfaces.api.request import Trust
from eyrie.surfaces.table import table


def app_over(house: House, trust: Trust | None = None, observe: Observe | None = None) -> App:
    """The application over a house, as ready as can be."""
    return make_app(house, table(), Health(list, lambda: b""), trust, observe)


class Client:
    """Sends requests as one caller; `with Client(app, token) as client:`."""

    def __init__(self, app: App, token: str | None = None, address: str = "http://eyrie.test") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url=address, headers=headers)
        self._starting = start_blocking_portal()
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> "Client":
        self._portal = self._starting.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starting.__exit__(kind, error, trace)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        assert self._portal is not None

        async def send() -> httpx.Response:
            return await self._client.request(method, path, **more)

        return self._portal.call(send)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it keeps."""
        return dict(self._client.cookies)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def put(self, path: str, **more: Any) -> httpx.Response:
        return self.request("PUT", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", path, **more)
