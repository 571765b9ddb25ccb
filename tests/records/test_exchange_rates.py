"""Exchange rates: who sends them, what is wrong with a file, and what a rate takes the place of."""

from decimal import Decimal

import pytest

from tests.operations.table_of_tests import is_refusal

HEADER = "base_currency_code,currency_code,rate,date"


def csv(*rows):
    return "\n".join([HEADER, *rows])


def sent(world, text, client=None):
    content = text if isinstance(text, bytes) else text.encode()
    return (client or world.owner).post("/v2/exchange_rates/csv", files={"csv": ("rates.csv", content)})


def listed(world, **parameters):
    answer = world.owner.get("/v2/exchange_rates", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rates(world):
    return [
        (rate["base_currency_code"], rate["currency_code"], rate["rate"], rate["effective_date"])
        for rate in listed(world)["exchange_rates"]
    ]


def problems(world, *rows):
    answer = sent(world, csv(*rows))
    assert is_refusal(answer, 400)
    assert rates(world) == []
    return answer.json()["errors"]


def test_a_rate_is_kept_and_shown(world):
    answer = sent(world, csv("USD,PHP,300.011,2025-09-01"))
    assert (answer.status_code, answer.json()) == (201, {})
    found = listed(world)
    assert found["exchange_rates"] == [
        {
            "base_currency_code": "USD",
            "currency_code": "PHP",
            "rate": "300.011",
            "effective_date": "2025-09-01",
            "updated_at": "2025-02-15 12:00:00 UTC",
        }
    ]
    assert found["meta"] == {
        "current_page": 1,
        "next_page": None,
        "prev_page": None,
        "total_pages": 1,
        "total_count": 1,
    }


def test_pages_are_told_in_links_and_in_meta(world):
    sent(world, csv(*(f"USD,EUR,0.9{day},2025-01-0{day}" for day in (1, 2, 3, 4, 5))))
    middle = listed(world, limit=2, page=2)
    assert [rate["effective_date"] for rate in middle["exchange_rates"]] == ["2025-01-03", "2025-01-04"]
    assert middle["meta"] == {
        "current_page": 2,
        "next_page": 3,
        "prev_page": 1,
        "total_pages": 3,
        "total_count": 5,
    }
    assert "page=3" in middle["links"]["next"]
    last = world.owner.get(middle["links"]["next"]).json()
    assert [rate["effective_date"] for rate in last["exchange_rates"]] == ["2025-01-05"]
    assert (last["meta"]["next_page"], last["links"]["next"]) == (None, None)


def test_a_rate_that_is_sent_again_takes_the_place_of_the_one_before(world):
    sent(world, csv("USD,EUR,0.90,2025-01-01", "USD,EUR,0.91,2025-01-02"))
    world.pass_time(hours=1)
    sent(world, csv("USD,EUR,0.95,2025-01-01", "USD,EUR,0.910,2025-01-02", "EUR,USD,1.1,2025-01-01"))
    assert rates(world) == [
        ("USD", "EUR", "0.95", "2025-01-01"),
        ("USD", "EUR", "0.91", "2025-01-02"),
        ("EUR", "USD", "1.1", "2025-01-01"),
    ]
    moments = [rate["updated_at"] for rate in listed(world)["exchange_rates"]]
    assert moments == ["2025-02-15 13:00:00 UTC", "2025-02-15 12:00:00 UTC", "2025-02-15 13:00:00 UTC"]
    changed = [
        (entry.event, entry.object_title, entry.changed_values["rate"]) for entry in world.audit()[-2:]
    ]
    assert sorted(changed) == [
        ("record_created", "EUR to USD on 2025-01-01", [None, "1.1"]),
        ("record_updated", "USD to EUR on 2025-01-01", ["0.9", "0.95"]),
    ]


def test_sending_what_is_there_already_changes_nothing(world):
    sent(world, csv("USD,EUR,0.90,2025-01-01"))
    entries, before = len(world.audit()), listed(world)["exchange_rates"]
    world.pass_time(hours=1)
    assert sent(world, csv("USD,EUR,0.9,2025-01-01")).status_code == 201
    assert (len(world.audit()), listed(world)["exchange_rates"]) == (entries, before)


def test_ten_decimals_are_kept_of_a_rate(world):
    sent(world, csv("BTC,IRR,4012345678.00000000005,2025-01-01", "IRR,BTC,2.5e-10,2025-01-01"))
    assert sorted(rate for _, _, rate, _ in rates(world)) == ["0.0000000003", "4012345678.0000000001"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + csv("USD,EUR,0.9,2025-01-01"),
        csv("USD,EUR,0.9,2025-01-01").replace("\n", "\r\n") + "\r\n\r\n",
        "Date , RATE,Currency_Code,base_currency_code,source\n2025-01-01, 0.9 ,eur, usd ,a bank\n",
        "base_currency_code;currency_code;rate;date\nUSD;EUR;0.9;2025-01-01\n",
    ],
    ids=["BOM", "CRLF", "other order and case", "semicolons"],
)
def test_files_are_taken_as_spreadsheets_write_them(world, text):
    assert sent(world, text).status_code == 201
    assert rates(world) == [("USD", "EUR", "0.9", "2025-01-01")]


def test_the_three_forms_of_an_upload_and_the_plain_file_are_read_alike(world):
    text = csv("USD,EUR,0.9,2025-01-0{}")
    multipart = '--b\r\nContent-Disposition: form-data; name="csv"; filename="r.csv"\r\n\r\n{}\r\n--b--\r\n'
    post = world.owner.post
    assert sent(world, text.format(1)).status_code == 201
    unbounded = {
        "content": multipart.format(text.format(2)),
        "headers": {"Content-Type": "multipart/form-data"},
    }
    assert post("/v2/exchange_rates/csv", **unbounded).status_code == 201
    assert post("/v2/exchange_rates/csv", data={"csv": text.format(3)}).status_code == 201
    plain = {"content": text.format(4), "headers": {"Content-Type": "text/csv"}}
    assert post("/v2/exchange_rates/csv", **plain).status_code == 201
    assert [day for *_, day in rates(world)] == [f"2025-01-0{day}" for day in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("XXX,EUR,1,2025-01-01", "base_currency_code must be a valid currency code, such as USD"),
        ("USD,,1,2025-01-01", "currency_code must be a valid currency code, such as USD"),
        ("USD,usd,1,2025-01-01", "currency_code must be another currency than base_currency_code"),
        ("USD,EUR,,2025-01-01", "rate must be a number more than 0, such as 0.92"),
        ("USD,EUR,-1,2025-01-01", "rate must be a number more than 0, such as 0.92"),
        ("USD,EUR,$1,2025-01-01", "rate must be a number more than 0, such as 0.92"),
        ("USD,EUR,NaN,2025-01-01", "rate must be a number more than 0, such as 0.92"),
        ("USD,EUR,0,2025-01-01", "rate must be a number more than 0, in its first ten decimals"),
        ("USD,EUR,1e-11,2025-01-01", "rate must be a number more than 0, in its first ten decimals"),
        ("USD,EUR,1e12,2025-01-01", "rate must be less than 1,000,000,000,000"),
        ("USD,EUR,1,01.02.2025", "date must be a valid date"),
        ("USD,EUR,1,2025-02-30", "date must be a valid date"),
        ("USD,EUR,1", "date must be a valid date"),
        ("USD,EUR,1,2025-01-02,more", "has 5 cells, but the header names 4 columns"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(world, row, problem):
    assert problems(world, "USD,EUR,0.9,2025-01-01", row) == [f"Row 2: {problem}"]


def test_all_problems_of_a_file_are_told_together_and_nothing_is_kept(world):
    assert problems(
        world, "USD,EUR,0.9,2025-01-01", "X,EUR,0,nie", "GBP,USD,1.2,2025-01-01", "usd,eur,0.91,2025-01-01"
    ) == [
        "Row 2: base_currency_code must be a valid currency code, such as USD",
        "Row 2: rate must be a number more than 0, in its first ten decimals",
        "Row 2: date must be a valid date",
        "Row 4: USD to EUR on 2025-01-01 stands in row 1 already",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER, ["The file has a header but no data rows"]),
        ("", ["The file is empty; its first line must name the columns"]),
        (
            "base_currency_code,rate\nUSD,1",
            ["Missing required column: currency_code", "Missing required column: date"],
        ),
        (b"\xff", ["The file is not UTF-8: byte 1, on line 1, cannot be read. Save it as UTF-8"]),
    ],
)
def test_a_file_without_rates_is_refused(world, text, told):
    answer = sent(world, text)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == told


def test_a_form_without_the_file_is_refused(world):
    assert world.owner.post("/v2/exchange_rates/csv", data={"other": "1"}).json()["errors"] == [
        "csv is missing"
    ]


def test_only_owners_send_rates_and_everybody_sees_them(world):
    for client in (world.editor, world.viewer, world.stranger):
        assert is_refusal(sent(world, csv("USD,EUR,0.9,2025-01-01"), client), 403)
    sent(world, csv("USD,EUR,0.9,2025-01-01"))
    for client in (world.editor, world.viewer, world.stranger):
        assert [rate["rate"] for rate in client.get("/v2/exchange_rates").json()["exchange_rates"]] == ["0.9"]


def test_a_thousand_rates_come_at_once(world):
    rows = [
        f"USD,EUR,{Decimal(number) / 1000},{2000 + number // 12}-{number % 12 + 1:02d}-01"
        for number in range(1, 1001)
    ]
    assert sent(world, csv(*rows)).status_code == 201
    assert listed(world, limit=1)["meta"]["total_count"] == 1000
