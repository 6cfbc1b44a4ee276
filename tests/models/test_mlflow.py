"""The installed MLflow takes our directories for its own."""

from __future__ import annotations

import pytest
import yaml
from sklearn.ensemble import RandomForestClassifier

from autolog.installed import installed_version
from autolog.model_loading import load_model
from autolog_sklearn.flavor import SklearnFlavor

LOAD = """
import json, sys, mlflow, mlflow.sklearn, pandas
path, rows = sys.argv[1], pandas.read_pickle(sys.argv[2])
native = mlflow.sklearn.load_model(path)
generic = mlflow.pyfunc.load_model(path)
print(json.dumps({
    "kind": type(native).__name__,
    "native": native.predict(rows).tolist(),
    "generic": generic.predict(rows).tolist(),
    "columns": generic.metadata.get_input_schema().input_names(),
    "run_id": generic.metadata.run_id,
}))
"""

ENFORCE = """
import json, sys, mlflow, pandas
from mlflow.exceptions import MlflowException
rows = pandas.read_pickle(sys.argv[2])
model = mlflow.pyfunc.load_model(sys.argv[1])
wrong = {
    "column": rows.rename(columns={rows.columns[0]: "other"}),
    "type": rows.astype({rows.columns[0]: str}),
}
refused = {}
for name, data in wrong.items():
    try:
        model.predict(data)
    except MlflowException as error:
        refused[name] = str(error)
shuffled = rows[[*reversed(rows.columns)]]
print(json.dumps({"refused": refused, "shuffled": model.predict(shuffled).tolist()}))
"""

SAVE = """
import json, sys, warnings, mlflow.sklearn, pandas
from mlflow.models import infer_signature
rows = pandas.read_pickle(sys.argv[2])[:5]
warnings.simplefilter("ignore")
model = mlflow.sklearn.load_model(sys.argv[1])
mlflow.sklearn.save_model(
    model, sys.argv[3], serialization_format=sys.argv[4],
    signature=infer_signature(rows, model.predict(rows)), input_example=rows,
)
print("{}")
"""


def test_mlflow_loads_predicts_and_has_nothing_to_complain_of(
    model, rows, expected, iris, in_mlflow
):
    loaded, said = in_mlflow(LOAD, model, rows)

    assert loaded == {
        "kind": "LogisticRegression",
        "native": expected,
        "generic": expected,
        "columns": list(iris[0].columns),
        "run_id": "a" * 32,
    }
    assert "mismatch" not in said
    assert "WARNING" not in said


def test_mlflow_loads_what_was_written_where_it_was_not_installed(
    save, classifier, rows, expected, iris, in_mlflow, monkeypatch
):
    for asking in ("directory", "requirements"):
        monkeypatch.setattr(
            f"autolog.capture.model.{asking}.installed_version",
            lambda name: None if name == "mlflow" else installed_version(name),
        )
    directory = save(classifier, iris[0][:5])

    loaded, said = in_mlflow(LOAD, directory, rows)

    assert loaded["generic"] == expected
    assert (directory / "requirements.txt").read_text().split()[0] == "mlflow"
    assert "WARNING" not in said


def test_mlflow_enforces_our_signature(model, rows, expected, in_mlflow):
    found, _ = in_mlflow(ENFORCE, model, rows)

    assert "missing inputs ['sepal length (cm)']" in found["refused"]["column"]
    assert "Incompatible input types" in found["refused"]["type"]
    assert found["shuffled"] == expected


def test_mlflow_loads_a_skops_file_with_the_types_that_we_name(save, iris, rows, in_mlflow):
    forest = RandomForestClassifier(5, random_state=0).fit(*iris)
    directory = save(forest, iris[0][:5], SklearnFlavor("skops"))

    loaded, _ = in_mlflow(LOAD, directory, rows)

    assert loaded["native"] == forest.predict(iris[0][::10]).tolist()
    assert loaded["generic"] == loaded["native"]


@pytest.mark.parametrize("written", ["cloudpickle", "skops"])
def test_a_directory_says_what_one_of_mlflows_own_says(
    save, iris, classifier, rows, tmp_path, in_mlflow, written
):
    example = {
        "artifact_path": "input_example.json",
        "pandas_orient": "split",
        "serving_input_path": "serving_input_example.json",
        "type": "dataframe",
    }
    ours = save(classifier, iris[0][:5], SklearnFlavor(written), example)
    in_mlflow(SAVE, ours, rows, tmp_path / "theirs", written)

    theirs, found = (described(folder) for folder in (tmp_path / "theirs", ours))

    # where and when it was made, and how large the files of examples are
    own = ("model_id", "model_size_bytes", "model_uuid", "utc_time_created")
    assert {type(found.pop(name)) for name in own} == {str, int}
    for name in own:
        theirs.pop(name)
    # `save_model` knows of no run, and leaves out what it does not know
    assert found.pop("artifact_path") == str(ours)
    assert found.pop("run_id") == "a" * 32
    assert found == theirs
    assert list(found) == list(theirs)


def test_the_environment_files_say_what_mlflows_own_say(model, rows, tmp_path, in_mlflow):
    in_mlflow(SAVE, model, rows, tmp_path / "theirs", "cloudpickle")
    theirs = tmp_path / "theirs"

    python_env = yaml.safe_load((model / "python_env.yaml").read_text())
    conda = yaml.safe_load((model / "conda.yaml").read_text())
    packages = (model / "requirements.txt").read_text().split()
    their_packages = (theirs / "requirements.txt").read_text().split()
    their_conda = yaml.safe_load((theirs / "conda.yaml").read_text())

    assert python_env == yaml.safe_load((theirs / "python_env.yaml").read_text())
    assert conda.keys() == their_conda.keys()
    assert conda["dependencies"][:2] == their_conda["dependencies"][:2]
    assert packages[0] == their_packages[0]
    assert set(packages) <= set(their_packages)


@pytest.mark.parametrize("written", ["cloudpickle", "skops"])
def test_we_load_what_mlflow_saves(model, rows, tmp_path, in_mlflow, expected, iris, written):
    in_mlflow(SAVE, model, rows, tmp_path / "theirs", written)

    loaded = load_model(tmp_path / "theirs", trust=True)

    assert loaded.predict(iris[0][::10]).tolist() == expected


def described(directory):
    return yaml.safe_load((directory / "MLmodel").read_text())
