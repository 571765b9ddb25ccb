"""Bodies with a file, in all the forms in which clients send it."""

import gzip
import io
import zipfile
from urllib.parse import quote

import pytest

from tests.operations.table_of_tests import is_refusal

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-01,1.5,Seats\n"
FOREIGN = "date,cost,service\n2025-01-01,1.5,Seats\n"
BOUNDARY = "----WebKitFormBoundaryX"
DECLARED = f"multipart/form-data; boundary={BOUNDARY}"


def part(disposition, content=BILL, boundary=BOUNDARY):
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n"


def form(*parts, boundary=BOUNDARY):
    return "".join(parts) + f"--{boundary}--\r\n"


FILE = part('name="csv"; filename="bill.csv"')


def zipped(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(scope="module")
def uploaded(shared):
    """Upload raw bytes to a custom provider."""
    integration = shared.custom_provider()

    def send(content, content_type):
        content = content.encode() if isinstance(content, str) else content
        headers = {"Content-Type": content_type} if content_type else {}
        return shared.owner.post(
            f"/v2/integrations/{integration}/costs.csv", content=content, headers=headers
        )

    return send


def is_taken(answer, filename):
    assert answer.status_code == 201, answer.text
    assert (answer.json()["amount"], answer.json()["filename"]) == ("1.5", filename)
    return True


def test_multipart_as_most_clients_send_it(uploaded):
    assert is_taken(uploaded(form(FILE), DECLARED), "bill.csv")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "Multipart/Form-Data;"]
)
def test_multipart_without_the_boundary_in_its_header(uploaded, kind):
    assert is_taken(uploaded(form(FILE), kind), "bill.csv")
    assert is_taken(uploaded("\r\n" + form(FILE), kind), "bill.csv")


def test_form_encoded_with_the_text_in_a_field(uploaded):
    text = f"auto_transform=false&csv={quote(BILL)}"
    assert is_taken(uploaded(text, "application/x-www-form-urlencoded"), "costs.csv")


def test_a_bare_file(uploaded):
    for kind in ("text/csv", "text/csv; charset=utf-8", "Text/CSV"):
        assert is_taken(uploaded(BILL, kind), "costs.csv")


def test_parts_in_any_order(uploaded):
    flag = part('name="auto_transform"', "true")
    foreign = part('name="csv"; filename="bill.csv"', FOREIGN)
    for parts in ((flag, foreign), (foreign, flag), (part('name="unknown"', "x"), flag, foreign)):
        assert is_taken(uploaded(form(*parts), DECLARED), "bill.csv")
    assert is_refusal(uploaded(form(foreign), DECLARED), 422)


def test_a_part_without_a_file_name_is_a_file_all_the_same(uploaded):
    assert is_taken(uploaded(form(part('name="csv"')), DECLARED), "costs.csv")
    assert is_taken(uploaded(form(part('name="csv"; filename=""')), DECLARED), "costs.csv")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("bill.csv", "bill.csv"),
        ("Rechnung März ☃.csv", "Rechnung März ☃.csv"),
        ('a \\"quoted\\" name.csv', 'a "quoted" name.csv'),
        ("a\\\\b.csv", "a\\b.csv"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("/absolute/bill.csv", "/absolute/bill.csv"),
        ("semi;colon=1.csv", "semi;colon=1.csv"),
        (" blanks .csv ", " blanks .csv "),
        ("no ending", "no ending"),
    ],
)
def test_the_name_of_the_file_comes_back_as_it_was(shared, uploaded, written, name):
    assert is_taken(uploaded(form(part(f'name="csv"; filename="{written}"')), DECLARED), name)
    assert {path.parent for path in shared.house.staging.rglob("*")} == {shared.house.staging}


@pytest.mark.parametrize(("letters", "status"), [(1000, 201), (1001, 400)])
def test_the_name_of_a_file_is_not_endless(uploaded, letters, status):
    answer = uploaded(form(part(f'name="csv"; filename="{"n" * letters}"')), DECLARED)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    "sent",
    [
        form(part('name="auto_transform"', "false")),
        form(part('name="file"; filename="bill.csv"')),
        form(part('filename="bill.csv"')),
        form(),
    ],
)
def test_a_form_without_the_file_says_what_is_missing(uploaded, sent):
    answer = uploaded(sent, DECLARED)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["csv is missing"]


BROKEN = {
    "cut in the file": FILE[:-20],
    "cut before the last boundary": FILE,
    "cut in the headers": FILE[:60],
    "cut in the last boundary": form(FILE)[:-6],
    "another boundary": form(part('name="csv"', boundary="other"), boundary="other"),
    "no boundary at all": BILL,
    "empty": "",
    "only line ends": "\r\n\r\n",
    "a name that is not UTF-8": form(part('name="csv"; filename="\xff"')).encode("latin-1"),
    "a text that is not UTF-8": form(part('name="auto_transform"', "\xff")).encode("latin-1"),
    "a NUL in a text": form(FILE, part('name="auto_transform"', "\0")),
    "too many parts": form(*[part('name="unknown"', "x")] * 101, FILE),
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("kind", [DECLARED, "multipart/form-data"])
def test_a_form_that_is_broken_is_refused(uploaded, sent, kind):
    if sent == BROKEN["another boundary"] and kind != DECLARED:
        assert is_taken(uploaded(sent, kind), "costs.csv")
    else:
        assert is_refusal(uploaded(sent, kind), 400)


@pytest.mark.parametrize("sent", [b"csv=%ff", b"csv=\xff", b"&".join([b"a=1"] * 200)])
def test_a_form_text_that_is_broken_is_refused(uploaded, sent):
    assert is_refusal(uploaded(sent, "application/x-www-form-urlencoded"), 400)


def test_a_file_that_is_not_utf8_is_400_and_one_with_faults_is_422(uploaded):
    assert is_refusal(uploaded(b"\xff" + BILL.encode(), "text/csv"), 400)
    answer = uploaded(BILL.replace("1.5", "much"), "text/csv")
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == ["Row 1: BilledCost must be a valid number"]
    assert is_refusal(uploaded("", "text/csv"), 422)


PACKED = {
    "gzip": gzip.compress(BILL.encode()),
    "a bomb": gzip.compress(gzip.compress(b"\n" * 50_000_000)),
    "zip": zipped("../../bill.csv", BILL.encode()),
    "zip in zip": zipped("a.zip", zipped("b.zip", b"\n" * 10_000_000)),
}


@pytest.mark.parametrize("sent", PACKED.values(), ids=PACKED)
def test_what_is_packed_is_not_unpacked(shared, uploaded, sent):
    before = sorted(shared.house.staging.rglob("*"))
    assert is_refusal(uploaded(sent, "text/csv"), 400)
    file = b"".join(
        (part('name="csv"; filename="bill.csv"', "").encode()[:-2], sent, b"\r\n", form().encode())
    )
    assert is_refusal(uploaded(file, DECLARED), 400)
    assert sorted(shared.house.staging.rglob("*")) == before


@pytest.mark.parametrize("kind", [None, "text/plain", "application/octet-stream", "application/json", "csv"])
def test_a_file_of_another_type_is_415(uploaded, kind):
    assert is_refusal(uploaded(BILL, kind), 415)


def test_a_body_that_never_ends_is_413(shared):
    """Nothing says beforehand how long it is; it is cut off where the limit is."""
    taken = []

    async def endless():
        while True:
            taken.append(1)
            yield b"x" * 1_000_000

    path = f"/v2/integrations/{shared.custom_provider()}/costs.csv"
    answer = shared.owner.post(path, content=endless(), headers={"Content-Type": "text/csv"})
    assert is_refusal(answer, 413)
    assert len(taken) <= 10
    assert is_refusal(shared.owner.post("/v2/folders", content=endless()), 413)
