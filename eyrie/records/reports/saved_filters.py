"""Saved filters: a VQL filter with a name, shared by cost reports."""

from typing import Annotated

from pydantic import Field

from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change, Clears, Draft, Moment, PagedQuery, Title, Token, View
from eyrie.records.reports.filter_text import FilterText
from eyrie.records.reports.rows import SavedFilterRow


class SavedFilter(View):
    """A VQL filter with a name."""

    token: Token
    title: str = Field(description="The title of the SavedFilter.")
    cost_report_tokens: list[Token] = Field(description="The CostReports that use it directly.")
    filter: str | None = Field(description="The filter, as it was written.")
    created_at: Moment
    created_by: Token | None = Field(description="The token of its creator.")
    workspace_token: Token


class CreateSavedFilter(Draft):
    """What makes a SavedFilter."""

    title: Title = Field(description="The title of the SavedFilter.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    filter: FilterText | None = Field(None, description="A VQL filter; without one it matches everything.")


class UpdateSavedFilter(Change):
    """What changes a SavedFilter."""

    title: Title | None = Field(None, description="The title of the SavedFilter.")
    filter: Annotated[FilterText | None, Clears.BY_EMPTY] = Field(
        None, description="A VQL filter; empty clears."
    )


class ListSavedFilters(PagedQuery):
    """Which SavedFilters to list."""

    q: str | None = Field(None, description="A part of the title.")
    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")


saved_filters = Record(
    name="saved_filter",
    thing="Saved filter",
    tag="SavedFilters",
    path="/saved_filters",
    token_prefix="svd_fltr",
    row=SavedFilterRow,
    view=SavedFilter,
    create=CreateSavedFilter,
    update=UpdateSavedFilter,
    listed_by=ListSavedFilters,
    refuses={Verbs.CREATE: frozenset({400, 422}), Verbs.UPDATE: frozenset({400, 404, 422})},
)


@saved_filters.shows
def cost_report_tokens(call: Call, row: SavedFilterRow) -> list[str]:
    """Reports point at filters; the list is read back, never stored twice."""
    return call.rows.linked_from(row.token, "saved_filter_tokens", "rprt")


def _signed(call: Call, values: Values, row: SavedFilterRow | None) -> Values:
    return values if row else {**values, "created_by": call.caller.created_by}


saved_filters.before_write = _signed


def operations() -> list[Operation]:
    """The operations of saved filters."""
    return operations_of(saved_filters)
