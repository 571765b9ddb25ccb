"""Folders: where reports lie; a folder's saved filters act on every report inside it."""

from enum import StrEnum
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field

from eyrie.basics.errors import Malformed, NotFound
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Refers, Values, Verbs
from eyrie.operations.shapes import Change, Clears, Draft, Moment, PagedQuery, Title, Token, Tokens, View
from eyrie.records.reports.rows import CostReportRow, FolderRow, SavedFilterRow


class FolderType(StrEnum):
    """What lies in a folder."""

    COST_FOLDER = "CostFolder"
    PROVIDER_RESOURCE_FOLDER = "ProviderResourceFolder"


class Folder(View):
    """A folder of reports."""

    token: Token
    title: str | None = Field(description="The title of the Folder.")
    type: str = Field(description="What lies in the Folder.")
    parent_folder_token: Token | None = Field(description="The Folder around it, if any.")
    saved_filter_tokens: list[Token] = Field(description="The SavedFilters that act on every report inside.")
    created_at: Moment
    updated_at: Moment
    workspace_token: Token


class CreateFolder(Draft):
    """What makes a Folder."""

    title: Title = Field(description="The title of the Folder.")
    parent_folder_token: Token | None = Field(
        None, description="The Folder around it; decides the Workspace."
    )
    saved_filter_tokens: Tokens = Field([], description="SavedFilters for every report inside.")
    workspace_token: Token | None = Field(None, description="Ignored if 'parent_folder_token' is set.")
    type: FolderType = Field(FolderType.COST_FOLDER, description="What lies in the Folder.")


class UpdateFolder(Change):
    """What changes a Folder."""

    title: Title | None = Field(None, description="The title of the Folder.")
    parent_folder_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="The Folder around it; null moves it to the root."
    )
    saved_filter_tokens: Tokens | None = Field(None, description="Replaces the whole list.")


class ListFolders(PagedQuery):
    """Which Folders to list."""

    type: FolderType | None = Field(None, description="Only Folders of this type.")
    q: str | None = Field(None, description="A part of the title.")
    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")


folders = Record(
    name="folder",
    thing="Folder",
    tag="Folders",
    path="/folders",
    token_prefix="fldr",
    row=FolderRow,
    view=Folder,
    create=CreateFolder,
    update=UpdateFolder,
    listed_by=ListFolders,
    lists={"saved_filter_tokens": Refers(SavedFilterRow, "Saved filter")},
    refuses={Verbs.CREATE: frozenset({400}), Verbs.UPDATE: frozenset({400, 404})},
)


def _placed(call: Call, values: Values, row: FolderRow | None) -> Values:
    """A parent fixes the workspace; it must hold the same things and not lie inside the folder itself."""
    parent_token = values.get("parent_folder_token")
    if parent_token is None or (row and parent_token == row.parent_folder_token):
        return values
    parent = call.rows.find(FolderRow, parent_token)
    if parent is None:
        raise NotFound("Parent folder not found")
    if parent.type != (row.type if row else values["type"]):
        raise Malformed(f"parent_folder_token: a {parent.type} cannot hold a folder of another type")
    if row is None:
        return {**values, "workspace_token": parent.workspace_token}
    if parent.workspace_token != row.workspace_token:
        raise Malformed("parent_folder_token: a Folder cannot move to another Workspace")
    above: FolderRow | None = parent
    while above is not None:
        if above.token == row.token:
            raise Malformed("parent_folder_token: a Folder cannot lie inside itself")
        above = call.session.get(FolderRow, above.parent_folder_token) if above.parent_folder_token else None
    return values


def _emptied(call: Call, row: FolderRow) -> None:
    """What lay in the folder moves to where the folder lay."""
    call.session.execute(
        sa.update(FolderRow)
        .where(FolderRow.parent_folder_token == row.token)
        .values(parent_folder_token=row.parent_folder_token)
    )
    call.session.execute(
        sa.update(CostReportRow)
        .where(CostReportRow.folder_token == row.token)
        .values(folder_token=row.parent_folder_token)
    )


folders.before_write = _placed
folders.before_delete = _emptied


def operations() -> list[Operation]:
    """The operations of folders."""
    return operations_of(folders)
