"""The ways to sign in that an installation offers; each is optional, and none costs extra."""

from dataclasses import dataclass

from eyrie.access.caller import Role


@dataclass(frozen=True)
class OpenId:
    """A provider of OpenID Connect, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str  # on the button
    newcomers: Role | None = None  # what somebody becomes whom nobody has added; None: refused


@dataclass(frozen=True)
class Ways:
    """How people sign in, and for how long."""

    passwords: bool = True
    openid: OpenId | None = None
    session_days: int = 14
