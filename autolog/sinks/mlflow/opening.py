"""Opens the sink in the process in which MLflow's client works."""

from __future__ import annotations

from pathlib import Path

from mlflow.exceptions import MlflowException

from autolog.errors import SinkUnavailable
from autolog.sinks.mlflow.location import Location, without_password
from autolog.sinks.mlflow.refusal import listen
from autolog.sinks.mlflow.sink import MLflowSink


def open_here(tracking_uri: str | None, experiment: str | None, artifacts: str) -> MLflowSink:
    """Opens the sink in this process, whose settings of HTTP become those that it needs.

    Args:
        tracking_uri: MLflow's tracking URI; None for MLflow's default.
        experiment: The experiment that all runs go to; None for that of each run.
        artifacts: The folder that holds the artifacts of each run.

    Raises:
        SinkUnavailable: MLflow does not know that kind of store, or no longer.
    """
    try:
        sink = MLflowSink(Location(tracking_uri, experiment), Path(artifacts))
    except MlflowException as error:
        raise SinkUnavailable(without_password(str(error), tracking_uri)) from error
    listen()
    return sink
