"""The currency in which a workspace sees its costs, with the exchange rates of the version that is asked for.

The workspace's settings are those of now; rates belong to the ledger and are read at its version.
"""

from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.currency import Conversion, Currency, Labelled, RateDay
from eyrie.operations.call import Call
from eyrie.store.people import WorkspaceRow


def currency_of(call: Call, workspace: str, snapshot: Snapshot) -> Currency | None:
    """What an ask about a snapshot is answered in; None if all that is there is in that currency already."""
    row = call.session.get_one(WorkspaceRow, workspace)
    if not row.enable_currency_conversion:
        return Labelled(row.currency)
    if snapshot.currencies <= {row.currency}:
        return None
    rates = call.house.rates.at(
        call.session, row.account_token, snapshot.version, snapshot.currencies | {row.currency}
    )
    return Conversion(row.currency, RateDay(row.exchange_rate_date), rates)
