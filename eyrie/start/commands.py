"""The work behind each command of the command line."""

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
import typer

from eyrie import __version__
from eyrie.access.caller import Role, Scope
from eyrie.access.first import add_user as add_person
from eyrie.archive import backup as copies
from eyrie.archive.doctor import Severity, examine
from eyrie.basics.errors import NotFound
from eyrie.basics.period import iso_seconds
from eyrie.costs.ledger.parts import Part, Sums
from eyrie.costs.ledger.writing import read_facts, read_member_facts
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Door
from eyrie.records.people import api_tokens, sign_in
from eyrie.records.people.users import users
from eyrie.start.asking import first_question
from eyrie.start.auditing import chains_of
from eyrie.start.calling import changing
from eyrie.start.home import open_home
from eyrie.start.house import job_counts, ledger_version, opened, unready, worker_of
from eyrie.start.logs import set_up_logs
from eyrie.start.metrics import Metrics
from eyrie.start.serve import address_of, bind
from eyrie.start.serve import serve as serve_app
from eyrie.start.settings import Settings, read_settings
from eyrie.start.teaming import team_named
from eyrie.start.worker import work_until_told
from eyrie.store.people import ApiTokenRow, UserRow
from eyrie.store.sign_in import PasswordRow
from eyrie.store.teams import TeamRow
from eyrie.surfaces.api.app import make_app
from eyrie.surfaces.api.documents import printed
from eyrie.surfaces.api.health import Health
from eyrie.surfaces.api.request import Trust
from eyrie.surfaces.cli.work import Flags, TokenRow, TokenWish, UserWish
from eyrie.surfaces.table import table


def _settings(flags: Flags) -> Settings:
    return read_settings(os.environ, flags)


def serve(flags: Flags, show_token: bool) -> None:
    """Answer until told to stop."""
    settings = _settings(flags)
    set_up_logs(settings)
    with opened(settings) as house:
        listener = bind(settings.host, settings.port)
        address = address_of(listener)
        typer.echo(f"Eyrie {__version__} listens on {address}")
        typer.echo(f"  data folder  {house.home}")
        typer.echo(f"  database     {house.database.url.render_as_string(hide_password=True)}")
        if show_token:
            _welcome(house, settings.public_url or address)
        _invite_first(house, settings.public_url or address)
        metrics = Metrics(__version__)
        metrics.watch_queries(lambda: house.engine.running)
        metrics.watch_ledger(lambda: ledger_version(house))
        metrics.watch_jobs(lambda: job_counts(house))
        health = Health(unready=lambda: unready(house), metrics=metrics.text)
        trust = Trust(settings.public_url, settings.trusted_proxies)
        app = make_app(house, table(), health, trust, metrics.answered)
        serve_app(app, listener, settings, [worker_of(house, settings.workers)] if settings.workers else [])


def _welcome(house: House, address: str) -> None:
    """Print a token and what to do with it."""
    wish = TokenWish(("read", "write"), None, "Made by eyrie serve --show-token", None)
    secret = _new_token(house, wish)
    typer.echo(f"  token        {secret}")
    typer.echo("Try it:")
    typer.echo(f'  curl -H "Authorization: Bearer {secret}" {first_question(house, address)}')


def _invite_first(house: House, address: str) -> None:
    """While nobody can sign in to the console, print a link for the first owner."""
    if not house.ways.passwords or house.ways.openid is not None:
        return
    with changing(house) as call:
        if call.session.scalar(sa.select(PasswordRow.user_token).limit(1)) is not None:
            return
        owners = call.rows.query(UserRow).where(UserRow.role == Role.OWNER.value)
        first = call.rows.all(owners.order_by(UserRow.created_at, UserRow.token))[0]
        link = sign_in.link_for(call, first, address)
    typer.echo(f"  first owner  {link.url} (once, within a day)")


def worker(flags: Flags) -> None:
    """Work on jobs until told to stop."""
    settings = _settings(flags)
    set_up_logs(settings)
    with opened(settings) as house:
        typer.echo(f"Eyrie {__version__} works on the jobs of {house.home}")
        work_until_told(worker_of(house, max(1, settings.workers)), settings.grace_seconds)


def create_token(flags: Flags, wish: TokenWish) -> str:
    """Make a token and give its secret."""
    with opened(_settings(flags)) as house:
        return _new_token(house, wish)


def _new_token(house: House, wish: TokenWish) -> str:
    with changing(house) as call:
        owner = team_named(call, wish.team) if wish.team else _user(call, wish.user)
        role = Role(wish.role) if wish.team else None
        scopes = [Scope(scope) for scope in wish.scopes]
        lasts = dt.timedelta(days=wish.expires_in_days) if wish.expires_in_days else None
        expires_at = call.now + lasts if lasts else None
        _, secret = api_tokens.make(call, owner, scopes, wish.description, expires_at, role)
        return secret


def _user(call: Call, email: str | None) -> UserRow:
    """Somebody by their e-mail address; without one, whom the home began with."""
    question = call.rows.query(UserRow).order_by(UserRow.created_at, UserRow.token)
    found = call.rows.all(question.where(UserRow.email == email) if email else question)
    if not found:
        raise NotFound(f"There is no user with the e-mail address {email}")
    return found[0]


def list_tokens(flags: Flags) -> Sequence[TokenRow]:
    """Give all tokens that were made for somebody and not revoked; those of OAuth end by themselves."""
    with opened(_settings(flags)) as house, house.database.reading() as session:
        owner = sa.func.coalesce(UserRow.email, TeamRow.name)
        joined = (
            sa.select(ApiTokenRow, owner)
            .outerjoin(UserRow, UserRow.token == ApiTokenRow.user_token)
            .outerjoin(TeamRow, TeamRow.token == ApiTokenRow.team_token)
        )
        kept = joined.where(ApiTokenRow.revoked_at.is_(None), ApiTokenRow.client_token.is_(None))
        return [
            TokenRow(
                name=row.token,
                owner=name,
                scopes=tuple(row.scopes),
                description=row.description,
                created_at=iso_seconds(row.created_at),
                last_used_at=iso_seconds(row.last_used_at) if row.last_used_at else "never",
                expires_at=iso_seconds(row.expires_at) if row.expires_at else "never",
            )
            for row, name in session.execute(kept.order_by(ApiTokenRow.created_at, ApiTokenRow.token))
        ]


def revoke_token(flags: Flags, name: str) -> None:
    """End a token."""
    with opened(_settings(flags)) as house, changing(house) as call:
        row = call.rows.find(ApiTokenRow, name)
        if row is None or row.revoked_at is not None:
            raise NotFound(f"There is no token {name}; `eyrie token list` shows their names")
        api_tokens.revoke(call, row)


def add_user(flags: Flags, wish: UserWish) -> str:
    """Add a person."""
    with opened(_settings(flags)) as house, changing(house) as call:
        user = add_person(
            call.session,
            call.caller.account,
            email=wish.email,
            name=wish.name,
            role=Role(wish.role),
            now=call.now,
        )
        users.note(call, user, None, users.values(call, user))
        return user.token


def make_sign_in_link(flags: Flags, email: str) -> str:
    """Make a one-time link for a person."""
    settings = _settings(flags)
    with opened(settings) as house, changing(house) as call:
        found = call.rows.all(call.rows.query(UserRow).where(sa.func.lower(UserRow.email) == email.lower()))
        if not found:
            raise NotFound(f"There is no user with the e-mail address {email}; `eyrie user add` adds one")
        return sign_in.link_for(call, found[0], _address(settings)).url


def _address(settings: Settings) -> str:
    """Where people reach this installation, as far as the settings tell."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def openapi(flags: Flags) -> str:
    """Print the document of /v2, as a server of these settings would."""
    settings = _settings(flags)
    return json.dumps(printed(Door.V2, _address(settings)), indent=2, ensure_ascii=False)


def doctor(flags: Flags) -> Sequence[str]:
    """Look at everything that is kept."""
    with opened(_settings(flags)) as house:

        def sums_of(part: Part) -> Sequence[Sums]:
            facts = read_facts(house.engine, house.ledger / part.file)
            return facts.sums if facts else ()

        def members_in(part: Part) -> Mapping[int, Sequence[Sums]]:
            found = read_member_facts(house.engine, house.ledger / part.file)
            return {number: facts.sums for number, facts in found.items()}

        findings = examine(house.database, house.ledger, house.now(), sums_of, members_in)
        chains = chains_of(house, None)
    wrong = [finding for finding in findings if finding.severity is not Severity.INFORMATION]
    broken = [f"{Severity.FAULT}: {chain.broken}, in the audit log." for chain in chains if chain.broken]
    return [*(f"{finding.severity}: {finding.what}. {finding.advice}." for finding in wrong), *broken]


def backup(flags: Flags, target: Path) -> Sequence[str]:
    """Copy what is kept."""
    settings = _settings(flags)
    with opened(settings) as house:
        made = copies.backup(house.home, house.database, target, house.now())
    size = sum(entry.bytes for entry in made.files)
    lost = [f"Missing in the home already: {name}" for name in made.missing]
    return [f"Copied {len(made.files)} files, {size:,} bytes, to {target}.", *lost, *made.notes]


def restore(flags: Flags, source: Path) -> Sequence[str]:
    """Make a home from a copy."""
    settings = _settings(flags)
    made = copies.restore(source, settings.home_folder)
    open_home(settings.home_folder)
    return [f"Restored {len(made.files)} files to {settings.home_folder}.", *made.notes]
