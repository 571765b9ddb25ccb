"""What Alpenglow's people keep: folders, saved filters, and the cost reports that they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Folder:
    """A folder; one inside another names it."""

    title: str
    inside: str | None = None


@dataclass(frozen=True)
class SavedFilter:
    """A filter with a name."""

    title: str
    filter: str


@dataclass(frozen=True)
class Report:
    """A cost report, in the words of `POST /cost_reports`; folder and saved filters by their titles."""

    title: str
    filter: str | None
    groupings: str
    interval: str = "last_3_months"
    bin: str = "month"
    chart: str = "bar"
    settings: Mapping[str, object] = field(default_factory=dict)
    folder: str | None = None
    saved_filters: tuple[str, ...] = ()


LEADERSHIP, TEAMS, CLOUDS, MIGRATION = "Leadership", "Teams", "Clouds", "The move to Google Cloud"
FOLDERS = (Folder(LEADERSHIP), Folder(TEAMS), Folder(CLOUDS), Folder(MIGRATION, CLOUDS))

_AWS, _AZURE, _GCP = (f"costs.provider = '{key}'" for key in ("aws", "azure", "gcp"))
_KUBERNETES, _OPENAI, _ANTHROPIC = (
    f"costs.provider = '{key}'" for key in ("kubernetes", "open_ai", "anthropic")
)
_CLOUD = f"({_AWS} OR {_AZURE} OR {_GCP})"
_MODELS = f"({_OPENAI} OR {_ANTHROPIC})"
_TEAM_TAG = "tags.name IN ('team', 'Team')"

PRODUCTION = SavedFilter(
    "Production only",
    f"{_CLOUD} AND tags.name IN ('env', 'Environment') AND tags.value = 'production'",
)
TRAILGUIDE = SavedFilter(
    "Trailguide, however it is spelled",
    f"{_CLOUD} AND {_TEAM_TAG} AND tags.value ~* 'trail guide' OR {_MODELS}",
)
UNTAGGED = SavedFilter("Without a team", f"{_CLOUD} AND tags.name NOT IN ('team', 'Team')")
MARKETPLACE = SavedFilter("Bought on a marketplace", f"{_AWS} AND costs.marketplace = true")
FRANKFURT = SavedFilter("AWS in Frankfurt", f"{_AWS} AND costs.region = 'eu-central-1'")
SAVED_FILTERS = (PRODUCTION, TRAILGUIDE, UNTAGGED, MARKETPLACE, FRANKFURT)

_YEAR, _HALF = "last_12_months", "last_6_months"
_IN_LAB = f"{_AWS} AND costs.region = 'us-west-2'"
_IN_CORE = f"{_CLOUD} AND {_TEAM_TAG} AND tags.value ~* 'core team'"
_MOVED = f"{_AZURE} OR {_GCP} AND costs.account_id = 'alpenglow-warehouse'"
_BILLED: Mapping[str, object] = {"amortize": False}
_EVERY_CLASS: Mapping[str, object] = {"include_credits": True, "include_refunds": True}

REPORTS = (
    Report("What Alpenglow costs", None, "provider", _YEAR, folder=LEADERSHIP),
    Report("As it was billed", None, "provider", _YEAR, settings=_BILLED, folder=LEADERSHIP),
    Report("Every kind of charge", None, "charge_type", _YEAR, settings=_EVERY_CLASS, folder=LEADERSHIP),
    Report("By team", _CLOUD, "tag:team", _HALF, folder=TEAMS),
    Report("Core, however it is spelled", _IN_CORE, "service", folder=TEAMS),
    Report("Production by team", None, "tag:team", saved_filters=(PRODUCTION.title,), folder=TEAMS),
    Report("Nobody's costs", UNTAGGED.filter, "provider,service", folder=TEAMS),
    Report("Models", _MODELS, "provider,cost_category", _HALF, folder=TEAMS),
    Report("AWS day by day", _AWS, "service", "last_30_days", "day", "area", folder=CLOUDS),
    Report("The machine that was forgotten", _IN_LAB, "resource_id", bin="day", folder=CLOUDS),
    Report("Savings plan and reservation", f"{_AWS} OR {_AZURE}", "charge_type", _YEAR, folder=CLOUDS),
    Report("Clusters by namespace", _KUBERNETES, "service,tag:namespace", folder=CLOUDS),
    Report("From Azure to Google Cloud", _MOVED, "provider", _YEAR, chart="area", folder=MIGRATION),
)
