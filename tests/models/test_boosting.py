"""The installed MLflow loads every kind of model that XGBoost and LightGBM train, and so do we."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
import yaml

from autolog.model_loading import load_model
from autolog.testing import record

_RANDOM = np.random.default_rng(7)
_ROWS = 120
_NUMBERS = _RANDOM.normal(size=(_ROWS, 3))
_NOISE = _RANDOM.normal(size=_ROWS)
AMOUNTS = _NUMBERS @ [1.0, -2.0, 0.5] + _NOISE
TWO = (AMOUNTS > 0).astype(int)
THREE = np.digitize(AMOUNTS, [-1.5, 1.5])
NUMBERS = pd.DataFrame(_NUMBERS, columns=["age", "income", "debt"])
MIXED = NUMBERS.assign(city=pd.Categorical(np.array(["Bonn", "Paris", "Rome"])[THREE]))
MIXED.loc[::9, "debt"] = np.nan
TRAIN, TEST = slice(0, 80), slice(80, None)
QUERIES = np.repeat(np.arange(8), 10)

LOAD_AND_SAVE = """
import importlib, json, pickle, sys, mlflow, pandas, xgboost
from mlflow.exceptions import MlflowException

def told(predicted):
    return getattr(predicted, "to_numpy", lambda: predicted)().tolist()

def predicted(model, rows):
    try:
        return told(model.predict(rows))
    except MlflowException as error:
        return str(error)

found = {}
for name, (path, library, file) in json.load(open(sys.argv[1])).items():
    flavor = importlib.import_module(f"mlflow.{library}")
    with open(file, "rb") as opened:
        rows = pickle.load(opened)
    native = flavor.load_model(path)
    boosts = type(native) is xgboost.Booster
    given = xgboost.DMatrix(rows, enable_categorical=True) if boosts else rows
    found[name] = {
        "kind": type(native).__name__,
        "native": told(native.predict(given)),
        "generic": predicted(mlflow.pyfunc.load_model(path), rows),
    }
    written = {"serialization_format": "cloudpickle"} if library == "lightgbm" else {}
    flavor.save_model(native, path + "-theirs", pip_requirements=[library], **written)
print(json.dumps(found))
"""

TRAININGS = {
    "XGBoost's booster": lambda: (_xgboost(NUMBERS, TWO, objective="binary:logistic"), NUMBERS),
    "XGBoost's booster of arrays": lambda: (_xgboost(_NUMBERS, AMOUNTS), _NUMBERS),
    "XGBoost's booster that stopped early": lambda: (
        _xgboost(NUMBERS, THREE, rounds=40, early_stopping_rounds=2, num_class=3),
        NUMBERS,
    ),
    "XGBoost's booster with categories": lambda: (_xgboost(MIXED, AMOUNTS), MIXED),
    "XGBClassifier": lambda: (
        xgboost.XGBClassifier(n_estimators=40, early_stopping_rounds=2).fit(
            NUMBERS[TRAIN], THREE[TRAIN], eval_set=[(NUMBERS[TEST], THREE[TEST])], verbose=False
        ),
        NUMBERS,
    ),
    "XGBRegressor with categories": lambda: (
        xgboost.XGBRegressor(n_estimators=5, enable_categorical=True).fit(MIXED, AMOUNTS),
        MIXED,
    ),
    "XGBRanker": lambda: (
        xgboost.XGBRanker(n_estimators=5).fit(NUMBERS[TRAIN], TWO[TRAIN], qid=QUERIES),
        NUMBERS,
    ),
    "XGBRFClassifier": lambda: (
        xgboost.XGBRFClassifier(n_estimators=5).fit(_NUMBERS, TWO),
        _NUMBERS,
    ),
    "LightGBM's booster": lambda: (_lightgbm(NUMBERS, TWO, objective="binary"), NUMBERS),
    "LightGBM's booster of arrays": lambda: (_lightgbm(_NUMBERS, AMOUNTS), _NUMBERS),
    "LightGBM's booster that stopped early": lambda: (
        _lightgbm(
            NUMBERS, THREE, rounds=40, early_stopping_round=2, objective="multiclass", num_class=3
        ),
        NUMBERS,
    ),
    "LightGBM's booster with categories": lambda: (_lightgbm(MIXED, AMOUNTS), MIXED),
    "LGBMClassifier": lambda: (
        lightgbm.LGBMClassifier(n_estimators=5, verbosity=-1).fit(
            NUMBERS, np.array(["low", "middle", "high"])[THREE]
        ),
        NUMBERS,
    ),
    "LGBMRegressor with categories": lambda: (
        lightgbm.LGBMRegressor(n_estimators=5, verbosity=-1).fit(MIXED, AMOUNTS),
        MIXED,
    ),
    "LGBMRanker": lambda: (
        lightgbm.LGBMRanker(n_estimators=5, verbosity=-1).fit(
            NUMBERS[TRAIN], TWO[TRAIN], group=[10] * 8
        ),
        NUMBERS,
    ),
}
"""By name: what trains, and gives the model and data to predict on."""


def _xgboost(data, targets, *, rounds=5, early_stopping_rounds=None, **params):
    train, test = (
        xgboost.DMatrix(data[part], targets[part], enable_categorical=True)
        for part in (TRAIN, TEST)
    )
    return xgboost.train(
        {"objective": "multi:softprob" if "num_class" in params else "reg:squarederror"} | params,
        train,
        rounds,
        evals=[(test, "test")],
        early_stopping_rounds=early_stopping_rounds,
        verbose_eval=False,
    )


def _lightgbm(data, targets, *, rounds=5, **params):
    train = lightgbm.Dataset(data[TRAIN], targets[TRAIN])
    test = lightgbm.Dataset(data[TEST], targets[TEST], reference=train)
    return lightgbm.train({"verbosity": -1} | params, train, rounds, valid_sets=[test])


def predicted(model, rows):
    given = xgboost.DMatrix(rows, enable_categorical=True)
    return model.predict(given if isinstance(model, xgboost.Booster) else rows).tolist()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """By name: a trained model, data to predict on, and the folder that the model was kept in."""
    folder = tmp_path_factory.mktemp("recorded")
    found = {}
    for name, train in TRAININGS.items():
        with record() as runs:
            model, rows = train()
            kept = runs.session.directory / "artifacts" / runs.only.run_id / "model"
            found[name] = model, rows, shutil.copytree(kept, folder / name)
    return found


@pytest.fixture(scope="module")
def in_mlflow_by_name(recorded, in_mlflow, tmp_path_factory):
    """By name: what MLflow loads and predicts, and what it complains of."""
    folder = tmp_path_factory.mktemp("rows")
    asked = {}
    for number, (name, (_, rows, directory)) in enumerate(recorded.items()):
        file = folder / f"{number}.pkl"
        file.write_bytes(pickle.dumps(rows))
        asked[name] = str(directory), library_of(name), str(file)
    (folder / "asked.json").write_text(json.dumps(asked))
    return in_mlflow(LOAD_AND_SAVE, folder / "asked.json")


def library_of(name):
    return "xgboost" if name.startswith("XGB") else "lightgbm"


@pytest.mark.parametrize("name", TRAININGS)
def test_mlflow_loads_a_model_and_predicts_the_same(recorded, in_mlflow_by_name, name):
    model, rows, _ = recorded[name]
    loaded, _ = in_mlflow_by_name

    expected = predicted(model, rows)

    assert loaded[name]["kind"] == type(model).__name__
    assert loaded[name]["native"] == expected
    if "categories" in name:
        # so it does with its own models: it knows columns of text, and casts to them
        assert "Can not safely convert category" in loaded[name]["generic"]
    else:
        assert loaded[name]["generic"] == expected


def test_mlflow_has_nothing_to_complain_of_when_it_loads(in_mlflow_by_name):
    _, said = in_mlflow_by_name

    warned = [line for line in said.splitlines() if "WARNING" in line]
    assert [line for line in warned if "Saving the models in the pickle" not in line] == []


@pytest.mark.parametrize("name", TRAININGS)
def test_a_directory_describes_its_model_as_one_of_mlflows_own(recorded, in_mlflow_by_name, name):
    _, _, directory = recorded[name]

    theirs, ours = (flavors_in(folder) for folder in (f"{directory}-theirs", directory))

    assert ours == theirs


@pytest.mark.parametrize("written", ["", "-theirs"])
@pytest.mark.parametrize("name", TRAININGS)
def test_we_load_what_we_and_what_mlflow_wrote(recorded, in_mlflow_by_name, name, written):
    model, rows, directory = recorded[name]

    loaded = load_model(f"{directory}{written}", trust=True)

    assert type(loaded) is type(model)
    assert predicted(loaded, rows) == predicted(model, rows)


def flavors_in(folder):
    return yaml.safe_load((Path(folder) / "MLmodel").read_text())["flavors"]
