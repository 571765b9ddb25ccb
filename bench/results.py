"""`bench/RESULTS.md`: a section for each program, put in the place of its last one."""

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def write_section(path: Path, title: str, text: str) -> None:
    """Put a section of a Markdown file in the place of the one with its title, or at the end."""
    whole = path.read_text() if path.exists() else "# Results\n"
    section = f"## {title}\n\n{text.strip()}\n"
    place = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    if place.search(whole):
        whole = place.sub(lambda _: section + "\n", whole)
    else:
        whole = f"{whole.rstrip()}\n\n{section}"
    path.write_text(whole.rstrip() + "\n")


def machine() -> str:
    """The machine and the versions that figures belong to."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "sqlalchemy"))
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    return f"{where}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}."
