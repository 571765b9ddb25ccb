"""A box for the few secrets that must be kept readable: passwords of clouds, answers that hold a new token.

Values are sealed with AES-256-GCM as `v1.<key id>.<nonce and ciphertext>`. The key id is stored with each
value, so that several keys can open while only the newest seals: a new key is put in front of the old
ones, whoever reads a value seals it again (`is_current`, `reseal`), and then the old key can be dropped.
Tokens and passwords of our own users are hashed elsewhere and never come here.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eyrie.basics.errors import Fault

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = "v1"


class SecretUnreadable(Fault):
    """A stored secret cannot be opened: it was changed, or its key is not among EYRIE_SECRET_KEY."""


def new_key() -> str:
    """Make a key, written the way `EYRIE_SECRET_KEY` and the key file take it."""
    return _write(os.urandom(KEY_BYTES))


def read_key(text: str) -> bytes | None:
    """Read a key, or None if the text is not one."""
    try:
        key = _read(text.strip())
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


class SecretBox:
    """Seals with the first key, opens with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """The newest key comes first; at least one is needed."""
        self._keys = tuple(keys)
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self.key_id = _key_id(keys[0])

    def seal(self, text: str) -> str:
        """Close a text; each call gives another value, even for the same text."""
        nonce = os.urandom(_NONCE_BYTES)
        header = f"{_VERSION}.{self.key_id}"
        sealed = self._ciphers[self.key_id].encrypt(nonce, text.encode(), header.encode())
        return f"{header}.{_write(nonce + sealed)}"

    def open(self, sealed: str) -> str:
        """Give back the text of a sealed value."""
        version, _, rest = sealed.partition(".")
        key_id, _, payload = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != _VERSION or cipher is None:
            raise SecretUnreadable
        try:
            data = _read(payload)
            text = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], f"{version}.{key_id}".encode())
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadable from error
        return text.decode()

    def sign(self, text: str) -> str:
        """Give the newest key's signature of a text, fit for an address."""
        return _signature(self._keys[0], text)

    def is_signed(self, text: str, signature: str) -> bool:
        """Tell whether one of the keys signed a text."""
        given = signature.encode()
        return any(hmac.compare_digest(_signature(key, text).encode(), given) for key in self._keys)

    def is_current(self, sealed: str) -> bool:
        """Tell whether a value is sealed with the newest key."""
        return sealed.startswith(f"{_VERSION}.{self.key_id}.")

    def reseal(self, sealed: str) -> str:
        """Seal a value with the newest key, unless it is already."""
        return sealed if self.is_current(sealed) else self.seal(self.open(sealed))


def _key_id(key: bytes) -> str:
    """Name a key without telling it: eight hex digits of a hash with a label of its own."""
    return hashlib.sha256(b"eyrie key id:" + key).hexdigest()[:8]


def _signature(key: bytes, text: str) -> str:
    """Sign with a key of its own, so that no signature tells anything of what the box seals."""
    own = hmac.digest(key, b"eyrie signatures", "sha256")
    return _write(hmac.digest(own, text.encode(), "sha256"))


def _write(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read(text: str) -> bytes:
    """Read what `_write` wrote; other characters are an error, not skipped."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
