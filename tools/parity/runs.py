"""What MLflow's autologging records of trainings."""

from __future__ import annotations

import os
import tempfile
from contextlib import chdir
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.parity.comparison import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tools.parity.tables import Entry


def runs(cases: Mapping[str, Callable[[], Any]], names: Iterable[str]) -> dict[str, Entry | None]:
    """What MLflow records of the named trainings; `None` where it opens no run."""
    # matplotlib would look for a screen, and BLAS adds up in another order with more threads.
    os.environ.update({"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"})
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        import mlflow

        # The requirements of a model are not compared, and take seconds each to find out.
        mlflow.models.infer_pip_requirements = lambda *_, **__: []
        mlflow.set_tracking_uri("sqlite:///runs.db")
        return {name: _recorded(mlflow, name, cases[name]()) for name in names}


def _recorded(mlflow: Any, name: str, case: Any) -> Entry | None:
    # searches are scikit-learn's, whatever they search with
    for library in sorted({"sklearn", case.library}, reverse=True):
        options = case.options if library == case.library else {}
        more = {"max_tuning_runs": 0} if library == "sklearn" else {}
        import_module(f"mlflow.{library}").autolog(**more, **options)
    experiment = mlflow.set_experiment(name)
    case.run()
    # what writers of TensorBoard's have written is kept until the process ends
    import_module("mlflow.utils.autologging_utils.metrics_queue").flush_metrics_queue()
    client = mlflow.MlflowClient()
    found = client.search_runs([experiment.experiment_id], order_by=["start_time"])
    opened = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    if not opened:
        return None
    run = opened[0]
    artifacts = Path(run.info.artifact_uri.removeprefix("file://"))
    models = [client.get_logged_model(output.model_id) for output in run.outputs.model_outputs]
    return {
        "runs": len(opened),
        "params": run.data.params,
        "metrics": {name: _history(client, run, name) for name in run.data.metrics},
        "tags": {key: text for key, text in run.data.tags.items() if not key.startswith("mlflow.")},
        "artifacts": contents(artifacts, sorted(path.name for path in artifacts.glob("*"))),
        # one that could not be written stays pending
        "models": {
            model.name: _signature(mlflow, model) for model in models if model.status == "READY"
        },
        "datasets": [_dataset(given) for given in run.inputs.dataset_inputs],
    }


def _history(client: Any, run: Any, metric: str) -> list[tuple[int, float]]:
    points = client.get_metric_history(run.info.run_id, metric)
    return [(point.step, point.value) for point in points]


def _signature(mlflow: Any, model: Any) -> Any:
    signature = mlflow.models.get_model_info(model.model_uri).signature
    return None if signature is None else signature.to_dict()


def _dataset(given: Any) -> Entry:
    dataset = given.dataset
    (context,) = (tag.value for tag in given.tags)
    return {
        "context": context,
        "name": dataset.name,
        "source_type": dataset.source_type,
        "schema": dataset.schema,
        "digits": len(dataset.digest),
    }
