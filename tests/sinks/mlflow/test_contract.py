"""The MLflow sink keeps the contract of sinks, against a real server."""

from __future__ import annotations

import pytest

from autolog.events import MetricsLogged
from autolog.testing import ServedSinkContract

# What the server adds, and what tells one journal from another.
CHANGING = ("autolog.delivered.", "mlflow.user")


@pytest.fixture(scope="class", autouse=True)
def connected(request, server, mlflow_client):
    """Lets the class know its server."""
    request.cls.server = server
    request.cls.client = mlflow_client(f"http://{server}")


class TestMLflowSink(ServedSinkContract):
    """Each directory has an experiment of its own on the one server."""

    @pytest.fixture(autouse=True)
    def without_a_process(self, in_this_process):
        """Most tests need no process of the sink's."""
        self.open_here = in_this_process

    def open(self, directory):
        return self.open_here(self.uri_in(directory), directory)

    def uri_at(self, address, directory):
        return f"mlflow+{address}?experiment={experiment_of(directory)}"

    def stored(self, directory):
        experiment = self.client.get_experiment_by_name(experiment_of(directory))
        runs = self.client.search_runs([experiment.experiment_id], max_results=100)
        names = {run.info.run_id: run.data.tags["autolog.run_id"] for run in runs}
        return sorted((self.described(run, names) for run in runs), key=repr)

    def described(self, run, names):
        tags = {key: value for key, value in run.data.tags.items() if not key.startswith(CHANGING)}
        if "mlflow.parentRunId" in tags:
            tags["mlflow.parentRunId"] = names[tags["mlflow.parentRunId"]]
        points = [
            (point.key, point.step, point.timestamp, point.value)
            for key in run.data.metrics
            for point in self.client.get_metric_history(run.info.run_id, key)
        ]
        folders = ["", *(one.path for one in self.client.list_artifacts(run.info.run_id))]
        files = {
            (one.path, one.file_size)
            for folder in folders
            for one in self.client.list_artifacts(run.info.run_id, folder or None)
            if not one.is_dir
        }
        used = [(one.dataset.name, one.tags[0].value) for one in run.inputs.dataset_inputs]
        info = run.info
        times = info.start_time, info.end_time
        return info.run_name, info.status, times, run.data.params, tags, sorted(points), files, used

    def refused(self):
        return MetricsLogged("a" * 32, 50, -1, 0, {"loss": 1.0})  # before 1970


def experiment_of(directory):
    return str(directory).strip("/").replace("/", ".")
