"""The dashboard that somebody sees first: whoever deletes dashboards has them forgotten here."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.store.people import UserRow


def forget_dashboards(session: Session, tokens: Sequence[str]) -> None:
    """Let nobody begin with one of these dashboards any more."""
    seen_first = UserRow.default_dashboard_token
    session.execute(sa.update(UserRow).where(seen_first.in_(tokens)).values(default_dashboard_token=None))
