"""What lies beside a model's own file."""

from __future__ import annotations

import hashlib
import platform
from datetime import datetime, timedelta, timezone

import msgspec
import pytest
import sklearn
import yaml

from autolog.capture.model.flavor import Serialised
from autolog.capture.signature.inference import infer_signature
from autolog.installed import installed_version
from autolog_sklearn.flavor import SklearnFlavor


def described(directory):
    return yaml.safe_load((directory / "MLmodel").read_text())


def test_a_directory_holds_what_mlflow_reads(directory, hashes):
    assert sorted(hashes) == [
        "MLmodel",
        "conda.yaml",
        "model.pkl",
        "python_env.yaml",
        "requirements.txt",
    ]
    assert {path.name for path in directory.iterdir()} == set(hashes)


def test_the_hashes_are_of_the_files(directory, hashes):
    for name, found in hashes.items():
        assert found == hashlib.sha256((directory / name).read_bytes()).hexdigest()


def test_mlmodel_says_everything_about_a_model(model, directory, finish):
    example = {"artifact_path": "input_example.json", "type": "ndarray"}
    (directory / "input_example.json").write_text("[[0.0, 1.0]]")
    signature = infer_signature([[0.0, 1.0]], [0])

    finish(SklearnFlavor().save(model, directory, None), signature=signature, example=example)

    written = described(directory)
    assert written.pop("mlflow_version", None) == installed_version("mlflow")
    assert written == {
        "artifact_path": "artifacts/model",
        "flavors": {
            "python_function": {
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "loader_module": "mlflow.sklearn",
                "model_path": "model.pkl",
                "predict_fn": "predict",
                "python_version": platform.python_version(),
            },
            "sklearn": {
                "code": None,
                "pickled_model": "model.pkl",
                "serialization_format": "cloudpickle",
                "skops_trusted_types": None,
                "sklearn_version": sklearn.__version__,
            },
        },
        "is_signature_from_type_hint": False,
        "model_id": "m-" + "b" * 32,
        "model_size_bytes": (directory / "model.pkl").stat().st_size + len("[[0.0, 1.0]]"),
        "model_uuid": "m-" + "b" * 32,
        "prompts": None,
        "run_id": "a" * 32,
        "saved_input_example_info": example,
        "signature": dict(signature.to_mlmodel()),
        "type_hint_from_example": False,
        "utc_time_created": "2026-01-02 03:04:05.000000",
    }


def test_times_are_in_utc(model, directory, finish):
    created = datetime(2026, 1, 2, 3, 4, 5, 6, timezone(timedelta(hours=2)))

    finish(SklearnFlavor().save(model, directory, None), created=created)

    assert described(directory)["utc_time_created"] == "2026-01-02 01:04:05.000006"


def test_a_model_that_cannot_predict_is_no_python_function(directory, finish):
    finish(Serialised("sklearn", {"pickled_model": "model.pkl"}, {}, frozenset()))

    assert list(described(directory)["flavors"]) == ["sklearn"]


def test_no_version_of_mlflow_is_claimed_where_it_is_not_installed(
    model, directory, finish, monkeypatch
):
    monkeypatch.setattr("autolog.capture.model.directory.installed_version", lambda name: None)

    finish(SklearnFlavor().save(model, directory, None))

    assert "mlflow_version" not in described(directory)


def test_local_modules_are_listed_where_mlflow_keeps_what_it_does_not_know(
    model, directory, finish, tmp_path, monkeypatch
):
    (tmp_path / "my_features.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("my_features")
    serialised = SklearnFlavor().save(model, directory, None)

    finish(msgspec.structs.replace(serialised, modules=serialised.modules | {"my_features"}))

    assert described(directory)["metadata"] == {
        "autolog_code_paths": [str(tmp_path / "my_features.py")]
    }
    assert "my" not in (directory / "requirements.txt").read_text()


def test_the_environment_is_told_in_three_forms(directory, hashes):
    packages = (directory / "requirements.txt").read_text().split()
    conda = yaml.safe_load((directory / "conda.yaml").read_text())
    python_env = yaml.safe_load((directory / "python_env.yaml").read_text())

    assert packages[1:] == sorted(packages[1:])
    assert f"scikit-learn=={sklearn.__version__}" in packages
    assert conda["dependencies"][0] == f"python={platform.python_version()}"
    assert conda["dependencies"][2] == {"pip": packages}
    assert python_env["python"] == platform.python_version()
    assert python_env["dependencies"] == ["-r requirements.txt"]


def test_mlmodel_is_there_only_once_all_is(model, directory, finish):
    serialised = SklearnFlavor().save(model, directory, None)
    (directory / "conda.yaml").mkdir()  # which cannot be replaced by a file

    with pytest.raises(OSError, match=r"conda\.yaml"):
        finish(serialised)

    assert not (directory / "MLmodel").exists()
