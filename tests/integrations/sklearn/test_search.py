"""A search is a run, with a child for each candidate, opened while the search goes on."""

from __future__ import annotations

import io
import time

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - it enables the import below
from sklearn.metrics import balanced_accuracy_score, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    ParameterGrid,
    RandomizedSearchCV,
)
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import autolog
from autolog.events import MetricsLogged, RunEnded, RunStarted
from autolog.testing import record

X, Y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(random_state=0)
GRID = {"criterion": ["gini", "entropy"], "max_depth": [1, 2], "splitter": ["best"]}
GRID_STEP = "decisiontreeclassifier"
NAMES = [
    "criterion=gini, max_depth=1",
    "criterion=gini, max_depth=2",
    "criterion=entropy, max_depth=1",
    "criterion=entropy, max_depth=2",
]


one_by_one = pytest.mark.skipif(
    not hasattr(joblib, "parallel_config"), reason="joblib gives results one by one since 1.3"
)


class Fragile(ClassifierMixin, BaseEstimator):
    """A classifier that one value of its param breaks."""

    def __init__(self, strength=1):
        self.strength = strength

    def fit(self, X, y):
        if self.strength == 2:
            raise ArithmeticError("too strong: 2")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


class Slow(Fragile):
    """A classifier that takes its time, but less of it when it is stronger."""

    def fit(self, X, y):
        time.sleep(0.4 / self.strength)
        return super().fit(X, y)


class Interrupted(Fragile):
    """A classifier at whose fit the user presses Ctrl-C."""

    def fit(self, X, y):
        if self.strength == 2:
            raise KeyboardInterrupt
        return super().fit(X, y)


class TwoRounds(BaseSearchCV):
    """A search of a user's own, whose method has its own name for its argument."""

    def __init__(self, estimator, grids, *, cv=None, refit=True):
        super().__init__(estimator, cv=cv, refit=refit, return_train_score=False)
        self.grids = grids

    def _run_search(self, evaluate):
        for grid in self.grids:
            evaluate(ParameterGrid(grid))


class SearchingFirst(GridSearchCV):
    """A search that tries something smaller before it begins."""

    def fit(self, X, y):
        self.first_ = GridSearchCV(TREE, {"max_depth": [7]}, cv=2).fit(X, y)
        return super().fit(X, y)


class LeavingItToOthers(GridSearchCV):
    """A search whose fit is not scikit-learn's."""

    def fit(self, X, y):
        other = GridSearchCV(self.estimator, self.param_grid, cv=self.cv).fit(X, y)
        vars(self).update(vars(other))
        return self


def by_name(run):
    return {child.name: child for child in run.children}


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_each_candidate_is_a_child_named_by_what_differs(n_jobs):
    with record() as runs:
        GridSearchCV(TREE, GRID, cv=3, n_jobs=n_jobs).fit(X, Y)

    assert [child.name for child in runs.only.children] == NAMES
    assert {child.status for child in runs.only.children} == {"FINISHED"}


def test_a_child_has_the_params_of_the_seed_and_its_own():
    with record() as runs:
        GridSearchCV(TREE, GRID, cv=3).fit(X, Y)

    child = by_name(runs.only)["criterion=entropy, max_depth=2"]
    expected = TREE.get_params() | {"criterion": "entropy", "max_depth": 2, "splitter": "best"}
    assert child.params == {name: str(value) for name, value in expected.items()}


def test_a_child_has_the_scores_and_times_of_each_fold():
    with record() as runs:
        search = GridSearchCV(TREE, GRID, cv=3, return_train_score=True).fit(X, Y)

    for place, child in enumerate(runs.only.children):
        for kind in ("test", "train"):
            assert child.metric_history(f"{kind}_score") == [
                (fold, search.cv_results_[f"split{fold}_{kind}_score"][place]) for fold in range(3)
            ]
        assert np.mean([value for _, value in child.metric_history("fit_time")]) == pytest.approx(
            search.cv_results_["mean_fit_time"][place]
        )


def test_a_child_has_the_numbers_that_mlflow_gives_it():
    with record() as runs:
        search = GridSearchCV(TREE, GRID, cv=3).fit(X, Y)

    names = [
        *(f"{part}_{what}" for what in ("fit_time", "score_time") for part in ("mean", "std")),
        *("mean_test_score", "std_test_score", "rank_test_score"),
    ]
    for place, child in enumerate(runs.only.children):
        for name in names:
            assert child.metrics[name] == search.cv_results_[name][place]


def test_children_have_the_seeds_tags_and_those_of_the_options():
    with record(tags={"team": "risk"}) as runs:
        GridSearchCV(TREE, GRID, cv=2).fit(X, Y)

    assert runs.only.children[0].tags == {
        "autolog.integration": "sklearn",
        "estimator_class": "sklearn.tree._classes.DecisionTreeClassifier",
        "estimator_name": "DecisionTreeClassifier",
        "team": "risk",
    }


def test_the_parent_tells_of_the_search_and_its_best_candidate():
    with record() as runs:
        search = GridSearchCV(TREE, GRID, cv=3).fit(X, Y)

    run = runs.only
    assert "estimator__max_depth" not in run.params
    assert run.params["cv"] == "3"
    assert run.params["best_max_depth"] == str(search.best_params_["max_depth"])
    assert run.metrics["best_cv_score"] == search.best_score_
    best = run.children[search.best_index_]
    assert run.tags["best_child_run_id"] == best.run_id
    assert set(run.models) == {"best_estimator", "model"}


def test_the_table_of_candidates_is_kept_as_pandas_writes_it():
    grid = [{"max_depth": [1, 2], "min_samples_leaf": [2]}, {"max_depth": [3, 4]}]
    with record() as runs:
        search = RandomizedSearchCV(TREE, grid, n_iter=4, cv=2, random_state=0).fit(X, Y)
        runs.session.flush()
        table = runs.session.directory / "artifacts" / runs.only.run_id / "cv_results.csv"
        kept = table.read_text()

    expected = pd.DataFrame(search.cv_results_).to_csv(index=False)
    assert pd.read_csv(io.StringIO(kept)).equals(pd.read_csv(io.StringIO(expected)))


@one_by_one
def test_a_fold_is_on_record_before_the_next_one_begins():
    seen = []

    def look_and_score(model, X, y):
        seen.append(sum(isinstance(event, MetricsLogged) for event in runs.events))
        return model.score(X, y)

    with record() as runs:
        grid = {"max_depth": [1, 2]}
        GridSearchCV(TREE, grid, cv=2, scoring=look_and_score, refit=False).fit(X, Y)

    assert seen == [0, 1, 2, 3]


@one_by_one
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_folds_are_recorded_while_workers_go_on(backend):
    def sleep_and_score(model, X, y):
        time.sleep(0.1)
        return model.score(X, y)

    grid = {"max_depth": [1, 2, 3, 4]}
    search = GridSearchCV(TREE, grid, cv=2, n_jobs=2, scoring=sleep_and_score, refit=False)
    with record() as runs, joblib.parallel_backend(backend):
        runs.session.channel.clock = time.time_ns
        search.fit(X, Y)

    ended = [event.time_ns for event in runs.events if isinstance(event, RunEnded)]
    assert ended[3] - ended[0] > 0.1e9


@one_by_one
def test_a_child_lasts_from_its_first_fold_to_its_last():
    def sleep_and_score(model, X, y):
        time.sleep(0.02)
        return model.score(X, y)

    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=3, scoring=sleep_and_score)
    with record() as runs:
        runs.session.channel.clock = time.time_ns
        search.fit(X, Y)

    _, *children = [event for event in runs.events if isinstance(event, RunStarted)]
    ends = {event.run_id: event.time_ns for event in runs.events if isinstance(event, RunEnded)}
    for child in children:
        assert ends[child.run_id] - child.time_ns >= 0.06e9
    assert ends[children[0].run_id] <= children[1].time_ns


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite:UserWarning")
def test_a_candidate_that_cannot_be_fitted_has_failed_with_the_error():
    with record() as runs:
        GridSearchCV(Fragile(), {"strength": [1, 2, 3]}, cv=2).fit(X, Y)

    failed = by_name(runs.only)["strength=2"]
    assert [child.status for child in runs.only.children] == ["FINISHED", "FAILED", "FINISHED"]
    assert (failed.error.type, failed.error.message) == ("ArithmeticError", "too strong: 2")
    assert failed.error.traceback.startswith("Traceback (most recent call last):")
    assert np.isnan(failed.metrics["test_score"])
    assert runs.only.status == "FINISHED"


@one_by_one
@pytest.mark.parametrize("estimator", [Fragile(), Interrupted()])
def test_what_ends_the_search_ends_the_candidate_that_it_came_from(estimator):
    search = GridSearchCV(estimator, {"strength": [1, 2, 3]}, cv=2, error_score="raise")

    with record() as runs, pytest.raises((ArithmeticError, KeyboardInterrupt)) as raised:
        search.fit(X, Y)

    told = [(child.name, child.status) for child in runs.only.children]
    assert told == [("strength=1", "FINISHED"), ("strength=2", "FAILED")]
    assert runs.only.children[1].error.type == raised.type.__name__
    assert runs.only.status == "FAILED"


@one_by_one
def test_a_candidate_is_not_blamed_for_what_may_have_been_another_beside_it():
    search = GridSearchCV(Slow(), {"strength": [1, 2]}, cv=3, n_jobs=2, error_score="raise")

    with record() as runs, joblib.parallel_backend("threading"), pytest.raises(ArithmeticError):
        search.fit(X, Y)

    (child,) = runs.only.children  # its third fold goes on while another candidate fails
    assert (child.name, child.status, child.error) == ("strength=1", "KILLED", None)
    assert runs.only.error.type == "ArithmeticError"


def test_an_error_in_a_thread_leaves_no_child_open():
    search = GridSearchCV(Fragile(), {"strength": [1, 2, 3]}, cv=2, n_jobs=2, error_score="raise")

    with record() as runs, joblib.parallel_backend("threading"), pytest.raises(ArithmeticError):
        search.fit(X, Y)

    assert "RUNNING" not in {run.status for run in runs.all}


@pytest.mark.parametrize("limit", [{"max_child_runs": 2}, {"sklearn": {"max_tuning_runs": 2}}])
def test_of_limited_children_those_of_the_best_candidates_remain(limit):
    with record(**limit) as runs:
        search = GridSearchCV(TREE, {"max_depth": [1, 2, 3]}, cv=2).fit(X, Y)

    best = np.sort(np.argsort(search.cv_results_["rank_test_score"], kind="stable")[:2])
    assert [child.name for child in runs.only.children] == [f"max_depth={n + 1}" for n in best]
    for child, place in zip(runs.only.children, best, strict=True):
        assert len(child.metric_history("fit_time")) == 2
        assert child.metrics["mean_test_score"] == search.cv_results_["mean_test_score"][place]


def test_none_of_the_candidates_has_a_child_where_none_is_wanted():
    with record(max_child_runs=0) as runs:
        GridSearchCV(TREE, GRID, cv=2).fit(X, Y)

    assert runs.only.children == []
    assert "cv_results.csv" in runs.only.artifacts


def test_several_scores_decide_by_the_one_that_is_refitted():
    search = GridSearchCV(
        TREE, {"max_depth": [1, 2, 3]}, cv=2, scoring=["accuracy", "f1_macro"], refit="f1_macro"
    )

    with record(max_child_runs=1) as runs:
        search.fit(X, Y)

    (child,) = runs.only.children
    assert child.name == f"max_depth={search.best_params_['max_depth']}"
    assert [step for step, _ in child.metric_history("test_f1_macro")] == [0, 1]


@pytest.mark.parametrize("kind", [HalvingGridSearchCV, HalvingRandomSearchCV])
def test_halving_tells_the_iteration_of_each_candidate(kind):
    with record() as runs:
        search = kind(TREE, {"max_depth": [1, 2, 3, 4]}, cv=2, random_state=0, factor=2)
        search.set_params(min_resources=40).fit(X, Y)

    iterations = search.cv_results_["iter"].tolist()
    assert [child.metrics["iter"] for child in runs.only.children] == iterations
    assert [child.params["n_resources"] for child in runs.only.children] == [
        str(number) for number in search.cv_results_["n_resources"]
    ]
    assert runs.only.children[-1].name.endswith("iter=1, n_resources=80")


@pytest.mark.filterwarnings("ignore")  # scikit-optimize has not followed NumPy
def test_bayesian_optimisation_opens_a_child_for_each_step():
    skopt = pytest.importorskip("skopt")

    with record() as runs:
        search = skopt.BayesSearchCV(TREE, {"max_depth": (1, 9)}, n_iter=3, cv=2, random_state=0)
        search.fit(X, Y)

    assert [child.params["max_depth"] for child in runs.only.children] == [
        str(depth) for depth in search.cv_results_["param_max_depth"]
    ]
    assert runs.only.params["best_max_depth"] == str(search.best_params_["max_depth"])


def test_a_search_of_the_users_own_is_followed_round_by_round():
    with record() as runs:
        TwoRounds(TREE, [{"max_depth": [1, 2]}, {"max_depth": [3]}], cv=2).fit(X, Y)

    assert list(by_name(runs.only)) == ["max_depth=1", "max_depth=2", "max_depth=3"]
    assert all(len(child.metric_history("fit_time")) == 2 for child in runs.only.children)


def test_children_come_after_the_fit_where_nothing_tells_of_folds():
    with record() as runs:
        search = LeavingItToOthers(TREE, GRID, cv=3).fit(X, Y)

    assert [child.name for child in runs.only.children] == NAMES
    assert [value for _, value in runs.only.children[1].metric_history("test_score")] == [
        search.cv_results_[f"split{fold}_test_score"][1] for fold in range(3)
    ]


def test_folds_come_all_at_once_from_a_backend_that_gives_them_no_other_way():
    with record() as runs, joblib.parallel_backend("multiprocessing"):
        GridSearchCV(TREE, GRID, cv=3, n_jobs=2).fit(X, Y)

    assert [child.name for child in runs.only.children] == NAMES
    assert all(len(child.metric_history("fit_time")) == 3 for child in runs.only.children)


def test_searches_within_a_search_stay_silent():
    inner = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2)

    with record() as runs:
        GridSearchCV(inner, {"estimator__max_features": [1, 2]}, cv=2).fit(X, Y)

    assert [child.name for child in runs.only.children] == [
        "estimator__max_features=1",
        "estimator__max_features=2",
    ]


def test_a_search_before_the_search_is_not_taken_for_it():
    with record() as runs:
        SearchingFirst(TREE, {"max_depth": [1, 2]}, cv=2).fit(X, Y)

    assert list(by_name(runs.only)) == ["max_depth=1", "max_depth=2"]


@pytest.mark.parametrize("nest", [make_pipeline, lambda last: make_pipeline(make_pipeline(last))])
def test_a_search_at_the_end_of_a_pipeline_has_its_children_in_the_run_of_the_pipeline(nest):
    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2)

    with record() as runs:
        make_pipeline(PCA(2), nest(search)).fit(X, Y)

    run = runs.only
    assert run.name == "Pipeline"
    assert list(by_name(run)) == ["max_depth=1", "max_depth=2"]
    assert run.tags["best_child_run_id"] == run.children[search.best_index_].run_id
    assert run.params["best_max_depth"] == str(search.best_params_["max_depth"])
    assert run.metrics["best_cv_score"] == search.best_score_


@pytest.mark.parametrize("steps", [[], ["search"], None])
def test_what_a_pipeline_refuses_is_looked_at_without_a_failure(steps):
    with record() as runs, pytest.raises(Exception) as raised:
        Pipeline(steps).fit(X, Y)

    assert runs.only.error.type == type(raised.value).__name__
    assert "autolog.error" not in runs.only.tags


def test_a_pipeline_that_is_searched_over_again_has_the_children_of_its_own_search():
    pipeline = make_pipeline(GridSearchCV(TREE, {"max_depth": [1]}, cv=2))

    with record() as runs:
        GridSearchCV(pipeline, {"gridsearchcv__cv": [2, 3]}, cv=2).fit(X, Y)
        pipeline.fit(X, Y)

    assert [[child.name for child in run.children] for run in runs if run.children] == [
        ["gridsearchcv__cv=2", "gridsearchcv__cv=3"],
        ["max_depth=1"],
    ]


def test_several_scores_of_which_a_function_makes_the_best_are_no_failure():
    search = GridSearchCV(
        TREE, {"max_depth": [1, 2]}, cv=2, scoring=["accuracy", "f1_macro"], refit=lambda _: 0
    )

    with record() as runs:
        search.fit(X, Y)

    assert "training_score" not in runs.only.metrics
    assert "training_accuracy_score" in runs.only.metrics


def test_a_candidate_that_changes_nothing_is_called_as_its_estimator():
    with record() as runs:
        GridSearchCV(TREE, {}, cv=2).fit(X, Y)

    assert list(by_name(runs.only)) == ["DecisionTreeClassifier"]


def test_params_that_are_estimators_give_short_names():
    steps = [DecisionTreeClassifier(max_depth=1), Fragile()]

    with record() as runs:
        GridSearchCV(make_pipeline(StandardScaler(), TREE), {GRID_STEP: steps}, cv=2).fit(X, Y)

    assert list(by_name(runs.only)) == [
        f"{GRID_STEP}=DecisionTreeClassifier(max_depth=1)",
        f"{GRID_STEP}=Fragile()",
    ]


def test_a_search_in_a_run_of_the_users_logs_into_it():
    with record() as runs, autolog.run("mine"):
        GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2).fit(X, Y)

    assert runs.only.name == "mine"
    assert list(by_name(runs.only)) == ["max_depth=1", "max_depth=2"]


@pytest.mark.parametrize("kind", ["a function", "made of a function"])
def test_a_scorer_of_the_users_is_called_by_the_search_alone(kind):
    calls = []

    def agreement(truth, predicted):
        calls.append(len(truth))
        return float(np.mean(truth == predicted))

    def score(model, X, y):
        return agreement(y, model.predict(X))

    scoring = score if kind == "a function" else make_scorer(agreement)
    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=3, scoring=scoring)

    with record() as runs:
        search.fit(X, Y)

    assert calls == [50] * 6
    assert "training_score" not in runs.only.metrics
    assert "scorer of your own" in runs.only.tags["autolog.training_metrics_missing"]


def test_a_scorer_of_scikit_learns_gives_the_training_score():
    search = GridSearchCV(
        TREE, {"max_depth": [1, 2]}, cv=3, scoring=make_scorer(balanced_accuracy_score)
    )

    with record() as runs:
        search.fit(X, Y)

    assert runs.only.metrics["training_score"] == search.score(X, Y)
