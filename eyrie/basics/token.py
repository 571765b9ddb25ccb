"""Tokens: the names of records on the wire, a prefix that tells the kind and 16 hex digits."""

import secrets


def new_token(prefix: str) -> str:
    """Make a token that was never used: `rprt_0123456789abcdef`."""
    return f"{prefix}_{secrets.token_hex(8)}"
