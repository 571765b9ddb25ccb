"""Integrations: the sources of bills, and which workspaces see what they cost.

A new one is seen by nobody: its costs are invisible until a workspace is assigned. The assignment is a fact
of the ledger, with versions, because it decides what a question of the past saw; the links keep only the
order in which the workspaces were named.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

import sqlalchemy as sa
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.archive.change import Assignment, Change, Delivered
from eyrie.archive.publish import publish
from eyrie.basics.errors import Malformed
from eyrie.basics.token import new_token
from eyrie.basics.words import Provider
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Shown
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change as ChangeShape
from eyrie.operations.shapes import Draft, Moment, PagedQuery, Title, Token, Tokens, View
from eyrie.records.bills.rows import IntegrationRow, UploadRow
from eyrie.store.people import WorkspaceRow


class Status(StrEnum):
    """How an integration is doing."""

    CONNECTED = "connected"
    ERROR = "error"
    PENDING = "pending"
    IMPORTING = "importing"
    IMPORTED = "imported"
    DISCONNECTED = "disconnected"


class Integration(View):
    """A source of bills."""

    token: Token
    provider: str = Field(description="The key of the provider.")
    account_identifier: str | None = Field(
        description="GCP: billing account; Azure: tenant; custom: its name."
    )
    status: Status = Field(description="How the Integration is doing.")
    last_updated: Moment | None = Field(description="When costs were last imported.")
    workspace_tokens: list[Token] = Field(description="The Workspaces that see its costs.")
    created_at: Moment
    managed_account_tokens: list[Token] = Field(description="The Managed Accounts that use it.")


class UpdateIntegration(ChangeShape):
    """What can be changed of an Integration."""

    workspace_tokens: Tokens | None = Field(
        None, description="The Workspaces that see its costs; replaces the whole list, which is never empty."
    )


class CreateCustomProvider(Draft):
    """What makes a custom provider."""

    name: Title = Field(description="The name of the custom provider.")
    description: str | None = Field(None, description="What it is.")


class CreateGcp(Draft):
    """What makes a GCP Integration."""

    billing_account_id: Title = Field(description="The billing account.")
    project_id: Title = Field(description="The project that holds the export.")
    dataset_name: Title = Field(description="The BigQuery dataset of the export.")


class CreateAzure(Draft):
    """What makes an Azure Integration."""

    tenant: Title = Field(description="The Azure AD tenant.")
    app_id: Title = Field(description="The application id of the service principal.")
    password: Title = Field(description="Its password; kept encrypted and never shown.")


class ListIntegrations(PagedQuery):
    """Which Integrations to list."""

    provider: Provider | None = Field(None, description="Only those of this provider.")
    account_identifier: str | None = Field(None, description="Exactly this account; needs `provider`.")

    @model_validator(mode="after")
    def _of_a_provider(self) -> "ListIntegrations":
        if self.account_identifier is not None and self.provider is None:
            raise PydanticCustomError("spoken", "account_identifier can only be used together with provider")
        return self


integrations = Record(
    name="integration",
    thing="Integration",
    tag="Integrations",
    path="/integrations",
    token_prefix="accss_crdntl",
    row=IntegrationRow,
    view=Integration,
    update=UpdateIntegration,
    listed_by=ListIntegrations,
    titled_by="account_identifier",
    needs=Action.MANAGE_INTEGRATIONS,
    reads_need=Action.MANAGE_INTEGRATIONS,
    verbs=Verbs.LIST | Verbs.READ | Verbs.UPDATE | Verbs.DELETE,
)


@integrations.shows
def workspace_tokens(call: Call, row: IntegrationRow) -> list[str]:
    """In the order in which they were named."""
    return call.rows.links(row.token, "workspace_tokens")


@integrations.shows
def managed_account_tokens(_call: Call, _row: IntegrationRow) -> list[str]:
    """Empty while an account has no managed accounts."""
    return []


@integrations.shows
def status(call: Call, row: IntegrationRow) -> str:
    """A custom provider is as its uploads are: one in work, or the latest failed."""
    newest_first = sa.select(UploadRow.import_status).where(UploadRow.integration_token == row.token)
    found = call.session.scalars(
        newest_first.order_by(UploadRow.created_at.desc(), UploadRow.token.desc())
    ).all()
    if "processing" in found:
        return Status.IMPORTING
    return Status.ERROR if found[:1] == ["error"] else row.status


def _assigned(call: Call, values: Values, row: IntegrationRow | None) -> Values:
    """Assign and take away in the ledger, so that the next question sees it, history included."""
    tokens = values.pop("workspace_tokens", None)
    if tokens is None or row is None:
        return values
    if not tokens:
        raise Malformed("workspace_tokens must name at least one Workspace")
    for token in tokens:
        if call.rows.find(WorkspaceRow, token) is None:
            raise Malformed(f"Workspace not found: {token}")
    before = call.rows.links(row.token, "workspace_tokens")
    call.rows.set_links(row.token, "workspace_tokens", tokens)
    change = Change(
        account=row.account_token,
        what=f"workspaces of {row.token}",
        assign=tuple(Assignment(row.token, token) for token in tokens if token not in before),
        unassign=tuple(Assignment(row.token, token) for token in before if token not in tokens),
    )
    publish(call.session, call.house.ledger, change, call.now)
    return values


def _emptied(call: Call, row: IntegrationRow) -> None:
    """Its uploads and costs go with it; reports that name it keep their filter and match nothing."""
    change = Change(
        account=row.account_token,
        what=f"{row.token} deleted",
        replace=(Delivered(row.token),),
        unassign=tuple(
            Assignment(row.token, token) for token in call.rows.links(row.token, "workspace_tokens")
        ),
    )
    # The records go first: whoever publishes an upload locks its record before the ledger.
    call.session.execute(sa.delete(UploadRow).where(UploadRow.integration_token == row.token))
    publish(call.session, call.house.ledger, change, call.now)


integrations.before_write = _assigned
integrations.before_delete = _emptied


def add(
    call: Call,
    provider: Provider,
    account: str,
    status: Status,
    *,
    token: str | None = None,
    description: str | None = None,
    settings: Mapping[str, str] | None = None,
    sealed_secret: str | None = None,
) -> IntegrationRow:
    """Keep a new integration, seen by nobody yet; its audit entry is left to the caller."""
    row = IntegrationRow(
        token=token or new_token(integrations.token_prefix),
        account_token=call.caller.account,
        created_at=call.now,
        updated_at=call.now,
        provider=provider.value,
        account_identifier=account,
        description=description,
        status=status.value,
        settings=dict(settings or {}),
        sealed_secret=sealed_secret,
    )
    call.session.add(row)
    call.session.flush()
    return row


def _added(call: Call, row: IntegrationRow) -> Shown:
    integrations.note(call, row, None, integrations.values(call, row))
    return Shown(integrations.show(call, row))


def _custom_provider(call: Call) -> Shown:
    body: CreateCustomProvider = call.body
    row = add(call, Provider.CUSTOM_PROVIDER, body.name, Status.IMPORTED, description=body.description)
    return _added(call, row)


def _gcp(call: Call) -> Shown:
    body: CreateGcp = call.body
    settings = {"project_id": body.project_id, "dataset_name": body.dataset_name}
    return _added(call, add(call, Provider.GCP, body.billing_account_id, Status.PENDING, settings=settings))


def _azure(call: Call) -> Shown:
    body: CreateAzure = call.body
    settings, sealed = {"app_id": body.app_id}, call.house.secrets.seal(body.password)
    row = add(call, Provider.AZURE, body.tenant, Status.PENDING, settings=settings, sealed_secret=sealed)
    return _added(call, row)


def _creating(
    name: str, path: str, what: str, body: type[Draft], run: Callable[[Call], Shown], *refuses: int
) -> Operation:
    return Operation(
        name=name,
        tag="Integrations",
        method="POST",
        path=f"/integrations/{path}",
        summary=f"Add {what}",
        description=f"Records {what}. Assign it to a Workspace afterwards: until then nobody sees its costs.",
        scope=Scope.WRITE,
        needs=Action.MANAGE_INTEGRATIONS,
        body=JsonBody(body),
        answers=Answer(201, Integration),
        refuses=frozenset({400, *refuses}),
        work=Work.WRITES,
        audited=True,
        run=run,
    )


def operations() -> list[Operation]:
    """The operations of integrations."""
    return [
        *operations_of(integrations),
        _creating(
            "createCustomProviderIntegration",
            "custom_provider",
            "a custom provider",
            CreateCustomProvider,
            _custom_provider,
            403,
        ),
        _creating(
            "createGCPIntegration", "gcp", "a GCP billing export, pending a collector", CreateGcp, _gcp
        ),
        _creating(
            "createAzureIntegration", "azure", "an Azure tenant, pending a collector", CreateAzure, _azure
        ),
    ]
