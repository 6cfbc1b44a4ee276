"""Estimators as files: which are taken, how they are written, and that they come back."""

from __future__ import annotations

import subprocess
import sys

import cloudpickle
import numpy as np
import pytest
import sklearn
import skops
from packaging.version import Version
from sklearn.cluster import DBSCAN
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from autolog.capture.model.requirements import requirements_of
from autolog.errors import ModelDamaged
from autolog_sklearn.flavor import SklearnFlavor

SCRIPT = """
from pathlib import Path
from sklearn.base import BaseEstimator
from autolog.testing import record
from autolog_sklearn.flavor import SklearnFlavor

class Mine(BaseEstimator):
    def fit(self, X, y):
        self.constant_ = max(y)
        return self

    def predict(self, X):
        return [self.constant_] * len(X)

with record():
    model = Mine().fit([[0.0], [1.0]], [3, 7])
    SklearnFlavor().save(model, Path({folder!r}), None)
"""

ELSEWHERE = """
import pickle, sys
model = pickle.load(open({file!r}, "rb"))
print(model.fit([[0.0]], [5]).predict([[1.0]]), [name for name in sys.modules if "autolog" in name])
"""

FORMATS = ["cloudpickle", "skops"]


class Plain:
    def fit(self, X, y):
        return self

    def predict(self, X):
        return [0] * len(X)


@pytest.fixture
def forest():
    return RandomForestClassifier(3, random_state=0).fit([[0.0], [1.0], [2.0]], [0, 1, 1])


@pytest.mark.parametrize("model", [LogisticRegression(), StandardScaler(), DBSCAN(), Plain()])
def test_estimators_are_taken_and_what_is_used_like_them(model):
    assert SklearnFlavor().accepts(model)


@pytest.mark.parametrize("model", [None, 1, "model", {}, LogisticRegression, Plain, np.ones(3)])
def test_nothing_else_is_taken(model):
    assert not SklearnFlavor().accepts(model)


@pytest.mark.parametrize("written", FORMATS)
def test_a_model_comes_back_from_either_format(tmp_path, forest, written):
    serialised = SklearnFlavor(written).save(forest, tmp_path, None)

    loaded = SklearnFlavor().load(tmp_path, serialised.config, trusted=True)

    np.testing.assert_array_equal(loaded.predict_proba([[0.5]]), forest.predict_proba([[0.5]]))


def test_a_pickle_is_described_as_mlflow_does(tmp_path, forest):
    serialised = SklearnFlavor().save(forest, tmp_path, None)

    assert [path.name for path in tmp_path.iterdir()] == ["model.pkl"]
    assert serialised.config == {
        "code": None,
        "pickled_model": "model.pkl",
        "serialization_format": "cloudpickle",
        "skops_trusted_types": None,
        "sklearn_version": sklearn.__version__,
    }
    assert serialised.pyfunc == {
        "loader_module": "mlflow.sklearn",
        "model_path": "model.pkl",
        "predict_fn": "predict",
    }


@pytest.mark.skipif(
    Version(skops.__version__) < Version("0.15"),
    reason="skops trusts the trees of scikit-learn before 0.15",
)
def test_a_skops_file_is_described_with_the_types_that_it_is_trusted_with(tmp_path, forest):
    serialised = SklearnFlavor("skops").save(forest, tmp_path, None)

    assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]
    assert serialised.config["serialization_format"] == "skops"
    assert serialised.config["skops_trusted_types"] == ["sklearn.tree._tree.Tree"]


@pytest.mark.parametrize(
    ("written", "library"), [("cloudpickle", cloudpickle), ("skops", skops)], ids=FORMATS
)
def test_what_it_takes_to_load_it_is_named(tmp_path, forest, written, library):
    serialised = SklearnFlavor(written).save(forest, tmp_path, None)

    assert requirements_of(serialised.modules).packages[1:] == sorted(
        [
            f"{written}=={library.__version__}",
            f"numpy=={np.__version__}",
            f"scikit-learn=={sklearn.__version__}",
        ]
    )


def test_a_class_of_a_recorded_script_loads_where_neither_it_nor_autolog_is(tmp_path):
    script = SCRIPT.format(folder=str(tmp_path))
    elsewhere = ELSEWHERE.format(file=str(tmp_path / "model.pkl"))

    subprocess.run([sys.executable, "-c", script], check=True)
    told = subprocess.run(
        [sys.executable, "-c", elsewhere], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[5] []\n"


def test_a_module_of_the_users_is_listed_apart(tmp_path, monkeypatch):
    (tmp_path / "my_estimators.py").write_text(
        "from sklearn.base import BaseEstimator\nclass Mine(BaseEstimator): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    from my_estimators import Mine

    serialised = SklearnFlavor().save(Mine(), tmp_path, None)

    assert requirements_of(serialised.modules).code_paths == [str(tmp_path / "my_estimators.py")]
    del sys.modules["my_estimators"]


def test_a_model_without_predict_has_no_python_function(tmp_path):
    assert SklearnFlavor().save(StandardScaler(), tmp_path, None).pyfunc == {}


def test_signatures_are_of_predict_or_else_of_transform():
    regression, scaler, clusters = LinearRegression(), StandardScaler(), DBSCAN()

    assert SklearnFlavor().predict_method(regression) == regression.predict
    assert SklearnFlavor().predict_method(scaler) == scaler.transform
    assert SklearnFlavor().predict_method(clusters) is None


def test_an_entry_without_a_file_is_told(tmp_path):
    with pytest.raises(ModelDamaged, match="pickled_model"):
        SklearnFlavor().load(tmp_path, {}, trusted=True)
