"""Uploads: files of costs for a custom provider, checked at once and imported by a job.

The request reads the whole file, so that every problem is told row by row in its answer; what it keeps is the
file as it came, durable before the record that points at it is committed. The job reads it again and
publishes it: from then on, and not before, its rows count.
"""

from decimal import Decimal

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.archive.change import Change, Delivered
from eyrie.archive.durable import place_durably
from eyrie.archive.publish import publish
from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.basics.token import new_token
from eyrie.basics.words import Provider
from eyrie.costs.sources.custom.bill import CustomBill, read_upload
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Finds, Operation, UploadBody, Work
from eyrie.operations.outcome import Nothing, Page, Shown
from eyrie.operations.shapes import Amount, Draft, MomentWithMilliseconds, Token, Truth, View
from eyrie.records.bills.rows import IntegrationRow, UploadRow
from eyrie.store.outbox import enqueue

INGEST = "ingest upload"
DATASET = "uploads"
DEFAULT_NAME = "costs.csv"
LONGEST_NAME = 1000
_INTEGRATION = Finds("integration_token", IntegrationRow, "Integration")
_UPLOAD = Finds(
    "user_costs_upload_token", UploadRow, "User costs upload", ("integration_token", "integration_token")
)


class UserCostsUpload(View):
    """A file of costs that was uploaded."""

    token: Token
    filename: str = Field(description="The name of the file, as it came.")
    amount: Amount = Field(description="What its rows add up to.")
    start_date: str = Field(description="The first day of its costs.")
    end_date: str = Field(description="The last day of its costs.")
    import_status: str = Field(description="`processing`, then `complete` or `error`.")
    created_by_token: Token
    created_at: MomentWithMilliseconds


class CreateUpload(Draft):
    """What comes with an uploaded file."""

    auto_transform: Truth = Field(default=False, description="Try to read a file that is not FOCUS.")


def show(row: UploadRow) -> UserCostsUpload:
    """What is shown of an upload."""
    return UserCostsUpload(
        token=row.token,
        filename=row.filename,
        amount=Decimal(row.amount),
        start_date=row.start_date.isoformat(),
        end_date=row.end_date.isoformat(),
        import_status=row.import_status,
        created_by_token=row.created_by_token,
        created_at=row.created_at,
    )


def delivered(row: UploadRow) -> Delivered:
    """The rows of the ledger that came with an upload."""
    return Delivered(row.integration_token, DATASET, row.filename, row.token)


def note(call: Call, row: UploadRow, before: audit.Values | None, after: audit.Values | None) -> None:
    """Write the audit entry of a change."""
    audit.note(call, "user_costs_upload", row, row.filename, before, after)


def _integration(call: Call) -> IntegrationRow:
    row = call.found["integration_token"]
    assert isinstance(row, IntegrationRow)
    return row


def _read(call: Call) -> tuple[CustomBill, str, str]:
    """Check the file and put it aside, before any transaction: the bill, the staged file, its name."""
    integration = _integration(call)
    if integration.provider != Provider.CUSTOM_PROVIDER:
        raise Refused("Costs can be uploaded to custom providers only")
    file = call.files.get("csv")
    if file is None:
        raise Malformed("csv is missing")
    name = file.name or DEFAULT_NAME
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise Malformed(f"The name of the file is longer than {LONGEST_NAME} characters, or cannot be kept")
    bill = read_upload(file.content, integration.token, call.body.auto_transform, call.house.limits.upload)
    return bill, _stage(call, file.content), name


def _stage(call: Call, content: bytes) -> str:
    """Keep the file as it came, durably, under a name that nothing of it decides."""
    staged = new_token("staged")
    place_durably(call.house.staging / staged, content, "upload: staged file")
    return staged


def _created(call: Call) -> Shown:
    bill, staged, name = call.prepared
    row = call.rows.add(
        UploadRow,
        "usr_csts_upld",
        integration_token=_integration(call).token,
        filename=name,
        amount=str(bill.amount),
        start_date=bill.first_day,
        end_date=bill.last_day,
        import_status="processing",
        created_by_token=call.caller.created_by,
        staged=staged,
        auto_transform=call.body.auto_transform,
    )
    enqueue(
        call.session,
        INGEST,
        {"upload": row.token},
        run_at=call.now,
        key=row.token,
        lane=row.integration_token,
        staged=staged,
    )
    note(call, row, None, show(row).model_dump(mode="json"))
    return Shown(show(row))


def _listed(call: Call) -> Page:
    question = call.rows.query(UploadRow).where(UploadRow.integration_token == _integration(call).token)
    rows = call.rows.all(question.order_by(UploadRow.created_at, UploadRow.token))
    return Page("user_costs_uploads", [show(row) for row in rows], linked=False)


def _deleted(call: Call) -> Nothing:
    """The upload and exactly its rows are gone from the next question on, even while it is processed."""
    row = call.found["user_costs_upload_token"]
    assert isinstance(row, UploadRow)
    note(call, row, show(row).model_dump(mode="json"), None)
    change = Change(account=row.account_token, what=f"{row.token} deleted", replace=(delivered(row),))
    # The record goes first: whoever publishes an upload locks its record before the ledger.
    if not call.rows.remove(row):
        raise NotFound("User costs upload not found")
    publish(call.session, call.house.ledger, change, call.now)
    return Nothing()


def operations() -> list[Operation]:
    """The operations of uploads."""
    return [
        Operation(
            name="createUserCostsUploadViaCsv",
            tag="Integrations",
            method="POST",
            path="/integrations/{integration_token}/costs.csv",
            summary="Upload a CSV file of costs",
            description="Checks the whole file and answers every problem by row; a good file is imported "
            "within moments. A file of the same name replaces the one before.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_INTEGRATIONS,
            finds=(_INTEGRATION,),
            body=UploadBody("csv", CreateUpload),
            answers=Answer(201, UserCostsUpload),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            prepares=_read,
            run=_created,
        ),
        Operation(
            name="getUserCostsUploads",
            tag="Integrations",
            method="GET",
            path="/integrations/{integration_token}/costs",
            summary="List the uploads of a custom provider",
            description="All of them, oldest first.",
            scope=Scope.READ,
            needs=Action.MANAGE_INTEGRATIONS,
            finds=(_INTEGRATION,),
            answers=Answer(200, UserCostsUpload, key="user_costs_uploads", linked=False),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="deleteUserCostsUpload",
            tag="Integrations",
            method="DELETE",
            path="/integrations/{integration_token}/costs/{user_costs_upload_token}",
            summary="Delete an upload",
            description="Deletes the upload and exactly its rows, even while it is processed.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_INTEGRATIONS,
            finds=(_INTEGRATION, _UPLOAD),
            answers=Answer(204),
            refuses=frozenset({404}),
            work=Work.WRITES,
            audited=True,
            run=_deleted,
        ),
    ]
