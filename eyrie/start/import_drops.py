"""What an import took away, where that is more than is likely: told, and refused if so wished."""

import datetime as dt

from sqlalchemy.orm import Session

from eyrie.archive.month_sums import month_changes
from eyrie.basics.errors import Refused
from eyrie.basics.money import plain
from eyrie.costs.sources.drops import drops
from eyrie.start.import_target import Target


def told_drops(
    session: Session, target: Target, before: int, after: int, today: dt.date, *, hold: bool
) -> list[str]:
    """Tell of closed months of the dataset that lose more than half by a change, made but not committed."""
    told = [
        f"{each.month:%Y-%m} is closed, and what was billed in {each.currency} drops "
        f"from {plain(each.before)} to {plain(each.after)}, by more than half"
        for each in drops(month_changes(session, target.token, target.dataset, before, after), today)
    ]
    if told and hold:
        raise Refused(*told, "Nothing was imported. If that is right, leave out --hold-drops")
    return told
