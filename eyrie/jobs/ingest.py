"""Imports an upload: from the staged file to rows that count, in one publication.

Reading and writing parts happens outside any transaction and can be repeated: parts that nobody publishes are
swept. The one transaction at the end publishes the parts, takes away what they replace, marks the upload
complete and the job done. If the upload was deleted in the meantime, nothing is published.
"""

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from eyrie.archive.change import Change, Delivered
from eyrie.archive.publish import publish
from eyrie.archive.tag_sets import publish_checked
from eyrie.basics.errors import TagSetsClash
from eyrie.basics.period import first_of_month
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.ledger.parts import Delivery, Part
from eyrie.costs.ledger.writing import write_part
from eyrie.costs.sources.custom.bill import read_upload
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.bills.rows import IntegrationRow, UploadRow
from eyrie.records.bills.uploads import DATASET, INGEST, note, show

MOST_SALTS = 20


def ingest(job: Job, house: House) -> None:
    """Import the upload that the job names."""
    with house.database.reading() as session:
        upload = session.get(UploadRow, job.payload["upload"])
    if upload is None:
        return
    content = (house.staging / upload.staged).read_bytes()
    bill = read_upload(content, upload.integration_token, upload.auto_transform, house.limits.upload)
    for salt in range(MOST_SALTS):
        parts = _written(house, upload, bill.items, salt)
        with contextlib.suppress(TagSetsClash):
            _published(job, house, upload, parts)
            return
    raise TagSetsClash(f"The tag sets of {upload.token} clash under each of {MOST_SALTS} salts")


def _written(house: House, upload: UploadRow, items: Sequence[LineItem], salt: int) -> tuple[Part, ...]:
    """Write a part for each billing month; rows without one count by the month of their charge."""
    months: dict[dt.date, list[LineItem]] = defaultdict(list)
    for item in items:
        start = item.billing_period_start or item.charge_period_start
        months[first_of_month(start.date())].append(item)
    delivery = Delivery(upload.integration_token, DATASET, upload.filename, upload.token)
    parts = []
    for month, rows in sorted(months.items()):
        part = write_part(house.engine, house.ledger, rows, delivery, month, salt=salt)
        if part is not None:
            parts.append(part)
    return tuple(parts)


def _published(job: Job, house: House, upload: UploadRow, parts: tuple[Part, ...]) -> None:
    """Publish, unless the upload is gone; what had the same name before is gone from then on."""
    now = house.now()
    change = Change(
        account=upload.account_token,
        what=f"{upload.token} complete",
        replace=(Delivered(upload.integration_token, DATASET, upload.filename),),
        add=parts,
    )

    def commit(session: Session, checked: Change) -> None:
        found = session.get(UploadRow, upload.token, with_for_update=True)
        if found is not None:
            publish(session, house.ledger, checked, now)
            _replace(acting(house, session, upload.account_token), upload)
            found.import_status = "complete"
            session.get_one(IntegrationRow, upload.integration_token).last_updated = now
        job.done(session)

    publish_checked(house.database, house.ledger, change, house.clashing_tag_sets, commit)


def _replace(call: Call, upload: UploadRow) -> None:
    """Take away the uploads that had the name before."""
    question = call.rows.query(UploadRow).where(
        UploadRow.integration_token == upload.integration_token,
        UploadRow.filename == upload.filename,
        UploadRow.token != upload.token,
        # Imports of an integration run in the order of their uploads: what waits came later.
        UploadRow.import_status != "processing",
    )
    for row in call.rows.all(question):
        if call.rows.remove(row):
            note(call, row, show(row).model_dump(mode="json"), None)


def _failed(session: Session, job: Job) -> None:
    upload = session.get(UploadRow, job.payload["upload"])
    if upload is not None:
        upload.import_status = "error"


INGEST_KIND: Kind[House] = Kind(INGEST, ingest, on_failed=_failed)
