"""How the filters of a report, its saved filters, folders and dashboard work together."""

from decimal import Decimal

import pytest

from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.lower import EVERYTHING
from eyrie.vql.merge import merge
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS
from tests.vql.rows import cost_rows, selected

ROWS = """
aws     a   1   eu  EC2  env=prod
aws-us  a   1   us  EC2  -
aws-2   a   2   eu  S3   env=prod
gcp     g   1   eu  SQL  -
azure   z   1   eu  VM   -
k8s     k   1   eu  Pod  -
agent   k   1   eu  Pod  -
seats   t1  1   eu  CRM  -
phones  t2  1   eu  PBX  -
"""
PROVIDERS = {
    "k8s": "kubernetes",
    "agent": "kubernetes_agent",
    "seats": "custom_provider",
    "phones": "custom_provider",
}
WORDS = {
    "eu": "costs.region = 'eu'",
    "two": "costs.account_id = '2'",
    "ec2": "costs.service = 'EC2'",
    "prod": "tags.name = 'env' AND tags.value = 'prod'",
    "value-first": "tags.value = 'prod' AND tags.name = 'env'",
    "half": "costs.allocation = 0.5",
    "tenth": "costs.allocation = 0.1",
}


@pytest.fixture(scope="module")
def source(engine, home):
    rows = []
    for line in ROWS.strip().splitlines():
        label, integration, account, region, service, tags = line.split()
        known = {"label": label, "integration": integration, "account_id": account, "region": region}
        known["provider"] = PROVIDERS.get(label, label.partition("-")[0])
        tags = {} if tags == "-" else dict([tags.split("=")])
        rows.append({**known, "service": service, "charge_type": "Usage", "tags": tags})
    return cost_rows(engine, home / "merged", rows)


def read(shorthand):
    """Read `aws eu | gcp` as a filter of two branches, `-` as none."""
    if shorthand == "-":
        return None
    branches = [branch.split() for branch in shorthand.split(" | ")]
    said = [
        " AND ".join([f"costs.provider = '{p}'", *(WORDS[word] for word in rest)]) for p, *rest in branches
    ]
    return read_filter(" OR ".join(said), COSTS)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["aws"], "aws aws-us aws-2"),
        (["aws", "aws eu"], "aws aws-2"),
        (["aws", "gcp"], "aws aws-us aws-2 gcp"),
        (["aws | gcp", "aws two"], "aws-2 gcp"),
        (["-", "azure"], "azure"),
        (["aws", "aws ec2", "aws prod"], "aws"),
        (["aws eu", "aws two | gcp", "gcp eu | azure"], "aws-2 gcp azure"),
        (["aws prod", "aws value-first"], "aws aws-2"),
        (["aws half", "aws eu tenth"], "aws*0.05 aws-2*0.05"),
        (["aws eu half | aws | gcp", "aws two tenth | aws"], "aws*0.5 aws-us aws-2*0.05 gcp"),
        (["aws half", "gcp tenth"], "aws*0.5 aws-us*0.5 aws-2*0.5 gcp*0.1"),
        (["kubernetes", "kubernetes_agent two | gcp"], "k8s gcp"),
        (["custom_provider", "custom_provider:t1 two"], "phones"),
        (["custom_provider two", "custom_provider:t1"], ""),
        (["custom_provider:t2", "custom_provider:t1 | aws two"], "seats phones aws-2"),
    ],
)
def test_same_providers_narrow_and_different_ones_add(engine, source, filters, found):
    expected = {row: Decimal(share or 1) for row, _, share in (word.partition("*") for word in found.split())}
    assert selected(engine, source, merge(map(read, filters))) == expected
    assert selected(engine, source, merge(map(read, reversed(filters)))) == expected


def test_no_filter_is_everything_and_names_nobody():
    assert merge([]) == merge([None, None]) == EVERYTHING


def test_all_providers_named_are_told():
    assert merge([read("aws"), None, read("gcp | azure")]).providers_named == {"aws", "gcp", "azure"}


def test_weights_of_many_filters_have_a_limit():
    alternatives = " | ".join(["aws eu half", "aws tenth", "aws"])
    with pytest.raises(InvalidFilter, match="too many combinations"):
        merge([read(alternatives)] * 7)


def test_tags_that_many_filters_ask_for_have_a_limit():
    tags = " AND ".join(f"tags.name = 'k{n}'" for n in range(200))
    read_often = read_filter(f"costs.provider = 'aws' AND {tags}", COSTS)
    assert merge([read_often, read_often]).branches
    with pytest.raises(InvalidFilter, match="too many combinations"):
        merge([read_often] * 3)
