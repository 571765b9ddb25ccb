"""What a caller sees of the ledger: the snapshot of one workspace, or of all that are theirs."""

from collections.abc import Mapping

from eyrie.archive.snapshot import AsOf
from eyrie.basics.words import Provider
from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.catalogue import Origin
from eyrie.operations.call import Call
from eyrie.records.bills.rows import IntegrationRow


def of_workspace(call: Call, workspace: str, as_of: AsOf = None) -> Snapshot:
    """The snapshot of one workspace."""
    return call.house.snapshots.at(call.session, workspace, as_of, call.now)


def of_caller(call: Call) -> Snapshot:
    """The parts of all workspaces that the caller sees, each once."""
    seen = [of_workspace(call, workspace) for workspace in call.caller.workspaces]
    parts = {part.token: part for snapshot in seen for part in snapshot.parts}
    cubes = {token: cubes for snapshot in seen for token, cubes in snapshot.cubes.items()}
    masked = {token: members for snapshot in seen for token, members in snapshot.masked.items()}
    version = max((snapshot.version for snapshot in seen), default=0)
    return Snapshot(version, call.house.ledger, tuple(parts.values()), masked, cubes)


def key_of(origin: Origin) -> str:
    """The provider as filters, tags and provider lists write it."""
    if origin.provider == Provider.CUSTOM_PROVIDER:
        return f"{origin.provider}:{origin.integration}"
    return origin.provider


def integrations_of(call: Call) -> Mapping[str, IntegrationRow]:
    """The account's integrations by token, for the names of custom providers."""
    return {row.token: row for row in call.rows.all(call.rows.query(IntegrationRow))}
