"""The chain of audit entries, of those that there are in the order of their making; annotations; feedback."""

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from eyrie.store.audit_chain import BEGINNING, COVERED, hash_of

revision = "0006"
down_revision = "0005"
_TEXTS = [
    name for name in COVERED if name not in ("number", "created_at", "changed_values", "unchanged_values")
]
_ENTRIES = sa.table(
    "audit_logs",
    *(sa.column(name, sa.Text) for name in (*_TEXTS, "hash")),
    sa.column("number", sa.BigInteger),
    sa.column("created_at", sa.DateTime),
    sa.column("changed_values", sa.JSON),
    sa.column("unchanged_values", sa.JSON),
)
_BATCH = 1000


def upgrade() -> None:
    """Make the tables and columns, and chain what there is."""
    heads = op.create_table(
        "audit_heads",
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_audit_heads_account_token")
        ),
        sa.PrimaryKeyConstraint("account_token", name=op.f("pk_audit_heads")),
    )
    op.add_column("audit_logs", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("audit_logs", sa.Column("hash", sa.String(length=64), nullable=True))
    op.bulk_insert(heads, _chained(op.get_bind()))
    with op.batch_alter_table("audit_logs") as batch:
        batch.alter_column("number", nullable=False)
        batch.alter_column("hash", nullable=False)
        batch.create_unique_constraint(
            op.f("uq_audit_logs_account_token_number"), ["account_token", "number"]
        )
    _make_annotations()
    _make_feedback()


def _chained(connection: sa.Connection) -> list[dict[str, Any]]:  # Any: columns have many types
    """Number and chain the entries of each account; give the heads."""
    columns = [column for column in _ENTRIES.columns if column.name not in ("number", "hash")]
    ordered = sa.select(*columns).order_by("account_token", "created_at", "token")
    place = (
        sa.update(_ENTRIES)
        .where(_ENTRIES.c.token == sa.bindparam("entry"))
        .values(number=sa.bindparam("place"), hash=sa.bindparam("its_hash"))
    )
    heads, places = [], []
    entries = connection.execute(ordered).mappings().all()
    for account, of_account in groupby(entries, key=lambda entry: entry["account_token"]):
        number, before = 0, BEGINNING
        for number, entry in enumerate(of_account, start=1):
            before = hash_of(before, {**entry, "number": number})
            places.append({"entry": entry["token"], "place": number, "its_hash": before})
        start = {"forgotten": 0, "forgotten_hash": BEGINNING}
        heads.append({"account_token": account, "number": number, "hash": before, **start})
    for first in range(0, len(places), _BATCH):
        connection.execute(place, places[first : first + _BATCH])
    return heads


def _make_annotations() -> None:
    op.create_table(
        "annotations",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_annotations_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_annotations_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_annotations")),
    )
    op.create_index(op.f("ix_annotations_account_token"), "annotations", ["account_token"], unique=False)
    op.create_index(op.f("ix_annotations_workspace_token"), "annotations", ["workspace_token"], unique=False)


def _make_feedback() -> None:
    op.create_table(
        "user_feedback",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_by_token", sa.String(length=64), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_user_feedback_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_user_feedback")),
    )
    op.create_index(op.f("ix_user_feedback_account_token"), "user_feedback", ["account_token"], unique=False)
