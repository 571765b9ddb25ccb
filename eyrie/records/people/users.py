"""Users: the people of the account. They are added on the command line; the API lists and reads them."""

from typing import Annotated

from pydantic import Field

from eyrie.access.caller import Role
from eyrie.access.rights import Action, may
from eyrie.basics.errors import Forbidden, Refused
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import Change, Clears, Token, View
from eyrie.store.people import UserRow

DASHBOARD = "dshbrd"


class User(View):
    """A person of the account."""

    token: Token
    name: str | None = Field(description="The name of the User.")
    email: str = Field(description="The e-mail address of the User.")
    role: str = Field(description="The role of the User in the account.")
    default_dashboard_token: Token | None = Field(description="The Dashboard that the User sees first.")
    last_seen_at: str | None = Field(description="The day on which the User was last seen.")


class UpdateUser(Change):
    """What can be changed of a User."""

    default_dashboard_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="The Dashboard that the User sees first; null clears."
    )


users = Record(
    name="user",
    thing="User",
    tag="Users",
    path="/users",
    token_prefix="usr",
    row=UserRow,
    view=User,
    update=UpdateUser,
    titled_by="email",
    needs=Action.EDIT_SELF,
    verbs=Verbs.LIST | Verbs.READ | Verbs.UPDATE,
    refuses={Verbs.LIST: frozenset({403}), Verbs.UPDATE: frozenset({404, 422})},
)


@users.shows
def role(_call: Call, row: UserRow) -> str:
    """The role as people read it."""
    return Role(row.role).shown


@users.shows
def last_seen_at(_call: Call, row: UserRow) -> str | None:
    """A day, not a moment."""
    return row.last_seen_at.date().isoformat() if row.last_seen_at else None


def with_known_dashboard(call: Call, values: Values, row: UserRow | None) -> Values:
    """One's own preferences are one's own; those of others belong to Owners."""
    if row is not None and row.token != call.caller.user and not may(call.caller, Action.MANAGE_ACCOUNT):
        raise Forbidden("Only an Owner changes what another User sees first")
    token = values.get("default_dashboard_token")
    if token and token != (row and row.default_dashboard_token) and not sees_dashboard(call, token):
        raise Refused("Dashboard not found")
    return values


def sees_dashboard(call: Call, token: str) -> bool:
    """Tell whether a token names a dashboard that the caller sees."""
    return token.startswith(f"{DASHBOARD}_") and call.rows.find_granted(token) is not None


users.before_write = with_known_dashboard


def operations() -> list[Operation]:
    """The operations of users."""
    return operations_of(users)
