"""The five scopes: which fields a filter may use where, and what may be said of each.

One grammar serves all; scopes are data. A field is known by its path in lower case. `Values` says what its
literals are, which decides how they are checked and how they compare.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from eyrie.vql.tree import ALLOCATION, TAG_NAME, TAG_VALUE, Operator

_EQUALITY = frozenset(
    (
        Operator.EQUAL,
        Operator.UNEQUAL,
        Operator.IN,
        Operator.NOT_IN,
        Operator.IS_NULL,
        Operator.IS_NOT_NULL,
    )
)
_STANDARD = _EQUALITY | {Operator.LIKE, Operator.NOT_LIKE}
_FLEXIBLE = _STANDARD | {Operator.RESEMBLES, Operator.RESEMBLES_NOT}
_ORDERED = _STANDARD | {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}
_EXACTLY = frozenset((Operator.EQUAL,))
_YES_OR_NO = frozenset((Operator.EQUAL, Operator.UNEQUAL))


class Values(Enum):
    """What the literals of a field are."""

    TEXT = auto()
    PROVIDER = auto()  # a provider's key, or `custom_provider:` with the token of an integration
    SERVICE = auto()  # the code of a service or its display name
    CHARGE_TYPE = auto()  # a provider's code or its label, ignoring case
    RESOURCE_TYPE = auto()
    BOOLEAN = auto()
    WEIGHT = auto()  # a number from 0 to 1; not a condition
    FOLDED = auto()  # ignoring case, and a hyphen is an underscore


@dataclass(frozen=True)
class FieldRule:
    """What may be said of a field."""

    path: str
    operators: frozenset[Operator] = _STANDARD
    values: Values = Values.TEXT
    keyed: bool = False  # a map: needs `->>'key'`
    any_case_of_key: bool = False  # keys in snake_case and in camelCase are the same


@dataclass(frozen=True)
class Scope:
    """The fields of one kind of rows, and which of them need which others."""

    name: str
    fields: tuple[FieldRule, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    required: str | None = None  # the path that every branch has to name
    companions: Mapping[str, str] = field(default_factory=dict)  # a path and the one it cannot do without

    def path(self, path: str) -> str:
        """Give the one path of a field that has several spellings."""
        return self.aliases.get(path, path)

    def rule(self, path: str) -> FieldRule | None:
        """Look a field up."""
        wanted = self.path(path)
        return next((rule for rule in self.fields if rule.path == wanted), None)


def _plain(
    namespace: str, names: Iterable[str], operators: frozenset[Operator] = _STANDARD
) -> list[FieldRule]:
    return [FieldRule(f"{namespace}.{name}", operators) for name in names]


_TAGS = [FieldRule(TAG_NAME), FieldRule(TAG_VALUE, _FLEXIBLE)]

COSTS = Scope(
    name="cost",
    fields=(
        FieldRule("costs.provider", _EXACTLY, Values.PROVIDER),
        *_plain("costs", ("account_id", "provider_account_id", "region"), _EQUALITY),
        FieldRule("costs.service", _EQUALITY, Values.SERVICE),
        *_plain("costs", ("category", "subcategory", "resource_id")),
        FieldRule("costs.charge_type", values=Values.CHARGE_TYPE),
        FieldRule("costs.marketplace", _YES_OR_NO, Values.BOOLEAN),
        FieldRule(ALLOCATION, _EXACTLY, Values.WEIGHT),
        *_TAGS,
    ),
    required="costs.provider",
    companions={f"costs.{name}": "costs.service" for name in ("resource_id", "category", "subcategory")},
)

RESOURCES = Scope(
    name="resource",
    fields=(
        FieldRule("resources.provider", values=Values.PROVIDER),
        *_plain("resources", ("region", "account_id", "provider_account_id", "label", "uuid")),
        FieldRule("resources.type", values=Values.RESOURCE_TYPE),
        FieldRule("resources.metadata", _ORDERED, keyed=True, any_case_of_key=True),
        *_TAGS,
    ),
    required="resources.provider",
)

KUBERNETES = Scope(
    name="kubernetes",
    fields=(
        *_plain("kubernetes", ("cluster_id", "namespace", "category", "pod")),
        FieldRule("kubernetes.labels", keyed=True),
    ),
)

COMMITMENTS = Scope(
    name="commitment",
    fields=(
        FieldRule("financial_commitments.provider", _EQUALITY, Values.PROVIDER),
        *_plain(
            "financial_commitments",
            "service resource_account_id provider_account_id commitment_type commitment_id cost_type"
            " cost_category cost_sub_category instance_type region".split(),
        ),
        FieldRule("financial_commitments.resource_tags", keyed=True),
    ),
    required="financial_commitments.provider",
)

NETWORK = Scope(
    name="network",
    fields=(
        *_plain(
            "network_flow_logs",
            "account_id az_id region vpc_id subnet_id interface_id instance_id resource_uuid srcaddr"
            " srchostname dstaddr dsthostname peer_account_id peer_az_id peer_regions peer_vpc_id"
            " peer_subnet_id peer_interface_id peer_instance_id peer_resource_uuid".split(),
        ),
        FieldRule("network_flow_logs.traffic_category", values=Values.FOLDED),
        *_plain("network_flow_logs", ("traffic_path", "flow_direction")),
    ),
    aliases={"network_flow_logs.peer_region": "network_flow_logs.peer_regions"},
)

SCOPES = (COSTS, RESOURCES, KUBERNETES, COMMITMENTS, NETWORK)
