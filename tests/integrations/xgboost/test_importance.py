"""What the features of a model are worth."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xgboost

import autolog
from autolog.testing import record

# XGBoost's newest versions are about to drop some boosters and estimators
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")


def artifact(name):
    """The content of an artifact of the last run."""
    (found,) = [one for one in autolog.last_run().artifacts if one.path == name]
    return found.file.read_bytes()


def train(task, **params):
    return xgboost.train({**task.params, **params}, task.train, 3, verbose_eval=False)


def test_the_files_say_what_xgboost_says(task):
    autolog.autolog()
    task.train.feature_names = ["first", "second", "third", "fourth"]
    booster = train(task)

    for kind in ("weight", "gain"):
        told = json.loads(artifact(f"feature_importance_{kind}.json"))
        assert told == booster.get_score(importance_type=kind)
        assert list(told.values()) == sorted(told.values(), reverse=True)


def test_the_plots_are_drawn_when_they_are_looked_at(task):
    autolog.autolog()
    train(task)

    assert artifact("feature_importance_gain.png").startswith(b"\x89PNG")


def test_the_kinds_are_an_option(task):
    with record(xgboost={"importance_types": ["cover", "total_gain"]}) as runs:
        train(task)

        found = {name for name in runs.only.artifacts if name.endswith(".png")}
        assert found == {
            "feature_importance_cover.png",
            "feature_importance_total_gain.png",
        }


def test_the_usual_kinds_are_weight_and_gain(task):
    with record(xgboost={"importance_types": None}) as runs:
        train(task)

        found = {name for name in runs.only.artifacts if name.endswith(".png")}
        assert found == {"feature_importance_weight.png", "feature_importance_gain.png"}


def test_a_kind_that_there_is_not_is_said(task, caplog):
    with record(strict=False, xgboost={"importance_types": ["colour"]}) as runs:
        train(task)

        assert "colour" in caplog.text
        assert "colour" in runs.only.tags["autolog.error"]
        assert "model" in runs.only.models


def test_without_plots_there_are_the_files(task):
    with record(log_plots=False) as runs:
        train(task)

        assert "feature_importance_weight.json" in runs.only.artifacts
        assert "feature_importance_weight.png" not in runs.only.artifacts


def test_a_model_without_splits_has_none(task):
    with record() as runs:
        train(task, gamma=1e9)

        assert not any("importance" in name for name in runs.only.artifacts)


def test_of_thousands_of_features_those_that_count_most_are_drawn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 2000)).astype(np.float32)
    autolog.autolog()

    xgboost.train({"nthread": 1}, xgboost.DMatrix(rows, rng.normal(size=60)), 20)

    drawn = json.loads(artifact("feature_importance_gain.plot.json"))
    assert len(drawn["features"]) == 20
    assert drawn["total"] == 2000
    assert len(json.loads(artifact("feature_importance_gain.json"))) > 20


def test_a_linear_model_of_several_classes_has_a_weight_for_each(task):
    params = {"booster": "gblinear", "objective": "multi:softprob", "num_class": 2}
    autolog.autolog()

    xgboost.train(params, task.train, 2, verbose_eval=False)

    told = json.loads(artifact("feature_importance_weight.json"))
    assert {len(weights) for weights in told.values()} == {2}
    assert artifact("feature_importance_weight.png").startswith(b"\x89PNG")
