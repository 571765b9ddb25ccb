"""Notes on reports at the terminal: made and listed as the API makes and lists them."""

import os

from eyrie.basics.errors import Malformed
from eyrie.operations.house import House
from eyrie.records.reports import annotations as notes
from eyrie.records.reports.annotations import Annotation, ListAnnotations
from eyrie.records.reports.rows import AnnotationRow
from eyrie.start.asking import in_options_words, is_readable
from eyrie.start.calling import asking, changing, made
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.surfaces.cli.trace_shapes import AnnotationLine, AnnotationsTold, AnnotationWish
from eyrie.surfaces.cli.work import Flags

_OPTIONS = {"report_tokens": "REPORT", "message": "--message", "date": "--date", "title": "--title"}


def annotate(flags: Flags, wish: AnnotationWish) -> str:
    """Put a note on reports; give its token."""
    with opened(read_settings(os.environ, flags)) as house:
        return annotated(house, wish)


def annotations(flags: Flags, report: str | None) -> AnnotationsTold:
    """List the notes."""
    with opened(read_settings(os.environ, flags)) as house:
        return annotations_of(house, report)


def annotated(house: House, wish: AnnotationWish) -> str:
    """Put a note on reports, as `POST /annotations` does; on today if no day is said."""
    sent = {"report_tokens": list(wish.reports), "message": wish.message, "title": wish.title}
    if not is_readable("".join((*wish.reports, wish.message, wish.title or ""))):
        raise Malformed("What was given is not text that can be read (UTF-8)")
    with changing(house) as call, in_options_words(_OPTIONS):
        return made(call, "createAnnotation", **sent, date=wish.date or call.today.isoformat())


def annotations_of(house: House, report: str | None) -> AnnotationsTold:
    """The notes on all reports, or on one, as `GET /annotations` lists them."""
    with asking(house) as call:
        question = notes.asked(call, ListAnnotations(report_token=report))
        rows = call.rows.all(question.order_by(AnnotationRow.day.desc(), AnnotationRow.token.desc()))
        shown = [Annotation.model_validate(notes.annotations.show(call, row)) for row in rows]
    lines = [
        AnnotationLine(
            date=one.date.isoformat() if one.date else "",
            title=one.title,
            message=one.message or "",
            reports=tuple(one.report_tokens),
            token=one.token,
        )
        for one in shown
    ]
    return AnnotationsTold(lines, {"annotations": [one.model_dump(mode="json") for one in shown]})
