"""MLflow's store in SQLite, filled behind MLflow's back: its own calls would take hours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow

from benchmarks.stores import EXPERIMENT, NARROW, SHOWN, WIDE, facts_of

_INSERT_RUN = (
    "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,"
    " start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
    " VALUES (?, ?, 'LOCAL', '', '', 'user', 'FINISHED', ?, ?, '', 'active', ?, ?)"
)
_INSERT_METRIC = (
    "INSERT INTO {} (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)"
)
_INSERT_TEXT = "INSERT INTO {} (run_uuid, key, value) VALUES (?, ?, ?)"


class MlflowRuns:
    """The same runs, with the rows that MLflow writes for them."""

    def __init__(self) -> None:
        mlflow.set_tracking_uri("sqlite:///mlflow.db")
        self._experiment = mlflow.set_experiment(EXPERIMENT).experiment_id
        self._client = mlflow.MlflowClient()

    def fill(self, first: int, end: int) -> None:
        found = [facts_of(number) for number in range(first, end)]
        runs, metrics, params, tags = [], [], [], []
        for run, start_ns, of_params, of_metrics, of_tags in found:
            start = start_ns // 10**6
            files = f"{Path.cwd().as_uri()}/mlruns/{self._experiment}/{run}/artifacts"
            runs.append((run, EXPERIMENT, start, start, files, int(self._experiment)))
            metrics += [(run, name, value, start) for name, value in of_metrics.items()]
            params += [(run, name, value) for name, value in of_params.items()]
            named = {"mlflow.runName": EXPERIMENT, "mlflow.user": "user"}
            tags += [(run, name, value) for name, value in (of_tags | named).items()]
        with closing(sqlite3.connect("mlflow.db")) as connection, connection:
            connection.executemany(_INSERT_RUN, runs)
            for table in ("metrics", "latest_metrics"):
                connection.executemany(_INSERT_METRIC.format(table), metrics)
            connection.executemany(_INSERT_TEXT.format("params"), params)
            connection.executemany(_INSERT_TEXT.format("tags"), tags)

    def newest(self) -> int:
        return self._found("", [], SHOWN)

    def wide(self) -> int:
        return self._found(WIDE, [], SHOWN)

    def narrow(self) -> int:
        return self._found(NARROW, [], SHOWN)

    def best(self) -> int:
        return self._found("", ["metrics.score DESC"], SHOWN)

    def show(self) -> int:
        (run,) = self._client.search_runs([self._experiment], max_results=1)
        return len(run.data.metrics)

    def _found(self, conditions: str, order: list[str], limit: int) -> int:
        return len(
            self._client.search_runs(
                [self._experiment], conditions, max_results=limit, order_by=order
            )
        )
