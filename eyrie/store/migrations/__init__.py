"""Brings a metadata database to the tables that this version of Eyrie knows.

Each step is a file in `versions/`. Looking costs one small query; Alembic is only loaded when there is work.
A database that a newer Eyrie has written is left alone.
"""

from pathlib import Path

import sqlalchemy as sa

from eyrie.basics.errors import Refused
from eyrie.basics.faults import moment
from eyrie.store.database import Database

HEAD = "0013"


def migrate(database: Database) -> None:
    """Make the tables what they must be."""
    if version_of(database) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.engine.execution_options(eyrie_begin="BEGIN IMMEDIATE").connect() as connection:
        if not database.is_sqlite:
            # Two processes may open one database at once; the second waits here and finds the work done.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(1701995875)"))
        found = _version(connection)
        if found is not None and found not in known:
            raise Refused(f"The database was written by a newer Eyrie (step {found}); start that version")
        moment("migrate: before steps")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    moment("migrate: after steps")


def version_of(database: Database) -> str | None:
    """The last step that was taken; None for an empty database."""
    with database.engine.connect() as connection:
        return _version(connection)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found
