"""Statements that both SQLite and PostgreSQL understand, and how many values fit into one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import Connection, Select, Table, Update, UpdateBase, text
from sqlalchemy.dialects import postgresql, sqlite

_Item = TypeVar("_Item")
VALUES_PER_STATEMENT = 10_000
"""Below the parameter limits of both databases (SQLite 32,766, PostgreSQL 65,535)."""
ROWS_PER_WRITE = 50_000
"""Rows encoded and written at a time, so that a million of them need no more memory than these."""


def chunks(items: Iterable[_Item], size: int = VALUES_PER_STATEMENT) -> Iterator[list[_Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    update: Collection[str] = (),
) -> None:
    """Insert rows; where the primary key is there already, set the columns of `update` (none: leave the old row)."""
    if rows:
        connection.execute(_insertion(connection, table, update), rows)


def insert_frame(
    connection: Connection, table: Table, frame: pl.DataFrame, same: Mapping[str, Any], *, update: Collection[str] = ()
) -> None:
    """As `insert_rows`, for a frame of texts and numbers, with the values of `same` in each row.

    Where parameters have a place and no name (SQLite), rows go to the driver as they are: to prepare each value of each
    row by itself takes longer than the database itself.
    """
    if frame.is_empty():
        return
    statement, names = _insertion(connection, table, update), [*frame.columns, *same]
    if not connection.dialect.positional:
        connection.execute(statement, [{**row, **same} for row in frame.iter_rows(named=True)])
        return
    stored = (pl.lit(_as_stored(connection, table, name, value)).alias(name) for name, value in same.items())
    _to_driver(connection, statement, frame.with_columns(*stored), names)


def update_frame(connection: Connection, statement: Update, frame: pl.DataFrame) -> None:
    """Run an update once for each row of a frame of texts, whose columns are its parameters; as `insert_frame` does."""
    if connection.dialect.positional and frame.height:
        _to_driver(connection, statement, frame, None)
    elif frame.height:
        connection.execute(statement, frame.to_dicts())


def _to_driver(
    connection: Connection, statement: UpdateBase, frame: pl.DataFrame, column_keys: Sequence[str] | None
) -> None:
    compiled = statement.compile(dialect=connection.dialect, column_keys=column_keys)
    names = compiled.positiontup or frame.columns
    same = [pl.lit(compiled.params[name]).alias(name) for name in names if name not in frame.columns]
    rows = frame.with_columns(*same).select(names).rows()
    connection.exec_driver_sql(str(compiled), rows)


def _insertion(connection: Connection, table: Table, update: Collection[str]) -> postgresql.Insert | sqlite.Insert:
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = build(table)
    keys = [column.name for column in table.primary_key]
    if update:
        new = statement.excluded
        return statement.on_conflict_do_update(index_elements=keys, set_={name: new[name] for name in update})
    return statement.on_conflict_do_nothing(index_elements=keys)


def _as_stored(connection: Connection, table: Table, name: str, value: Any) -> Any:
    """A value as the driver takes it for a column."""
    prepare = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if prepare is None or value is None else prepare(value)


def texts_of(connection: Connection, statement: Select[Any], names: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows of a query of text columns alone, ROWS_PER_WRITE at a time, straight from the driver.

    A Row object for each of a million records takes longer than the database itself.
    """
    query = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(query))
        while rows := cursor.fetchmany(ROWS_PER_WRITE):
            yield pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    finally:
        cursor.close()


def serialise_writers(connection: Connection, table: Table) -> None:
    """Let one transaction at a time add to `table`, so that numbers become visible in the order they were given.

    PostgreSQL hands out serial numbers before a commit: a reader could see 8, remember it, and never see 7.
    SQLite has one writer anyway. Readers are not held up.
    """
    if connection.dialect.name == "postgresql":
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))
