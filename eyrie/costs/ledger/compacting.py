"""Compacts parts: the rows of several small parts of one month become one, as a member for each delivery.

Nothing is lost but the number of a row: a row keeps its `source_row`, and its member tells the file that it
came in. Rows of masked members are left behind, and so are tag sets that no other row uses. What was written
is read back and compared, member by member, with what the manifest knows of the old parts: if a cent or a row
differs, there is no compacted part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eyrie.basics.errors import LedgerBroken
from eyrie.basics.token import new_token
from eyrie.costs.ledger.cube_tags import cube_keys
from eyrie.costs.ledger.cube_writing import WORTH, Worth, write_cubes
from eyrie.costs.ledger.parts import Member, Part, of_several
from eyrie.costs.ledger.writing import read_member_facts, write_part_gathered
from eyrie.engine.port import Engine, Gathered, Renumbered


@dataclass(frozen=True)
class Standing:
    """A live part and its members that count; a part of one delivery is its own only member."""

    part: Part
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Compacted:
    """A part that takes the place of others, and its members."""

    part: Part
    members: tuple[Member, ...]
    cubes: tuple[Part, ...] = ()


def write_compacted(
    engine: Engine,
    folder: Path,
    standing: Sequence[Standing],
    *,
    preferred: Collection[str] = (),
    salt: int = 0,
    worth: Worth = WORTH,
) -> Compacted:
    """Write the rows that count of parts of one integration and billing month as one part, with its cubes.

    A file of 10 and 20 and one of 5 become a part of three rows: member 0 adds up to 30, member 1 to 5.
    """
    token = new_token("part")
    first = standing[0].part
    members = _numbered(standing)
    part = write_part_gathered(
        engine,
        folder,
        Gathered(tuple(_renumbered(folder, each, members) for each in standing)),
        tuple(str(folder / each.part.tag_sets) for each in standing if each.part.tag_sets),
        of_several(first.delivery.integration, token),
        first.billing_month,
        token=token,
    )
    made = tuple(member for _, member in sorted(members.items(), key=lambda each: each[1].number))
    _check(engine, folder / part.file, made)
    keys = cube_keys(engine, folder, part, preferred) if part.rows >= worth.fewest_rows else ()
    return Compacted(part, made, write_cubes(engine, folder, part, keys, salt=salt, worth=worth))


def _numbered(standing: Sequence[Standing]) -> dict[tuple[str, int], Member]:
    """Number the members anew, in the order of their files; by their old part and number."""
    found = [(each.part.token, member) for each in standing for member in each.members]
    found.sort(key=lambda each: (each[1].delivery.dataset, each[1].delivery.source_name, each[0]))
    return {
        (token, member.number): replace(member, number=number) for number, (token, member) in enumerate(found)
    }


def _renumbered(folder: Path, each: Standing, members: Mapping[tuple[str, int], Member]) -> Renumbered:
    numbers = tuple((old.number, members[each.part.token, old.number].number) for old in each.members)
    return Renumbered(str(folder / each.part.file), numbers)


def _check(engine: Engine, file: Path, members: Sequence[Member]) -> None:
    """Refuse a file in which any member is not what it was."""
    facts = read_member_facts(engine, file)
    wrong = [
        member.delivery.source_name
        for member in members
        if (found := facts.pop(member.number, None)) is None
        or (found.rows, found.sums, found.accrued, found.providers)
        != (member.rows, member.sums, member.accrued, member.providers)
    ]
    if wrong or facts:
        named = ", ".join(wrong[:5]) or "rows of no delivery"
        raise LedgerBroken(
            f"Compacted, these would not be what the manifest says: {named}. Nothing was changed; "
            "run `eyrie doctor`"
        )
