"""The installed MLflow, in processes of its own, where its warnings and threads disturb nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from autolog.capture.model.directory import ModelDescription, finish_model
from autolog.capture.signature.inference import infer_signature
from autolog_sklearn.flavor import SklearnFlavor


@pytest.fixture(scope="session")
def iris():
    return load_iris(return_X_y=True, as_frame=True)


@pytest.fixture(scope="session")
def classifier(iris):
    return LogisticRegression(max_iter=1000).fit(*iris)


@pytest.fixture(scope="session")
def save(tmp_path_factory):
    """Writes a model with its signature as a run does; gives the directory."""

    def saved(model, rows, flavor=None, example=None):
        flavor = flavor or SklearnFlavor()
        directory = tmp_path_factory.mktemp("model")
        serialised = flavor.save(model, directory, None)
        predict = flavor.predict_method(model)
        if example is not None:
            (directory / example["artifact_path"]).write_text(json.dumps(rows.to_dict("split")))
        description = ModelDescription(
            serialised=serialised,
            signature=infer_signature(rows, predict(rows)),
            run_id="a" * 32,
            model_id="m-" + "b" * 32,
            artifact_path=str(directory),
            created=datetime.now(UTC),
        )
        finish_model(directory, description, example)
        return directory

    return saved


@pytest.fixture(scope="session")
def model(save, iris, classifier):
    return save(classifier, iris[0][:5])


@pytest.fixture(scope="session")
def rows(iris, tmp_path_factory):
    """A file of every tenth row of iris."""
    file = tmp_path_factory.mktemp("rows") / "rows.pkl"
    iris[0][::10].to_pickle(file)
    return file


@pytest.fixture(scope="session")
def mlflow_environment(tmp_path_factory):
    """Variables for a process with MLflow: a store of its own, and nothing sent anywhere."""
    folder = tmp_path_factory.mktemp("mlflow")
    return os.environ | {
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "OMP_NUM_THREADS": "1",
        # MLflow starts its server by name, which lies beside the interpreter
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.fixture(scope="session")
def in_mlflow(mlflow_environment):
    """Runs a script with MLflow; gives what it prints, as JSON, and what it says on stderr."""

    def run(script, *arguments):
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=mlflow_environment,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), done.stderr

    return run


@pytest.fixture(scope="session")
def expected(iris, classifier):
    return classifier.predict(pd.DataFrame(iris[0][::10])).tolist()
