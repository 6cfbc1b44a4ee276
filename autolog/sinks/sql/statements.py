"""Statements over many rows at once, of the kinds that each database has its own words for."""

from __future__ import annotations

from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, insert, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Insert, Select, Table

_UPSERTING = {"postgresql", "sqlite"}
_MYSQL = {"mysql", "mariadb"}
_VALUES_PER_STATEMENT = 900


def replace_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[tuple[object, ...]],
    *,
    adding: str | None = None,
) -> None:
    """Inserts rows, in the place of those of the same key.

    Args:
        connection: A connection inside a transaction.
        table: The table.
        rows: A value for each column, in their order; each key once.
        adding: A column whose values are added to those that are there.
    """
    if not rows:
        return
    width = len(table.primary_key.columns)
    # In one order, so that two writers never wait for each other.
    values = [named(table, row) for row in sorted(rows, key=itemgetter(*range(width)))]
    dialect = connection.dialect.name
    if dialect not in _UPSERTING | _MYSQL:
        _delete_and_insert(connection, table, values, adding)
        return
    module = import_module(f"sqlalchemy.dialects.{'mysql' if dialect in _MYSQL else dialect}")
    statement = module.insert(table)
    given = statement.inserted if dialect in _MYSQL else statement.excluded
    changed = {
        column.name: column + given[column.name] if column.name == adding else given[column.name]
        for column in table.columns
        if not column.primary_key
    }
    if dialect in _MYSQL:
        connection.execute(statement.on_duplicate_key_update(changed), values)
    else:
        key = list(table.primary_key.columns)
        connection.execute(
            statement.on_conflict_do_update(index_elements=key, set_=changed), values
        )


def insert_new(connection: Connection, column: Column[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, unless another writer has inserted them since.

    Args:
        connection: A connection inside a transaction.
        column: The unique column that tells them from others.
        rows: The rows, as SQLAlchemy takes them.
    """
    new = sorted(rows, key=itemgetter(column.name))
    connection.execute(_insert_or_pass(connection, column), new)


def ids_of(
    connection: Connection, column: Column[Any], rows: Sequence[dict[str, Any]]
) -> dict[Any, int]:
    """The ids of rows, by their values of a unique column; those that are not there are made.

    Args:
        connection: A connection inside a transaction.
        column: The column.
        rows: The rows, as SQLAlchemy takes them.
    """
    statement = select(column, column.table.c.id)
    wanted = [row[column.name] for row in rows]
    known = _pairs(select_where(connection, statement, column, wanted))
    new = [row for row in rows if row[column.name] not in known]
    if new:
        insert_new(connection, column, new)
        missing = [row[column.name] for row in new]
        known |= _pairs(select_where(connection, statement, column, missing))
    return known


def select_where(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Sequence[object]
) -> Iterator[Any]:
    """Selects the rows that have any of the values.

    Args:
        connection: Any connection.
        statement: What to select.
        column: The column.
        values: The values; none of them means no rows.

    Yields:
        The rows.
    """
    for first in range(0, len(values), _VALUES_PER_STATEMENT):
        chunk = values[first : first + _VALUES_PER_STATEMENT]
        yield from connection.execute(statement.where(column.in_(chunk)))


def named(table: Table, row: tuple[object, ...]) -> dict[str, object]:
    """A row as SQLAlchemy takes it."""
    return dict(zip(table.columns.keys(), row, strict=True))


def _pairs(rows: Iterable[Any]) -> dict[Any, int]:
    return {value: int(row) for value, row in rows}


def _insert_or_pass(connection: Connection, column: Column[Any]) -> Insert:
    """An insert that passes over what is there; where there is none such, the batch is repeated."""
    table: Any = column.table
    dialect = connection.dialect.name
    if dialect in _UPSERTING:
        statement = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
        passing: Insert = statement.on_conflict_do_nothing(index_elements=[column])
        return passing
    return insert(table)


def _delete_and_insert(
    connection: Connection, table: Table, values: list[dict[str, object]], adding: str | None
) -> None:
    key = list(table.primary_key.columns)
    where = and_(*(column == bindparam(f"key_{column.name}") for column in key))
    keys = [{f"key_{column.name}": row[column.name] for column in key} for row in values]
    if adding is not None:
        for row, of_row in zip(values, keys, strict=True):
            before = connection.execute(select(table.c[adding]).where(where), of_row).scalar()
            row[adding] = (before or 0) + row[adding]  # type: ignore[operator]
    connection.execute(delete(table).where(where), keys)
    connection.execute(insert(table), values)
