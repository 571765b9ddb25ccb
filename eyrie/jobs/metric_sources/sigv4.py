"""Signs a request to AWS, version 4: a hash of it, signed with a key made for day, region and service."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AwsKey:
    """Who signs."""

    id: str
    secret: str
    session_token: str | None = None


def signed(
    key: AwsKey,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    region: str,
    service: str,
    now: dt.datetime,
) -> dict[str, str]:
    """The headers of a request, with those that sign it. Addresses with a query are not for this."""
    parts = urlsplit(url)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    sent = {**headers, "Host": parts.netloc, "X-Amz-Date": stamp}
    if key.session_token:
        sent["X-Amz-Security-Token"] = key.session_token
    canonical = {name.lower(): " ".join(value.split()) for name, value in sent.items()}
    names = ";".join(sorted(canonical))
    lines = [method, parts.path or "/", "", *(f"{name}:{canonical[name]}" for name in sorted(canonical))]
    request = "\n".join([*lines, "", names, hashlib.sha256(body).hexdigest()])
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    secret = f"AWS4{key.secret}".encode()
    for word in scope.split("/"):
        secret = hmac.digest(secret, word.encode(), "sha256")
    signature = hmac.new(secret, text.encode(), "sha256").hexdigest()
    sent["Authorization"] = (
        f"{ALGORITHM} Credential={key.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sent
