"""Trackio's client, on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Trackio:
    """A run in Trackio's SQLite file, which a thread of its own fills."""

    name: ClassVar[str] = "Trackio"
    role: ClassVar[Role] = "peer"
    package: ClassVar[str] = "trackio"
    configuration: ClassVar[str] = "local, embed=False, no metrics of the CPU or GPU"

    def open(self, folder: Path) -> None:
        os.environ["TRACKIO_DIR"] = str(folder / "trackio")
        import trackio

        self._run = trackio.init(
            project="benchmark",
            name="benchmark",
            embed=False,
            auto_log_cpu=False,
            auto_log_gpu=False,
        )

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._run.log(dict(metrics), step=step)

    def close(self) -> None:
        self._run.finish()

    def points(self, folder: Path) -> int:
        os.environ["TRACKIO_DIR"] = str(folder / "trackio")
        import trackio
        from trackio.sqlite_storage import SQLiteStorage

        (run,) = trackio.Api().runs("benchmark")
        rows = SQLiteStorage.get_logs("benchmark", run.name, max_points=None, run_id=run.id)
        return sum(name not in {"step", "timestamp"} for row in rows for name in row)
