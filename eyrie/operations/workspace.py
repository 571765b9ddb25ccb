"""Which workspace a call is about."""

from eyrie.basics.errors import Malformed, NotFound
from eyrie.operations.call import Call


def the_workspace(call: Call, token: str | None, *, creating: bool = False) -> str:
    """The workspace a call is about: the one named, or the only one there is.

    A default workspace of the user resolves what is ambiguous for reading, not for creating.
    """
    visible = list(call.caller.workspaces)
    if token is not None:
        if token not in visible:
            raise NotFound("Workspace not found")
        return token
    if len(visible) == 1:
        return visible[0]
    if not creating and call.caller.default_workspace in visible:
        return str(call.caller.default_workspace)
    if not visible:
        raise Malformed("this token cannot use any Workspace; ask an Owner for access")
    raise Malformed("workspace_token is required because this token can use several Workspaces")
