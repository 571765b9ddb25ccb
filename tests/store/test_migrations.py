"""Migrations give exactly the tables that the code declares, on both databases."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import eyrie.records.bills.imports  # noqa: F401  its table belongs to no family of the API
from eyrie.basics.errors import Refused
from eyrie.store import migrations
from eyrie.store.database import Database
from eyrie.store.migrations import HEAD, migrate, version_of
from eyrie.store.rows import Row
from eyrie.surfaces.table import table


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/eyrie.db"
    else:
        url = request.getfixturevalue("postgresql").new_database()
    database = Database(url)
    yield database
    database.close()


def differences(database):
    """What Alembic would change, types and defaults included."""
    assert table().operations, "the table of operations imports every row"
    with database.engine.connect() as connection:
        return compare_metadata(
            MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            ),
            Row.metadata,
        )


def test_the_tables_are_those_of_the_code(empty):
    migrate(empty)
    assert differences(empty) == []
    assert set(sa.inspect(empty.engine).get_table_names()) == {*Row.metadata.tables, "alembic_version"}


def test_before_them_every_table_is_missing(empty):
    missing = {change[1].name for change in differences(empty) if change[0] == "add_table"}
    assert missing == set(Row.metadata.tables)


def test_constraints_are_made_on_both_databases_alike(empty):
    """What keeps rows honest: unique names, and references that must lead somewhere."""
    migrate(empty)
    inspected = sa.inspect(empty.engine)
    for name, declared in Row.metadata.tables.items():
        unique = {tuple(found["column_names"]) for found in inspected.get_unique_constraints(name)}
        indexed = {tuple(found["column_names"]) for found in inspected.get_indexes(name) if found["unique"]}
        references = {
            (*found["constrained_columns"], found["referred_table"], found["options"].get("ondelete"))
            for found in inspected.get_foreign_keys(name)
        }
        assert references == {
            (key.parent.name, key.column.table.name, key.ondelete) for key in declared.foreign_keys
        }
        for constraint in declared.constraints:
            if isinstance(constraint, sa.UniqueConstraint):
                assert tuple(constraint.columns.keys()) in unique | indexed
        assert inspected.get_pk_constraint(name)["constrained_columns"] == list(
            declared.primary_key.columns.keys()
        )


def test_migrating_again_changes_nothing(empty):
    assert version_of(empty) is None
    for _ in range(2):
        migrate(empty)
        assert version_of(empty) == HEAD
    assert differences(empty) == []


def test_the_steps_are_one_line_that_ends_where_the_code_says():
    scripts = ScriptDirectory(migrations.__path__[0])
    assert scripts.get_heads() == [HEAD]
    assert len(scripts.get_bases()) == 1


def test_a_database_of_a_newer_eyrie_is_left_alone(empty):
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="newer Eyrie"):
        migrate(empty)
    assert version_of(empty) == "9999"
