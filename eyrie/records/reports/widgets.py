"""What a dashboard can show: kinds of things, each told by the prefix of its tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from eyrie.basics.errors import Malformed, NotFound
from eyrie.operations.call import Call
from eyrie.operations.shapes import Json
from eyrie.records.reports.dashboard_shapes import DisplayType, WidgetSent
from eyrie.records.reports.question import find_report


class Target(Protocol):
    """Something that a widget can show."""

    @property
    def title(self) -> str:
        """What a widget is called unless it has a title of its own."""

    @property
    def workspace_token(self) -> str:
        """Where it lies."""


@dataclass(frozen=True)
class Kind:
    """A kind of things that can be shown; `find` gives one that the caller sees, or raises `NotFound`."""

    prefix: str
    find: Callable[[Call, str], Target]
    display_type: DisplayType = DisplayType.CHART


# A family whose records belong on dashboards joins here, with a line.
KINDS = (
    Kind("rprt", find_report),
    Kind("fltr_sgmt", find_report),
)
_BY_PREFIX = {kind.prefix: kind for kind in KINDS}


def filled(call: Call, workspace: str, sent: Sequence[WidgetSent]) -> list[Json]:
    """The widgets as they are kept, with title and display type; all that are wrong are told together."""
    kept: list[Json] = []
    problems: list[str] = []
    for widget in sent:
        try:
            kept.append(_filled(call, workspace, widget))
        except (Malformed, NotFound) as wrong:
            problems += wrong.problems
    if problems:
        raise Malformed(*problems)
    return kept


def _filled(call: Call, workspace: str, sent: WidgetSent) -> Json:
    token = sent.widgetable_token
    kind = _BY_PREFIX.get(token.rpartition("_")[0])
    if kind is None:
        raise NotFound(f"widgetable_token {token} names nothing that a Dashboard can show")
    try:
        target = kind.find(call, token)
    except NotFound as unknown:
        raise NotFound(f"{unknown.problems[0]}: {token}") from None
    if target.workspace_token != workspace:
        raise Malformed(f"widgetable_token {token} belongs to another Workspace")
    title = sent.title if sent.title and sent.title.strip() else target.title
    chosen = sent.settings.display_type if sent.settings else None
    return {
        "widgetable_token": token,
        "title": title,
        "settings": {"display_type": chosen or kind.display_type.value},
    }
