"""Versions by their columns, and the columns themselves."""

import pytest

from eyrie.basics.errors import Refused
from eyrie.costs.ledger.columns import PART_COLUMNS
from eyrie.costs.sources.focus.columns import COLUMNS, OTHER_DATASETS, VERSIONS, names_in
from eyrie.costs.sources.focus.header import AnotherDataset, read_header
from eyrie.costs.sources.focus.services import SUBCATEGORIES


def test_the_table_has_as_many_columns_as_each_version():
    counts = {version: len(names_in(version)) for version in VERSIONS}
    assert {version: counts[version] for version in ("1.0", "1.1", "1.2", "1.3")} == {
        "1.0": 43,
        "1.1": 50,
        "1.2": 57,
        "1.3": 65,
    }


def test_each_field_is_one_of_a_line_item_and_is_taken_once():
    fields = [column.field for column in COLUMNS.values() if column.field and column.field != "tags"]
    assert len(fields) == len(set(fields))
    assert set(fields) <= {column.name for column in PART_COLUMNS}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_full_header_tells_its_version(version):
    header = read_header(sorted(names_in(version)))
    assert header.version == version
    assert [str(finding) for finding in header.findings] == []
    assert header.unknown == ()


def test_own_columns_do_not_count_and_missing_ones_hardly():
    names = sorted(names_in("1.2") - {"InvoiceId", "SkuMeter"}) + [f"x_{n}" for n in range(200)]
    assert read_header(names).version == "1.2"


def test_of_equals_the_newest():
    assert read_header(sorted(names_in("1.3") & names_in("1.4"))).version == "1.4"


def test_a_version_that_is_told_counts():
    assert read_header(["BilledCost", "ChargeCategory", "ChargePeriodStart"], "1.2").version == "1.2"


@pytest.mark.parametrize("dataset", OTHER_DATASETS)
def test_other_datasets_are_not_taken_for_costs(dataset):
    with pytest.raises(AnotherDataset, match=f"{dataset} dataset"):
        read_header(sorted(OTHER_DATASETS[dataset]))


def test_exact_names_come_first_and_a_second_spelling_is_unknown():
    names = ["billed_cost", "BilledCost", "charge category", "ChargePeriodStart", "Charge_Type", ""]
    header = read_header(names)
    assert header.places == {"BilledCost": 1, "ChargePeriodStart": 3, "ChargeCategory": 2}
    assert header.unknown == (("Charge_Type", 4), ("billed_cost", 0), ("column 6", 5))
    assert "ChargeCategory is spelt charge category" in [str(each) for each in header.findings]


def test_mandatory_columns_that_are_missing_are_told():
    told = [
        str(each) for each in read_header(sorted(names_in("1.2") - {"SubAccountId", "ListCost"})).findings
    ]
    assert told == ["ListCost is missing, but mandatory in FOCUS 1.2"]


def test_required_columns():
    with pytest.raises(Refused) as refused:
        read_header(sorted(names_in("1.2") - {"BilledCost", "ChargePeriodStart"}))
    assert refused.value.problems == (
        "Missing required column: BilledCost",
        "Missing required column: ChargePeriodStart",
    )


def test_service_categories():
    assert len(SUBCATEGORIES) == 19
    assert SUBCATEGORIES["Mobile"] == ("Other (Mobile)",)
    assert "Virtual Machines" in SUBCATEGORIES["Compute"]
