"""autolog's own logging calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Autolog:
    """A run with metrics logged by hand, into the SQLite file that is the sink by default."""

    name: ClassVar[str] = "autolog"
    role: ClassVar[Role] = "autolog"
    package: ClassVar[str] = "autolog-ml"
    configuration: ClassVar[str] = "as installed: journal, and a consumer that writes to SQLite"

    def open(self, folder: Path) -> None:
        import autolog

        self._autolog = autolog
        self._run = autolog.run("benchmark")
        self._run.__enter__()

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._autolog.log_metrics(metrics, step=step)

    def close(self) -> None:
        self._run.__exit__(None, None, None)
        self._autolog.shutdown()

    def points(self, folder: Path) -> int:
        from autolog.cli.access import open_store

        run = open_store().run("last")  # as `autolog show last` does
        return sum(len(run.metric_history(name)) for name in run.metrics)
