"""Imports that are held until somebody confirms them: what they would take away is more than is likely."""

import datetime as dt

from sqlalchemy.orm import Session

from eyrie.archive.month_sums import month_changes
from eyrie.basics.errors import Refused
from eyrie.basics.money import plain
from eyrie.costs.sources.drops import drops
from eyrie.start.import_target import Target


def hold_drops(session: Session, target: Target, before: int, after: int, today: dt.date) -> None:
    """Refuse a change, made but not committed, by which closed months of the dataset lose more than half."""
    dropped = drops(month_changes(session, target.token, target.dataset, before, after), today)
    if dropped:
        raise Refused(
            *(
                f"{each.month:%Y-%m} is closed, and what was billed in {each.currency} would drop "
                f"from {plain(each.before)} to {plain(each.after)}, by more than half"
                for each in dropped
            ),
            "Nothing was imported. If that is right, say --accept-drop",
        )
