"""The models of recorded fits become versions of registered models, where the options say so."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV

import autolog
from autolog.testing import record

X, Y = load_iris(return_X_y=True)


def fit(c=1.0):
    return LogisticRegression(C=c, max_iter=500).fit(X, Y)


@pytest.mark.parametrize(
    "options",
    [{"registered_model_name": "iris"}, {"sklearn": {"registered_model_name": "iris"}}],
    ids=["of all libraries", "of one"],
)
def test_each_fit_is_a_version_of_the_registered_model(options):
    autolog.autolog(**options)

    first, second = fit(0.1), fit(1.0)

    np.testing.assert_equal(autolog.load_model("models:/iris/1").coef_, first.coef_)
    np.testing.assert_equal(autolog.load_model("models:/iris/latest").coef_, second.coef_)


def test_the_fits_of_one_run_are_a_version_each():
    autolog.autolog(registered_model_name="iris")

    with autolog.run("two"):
        fit(0.1)
        second = fit(1.0)

    np.testing.assert_equal(autolog.load_model("models:/iris/2").coef_, second.coef_)


def test_what_is_said_of_a_library_counts_more():
    with record(registered_model_name="any", sklearn={"registered_model_name": "iris"}) as runs:
        fit()

        assert runs.only.models["model"].registered_name == "iris"


def test_of_a_search_the_search_is_registered_and_not_its_best_estimator():
    with record(registered_model_name="iris") as runs:
        GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(X, Y)

        names = {name: model.registered_name for name, model in runs.only.models.items()}
        assert names == {"model": "iris", "best_estimator": None}


def test_without_the_option_nothing_is_registered():
    with record() as runs:
        fit()

        assert runs.only.models["model"].registered_name is None


class TestByHand:
    def test_a_model_is_registered_under_the_name_that_is_given(self):
        fitted = fit()
        with autolog.run("by hand"):
            autolog.log_model(fitted, "best", registered_model_name="iris")

        np.testing.assert_equal(autolog.load_model("models:/iris").coef_, fitted.coef_)

    def test_the_option_is_not_for_it(self):
        fitted = fit()
        with record(registered_model_name="iris") as runs:
            with autolog.run("by hand"):
                autolog.log_model(fitted)

            assert runs.only.models["model"].registered_name is None

    @pytest.mark.parametrize("name", ["", " ", "a/b", "a:b", 3])
    def test_a_name_that_no_address_can_hold_is_refused_before_anything_is_kept(self, name):
        fitted = fit()
        with record() as runs:
            with pytest.raises(
                ValueError, match="log_model: registered_model_name: expected a text"
            ):
                autolog.log_model(fitted, registered_model_name=name)

            assert runs.all == []
