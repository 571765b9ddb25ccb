"""What foreign bills call our columns, as data.

Names are compared in lower case without blanks, `_`, `-`, `/` and `.`: `lineItem/UsageStartDate` of AWS's
first export and `line_item_usage_start_date` of its second are one name. A known cloud may tell a thing in
one of several columns from row to row, so its names are tried in each row, first to last. Of the synonyms,
the first that the file has is taken for all rows.
"""

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[\s_\-/.]")


def folded(name: str) -> str:
    """Give a header as it is compared.

    >>> folded("lineItem/UsageStartDate") == folded("line_item_usage_start_date")
    True
    """
    return _SEPARATORS.sub("", name).lower()


@dataclass(frozen=True)
class Cloud:
    """How one cloud's export is recognised and read."""

    name: str
    marks: tuple[str, ...]  # headers that this export has and no other
    columns: dict[str, str]  # our column to its names, best first
    month_first: bool = False


CLOUDS = (
    Cloud(
        "AWS cost and usage report",
        ("lineitemusagestartdate", "lineitemunblendedcost"),
        {
            "ChargeCategory": "lineitemlineitemtype",
            "ChargePeriodStart": "lineitemusagestartdate",
            "ChargePeriodEnd": "lineitemusageenddate",
            "BilledCost": "lineitemunblendedcost",
            "ServiceName": "productproductname productservicename productservicecode lineitemproductcode",
            "BillingCurrency": "lineitemcurrencycode",
            "ConsumedQuantity": "lineitemusageamount",
            "ConsumedUnit": "pricingunit",
            "RegionId": "productregioncode productregion",
            "ResourceId": "lineitemresourceid",
            "ResourceType": "lineitemusagetype",
            "ServiceCategory": "productproductfamily",
            "Tags": "resourcetags",
            "SubAccountId": "lineitemusageaccountid",
            "BillingAccountId": "billpayeraccountid",
        },
    ),
    Cloud(
        "Azure cost details",
        ("metercategory", "date"),
        {
            "ChargeCategory": "chargetype",
            "ChargePeriodStart": "date",
            "BilledCost": "costinbillingcurrency cost pretaxcost",
            "ServiceName": "metercategory publishername productname",
            "BillingCurrency": "billingcurrency billingcurrencycode",
            "ConsumedQuantity": "quantity usagequantity",
            "ConsumedUnit": "unitofmeasure",
            "RegionId": "resourcelocation location",
            "ResourceId": "resourceid instanceid instancename",
            "ResourceType": "metername",
            "ServiceCategory": "metersubcategory",
            "Tags": "tags",
            "SubAccountId": "resourcegroupname resourcegroup",
            "BillingAccountId": "subscriptionid subscriptionguid",
        },
        month_first=True,
    ),
    Cloud(
        "Google Cloud billing export",
        ("usagestarttime", "servicedescription", "cost"),
        {
            "ChargeCategory": "costtype",
            "ChargePeriodStart": "usagestarttime",
            "ChargePeriodEnd": "usageendtime",
            "BilledCost": "cost",
            "ServiceName": "servicedescription serviceid",
            "BillingCurrency": "currency",
            "ConsumedQuantity": "usageamountinpricingunits usageamount",
            "ConsumedUnit": "usagepricingunit usageunit",
            "RegionId": "locationregion locationlocation",
            "ResourceId": "resourcename resourceglobalname",
            "ServiceCategory": "skudescription",
            "Tags": "labels",
            "SubAccountId": "projectid",
            "BillingAccountId": "billingaccountid",
        },
    ),
    Cloud(
        "Oracle Cloud cost report",
        ("lineitemintervalusagestart", "costmycost"),
        {
            "ChargePeriodStart": "lineitemintervalusagestart",
            "ChargePeriodEnd": "lineitemintervalusageend",
            "BilledCost": "costmycost",
            "ServiceName": "productservice",
            "BillingCurrency": "costcurrencycode",
            "ConsumedQuantity": "usagebilledquantity",
            "ConsumedUnit": "costbillingunitreadable",
            "RegionId": "productregion",
            "ResourceId": "productresourceid",
            "ServiceCategory": "productdescription",
            "SubAccountId": "productcompartmentid",
            "BillingAccountId": "lineitemtenantid",
        },
    ),
)

SYNONYMS = {
    "ChargePeriodStart": "date usagedate usagestartdate startdate start day invoicedate billingdate "
    "periodstart timestamp month",
    "ChargePeriodEnd": "enddate usageenddate end periodend",
    "BilledCost": "cost amount total totalcost charge netamount pretaxcost price amountusd costusd "
    "unblendedcost costinbillingcurrency",
    "ServiceName": "service product productname item description metercategory lineitem",
    "ChargeCategory": "chargetype type lineitemtype",
    "ServiceCategory": "category productfamily",
    "ResourceType": "subcategory sku skuname plan usagetype",
    "ResourceId": "resource instanceid arn",
    "RegionId": "region location",
    "BillingCurrency": "currency currencycode",
    "ConsumedQuantity": "usagequantity quantity usage units qty",
    "ConsumedUnit": "usageunit unit unitofmeasure",
    "SubAccountId": "accountid account projectid project subscriptionid",
    "BillingAccountId": "payeraccountid",
    "Tags": "labels",
    # Not used here, but kept under FOCUS's names.
    "EffectiveCost": "amortizedcost amortisedcost",
}
# Money in a column of this name is in dollars, whatever a currency column says of the others.
DOLLAR_COLUMNS = ("amountusd", "costusd")

# One tag in a column of its own: `tag:x`, `tags/x`, `label:x`, and AWS's `resourceTags/user:x`. Tags that AWS
# itself sets keep their `aws:`.
TAG_COLUMN = re.compile(
    r"(?:tags?|labels?)[:/](?P<plain>.+)"
    r"|resourceTags/(?:user:)?(?P<aws>.+)"
    r"|resource_tags_(?:user_(?P<user>.+)|aws_(?P<own>.+))",
    re.IGNORECASE | re.DOTALL,
)

# Charge types of the clouds, folded, to the categories of uploads.
CATEGORIES = {
    name: category
    for category, names in {
        "Usage": "usage discountedusage savingsplancoveredusage savingsplannegation flatratesubscription "
        "unusedreservation unusedsavingsplan regular",
        "Fee": "fee rifee savingsplanrecurringfee savingsplanupfrontfee",
        "Purchase": "purchase",
        "Tax": "tax",
        "Credit": "credit promotion freetier",
        "Refund": "refund",
        "Discount": "discount edpdiscount privateratediscount bundleddiscount rivolumediscount sppdiscount "
        "distributordiscount",
        "Adjustment": "adjustment roundingadjustment roundingerror",
    }.items()
    for name in names.split()
}
