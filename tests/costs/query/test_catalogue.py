"""What a snapshot offers to ask about."""

import pytest

from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.catalogue import (
    Account,
    Origin,
    Service,
    TagFound,
    accounts,
    origins,
    services,
    tag_keys,
    tag_values,
)

AWS = Origin("aws", "accss_crdntl_1")
OURS = Origin("custom_provider", "accss_crdntl_2")


@pytest.fixture
def snapshot(books):
    books.add("""
        day         provider  service  account_id  account_name  tags                cost
        2025-01-01  aws       EC2      1           old           team=core,env=prod  1
        2025-01-02  aws       EC2      1           prod          team=core           1
        2025-01-02  aws       S3       -           -             -                   1
    """)
    books.add(
        """
        day         service  account_id  tags      cost
        2025-02-01  Seats    1           team=web  1
        2025-02-01  -        2           team=     1
        """,
        integration="accss_crdntl_2",
    )
    return books.snapshot


def test_origins_are_the_providers_and_who_brings_them(snapshot):
    assert origins(snapshot) == (AWS, OURS)


def test_services_that_occur(engine, snapshot):
    assert services(engine, snapshot) == (Service("EC2", AWS), Service("S3", AWS), Service("Seats", OURS))


def test_accounts_come_once_each_whatever_rows_call_them(engine, snapshot):
    assert accounts(engine, snapshot) == (
        Account("1", "prod", AWS),
        Account("1", None, OURS),
        Account("2", None, OURS),
    )


def test_tag_keys_and_their_values_know_where_they_occur(engine, snapshot):
    assert tag_keys(engine, snapshot) == (TagFound("env", (AWS,)), TagFound("team", (AWS, OURS)))
    assert tag_values(engine, snapshot, "team") == (
        TagFound("", (OURS,)),
        TagFound("core", (AWS,)),
        TagFound("web", (OURS,)),
    )
    assert tag_values(engine, snapshot, "nobody") == ()


def test_an_empty_ledger_offers_nothing(engine, home):
    empty = Snapshot(0, home, ())
    assert origins(empty) == services(engine, empty) == accounts(engine, empty) == ()
    assert tag_keys(engine, empty) == tag_values(engine, empty, "team") == ()
