"""Aim's client, into a repository on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Aim:
    """A run in Aim's RocksDB files."""

    name: ClassVar[str] = "Aim"
    role: ClassVar[Role] = "peer"
    package: ClassVar[str] = "aim"
    configuration: ClassVar[str] = "local repository, no system metrics, no logs of the terminal"

    def open(self, folder: Path) -> None:
        from aim import Run

        self._run = Run(
            repo=str(folder), system_tracking_interval=None, capture_terminal_logs=False
        )

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._run.track(dict(metrics), step=step)

    def close(self) -> None:
        self._run.close()

    def points(self, folder: Path) -> int:
        from aim import Repo, Run

        repository = Repo.from_path(str(folder))
        (identity,) = repository.list_all_runs()
        repository._recreate_index()  # noqa: SLF001 - what `aim storage reindex` does
        run = Run(identity, repo=Repo.from_path(str(folder)), read_only=True)
        return sum(len(metric.values.sparse_list()[0]) for metric in run.metrics())
