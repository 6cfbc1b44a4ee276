"""The sink that hands runs to MLflow, through MLflow's own client in a process of its own."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from autolog.sinks.mlflow.location import check
from autolog.sinks.mlflow.user_runs import mlflow_ids, notes, synchronised

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
    from autolog.sinks.mlflow.location import location, without_secrets_of
    from autolog.sinks.relay.frames import Opening
    from autolog.sinks.relay.relayed import RelayedSink

    server, directory = location(uri, directory), directory.absolute()
    arguments = (server.tracking_uri, server.experiment, str(directory / "artifacts"))
    return RelayedSink(
        "MLflow",
        Opening("autolog.sinks.mlflow.opening:open_here", arguments),
        directory,
        environment={
            "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # the consumer tries again, and knows when
            "MLFLOW_HTTP_REQUEST_TIMEOUT": os.environ.get("MLFLOW_HTTP_REQUEST_TIMEOUT", "30"),
        },
        without_secrets=partial(without_secrets_of, tracking_uri=server.tracking_uri),
        heard=mlflow_ids.update,
    )
