"""What is recorded of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.effort import Effort
from autolog.capture.estimators import estimator_tags
from autolog.integration import Call, HookSteps, Run, guard
from autolog_statsmodels.diagnostics import diagnostic_plots, residuals_of
from autolog_statsmodels.flavor import MODEL_FILE, StatsmodelsFlavor
from autolog_statsmodels.history import log_history
from autolog_statsmodels.inputs import example_inputs, log_data, predicts
from autolog_statsmodels.iterations import Optimisation, optimisation
from autolog_statsmodels.model_params import model_params
from autolog_statsmodels.null_model import compared_with_null
from autolog_statsmodels.report import log_summaries, log_table, report_names, table_of
from autolog_statsmodels.result_metrics import CHEAP, convergence, figures
from autolog_statsmodels.results import inner
from autolog_statsmodels.untouched import untouched

if TYPE_CHECKING:
    from autolog_statsmodels.coefficients import Coefficients
    from autolog_statsmodels.diagnostics import ModelResiduals

MODEL = "model"
"""The name of a run's model."""

_COV_TYPE = "cov_type"
_CHOSEN = {_COV_TYPE: str, "k_ar": int}
"""What a result has settled on, if nobody else has; with its types."""


def record_fit(call: Call, run: Run) -> HookSteps:
    """The hook around the methods of a model that fit it."""
    model = call.instance
    run.set_tags(estimator_tags(model))
    inputs = None
    with guard("looking at a model", run.note_failure), untouched(model):
        with guard("reading the params of a model", run.note_failure):
            run.log_params({**model_params(model), **_told(call)})
        with guard("looking at the data of a model", run.note_failure):
            log_data(run, model)
            inputs = example_inputs(model)
    effort = Effort()
    with optimisation(model, run) as steps:
        result = yield
        run.log_metrics(effort.metrics())
        with guard("looking at the steps of a fit", run.note_failure):
            log_history(result, steps)
    flavor = StatsmodelsFlavor().configured(call.options)
    if not flavor.accepts(result):  # some fits give the params alone when they are asked to
        _keep_later(run, _bare_table(run, model, result), None)
        return
    _log_choices(call, run, result)
    residuals = table = None
    names: list[str] = []
    with guard("looking at a result", run.note_failure), untouched(result):
        _log_figures(run, result, steps)
        names = report_names(result)
        if call.options.log_coefficients:
            _log_coefficient_metrics(run, result)
        if run.wants_plots:
            residuals = residuals_of(result)
    run.log_model(result, flavor, inputs=inputs if predicts(result) else None)
    with guard("reporting on a model", run.note_failure):
        table = _reported(run, result, flavor, names)
    _keep_later(run, table, residuals)


def _told(call: Call) -> dict[str, Any]:
    """The arguments of a fit, without the kind of covariance if that is left to the model."""
    arguments = dict(call.arguments)
    if arguments.get(_COV_TYPE) is None:
        arguments.pop(_COV_TYPE, None)
    return arguments


def _log_figures(run: Run, result: Any, steps: Optimisation) -> None:
    with guard("reading the figures of a result", run.note_failure):
        found = figures(result, CHEAP) | convergence(result, steps.told, steps.steps)
        found |= compared_with_null(result)
        if found:
            run.log_metrics(found)


def _log_coefficient_metrics(run: Run, result: Any) -> None:
    from autolog_statsmodels.coefficient_metrics import coefficient_metrics

    with guard("reading the coefficients of a model", run.note_failure):
        run.log_metrics(coefficient_metrics(result))


def _log_choices(call: Call, run: Run, result: Any) -> None:
    """Records what was left to the model: the kind of covariance, and how many lags it takes."""
    found, told = vars(inner(result)), _told(call)
    for name, kind in _CHOSEN.items():
        if name not in told and isinstance(found.get(name), kind):
            run.log_param(name, found[name])


def _reported(
    run: Run, result: Any, flavor: StatsmodelsFlavor, names: list[str]
) -> Coefficients | None:
    """Tells of the files that the stored model can be made into; makes them of one that is not.

    statsmodels swaps the warning filters of the process while it summarises a model, so that this
    can be done neither beside the user's code, nor after each fit without being noticed: Python
    shows warnings again that it has shown before. It is done by whoever wants to look; where no
    model is wanted, only the coefficients are kept: these are given back.
    """
    if flavor.tells_all:
        for name in names:
            run.files.promise(name, f"{MODEL}/{MODEL_FILE}")
        return None
    with untouched(result):
        if flavor.was_asked:
            log_summaries(run, result)
        return table_of(run, result)


def _bare_table(run: Run, model: Any, found: Any) -> Coefficients | None:
    from autolog_statsmodels.coefficients import bare_coefficients

    with guard("reading the params of a model", run.note_failure), untouched(model):
        return bare_coefficients(model, found)
    return None


def _keep_later(run: Run, table: Coefficients | None, residuals: ModelResiduals | None) -> None:
    """Has files written at last, all at once: who writes them is in the way of who fits."""

    def keep() -> None:
        if table is not None:
            log_table(run, table)
        if residuals is not None:
            run.log_plots(diagnostic_plots(residuals))

    if table is not None or residuals is not None:
        run.later("keeping the coefficients and the residuals of a model", keep)
