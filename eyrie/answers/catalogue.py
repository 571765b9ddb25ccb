"""What there is to ask about in a workspace: providers, services, accounts."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.sight import integrations_of, key_of, of_workspace
from eyrie.basics.errors import NotFound
from eyrie.basics.words import PROVIDER_NAMES, Provider
from eyrie.costs.query import catalogue
from eyrie.costs.query.catalogue import Origin
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Later, Page
from eyrie.operations.paging import limit_of, one_slice
from eyrie.operations.shapes import PagedQuery, Query, Token, View
from eyrie.operations.workspace import the_workspace
from eyrie.records.bills.rows import IntegrationRow
from eyrie.store.rows import LinkRow

_WORKSPACE = "Required if the token can use several Workspaces."


class CostProvider(View):
    """A provider that costs can come from."""

    name: str = Field(description="The name of the CostProvider.")
    key: str = Field(description="How filters write it.")


class CostService(View):
    """A service that costs are for."""

    name: str = Field(description="The name of the CostService.")
    provider: str = Field(description="The key of the CostProvider.")


class CostProviderAccount(View):
    """An account that bears costs."""

    title: str = Field(description="The name of the account.")
    account_id: str = Field(description="The id of the account.")
    provider_uuid: str = Field(description="The id by which the provider alone knows it.")
    provider: str = Field(description="The provider.")


class InWorkspace(Query):
    """Which workspace to look into."""

    workspace_token: Token | None = Field(None, description=_WORKSPACE)


class ListAccounts(PagedQuery):
    """Which accounts to list."""

    workspace_token: Token | None = Field(None, description=_WORKSPACE)
    provider: Provider | None = Field(None, description="Only those of this provider.")
    account_id: str | None = Field(None, description="Only this account.")
    account_name: str | None = Field(None, description="Only accounts with exactly this name.")


def _workspace(call: Call) -> str | None:
    """The workspace asked about; an unknown one has nothing in it."""
    try:
        return the_workspace(call, getattr(call.query, "workspace_token", None))
    except NotFound:
        return None


def _providers(call: Call) -> Page:
    workspace = _workspace(call)
    assigned = sa.select(LinkRow.source).where(
        LinkRow.target == workspace, LinkRow.field == "workspace_tokens"
    )
    known = integrations_of(call)
    origins = {
        Origin(known[token].provider, token) for token in call.session.scalars(assigned) if token in known
    }
    if workspace is not None:
        origins |= set(catalogue.origins(of_workspace(call, workspace)))
    names = {
        key_of(origin): _name(origin, known[origin.integration].account_identifier) for origin in origins
    }
    listed = sorted((name, key) for key, name in names.items())
    return Page("cost_providers", [CostProvider(name=name, key=key) for name, key in listed], linked=False)


def _name(origin: Origin, own_name: str) -> str:
    provider = Provider(origin.provider)
    return own_name if provider is Provider.CUSTOM_PROVIDER else PROVIDER_NAMES[provider]


def _services(call: Call) -> Page | Later:
    workspace = _workspace(call)
    if workspace is None:
        return _services_page(())
    snapshot = of_workspace(call, workspace)
    return Later(
        ("services", snapshot.version, workspace),
        lambda cancel: catalogue.services(call.house.engine, snapshot, cancel),
        _services_page,
    )


def _services_page(found: Sequence[catalogue.Service]) -> Page:
    listed = sorted({(service.name, key_of(service.origin)) for service in found})
    services = [CostService(name=name, provider=provider) for name, provider in listed]
    return Page("cost_services", services, linked=False)


def _accounts(call: Call) -> Page | Later:
    query = call.query
    assert isinstance(query, ListAccounts)
    workspace = _workspace(call)
    known = integrations_of(call)
    if workspace is None:
        return _accounts_page(query, known, ())
    snapshot = of_workspace(call, workspace)
    return Later(
        ("accounts", snapshot.version, workspace),
        lambda cancel: catalogue.accounts(call.house.engine, snapshot, cancel),
        lambda found: _accounts_page(query, known, found),
    )


def _accounts_page(
    query: ListAccounts, known: Mapping[str, IntegrationRow], found: Sequence[catalogue.Account]
) -> Page:
    named: dict[tuple[str, ...], CostProviderAccount] = {}
    for account in found:
        custom = account.origin.provider == Provider.CUSTOM_PROVIDER
        title = known[account.origin.integration].account_identifier if custom else account.name
        shown = CostProviderAccount(
            title=title or account.account_id,
            account_id=account.account_id,
            provider_uuid=account.account_id,
            provider=account.origin.provider,
        )
        named[(shown.account_id, shown.provider, shown.title)] = shown
    wanted = {"provider": query.provider, "account_id": query.account_id, "title": query.account_name}
    listed = [
        account
        for _, account in sorted(named.items(), key=lambda entry: entry[0])
        if all(value is None or getattr(account, name) == value for name, value in wanted.items())
    ]
    paged = {"page", "limit"} & query.model_fields_set
    limit = limit_of(query) if paged else max(1, len(listed))
    page = one_slice(listed, query, limit, lambda one: (one.account_id, one.provider, one.title))
    more = page.next_after is not None
    return Page("cost_provider_accounts", page.rows, page.number, page.last, page.next_after, has_next=more)


def operations() -> list[Operation]:
    """The operations of the catalogue."""
    return [
        Operation(
            name="getCostProviders",
            tag="CostProvider",
            method="GET",
            path="/cost_providers",
            summary="List the providers of a Workspace",
            description="All providers that have an Integration there, by name.",
            scope=Scope.READ,
            query=InWorkspace,
            answers=Answer(200, CostProvider, key="cost_providers", linked=False),
            refuses=frozenset({400}),
            work=Work.READS,
            run=_providers,
        ),
        Operation(
            name="getCostServices",
            tag="CostService",
            method="GET",
            path="/cost_services",
            summary="List the services of a Workspace",
            description="All services that have costs there, by name.",
            scope=Scope.READ,
            query=InWorkspace,
            answers=Answer(200, CostService, key="cost_services", linked=False),
            refuses=frozenset({400}),
            work=Work.READS,
            run=_services,
        ),
        Operation(
            name="getCostProviderAccounts",
            tag="CostProviderAccounts",
            method="GET",
            path="/cost_provider_accounts",
            summary="List the accounts of a Workspace",
            description="All accounts that have costs there, by id; all at once unless `limit` is sent.",
            scope=Scope.READ,
            query=ListAccounts,
            answers=Answer(200, CostProviderAccount, key="cost_provider_accounts"),
            refuses=frozenset({400}),
            work=Work.READS,
            run=_accounts,
        ),
    ]
