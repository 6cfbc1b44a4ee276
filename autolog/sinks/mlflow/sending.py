"""Sends params, metrics and tags, to a server as JSON that is made at once.

MLflow's own client puts each metric into a message, that into dictionaries, these into indented
text, and that once more: five times the work, in a process beside a training.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
from mlflow.entities import Metric
from mlflow.store.tracking.rest_store import RestStore
from mlflow.utils.rest_utils import http_request, verify_rest_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlflow import MlflowClient
    from mlflow.entities import Param, RunTag

_ENDPOINT = "/api/2.0/mlflow/runs/log-batch"
_HEADERS = {"Content-Type": "application/json"}


class Point(msgspec.Struct, gc=False):
    """A value of a metric, as it stands in a request."""

    key: str
    value: float | str
    timestamp: int
    step: int


class Sender:
    """Logs to the runs of one store.

    Args:
        client: MLflow's client of it.
    """

    def __init__(self, client: MlflowClient) -> None:
        self._client = client
        store = getattr(getattr(client, "_tracking_client", None), "store", None)
        # a plugin of MLflow's may have a store of its own, that sends in another way
        self._server: RestStore | None = store if type(store) is RestStore else None

    def log(
        self,
        run_id: str,
        metrics: Sequence[Point],
        params: Sequence[Param],
        tags: Sequence[RunTag],
    ) -> None:
        """Logs what goes into one request.

        Args:
            run_id: MLflow's id of the run.
            metrics: The metrics.
            params: The params.
            tags: The tags.

        Raises:
            MlflowException: The store does not take it.
        """
        if self._server is None:
            points = [Metric(one.key, float(one.value), one.timestamp, one.step) for one in metrics]
            self._client.log_batch(run_id, points, params, tags, synchronous=True)
            return
        content = {
            "run_id": run_id,
            "metrics": metrics,
            "params": [{"key": param.key, "value": param.value} for param in params],
            "tags": [{"key": tag.key, "value": tag.value} for tag in tags],
        }
        answer = http_request(  # type: ignore[no-untyped-call]
            self._server.get_host_creds(),
            _ENDPOINT,
            "POST",
            data=msgspec.json.encode(content),
            extra_headers=_HEADERS,
        )
        verify_rest_response(answer, _ENDPOINT)


def json_number(value: float) -> float | str:
    """A number as protocol buffers have it in JSON, which knows no infinities."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
