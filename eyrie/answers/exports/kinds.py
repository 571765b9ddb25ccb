"""All kinds of exports, by the name that the API gives them."""

from collections.abc import Mapping

from eyrie.answers.exports import costs, unit_costs
from eyrie.answers.exports.kind import ExportKind

KINDS: Mapping[str, ExportKind] = {kind.export_type: kind for kind in (costs.KIND, unit_costs.KIND)}
