"""Turns a filter and an order into one SQL query, with every value as a parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from autolog.store.filters.fields import Entity
from autolog.store.filters.grammar import parse_filter, parse_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autolog.sinks.sqlite.statements import Connection
    from autolog.store.filters.fields import Field
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
_METRICS = (
    "series JOIN metric_name ON metric_name.id = series.name"
    " WHERE series.run = run.id AND metric_name.name = ?"
)
# The value of a run's key, as what follows SELECT; the key itself is the parameter.
_KEYED = {
    Entity.METRIC: ("series.last_value", _METRICS),
    Entity.PARAM: ("param.value", 'param WHERE param.run = run.id AND param."key" = ?'),
    Entity.TAG: ("tag.value", 'tag WHERE tag.run = run.id AND tag."key" = ?'),
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
    keys = [_order(text, number, dialect) for number, text in enumerate(order_by)]
    columns = "".join(f", {sql}" for sql, _, _ in keys)
    sorting = "".join(f"{sql}, " for _, _, sql in keys)
    matching = " AND ".join(sql for sql, _ in where) or "1 = 1"
    matched = f"SELECT run.id, run.start_ns{columns} FROM run WHERE {matching}"  # noqa: S608 - values are parameters
    parameters = [parameter for _, parameters, _ in keys for parameter in parameters]
    parameters += [parameter for _, parameters in where for parameter in parameters]
    if limit is not None:
        parameters.append(limit)
    return Query(
        f"SELECT id FROM ({matched}) AS matched"  # noqa: S608 - as above
        f" ORDER BY {sorting}start_ns DESC, id DESC{'' if limit is None else ' LIMIT ?'}",
        tuple(parameters),
    )


def _order(text: str, number: int, dialect: Dialect) -> tuple[str, list[object], str]:
    order = parse_order(text)
    name = f"order_{number}"
    sql, parameters = _value_of(order.field, dialect)
    direction = "DESC" if order.descending else "ASC"
    return f"({sql}) AS {name}", parameters, f"{name} IS NULL, {name} {direction}"


def _value_of(field: Field, dialect: Dialect) -> tuple[str, list[object]]:
    if field.entity is Entity.ATTRIBUTE:
        return _attribute(field, dialect), []
    value, source = _KEYED[field.entity]
    return f"SELECT {value} FROM {source}", [field.key]  # noqa: S608 - our own names


def _attribute(field: Field, dialect: Dialect) -> str:
    column = _COLUMNS[field.key]
    return dialect.milliseconds.format(column) if field.is_time else column


def _condition(comparison: Comparison, dialect: Dialect) -> tuple[str, list[object]]:
    field = comparison.field
    if field.entity is Entity.ATTRIBUTE:
        return _test(_attribute(field, dialect), comparison, dialect)
    value, source = _KEYED[field.entity]
    if comparison.operator.startswith("IS "):
        # A metric whose last value is NaN is there all the same, as a NULL.
        exists = "NOT EXISTS" if comparison.operator == "IS NULL" else "EXISTS"
        return f"{exists} (SELECT 1 FROM {source})", [field.key]  # noqa: S608 - our own names
    test, parameters = _test(value, comparison, dialect)
    sql = f"EXISTS (SELECT 1 FROM {source} AND {test})"  # noqa: S608 - our own names
    return sql, [field.key, *parameters]


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
