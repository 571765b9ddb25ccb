"""A change of the ledger, as a value: what shall be different, to be made so by `publish` in one step.

What to retire can be said in two ways. `replace` says it by what was delivered and means whatever of it is
live when the ledger's lock is held: nobody can come in between. A part goes; of a compacted part the members
are masked, and it goes when none is left. `retire` names parts that the caller has read, as compaction does;
if one of them is no longer live or has lost a member since, the caller's work is stale and `LedgerMoved` asks
for it to be redone. Either way the cubes of a part go with it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eyrie.costs.ledger.parts import Member, Part
from eyrie.costs.ledger.rates import Rate


@dataclass(frozen=True)
class Delivered:
    """All that an integration delivered; each further word narrows it."""

    integration: str
    dataset: str | None = None
    source_name: str | None = None
    source: str | None = None
    months: frozenset[dt.date] | None = None  # first days of billing months


@dataclass(frozen=True)
class Assignment:
    """A workspace sees an integration's costs."""

    integration: str
    workspace: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What shall be different; two changes of one account add up to one."""

    account: str
    what: str  # a few words for the history: "upload usr_csts_… complete"
    replace: tuple[Delivered, ...] = ()
    retire: tuple[str, ...] = ()
    read_at: int = 0  # the version at which the parts to retire were read, with their masks
    add: tuple[Part, ...] = ()
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)  # of compacted parts to add
    assign: tuple[Assignment, ...] = ()
    unassign: tuple[Assignment, ...] = ()
    rates: tuple[Rate, ...] = ()  # exchange rates, at most one for a pair and a day
    # Up to which version the tag sets of `add` were compared with the live ones: see `tag_sets.py`.
    tag_sets_checked: int | None = None

    def __add__(self, other: "Change") -> "Change":
        """Both changes at once, checked as far as the less checked one."""
        if self.account != other.account:
            raise ValueError("Changes of two accounts are two changes")
        checked = [c.tag_sets_checked for c in (self, other) if any(part.tag_sets for part in c.add)]
        return replace(
            self,
            what=f"{self.what}; {other.what}",
            replace=self.replace + other.replace,
            retire=self.retire + other.retire,
            read_at=min((c.read_at for c in (self, other) if c.retire), default=0),
            add=self.add + other.add,
            members={**self.members, **other.members},
            assign=self.assign + other.assign,
            unassign=self.unassign + other.unassign,
            rates=self.rates + other.rates,
            tag_sets_checked=None
            if None in checked
            else min((c for c in checked if c is not None), default=None),
        )
