"""Everything that can go wrong, as one tree.

    EyrieError
    ├── UserFault                the caller can mend it; `problems` are sentences for them
    │   ├── Unauthenticated      no token, or one that is unknown, expired or revoked
    │   ├── Forbidden            the object is visible, but this may not be done with it
    │   ├── NotFound             unknown, of another account, or invisible: not told apart
    │   ├── Malformed            a parameter or body that cannot be read
    │   ├── Refused              well formed, but the model does not accept it
    │   ├── MethodUnknown        the path exists, the method does not
    │   ├── TooLarge             more than the operation takes
    │   └── BodyUnsupported      a content type that no door reads
    └── Fault                    ours: a broken promise, never the caller's doing
        ├── Unavailable          cannot be done now (shutting down, too many questions at once)
        │   ├── Undelivered      a message could not be handed over; it is tried again later
        │   └── LedgerMoved      another writer came first; look again and redo the change
        ├── TooWide              an exact figure has more digits than the engine keeps; split it
        ├── LeaseLost            this job is now another worker's; what it wanted to commit must not be
        ├── TagSetsClash         one tag set id stands for two tag sets; write the part with another salt
        └── LedgerBroken         the manifest and the files disagree

Only the doors know status codes, exit codes and other shapes of an answer.
"""

from collections.abc import Sequence


class EyrieError(Exception):
    """Something failed."""

    def __init__(self, *problems: str) -> None:
        """Each problem is a sentence; without any, the docstring of the class is the message."""
        self.problems: Sequence[str] = problems or (str(self.__doc__).strip().rstrip("."),)
        super().__init__("; ".join(self.problems))


class UserFault(EyrieError):
    """The request cannot be carried out as it stands."""


class Unauthenticated(UserFault):
    """Invalid or missing API token."""


class Forbidden(UserFault):
    """You are not allowed to do this."""


class NotFound(UserFault):
    """Not found."""


class Malformed(UserFault):
    """The request cannot be read."""


class Refused(UserFault):
    """The request is well formed, but not acceptable."""


class MethodUnknown(UserFault):
    """This path does not know the method."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"Method not allowed here. Allowed: {', '.join(allowed)}")


class TooLarge(UserFault):
    """The request is too large."""


class BodyUnsupported(UserFault):
    """Send the body as application/json."""


class Fault(EyrieError):
    """Eyrie failed."""


class Unavailable(Fault):
    """Eyrie cannot do this right now; try again in a moment."""


class Undelivered(Unavailable):
    """A message could not be handed over; it is tried again later."""


class LedgerMoved(Unavailable):
    """The ledger has changed since this change was prepared; look again and redo it."""


class TooWide(Fault):
    """A figure has more digits than the engine keeps."""


class LeaseLost(Fault):
    """The job was taken over by another worker; nothing of this attempt may be committed."""


class TagSetsClash(Fault):
    """Two different tag sets have the same id; write the part again with another salt."""


class LedgerBroken(Fault):
    """The ledger's manifest and its files disagree; run `eyrie doctor`."""
