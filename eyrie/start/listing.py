"""What there is, as the terminal lists it: integrations, tags, cost reports."""

import os
from collections.abc import Mapping, Sequence

from eyrie.answers.sight import key_of, of_caller
from eyrie.basics.errors import NotFound
from eyrie.costs.ledger.parts import Part
from eyrie.costs.query.catalogue import TagFound, tag_keys, tag_values
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.bills.integrations import integrations as integration_record
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.reports.cost_reports import period_of
from eyrie.records.reports.rows import CostReportRow, FolderRow
from eyrie.start.asking import is_readable
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.cli.work import Flags, IntegrationLine, ReportLine, TagLine


def integrations(flags: Flags) -> Sequence[IntegrationLine]:
    """List where costs come from."""
    with opened(read_settings(os.environ, flags)) as house:
        return integrations_of(house)


def tags(flags: Flags, key: str | None) -> Sequence[TagLine]:
    """List the tag keys, or the values of one."""
    with opened(read_settings(os.environ, flags)) as house:
        return tags_of(house, key)


def reports(flags: Flags) -> Sequence[ReportLine]:
    """List the cost reports."""
    with opened(read_settings(os.environ, flags)) as house:
        return reports_of(house)


def integrations_of(house: House) -> Sequence[IntegrationLine]:
    """The integrations, oldest first, with what the ledger's manifest knows of their costs."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        parts: dict[str, list[Part]] = {}
        for part in call.house.snapshots.at(call.session, None, None, call.now).parts:
            parts.setdefault(part.delivery.integration, []).append(part)
        rows = call.rows.all(
            call.rows.query(IntegrationRow).order_by(IntegrationRow.created_at, IntegrationRow.provider)
        )
        return [_integration(call, row, parts.get(row.token, []), names) for row in rows]


def _integration(
    call: Call, row: IntegrationRow, parts: Sequence[Part], names: Mapping[str, str]
) -> IntegrationLine:
    kept = integration_record.values(call, row)
    last = max((part.accrued.last for part in parts), default=None)
    return IntegrationLine(
        name=row.account_identifier,
        provider=row.provider,
        status=str(kept["status"]),
        fresh=_age((call.today - last).days) if last else "",
        rows=sum(part.rows for part in parts),
        first=min(part.accrued.start for part in parts).isoformat() if parts else "",
        last=last.isoformat() if last else "",
        workspaces=tuple(names[token] for token in kept["workspace_tokens"]),
    )


def _age(days: int) -> str:
    """How long ago a day is; charges may lie ahead."""
    match days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
        case _ if days < 0:
            return "ahead"
        case _:
            return f"{days} days ago"


def tags_of(house: House, key: str | None) -> Sequence[TagLine]:
    """The tag keys that costs carry, or the values of one, in all workspaces."""
    with asking(house) as call:
        seen = of_caller(call)
        if key is None:
            counted = [
                (tag, tag_values(house.engine, seen, tag.text)) for tag in tag_keys(house.engine, seen)
            ]
            return [_tag(tag, len(values)) for tag, values in counted]
        values = tag_values(house.engine, seen, key) if is_readable(key) else ()
        if not values:
            raise NotFound(f"There is no tag {key!r}; `eyrie tags` lists those that there are")
        return [_tag(value, None) for value in values]


def _tag(found: TagFound, values: int | None) -> TagLine:
    return TagLine(found.text, values, tuple(sorted({key_of(origin) for origin in found.origins})))


def reports_of(house: House) -> Sequence[ReportLine]:
    """The reports of all workspaces, by workspace, folder and title."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        listed = [_report(call, row, names) for row in call.rows.all(call.rows.query(CostReportRow))]
        return sorted(listed, key=lambda line: (line.workspace, line.folder, line.title))


def _report(call: Call, row: CostReportRow, names: dict[str, str]) -> ReportLine:
    period = period_of(row, call.today)
    return ReportLine(
        title=row.title,
        token=row.token,
        folder=_path(call, row.folder_token),
        days=f"{period.start} to {period.last}",
        groupings=row.groupings or "",
        workspace=names[row.workspace_token],
    )


def _path(call: Call, token: str | None) -> str:
    """The titles of a folder and of those around it."""
    titles: list[str] = []
    while token is not None:
        folder = call.session.get_one(FolderRow, token)
        titles.insert(0, folder.title)
        token = folder.parent_folder_token
    return " / ".join(titles)
