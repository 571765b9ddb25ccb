"""Computes the report of a new segment, so that it is known to answer before anybody is told its token."""

import contextlib

from eyrie.answers.costs import CostsQuery, posed
from eyrie.basics.errors import UserFault
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.operations.acting import acting
from eyrie.operations.house import House
from eyrie.records.reports.rows import SegmentRow
from eyrie.records.reports.segments import COMPUTE


def compute(job: Job, house: House) -> None:
    """Ask the report of the segment that the job names, and tell its token from then on.

    A report that refuses to answer (costs that cannot be added up) does so until somebody mends that; it is
    there all the same.
    """
    with house.database.reading() as session:
        segment = session.get(SegmentRow, job.payload["segment"])
        if segment is None:
            return
        call = acting(house, session, segment.account_token, segment.workspace_token)
        question = posed(call, CostsQuery(cost_report_token=segment.token))
    with contextlib.suppress(UserFault):
        question.answered(house)
    with house.database.writing() as session:
        found = session.get(SegmentRow, segment.token, with_for_update=True)
        if found is not None:
            found.is_computed = True
        job.done(session)


KIND: Kind[House] = Kind(COMPUTE, compute)
