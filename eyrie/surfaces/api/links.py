"""The links of a list: absolute addresses that differ from the request's only in where they point."""

from urllib.parse import quote

from eyrie.operations.call import Address
from eyrie.operations.outcome import Page


def links_of(address: Address, page: Page) -> dict[str, str | None]:
    """All five links; `next` and `prev` are null at the ends, `last` where a list does not tell it."""
    path, _, query = address.target.partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in ("page", "after")]

    def link(number: int, after: str | None = None) -> str:
        pairs = [*kept, f"page={number}"]
        if after is not None:
            pairs.append(f"after={quote(after)}")
        return f"{address.base}{path}?{'&'.join(pairs)}"

    return {
        "self": address.url,
        "first": link(1),
        "next": link(page.number + 1, page.next_after) if page.has_next else None,
        "last": link(page.last) if page.last is not None else None,
        "prev": link(page.number - 1) if page.number > 1 else None,
    }
