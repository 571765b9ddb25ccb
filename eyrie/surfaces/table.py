"""The table of all operations, filled by the explicit imports of this one file."""

from functools import cache

from eyrie.answers import catalogue, costs, explain, tags
from eyrie.operations.table import Table
from eyrie.records.bills import integrations, uploads
from eyrie.records.people import api_tokens, me, oauth, users, workspaces
from eyrie.records.reports import cost_reports, folders, saved_filters, segments
from eyrie.surfaces.api import documents


@cache
def table() -> Table:
    """Everything the house can do."""
    return Table.of(
        documents.operations(),
        me.operations(),
        users.operations(),
        workspaces.operations(),
        api_tokens.operations(),
        oauth.operations(),
        folders.operations(),
        saved_filters.operations(),
        cost_reports.operations(),
        segments.operations(),
        integrations.operations(),
        uploads.operations(),
        catalogue.operations(),
        tags.operations(),
        costs.operations(),
        explain.operations(),
    )
