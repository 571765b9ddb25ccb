"""Where a field's meaning is more than a column and a value."""

from decimal import Decimal

import pytest

from eyrie.engine.plan import NEVER, Compared, Comparison, Every, HasTag, Like, Missing, Not, OneOf
from eyrie.vql.lower import COLUMNS, Columns, lower
from eyrie.vql.names import Names
from eyrie.vql.providers import mentions
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS, KUBERNETES, NETWORK, RESOURCES
from tests.vql.rows import cost_rows, selected

NAMES = Names({"AmazonEC2": "Elastic Compute", "ec2": "Elastic Compute"})
AWS = "costs.provider = 'aws' AND "
HELD = "resources.provider = 'aws' AND "


@pytest.fixture(scope="module")
def charges(engine, home):
    """A row for each way in which bills call a service or a charge, and its label says which."""
    rows = [
        *({"service": word, "label": word} for word in ("AmazonEC2", "Elastic Compute", "ec2", "EC2")),
        *(
            {"charge_type": word, "label": word}
            for word in ("RIFee", "Reserved Instance Fee", "regular", "Usage", "Fee")
        ),
        *({"service": "S3", "category": word, "label": f"<{word}>"} for word in (None, "", "100%", "1000")),
    ]
    known = {"provider": "aws", "integration": "names", "charge_type": "-", "tags": {}}
    return cost_rows(engine, home / "names", [known | row for row in rows])


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("costs.service = 'AmazonEC2'", {"AmazonEC2", "Elastic Compute"}),
        ("costs.service = 'Elastic Compute'", {"AmazonEC2", "Elastic Compute", "ec2"}),
        ("costs.service IN ('EC2', 'ec2')", {"EC2", "ec2", "Elastic Compute"}),
        ("costs.charge_type = 'rifee'", {"RIFee", "Reserved Instance Fee"}),
        ("costs.charge_type = 'RESERVED INSTANCE FEE'", {"RIFee", "Reserved Instance Fee"}),
        ("costs.charge_type LIKE '%instance fee'", {"RIFee", "Reserved Instance Fee"}),
        ("costs.charge_type LIKE '%fee'", {"RIFee", "Reserved Instance Fee", "Fee"}),
        ("costs.charge_type = 'usage'", {"regular", "Usage"}),
        ("costs.charge_type = 'regular'", {"regular"}),
        ("costs.service = 'S3' AND costs.category LIKE '%'", {"<100%>", "<1000>"}),
        ("costs.service = 'S3' AND costs.category NOT LIKE '%'", {"<None>", "<>"}),
        (r"costs.service = 'S3' AND costs.category LIKE '100\%'", {"<100%>"}),
        ("costs.service = 'S3' AND costs.category LIKE '100_'", {"<100%>", "<1000>"}),
        ("costs.service = 'S3' AND costs.category = ''", set()),
        ("costs.service = 'S3' AND costs.category IN ('', NULL)", {"<None>", "<>"}),
        ("costs.service = 'S3' AND costs.category != '1000'", {"<None>", "<>", "<100%>"}),
        ("costs.service = 'S3' AND costs.category = 1000", {"<1000>"}),
    ],
)
def test_rows_are_found_by_any_name_and_the_empty_text_is_unknown(engine, charges, condition, found):
    assert set(selected(engine, charges, lower(read_filter(AWS + condition, COSTS), NAMES))) == found


def condition(text, scope, columns=COLUMNS):
    (branch,) = lower(read_filter(text, scope), columns=columns).branches
    return branch.condition


def last(text, scope=COSTS):
    """The condition after that on the provider."""
    return condition(text, scope).parts[-1]


def test_marketplace_counts_as_false_where_it_is_unknown():
    yes, no = OneOf("marketplace", (True,)), Not(OneOf("marketplace", (True,)))
    assert last(AWS + "costs.marketplace = TRUE") == last(AWS + "costs.marketplace != false") == yes
    assert last(AWS + "costs.marketplace = false") == last(AWS + "costs.marketplace <> TRUE") == no


def test_payers_are_billing_accounts():
    assert last(AWS + "costs.provider_account_id = '9'") == OneOf("billing_account_id", ("9",))


def test_resource_types_have_an_old_spelling():
    assert last(HELD + "resources.type = 'aws_ec2_instance'", RESOURCES) == OneOf("type", ("aws_instance",))


def test_numbers_compare_as_numbers_quoted_or_not_and_other_texts_as_texts():
    for bound in ("7.5", "'7.5'"):
        found = last(HELD + f"resources.metadata->>'vcpu' > {bound}", RESOURCES)
        assert found == Compared("metadata.vcpu", Comparison.MORE, Decimal("7.5"))
    found = last(HELD + "resources.metadata->>'since' <= '2025-01-31'", RESOURCES)
    assert found == Compared("metadata.since", Comparison.AT_MOST, "2025-01-31")


def test_keys_of_metadata_are_the_same_in_camel_and_snake_case():
    for key in ("ebsOptimized", "ebs_optimized"):
        found = last(HELD + f"resources.metadata->>'{key}' IS NULL", RESOURCES)
        assert found == Missing("metadata.ebs_optimized")


def test_categories_of_traffic_forgive_case_and_hyphens():
    assert condition("network_flow_logs.traffic_category = 'Cross-AZ'", NETWORK) == OneOf(
        "traffic_category", ("cross_az",)
    )
    assert condition(r"network_flow_logs.traffic_category LIKE 'Cross-%'", NETWORK) == Like(
        "traffic_category", r"cross\_%"
    )


def test_labels_are_the_tags_of_a_row_unless_they_are_columns():
    text = "kubernetes.labels->>'app' != 'cart'"
    cart = OneOf("value", ("cart",))
    assert condition(text, KUBERNETES) == HasTag(Every((OneOf("key", ("app",)), Not(cart))))
    columns = condition(text, KUBERNETES, Columns())
    assert columns == Every((Not(Missing("labels.app")), Not(OneOf("labels.app", ("cart",)))))


def test_what_cannot_be_is_never():
    assert condition("kubernetes.pod = ''", KUBERNETES) == NEVER


def test_providers_that_are_named_with_all_they_cover():
    text = """costs.provider = 'kubernetes' OR costs.provider = 'newrelic'
        OR costs.provider = 'custom_provider:t' OR costs.provider = 'aws' AND NOT (costs.provider = 'gcp')"""
    named = {"kubernetes", "kubernetes_agent", "opencost", "new_relic", "custom_provider:t", "aws", "gcp"}
    read = read_filter(text, COSTS)
    assert mentions(read.tree) == lower(read).providers_named == named
