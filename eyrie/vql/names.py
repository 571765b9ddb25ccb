"""Other names of what rows hold: services by display name, charge types by label.

People copy names from where they see them: the code from a bill, the display name from a console. A filter
finds the row by either, whichever of the two the row holds.

>>> sorted(Names({"AmazonEC2": "Amazon EC2"}).of_service("Amazon EC2"))
['Amazon EC2', 'AmazonEC2']
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from eyrie.vql.folding import matches

CHARGE_TYPE_LABELS: Mapping[str, str] = {
    "DiscountedUsage": "Reserved Instance Discounted Spend",
    "RIFee": "Reserved Instance Fee",
    "SavingsPlanCoveredUsage": "Savings Plan Discounted Spend",
    "SavingsPlanNegation": "Savings Plan Negation",
    "SavingsPlanRecurringFee": "Savings Plan Recurring Fee",
    "SavingsPlanUpfrontFee": "Savings Plan Upfront Fee",
    "EdpDiscount": "Enterprise Discount Program Discount",
    "PrivateRateDiscount": "Private Rate Discount",
    "BundledDiscount": "Bundled Discount",
    "SppDiscount": "Solution Provider Program Discount",
    "regular": "Usage",
}
# These labels are codes of other providers too: looking for the code must not find the others' rows.
_CODES_IN_THEIR_OWN_RIGHT = frozenset(("usage",))


@dataclass(frozen=True)
class Names:
    """Display names by code."""

    services: Mapping[str, str] = field(default_factory=dict)
    charge_types: Mapping[str, str] = field(default_factory=lambda: CHARGE_TYPE_LABELS)

    def of_service(self, word: str) -> tuple[str, ...]:
        """Give all that a row of this service may hold."""
        named = self.services.get(word)
        return tuple(dict.fromkeys((word, *self._service_codes.get(word, ()), *((named,) if named else ()))))

    def of_charge_type(self, word: str) -> tuple[str, ...]:
        """Give all that a row of this charge type may hold, in lower case."""
        return tuple(dict.fromkeys((word.lower(), *self._charge_types.get(word.lower(), ()))))

    def charge_types_like(self, pattern: str) -> tuple[str, ...]:
        """Give what rows may hold whose other name matches a pattern, in lower case."""
        found = (
            other
            for word, others in self._charge_types.items()
            for other in others
            if matches(pattern.lower(), word)
        )
        return tuple(dict.fromkeys(found))

    @cached_property
    def _service_codes(self) -> Mapping[str, list[str]]:
        codes: dict[str, list[str]] = defaultdict(list)
        for code, named in self.services.items():
            codes[named].append(code)
        return codes

    @cached_property
    def _charge_types(self) -> Mapping[str, list[str]]:
        """From either name to the other."""
        others: dict[str, list[str]] = defaultdict(list)
        for code, label in self.charge_types.items():
            others[label.lower()].append(code.lower())
            if label.lower() not in _CODES_IN_THEIR_OWN_RIGHT:
                others[code.lower()].append(label.lower())
        return others


NO_NAMES = Names()
