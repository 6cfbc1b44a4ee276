"""What is recorded around predictions, scores and metrics, of models whose fit was recorded."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify
from autolog.integration import Call, HookSteps, Patch, Resumed
from autolog_sklearn.post_training.calling_code import is_by_user, text_of, variable_of
from autolog_sklearn.post_training.predictions import Predictions
from autolog_sklearn.post_training.recorded_models import RecordedModels

if TYPE_CHECKING:
    from autolog.integration import Run
    from autolog_sklearn.post_training.evaluation import Evaluation

_models = RecordedModels()
_predictions = Predictions()

_NAME_LIMIT = 200


def follow(call: Call, run: Run, result: object) -> None:
    """Has what is done with a model after its fit go to the run of the fit.

    Args:
        call: The fit.
        run: Its run.
        result: What it returned.
    """
    model = call.instance
    if _models.begin_session(run):
        _predictions.forget()
    evaluation = _models.add(model, run)
    labels = vars(model).get("labels_") if result is model else result
    if labels is not None:
        inputs = call.get("X")
        data_set, _ = evaluation.name_of(inputs, variable_of(inputs))
        _predictions.remember(labels, evaluation, data_set)


def _is_asked_by_user(call: Call) -> bool:
    return _models.find(call.instance) is not None and is_by_user()


def _scores_for_user(call: Call) -> bool:
    return _models.find(call.get("estimator")) is not None and is_by_user()


def _measures_for_user(_call: Call) -> bool:
    return bool(_predictions) and is_by_user(decorated=True)


def _predict(call: Call, resume: Resumed) -> HookSteps:
    yield from _remember_prediction(call, resume, classes=None)


def _predict_by_class(call: Call, resume: Resumed) -> HookSteps:
    yield from _remember_prediction(call, resume, getattr(call.instance, "classes_", None))


def _remember_prediction(call: Call, resume: Resumed, classes: Any) -> HookSteps:
    evaluation = _models.find(call.instance)
    run = _run_of(evaluation, call, resume)
    if evaluation is None or run is None:
        yield
        return
    data_set = _describe_inputs(call, evaluation, run)
    result = yield
    _predictions.remember(result, evaluation, data_set, classes)


def _score(call: Call, resume: Resumed) -> HookSteps:
    name = f"{type(call.instance).__name__}_score"
    text = text_of(call, f"{type(call.instance).__name__}.score")
    yield from _log_score(call, resume, _models.find(call.instance), name=name, text=text)


def _score_by_scorer(call: Call, resume: Resumed) -> HookSteps:
    scorer = call.instance
    name, sign = _metric_of(scorer)
    text = text_of(call, stringify(repr(scorer), _NAME_LIMIT))
    evaluation = _models.find(call.get("estimator"))
    yield from _log_score(call, resume, evaluation, name=name, text=text, sign=sign)


def _score_by_scorers(call: Call, resume: Resumed) -> HookSteps:
    from sklearn.metrics._scorer import _BaseScorer

    evaluation = _models.find(call.get("estimator"))
    run = _run_of(evaluation, call, resume)
    if evaluation is None or run is None:
        yield
        return
    inputs = call.args[1] if len(call.args) > 1 else call.kwargs.get("X")
    data_set = evaluation.data_set(run, inputs, variable_of(inputs))
    values = yield
    for name, scorer in call.instance._scorers.items():  # noqa: SLF001 - told nowhere else
        if isinstance(scorer, _BaseScorer) and _is_number(values.get(name)):
            metric, sign = _metric_of(scorer)
            text = text_of(call, stringify(repr(scorer), _NAME_LIMIT))
            evaluation.log(run, metric, data_set, sign * values[name], text)


def _metric_of(scorer: Any) -> tuple[str, int]:
    """The name of a scorer's metric, and the sign that the scorer gives it."""
    function = scorer._score_func  # noqa: SLF001 - scorers tell it nowhere else
    return getattr(function, "__name__", type(function).__name__), scorer._sign  # noqa: SLF001 - as above


def _log_score(
    call: Call,
    resume: Resumed,
    evaluation: Evaluation | None,
    *,
    name: str,
    text: str,
    sign: int = 1,
) -> HookSteps:
    run = _run_of(evaluation, call, resume)
    if evaluation is None or run is None:
        yield
        return
    data_set = _describe_inputs(call, evaluation, run)
    value = yield
    if _is_number(value):
        evaluation.log(run, name, data_set, sign * value, text)


def _measure(call: Call, resume: Resumed) -> HookSteps:
    prediction = _predictions.find(call.given)
    evaluation = None if prediction is None else prediction.evaluation
    run = _run_of(evaluation, call, resume)
    if prediction is None or evaluation is None or run is None:
        yield
        return
    name = call.function.__name__
    text = text_of(call, name)
    value = yield
    if _is_number(value):
        evaluation.log(run, name, prediction.data_set, value, text)


def _run_of(evaluation: Evaluation | None, call: Call, resume: Resumed) -> Run | None:
    if evaluation is None or not call.options.log_post_training_metrics:
        return None
    return resume(evaluation.run)


def _describe_inputs(call: Call, evaluation: Evaluation, run: Run) -> str:
    """The name of the data that the model is asked about, which are described if they are new."""
    inputs = call.get("X")
    if inputs is None and call.given:
        inputs = call.given[0][1]  # what some estimators call otherwise
    return evaluation.data_set(run, inputs, variable_of(inputs))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


POST_TRAINING_PATCHES = (
    *(
        Patch(f"sklearn.base:BaseEstimator.{method}+", hook, "none", _is_asked_by_user)
        for method, hook in (
            ("predict", _predict),
            ("transform", _predict),
            ("decision_function", _predict_by_class),
            ("predict_log_proba", _predict_by_class),
            ("predict_proba", _predict_by_class),
            ("score", _score),
        )
    ),
    *(
        Patch(f"sklearn.metrics._scorer:{kind}.__call__", hook, "none", _scores_for_user)
        for kind, hook in (
            ("_BaseScorer", _score_by_scorer),
            ("_MultimetricScorer", _score_by_scorers),
        )
    ),
    Patch("sklearn.metrics:*", _measure, "none", _measures_for_user),
)
"""Patches of what is called after a fit."""
