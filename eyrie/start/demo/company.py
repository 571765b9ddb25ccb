"""Alpenglow, the company of the demo: it sells outdoor gear, and is on its way into AI.

Eight teams. The storefront and its checkout run on AWS; the warehouse moves from Azure to Google Cloud in
the middle of the year and leaves a reservation behind that nobody uses; Trailguide, an assistant that plans
tours, spends more every month. As in any company, not everything is tagged, and not everybody spells alike.
"""

from dataclasses import dataclass
from enum import StrEnum

from eyrie.access.caller import Role
from eyrie.basics.words import Provider

NAME = "Alpenglow"
CURRENCY = "USD"


class Env(StrEnum):
    """Where something runs."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"


@dataclass(frozen=True)
class Team:
    """A team, its cost center, and how its people write its name: the first spelling is the agreed one."""

    spellings: tuple[str, ...]
    cost_center: str

    @property
    def name(self) -> str:
        """The agreed spelling."""
        return self.spellings[0]


CORE = Team(("core", "Core-Team", "core_team"), "4100")
STOREFRONT = Team(("storefront", "Storefront"), "4200")
CHECKOUT = Team(("checkout",), "4200")
SEARCH = Team(("search", "Search "), "4300")
MOBILE = Team(("mobile", "mobile-app"), "4300")
WAREHOUSE = Team(("warehouse", "Warehouse", "ware-house"), "4400")
DATA = Team(("data", "DATA"), "4500")
TRAILGUIDE = Team(("trailguide", "Trail Guide", "trail-guide"), "4600")
TEAMS = (CORE, STOREFRONT, CHECKOUT, SEARCH, MOBILE, WAREHOUSE, DATA, TRAILGUIDE)


@dataclass(frozen=True)
class Account:
    """Who bears a cost at a provider, and who is billed for it."""

    provider: Provider
    id: str | None
    name: str | None
    billing_id: str | None
    billing_name: str | None = NAME


_PAYER = "100200300400"
_SUBSCRIPTION = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
_GCP = "01A7F2-4C9D1E-8B3F60"

AWS_PAYER = Account(Provider.AWS, _PAYER, "alpenglow", _PAYER)
AWS_SHOP = Account(Provider.AWS, "111122223333", "shop-production", _PAYER)
AWS_STAGING = Account(Provider.AWS, "222233334444", "shop-staging", _PAYER)
AWS_DATA = Account(Provider.AWS, "333344445555", "data", _PAYER)
AWS_LAB = Account(Provider.AWS, "444455556666", "ai-lab", _PAYER)
AWS_CORE = Account(Provider.AWS, "555566667777", "platform", _PAYER)
AZURE_LIVE = Account(Provider.AZURE, "warehouse-live", "warehouse-live", _SUBSCRIPTION)
AZURE_TEST = Account(Provider.AZURE, "warehouse-test", "warehouse-test", _SUBSCRIPTION)
GCP_SEARCH = Account(Provider.GCP, "alpenglow-search", "Search", _GCP)
GCP_WAREHOUSE = Account(Provider.GCP, "alpenglow-warehouse", "Warehouse", _GCP)
GCP_ADS = Account(Provider.GCP, "alpenglow-analytics", "Analytics", _GCP)
GCP_INVOICE = Account(Provider.GCP, None, None, _GCP)
SHOP_CLUSTER = Account(Provider.KUBERNETES, AWS_SHOP.id, AWS_SHOP.name, None, None)
LAB_CLUSTER = Account(Provider.KUBERNETES, AWS_LAB.id, AWS_LAB.name, None, None)
WAREHOUSE_CLUSTER = Account(Provider.KUBERNETES, GCP_WAREHOUSE.id, GCP_WAREHOUSE.name, None, None)
SNOWFLAKE = Account(Provider.SNOWFLAKE, "ANALYTICS", "ANALYTICS", "ALPENGLOW")
DATADOG = Account(Provider.DATADOG, "abc123xyz", NAME, None, None)
OPENAI_GUIDE = Account(Provider.OPEN_AI, "proj_trailguide", "trailguide", "org-alpenglow")
OPENAI_COPY = Account(Provider.OPEN_AI, "proj_productcopy", "product-copy", "org-alpenglow")
ANTHROPIC_GUIDE = Account(Provider.ANTHROPIC, "wrkspc_trailguide", "trailguide", "org-alpenglow")
ANTHROPIC_CODE = Account(Provider.ANTHROPIC, "wrkspc_code", "code", "org-alpenglow")

PROVIDERS = {  # each is one integration, known by this account
    Provider.AWS: _PAYER,
    Provider.AZURE: _SUBSCRIPTION,
    Provider.GCP: _GCP,
    Provider.KUBERNETES: "shop-eks, lab-eks, warehouse-gke",
    Provider.SNOWFLAKE: "ALPENGLOW",
    Provider.DATADOG: NAME,
    Provider.OPEN_AI: "org-alpenglow",
    Provider.ANTHROPIC: "org-alpenglow",
}


@dataclass(frozen=True)
class Person:
    """Somebody who works with the costs, in one team."""

    name: str
    email: str
    role: Role
    team: str


LAB = "AI lab"
LAB_PROVIDERS = frozenset({Provider.OPEN_AI, Provider.ANTHROPIC, Provider.GCP})  # what the second one sees
OWNER = "Lena Hofer"  # the owner that every new home begins with
PEOPLE = (
    Person("Marco Rossi", "marco@alpenglow.example", Role.EDITOR, "FinOps"),
    Person("Ines Keller", "ines@alpenglow.example", Role.VIEWER, "FinOps"),
    Person("Tomas Novak", "tomas@alpenglow.example", Role.EDITOR, LAB),
)
WORKSPACES_OF = {"FinOps": (NAME, LAB), LAB: (LAB,)}  # what each team edits
