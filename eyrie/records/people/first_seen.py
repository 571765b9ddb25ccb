"""The dashboards that people and teams see first: whoever deletes dashboards has them forgotten here."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.store.people import UserRow
from eyrie.store.teams import TeamRow


def forget_dashboards(session: Session, tokens: Sequence[str]) -> None:
    """Let nobody begin with one of these dashboards any more."""
    for row in (UserRow, TeamRow):
        first = row.default_dashboard_token
        session.execute(sa.update(row).where(first.in_(tokens)).values(default_dashboard_token=None))
