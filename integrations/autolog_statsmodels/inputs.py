"""What a model is asked to predict for: rows of its variables, or steps of a time series."""

from __future__ import annotations

import io
import re
import sys
import tokenize
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance
from autolog.capture.rows import first_rows
from autolog_statsmodels.results import inner, is_of_time

if TYPE_CHECKING:
    from collections.abc import Collection

    from autolog.integration import Run

START, END = "start", "end"
"""The columns of MLflow's input of a time series: the first and the last step to predict."""

_STEPS = 5


def predicts(result: Any) -> bool:
    """Whether a result can be asked in the one way that MLflow asks: for rows, or for steps."""
    predict = getattr(inner(result), "predict", None)
    if predict is None or not is_of_time(inner(result).model):
        return predict is not None
    import inspect

    parameters = inspect.signature(predict).parameters
    return START in parameters and END in parameters


def steps_of(rows: Any) -> tuple[Any, Any]:
    """The first and the last step that a frame of one row asks for."""
    return rows[START].iloc[0], rows[END].iloc[0]


def example_inputs(model: Any) -> Any:
    """At most five rows to predict for, or a frame with the last five steps; `None` for none."""
    if is_of_time(model):
        return _last_steps(model)
    data = _data_of(model)
    if data is None:
        return None
    formula, frame = getattr(model, "formula", None), getattr(data, "frame", None)
    if isinstance(formula, str) and frame is not None:
        return _of_formula(formula, frame)
    if is_instance(data.orig_exog, "pandas", "DataFrame", "Series"):
        return first_rows(data.orig_exog)
    return None if data.exog is None else first_rows(data.exog)


def log_data(run: Run, model: Any) -> None:
    """Describes what a model is fitted on: the frame of its formula, or its variables."""
    data = _data_of(model)
    frame = getattr(data, "frame", None)
    if data is None:
        run.log_dataset(getattr(model, "endog", None))
    elif isinstance(getattr(model, "formula", None), str) and frame is not None:
        run.log_dataset(frame)
    elif data.orig_exog is None or (is_of_time(model) and model.exog is None):
        run.log_dataset(data.orig_endog)
    else:
        run.log_dataset(data.orig_exog, data.orig_endog)


def _data_of(model: Any) -> Any:
    """The data that a model holds; `None` for one that only makes other models."""
    data = getattr(model, "data", None)
    return data if is_instance(data, "statsmodels.base.data", "ModelData") else None


def _last_steps(model: Any) -> Any:
    last = len(model.endog) - 1
    pandas: Any = sys.modules["pandas"]  # which statsmodels has imported
    return pandas.DataFrame({START: [max(0, last - _STEPS + 1)], END: [last]})


def _of_formula(formula: str, frame: Any) -> Any:
    """The first rows of those columns that explain something; of all where none is named."""
    names = _names_in(formula.partition("~")[2])
    if is_instance(frame, "pandas", "DataFrame"):
        columns = [column for column in frame.columns if column in names]
        return first_rows(frame[columns] if columns else frame)
    if isinstance(frame, dict):
        return first_rows({name: frame[name] for name in frame if name in names} or frame)
    return first_rows(frame)


def _names_in(text: str) -> Collection[str]:
    """The names in a part of a formula, those that it quotes too."""
    names = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in {tokenize.NAME, tokenize.STRING}:
                names.add(token.string.strip("'\""))
    except (tokenize.TokenError, SyntaxError):  # it is no Python, as backquotes are not
        names.update(re.findall(r"\w+", text))
        names.update(re.findall(r"`([^`]*)`", text))
    return names
