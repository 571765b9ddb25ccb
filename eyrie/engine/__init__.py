"""Runs plans: typed questions over files, exact in every digit; one file per engine, one now.

`plan.py` says what can be asked, `port.py` what every engine can do, `duckdb.py` does it,
`duckdb_dialect.py` prints plans as its SQL, `duckdb_writing.py` writes its Parquet files and
`duckdb_sheets.py` those for people. Values are bound, never pasted.
"""
