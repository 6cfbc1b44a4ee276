"""W&B's client, offline."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Wandb:
    """A run in a file of W&B's, which its own process writes."""

    name: ClassVar[str] = "W&B"
    role: ClassVar[Role] = "peer"
    package: ClassVar[str] = "wandb"
    configuration: ClassVar[str] = "mode='offline', no system metrics, no console, no git, no code"

    def open(self, folder: Path) -> None:
        import wandb

        settings = wandb.Settings(
            console="off", disable_git=True, save_code=False, silent=True, x_disable_stats=True
        )
        self._run = wandb.init(
            project="benchmark", mode="offline", dir=str(folder), settings=settings
        )

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._run.log(dict(metrics), step=step)

    def close(self) -> None:
        self._run.finish()

    def points(self, folder: Path) -> int:
        from wandb.util import get_core_path

        (file,) = folder.glob("wandb/offline-run-*/run-*.wandb")
        inspect = ["leet", "inspect", "-no-observability", "--json", "--run-file", str(file)]
        told = subprocess.run([get_core_path(), *inspect], capture_output=True, check=False).stdout
        items = [json.loads(line).get("history", {}).get("item", {}) for line in told.splitlines()]
        return sum(not name.startswith("_") for item in items for name in item)
