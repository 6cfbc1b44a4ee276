"""Every outermost fit of a model is one run, by whatever door."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.cluster import DBSCAN, KMeans, MeanShift
from sklearn.datasets import load_iris, make_regression
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.manifold import TSNE
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autolog.testing import record

X, Y = load_iris(return_X_y=True)
EFFORT = {"fit_cpu_seconds", "fit_seconds", "peak_rss_bytes"}


class FirstLabel(ClassifierMixin, BaseEstimator):
    """A user's own classifier, which always says the same."""

    def __init__(self, penalty=1.0):
        self.penalty = penalty

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


class FitsForOthers:
    """A mixin that knows nothing of scikit-learn."""

    def fit(self, X, y=None):
        return self


class Mixed(FitsForOthers, BaseEstimator):
    """An estimator whose fit comes from a class that is none."""


def test_a_classifier_becomes_one_finished_run():
    model = DecisionTreeClassifier(max_depth=2)

    with record() as runs:
        model.fit(X, Y)

    run = runs.only
    assert run.name == "DecisionTreeClassifier"
    assert run.status == "FINISHED"
    assert run.params == {name: str(value) for name, value in model.get_params().items()}
    assert run.tags["estimator_name"] == "DecisionTreeClassifier"
    assert run.tags["estimator_class"] == "sklearn.tree._classes.DecisionTreeClassifier"
    assert "autolog.error" not in run.tags
    assert run.metrics.keys() == EFFORT | {
        "training_accuracy_score",
        "training_f1_score",
        "training_log_loss",
        "training_precision_score",
        "training_recall_score",
        "training_roc_auc",
        "training_score",
    }
    assert run.metrics["training_score"] == model.score(X, Y)


def test_a_regressor_has_the_metrics_of_regressors():
    with record() as runs:
        LinearRegression().fit(*make_regression(random_state=0))

    assert runs.only.metrics.keys() == EFFORT | {
        "training_mean_absolute_error",
        "training_mean_squared_error",
        "training_r2_score",
        "training_root_mean_squared_error",
        "training_score",
    }


@pytest.mark.parametrize(
    "model",
    [LinearRegression(copy_X=False), make_pipeline(StandardScaler(copy=False), LinearRegression())],
)
def test_data_that_the_fit_may_have_overwritten_are_not_predicted_on(model):
    inputs, targets = make_regression(random_state=0)
    as_without = inputs.copy()
    clone(model).fit(as_without, targets)
    with record() as runs:
        model.fit(inputs, targets)

    assert runs.only.metrics.keys() == EFFORT
    assert np.array_equal(inputs, as_without)


@pytest.mark.parametrize(
    "train",
    [
        lambda: PCA(2).fit_transform(X),
        lambda: TSNE(max_iter=250, perplexity=5, init="random").fit_transform(X[:20]),
        lambda: KMeans(2, n_init=1).fit_predict(X),
        lambda: KMeans(2, n_init=1).fit_transform(X),
        lambda: DBSCAN().fit_predict(X),
        lambda: MeanShift().fit_predict(X[:20]),
        lambda: IsolationForest(n_estimators=5).fit_predict(X),
        lambda: make_pipeline(StandardScaler(), PCA(2)).fit_transform(X),
        lambda: make_pipeline(StandardScaler(), KMeans(2, n_init=1)).fit_predict(X),
        lambda: DecisionTreeClassifier.fit(DecisionTreeClassifier(), X, Y),
        lambda: Pipeline.fit_predict(make_pipeline(StandardScaler(), KMeans(2, n_init=1)), X),
        lambda: FitsForOthers.fit(Mixed(), X),
        lambda: FirstLabel().fit(X, Y),
    ],
)
def test_whatever_door_a_fit_goes_through_it_is_one_run(train):
    with record() as runs:
        train()

    assert runs.only.status == "FINISHED"
    assert "autolog.error" not in runs.only.tags


def test_a_fit_that_comes_from_a_mixin_is_recorded_too():
    with record() as runs:
        Mixed().fit(X)

    assert runs.only.name == "Mixed"


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2),
        VotingClassifier([("a", DecisionTreeClassifier()), ("b", FirstLabel())], n_jobs=2),
        RandomForestClassifier(4, n_jobs=2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_fits_within_a_fit_are_silent(model):
    with record() as runs:
        model.fit(X, Y)

    assert runs.only.name == type(model).__name__
    # Those of a search are its candidates, not its fits.
    assert all(run.name.startswith("max_depth=") for run in runs.only.children)


def test_the_params_of_the_models_within_are_recorded_too():
    with record() as runs:
        make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit(X, Y)

    assert runs.only.params["logisticregression__C"] == "0.5"
    assert runs.only.params["standardscaler"] == "StandardScaler()"


def test_a_class_defined_later_is_recorded_as_well():
    with record() as runs:

        class Later(FirstLabel):
            def fit(self, X, y):
                return super().fit(X, y)

        Later(penalty=3).fit(X, Y)

    assert runs.only.name == "Later"
    assert runs.only.params == {"penalty": "3"}


def test_an_error_of_the_model_is_the_users_and_fails_the_run():
    with record() as runs, pytest.raises(ValueError, match="NaN"):
        LogisticRegression().fit(np.full((2, 1), np.nan), [0, 1])

    assert runs.only.status == "FAILED"
    assert runs.only.error.type == "ValueError"
    assert runs.only.params["C"] == "1.0"


@pytest.mark.parametrize(
    "train",
    [
        lambda model: model.fit(X, Y),
        lambda model: model.fit(X=X, y=Y),
        lambda model: model.fit(y=Y, X=X),
        lambda model: model.fit(pd.DataFrame(X), y=pd.Series(Y)),
        lambda model: model.fit(X.tolist(), Y.tolist()),
        lambda model: model.fit(scipy.sparse.csr_array(X), Y),
    ],
)
def test_the_metrics_do_not_depend_on_how_data_are_given(train):
    model = DecisionTreeClassifier(max_depth=2, random_state=0)

    with record() as runs:
        train(model)

    assert runs.only.metrics["training_score"] == model.score(X, Y)


def test_weights_of_the_fit_are_weights_of_the_metrics():
    weight = np.random.default_rng(0).random(len(Y))
    model = DecisionTreeClassifier(max_depth=1)

    with record() as runs:
        model.fit(X, Y, sample_weight=weight)

    assert runs.only.metrics["training_score"] == pytest.approx(model.score(X, Y, weight))


def test_targets_may_be_called_by_a_capital_letter():
    class Capital(FirstLabel):
        def fit(self, X, Y):
            return super().fit(X, Y)

    with record() as runs:
        Capital().fit(X, Y=Y)

    assert runs.only.metrics["training_accuracy_score"] == pytest.approx(1 / 3)


def test_training_metrics_can_be_switched_off():
    with record(sklearn={"training_metrics": False}) as runs:
        DecisionTreeClassifier().fit(X, Y)

    assert runs.only.metrics.keys() == EFFORT


def test_where_all_rows_would_take_too_long_the_run_says_how_many_it_were(monkeypatch):
    monkeypatch.setattr("autolog.capture.affordable.ALLOWED_SECONDS", 0.0)
    monkeypatch.setattr("autolog.capture.affordable._TELLING_SECONDS", 0.0)
    inputs, targets = np.tile(X, (100, 1)), np.tile(Y, 100)
    model = KNeighborsClassifier(algorithm="kd_tree")

    with record() as runs:
        model.fit(inputs, targets)

    rows = int(runs.only.tags["training_metrics_sampled_rows"])
    assert 100 <= rows < len(inputs)
    assert "training_accuracy_score" in runs.only.metrics


def test_the_positive_class_is_an_option():
    model = DecisionTreeClassifier(max_depth=1).fit(X[:100], Y[:100])

    with record(sklearn={"pos_label": 1}) as runs:
        model.fit(X[:100], Y[:100])

    assert runs.only.metrics["training_recall_score"] == 1.0


def test_an_estimator_that_cannot_tell_its_params_is_recorded_with_those_that_it_keeps():
    class Silent(FirstLabel):
        def get_params(self, deep=True):
            raise RuntimeError("no params")

    model = Silent()

    with record(strict=False) as runs:
        fitted = model.fit(X, Y)

    assert fitted is model
    assert runs.only.status == "FINISHED"
    assert runs.only.params == {"penalty": "1.0"}
    assert runs.only.tags["estimator_name"] == "Silent"
    assert "no params" in runs.only.tags["autolog.params_missing"]
    assert "autolog.error" not in runs.only.tags


def test_a_model_that_cannot_predict_is_recorded_and_says_so():
    class Mute(FirstLabel):
        def predict(self, X):
            raise RuntimeError("no prediction")

    with record(strict=False) as runs:
        Mute().fit(X, Y)

    assert runs.only.status == "FINISHED"
    assert "no prediction" in runs.only.tags["autolog.training_metrics_missing"]
    assert "autolog.error" not in runs.only.tags


def test_six_fits_in_six_threads_are_six_complete_runs():
    models = [DecisionTreeClassifier(max_depth=depth) for depth in range(1, 7)]
    threads = [threading.Thread(target=lambda model=model: model.fit(X, Y)) for model in models]

    with record() as runs:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(run.params["max_depth"] for run in runs) == list("123456")
    assert all(len(run.metrics) == 7 + len(EFFORT) for run in runs)


def test_the_fits_own_warnings_are_shown_and_ours_are_not():
    class Warns(FirstLabel):
        def fit(self, X, y):
            warnings.warn("from the fit", UserWarning, stacklevel=2)
            return super().fit(X, y)

        def predict(self, X):
            warnings.warn("from the prediction", UserWarning, stacklevel=2)
            return super().predict(X)

    with record(), warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        Warns().fit(X, Y)

    assert [str(warning.message) for warning in shown] == ["from the fit"]
    assert shown[0].filename == __file__


class Halves(TransformerMixin, BaseEstimator):
    """A user's own transformer."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X / 2


@pytest.mark.parametrize("model", [StandardScaler(), Halves(), make_pipeline(StandardScaler())[0]])
def test_preparing_data_is_no_run(model):
    with record() as runs:
        model.fit(X)
        model.fit_transform(X)

    assert len(runs) == 0


def test_a_fit_without_an_estimator_is_no_run():
    class Odd(BaseEstimator):
        @staticmethod
        def fit(data):
            return len(data)

    with record() as runs:
        assert Odd.fit([1, 2]) == 2

    assert list(runs) == []
