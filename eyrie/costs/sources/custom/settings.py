"""How much one upload may be and may grow to."""

from dataclasses import dataclass

PROBLEMS_TOLD = 100


@dataclass(frozen=True)
class UploadLimits:
    """The limits of one uploaded file; the first two are those of the hosted product.

    A charge may be spread over a century and a file into as many line items as 10,000 charges of a whole
    month need, with room to spare: a typing error in a year must not fill the ledger.
    """

    max_rows: int = 10_000
    max_bytes: int = 2 * 1024 * 1024
    max_columns: int = 2_000
    max_charge_days: int = 36_600
    max_line_items: int = 400_000
