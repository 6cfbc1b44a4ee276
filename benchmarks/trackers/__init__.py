"""Trackers, all behind one interface: autolog, its peers, and the lines that none can go below."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Tracker(Protocol):
    """One run that metrics are logged to.

    Attributes:
        name: What tables call it.
        role: What it is in a comparison.
        package: The distribution that is to be installed; empty where none is.
        configuration: How it is used, so that a reader sees that it is its fast way.
    """

    name: ClassVar[str]
    role: ClassVar[Role]
    package: ClassVar[str]
    configuration: ClassVar[str]

    def open(self, folder: Path) -> None:
        """Imports the tracker, and begins a run that it keeps in a folder."""

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Logs what belongs to one step."""

    def close(self) -> None:
        """Ends the run, and waits until all of it is kept."""

    def points(self, folder: Path) -> int:
        """How many metric values the tracker's own reader finds; in another process."""


HOMES = {
    "bare": "limits:Nothing",
    "os.write": "limits:OsWrite",
    "sqlite3": "limits:SqliteRows",
    "autolog": "autolog:Autolog",
    "mlflow": "mlflow:Mlflow",
    "mlflow-async": "mlflow:MlflowAsync",
    "wandb": "wandb:Wandb",
    "tensorboard": "tensorboard:TensorBoard",
    "trackio": "trackio:Trackio",
    "aim": "aim:Aim",
}
"""Where each tracker is, by the name that measurements are asked for."""


def tracker(key: str) -> Tracker:
    """A tracker that has not been opened, and whose package has not been imported.

    Args:
        key: Its name in `HOMES`.
    """
    module, _, name = HOMES[key].partition(":")
    made: Tracker = getattr(import_module(f"benchmarks.trackers.{module}"), name)()
    return made


def version_of(key: str) -> str | None:
    """The version of a tracker's distribution here; None where it is not installed.

    Args:
        key: Its name in `HOMES`.
    """
    package = tracker(key).package
    if not package:
        return ""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def all_versions() -> dict[str, str | None]:
    """The version of each tracker, as `version_of` tells it."""
    return {key: version_of(key) for key in HOMES}
