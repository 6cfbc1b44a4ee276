"""The sink that hands runs to MLflow, through MLflow's own client in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.mlflow.location import check
from autolog.sinks.mlflow.user_runs import notes, synchronised

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.sinks.base import Sink

__all__ = ["check", "notes", "open_sink", "synchronised"]


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of an `mlflow` URI; MLflow is not imported in this process.

    Args:
        uri: `mlflow` for the tracking server that MLflow's own variables name, or `mlflow+` and a
            tracking URI, such as `mlflow+http://host:5000` or `mlflow+sqlite:///mlflow.db`; at its
            end perhaps `?experiment=` and the name of the experiment that all runs go to.
        directory: The autolog directory, whose artifacts are sent.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.mlflow.location import location
    from autolog.sinks.mlflow.relay import RelayedSink

    return RelayedSink(location(uri, directory), directory.absolute())
