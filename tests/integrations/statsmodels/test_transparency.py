"""statsmodels works with autolog as it does without: what is seen of its functions and results."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import warnings
import weakref

import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.base import optimizer
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from autolog.testing import record


def test_signatures_are_the_same():
    functions = [sm.OLS.fit, sm.Logit.fit, sm.GLM.fit_constrained, sm.OLS.__init__]
    bare = [inspect.signature(function) for function in functions]

    with record():
        patched = [sm.OLS.fit, sm.Logit.fit, sm.GLM.fit_constrained, sm.OLS.__init__]
        assert [inspect.signature(function) for function in patched] == bare
        assert inspect.signature(optimizer._fit_bfgs).parameters.keys() >= {"callback"}


def test_the_callback_of_a_fit_stays_in_a_result_that_was_stored(examples):
    def callback(params):
        pass

    with record() as runs:
        result = sm.Logit(examples["BINARY"], examples["X"]).fit(disp=0, callback=callback)

        assert "model" in runs.only.models
    assert result.mle_settings["callback"] is callback


def test_results_can_be_copied_and_pickled(examples):
    with record():
        result = examples["FITS"]["Logit of a formula"]()

        duplicate = copy.deepcopy(result)
        again = pickle.loads(pickle.dumps(examples["FITS"]["OLS"]()))
    assert duplicate.params.tolist() == result.params.tolist()
    assert again.nobs == 120


def test_warnings_of_a_fit_are_shown_and_noted(examples):
    values = np.concatenate([np.linspace(-3, -1, 20), np.linspace(1, 3, 20)])
    inputs, targets = np.column_stack([np.ones(40), values]), (values > 0).astype(float)

    def warned():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            sm.Logit(targets, inputs).fit(disp=0)
        return [(one.category, str(one.message), one.filename, one.lineno) for one in caught]

    bare = warned()
    with record() as runs:
        recorded = warned()

        assert "warnings.PerfectSeparationWarning" in runs.only.tags
        assert "warnings.ConvergenceWarning" in runs.only.tags
    assert recorded == bare
    assert PerfectSeparationWarning in {category for category, *_ in bare}


def test_a_singular_matrix_is_noted(examples):
    inputs = np.column_stack([examples["X"], examples["X"][:, 1]])

    def fit():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            sm.OLS(examples["Y"], inputs).fit()
        return [str(one.message) for one in caught]

    bare = fit()
    with record() as runs:
        assert fit() == bare

        noted = [name for name in runs.only.tags if name.startswith("warnings.")]
    assert bool(noted) == bool(bare)


def test_what_a_fit_prints_is_the_same(examples, capfd):
    def printed():
        sm.Logit(examples["BINARY"], examples["X"]).fit()
        return capfd.readouterr().out

    bare = printed()
    with record():
        assert printed() == bare
    assert "Optimization terminated successfully" in bare


def test_random_numbers_are_drawn_as_often(examples):
    def drawn():
        np.random.seed(3)  # noqa: NPY002 - the generator of the process
        examples["FITS"]["MarkovRegression"]()
        examples["FITS"]["OLS"]()
        return np.random.random()  # noqa: NPY002

    bare = drawn()
    with record():
        assert drawn() == bare


def test_neither_a_model_nor_its_result_is_kept_alive(examples):
    with record() as runs:
        result = examples["FITS"]["OLS"]()
        model, held = weakref.ref(result.model), weakref.ref(result._results)
        runs.session.flush()
        del result
        gc.collect()

        assert model() is None
        assert held() is None


def test_names_in_a_formula_are_found_where_the_user_has_them(examples):
    def fit():
        def twice(values):
            return 2 * values

        assert twice(1) == 2
        return smf.ols("y ~ twice(a)", examples["FRAME"]).fit()

    bare = fit()
    with record() as runs:
        recorded = fit()

        assert "autolog.signature_missing" not in runs.only.tags
        folder = runs.session.directory / "artifacts" / runs.only.run_id
        assert (folder / "model" / "model.statsmodels").exists()
    assert recorded.params.to_dict() == bare.params.to_dict()


def test_a_summary_needs_none_of_the_names_in_a_formula(examples, content_of):
    def twice(values):
        return 2 * values

    with record() as runs:
        smf.ols("y ~ twice(a)", examples["FRAME"]).fit()

        assert "twice(a)" in content_of(runs, "model_summary.txt")


def test_a_model_can_be_fitted_again_after_recording(examples):
    with record():
        model = Logit(examples["BINARY"], examples["X"])
        first = model.fit(disp=0)

    second = model.fit(disp=0)

    assert second.params.tolist() == first.params.tolist()


@pytest.mark.parametrize("name", ["OLS", "Logit", "ARIMA", "MixedLM", "GEE"])
@pytest.mark.filterwarnings("ignore")  # of data as small as these
def test_the_same_model_fitted_twice_is_two_runs_with_the_same_figures(examples, name):
    with record() as runs:
        examples["FITS"][name]()
        examples["FITS"][name]()

        first, second = ({**run.metrics} for run in runs)
    for metrics in (first, second):
        for effort in ("fit_seconds", "fit_cpu_seconds", "peak_rss_bytes"):
            del metrics[effort]
    assert first == pytest.approx(second, nan_ok=True, abs=0, rel=0)
