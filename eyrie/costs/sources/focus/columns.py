"""The columns of FOCUS's Cost and Usage dataset: what each holds, since when, which field takes it.

One table for reading, checking, mapping and writing back. A column without a field is kept in `extra` under
its own name. Level: M mandatory, C conditional, R recommended. Blank: whether FOCUS allows a blank cell.
"""

from dataclasses import dataclass
from enum import StrEnum

VERSIONS = ("0.5", "1.0-preview", "1.0", "1.1", "1.2", "1.3", "1.4")


class Holds(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    JSON = "json"


@dataclass(frozen=True)
class FocusColumn:
    """One column of FOCUS."""

    name: str
    holds: Holds
    level: str
    may_be_blank: bool
    since: str
    field: str | None  # of a line item
    until: str | None = None  # the first version without it

    def is_in(self, version: str) -> bool:
        """Tell whether a version has the column, under this or an older name."""
        number = VERSIONS.index(version)
        return VERSIONS.index(self.since) <= number and (
            self.until is None or number < VERSIONS.index(self.until)
        )


_TABLE = """
AvailabilityZone                     text   R blank  0.5          availability_zone
BilledCost                           number M -      0.5          billed_cost
BillingAccountId                     text   M -      0.5          billing_account_id
BillingAccountName                   text   M blank  0.5          billing_account_name
BillingAccountType                   text   C -      1.2          -
BillingCurrency                      text   M -      0.5          billing_currency
BillingPeriodEnd                     time   M -      0.5          billing_period_end
BillingPeriodStart                   time   M -      0.5          billing_period_start
CapacityReservationId                text   C blank  1.1          capacity_reservation_id
CapacityReservationStatus            text   C blank  1.1          capacity_reservation_status
ChargeCategory                       text   M -      0.5          charge_category
ChargeClass                          text   M blank  1.0          charge_class
ChargeDescription                    text   M blank  1.0-preview  charge_description
ChargeFrequency                      text   R -      1.0-preview  charge_frequency
ChargePeriodEnd                      time   M -      0.5          charge_period_end
ChargePeriodStart                    time   M -      0.5          charge_period_start
CommitmentDiscountCategory           text   C blank  1.0-preview  commitment_category
CommitmentDiscountId                 text   C blank  1.0-preview  commitment_id
CommitmentDiscountName               text   C blank  1.0-preview  commitment_name
CommitmentDiscountQuantity           number C blank  1.1          commitment_quantity
CommitmentDiscountStatus             text   C blank  1.0          commitment_status
CommitmentDiscountType               text   C blank  1.0-preview  commitment_type
CommitmentDiscountUnit               text   C blank  1.1          commitment_unit
ConsumedQuantity                     number C blank  1.0-preview  usage_amount
ConsumedUnit                         text   C blank  1.0-preview  usage_unit
ContractedCost                       number M -      1.0          contracted_cost
ContractedUnitPrice                  number C blank  1.0          contracted_unit_price
EffectiveCost                        number M -      0.5          effective_cost
InvoiceId                            text   R blank  1.2          invoice_id
InvoiceIssuerName                    text   M -      0.5          invoice_issuer_name
ListCost                             number M -      1.0-preview  list_cost
ListUnitPrice                        number C blank  1.0-preview  list_unit_price
PricingCategory                      text   C blank  1.0-preview  pricing_category
PricingCurrency                      text   C -      1.2          pricing_currency
PricingCurrencyContractedUnitPrice   number C blank  1.2          -
PricingCurrencyEffectiveCost         number C blank  1.2          -
PricingCurrencyListUnitPrice         number C blank  1.2          -
PricingQuantity                      number M blank  1.0-preview  pricing_quantity
PricingUnit                          text   M blank  1.0-preview  pricing_unit
ProviderName                         text   M -      0.5          -                     1.4
PublisherName                        text   M -      0.5          publisher_name        1.4
RegionId                             text   C blank  0.5          region
RegionName                           text   C blank  1.0          region_name
ResourceId                           text   C blank  0.5          resource_id
ResourceName                         text   C blank  0.5          resource_name
ResourceType                         text   C blank  1.0-preview  resource_type
ServiceCategory                      text   M -      0.5          category
ServiceName                          text   M -      0.5          service
ServiceSubcategory                   text   R -      1.1          service_subcategory
SkuId                                text   C blank  1.0-preview  sku_id
SkuMeter                             text   C blank  1.1          sku_meter
SkuPriceDetails                      json   C blank  1.1          -
SkuPriceId                           text   C blank  1.0-preview  sku_price_id
SubAccountId                         text   C blank  0.5          account_id
SubAccountName                       text   C blank  0.5          account_name
SubAccountType                       text   C blank  1.2          -
Tags                                 json   C blank  1.0-preview  tags
AllocatedMethodDetails               json   R blank  1.3          -
AllocatedMethodId                    text   C blank  1.3          -
AllocatedResourceId                  text   C blank  1.3          -
AllocatedResourceName                text   C blank  1.3          -
AllocatedTags                        json   C blank  1.3          -
ContractApplied                      json   C blank  1.3          -
HostProviderName                     text   M blank  1.3          host_provider_name
ServiceProviderName                  text   M -      1.3          -
CommitmentProgramEligibilityDetails  json   C blank  1.4          -
InvoiceDetailId                      text   C blank  1.4          -
"""


def _column(line: str) -> FocusColumn:
    name, holds, level, blank, since, field, *until = line.split()
    return FocusColumn(
        name=name,
        holds=Holds(holds),
        level=level,
        may_be_blank=blank == "blank",
        since=since,
        field=None if field == "-" else field,
        until=until[0] if until else None,
    )


COLUMNS = {column.name: column for column in map(_column, _TABLE.strip().splitlines())}

# Names that older versions had, up to which version, and the columns that take them.
OLD_NAMES = {
    "AmortizedCost": ("0.5", ("EffectiveCost",)),
    "ChargeType": ("0.5", ("ChargeCategory",)),
    "InvoiceIssuer": ("0.5", ("InvoiceIssuerName",)),
    "Provider": ("0.5", ("ProviderName",)),
    "Publisher": ("0.5", ("PublisherName",)),
    "Region": ("1.0-preview", ("RegionId", "RegionName")),
    "UsageQuantity": ("1.0-preview", ("ConsumedQuantity",)),
    "UsageUnit": ("1.0-preview", ("ConsumedUnit",)),
}

# The other datasets of FOCUS: recognised, so that they are not taken for costs.
OTHER_DATASETS = {
    "Contract Commitment": frozenset(
        "BillingCurrency ContractCommitmentCategory ContractCommitmentCost ContractCommitmentDescription "
        "ContractCommitmentId ContractCommitmentPeriodEnd ContractCommitmentPeriodStart "
        "ContractCommitmentQuantity ContractCommitmentType ContractCommitmentUnit ContractId "
        "ContractPeriodEnd ContractPeriodStart".split()
    ),
    "Billing Period": frozenset(
        "BillingPeriodCreated BillingPeriodEnd BillingPeriodLastUpdated BillingPeriodStart "
        "BillingPeriodStatus InvoiceIssuerName".split()
    ),
    "Invoice Detail": frozenset(
        "BilledCost BillingAccountId BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory "
        "InvoiceDetailDescription InvoiceDetailId InvoiceId InvoiceIssueDate InvoiceIssuerName "
        "PaymentDueDate PaymentTerms".split()
    ),
}

# The words that a column may hold, in FOCUS's spelling; other spellings of them are put right.
WORDS = {
    "CapacityReservationStatus": ("Used", "Unused"),
    "ChargeCategory": ("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "ChargeClass": ("Correction",),
    "ChargeFrequency": ("One-Time", "Recurring", "Usage-Based"),
    "CommitmentDiscountCategory": ("Spend", "Usage"),
    "CommitmentDiscountStatus": ("Used", "Unused"),
    "PricingCategory": ("Standard", "Dynamic", "Committed", "Other"),
}


def names_in(version: str) -> frozenset[str]:
    """Give the names that the columns of a version have in it."""
    number = VERSIONS.index(version)
    old = {
        new: name
        for name, (until, news) in OLD_NAMES.items()
        if number <= VERSIONS.index(until)
        for new in news
    }
    return frozenset(
        old.get(column.name, column.name) for column in COLUMNS.values() if column.is_in(version)
    )
