"""The tables on a server: those of the SQLite store, for many writers at once.

A point is found by its series, where SQLite scans the rows that its one writer has written.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from autolog.sinks.sql.columns import Number, PlainText, RowId

_ID = 64
_KEY = 700  # characters of four bytes, of which MySQL's indexes hold 3072

metadata = MetaData()

environment = Table(
    "environment",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("digest", PlainText(_ID), nullable=False, unique=True),
    Column("packages", PlainText(), nullable=False),
)
run = Table(
    "run",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", PlainText(_ID), nullable=False, unique=True),
    Column("parent_run_id", PlainText(_ID), index=True),
    Column("experiment", PlainText()),
    Column("name", PlainText(), nullable=False),
    Column("status", PlainText(_ID), nullable=False),
    Column("start_ns", BigInteger, nullable=False, index=True),
    Column("end_ns", BigInteger),
    Column("error_type", PlainText()),
    Column("error_message", PlainText()),
    Column("error_traceback", PlainText()),
    Column("environment", RowId, ForeignKey("environment.id")),
)


def _of_run() -> Column[int]:
    return Column("run", RowId, ForeignKey("run.id"), primary_key=True, autoincrement=False)


param = Table(
    "param",
    metadata,
    _of_run(),
    Column("key", PlainText(_KEY), primary_key=True),
    Column("value", PlainText(), nullable=False),
)
tag = Table(
    "tag",
    metadata,
    _of_run(),
    Column("key", PlainText(_KEY), primary_key=True),
    Column("value", PlainText(), nullable=False),
)
artifact = Table(
    "artifact",
    metadata,
    _of_run(),
    Column("path", PlainText(_KEY), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("drawn_from", PlainText()),
    Column("location", PlainText()),
)
dataset = Table(
    "dataset",
    metadata,
    _of_run(),
    Column("name", PlainText(_KEY - _ID), primary_key=True),
    Column("context", PlainText(_ID), primary_key=True),
    Column("digest", PlainText(), nullable=False),
    Column("source_type", PlainText(), nullable=False),
    Column("source", PlainText(), nullable=False),
    Column("schema", PlainText(), nullable=False),
    Column("profile", PlainText(), nullable=False),
)
model = Table(
    "model",
    metadata,
    _of_run(),
    Column("name", PlainText(_KEY), primary_key=True),
    Column("model_id", PlainText(_ID), nullable=False, index=True),
    Column("flavor", PlainText(), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("signature", PlainText()),
    Column("files", PlainText(), nullable=False),
)
model_version = Table(
    "model_version",
    metadata,
    Column("model_id", PlainText(_ID), primary_key=True),
    Column("name", PlainText(_KEY), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name", "version"),
)
dropped = Table(
    "dropped",
    metadata,
    Column("run", RowId, primary_key=True, autoincrement=False),  # 0: of a whole process
    Column("reason", PlainText(_KEY), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
cursor = Table(
    "cursor",
    metadata,
    Column("journal", PlainText(_KEY), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
metric_name = Table(
    "metric_name",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", PlainText(_KEY), nullable=False, unique=True),
)
series = Table(
    "series",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run", RowId, ForeignKey("run.id"), nullable=False),
    Column("name", RowId, ForeignKey("metric_name.id"), nullable=False),
    Column("points", Integer, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    Column("last_value", Number),
    UniqueConstraint("run", "name"),
)
metric = Table(
    "metric",
    metadata,
    Column("series", RowId, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # in the run, from 1
    Column("step", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),  # milliseconds since the epoch
    Column("value", Number),  # NULL: not a number
)
schema_version = Table(
    "schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False)
)

HISTORY = """
CREATE VIEW metric_history AS
    SELECT run.run_id, metric_name.name AS {key}, metric.step, metric.value, metric.time
    FROM metric
    JOIN series ON series.id = metric.series
    JOIN metric_name ON metric_name.id = series.name
    JOIN run ON run.id = series.run
"""
"""A view for people: every point, with the names of its run and its metric."""
