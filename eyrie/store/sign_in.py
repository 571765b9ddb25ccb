"""Tables of signing in to the console: passwords, sessions, one-time links, identities elsewhere."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Row


class PasswordRow(Row):
    """The password of a person, as Argon2 hashes it with salt and costs."""

    __tablename__ = "passwords"
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str]
    updated_at: Mapped[dt.datetime]


class SessionRow(Row):
    """A browser that signed in. Its secret is random and long, so a plain SHA-256 recognises it."""

    __tablename__ = "sessions"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class SignInLinkRow(Row):
    """A link by which a person sets a password once; deleted when it is used."""

    __tablename__ = "sign_in_links"
    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token", ondelete="CASCADE"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class OutsideIdentityRow(Row):
    """Who a person is at a provider of OpenID Connect."""

    __tablename__ = "outside_identities"
    issuer: Mapped[str] = mapped_column(String(512), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_token: Mapped[str] = mapped_column(ForeignKey("users.token", ondelete="CASCADE"), index=True)


class FailedTriesRow(Row):
    """How often in a row a password was wrong, by a hash of the e-mail address that was given."""

    __tablename__ = "failed_tries"
    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed: Mapped[int]
    last_at: Mapped[dt.datetime] = mapped_column(index=True)
