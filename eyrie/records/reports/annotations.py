"""Annotations: a note on a day of one or more reports. They never change amounts."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, ClassVar

import sqlalchemy as sa
from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.basics.errors import NotFound, Refused
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Page
from eyrie.operations.paging import By, one_page, page_of
from eyrie.operations.record import Record, Refers, Values, Verbs
from eyrie.operations.shapes import Change, Clears, Day, Draft, PagedQuery, Title, Token, Tokens, View
from eyrie.records.reports import segments
from eyrie.records.reports.cost_reports import cost_reports
from eyrie.records.reports.question import find_report
from eyrie.records.reports.rows import AnnotationRow, CostReportRow
from eyrie.store.rows import LinkRow

MAXIMUM_LIMIT = 5000
LONGEST_MESSAGE = 100_000
NEWEST_DAY_FIRST = (By("day", descending=True), By("token", descending=True))
_REPORTS = "report_tokens"


class Annotation(View):
    """A note on a day."""

    token: Token
    title: str = Field(description="The title of the Annotation.")
    report_tokens: list[Token] = Field(description="The reports that it is on.")
    date: dt.date | None = Field(description="The day that it is about.")
    message: str | None = Field(description="What there is to know.")


class CreateAnnotation(Draft):
    """What makes an Annotation."""

    blanks: ClassVar[frozenset[str]] = frozenset({"message"})

    report_tokens: Tokens = Field(description="The reports to put it on, all of one Workspace.")
    title: Title | None = Field(None, description="Default is the title of the first report, and the date.")
    date: Day = Field(description="The day that it is about.")
    message: str = Field(max_length=LONGEST_MESSAGE, description="What there is to know.")


class UpdateAnnotation(Change):
    """What changes an Annotation."""

    title: Title | None = Field(None, description="The title of the Annotation.")
    date: Annotated[Day | None, Clears.BY_NULL] = Field(None, description="The day; null clears.")
    message: str | None = Field(None, max_length=LONGEST_MESSAGE, description="What there is to know.")
    report_tokens: Tokens | None = Field(None, description="Replaces the whole list, which is never empty.")


class ListAnnotations(PagedQuery):
    """Which Annotations to list."""

    report_token: Token | None = Field(None, description="Only those on this report.")


annotations = Record(
    name="annotation",
    thing="Annotation",
    tag="Annotations",
    path="/annotations",
    token_prefix="issue",
    row=AnnotationRow,
    view=Annotation,
    create=CreateAnnotation,
    update=UpdateAnnotation,
    verbs=Verbs.CREATE | Verbs.UPDATE | Verbs.DELETE,
    lists={_REPORTS: Refers(CostReportRow, "Cost report", find_report)},
    refuses={
        Verbs.CREATE: frozenset({400, 403, 404, 422}),
        Verbs.UPDATE: frozenset({400, 403, 404, 422}),
        Verbs.DELETE: frozenset({403, 404}),
    },
)


def _written(call: Call, values: Values, row: AnnotationRow | None) -> Values:
    """An annotation is never blank nor without a report; its first report decides where it lies."""
    problems = []
    if values.get(_REPORTS) == []:
        problems.append("report_tokens can't be empty")
    message = values.get("message")
    if message is not None and not message.strip():
        problems.append("message can't be blank")
    if problems:
        raise Refused(*problems)
    reports = _found(call, values.get(_REPORTS) or [])
    if row is not None:
        return values
    first = reports[0]
    title = values["title"] or f"{first.title} - {values['date']}"
    return {**values, "title": title, "workspace_token": first.workspace_token}


def _found(call: Call, tokens: Sequence[str]) -> list[CostReportRow]:
    """The reports with these tokens; every unknown one is told."""
    found, unknown = [], []
    for token in tokens:
        try:
            found.append(find_report(call, token))
        except NotFound:
            unknown.append(f"Cost report not found: {token}")
    if unknown:
        raise NotFound(*unknown)
    return found


def forget_report(call: Call, report: str) -> None:
    """What was on this report alone goes with it; whoever deletes a report asks here before.

    Each is locked: of two who delete its last two reports at once, the later must see that it is the later.
    """
    on_it = call.rows.linked_from(report, _REPORTS, annotations.token_prefix)
    for row in call.rows.all(call.rows.query(AnnotationRow).where(AnnotationRow.token.in_(on_it))):
        call.rows.lock(row)
        if call.rows.links(row.token, _REPORTS) == [report]:
            annotations.note(call, row, annotations.values(call, row), None)
            call.rows.detach(row.token)
            call.rows.remove(row)


annotations.before_write = _written
cost_reports.going_too.append(lambda call, row: forget_report(call, row.token))
segments.forgetting.append(forget_report)


def asked(call: Call, query: ListAnnotations) -> sa.Select[AnnotationRow]:
    """The annotations that a list is about."""
    question = call.rows.query(AnnotationRow)
    if query.report_token is not None:
        linked = sa.select(LinkRow.source).where(
            LinkRow.field == _REPORTS, LinkRow.target == query.report_token
        )
        question = question.where(AnnotationRow.token.in_(linked))
    return question


def _listed(call: Call) -> Page:
    assert isinstance(call.query, ListAnnotations)
    question = asked(call, call.query)
    found = one_page(call.session, question, AnnotationRow, call.query, NEWEST_DAY_FIRST, MAXIMUM_LIMIT)
    return page_of("annotations", found, [annotations.show(call, row) for row in found.rows])


def operations() -> list[Operation]:
    """The operations of annotations; there is none that reads a single one."""
    return [
        Operation(
            name="getAnnotations",
            tag="Annotations",
            method="GET",
            path="/annotations",
            summary="List Annotations",
            description="All that the token can see, the newest date first and those without one last.",
            scope=Scope.READ,
            query=ListAnnotations,
            answers=Answer(200, Annotation, key="annotations"),
            work=Work.READS,
            run=_listed,
        ),
        *operations_of(annotations),
    ]
