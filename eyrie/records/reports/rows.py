"""Tables of the things people keep to look at costs."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import KeptInWorkspace


class FolderRow(KeptInWorkspace):
    """A folder of reports, perhaps inside another."""

    __tablename__ = "folders"
    title: Mapped[str]
    type: Mapped[str]
    parent_folder_token: Mapped[str | None] = mapped_column(ForeignKey("folders.token"), index=True)


class SavedFilterRow(KeptInWorkspace):
    """A filter with a name."""

    __tablename__ = "saved_filters"
    title: Mapped[str]
    filter: Mapped[str | None]
    created_by: Mapped[str]
