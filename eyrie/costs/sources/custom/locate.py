"""Which columns of a foreign sheet tell what ours tell, by their headers.

For each of our columns: FOCUS's own name in any spelling; else what a known cloud's export calls it; else the
first synonym that is not taken yet. A cloud may give several columns, to be tried row by row.
"""

from eyrie.basics.money import read_amount
from eyrie.costs.sources.custom.check import LISTED
from eyrie.costs.sources.custom.headers import CLOUDS, SYNONYMS, TAG_COLUMN, Cloud, folded
from eyrie.costs.sources.custom.read import Sheet
from eyrie.costs.sources.custom.unlisted import FIGURES, PERIODS, WORDS

TARGETS = (*LISTED, *WORDS, *FIGURES, *PERIODS, "EffectiveCost")
Places = tuple[int, ...]


class Located:
    """Our columns in a foreign sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._standing: dict[str, int] = {}
        for place, name in enumerate(sheet.header):
            self._standing.setdefault(folded(name), place)
        self.cloud = self._recognised()
        self.places = self._own_names()
        self._add_cloud()
        self._add_synonyms()
        self.tags = {place: tag for place, name in enumerate(sheet.header) if (tag := _tag_of(name))}

    def texts(self, target: str) -> list[str]:
        """Give the cells of our column: in each row the first that is not blank."""
        first, *others = self.places[target]
        if not others:
            return [row[first] for row in self.sheet.rows]
        return [
            next((row[place] for place in (first, *others) if row[place].strip()), "")
            for row in self.sheet.rows
        ]

    def is_found_as(self, target: str, *names: str) -> bool:
        """Tell whether our column was found under one of these names."""
        return any(folded(self.sheet.header[place]) in names for place in self.places.get(target, ())[:1])

    def _recognised(self) -> Cloud | None:
        return next((cloud for cloud in CLOUDS if all(mark in self._standing for mark in cloud.marks)), None)

    def _own_names(self) -> dict[str, Places]:
        return {
            target: (self._standing[folded(target)],)
            for target in TARGETS
            if folded(target) in self._standing
        }

    def _add_cloud(self) -> None:
        for target, names in self.cloud.columns.items() if self.cloud else ():
            places = tuple(self._standing[name] for name in names.split() if name in self._standing)
            if places:
                self.places.setdefault(target, places)

    def _add_synonyms(self) -> None:
        for target, names in SYNONYMS.items():
            taken = {place for places in self.places.values() for place in places}
            for name in names.split():
                place = self._standing.get(name)
                if target in self.places or place is None or place in taken:
                    continue
                if target != "ConsumedQuantity" or self._has_numbers(place):
                    self.places[target] = (place,)

    def _has_numbers(self, place: int) -> bool:
        """Tell quantities from words: `usage` and `units` head both."""
        return any(read_amount(row[place]) is not None for row in self.sheet.rows)


def _tag_of(name: str) -> str | None:
    """Give the tag whose values a column holds, if it is such a column.

    >>> [_tag_of(name) for name in ("tag:team", "resourceTags/user:team", "resource_tags_aws_owner", "team")]
    ['team', 'team', 'aws:owner', None]
    """
    found = TAG_COLUMN.fullmatch(name)
    if found is None:
        return None
    plain, aws, user, own = found.group("plain", "aws", "user", "own")
    return f"aws:{own}" if own else str(plain or aws or user).strip()
