"""Where an import goes: the integration, new or there already, its dataset, and who sees it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from eyrie.basics.errors import Refused
from eyrie.basics.token import new_token
from eyrie.basics.words import Provider
from eyrie.costs.sources.focus.read import Binding
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.bills import imports
from eyrie.records.bills.imports import Known
from eyrie.records.bills.integrations import Status, add, integrations
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.bills.uploads import DATASET as UPLOADS
from eyrie.start.calling import asking, calling
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.cli.bill_shapes import ImportWish

LONGEST_DATASET = 200


@dataclass(frozen=True)
class Target:
    """Where an import goes, as it was found before anything was read."""

    account: str
    token: str
    name: str
    created: bool  # by this import, when it is published
    dataset: str
    assign: tuple[str, ...]  # workspaces that do not see it yet
    known: Mapping[tuple[str, str], Known]  # by dataset and name

    def with_content(self, sha256: str) -> Sequence[Known]:
        """The files with this content whose rows count."""
        return [known for known in self.known.values() if known.sha256 == sha256]


def binding_of(wish: ImportWish) -> Binding:
    """Read whose costs the files hold."""
    if wish.provider is None:
        return Binding(split=wish.split)
    if wish.split:
        raise Refused(
            "--provider says whose costs these are, --split reads it from each row; give one of them"
        )
    if wish.provider not in set(Provider):
        raise Refused(f"--provider {wish.provider} is not known; it must be one of {', '.join(Provider)}")
    return Binding(Provider(wish.provider))


def find_target(house: House, wish: ImportWish) -> Target:
    """Find the integration by token or name, or settle what a new one will be."""
    dataset = _dataset(wish)
    with asking(house) as call:
        row = find_integration(call, wish.integration)
        if row is None:
            token, name = new_token(integrations.token_prefix), wish.integration
            assign: tuple[str, ...] = (_workspace(call, wish.workspace),)
            return Target(call.caller.account, token, name, True, dataset, assign, {})
        seen = call.rows.links(row.token, "workspace_tokens")
        wanted = [_workspace(call, wish.workspace)] if wish.workspace else []
        return Target(
            call.caller.account,
            row.token,
            row.account_identifier,
            False,
            dataset,
            tuple(token for token in wanted if token not in seen),
            {known.file: known for known in imports.known_files(call.session, row.token)},
        )


def settle_target(house: House, session: Session, target: Target, now: dt.datetime, *, changed: bool) -> None:
    """Make the integration what it is after the import; called after publishing, which holds the lock."""
    call = calling(house, session)
    if target.created:
        row = _made(call, target)
        before = None
    else:
        found = session.get(IntegrationRow, target.token, with_for_update=True)
        if found is None:
            raise Refused(f"{target.name} was deleted while the files were read; nothing was imported")
        row, before = found, integrations.values(call, found)
    if target.assign:
        seen = call.rows.links(row.token, "workspace_tokens")
        call.rows.set_links(row.token, "workspace_tokens", [*seen, *target.assign])
    if changed:
        row.last_updated = now
        row.status = Status.IMPORTED.value
        session.flush()
    if target.created or target.assign:
        integrations.note(call, row, before, integrations.values(call, row))


def _made(call: Call, target: Target) -> IntegrationRow:
    if find_integration(call, target.name) is not None:
        raise Refused(f"Another import has just made {target.name}; run this one again")
    return add(call, Provider.CUSTOM_PROVIDER, target.name, Status.IMPORTED, token=target.token)


def _dataset(wish: ImportWish) -> str:
    dataset = imports.DATASET if wish.dataset is None else wish.dataset
    if not dataset or len(dataset) > LONGEST_DATASET or not dataset.isprintable():
        raise Refused(f"--dataset must be a name of at most {LONGEST_DATASET} printable characters")
    if dataset == UPLOADS:
        raise Refused(f"The dataset {UPLOADS} is that of files uploaded over HTTP; choose another name")
    return dataset


def find_integration(call: Call, named: str) -> IntegrationRow | None:
    """Find an integration by its token, or by its name if only one has it."""
    if not named.strip() or not named.isprintable():
        raise Refused("--integration must be a name or a token")
    row = call.rows.find(IntegrationRow, named)
    if row is not None:
        return row
    if named.startswith(integrations.token_prefix + "_"):
        raise Refused(f"There is no integration {named}; `GET /v2/integrations` lists them")
    named_so = call.rows.all(
        call.rows.query(IntegrationRow).where(IntegrationRow.account_identifier == named)
    )
    if len(named_so) > 1:
        tokens = ", ".join(row.token for row in named_so)
        raise Refused(f"Several integrations are called {named}; name one by its token: {tokens}")
    return named_so[0] if named_so else None


def _workspace(call: Call, named: str | None) -> str:
    rows = call.rows.all(call.rows.query(WorkspaceRow).order_by(WorkspaceRow.created_at, WorkspaceRow.token))
    if named is None:
        if len(rows) == 1:
            return rows[0].token
        listed = ", ".join(row.name for row in rows)
        raise Refused(f"There are several workspaces; say who sees these costs with --workspace: {listed}")
    found = [row.token for row in rows if named in (row.token, row.name)]
    if not found:
        listed = ", ".join(row.name for row in rows)
        raise Refused(f"There is no workspace {named}; there are: {listed}")
    return found[0]
