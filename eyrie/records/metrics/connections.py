"""Metric sources: integrations whose accounts are asked for metrics, and what they are asked with.

The contract knows only the token of such an integration, so this is a family of Eyrie's own door. Names and
places are shown; secrets are sealed before they are kept and never shown again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import Field

from eyrie.access.rights import Action
from eyrie.basics.errors import Refused
from eyrie.basics.words import PROVIDER_NAMES, Provider
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Door, Operation
from eyrie.operations.outcome import Page
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change, Draft, Moment, PagedQuery, Title, Token, View
from eyrie.records.bills.integrations import Status, integrations
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.records.metrics.sources import ask_for
from eyrie.store.secret_box import SecretBox

SETTINGS = "metrics"  # the key in an integration's settings
SET_AT = "set_at"


@dataclass(frozen=True)
class Kind:
    """What the accounts of a provider are asked with. `one_of`: at least one of these is needed."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Everything it takes."""
        return frozenset((*self.needs, *self.may, *self.one_of, "endpoint"))


KINDS: Mapping[str, Kind] = {
    Provider.DATADOG: Kind(needs=("api_key", "application_key"), may=("site",)),
    Provider.AWS: Kind(needs=("access_key_id", "secret_access_key"), may=("session_token",)),
    Provider.SNOWFLAKE: Kind(
        needs=("account",),
        may=("user", "warehouse", "role", "database", "schema_name"),
        one_of=("private_key", "access_token"),
    ),
}
SECRETS = (
    "api_key",
    "application_key",
    "secret_access_key",
    "session_token",
    "private_key",
    "access_token",
)
PLAIN = (
    "site",
    "access_key_id",
    "account",
    "user",
    "warehouse",
    "role",
    "database",
    "schema_name",
    "endpoint",
)


class SourceProvider(StrEnum):
    """Whose metrics can be fetched."""

    DATADOG = "datadog"
    AWS = "aws"
    SNOWFLAKE = "snowflake"


class MetricSource(View):
    """An Integration whose account is asked for metrics; its secrets are not shown."""

    token: Token
    provider: str = Field(description="Whose account it is.")
    name: str = Field(description="The name of the account.")
    secrets: list[str] = Field(description="The names of the secrets that are kept.")
    set_at: str | None = Field(description="When credentials were last changed.")
    created_at: Moment
    site: str | None = Field(description="Datadog: the site, such as datadoghq.eu.")
    access_key_id: str | None = Field(description="AWS: the id of the access key.")
    account: str | None = Field(description="Snowflake: the account identifier.")
    user: str | None = Field(description="Snowflake: the user.")
    warehouse: str | None = Field(description="Snowflake: the warehouse.")
    role: str | None = Field(description="Snowflake: the role.")
    database: str | None = Field(description="Snowflake: the database.")
    schema_name: str | None = Field(description="Snowflake: the schema.")
    endpoint: str | None = Field(description="An address to ask instead of the provider's own.")


def _secret(what: str) -> Any:  # Any: as Pydantic types `Field`
    return Field(None, description=f"{what}; sealed, and never shown.")


class Credentials(Change):
    """What to ask with. What is not sent stays."""

    site: Title | None = Field(None, description="Datadog: the site; default is datadoghq.com.")
    api_key: Title | None = _secret("Datadog: the API key")
    application_key: Title | None = _secret("Datadog: the application key")
    access_key_id: Title | None = Field(None, description="AWS: the id of the access key.")
    secret_access_key: Title | None = _secret("AWS: the secret of the access key")
    session_token: Title | None = _secret("AWS: the session token, if the key is a passing one")
    account: Title | None = Field(None, description="Snowflake: the account identifier.")
    user: Title | None = Field(None, description="Snowflake: the user, needed with a private key.")
    private_key: Title | None = _secret("Snowflake: the private key, as PEM without passphrase")
    access_token: Title | None = _secret("Snowflake: a programmatic access token, instead of a key")
    warehouse: Title | None = Field(None, description="Snowflake: the warehouse.")
    role: Title | None = Field(None, description="Snowflake: the role.")
    database: Title | None = Field(None, description="Snowflake: the database.")
    schema_name: Title | None = Field(None, description="Snowflake: the schema.")
    endpoint: Title | None = Field(None, description="An address to ask instead of the provider's own.")


class CreateMetricSource(Draft):
    """What makes a MetricSource; its credentials are set afterwards."""

    provider: SourceProvider = Field(description="Whose account it is.")
    name: Title = Field(description="The name of the account.")


metric_sources = Record(
    name="metric_source",
    thing="Metric source",
    tag="MetricSources",
    path="/metric_sources",
    token_prefix=integrations.token_prefix,
    row=IntegrationRow,
    view=MetricSource,
    create=CreateMetricSource,
    update=Credentials,
    titled_by="account_identifier",
    needs=Action.MANAGE_INTEGRATIONS,
    reads_need=Action.MANAGE_INTEGRATIONS,
    refuses={Verbs.UPDATE: frozenset({400, 422})},
)


def opened(secrets: SecretBox, row: IntegrationRow) -> dict[str, str]:
    """All that an account is asked with, secrets opened; nothing if none was set."""
    if row.provider not in KINDS:
        return {}
    sealed: dict[str, str] = json.loads(secrets.open(row.sealed_secret)) if row.sealed_secret else {}
    return {**_plain(row), **sealed}


def _plain(row: IntegrationRow) -> dict[str, str]:
    kept: dict[str, str] = row.settings.get(SETTINGS, {})
    return kept


def _field(name: str, _call: Call, row: IntegrationRow) -> str | None:
    return _plain(row).get(name)


metric_sources.computed |= {name: partial(_field, name) for name in (*PLAIN, SET_AT)}


@metric_sources.shows
def name(_call: Call, row: IntegrationRow) -> str:
    """What an integration calls its account."""
    return row.account_identifier


@metric_sources.shows
def secrets(call: Call, row: IntegrationRow) -> list[str]:
    """Their names alone."""
    kept = opened(call.house.secrets, row)
    return [secret for secret in SECRETS if secret in kept]


def _written(call: Call, values: Values, row: IntegrationRow | None) -> Values:
    """A new one is only named; what comes for one that is there are credentials."""
    if row is not None:
        settle_credentials(call, row, values)
        return {}
    named = {"provider": values["provider"], "account_identifier": values["name"]}
    return {**named, "status": Status.PENDING.value, "settings": {}}


def settle_credentials(call: Call, row: IntegrationRow, sent: Mapping[str, str]) -> None:
    """Keep what was sent beside what there is, the secrets sealed, and have the metrics fetched with it."""
    if not sent:
        return
    kept = opened(call.house.secrets, row)
    if all(kept.get(name) == value for name, value in sent.items()):
        return
    wanted = {**kept, **sent}
    _check(row.provider, sent, wanted)
    wanted[SET_AT] = call.now.isoformat() + "Z"
    sealed = {name: value for name, value in wanted.items() if name in SECRETS}
    plain = {name: value for name, value in wanted.items() if name not in SECRETS}
    row.sealed_secret = call.house.secrets.seal(json.dumps(sealed))
    row.settings = {**row.settings, SETTINGS: plain}
    row.status = Status.CONNECTED.value
    fetched = sa.select(BusinessMetricRow.token).where(BusinessMetricRow.integration_token == row.token)
    for metric in call.session.scalars(fetched).all():
        ask_for(call.session, metric, call.now)


def _check(provider: str, sent: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    kind = KINDS.get(provider)
    name = PROVIDER_NAMES[Provider(provider)]
    if kind is None:
        raise Refused(f"Metrics are not fetched from {name}; use datadog, aws or snowflake")
    problems = [f"{field} is no credential of {name}" for field in sent if field not in kind.fields]
    problems += [f"{field} is missing" for field in kind.needs if field not in wanted]
    if kind.one_of and not any(field in wanted for field in kind.one_of):
        problems.append(f"{' or '.join(kind.one_of)} is missing")
    if "private_key" in wanted and "user" not in wanted:
        problems.append("user is missing: a private key belongs to one")
    endpoint = urlsplit(wanted.get("endpoint", "https://x"))
    if endpoint.scheme not in ("http", "https") or not endpoint.hostname:
        problems.append("endpoint must be an http or https address")
    if problems:
        raise Refused(*problems)


def _listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, PagedQuery)
    question = call.rows.query(IntegrationRow).where(IntegrationRow.provider.in_(list(KINDS)))
    found = one_page(call.session, question, IntegrationRow, query)
    return page_of(metric_sources.plural, found, [metric_sources.show(call, row) for row in found.rows])


metric_sources.before_write = _written
metric_sources.before_delete = integrations.before_delete


def operations() -> list[Operation]:
    """The operations of metric sources; deleting one deletes the integration."""
    return [
        replace(
            operation,
            door=Door.API,
            run=_listed if operation.method == "GET" and not operation.finds else operation.run,
        )
        for operation in operations_of(metric_sources)
    ]
