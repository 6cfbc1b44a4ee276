"""Turns a filter and an order into one SQL query, with every value as a parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from autolog.store.filters.fields import Entity, Field
from autolog.store.filters.grammar import Order, parse_filter, parse_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.filters.grammar import Comparison
    from autolog.store.source import Dialect

_COLUMNS = {
    "run_id": "run.run_id",
    "name": "run.name",
    "experiment": "run.experiment",
    "parent_run_id": "run.parent_run_id",
    "status": "run.status",
    "start_time": "run.start_ns",
    "end_time": "run.end_ns",
}


class _Keyed(NamedTuple):
    """A table with one row for each key of a run; `{0}` stands for its name in a query."""

    table: str
    value: str
    of_key: str


_KEYED = {
    # the number of a name is looked up once in a query, and not for each run
    Entity.METRIC: _Keyed(
        "series",
        "{0}.last_value",
        "{0}.run = run.id AND {0}.name = (SELECT id FROM metric_name WHERE metric_name.name = ?)",
    ),
    Entity.PARAM: _Keyed("param", "{0}.value", '{0}.run = run.id AND {0}."key" = ?'),
    Entity.TAG: _Keyed("tag", "{0}.value", '{0}.run = run.id AND {0}."key" = ?'),
}
_NEWEST_FIRST = Order(Field(Entity.ATTRIBUTE, "start_time"), descending=True)


@dataclass(frozen=True, slots=True)
class Query:
    """A query for the rows of runs.

    Attributes:
        sql: The statement.
        parameters: What stands for its question marks.
    """

    sql: str
    parameters: tuple[object, ...]

    def ids(self, connection: Connection) -> list[int]:
        """Runs the query.

        Returns:
            The rows of the runs, in order.
        """
        return [row[0] for row in connection.execute(self.sql, self.parameters)]


def select_runs(
    filter_text: str,
    order_by: Sequence[str],
    dialect: Dialect,
    *,
    limit: int | None,
    conditions: Sequence[tuple[str, object]] = (),
    top_level: bool = False,
) -> Query:
    """The query for the runs that match.

    Args:
        filter_text: A filter, blank for all runs.
        order_by: What to sort by, the most important first.
        dialect: What the database has words of its own for.
        limit: How many runs at most.
        conditions: Further conditions, each with one parameter.
        top_level: Only runs without a parent.

    Raises:
        FilterError: The filter or the order is not written in the grammar.
    """
    where = [_condition(comparison, dialect) for comparison in parse_filter(filter_text)]
    where += [(sql, [parameter]) for sql, parameter in conditions]
    if top_level:
        where.append(("run.parent_run_id IS NULL", []))
    orders = [parse_order(text) for text in order_by]
    while orders and orders[-1] == _NEWEST_FIRST:
        orders.pop()  # equal ones come newest first anyway, and an index has that order
    keys = [_order(order, f"order_{number}", dialect) for number, order in enumerate(orders)]
    parts = [*keys, *where]
    parameters = [parameter for _, parameters in parts for parameter in parameters]
    joins = "".join(_join(order.field, f"order_{number}") for number, order in enumerate(orders))
    sorting = "".join(f"{sql}, " for sql, _ in keys)
    matching = " AND ".join(sql for sql, _ in where) or "1 = 1"
    if limit is not None:
        parameters.append(limit)
    return Query(
        f"SELECT run.id FROM run{joins} WHERE {matching}"  # noqa: S608 - values are parameters
        f" ORDER BY {sorting}run.start_ns DESC, run.id DESC{'' if limit is None else ' LIMIT ?'}",
        tuple(parameters),
    )


def _join(field: Field, name: str) -> str:
    """What makes the value of a key a column, which is looked up once for each run."""
    keyed = _KEYED.get(field.entity)
    if keyed is None:
        return ""
    return f" LEFT JOIN {keyed.table} AS {name} ON {keyed.of_key.format(name)}"


def _order(order: Order, name: str, dialect: Dialect) -> tuple[str, list[object]]:
    field, direction = order.field, "DESC" if order.descending else "ASC"
    keyed = _KEYED.get(field.entity)
    value = _attribute(field, dialect) if keyed is None else keyed.value.format(name)
    return f"{value} IS NULL, {value} {direction}", [] if keyed is None else [field.key]


def _attribute(field: Field, dialect: Dialect) -> str:
    column = _COLUMNS[field.key]
    return dialect.milliseconds.format(column) if field.is_time else column


def _condition(comparison: Comparison, dialect: Dialect) -> tuple[str, list[object]]:
    field = comparison.field
    keyed = _KEYED.get(field.entity)
    if keyed is None:
        return _test(_attribute(field, dialect), comparison, dialect)
    row = f"SELECT 1 FROM {keyed.table} WHERE {keyed.of_key.format(keyed.table)}"  # noqa: S608 - our own names
    if comparison.operator.startswith("IS "):
        # A metric whose last value is NaN is there all the same, as a NULL.
        exists = "NOT EXISTS" if comparison.operator == "IS NULL" else "EXISTS"
        return f"{exists} ({row})", [field.key]
    test, parameters = _test(keyed.value.format(keyed.table), comparison, dialect)
    return f"EXISTS ({row} AND {test})", [field.key, *parameters]


def _test(column: str, comparison: Comparison, dialect: Dialect) -> tuple[str, list[object]]:
    operator, value = comparison.operator, comparison.value
    if value is None:
        return f"{column} {operator}", []
    if isinstance(value, tuple):
        return f"{column} {operator} ({','.join('?' * len(value))})", list(value)
    if operator in {"LIKE", "ILIKE"}:
        pattern = dialect.like if operator == "LIKE" else dialect.ilike
        return pattern.format(column), [value]
    return f"{column} {operator} ?", [value]


def matches(value: str | None, pattern: str, ignore_case: int) -> bool:
    """Whether a text is like a pattern: SQLite's dialect has this function for it.

    Args:
        value: The text.
        pattern: The pattern, with `%` for any characters and `_` for one.
        ignore_case: Whether the case of letters does not matter.
    """
    return value is not None and bool(_expression(pattern, ignore_case).fullmatch(value))


@lru_cache(maxsize=64)
def _expression(pattern: str, ignore_case: int) -> re.Pattern[str]:
    wildcards = {"%": ".*", "_": "."}
    parts = [wildcards.get(character) or re.escape(character) for character in pattern]
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))
