"""Boosters are kept as LightGBM's text, estimators so that they come back as estimators."""

from __future__ import annotations

import json

import lightgbm
import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor

import autolog
from autolog.errors import ModelNotLoadable, ModelTooLarge
from autolog_lightgbm.flavor import LightGBMFlavor

TINY = {"n_estimators": 3, "num_leaves": 4, "n_jobs": 1, "verbose": -1}


class Own(LGBMClassifier):
    """A user's classifier, which pickles itself as it likes."""

    def __getstate__(self):
        return {**super().__getstate__(), "pickled_by": "its own code"}


@pytest.fixture
def frame(table):
    """The same rows, with names, categories and missing values."""
    frame = pd.DataFrame(table[0], columns=["a", "b", "c", "d", "e"])
    frame["kind"] = pd.Categorical(np.where(frame["a"] > 0, "high", "low"))
    frame.loc[::9, "b"] = np.nan
    return frame


def file_of(run, path):
    """A file of a run, drawn if it is a plot."""
    return next(artifact.file for artifact in run.artifacts if artifact.path == path)


def importance(run, kind):
    return json.loads(file_of(run, f"feature_importance_{kind}.json").read_text())


def test_a_booster_is_kept_as_text_and_comes_back(binary, frame, table):
    autolog.autolog(silent=True)
    booster = lightgbm.train(binary, lightgbm.Dataset(frame, table[1]), 3)
    run = autolog.last_run()

    loaded = autolog.load_model(run)

    assert file_of(run, "model/model.lgb").read_text() == booster.model_to_string()
    assert type(loaded) is lightgbm.Booster
    assert np.array_equal(loaded.predict(frame), booster.predict(frame))


def test_a_booster_that_stays_in_training_is_kept_too(binary, table):
    autolog.autolog(silent=True)
    train_set = lightgbm.Dataset(*table)
    booster = lightgbm.train(binary, train_set, 3, keep_training_booster=True)

    loaded = autolog.load_model(autolog.last_run())
    booster.update()

    assert loaded.current_iteration() == 3
    assert booster.current_iteration() == 4


def test_a_model_that_was_stopped_early_predicts_with_its_best_rounds(binary, sets, table):
    params = {**binary, "learning_rate": 2.0, "early_stopping_round": 2}
    autolog.autolog(silent=True)
    booster = lightgbm.train(params, sets[0], 30, valid_sets=[sets[1]])

    loaded = autolog.load_model(autolog.last_run())

    assert np.array_equal(loaded.predict(table[0]), booster.predict(table[0]))


@pytest.mark.parametrize("model_format", ["cloudpickle", "skops"])
@pytest.mark.parametrize("kind", [LGBMClassifier, LGBMRegressor])
def test_an_estimator_comes_back_as_one(frame, table, kind, model_format):
    autolog.autolog(silent=True, lightgbm={"model_format": model_format})
    fitted = kind(**TINY).fit(frame, table[1])

    loaded = autolog.load_model(autolog.last_run())

    assert type(loaded) is kind
    assert loaded.get_params() == fitted.get_params()
    assert vars(loaded).keys() == vars(fitted).keys()
    assert vars(loaded.booster_).keys() == vars(fitted.booster_).keys()
    assert loaded.booster_.model_to_string() == fitted.booster_.model_to_string()
    assert np.array_equal(loaded.predict(frame), fitted.predict(frame))


def test_the_text_of_an_estimators_booster_lies_beside_it(table):
    autolog.autolog(silent=True)
    fitted = LGBMClassifier(**TINY).fit(*table)
    run = autolog.last_run()

    text = file_of(run, "model/model.lgb").read_text()

    assert file_of(run, "model/model.pkl").exists()
    assert text == fitted.booster_.model_to_string()
    assert "autolog" not in file_of(run, "model/requirements.txt").read_text()


def test_an_estimator_of_the_users_own_is_pickled_by_its_own_code(table):
    autolog.autolog(silent=True)
    Own(**TINY).fit(*table)

    loaded = autolog.load_model(autolog.last_run())

    assert loaded.pickled_by == "its own code"


def test_an_objective_of_ones_own_comes_back_with_its_estimator(table):
    autolog.autolog(silent=True)
    LGBMRegressor(**TINY, objective=lambda truth, guess: (guess - truth, np.ones(len(truth)))).fit(
        *table
    )

    loaded = autolog.load_model(autolog.last_run())

    assert callable(loaded.objective)


def test_what_features_are_worth_is_what_the_model_says(binary, frame, table):
    autolog.autolog(silent=True)
    booster = lightgbm.train(binary, lightgbm.Dataset(frame, table[1]), 3)

    run = autolog.last_run()

    for kind in ("split", "gain"):
        worth = booster.feature_importance(kind)
        assert importance(run, kind) == dict(zip(booster.feature_name(), worth, strict=True))
        assert file_of(run, f"feature_importance_{kind}.png").read_bytes().startswith(b"\x89PNG")


def test_of_thousands_of_features_all_are_kept_and_few_are_drawn(binary):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(60, 3000))
    autolog.autolog(silent=True)
    lightgbm.train(binary, lightgbm.Dataset(inputs, inputs[:, 7] > 0), 2)

    run = autolog.last_run()

    assert len(importance(run, "gain")) == 3000
    assert next(iter(importance(run, "gain"))) == "Column_7"
    drawn = json.loads(file_of(run, "feature_importance_gain.plot.json").read_text())
    assert (len(drawn["features"]), drawn["total"]) == (20, 3000)


def test_a_model_that_is_kept_by_hand(table, tmp_path):
    fitted = LGBMClassifier(**TINY).fit(*table)

    with autolog.run("by hand"):
        autolog.log_model(fitted, "best", inputs=table[0])

    loaded = autolog.load_model(f"runs:/{autolog.last_run().run_id}/best")
    assert np.array_equal(loaded.predict(table[0]), fitted.predict(table[0]))


def test_an_estimator_that_was_not_fitted_is_no_model():
    assert not LightGBMFlavor().accepts(LGBMClassifier())
    assert not LightGBMFlavor().accepts("a text")


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_a_model_that_is_too_large_leaves_nothing_behind(table, tmp_path, share):
    fitted = LGBMClassifier(**TINY).fit(*table)
    limit = int(share * len(fitted.booster_.model_to_string()))

    with pytest.raises(ModelTooLarge):
        LightGBMFlavor().save(fitted, tmp_path, limit)

    assert list(tmp_path.iterdir()) == []


def test_a_text_that_is_cut_short_is_said_to_be_no_model(binary, table, tmp_path):
    booster = lightgbm.train(binary, lightgbm.Dataset(*table), 3)
    serialised = LightGBMFlavor().save(booster, tmp_path, None)
    file = tmp_path / "model.lgb"
    file.write_text(file.read_text()[:40])

    with pytest.raises(ModelNotLoadable):
        LightGBMFlavor().load(tmp_path, serialised.config, trusted=True)
