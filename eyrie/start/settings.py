"""Settings: everything about an installation that is chosen, read once at the start and passed on.

Each has a default; the environment (`EYRIE_PORT=9000`) comes before the default and the command line
(`--port 9000` or `--set port=9000`) before the environment. The descriptions below are the documentation:
`eyrie settings` and docs/settings.md are printed from them.
"""

import ipaddress
import re
from collections.abc import Mapping
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from eyrie.access.caller import Role
from eyrie.access.ways import OpenId, Ways
from eyrie.basics.errors import Malformed
from eyrie.start.machine import (
    answers_default,
    answers_parts,
    default_memory,
    engine_part,
    machine_memory,
    machine_threads,
    read_size,
    shown_size,
)
from eyrie.surfaces.cli.work import SettingRow

PREFIX = "EYRIE_"
FILTERED = "[FILTERED]"
# Variables with our prefix that are no settings, by how they begin: they steer tests and `make`.
_NOT_SETTINGS = ("EYRIE_DIE_AT", "EYRIE_MOMENTS", "EYRIE_TEST_")


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _size(given: object) -> object:
    """Read `2GB`; numbers pass."""
    if not isinstance(given, str):
        return given
    size = read_size(given)
    if size is None:
        raise ValueError("must be a size such as 512MB or 2GB")
    return size


def _networks(given: object) -> object:
    """Read addresses and networks separated by commas."""
    if not isinstance(given, str):
        return given
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in given.split(",") if one.strip())
    except ValueError as error:
        raise ValueError("must be addresses or networks such as 10.0.0.0/8, separated by commas") from error


def _public_url(given: object) -> object:
    """Take an absolute address without its last slash; an empty one means none."""
    if not isinstance(given, str) or not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://costs.example.com")
    return given.rstrip("/")


def _issuer(given: str) -> str:
    """Take an address of a provider; one that is not this machine must be reached safely."""
    parts = urlsplit(given)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if given and not (parts.netloc and (parts.scheme == "https" or (parts.scheme == "http" and local))):
        raise ValueError("must be an address such as https://login.example.com")
    return given


class Newcomers(StrEnum):
    """What becomes of somebody whom the provider knows and nobody has added."""

    REFUSED = "refused"
    VIEWER = "viewer"
    EDITOR = "editor"


def _smtp_url(given: object) -> object:
    """Take the address of a mail server; an empty one means none."""
    if not isinstance(given, str) or not given:
        return ""
    parts = urlsplit(given)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be an address such as smtp://user:password@mail.example.com:587")
    return given


def _sender(given: object) -> object:
    """Take one e-mail address, perhaps with a name."""
    if isinstance(given, str) and (
        "@" not in parseaddr(given)[1].strip("@") or not given.isprintable() or "," in given
    ):
        raise ValueError("must be an e-mail address such as costs@example.com")
    return given


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Settings(BaseModel):
    """All settings of one process."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Field(
        default=Path("~/.eyrie"),
        description="The data folder. It is made at the first start; everything that Eyrie keeps is in it.",
    )
    database_url: str = Field(
        default="",
        description="The metadata database. Empty: SQLite in the data folder. "
        "PostgreSQL: `postgresql+psycopg://user:password@host/name`.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on; 0.0.0.0 listens on all.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8080,
        description="The port to listen on. If it is taken the next free one is used; 0 takes any.",
    )
    public_url: Annotated[str | None, BeforeValidator(_public_url)] = Field(
        default=None,
        description="The address under which people reach Eyrie, used in links. "
        "Empty: the address of each request.",
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_networks)] = Field(
        default=(),
        description="Addresses or networks, separated by commas, whose X-Forwarded headers are believed.",
    )
    memory: Size = Field(
        default_factory=lambda: default_memory(machine_memory()),
        description="Memory for this process, such as 2GB. "
        "Default: a quarter of the machine's or container's, from 512MB to 8GB.",
    )
    answers_memory: Size | None = Field(
        default=None,
        description="Memory for answers that are kept, a part of `memory`: their rows and the pages of them "
        "that were sent. Empty: a fifth of `memory`.",
    )
    threads: Count = Field(
        default_factory=machine_threads,
        description="Threads for computing answers. Default: the processors that this process may use.",
    )
    workers: Annotated[int, Field(ge=0)] = Field(
        default=2,
        description="Jobs that the server works on at once; 0 leaves them all to `eyrie worker`.",
    )
    upload_limit_rows: Count = Field(
        default=10_000, description="The most data rows that one cost upload over HTTP may have."
    )
    upload_limit_bytes: Size = Field(
        default=2 * 1024 * 1024, description="The largest cost upload over HTTP, such as 2MiB."
    )
    body_limit_bytes: Size = Field(
        default=10_000_000, description="The largest body of any other request, such as 10MB."
    )
    slow_question_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=1.0,
        description="Questions about costs that take at least this long are logged with their plan.",
    )
    retention_days: Count = Field(
        default=90,
        description="How many days back questions can be asked `as_of`; superseded files are kept that long.",
    )
    audit_retention_months: Annotated[int, Field(ge=1, le=1200)] = Field(
        default=24, description="How many months audit entries are kept; older ones are forgotten each night."
    )
    grace_seconds: Annotated[int, Field(ge=0)] = Field(
        default=20, description="How long running requests and jobs may go on after the signal to stop."
    )
    smtp_url: Annotated[str, BeforeValidator(_smtp_url)] = Field(
        default="",
        description="The mail server: `smtp://user:password@host:587` or `smtps://…:465`. "
        "Empty: mail is written to the log.",
    )
    mail_from: Annotated[str, BeforeValidator(_sender)] = Field(
        default="eyrie@localhost", description="Who mail is from, such as `Eyrie <costs@example.com>`."
    )
    notification_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=14, description="The hour of the day, in UTC, at which report notifications go out."
    )
    log_format: LogFormat = Field(
        default=LogFormat.TEXT, description="`text` for people, `json` for machines: one object a line."
    )
    log_level: LogLevel = Field(
        default=LogLevel.INFO,
        description="The least important lines to log: `debug`, `info`, `warning` or `error`.",
    )
    password_sign_in: bool = Field(
        default=True, description="Whether people sign in to the console with e-mail address and password."
    )
    session_days: Count = Field(
        default=14, description="How many days after signing in a session of the console ends."
    )
    openid_issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        default="",
        description="The provider of OpenID Connect that people sign in with, such as "
        "`https://login.example.com`. Empty: none. "
        "Its redirect address is `<public_url>/api/sign_in/openid/callback`.",
    )
    openid_client_id: str = Field(
        default="", validate_default=True, description="What the provider calls this installation."
    )
    openid_client_secret: str = Field(
        default="",
        repr=False,
        description="The secret that the provider gave to it.",
        json_schema_extra={"secret": True},
    )
    openid_name: str = Field(default="OpenID Connect", description="What people call the provider.")
    openid_newcomers: Newcomers = Field(
        default=Newcomers.REFUSED,
        description="What somebody becomes whom the provider knows and nobody has added here: `refused`, "
        "`viewer` or `editor`.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description="Key for the cloud passwords that are kept. Empty: a file in the data folder, made at "
        "the first start. For a new key: new and old, separated by a comma.",
        json_schema_extra={"secret": True},
    )

    @field_validator("answers_memory")
    @classmethod
    def _leaves_room(cls, given: int | None, info: ValidationInfo) -> int | None:
        """What is kept must leave the engine something to work with."""
        memory = info.data.get("memory")
        if given is not None and memory is not None and given > memory // 2:
            raise ValueError(f"must be at most half of the memory, {shown_size(memory // 2)}")
        return given

    @field_validator("openid_client_id")
    @classmethod
    def _is_known(cls, given: str, info: ValidationInfo) -> str:
        """A provider without a client cannot be asked."""
        if info.data.get("openid_issuer") and not given:
            raise ValueError("must be set where openid_issuer is")
        return given

    @property
    def ways(self) -> Ways:
        """The ways to sign in."""
        newcomers = None if self.openid_newcomers is Newcomers.REFUSED else Role(self.openid_newcomers.value)
        openid = OpenId(
            *(self.openid_issuer, self.openid_client_id, self.openid_client_secret, self.openid_name),
            newcomers,
        )
        return Ways(self.password_sign_in, openid if self.openid_issuer else None, self.session_days)

    @property
    def engine_bytes(self) -> int:
        """The engine's part of the memory."""
        return engine_part(self.memory)

    @property
    def kept_bytes(self) -> tuple[int, int]:
        """The parts of the memory for rows of answers, which lie in the engine's, and for pages of them."""
        return answers_parts(self.answers_memory or answers_default(self.memory))

    @property
    def home_folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def database(self) -> str:
        """The URL of the metadata database, the default filled in."""
        return self.database_url or f"sqlite:///{self.home_folder / 'eyrie.db'}"


def read_settings(environment: Mapping[str, str], flags: Mapping[str, str]) -> Settings:
    """Read all settings, or say which variables or flags are wrong, all of them at once."""
    found = {
        name: environment[variable(name)] for name in Settings.model_fields if environment.get(variable(name))
    }
    problems = _unknown(environment, flags)
    try:
        settings = Settings.model_validate({**found, **flags} if not problems else found)
    except ValidationError as error:
        # An error names its field first; its input may be a secret, so it is not repeated.
        problems += [
            f"{_origin_name(str(each['loc'][0]), flags)} {_sentence(each['type'], each['msg'])}"
            for each in error.errors(include_input=False, include_url=False)
        ]
    if problems:
        raise Malformed(*problems)
    return settings


def setting_rows(
    settings: Settings, environment: Mapping[str, str], flags: Mapping[str, str]
) -> list[SettingRow]:
    """Show every setting, its value and where it came from."""

    def origin(name: str) -> str:
        if name in flags:
            return "command line"
        return "environment" if environment.get(variable(name)) else "default"

    return [
        SettingRow(name, variable(name), shown(name, getattr(settings, name)), origin(name))
        for name in Settings.model_fields
    ]


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def shown(name: str, value: Any) -> str:  # Any: each setting has its own type
    """Write a value for people, and so that it can be set again; a secret only says that it is there."""
    extra = Settings.model_fields[name].json_schema_extra
    if isinstance(extra, dict) and extra.get("secret"):
        return FILTERED if value else ""
    match value:
        case None:
            return ""
        case tuple():
            return ",".join(str(each) for each in value)
        case int() if name == "memory" or name.endswith("_bytes"):
            return shown_size(value)
    return without_password(str(value)) if name.endswith("_url") else str(value)


def without_password(url: str) -> str:
    """Hide the password in a URL.

    >>> without_password("postgresql+psycopg://eyrie:geheim@db:5432/eyrie")
    'postgresql+psycopg://eyrie:[FILTERED]@db:5432/eyrie'
    """
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{FILTERED}@{place}"))


def _unknown(environment: Mapping[str, str], flags: Mapping[str, str]) -> list[str]:
    """A misspelt variable would silently do nothing, so it is refused."""
    ours = {variable(name) for name in Settings.model_fields}
    named_so = sorted(name for name in environment if name.startswith(PREFIX) and name not in ours)
    strays = [name for name in named_so if not name.startswith(_NOT_SETTINGS)]
    strays += sorted(name for name in flags if name not in Settings.model_fields)
    return [f"{name} is not a setting; `eyrie settings` lists them" for name in strays]


def _origin_name(name: str, flags: Mapping[str, str]) -> str:
    """Name the place where a wrong value must be mended."""
    return f"--{name.replace('_', '-')}" if name in flags else variable(name)


def _sentence(kind: str, message: str) -> str:
    """Turn a validator's message into the rest of a sentence that begins with the variable's name."""
    match kind:
        case "value_error":
            return message.removeprefix("Value error, ")
        case "int_parsing" | "int_type":
            return "must be a whole number"
        case "float_parsing" | "float_type" | "finite_number":
            return "must be a number"
        case "enum":
            return message.replace("Input should", "must")
    return re.sub(r"^Input should ", "must ", message)
