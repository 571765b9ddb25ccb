"""Tags: the keys and values that costs carry, and what people say of the keys."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.answers.sight import key_of, of_caller
from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.basics.words import Provider
from eyrie.costs.query.catalogue import TagFound, tag_keys, tag_values
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Later, Page
from eyrie.operations.paging import limit_of, one_slice
from eyrie.operations.shapes import Change, PagedQuery, Truth, View
from eyrie.records.bills.rows import TagMarkRow

LONGEST_MARKED = 2000  # bytes of a key: what an index of PostgreSQL takes, with room for the account


class Direction(StrEnum):
    """Which way to sort."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class Tag(View):
    """A tag key."""

    tag_key: str = Field(description="The key.")
    hidden: bool = Field(description="Whether menus leave it out; reports and filters keep working.")
    preferred: bool = Field(description="Whether menus show it first.")
    providers: list[str] = Field(description="The providers whose costs carry it.")


class TagValue(View):
    """One value of a tag."""

    tag_value: str = Field(description="The value.")
    providers: list[str] = Field(description="The providers whose costs carry it.")


def _provider_key(sent: str) -> str:
    """A provider's key, or that of one custom provider as tags show it."""
    if sent not in Provider.__members__.values() and not sent.startswith(f"{Provider.CUSTOM_PROVIDER}:"):
        raise PydanticCustomError("enum", "not a provider")
    return sent


ProviderKey = Annotated[str, AfterValidator(_provider_key), Field(json_schema_extra={"enum": list(Provider)})]


class ListTags(PagedQuery):
    """Which tags, or values of one, to list."""

    providers: list[ProviderKey] = Field(
        [], description="Only what the costs of one of these providers carry."
    )
    search_query: str | None = Field(None, description="A part of the key or value, in any case.")
    sort_direction: Direction = Field(Direction.ASCENDING, description="Which way to sort.")


class UpdateTag(Change):
    """What people say of tag keys; at least one key and one flag."""

    tag_key: str | None = Field(None, description="The key.")
    tag_keys: list[str] | None = Field(None, description="Several keys at once.")
    hidden: Truth | None = Field(None, description="Leave it out of menus.")
    preferred: Truth | None = Field(None, description="Show it first in menus.")


def _marks(call: Call) -> dict[str, TagMarkRow]:
    return {row.tag_key: row for row in call.rows.all(call.rows.query(TagMarkRow))}


def _tag(found: TagFound, mark: TagMarkRow | None) -> Tag:
    return Tag(
        tag_key=found.text,
        hidden=mark.hidden if mark else False,
        preferred=mark.preferred if mark else False,
        providers=_providers(found),
    )


def _providers(found: TagFound) -> list[str]:
    return sorted({key_of(origin) for origin in found.origins})


def _carried_by(found: TagFound, providers: list[str]) -> bool:
    return any(origin.provider in providers or key_of(origin) in providers for origin in found.origins)


def _wanted(found: tuple[TagFound, ...], query: ListTags) -> list[TagFound]:
    sought = (query.search_query or "").casefold()
    listed = [
        tag
        for tag in found
        if sought in tag.text.casefold() and (not query.providers or _carried_by(tag, query.providers))
    ]
    return sorted(listed, key=lambda tag: tag.text, reverse=query.sort_direction == Direction.DESCENDING)


def _paged(key: str, found: tuple[TagFound, ...], query: ListTags) -> tuple[list[TagFound], Page]:
    descending = query.sort_direction == Direction.DESCENDING
    page = one_slice(
        _wanted(found, query), query, limit_of(query), lambda tag: (tag.text,), descending=descending
    )
    more = page.next_after is not None
    return list(page.rows), Page(key, (), page.number, None, page.next_after, has_next=more)


def _listed(call: Call) -> Later:
    query, snapshot, marks = call.query, of_caller(call), _marks(call)
    assert isinstance(query, ListTags)

    def shown(found: tuple[TagFound, ...]) -> Page:
        rows, page = _paged("tags", found, query)
        return page.showing([_tag(row, marks.get(row.text)) for row in rows])

    key = ("tags", snapshot.version, tuple(call.caller.workspaces))
    return Later(key, lambda cancel: tag_keys(call.house.engine, snapshot, cancel), shown)


def _values(call: Call) -> Later:
    query, snapshot, tag = call.query, of_caller(call), call.path["key"]
    assert isinstance(query, ListTags)

    def shown(found: tuple[TagFound, ...]) -> Page:
        if not found:
            raise NotFound("Tag not found")
        rows, page = _paged("tag_values", found, query)
        return page.showing([TagValue(tag_value=row.text, providers=_providers(row)) for row in rows])

    key = ("tag values", snapshot.version, tuple(call.caller.workspaces), tag)
    return Later(key, lambda cancel: tag_values(call.house.engine, snapshot, tag, cancel), shown)


def _updated(call: Call) -> Page:
    """All keys or none: an unknown one changes nothing."""
    body: UpdateTag = call.body
    keys = dict.fromkeys([*([body.tag_key] if body.tag_key is not None else []), *(body.tag_keys or [])])
    if not keys:
        raise Malformed("tag_key is missing")
    flags = {
        name: value
        for name, value in (("hidden", body.hidden), ("preferred", body.preferred))
        if value is not None
    }
    if not flags:
        raise Malformed("hidden or preferred is missing")
    known = {tag.text: tag for tag in tag_keys(call.house.engine, of_caller(call))}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise NotFound(*(f"Tag not found: {key}" for key in unknown))
    marks = _marks(call)
    return Page("tags", [_marked(call, known[key], marks.get(key), flags) for key in keys], linked=False)


def _marked(call: Call, found: TagFound, mark: TagMarkRow | None, flags: dict[str, bool]) -> Tag:
    before = _tag(found, mark).model_dump(mode="json")
    if mark is None:
        if len(found.text.encode()) > LONGEST_MARKED:
            raise Refused(f"Tags with a key of more than {LONGEST_MARKED:,} bytes cannot be marked")
        mark = call.rows.add(TagMarkRow, "tag", tag_key=found.text, hidden=False, preferred=False)
    for name, value in flags.items():
        setattr(mark, name, value)
    mark.updated_at = call.now
    shown = _tag(found, mark)
    audit.note(call, "tag", mark, found.text, before, shown.model_dump(mode="json"))
    return shown


def operations() -> list[Operation]:
    """The operations of tags."""
    return [
        Operation(
            name="getTags",
            tag="Tags",
            method="GET",
            path="/tags",
            summary="List tag keys",
            description="All keys that costs carry in the Workspaces that the token can use.",
            scope=Scope.READ,
            query=ListTags,
            answers=Answer(200, Tag, key="tags"),
            refuses=frozenset({400}),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="updateTag",
            tag="Tags",
            method="PUT",
            path="/tags",
            summary="Hide or prefer tag keys",
            description="Holds for the whole account. Reports and filters do not change.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_INTEGRATIONS,
            body=JsonBody(UpdateTag),
            answers=Answer(200, Tag, key="tags", linked=False),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            run=_updated,
        ),
        Operation(
            name="getTagValues",
            tag="Tags",
            method="GET",
            path="/tags/{key}/values",
            summary="List the values of a tag",
            description="All values of a key; percent-encode the key in the path.",
            scope=Scope.READ,
            query=ListTags,
            answers=Answer(200, TagValue, key="tag_values"),
            refuses=frozenset({400, 404}),
            work=Work.READS,
            run=_values,
        ),
    ]
