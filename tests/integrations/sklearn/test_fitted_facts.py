"""What a fit took, warned of and found out is told by its run."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autolog.capture.warned import TEXT_NOT_SEEN
from autolog.testing import record
from autolog_sklearn.fitted import parts_of
from autolog_sklearn.weights import MOST_VALUES, weights_of

X, Y = load_iris(return_X_y=True)
FRAME = pd.DataFrame(X, columns=["width", "height", "depth, mm", "mass"])


class Curious(BaseEstimator):
    """A user's own estimator, whose properties must not be read."""

    def fit(self, X, y=None):
        self.classes_ = np.array(["a", "b"])
        return self

    @property
    def coef_(self):
        raise AssertionError("a property of the user's was read")

    @property
    def n_features_in_(self):
        raise AssertionError("a property of the user's was read")


class NamedBranch(DecisionTreeClassifier):
    """A user's subclass that computes its importances itself."""

    @property
    def feature_importances_(self):
        raise AssertionError("a property of the user's was read")


def table(runs, name):
    """The lines of an artifact."""
    runs.session.flush()
    path = runs.session.directory / "artifacts" / runs.only.run_id / name
    return list(csv.reader(io.StringIO(path.read_text())))


def test_a_fit_says_what_it_took():
    with record() as runs:
        RandomForestClassifier(5).fit(X, Y)

    metrics = runs.only.metrics
    assert metrics["fit_seconds"] > 0
    assert metrics["fit_cpu_seconds"] > 0
    assert metrics["peak_rss_bytes"] > 10_000_000


def test_a_classifier_says_what_it_was_fitted_on():
    with record() as runs:
        LogisticRegression(max_iter=500).fit(X, np.array(["a", "b", "c"])[Y])

    assert runs.only.tags["n_features_in_"] == "4"
    assert runs.only.tags["classes_"] == "['a', 'b', 'c']"
    assert runs.only.metrics["n_iter"] > 1
    assert runs.only.tags["n_iter_"] == f"[{runs.only.metrics['n_iter']:.0f}]"


def test_a_pipeline_and_a_search_tell_of_what_is_within():
    model = GridSearchCV(
        make_pipeline(PolynomialFeatures(), HistGradientBoostingRegressor(max_iter=3)),
        {"histgradientboostingregressor__max_depth": [2]},
        cv=2,
    )

    with record() as runs:
        model.fit(X, Y)

    assert runs.only.tags["n_features_in_"] == "4"
    assert runs.only.metrics["n_iter"] == 3


@pytest.mark.filterwarnings("ignore:The number of unique classes")
def test_many_classes_are_cut_short():
    with record(sklearn={"training_metrics": False}) as runs:
        DecisionTreeClassifier(max_depth=2).fit(np.arange(500)[:, None], np.arange(500))

    assert len(runs.only.tags["classes_"]) <= 500


def test_properties_of_the_users_are_not_read():
    with record() as runs:
        Curious().fit(X)
        NamedBranch().fit(X, Y)

    assert runs[0].tags["classes_"] == "['a', 'b']"
    assert "n_features_in_" not in runs[0].tags
    assert not any("autolog.error" in run.tags for run in runs)


def test_a_warning_of_the_fit_is_a_tag_and_is_shown_to_the_user():
    with record() as runs, pytest.warns(ConvergenceWarning) as shown:
        LogisticRegression(max_iter=1).fit(X, Y)

    assert len(shown) == 1
    assert runs.only.tags["warnings.ConvergenceWarning"] == str(shown[0].message)
    assert shown[0].filename.endswith("_logistic.py")


def test_a_warning_that_the_user_ignores_is_a_tag_nevertheless():
    with record() as runs, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        LogisticRegression(max_iter=1).fit(X, Y)

    assert "converge" in runs.only.tags["warnings.ConvergenceWarning"]


def test_the_same_warning_again_and_again_is_counted():
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1))

    with record() as runs, pytest.warns(ConvergenceWarning):
        GridSearchCV(model, {"logisticregression__C": [1.0, 1.0]}, cv=2).fit(X, Y)

    tag = runs.only.tags["warnings.ConvergenceWarning"]
    # Since scikit-learn 1.7, its parallel loops run each task under a copy of the filters.
    assert tag.startswith((f"4 times: {TEXT_NOT_SEEN}\nlbfgs", "5 times: lbfgs"))


def test_a_fit_without_warnings_has_no_such_tag():
    with record() as runs, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        GradientBoostingClassifier(n_estimators=2).fit(X, Y)
        warnings.warn("after the fit", stacklevel=1)

    assert not [tag for tag in runs.only.tags if tag.startswith("warnings.")]


def test_a_warning_that_is_an_error_fails_the_fit_as_it_would():
    with record() as runs, warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            LogisticRegression(max_iter=1).fit(X, Y)

    assert runs.only.status == "FAILED"
    assert "warnings.ConvergenceWarning" in runs.only.tags


SCRIPT = """
import warnings
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
{start}
X, y = load_iris(return_X_y=True)
for _ in range(3):
    LogisticRegression(max_iter=1).fit(X, y)
VotingClassifier([(name, LogisticRegression(max_iter=2)) for name in "ab"], n_jobs=2).fit(X, y)
warnings.warn("the last")
before = list(warnings.filters)
RandomForestClassifier(2).fit(X, y)
assert warnings.filters == before
"""


def test_a_script_shows_the_same_warnings(tmp_path):
    script = tmp_path / "script.py"

    def shown(start):
        script.write_text(SCRIPT.format(start=start))
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        return done.stderr

    expected = shown("")

    found = shown("import autolog; autolog.autolog(silent=True)")

    assert expected.count("ConvergenceWarning") > 2
    assert sorted(found.splitlines()) == sorted(expected.splitlines())


def test_coefficients_are_kept_with_the_names_of_the_features():
    with record() as runs:
        model = LinearRegression().fit(FRAME, Y)

        lines = table(runs, "coefficients.csv")

    assert lines[0] == ["feature", "coefficients"]
    assert [name for name, _ in lines[1:]] == list(FRAME)
    assert [float(value) for _, value in lines[1:]] == model.coef_.tolist()
    assert "coefficients.png" in runs.only.artifacts


def test_there_is_a_column_for_each_class():
    with record() as runs:
        model = LogisticRegression(max_iter=500).fit(X, Y)

        lines = table(runs, "coefficients.csv")

    assert lines[0] == ["feature", "coefficients 0", "coefficients 1", "coefficients 2"]
    assert [float(value) for value in lines[1][1:]] == model.coef_[:, 0].tolist()
    assert lines[1][0] == "x0"


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(5, n_jobs=2, random_state=0),
        ExtraTreesRegressor(5, max_depth=1),
        GradientBoostingClassifier(n_estimators=3),
        DecisionTreeClassifier(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_importances_are_those_of_the_estimator(model):
    with record() as runs:
        model.fit(FRAME, Y)

        lines = table(runs, "feature_importances.csv")

    assert [float(value) for _, value in lines[1:]] == model.feature_importances_.tolist()


def test_the_names_are_those_after_the_steps_before():
    steps = ColumnTransformer(
        [("scaled", StandardScaler(), ["mass"]), ("kept", "passthrough", ["width"])]
    )
    with record() as runs:
        make_pipeline(steps, Lasso()).fit(FRAME, Y)

        lines = table(runs, "coefficients.csv")

    assert [name for name, _ in lines[1:]] == ["scaled__mass", "kept__width"]


def test_functions_of_the_users_are_not_called_for_the_names():
    def refuse(*_arguments):
        raise AssertionError("a function of the user's was called")

    model = make_pipeline(FunctionTransformer(feature_names_out=refuse), Lasso())
    with record() as runs:
        model.fit(X, Y)

        lines = table(runs, "coefficients.csv")

    assert [name for name, _ in lines[1:]] == ["x0", "x1", "x2", "x3"]


def test_coefficients_that_are_sparse_or_of_a_kernel_are_taken_if_there_are_any():
    sparse = SGDClassifier(random_state=0).fit(X, Y).sparsify()

    np.testing.assert_array_equal(weights_of(sparse).table, sparse.coef_.toarray())
    assert weights_of(SVC(kernel="linear").fit(X, Y)).table.shape == (3, 4)
    assert weights_of(SVC(kernel="rbf").fit(X, Y)) is None


def test_the_largest_weights_are_kept_of_very_many():
    model = LinearRegression()
    model.coef_ = np.arange(MOST_VALUES + 10.0)

    weights = weights_of(model)

    assert weights.table.shape == (1, MOST_VALUES)
    assert weights.features[-1] == f"x{MOST_VALUES + 9}"
    assert weights.total == MOST_VALUES + 10


def test_a_forest_without_a_single_split_has_importances_of_nothing():
    model = RandomForestClassifier(2).fit(X, np.zeros(len(X)))

    np.testing.assert_array_equal(weights_of(model).table, [np.zeros(4)])


def test_without_plots_there_are_no_weights():
    with record(log_plots=False) as runs:
        LinearRegression().fit(X, Y)

    assert "coefficients.csv" not in runs.only.artifacts


def test_a_fit_that_is_recorded_keeps_its_attributes():
    model = RandomForestClassifier(3, random_state=0)
    expected = vars(clone(model).fit(FRAME, Y)).keys()

    with record():
        model.fit(FRAME, Y)

    assert vars(model).keys() == expected


def test_a_list_that_holds_itself_is_gone_through_once():
    named = ["scale", StandardScaler()]
    named.append(named)
    pipeline = make_pipeline(StandardScaler(), LinearRegression())
    pipeline.named = named

    assert [type(part).__name__ for part in parts_of(pipeline)].count("StandardScaler") == 2
