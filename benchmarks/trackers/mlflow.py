"""MLflow's logging calls, into SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.result import Role


class Mlflow:
    """A run whose metrics are in the database when the call returns."""

    name: ClassVar[str] = "MLflow"
    role: ClassVar[Role] = "peer"
    package: ClassVar[str] = "mlflow"
    configuration: ClassVar[str] = "sqlite:///mlflow.db, log_metrics, as installed"
    _synchronous: ClassVar[bool] = True

    def open(self, folder: Path) -> None:
        mlflow = self._client_of(folder)
        mlflow.set_experiment("benchmark")
        mlflow.start_run()
        self._mlflow = mlflow

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        self._mlflow.log_metrics(metrics, step=step, synchronous=self._synchronous)

    def close(self) -> None:
        self._mlflow.end_run()

    def points(self, folder: Path) -> int:
        client = self._client_of(folder).MlflowClient()
        (experiment,) = client.search_experiments(filter_string="name = 'benchmark'")
        (run,) = client.search_runs([experiment.experiment_id])
        return sum(len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics)

    @staticmethod
    def _client_of(folder: Path) -> Any:
        import mlflow

        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        return mlflow


class MlflowAsync(Mlflow):
    """A run whose metrics are written by threads of MLflow's own."""

    name: ClassVar[str] = "MLflow, asynchronous"
    configuration: ClassVar[str] = "sqlite:///mlflow.db, log_metrics(synchronous=False)"
    _synchronous: ClassVar[bool] = False

    def close(self) -> None:
        self._mlflow.flush_async_logging()
        super().close()
