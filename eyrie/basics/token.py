"""Tokens: the names of records on the wire, a prefix that tells the kind and 16 hex digits."""

import re
import secrets

_SHAPE = re.compile(r"([a-z][a-z_]*)_([0-9a-f]{16})", re.ASCII)


def new_token(prefix: str) -> str:
    """Make a token that was never used: `rprt_0123456789abcdef`."""
    return f"{prefix}_{secrets.token_hex(8)}"


def prefix_of(token: str) -> str | None:
    """Give the kind of a well-formed token, else None.

    >>> prefix_of("rprt_frcst_0123456789abcdef"), prefix_of("rprt_1")
    ('rprt_frcst', None)
    """
    found = _SHAPE.fullmatch(token)
    return found.group(1) if found else None
