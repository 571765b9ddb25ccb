"""The work behind the commands of what metrics are fetched from."""

from collections.abc import Sequence

import msgspec

from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.basics.words import Provider
from eyrie.jobs.fetch_metrics import fetched as fetch
from eyrie.records.bills.integrations import Status, add
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.metrics.connections import (
    PLAIN,
    Credentials,
    metric_sources,
    settle_credentials,
)
from eyrie.records.metrics.metric_shapes import ImportType
from eyrie.start.calling import asking, changing
from eyrie.start.counting import a_house, found_metric
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.cli.metric_shapes import Flags


def fetched(flags: Flags, metric: str) -> str:
    """Fetch a metric's values now."""
    with a_house(flags) as house:
        with asking(house) as call:
            row = found_metric(call, metric)
        if ImportType(row.import_type) is ImportType.CSV:
            raise Refused(f"The values of {row.title} are imported, not fetched; use `eyrie metric import`")
        return f"{row.title}: {fetch(house, row.token):,} values came."


def add_source(flags: Flags, provider: str, name: str) -> str:
    """Add an account that metrics are fetched from."""
    with a_house(flags) as house, changing(house) as call:
        row = add(call, Provider(provider), name, Status.PENDING)
        metric_sources.note(call, row, None, metric_sources.values(call, row))
        return row.token


def set_credentials(flags: Flags, token: str, text: str) -> Sequence[str]:
    """Set what an account is asked with; give the names of what is kept."""
    try:
        sent = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Malformed(f"The credentials are not JSON: {error}") from None
    with a_house(flags) as house, changing(house) as call:
        row = call.rows.find(IntegrationRow, token)
        if row is None:
            raise NotFound(f"There is no integration {token}")
        before = metric_sources.values(call, row)
        settle_credentials(call, row, checked(Credentials, sent).sent())
        row.updated_at = call.now
        call.session.flush()
        after = metric_sources.values(call, row)
        metric_sources.note(call, row, before, after)
        secrets: list[str] = after["secrets"]
        return [*(name for name in PLAIN if after[name]), *secrets]
