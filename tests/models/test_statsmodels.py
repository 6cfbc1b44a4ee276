"""The installed MLflow loads the models of statsmodels and predicts with them, and so do we."""

from __future__ import annotations

import json
import pickle
import runpy
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autolog.model_loading import load_model
from autolog.testing import record

EXAMPLES = runpy.run_path(
    str(Path(__file__).parents[1] / "integrations" / "statsmodels" / "fits.py")
)

LOAD_AND_SAVE = """
import json, pickle, sys, mlflow, numpy as np

def told(predicted):
    return np.asarray(predicted, dtype=float).ravel().tolist()

found = {}
for name, (path, file) in json.load(open(sys.argv[1])).items():
    with open(file, "rb") as opened:
        rows = pickle.load(opened)
    native = mlflow.statsmodels.load_model(path)
    found[name] = {
        "kind": type(native).__name__,
        "generic": told(mlflow.pyfunc.load_model(path).predict(rows)),
    }
    mlflow.statsmodels.save_model(native, path + "-theirs", pip_requirements=["statsmodels"])
print(json.dumps(found))
"""

ARRAY = EXAMPLES["X"][:7]
# MLflow takes the categories of pandas for texts, and refuses categories then
FRAME = EXAMPLES["FRAME"][:7].assign(city=lambda frame: frame["city"].astype(object))
STEPS = pd.DataFrame({"start": [118], "end": [124]})
CASES = {
    "OLS": ARRAY,
    "OLS of a formula": FRAME[["a", "b", "city"]],
    "WLS": ARRAY,
    "QuantReg": FRAME[["a", "b"]],
    "RLM": ARRAY,
    "MixedLM": FRAME[["a"]],
    "GLM, Poisson": FRAME[["a", "b"]],
    "GEE": FRAME[["a", "b"]],
    "Logit": ARRAY,
    "Logit of a formula": FRAME[["a", "b"]],
    "MNLogit": ARRAY,
    "Poisson": ARRAY,
    "OrderedModel": ARRAY[:, 1:],
    "AutoReg": STEPS,
    "ARIMA": STEPS,
    "SARIMAX": STEPS,
    "UnobservedComponents": STEPS,
    "ETSModel": STEPS,
    "ExponentialSmoothing": STEPS,
}

pytestmark = [
    pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ModelWarning"),
    pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning"),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The results, and the directories of their models as runs have kept them."""
    results, directories = {}, {}
    for name in CASES:
        with record() as runs:
            results[name] = EXAMPLES["FITS"][name]()
            directories[name] = tmp_path_factory.mktemp("kept") / "model"
            assert "autolog.signature_missing" not in runs.only.tags
            shutil.copytree(
                runs.session.directory / "artifacts" / runs.only.run_id / "model",
                directories[name],
            )
    return results, directories


@pytest.fixture(scope="module")
def in_theirs(kept, in_mlflow, tmp_path_factory):
    """What MLflow makes of the directories."""
    folder = tmp_path_factory.mktemp("rows")
    asked = {}
    for place, (name, rows) in enumerate(CASES.items()):
        file = folder / f"{place}.pkl"
        file.write_bytes(pickle.dumps(rows))
        asked[name] = (str(kept[1][name]), str(file))
    (folder / "asked.json").write_text(json.dumps(asked))
    found, _ = in_mlflow(LOAD_AND_SAVE, folder / "asked.json")
    return found


def predicted(result, rows):
    answer = result.predict(start=118, end=124) if rows is STEPS else result.predict(rows)
    return np.asarray(answer, dtype=float).ravel()


@pytest.mark.parametrize("name", CASES)
def test_mlflow_predicts_what_the_result_predicts(kept, in_theirs, name):
    result = kept[0][name]

    assert in_theirs[name]["kind"] == type(result).__name__
    np.testing.assert_array_equal(in_theirs[name]["generic"], predicted(result, CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_autolog_loads_its_own_models(kept, name):
    loaded = load_model(kept[1][name], trust=True)

    np.testing.assert_array_equal(
        predicted(loaded, CASES[name]), predicted(kept[0][name], CASES[name])
    )


@pytest.mark.parametrize("name", ["OLS", "OLS of a formula", "ARIMA"])
def test_autolog_loads_the_models_that_mlflow_writes(kept, in_theirs, name):
    loaded = load_model(Path(f"{kept[1][name]}-theirs"), trust=True)

    np.testing.assert_array_equal(
        predicted(loaded, CASES[name]), predicted(kept[0][name], CASES[name])
    )
