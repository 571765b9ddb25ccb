"""A custom provider on a running server, and what people do with it over HTTP: upload, delete, ask."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal

from bench.client import Connection
from bench.figures import Wrong

_BOUNDARY = "between-the-parts-of-a-form"
_FORM = '--{boundary}\r\nContent-Disposition: form-data; name="csv"; filename="{name}"\r\n\r\n{bill}\r\n--{boundary}--\r\n'


def bill_of(first: int, last: int) -> str:
    """The rows with these numbers, in December 2025, as a file for upload; each costs 1 to 97 quarters."""
    lines = (
        f"Usage,2025-12-{1 + row % 31:02d},{(1 + row % 97) * 25 / 100:.2f},Service {row % 50:03d},seat-{row % 5000}"
        for row in range(first, last)
    )
    return "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ResourceId\n" + "\n".join(lines) + "\n"


def total_of(first: int, last: int) -> Decimal:
    """What these rows cost."""
    return Decimal(sum(1 + row % 97 for row in range(first, last))) / 4


class Provider:
    """One custom provider, seen in the first workspace."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        made = self._send("POST", "/v2/integrations/custom_provider", {"name": name})
        self._path = f"/v2/integrations/{made['token']}"
        workspace = json.loads(connection.get("/v2/workspaces").body)["workspaces"][0]["token"]
        self._send("PUT", self._path, {"workspace_tokens": [workspace]})
        self._month = {
            "filter": f"costs.provider = 'custom_provider:{made['token']}'",
            "start_date": "2025-12-01",
            "end_date": "2025-12-31",
            "date_bin": "month",
            "groupings": "",
        }

    def upload(self, name: str, bill: str) -> str:
        """Upload a file, and give the path of the upload; a job will read it."""
        body = _FORM.format(boundary=_BOUNDARY, name=name, bill=bill).encode()
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        reply = self._connection.send("POST", f"{self._path}/costs.csv", body, kind)
        if reply.status != 201:
            raise Wrong(f"{name}: the upload was answered {reply.status}: {reply.body.decode()}")
        return f"{self._path}/costs/{json.loads(reply.body)['token']}"

    def delete(self, upload: str) -> None:
        """Delete an upload."""
        self._connection.send("DELETE", upload)

    def leave(self) -> None:
        """Take the provider away with all that it brought."""
        self._connection.send("DELETE", self._path)

    def wait_for(self, total: Decimal, *, seconds: float, step_seconds: float) -> None:
        """Ask for the total of the month until it is this one; in between the server works on uploads."""
        end = time.monotonic() + seconds
        while (found := self._total()) != total:
            if time.monotonic() > end:
                raise Wrong(f"after {seconds} s the uploads add up to {found}, not {total}")
            time.sleep(step_seconds)

    def _total(self) -> Decimal:
        rows = json.loads(self._connection.get("/v2/costs", self._month).body)["costs"]
        return sum((Decimal(row["amount"]) for row in rows), Decimal(0))

    def _send(self, method: str, path: str, body: Mapping[str, object]) -> dict[str, str]:
        reply = self._connection.send(method, path, json.dumps(body).encode())
        if reply.status >= 400:
            raise Wrong(f"{method} {path} was answered {reply.status}: {reply.body.decode()}")
        return dict(json.loads(reply.body))
