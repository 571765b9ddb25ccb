"""What the text of one cell means, in the engine's words: texts, numbers, times, words of a list.

Each reader is an expression that is the value, or nothing where the cell cannot be read. The usual spelling
comes first and costs little; the tolerant one is only looked at where that fails.

What DuckDB's casts do was measured. Text becomes DECIMAL(38,18) rounded half away from zero at the 18th
decimal, exponents and 24 decimals too. But `1_000` passes, values just above 20 digits pass, and many digits
with an exponent are rounded before they are shifted: such a cast is not believed, and the number is read
another way. Text with an offset becomes a TIMESTAMP as if the offset were not there, so that goes through
TIMESTAMPTZ; `infinity` and years of five digits are times to it, so the shape is checked first.

Patterns cost little for each row, but some milliseconds for each statement they stand in.
"""

from collections.abc import Sequence

from eyrie.engine.sql import Sql, joined, sql, value

AMOUNT = "DECIMAL(38,18)"
_NOTHING = r"\s*(NULL|null|\\N|None|NaN)?\s*"
BLANKS = "' ' || chr(9) || chr(10) || chr(13)"
_DIGITS = r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
_GROUPED = rf"(\d{{1,3}}(,\d{{3}})+(\.\d*)?|{_DIGITS})"
_WITH_EXPONENT = r"\s*([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d{1,3})\s*"
# Characters up to which the cast of a number with an exponent is exact, in any form and with one digit first.
_SHORT, _LONG = 20, 30
_LARGEST = "99999999999999999999.999999999999999999"
_TIME = (
    r"\s*\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s*([Zz]|UTC|GMT|[+-][01]\d(:?[0-5]\d)?)?)?\s*"
)


def text(cell: Sql) -> Sql:
    """A text as it stands; one of blanks, or a word for nothing among blanks, is nothing."""
    # Whatever begins with a blank sorts before `!`, which is far cheaper to ask than anything else. A list
    # after IN would be made a join and asked of every row, so it is a pattern.
    return sql(
        "CASE WHEN {} < '!' THEN CASE WHEN {} THEN NULL ELSE {} END ELSE {} END",
        *(cell, _matches(cell, _NOTHING), cell, cell),
    )


def cast_number(cell: Sql) -> Sql:
    """What the engine makes of a number."""
    return sql(f"try_cast({{}} AS {AMOUNT})", cell)


def usual_number(cell: Sql, cast: Sql) -> Sql:
    """A number as FOCUS has it (digits, a point, an exponent) where the engine's cast is surely right."""
    is_doubtful = sql(
        f"contains({{}}, '_') OR length({{}}) > {_SHORT} AND contains(lower({{}}), 'e') "
        f"AND NOT (length({{}}) <= {_LONG} AND ({{}}[2] = '.' OR {{}}[3] = '.'))",
        *[cell] * 6,
    )
    return sql("CASE WHEN {} THEN NULL WHEN {} THEN {} END", is_doubtful, _fits(cast), cast)


def any_number(cell: Sql, separator: str) -> Sql:
    """A number, also as people write it: `$1.23`, `1,234.50`, `(1.23)` for a negative one.

    Where the separator leaves the comma free to be a decimal one, `1,234` is not read: it may be either.
    """
    digits = _DIGITS if separator == ";" else _GROUPED
    signed = _matches(cell, rf"\s*[+-]?\s*\$?\s*{digits}\s*")
    bracketed = _matches(cell, rf"\s*\(\s*\$?\s*{digits}\s*\)\s*")
    bare = sql("regexp_replace({}, '[$,()\\s]', '', 'g')", cell)
    mended = sql("CASE WHEN {} THEN {} WHEN {} THEN '-' || {} END", signed, bare, bracketed, bare)
    exact = sql(
        f"try_cast(CASE WHEN {{}} THEN {{}} ELSE {{}} END AS {AMOUNT})",
        _matches(mended, _WITH_EXPONENT),
        _shifted(mended),
        mended,
    )
    return sql("CASE WHEN {} THEN {} END", _fits(exact), exact)


def is_usual_number(cell: Sql) -> Sql:
    """Whether a text is written as FOCUS has numbers."""
    return _matches(cell, rf"-?{_DIGITS}")


def _fits(number: Sql) -> Sql:
    return sql(f"abs({{}}) <= {_LARGEST}", number)


def _shifted(cell: Sql) -> Sql:
    """A number with an exponent, its point moved in the text, so that each digit counts."""
    sign, whole, decimals, exponent = (
        sql("regexp_extract({}, {}, {})", cell, Sql(f"'{_WITH_EXPONENT}'"), Sql(str(group)))
        for group in range(1, 5)
    )
    steps = sql("CAST({} AS INTEGER)", exponent)
    right = sql(
        "{} || rpad({}, greatest({}, CAST(length({}) AS INTEGER)), '0')[:{}] || '.' || {}[{} + 1:]",
        *(whole, decimals, steps, decimals, steps, decimals, steps),
    )
    filled = sql("lpad({}, greatest(-({}), CAST(length({}) AS INTEGER)), '0')", whole, steps, whole)
    place = sql("length({}) + {}", filled, steps)
    left = sql("{}[:{}] || '.' || {}[{} + 1:] || {}", filled, place, filled, place, decimals)
    return sql("{} || CASE WHEN {} >= 0 THEN {} ELSE {} END", sign, steps, right, left)


def time(cell: Sql) -> Sql:
    """A time in UTC to the second; without a zone it is taken for UTC, with an offset it is moved there."""
    is_usual = sql(
        "({} LIKE '____-__-__' OR {}[17] = ':' AND ({} LIKE '____-__-_____:__:__' "
        "OR {} LIKE '____-__-_____:__:__Z'))",
        *[cell] * 4,
    )
    unusual = sql(
        "CASE WHEN {} THEN "
        f"date_trunc('second', CAST(try_cast(trim({{}}, {BLANKS}) AS TIMESTAMPTZ) AS TIMESTAMP)) END",
        _matches(cell, _TIME),
        cell,
    )
    read = sql("CASE WHEN {} THEN try_cast({} AS TIMESTAMP) ELSE {} END", is_usual, cell, unusual)
    return sql(
        "CASE WHEN {} >= TIMESTAMP '1900-01-01' AND {} < TIMESTAMP '2200-01-01' THEN {} END", read, read, read
    )


def is_date(cell: Sql) -> Sql:
    """Whether a time that can be read is a date only."""
    return sql(f"(length(trim({{}}, {BLANKS})) = 10)", cell)


def word(cell: Sql, words: Sequence[str]) -> Sql:
    """A word of a list in its own spelling, however it is written here."""
    exact = joined(" ", (sql("WHEN {} = {} THEN {}", cell, value(each), value(each)) for each in words))
    lower = sql(f"lower(trim({{}}, {BLANKS}))", cell)
    loose = joined(" ", (sql("WHEN {} THEN {}", value(each.lower()), value(each)) for each in words))
    return sql("CASE {} WHEN {} IS NOT NULL THEN CASE {} {} END END", exact, cell, lower, loose)


def _matches(cell: Sql, pattern: str) -> Sql:
    """Whether the whole text is as one of our own patterns has it."""
    return sql("regexp_full_match({}, {})", cell, Sql(f"'{pattern}'"))
