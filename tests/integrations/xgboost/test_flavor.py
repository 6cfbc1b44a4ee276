"""XGBoost's models as files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost

import autolog
from autolog.integration import ModelNotLoadable, ModelTooLarge, ModelUntrusted
from autolog.testing import record
from autolog_xgboost.flavor import XGBoostFlavor
from autolog_xgboost.options import Options

# XGBoost's newest versions are about to drop some boosters and estimators
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")

SMALL = {"n_estimators": 3, "max_depth": 2, "n_jobs": 1}


class Own(xgboost.XGBRegressor):
    """A class of the user's, in a module that can be imported."""


@pytest.fixture
def booster(task):
    return xgboost.train(task.params, task.train, 3, verbose_eval=False)


def saved(model, directory, flavor=None):
    return (flavor or XGBoostFlavor()).save(model, directory, None)


@pytest.mark.parametrize("model_format", ["ubj", "json"])
def test_a_booster_comes_back_as_it_was(booster, task, tmp_path, model_format):
    flavor = XGBoostFlavor().configured(Options(model_format=model_format))

    serialised = saved(booster, tmp_path, flavor)

    assert serialised.config == {
        "code": None,
        "data": f"model.{model_format}",
        "model_class": "xgboost.core.Booster",
        "model_format": model_format,
        "xgb_version": xgboost.__version__,
    }
    assert serialised.pyfunc == {
        "loader_module": "mlflow.xgboost",
        "data": f"model.{model_format}",
    }
    loaded = flavor.load(tmp_path, serialised.config, trusted=False)
    assert loaded.save_raw() == booster.save_raw()
    assert np.array_equal(loaded.predict(task.valid), booster.predict(task.valid))


def test_the_file_is_what_xgboost_itself_writes(booster, tmp_path):
    booster.save_model(tmp_path / "expected.ubj")

    saved(booster, tmp_path)

    assert (tmp_path / "model.ubj").read_bytes() == (tmp_path / "expected.ubj").read_bytes()


@pytest.mark.parametrize(
    "kind",
    [
        xgboost.XGBClassifier,
        xgboost.XGBRegressor,
        xgboost.XGBRFClassifier,
        xgboost.XGBRFRegressor,
    ],
)
def test_an_estimator_comes_back_as_such(task, tmp_path, kind):
    model = kind(**SMALL).fit(task.X, task.y)

    serialised = saved(model, tmp_path)

    loaded = XGBoostFlavor().load(tmp_path, serialised.config, trusted=False)
    assert type(loaded) is kind
    assert np.array_equal(loaded.predict(task.X), model.predict(task.X))


def test_a_ranker_comes_back_as_such(task, tmp_path):
    groups = np.repeat(np.arange(12), 10)
    model = xgboost.XGBRanker(**SMALL).fit(task.X, task.y, qid=groups)

    loaded = XGBoostFlavor().load(tmp_path, saved(model, tmp_path).config, trusted=False)

    assert np.array_equal(loaded.predict(task.X), model.predict(task.X))


def test_an_estimator_comes_back_with_what_stands_for_missing_values(task):
    rows = np.where(task.X > 1, -1, task.X)
    autolog.autolog()
    model = xgboost.XGBRegressor(**SMALL, missing=-1).fit(rows, task.y)

    loaded = autolog.load_model(autolog.last_run())

    assert loaded.missing == -1
    assert np.array_equal(loaded.predict(rows), model.predict(rows))


def test_an_estimator_comes_back_as_one_that_takes_categories(task):
    frame = pd.DataFrame({"kind": pd.Categorical(["a", "b"] * 60), "size": task.X[:, 0]})
    autolog.autolog()
    model = xgboost.XGBRegressor(**SMALL, enable_categorical=True).fit(frame, task.y)

    loaded = autolog.load_model(autolog.last_run())

    assert np.array_equal(loaded.predict(frame), model.predict(frame))


def test_saving_notes_nothing_on_the_users_booster(task, tmp_path):
    model = xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)
    model.get_booster().set_attr(scikit_learn="the user's own")

    saved(model, tmp_path)

    assert model.get_booster().attr("scikit_learn") == "the user's own"


def test_a_class_of_the_users_own_comes_back_only_where_it_may_be_imported(task, tmp_path):
    serialised = saved(Own(**SMALL).fit(task.X, task.y), tmp_path)
    changed = {**serialised.config, "model_class": "os.path.join"}

    assert serialised.config["model_class"] == f"{Own.__module__}.Own"
    with pytest.raises(ModelUntrusted, match="no class of XGBoost"):
        XGBoostFlavor().load(tmp_path, changed, trusted=False)


def test_a_class_that_cannot_be_imported_comes_back_as_its_ancestor(task, tmp_path):
    class Local(xgboost.XGBRegressor):
        pass

    serialised = saved(Local(**SMALL).fit(task.X, task.y), tmp_path)

    assert serialised.config["model_class"] == "xgboost.sklearn.XGBRegressor"


def test_what_is_no_class_cannot_be_loaded(booster, tmp_path):
    config = {**saved(booster, tmp_path).config, "model_class": "xgboost.Nothing"}

    with pytest.raises(ModelNotLoadable, match="Nothing"):
        XGBoostFlavor().load(tmp_path, config, trusted=False)


def test_a_damaged_file_cannot_be_loaded(booster, tmp_path):
    config = saved(booster, tmp_path).config
    (tmp_path / "model.ubj").write_bytes(b"{")

    with pytest.raises(ModelNotLoadable):
        XGBoostFlavor().load(tmp_path, config, trusted=False)


def test_a_model_that_is_too_large_leaves_nothing_behind(booster, tmp_path):
    with pytest.raises(ModelTooLarge):
        XGBoostFlavor().save(booster, tmp_path, 10)

    assert list(tmp_path.iterdir()) == []


def test_a_run_says_why_a_model_was_too_large(task):
    with record(max_model_bytes=10) as runs:
        xgboost.train(task.params, task.train, 3, verbose_eval=False)

        assert runs.only.models == {}
        assert "max_model_bytes" in runs.only.tags["autolog.model_skipped"]


def test_the_format_is_an_option(task):
    with record(xgboost={"model_format": "json"}) as runs:
        xgboost.train(task.params, task.train, 1, verbose_eval=False)

        assert "model/model.json" in runs.only.artifacts


def test_a_booster_is_kept_by_hand_with_its_signature(task):
    rows = pd.DataFrame(task.X, columns=list("abcd"))
    booster = xgboost.train(task.params, xgboost.DMatrix(rows, task.y), 2, verbose_eval=False)

    with autolog.run("by hand"):
        autolog.log_model(booster, "mine", inputs=rows)

    loaded = autolog.load_model(f"runs:/{autolog.last_run().run_id}/mine")
    assert loaded.feature_names == list("abcd")
    assert "autolog.signature_missing" not in autolog.last_run().tags


def test_a_recorded_booster_loads_back(task):
    autolog.autolog()
    booster = xgboost.train(task.params, task.train, 3, verbose_eval=False)

    loaded = autolog.load_model(autolog.last_run())

    assert type(loaded) is xgboost.Booster
    assert loaded.save_raw() == booster.save_raw()
