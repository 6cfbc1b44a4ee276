"""Writes runs as Parquet files, one for each table."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.errors import StoreError
from autolog.exporting.tables import FORMAT, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from autolog.store import RecordedRun, Store

_ROWS_AT_ONCE = 50_000


def export_parquet(store: Store, runs: Iterable[RecordedRun], folder: Path) -> dict[str, int]:
    """Writes runs as tables, in place of those that are there; all of them appear at the end.

    Args:
        store: The store that the runs were read from.
        runs: The runs.
        folder: Where the files go; it is made if there is none.

    Returns:
        How many rows each table has.

    Raises:
        StoreError: pyarrow is not installed.
        OSError: They cannot be written.
    """
    schemas = _schemas()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as unfinished:
        tables = {
            name: _Table(folder / f"{name}.parquet", schema) for name, schema in schemas.items()
        }
        for table in tables.values():
            unfinished.callback(table.discard)
        for run in runs:
            for name, row in _rows(store, run):
                tables[name].add(row)
        for table in tables.values():
            table.finish()
        for table in tables.values():
            table.appear()
    return {name: table.count for name, table in tables.items()}


class _Table:
    """One file, while it is written under another name."""

    def __init__(self, path: Path, schema: Any) -> None:
        from pyarrow import parquet

        self.count = 0
        self._path = path
        self._unfinished = path.with_name(f".{uuid.uuid4().hex}.parquet")
        self._schema = schema
        self._writer: Any = parquet.ParquetWriter(self._unfinished, schema, compression="zstd")
        self._rows: list[tuple[object, ...]] = []

    def add(self, row: tuple[object, ...]) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._write()

    def finish(self) -> None:
        self._write()
        self._writer.close()

    def appear(self) -> None:
        self._unfinished.replace(self._path)

    def discard(self) -> None:
        self._writer.close()
        self._unfinished.unlink(missing_ok=True)

    def _write(self) -> None:
        import pyarrow as pa

        if not self._rows:
            return
        columns = [
            pa.array(values, field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows = []


def _schemas() -> dict[str, Any]:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise StoreError(
            "Parquet files need pyarrow: `pip install 'autolog-ml[parquet]'`."
        ) from error
    kinds = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "microseconds": pa.timestamp("us", tz="UTC"),
        "milliseconds": pa.timestamp("ms", tz="UTC"),
    }
    return {
        table: pa.schema(
            [
                pa.field(name, kinds[kind.removesuffix("?")], kind.endswith("?"))
                for name, kind in columns.items()
            ],
            {"autolog.format": FORMAT},
        )
        for table, columns in TABLES.items()
    }


def _rows(store: Store, run: RecordedRun) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of a run, each with the name of its table."""
    of_run = run.run_id
    yield "runs", _run(run)
    for table, texts in (("params", run.params), ("tags", run.tags)):
        for key, text in texts.items():
            yield table, (of_run, key, text)
    for point in store.points(of_run):
        yield "metrics", (of_run, point.key, point.step, point.value, point.time_ms)
    for file in run.artifacts:
        yield "artifacts", (of_run, file.path, file.size_bytes, file.location, file.drawn_from)
    for used in run.datasets:
        facts = used.name, used.context, used.digest, used.source_type
        described = map(_json, (used.source, used.schema, used.profile))
        yield "datasets", (of_run, *facts, *described)
    for model in run.models:
        signature = None if model.signature is None else _json(model.signature)
        files = model.model_id, model.flavor, model.size_bytes
        registered = model.registered_name, model.registered_version
        yield "models", (of_run, model.name, *files, signature, *registered)


def _run(run: RecordedRun) -> tuple[object, ...]:
    error = run.error
    return (
        run.run_id,
        run.parent_run_id,
        run.experiment,
        run.name,
        run.status.value,
        run.start_time,
        run.end_time,
        error and error.type,
        error and error.message,
        error and error.traceback,
    )


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
