"""What people say of tag keys, for whoever is not a person: which keys they prefer."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.records.bills.rows import TagMarkRow


def preferred_tags(session: Session, account: str) -> frozenset[str]:
    """The keys that an account prefers."""
    marked = sa.select(TagMarkRow.tag_key).where(TagMarkRow.account_token == account, TagMarkRow.preferred)
    return frozenset(session.scalars(marked))
