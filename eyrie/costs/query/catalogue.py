"""Catalogues: what there is to ask about in a snapshot, and from which integrations it comes."""

from collections.abc import Iterable
from dataclasses import dataclass

from eyrie.costs.ledger.columns import TAG_SET, TAGGED
from eyrie.costs.ledger.cubes import quickest
from eyrie.costs.ledger.parts import Snapshot, files_of
from eyrie.engine.plan import (
    ALWAYS,
    By,
    Condition,
    EachTag,
    Either,
    Field,
    Files,
    Largest,
    Missing,
    Not,
    OneOf,
    Totals,
)
from eyrie.engine.port import Cancel, Engine, Row
from eyrie.engine.reach import Reach

_FROM = (("provider", Field("provider")), ("integration", Field("integration")))


@dataclass(frozen=True, order=True)
class Origin:
    """A provider and the integration that brings its costs."""

    provider: str
    integration: str


@dataclass(frozen=True)
class Service:
    """A service of an origin."""

    name: str
    origin: Origin


@dataclass(frozen=True)
class Account:
    """An account of an origin; its name if one is known."""

    account_id: str
    name: str | None
    origin: Origin


@dataclass(frozen=True)
class TagFound:
    """A tag key, or one value of a key, and the origins whose rows carry it."""

    text: str
    origins: tuple[Origin, ...]


def origins(snapshot: Snapshot) -> tuple[Origin, ...]:
    """Give all providers with their integrations; the manifest knows them."""
    return tuple(
        sorted(
            {
                Origin(provider, part.delivery.integration)
                for part in snapshot.parts
                for provider in part.providers
            }
        )
    )


def services(engine: Engine, snapshot: Snapshot, cancel: Cancel | None = None) -> tuple[Service, ...]:
    """Give the services that occur, by name."""
    reach = Reach(frozenset({"service", "provider", "integration"}))
    files = files_of(snapshot, (quickest(snapshot, part, reach) for part in snapshot.parts))
    if not files.files:
        return ()
    plan = Totals(
        files,
        keys=(("service", Field("service")), *_FROM),
        where=_given("service"),
        order=(By("service"), By("provider"), By("integration")),
    )
    return tuple(Service(row[0], Origin(row[1], row[2])) for row in engine.run(plan, cancel).rows)


def accounts(engine: Engine, snapshot: Snapshot, cancel: Cancel | None = None) -> tuple[Account, ...]:
    """Give the accounts that occur, by id; one entry for each, whatever its rows call it."""
    files = _files(snapshot)
    if not files.files:
        return ()
    plan = Totals(
        files,
        keys=(("account_id", Field("account_id")), *_FROM),
        measures=(("name", Largest("account_name")),),
        where=_given("account_id"),
        order=(By("account_id"), By("provider"), By("integration")),
    )
    return tuple(Account(row[0], row[3], Origin(row[1], row[2])) for row in engine.run(plan, cancel).rows)


def tag_keys(engine: Engine, snapshot: Snapshot, cancel: Cancel | None = None) -> tuple[TagFound, ...]:
    """Give the tag keys that occur, in byte order."""
    return _tags(engine, snapshot, "key", ALWAYS, cancel)


def tag_values(
    engine: Engine, snapshot: Snapshot, key: str, cancel: Cancel | None = None
) -> tuple[TagFound, ...]:
    """Give the values that one tag has, in byte order; none if the tag does not occur."""
    return _tags(engine, snapshot, "value", OneOf("key", (key,)), cancel)


def _tags(
    engine: Engine, snapshot: Snapshot, column: str, where: Condition, cancel: Cancel | None
) -> tuple[TagFound, ...]:
    files = _files(snapshot)
    if not files.tag_files:
        return ()
    tag_sets = Totals(files, keys=(*_FROM, (TAG_SET, Field(TAG_SET))), where=TAGGED)
    plan = Totals(
        EachTag(tag_sets, files.tag_files),
        keys=((column, Field(column)), *_FROM),
        where=where,
        order=(By(column), By("provider"), By("integration")),
    )
    return _gathered(engine.run(plan, cancel).rows)


def _gathered(rows: Iterable[Row]) -> tuple[TagFound, ...]:
    found: dict[str, list[Origin]] = {}
    for text, provider, integration in rows:
        found.setdefault(text, []).append(Origin(provider, integration))
    return tuple(TagFound(text, tuple(carrying)) for text, carrying in found.items())


def _given(column: str) -> Condition:
    return Not(Either((Missing(column), OneOf(column, ("",)))))


def _files(snapshot: Snapshot) -> Files:
    return files_of(snapshot, snapshot.parts)
