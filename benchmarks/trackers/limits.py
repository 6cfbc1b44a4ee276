"""What no tracker can be faster or smaller than: nothing, a write, and rows in SQLite."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role

_ROWS_AT_ONCE = 50_000


class Nothing:
    """Records nothing."""

    name: ClassVar[str] = "bare"
    role: ClassVar[Role] = "bare"
    package: ClassVar[str] = ""
    configuration: ClassVar[str] = "an empty method"

    def open(self, folder: Path) -> None:
        pass

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        pass

    def close(self) -> None:
        pass

    def points(self, folder: Path) -> int:
        return 0


class OsWrite:
    """The least that survives the death of the process: a system call per step."""

    name: ClassVar[str] = "os.write"
    role: ClassVar[Role] = "limit"
    package: ClassVar[str] = ""
    configuration: ClassVar[str] = "os.write(descriptor, json.dumps(metrics)) per call"

    def open(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(folder / "metrics.jsonl", flags, 0o600)

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        os.write(self._descriptor, json.dumps([step, metrics]).encode() + b"\n")

    def close(self) -> None:
        os.close(self._descriptor)

    def points(self, folder: Path) -> int:
        lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        return sum(len(json.loads(line)[1]) for line in lines)


class SqliteRows:
    """The least that a query can read: rows by the ten thousand, which die with the process."""

    name: ClassVar[str] = "sqlite3.executemany"
    role: ClassVar[Role] = "limit"
    package: ClassVar[str] = ""
    configuration: ClassVar[str] = f"executemany of {_ROWS_AT_ONCE:,} rows, WAL, synchronous=NORMAL"

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, float]] = []

    def open(self, folder: Path) -> None:
        self._connection = sqlite3.connect(
            folder / "metrics.db", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS metric"
            " (id INTEGER PRIMARY KEY, series INTEGER, step INTEGER, value REAL)"
        )

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._rows += [(series, step, value) for series, value in enumerate(metrics.values())]
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._write()

    def close(self) -> None:
        self._write()
        self._connection.close()

    def points(self, folder: Path) -> int:
        connection = sqlite3.connect(folder / "metrics.db")
        (count,) = connection.execute("SELECT count(*) FROM metric").fetchone()
        connection.close()
        return int(count)

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        self._connection.execute("BEGIN")
        insert = "INSERT INTO metric (series, step, value) VALUES (?, ?, ?)"
        self._connection.executemany(insert, rows)
        self._connection.execute("COMMIT")
