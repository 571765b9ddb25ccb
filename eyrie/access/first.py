"""What an empty home begins with: one account, one workspace that everybody edits, and its owner."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Access, Role
from eyrie.access.teams import EVERYONE, add_team, set_workspaces
from eyrie.basics.errors import Malformed, Refused
from eyrie.basics.token import new_token
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.rows import AccountRow

FIRST_WORKSPACE = "Main"
FIRST_OWNER = "owner@localhost"


def ensure_first(session: Session, now: dt.datetime) -> tuple[AccountRow, bool]:
    """Give the account, and whether it was made just now, with its workspace and its owner."""
    account = session.scalar(sa.select(AccountRow).order_by(AccountRow.created_at).limit(1))
    if account is not None:
        return account, False
    account = AccountRow(token=new_token("acct"), name="Eyrie", created_at=now)
    session.add(account)
    session.flush()
    workspace = WorkspaceRow(
        token=new_token("wrkspc"),
        account_token=account.token,
        created_at=now,
        updated_at=now,
        name=FIRST_WORKSPACE,
        enable_currency_conversion=True,
        currency="USD",
        exchange_rate_date="daily_rate",
    )
    session.add(workspace)
    session.flush()
    everyone = add_team(session, account.token, EVERYONE, now, is_everyone=True)
    set_workspaces(session, everyone, {workspace.token: Access.EDIT})
    add_user(session, account.token, email=FIRST_OWNER, name="Owner", role=Role.OWNER, now=now)
    return account, True


def add_user(
    session: Session,
    account: str,
    *,
    email: str,
    name: str | None,
    role: Role,
    now: dt.datetime,
) -> UserRow:
    """Add a person, who sits in the team of everybody and in no other yet."""
    address = email.strip()
    if "@" not in address.strip("@"):
        raise Malformed(f"'{email}' is not an e-mail address")
    taken = sa.select(UserRow).where(UserRow.account_token == account, UserRow.email == address)
    if session.scalar(taken) is not None:
        raise Refused("Email has already been taken")
    user = UserRow(
        token=new_token("usr"),
        account_token=account,
        created_at=now,
        updated_at=now,
        name=name,
        email=address,
        role=role.value,
    )
    session.add(user)
    session.flush()
    return user
