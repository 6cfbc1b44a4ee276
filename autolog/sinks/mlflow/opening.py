"""Opens the sink in the process in which MLflow's client works."""

from __future__ import annotations

from pathlib import Path

import mlflow
from mlflow.exceptions import MlflowException

from autolog.errors import SinkUnavailable
from autolog.sinks.mlflow.location import Location, without_secrets_of
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
    if tracking_uri is not None:
        # the oldest clients send artifacts to the server of their process, not to their own
        mlflow.set_tracking_uri(tracking_uri)
    sink = opened(Location(tracking_uri, experiment), Path(artifacts))
    listen()
    return sink


def opened(location: Location, artifacts: Path) -> MLflowSink:
    """The sink of a server, of which nothing is asked yet.

    Args:
        location: The server, and the experiment.
        artifacts: The folder that holds the artifacts of each run.

    Raises:
        SinkUnavailable: MLflow does not know that kind of store, or no longer.
    """
    try:
        return MLflowSink(location, artifacts)
    except (MlflowException, ValueError) as error:  # the latter of a URL that is none
        reason = without_secrets_of(str(error), location.tracking_uri)
        raise SinkUnavailable(reason) from error
