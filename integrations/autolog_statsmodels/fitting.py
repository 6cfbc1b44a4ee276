"""What is recorded of a fit."""

from __future__ import annotations

from typing import Any

from autolog.capture.effort import Effort
from autolog.capture.estimators import estimator_tags
from autolog.integration import Call, HookSteps, Run, guard
from autolog_statsmodels.coefficients import coefficient_metrics
from autolog_statsmodels.diagnostics import diagnostic_plots, residuals_of
from autolog_statsmodels.flavor import MODEL_FILE, StatsmodelsFlavor
from autolog_statsmodels.history import log_history
from autolog_statsmodels.inputs import example_inputs, log_data, predicts
from autolog_statsmodels.iterations import Optimisation, optimisation
from autolog_statsmodels.model_params import model_params
from autolog_statsmodels.null_model import compared_with_null
from autolog_statsmodels.report import log_report, report_names
from autolog_statsmodels.result_metrics import CHEAP, convergence, figures
from autolog_statsmodels.untouched import inner, untouched

MODEL = "model"
"""The name of a run's model."""

_COV_TYPE = "cov_type"


def record_fit(call: Call, run: Run) -> HookSteps:
    """The hook around the methods of a model that fit it."""
    model = call.instance
    run.set_tags(estimator_tags(model))
    arguments = call.arguments
    with guard("reading the params of a model", run.note_failure):
        unknown = {_COV_TYPE} if arguments.get(_COV_TYPE) is None else set()
        known = {name: value for name, value in arguments.items() if name not in unknown}
        run.log_params({**model_params(model), **known})
    inputs = None
    with guard("looking at the data of a model", run.note_failure), untouched(model):
        log_data(run, model)
        inputs = example_inputs(model)
    effort = Effort()
    with optimisation(model, run) as steps:
        result = yield
        run.log_metrics(effort.metrics())
        with guard("looking at the steps of a fit", run.note_failure):
            log_history(result, steps)
    flavor = StatsmodelsFlavor().configured(call.options)
    if not flavor.accepts(result):  # an array of params, which some fits give when asked to
        return
    _log_figures(run, result, steps)
    if arguments.get(_COV_TYPE) is None:
        _log_cov_type(run, result)
    _log_coefficients(call, run, result)
    run.log_model(result, flavor, inputs=inputs if predicts(result) else None)
    with guard("reporting on a model", run.note_failure):
        _log_report(run, result, flavor)
    _log_plots(run, result)


def _log_figures(run: Run, result: Any, steps: Optimisation) -> None:
    with guard("looking at a result", run.note_failure), untouched(result):
        found = figures(result, CHEAP) | convergence(result, steps.told, steps.steps)
        found |= compared_with_null(result)
    if found:
        run.log_metrics(found)


def _log_cov_type(run: Run, result: Any) -> None:
    """The kind of covariance that the model has chosen itself."""
    told = vars(inner(result)).get(_COV_TYPE)
    if isinstance(told, str):
        run.log_params({_COV_TYPE: told})


def _log_report(run: Run, result: Any, flavor: StatsmodelsFlavor) -> None:
    """Tells of the files that the stored model can be made into; makes them of one that is not.

    statsmodels swaps the warning filters of the process while it summarises a model, so that this
    can be done neither beside the user's code, nor after each fit without being noticed: Python
    shows warnings again that it has shown before. It is done by whoever wants to look.
    """
    if flavor.tells_all:
        for name in report_names(result):
            run.files.promise(name, f"{MODEL}/{MODEL_FILE}")
    elif flavor.was_asked:
        with untouched(result):
            log_report(run, result)


def _log_coefficients(call: Call, run: Run, result: Any) -> None:
    if call.options.log_coefficients:
        with guard("reading the coefficients of a model", run.note_failure), untouched(result):
            run.log_metrics(coefficient_metrics(result))


def _log_plots(run: Run, result: Any) -> None:
    if not run.wants_plots:
        return
    with guard("looking at the residuals of a model", run.note_failure):
        with untouched(result):
            residuals = residuals_of(result)
        if residuals is not None:
            run.later("plotting residuals", lambda: run.log_plots(diagnostic_plots(residuals)))
