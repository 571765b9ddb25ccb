"""Questions from the terminal, without a server: the API's own answers, asked by whoever sits at the machine.

What HTTP reads from an address is given here by options. It goes through the same shapes and the same
functions, so the figures are the same; what is wrong is said in the same sentences, with the options' names.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal

from eyrie.answers.costs import CostsQuery, Told, told
from eyrie.answers.sight import key_of, of_workspace
from eyrie.basics.errors import Malformed, NotFound
from eyrie.basics.period import bin_start, first_of_month
from eyrie.costs.query.answer import CostRow, Group
from eyrie.costs.query.ask import Ask, CostSettings, Dimension, TagKey
from eyrie.costs.query.catalogue import Origin
from eyrie.costs.query.plan import shows_usage
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.work import CostLine, CostsTold, CostsWish, Flags

_OPTIONS = {
    "cost_report_token": "--report",
    "dashboard_token": "--dashboard",
    "workspace_token": "--workspace",
    "start_date": "--from",
    "end_date": "--to",
    "date_bin": "--bin",
    "groupings": "--group",
}
_SETTINGS = tuple(CostSettings.__dataclass_fields__)
_CLASSES = {
    "include_credits": "credits",
    "include_refunds": "refunds",
    "include_discounts": "discounts",
    "include_tax": "taxes",
}


def costs(flags: Flags, wish: CostsWish) -> CostsTold:
    """Ask what things cost."""
    with opened(read_settings(os.environ, flags)) as house:
        return costs_of(house, wish)


def costs_of(house: House, wish: CostsWish) -> CostsTold:
    """Ask what things cost, as `GET /costs` does; without a filter, of everything in the workspace."""
    with asking(house) as call, in_options_words():
        workspace = workspace_of(call, wish)
        query = read_values(CostsQuery, parameters(wish, workspace))
        return _shown(workspace, told(call, query))


@contextmanager
def in_options_words(options: Mapping[str, str] = _OPTIONS) -> Iterator[None]:
    """Say what is wrong with the names of options instead of those of parameters."""
    named = re.compile("|".join(options))
    try:
        yield
    except Malformed as problem:
        told = (named.sub(lambda found: options[found[0]], text) for text in problem.problems)
        raise Malformed(*told) from problem


def first_question(house: House, address: str) -> str:
    """What to put to a server first, as arguments of curl: real costs if there are any, else who you are."""
    with asking(house) as call:
        seen = {token: of_workspace(call, token).parts for token in call.caller.workspaces}
        workspace, parts = max(seen.items(), key=lambda each: len(each[1]))
        if not parts:
            return f"{address}/v2/me"
        latest = max(parts, key=lambda part: (part.accrued.last, part.rows))
        first = first_of_month(latest.accrued.last)
        return (
            f"-G {address}/v2/costs --data-urlencode \"filter=costs.provider = '{latest.providers[0]}'\" "
            f"-d workspace_token={workspace} -d groupings=service -d date_bin=month -d start_date={first}"
        )


def parameters(wish: CostsWish, workspace: WorkspaceRow | None) -> Mapping[str, list[str]]:
    """A question's options as the parameters that HTTP reads from an address."""
    given = {
        "filter": wish.filter,
        "cost_report_token": wish.report,
        "dashboard_token": wish.dashboard,
        "workspace_token": workspace.token if workspace else None,
        "groupings": wish.group,
        "date_bin": wish.bin,
        "start_date": wish.first,
        "end_date": wish.last,
        **dict(map(_setting, wish.settings)),
    }
    for name, text in given.items():
        if text is not None and not is_readable(text):
            raise Malformed(f"{_OPTIONS.get(name, f'--{name}')} is not text that can be read (UTF-8)")
    return {name: [text] for name, text in given.items() if text is not None}


def _setting(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals or name.strip() not in _SETTINGS:
        raise Malformed(f"--setting {pair!r} must be name=value; the names are {', '.join(_SETTINGS)}")
    return f"settings[{name.strip()}]", value.strip()


def is_readable(text: str) -> bool:
    """The shell hands over bytes; those that are no UTF-8 arrive as halves of pairs."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def workspace_of(call: Call, wish: CostsWish) -> WorkspaceRow | None:
    """The workspace by its name or token; a report brings its own."""
    there = call.rows.all(call.rows.query(WorkspaceRow).order_by(WorkspaceRow.name))
    names = ", ".join(row.name for row in there)
    if wish.workspace is not None:
        named = [row for row in there if wish.workspace in (row.token, row.name)]
        if not named:
            raise NotFound(f"There is no workspace {wish.workspace!r} here; there are: {names}")
        return named[0]
    if wish.report is not None:
        return None
    standing = [row for row in there if row.token == call.caller.default_workspace]
    if len(there) != 1 and not standing:
        raise Malformed(f"There are several workspaces here ({names}); name one with --workspace")
    return (standing or list(there))[0]


def _shown(workspace: WorkspaceRow | None, answered: Told) -> CostsTold:
    found, totals = answered.found, answered.totals()
    ask = found.ask
    total = totals["total_cost"]
    assert isinstance(total, dict)
    return CostsTold(
        about=about(ask, workspace),
        bin=ask.bin.value,
        since=_moment(bin_start(ask.period.start, ask.bin)),
        heads=tuple(f"tag:{each.key}" if isinstance(each, TagKey) else each.value for each in ask.groupings),
        lines=[_line(row, ask) for row in found.page(0, len(found))],
        currency=answered.currency,
        total=Decimal(total["amount"]),
        with_usage=shows_usage(ask),
        notes=_notes(totals),
        body={**totals, "costs": answered.rows(0, len(found))},
    )


def about(ask: Ask, workspace: WorkspaceRow | None) -> str:
    """What is counted, in a line."""
    view = "amortized" if ask.settings.amortize else "as billed"
    without = [name for setting, name in _CLASSES.items() if not getattr(ask.settings, setting)]
    parts = [f"{ask.period.start} to {ask.period.last}", view]
    parts += [f"without {' and '.join(without)}"] if without else []
    return ", ".join([*([workspace.name] if workspace else []), *parts])


def _notes(totals: Mapping[str, object]) -> tuple[str, ...]:
    """What holds for all lines together, besides the total."""
    usage, count = totals.get("total_usage"), totals.get("total_count")
    said = []
    if isinstance(usage, list):
        said += [f"Used: {Decimal(each['amount']):,} {each['unit'] or ''}".rstrip() for each in usage]
    return (*said, *([f"Groups with a cost: {count}"] if count is not None else []))


def _line(row: CostRow, ask: Ask) -> CostLine:
    groups = tuple(
        _group(value, grouping, row) for value, grouping in zip(row.groups, ask.groupings, strict=True)
    )
    labels = tuple(
        _label(group, grouping, row) for group, grouping in zip(groups, ask.groupings, strict=True)
    )
    usage = (row.usage.amount, row.usage.unit) if row.usage else None
    return CostLine(_moment(row.accrued_at), groups, labels, row.amount, usage)


def _label(group: str | None, grouping: Dimension | TagKey, row: CostRow) -> str:
    """A group as people read it: a resource by its name, and nothing as a dash."""
    name = row.resource_name if grouping is Dimension.RESOURCE_ID else None
    return name or group or "-"


def _group(value: Group, grouping: Dimension | TagKey, row: CostRow) -> str | None:
    """A group's value as filters write it."""
    if isinstance(value, bool):
        return "tagged" if value else "untagged"
    if grouping is Dimension.PROVIDER and value is not None:
        return key_of(Origin(value, row.instance or ""))
    return value


def _moment(begins: dt.date | dt.datetime) -> dt.datetime:
    return begins if isinstance(begins, dt.datetime) else dt.datetime.combine(begins, dt.time())
