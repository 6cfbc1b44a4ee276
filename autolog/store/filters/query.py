"""Turns a filter and an order into one SQL query, with every value as a parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from autolog.store.filters.fields import Entity
from autolog.store.filters.grammar import parse_filter, parse_order

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from autolog.store.filters.fields import Field
    from autolog.store.filters.grammar import Comparison

_COLUMNS = {
    "run_id": "run.run_id",
    "name": "run.name",
    "experiment": "run.experiment",
    "parent_run_id": "run.parent_run_id",
    "status": "run.status",
    "start_time": "run.start_ns / 1000000",
    "end_time": "run.end_ns / 1000000",
}
_METRICS = (
    "series JOIN metric_name ON metric_name.id = series.name"
    " WHERE series.run = run.id AND metric_name.name = ?"
)
# The value of a run's key, as what follows SELECT; the key itself is the parameter.
_KEYED = {
    Entity.METRIC: ("series.last_value", _METRICS),
    Entity.PARAM: ("param.value", "param WHERE param.run = run.id AND param.key = ?"),
    Entity.TAG: ("tag.value", "tag WHERE tag.run = run.id AND tag.key = ?"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query for the rows of runs.

    Attributes:
        sql: The statement.
        parameters: What stands for its question marks.
    """

    sql: str
    parameters: tuple[object, ...]

    def ids(self, connection: sqlite3.Connection) -> list[int]:
        """Runs the query.

        Returns:
            The rows of the runs, in order.
        """
        connection.create_function("matches", 3, _matches, deterministic=True)
        return [row[0] for row in connection.execute(self.sql, self.parameters)]


def select_runs(
    filter_text: str,
    order_by: Sequence[str],
    *,
    limit: int | None,
    conditions: Sequence[tuple[str, object]] = (),
    top_level: bool = False,
) -> Query:
    """The query for the runs that match.

    Args:
        filter_text: A filter, blank for all runs.
        order_by: What to sort by, the most important first.
        limit: How many runs at most.
        conditions: Further conditions, each with one parameter.
        top_level: Only runs without a parent.

    Raises:
        FilterError: The filter or the order is not written in the grammar.
    """
    where = [_condition(comparison) for comparison in parse_filter(filter_text)]
    where += [(sql, [parameter]) for sql, parameter in conditions]
    if top_level:
        where.append(("run.parent_run_id IS NULL", []))
    keys = [_order(text, number) for number, text in enumerate(order_by)]
    columns = "".join(f", {sql}" for sql, _, _ in keys)
    sorting = "".join(f"{sql}, " for _, _, sql in keys)
    matching = " AND ".join(sql for sql, _ in where) or "1"
    return Query(
        f"SELECT run.id{columns} FROM run WHERE {matching}"  # noqa: S608 - values are parameters
        f" ORDER BY {sorting}run.start_ns DESC, run.id DESC LIMIT ?",
        (
            *(parameter for _, parameters, _ in keys for parameter in parameters),
            *(parameter for _, parameters in where for parameter in parameters),
            -1 if limit is None else limit,
        ),
    )


def _order(text: str, number: int) -> tuple[str, list[object], str]:
    order = parse_order(text)
    name = f"order_{number}"
    sql, parameters = _value_of(order.field)
    direction = "DESC" if order.descending else "ASC"
    return f"({sql}) AS {name}", parameters, f"{name} IS NULL, {name} {direction}"


def _value_of(field: Field) -> tuple[str, list[object]]:
    if field.entity is Entity.ATTRIBUTE:
        return _COLUMNS[field.key], []
    value, source = _KEYED[field.entity]
    return f"SELECT {value} FROM {source}", [field.key]  # noqa: S608 - our own names


def _condition(comparison: Comparison) -> tuple[str, list[object]]:
    field = comparison.field
    if field.entity is Entity.ATTRIBUTE:
        return _test(_COLUMNS[field.key], comparison)
    value, source = _KEYED[field.entity]
    if comparison.operator.startswith("IS "):
        # A metric whose last value is NaN is there all the same, as a NULL.
        exists = "NOT EXISTS" if comparison.operator == "IS NULL" else "EXISTS"
        return f"{exists} (SELECT 1 FROM {source})", [field.key]  # noqa: S608 - our own names
    test, parameters = _test(value, comparison)
    sql = f"EXISTS (SELECT 1 FROM {source} AND {test})"  # noqa: S608 - our own names
    return sql, [field.key, *parameters]


def _test(column: str, comparison: Comparison) -> tuple[str, list[object]]:
    operator, value = comparison.operator, comparison.value
    if value is None:
        return f"{column} {operator}", []
    if isinstance(value, tuple):
        return f"{column} {operator} ({','.join('?' * len(value))})", list(value)
    if operator in {"LIKE", "ILIKE"}:
        return f"matches({column}, ?, ?)", [value, operator == "ILIKE"]
    return f"{column} {operator} ?", [value]


def _matches(value: str | None, pattern: str, ignore_case: int) -> bool:
    # SQLite's own LIKE knows no case-sensitive form, and folds the case of ASCII only.
    return value is not None and bool(_expression(pattern, ignore_case).fullmatch(value))


@lru_cache(maxsize=64)
def _expression(pattern: str, ignore_case: int) -> re.Pattern[str]:
    wildcards = {"%": ".*", "_": "."}
    parts = [wildcards.get(character) or re.escape(character) for character in pattern]
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))
