"""The language by example: small tables of rows, filters, and which rows they select."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.lower import lower
from eyrie.vql.names import Names
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COMMITMENTS, COSTS, KUBERNETES, NETWORK, RESOURCES
from tests.vql.evaluator import weight
from tests.vql.rows import cost_rows, plain_rows, selected

SERVICES = {
    "AmazonEC2": "Amazon Elastic Compute Cloud - Compute",
    "AmazonS3": "Amazon Simple Storage Service",
}
COST_ROWS = """
label provider  integration         provider_account_id account_id service           category         subcategory                 region      resource_id charge_type                          tags
R1    aws       a                   900                 111        AmazonEC2         Compute_Instance BoxUsage:m5.large           us-east-1   i-aa        Usage                                env=prod,team=core
R2    aws       a                   900                 111        AmazonEC2         Data_Transfer    USE1-DataTransfer-Out-Bytes us-east-1   i-aa        Usage                                env=prod,team=core
R3    aws       a                   900                 222        AmazonEC2         Compute_Instance BoxUsage:c6i.xlarge         eu-west-1   i-bb        Usage                                env=Prod-EU,team=Core_Team
R4    aws       a                   901                 222        AmazonS3          Storage          TimedStorage-ByteHrs        -           logs!2025   Usage                                -
R5    aws       a                   900                 111        AWSSupportBusiness -               -                           -           -           Fee                                  -
R6    aws       a                   900                 333        Acme_Firewall     -                -                           us-east-1   -           AWS_Marketplace                      team=sec
R7    gcp       g                   B-1                 proj-a     Cloud_SQL         Database         -                           us-central1 sql-1       regular                              env=stage
R8    azure     z                   sub-9               rg-web     Virtual_Machines  Compute          D2s_v3                      westeurope  vm-1        Usage                                team=core-team
R9    custom_provider accss_crdntl_77aa -               -          CRM_Seats         SaaS             Large                       -           -           Usage                                team=ops'n'it
R10   aws       a                   900                 111        AmazonEC2         Compute_Instance -                           us-east-1   i-cc        Enterprise_Discount_Program_Discount env=prod
"""
RESOURCE_ROWS = """
label provider integration type                region    uuid                                    metadata                   tags
web-1 aws      a           aws_instance        us-east-1 arn:aws:ec2:us-east-1:111:instance/i-aa vcpu=2,ebs!optimized=true  env=prod
web-2 aws      a           aws_instance        eu-west-1 -                                       vcpu=32                    -
logs  aws      a           aws!s3!bucket       -         arn:aws:s3:::logs                       -                          env=stage
disk  gcp      g           google_compute_disk -         -                                       -                          -
"""
KUBERNETES_ROWS = """
label cluster_id namespace category pod     labels
K1    east       shop      cpu      cart-1  app=cart
K2    east       shop      ram      cart-1  app=cart
K3    west       ml        gpu      train-7 app=trainer
K4    west       !!idle!!  cpu      -       -
"""
COMMITMENT_ROWS = """
label provider integration service commitment_type   region    commitment_id                        resource_tags
C1    aws      a           EC2     savings!plan      us-east-1 arn:aws:savingsplans::111:savingsplan/sp-1 env=prod
C2    aws      a           EC2     on!demand         eu-west-1 -                                    env=dev
C3    aws      a           RDS     reserved!instance us-east-1 arn:aws:rds:us-east-1:111:ri:r-9     -
"""
NETWORK_ROWS = """
label account_id traffic_category traffic_path dsthostname peer_regions
N1    111        public           8            example.com -
N2    111        cross!az         1            -           -
N3    222        cross!region     5            example.com us-east-1
"""
SHORT = {"S1": "web-1", "S2": "web-2", "S3": "logs", "S4": "disk"}
MAPS = ("tags", "metadata", "labels", "resource_tags")

REJECTED = [
    ("tags.name = 'env'", "costs.provider is required"),
    ("costs.provider = 'gcp' OR costs.charge_type = 'Tax'", "costs.provider is required"),
    ("costs.provider = 'gcp' AND costs.category = 'Database'", "costs.service is required"),
    (
        "costs.provider = 'aws' AND costs.service != 'EC2' AND costs.category = 'Storage'",
        "costs.service is req",
    ),
    ("costs.provider != 'aws'", "operator != is not allowed for costs.provider"),
    ("costs.provider = 'aws' AND costs.region LIKE 'eu-%'", "operator LIKE is not allowed for costs.region"),
    ("costs.provider = 'aws' AND tags.value = 'prod'", "tags.value needs a tags.name"),
    ("costs.provider = 'aws' AND costs.service ~* 'ec2'", "operator ~* is not allowed for costs.service"),
    ("costs.provider = 'aws' AND costs.allocation = 1.5", "costs.allocation takes a number from 0 to 1"),
    ("costs.provider = 'aws' AND costs.account_id IN ()", "Invalid VQL at position 49"),
    ("costs.provider = azure", "Invalid VQL at position 18"),
    ('costs.provider = "azure"', "Invalid VQL at position 18: write texts in single quotes"),
    ("(costs.provider = 'azure'", "Invalid VQL at position 26"),
    ("costs.provider = 'aws' AND resources.type = 'aws_lb'", "Unknown field: resources.type"),
]


def read(table):
    """Read a table: `-` is unknown, `_` stands for a space and `!` for `_`."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    rows = []
    for line in lines:
        row = {name: cell(name, text) for name, text in zip(head, line, strict=True)}
        rows.append({"marketplace": row.get("charge_type") == "AWS Marketplace"} | row)
    return rows


def cell(name, text):
    if name in MAPS:
        return {} if text == "-" else dict(cell("", pair).split("=") for pair in text.split(","))
    if name in ("provider", "integration", "type") or text == "-":
        return None if text == "-" else text.replace("!", "_")
    return text.replace("_", " ").replace("!", "_")


def examples(*namespaces):
    blocks = Path(__file__).with_name("examples.txt").read_text().strip().split("\n\n")
    found = [block.split("\n-> ") for block in blocks]
    return [
        example
        for example in found
        if re.search(r"(\w+)\.", example[0].replace("tags.", ""))[1] in namespaces
    ]


def labels(text):
    """Read `R1 R5*0.25` as rows and their weights."""
    found = (word.partition("*") for word in text.split())
    return {SHORT.get(row, row): Decimal(share or 1) for row, _, share in found}


@pytest.fixture(scope="module")
def costs(engine, home):
    rows = read(COST_ROWS)
    return rows, cost_rows(engine, home / "costs", rows)


def written(engine, home, name, table, tags="tags"):
    (home / name).mkdir()
    rows = [{name: value for name, value in row.items() if name != "marketplace"} for row in read(table)]
    return rows, plain_rows(engine, home / name, rows, tags)


@pytest.fixture(scope="module")
def families(engine, home):
    return {
        "resources": written(engine, home, "resources", RESOURCE_ROWS),
        "kubernetes": written(engine, home, "kubernetes", KUBERNETES_ROWS, "labels"),
        "financial_commitments": written(engine, home, "commitments", COMMITMENT_ROWS, "resource_tags"),
        "network_flow_logs": written(engine, home, "network", NETWORK_ROWS),
    }


def read_slowly(text, scope, rows):
    tree = read_filter(text, scope).tree
    found = {row["label"]: weight(tree, {"tags": {}} | row, SERVICES) for row in rows}
    return {label: share for label, share in found.items() if share is not None}


def test_all_examples_are_there():
    assert len(examples("costs")) == 32
    assert len(examples("resources", "kubernetes", "financial_commitments", "network_flow_logs")) == 11


@pytest.mark.parametrize(("text", "expected"), examples("costs"))
def test_costs_by_example(engine, costs, text, expected):
    rows, source = costs
    lowered = lower(read_filter(text, COSTS), Names(SERVICES))
    assert selected(engine, source, lowered) == labels(expected)
    assert read_slowly(text, COSTS, rows) == labels(expected)


@pytest.mark.parametrize(
    ("scope", "text", "expected"),
    [
        (scope, text, expected)
        for scope, namespace in (
            (RESOURCES, "resources"),
            (KUBERNETES, "kubernetes"),
            (COMMITMENTS, "financial_commitments"),
            (NETWORK, "network_flow_logs"),
        )
        for text, expected in examples(namespace)
    ],
)
def test_other_families_by_example(engine, families, scope, text, expected):
    rows, source = families[scope.fields[0].path.split(".")[0]]
    assert selected(engine, source, lower(read_filter(text, scope)), "label") == labels(expected)
    assert read_slowly(text, scope, rows) == labels(expected)


@pytest.mark.parametrize(("text", "reason"), REJECTED)
def test_filters_that_are_refused(text, reason):
    with pytest.raises(InvalidFilter) as refused:
        read_filter(text, COSTS)
    assert reason in "\n".join(refused.value.problems)


def test_a_map_needs_a_key():
    with pytest.raises(InvalidFilter, match="is a map and needs a key"):
        read_filter("kubernetes.labels = 'web'", KUBERNETES)
