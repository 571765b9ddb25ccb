"""What is told about filters that read well and yet mean nothing."""

from pathlib import Path

import pytest

from eyrie.basics.errors import Malformed
from eyrie.vql.invalid import InvalidFilter
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS, KUBERNETES, NETWORK, RESOURCES, SCOPES
from eyrie.vql.tree import Span

AWS = "costs.provider = 'aws' AND "


def problems(text, scope=COSTS):
    with pytest.raises(InvalidFilter) as refused:
        read_filter(text, scope)
    return list(refused.value.problems)


def mistakes():
    """Read the blocks of `mistakes.txt`: a scope and a filter, then what is told."""
    for block in Path(__file__).with_name("mistakes.txt").read_text().strip().split("\n\n"):
        head, problem = block.split("\n-> ")
        name, _, text = head.partition(": ")
        yield next(scope for scope in SCOPES if scope.name == name), text, problem


@pytest.mark.parametrize(("scope", "text", "problem"), list(mistakes()))
def test_one_mistake_is_one_sentence(scope, text, problem):
    assert problems(text, scope) == [problem]


@pytest.mark.parametrize("name", ["!= 'k'", "= NULL", "IN ('k', NULL)", "NOT LIKE 'k%'", "IS NOT NULL"])
def test_a_value_cannot_belong_to_a_name_that_excludes(name):
    (problem,) = problems(AWS + f"tags.name {name} AND tags.value = 'v'")
    assert problem.startswith("tags.value belongs to a tags.name that excludes tags or is NULL")


def test_all_mistakes_are_told_at_once_in_their_order_each_once_with_all_its_places():
    text = "costs.regoin = 'a' OR costs.provider = 'awz' AND costs.regoin = 'b'"
    with pytest.raises(Malformed) as refused:
        read_filter(text, COSTS)
    assert [(problem.message[:22], problem.spans) for problem in refused.value.found] == [
        ("Unknown field: costs.r", (Span(0, 12), Span(49, 61))),
        ("costs.provider is requ", (Span(0, 18),)),
        ("Invalid provider: awz.", (Span(39, 44),)),
    ]


def test_a_hundred_mistakes_are_told():
    text = AWS + " OR ".join(f"costs.x{n} = 'x'" for n in range(500))
    assert len(problems(text)) == 100


@pytest.mark.parametrize(
    "text",
    [
        "costs.provider = 'aws' OR costs.provider = 'custom_provider' OR costs.provider = 'newrelic'",
        "costs.provider = 'custom_provider:nobody_knows'",
        "(costs.region = 'x' AND costs.provider = 'aws') OR costs.provider = 'gcp'",
        "costs.provider = 'aws' AND costs.provider = 'gcp'",
        "COSTS.Provider = 'aws' AND Costs.REGION = 'x'",
        AWS + "costs.category = 'x' AND costs.service = 'y'",
        AWS + "costs.service IN ('y', 'z') AND (costs.region = 'r' OR NOT (costs.category = 'x'))",
        AWS + "(costs.service = 'y' OR costs.service = 'z') AND costs.resource_id LIKE '%'",
        AWS + "costs.account_id = 007",
        AWS + "tags.value = 'v' AND tags.name = 'k'",
        AWS + "tags.name = 'k' AND (costs.region = 'x' OR NOT (tags.value = 'v'))",
        AWS + "(tags.name = 'k' OR tags.name LIKE 'l%') AND tags.value = 'v'",
    ],
)
def test_cost_filters_that_mean_something(text):
    assert read_filter(text, COSTS).text == text


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("resources.provider IN ('aws', 'openai') AND resources.type = 'aws_ec2_instance'", RESOURCES),
        ("resources.provider = 'aws' AND resources.type LIKE 'anything%'", RESOURCES),
        ("resources.provider = 'aws' AND resources.type = NULL", RESOURCES),
        ("network_flow_logs.peer_region = 'x' AND network_flow_logs.flow_direction = 'egress'", NETWORK),
        ("kubernetes.labels->>'' IS NULL", KUBERNETES),
    ],
)
def test_other_filters_that_mean_something(text, scope):
    assert read_filter(text, scope).text == text


@pytest.mark.parametrize(
    "text",
    [
        "costs.provider = 'aws' AND (costs.service = 'y' OR costs.region = 'r') AND costs.category = 'x'",
        "costs.provider = 'aws' AND (costs.service = 'y' OR costs.category = 'x')",
        "costs.provider = 'aws' AND NOT (costs.service = 'y') AND costs.category = 'x'",
        "costs.provider = 'aws' AND costs.service IN ('y', NULL) AND costs.category = 'x'",
    ],
)
def test_a_service_that_need_not_be_does_not_guard(text):
    (problem,) = problems(text)
    assert problem == "costs.service is required: costs.category needs costs.service = '…' in the same AND"


def test_a_provider_that_need_not_be_does_not_guard():
    for text in ("costs.provider = NULL", "NOT (costs.provider = 'aws')"):
        (problem,) = problems(text)
        assert problem.startswith("costs.provider is required")


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_no_condition(blank):
    assert read_filter(blank, COSTS) is None
