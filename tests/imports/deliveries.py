"""Short ways to import into a world and to see what its questions answer then."""

from decimal import Decimal
from pathlib import Path

import pytest

from eyrie.basics.errors import UserFault
from eyrie.start.exporting import exported
from eyrie.start.importing import imported
from eyrie.start.settings import read_settings
from eyrie.surfaces.cli.bill_shapes import ExportWish, ImportWish
from tests.costs.sources.focus.desk import Quiet

HEADER = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName"


def bill(*charges):
    """Write a bill: `("2025-01-05", "10", "EC2")` is a charge."""
    lines = [f"Usage,{day},{cost},{service}" for day, cost, service in charges]
    return "\n".join([HEADER, *lines, ""])


def settings_of(world):
    return read_settings({}, {"home": str(world.home), "memory": "512MB", "threads": "1"})


def deliver(world, *paths, **wish):
    """Import files into the workspace Main."""
    asked = {"integration": "AWS", "workspace": "Main" if not wish.get("workspace") else None, **wish}
    asked["workspace"] = asked["workspace"] or world.main
    return imported(
        world.house,
        settings_of(world),
        ImportWish(paths=tuple(str(path) for path in paths), **asked),
        Quiet(),
    )


def refused(world, *paths, **wish):
    """Say why an import is refused; nothing may have changed."""
    before = state(world)
    with pytest.raises(UserFault) as fault:
        deliver(world, *paths, **wish)
    assert state(world) == before
    return list(fault.value.problems)


def state(world):
    """What there is: integrations, files of the ledger's manifest, what is staged."""
    integrations = world.owner.get("/v2/integrations").json()["integrations"]
    left = sorted(path.name for path in (world.home / "staging").iterdir())
    return [each["token"] for each in integrations], left, version(world)


def version(world):
    answer = world.owner.get(
        "/v2/costs", params={"workspace_token": world.main, "filter": "costs.provider = 'aws'"}
    )
    return answer.headers["Eyrie-Ledger-Version"]


def total(world, provider="custom_provider", **parameters):
    asked = {"filter": f"costs.provider = '{provider}'", "end_date": "2025-12-31", **parameters}
    return world.costs(**asked)["total_cost"]["amount"]


def written(folder: Path, **files: str) -> Path:
    """Write files: `jan="…"` is jan.csv."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return folder


def export(world, path, **wish):
    asked = {"integration": None, "month": None, "out": path, "format": "csv", **wish}
    return exported(world.house, ExportWish(**asked))


def added_up(rows, cost, *keys):
    """Sums by Python's Decimal over texts of a file."""
    sums = {}
    for row in rows:
        key = tuple(row[each] for each in keys)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row[cost])
    return sums
