"""How much one import may be and may grow to."""

from dataclasses import dataclass

MIB = 1 << 20
PROBLEMS_TOLD = 100
ROWS_TOLD = 3


@dataclass(frozen=True)
class ImportLimits:
    """The limits of one import.

    What is packed may grow 200 times, which bills never do; small files are let be, since a few repeated
    lines already pack better. Parts are cut so that sorting one stays cheap.
    """

    max_ratio: int = 200
    ratio_from_bytes: int = 16 * MIB
    max_unpacked_bytes: int = 1 << 40
    max_files: int = 100_000
    max_columns: int = 2_000
    max_header_bytes: int = MIB
    rows_in_a_part: int = 5_000_000
