"""Teams in place of roles, what they are granted, and API tokens of their own.

Nobody gains or loses anything. Where everybody of an account works in a workspace, as what they are in the
account, the team of everybody gets it; otherwise a team is made of those who do.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from eyrie.basics.token import new_token

revision = "0005"
down_revision = "0004"

EVERYONE = "Everyone"


def upgrade() -> None:
    """Make the tables, and bring what was known of roles into them."""
    _make_teams()
    _make_grants()
    _fill_teams(op.get_bind())
    op.drop_table("roles")
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.alter_column("user_token", existing_type=sa.String(length=64), nullable=True)
        tokens.add_column(sa.Column("team_token", sa.String(length=64), nullable=True))
        tokens.add_column(sa.Column("role", sa.Text(), nullable=True))
        tokens.create_check_constraint(
            op.f("ck_api_tokens_one_owner"), sa.text("(user_token IS NULL) <> (team_token IS NULL)")
        )
    op.create_index(op.f("ix_api_tokens_team_token"), "api_tokens", ["team_token"], unique=False)


def _make_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_everyone", sa.Boolean(), nullable=False),
        sa.Column("default_dashboard_token", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_token"], ["accounts.token"], name=op.f("fk_teams_account_token")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_teams")),
        sa.UniqueConstraint("account_token", "name", name=op.f("uq_teams_account_token_name")),
    )
    op.create_index(op.f("ix_teams_account_token"), "teams", ["account_token"], unique=False)
    op.create_index(
        "uq_teams_everyone",
        "teams",
        ["account_token"],
        unique=True,
        sqlite_where=sa.text("is_everyone"),
        postgresql_where=sa.text("is_everyone"),
    )
    _make_places(
        "team_members",
        "user_token",
        "users",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
    )
    _make_places(
        "team_workspaces",
        "workspace_token",
        "workspaces",
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def _make_places(name: str, other: str, others: str, *columns: "sa.Column[object]") -> None:
    """A table that ties teams to something else; it goes with either."""
    op.create_table(
        name,
        sa.Column("team_token", sa.String(length=64), nullable=False),
        sa.Column(other, sa.String(length=64), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["team_token"], ["teams.token"], name=op.f(f"fk_{name}_team_token"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            [other], [f"{others}.token"], name=op.f(f"fk_{name}_{other}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_token", other, name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_{other}"), name, [other], unique=False)


def _make_grants() -> None:
    op.create_table(
        "access_grants",
        sa.Column("team_token", sa.String(length=64), nullable=False),
        sa.Column("resource_token", sa.String(length=64), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_access_grants_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["team_token"], ["teams.token"], name=op.f("fk_access_grants_team_token"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_access_grants")),
        sa.UniqueConstraint(
            "team_token", "resource_token", name=op.f("uq_access_grants_team_token_resource_token")
        ),
    )
    op.create_index(op.f("ix_access_grants_account_token"), "access_grants", ["account_token"], unique=False)
    op.create_index(
        op.f("ix_access_grants_resource_token"), "access_grants", ["resource_token"], unique=False
    )


def _fill_teams(connection: sa.Connection) -> None:
    """Give each account its team of everybody, and what its people worked in."""
    known = sa.MetaData()
    known.reflect(connection)
    accounts, users, workspaces, roles = (
        known.tables[name] for name in ("accounts", "users", "workspaces", "roles")
    )
    for account in connection.execute(sa.select(accounts)).mappings().all():
        people = _of(connection, users, account)
        teams = _Teams(connection, known, account)
        everyone = teams.add(EVERYONE, is_everyone=True)
        for workspace in _of(connection, workspaces, account):
            inside = sa.select(roles.c.user_token, roles.c.role).where(
                roles.c.workspace_token == workspace["token"]
            )
            roles_here = {row.user_token: row.role for row in connection.execute(inside)}
            # An Owner has every workspace without being told.
            others = [user for user in people if user["role"] != "owner"]
            if all(roles_here.get(user["token"]) == user["role"] for user in others):
                teams.give(everyone, workspace)
            elif any(user["token"] in roles_here for user in others):
                team = teams.add(workspace["name"])
                teams.give(team, workspace)
                members = [user["token"] for user in others if user["token"] in roles_here]
                teams.seat(team, {token: roles_here[token] for token in members})


def _of(connection: sa.Connection, table: sa.Table, account: sa.RowMapping) -> Sequence[sa.RowMapping]:
    """The rows of an account, oldest first."""
    ours = sa.select(table).where(table.c.account_token == account["token"])
    return connection.execute(ours.order_by(table.c.created_at, table.c.token)).mappings().all()


class _Teams:
    """The teams of one account, being made."""

    def __init__(self, connection: sa.Connection, known: sa.MetaData, account: sa.RowMapping) -> None:
        self._connection, self._known, self._account = connection, known, account
        self._names: set[str] = set()
        self._given = 0

    def add(self, name: str, *, is_everyone: bool = False) -> str:
        """Make a team under this name, or one like it if another team has it."""
        while name in self._names:
            name += " (workspace)"
        self._names.add(name)
        token = new_token("team")
        self._insert(
            "teams",
            token=token,
            account_token=self._account["token"],
            created_at=self._account["created_at"],
            updated_at=self._account["created_at"],
            name=name,
            description="",
            is_everyone=is_everyone,
        )
        return token

    def give(self, team: str, workspace: sa.RowMapping) -> None:
        """Let a team edit a workspace."""
        self._insert(
            "team_workspaces",
            team_token=team,
            workspace_token=workspace["token"],
            access="edit",
            position=self._given,
        )
        self._given += 1

    def seat(self, team: str, roles: Mapping[str, str]) -> None:
        """Put people into a team."""
        for position, (user, role) in enumerate(roles.items()):
            self._insert(
                "team_members",
                team_token=team,
                user_token=user,
                role=role,
                position=position,
                joined_at=self._account["created_at"],
            )

    def _insert(self, table: str, **values: object) -> None:
        self._connection.execute(sa.insert(self._known.tables[table]).values(values))
