"""The first bill: a file goes in, the question comes back exact, the file goes out, and nothing is left."""

SEATS_AND_SUPPORT = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName
Usage,2025-01-01,,100,Seats
Discount,2025-01-01,,-10,Seats
Tax,2025-01-02,,8,Seats
Credit,2025-01-02,,-5,Seats
Fee,2025-01-01,2025-01-10,50,Support
"""


def by_service(world, **parameters):
    found = world.costs(groupings="service", order="asc", **parameters)
    return found["total_cost"]["amount"], [
        (row["accrued_at"][5:], row["service"], row["amount"]) for row in found["costs"]
    ]


def test_the_upload_tells_what_it_holds(world):
    told = world.upload(world.custom_provider(), SEATS_AND_SUPPORT, "january.csv").json()
    assert told["import_status"] == "processing"
    assert {key: told[key] for key in ("filename", "amount", "start_date", "end_date")} == {
        "filename": "january.csv",
        "amount": "143.0",
        "start_date": "2025-01-01",
        "end_date": "2025-01-10",
    }


def test_support_is_spread_over_its_ten_days_and_the_credit_stays_out(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    total, rows = by_service(world)
    assert total == "148.0"
    assert rows[:4] == [
        ("01-01", "Seats", "90.0"),
        ("01-01", "Support", "5.0"),
        ("01-02", "Seats", "8.0"),
        ("01-02", "Support", "5.0"),
    ]
    assert rows[4:] == [(f"01-{day:02}", "Support", "5.0") for day in range(3, 11)]


def test_without_amortizing_support_costs_all_on_its_first_day(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    total, rows = by_service(world, **{"settings[amortize]": "false"})
    assert total == "148.0"
    assert rows == [("01-01", "Seats", "90.0"), ("01-01", "Support", "50.0"), ("01-02", "Seats", "8.0")]


def test_with_credits_the_total_is_that_of_the_file(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    total, _ = by_service(world, **{"settings[include_credits]": "true"})
    assert total == "143.0"


def test_the_pages_of_a_worked_response(world):
    world.imported(world.custom_provider(), SEATS_AND_SUPPORT)
    asked = {"end_date": "2025-01-02", "groupings": "service,charge_type", "limit": 2}
    page = world.costs(**asked)
    pages = [page]
    while page["links"]["next"]:
        page = world.owner.get(page["links"]["next"]).json()
        pages.append(page)
    assert [page["total_cost"]["amount"] for page in pages] == ["108.0"] * 3
    assert [
        (row["service"], row["charge_type"], row["amount"]) for page in pages for row in page["costs"]
    ] == [
        ("Seats", "Tax", "8.0"),
        ("Support", "Fee", "5.0"),
        ("Seats", "Usage", "100.0"),
        ("Support", "Fee", "5.0"),
        ("Seats", "Discount", "-10.0"),
    ]
    assert [page["links"]["last"] for page in pages] == [None] * 3


def test_a_file_of_the_same_name_replaces_and_deleting_it_restores(world):
    provider = world.custom_provider()
    world.imported(provider, SEATS_AND_SUPPORT, "other.csv")
    before = world.costs()
    world.imported(provider, SEATS_AND_SUPPORT)
    world.pass_time()
    second = world.imported(provider, SEATS_AND_SUPPORT.replace("100", "101"))
    assert world.costs()["total_cost"]["amount"] == "297.0"
    uploads = world.owner.get(f"/v2/integrations/{provider}/costs").json()["user_costs_uploads"]
    assert [upload["filename"] for upload in uploads] == ["other.csv", "costs.csv"]
    assert world.owner.delete(f"/v2/integrations/{provider}/costs/{second}").status_code == 204
    assert world.owner.delete(f"/v2/integrations/{provider}/costs/{second}").status_code == 404
    assert world.costs()["costs"] == before["costs"]


def test_an_upload_deleted_while_it_is_processed_never_counts(world):
    provider = world.custom_provider()
    token = world.upload(provider, SEATS_AND_SUPPORT).json()["token"]
    assert world.owner.get(f"/v2/integrations/{provider}").json()["status"] == "importing"
    assert world.owner.delete(f"/v2/integrations/{provider}/costs/{token}").status_code == 204
    world.work()
    assert world.costs()["costs"] == []


def test_of_two_files_of_a_name_that_wait_together_the_later_one_stays(world):
    provider = world.custom_provider()
    world.upload(provider, SEATS_AND_SUPPORT)
    later = world.upload(provider, SEATS_AND_SUPPORT.replace("100", "101")).json()["token"]
    world.work()
    uploads = world.owner.get(f"/v2/integrations/{provider}/costs").json()["user_costs_uploads"]
    assert [(upload["token"], upload["import_status"]) for upload in uploads] == [(later, "complete")]
    assert world.costs()["total_cost"]["amount"] == "149.0"


def test_costs_are_seen_only_where_the_integration_is_assigned_history_included(world):
    provider = world.owner.post("/v2/integrations/custom_provider", json={"name": "CRM"}).json()["token"]
    world.imported(provider, SEATS_AND_SUPPORT)
    assert world.costs()["costs"] == []
    world.owner.put(f"/v2/integrations/{provider}", json={"workspace_tokens": [world.other]})
    assert world.costs()["costs"] == []
    assert world.costs(world.stranger, workspace_token=world.other)["total_cost"]["amount"] == "148.0"
    world.owner.put(f"/v2/integrations/{provider}", json={"workspace_tokens": [world.main]})
    assert world.costs()["total_cost"]["amount"] == "148.0"


def test_as_of_shows_what_was_known(world):
    provider = world.custom_provider()
    token = world.imported(provider, SEATS_AND_SUPPORT)
    answer = world.owner.get(
        "/v2/costs", params={"workspace_token": world.main, "filter": "costs.provider = 'aws'"}
    )
    version = answer.headers["Eyrie-Ledger-Version"]
    world.pass_time(hours=1)
    world.owner.delete(f"/v2/integrations/{provider}/costs/{token}")
    assert world.costs()["costs"] == []
    assert world.costs(as_of=version)["total_cost"]["amount"] == "148.0"
    assert world.costs(as_of="2025-02-15T12:30:00Z")["total_cost"]["amount"] == "148.0"
