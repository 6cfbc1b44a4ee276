"""The user's exceptions reach the user as if autolog were not there."""

from __future__ import annotations

import gc
import traceback
import weakref

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import autolog
from autolog.testing import record

X = np.random.default_rng(0).normal(size=(20, 3))
y = np.arange(20) % 2


class Failing(ClassifierMixin, BaseEstimator):
    """Raises what it is given, like a model of the user's that has a bug."""

    def __init__(self, error=None, cause=None):
        self.error = error
        self.cause = cause

    def fit(self, X, y):
        if self.cause is not None:
            raise self.error from self.cause
        raise self.error


class OddError(Exception):
    """An exception that nobody can print."""

    def __str__(self):
        raise RuntimeError("not to be printed")


def raised_by(call):
    """The exception of a call."""
    try:
        call()
    except BaseException as error:
        return error
    raise AssertionError("it raises nothing")


ERRORS = [
    ValueError("mine"),
    KeyError("mine"),
    StopIteration("mine"),
    GeneratorExit("mine"),
    KeyboardInterrupt(),
    SystemExit(3),
    MemoryError(),
    RecursionError("mine"),
    ExceptionGroup("mine", [ValueError("one"), TypeError("two")]),
    Warning("raised as an error"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_exception_is_the_same_object_and_says_the_same(error):
    arguments, attributes = error.args, dict(vars(error))
    error.__traceback__ = None

    with record() as runs:
        caught = raised_by(lambda: Failing(error).fit(X, y))

        assert runs.only.status == "FAILED"
        assert runs.only.error.type == type(error).__name__
    assert caught is error
    assert caught.args == arguments
    assert vars(caught) == attributes
    assert (caught.__cause__, caught.__context__) == (None, None)


def test_an_exception_that_cannot_be_printed_ends_its_run_too():
    error = OddError()

    with record(strict=False) as runs:
        caught = raised_by(lambda: Failing(error).fit(X, y))

        assert (runs.only.status, runs.only.error.type) == ("FAILED", "OddError")
    assert caught is error
    assert caught.__context__ is None


def test_its_traceback_has_one_frame_more_for_the_call():
    error = ValueError("mine")

    def names():
        caught = raised_by(lambda: Failing(error).fit(X, y))
        frames = [frame.name for frame in traceback.extract_tb(caught.__traceback__)]
        caught.__traceback__ = None
        return frames

    expected = names()

    with record():
        found = names()

    assert expected == ["raised_by", "<lambda>", "fit"]
    assert found == ["raised_by", "<lambda>", "autolog_patched", "fit"]


def test_a_nested_call_adds_one_frame_each():
    def depth():
        pipeline = make_pipeline(StandardScaler(), Failing(ValueError("mine")))
        caught = raised_by(lambda: pipeline.fit(X, y))
        return len(traceback.extract_tb(caught.__traceback__))

    expected = depth()

    with record():
        found = depth()

    assert found == expected + 2


def test_its_cause_and_its_context_stay():
    cause, outer, error = OSError("cause"), LookupError("handled now"), ValueError("mine")

    def fit_while_handling():
        try:
            raise outer
        except LookupError:
            Failing(error, cause).fit(X, y)

    with record():
        caught = raised_by(fit_while_handling)

    assert caught is error
    assert caught.__cause__ is cause
    assert caught.__context__ is outer
    assert caught.__suppress_context__


def test_a_failing_hook_leaves_no_trace_in_the_users_error(monkeypatch):
    monkeypatch.setattr(Failing, "get_params", lambda self, deep=True: 1 / 0)
    error = ValueError("mine")

    with record(strict=False):
        caught = raised_by(lambda: Failing(error).fit(X, y))

    assert caught is error
    assert caught.__context__ is None
    assert not hasattr(caught, "__notes__")


@pytest.mark.parametrize(
    "call",
    [
        lambda: LogisticRegression(C=-1).fit(X, y),
        lambda: LogisticRegression().fit(X),
        lambda: LogisticRegression().fit(X, y, nonsense=1),
        LogisticRegression.fit,
        lambda: LogisticRegression().fit(X, y[:-1]),
        lambda: LogisticRegression().fit(X * np.nan, y),
        lambda: make_pipeline(StandardScaler()).fit_predict(X),
        lambda: LogisticRegression().predict(X),
        lambda: GridSearchCV(LogisticRegression(), {"D": [1]}, error_score="raise").fit(X, y),
    ],
)
def test_the_errors_of_scikit_learn_are_those_without_autolog(call):
    expected = raised_by(call)

    with record():
        found = raised_by(call)

    assert type(found) is type(expected)
    assert str(found) == str(expected)


def test_an_unfitted_model_stays_unfitted_after_a_failed_fit():
    model = LogisticRegression(C=-1)

    with record():
        raised_by(lambda: model.fit(X, y))

    with pytest.raises(NotFittedError):
        model.predict(X)


def test_ctrl_c_while_a_recording_starts_ends_it_and_silences_nothing(monkeypatch):
    def interrupted(self, deep=True):
        raise KeyboardInterrupt

    with record() as runs:
        with monkeypatch.context() as patch:
            patch.setattr(LogisticRegression, "get_params", interrupted)
            with pytest.raises(KeyboardInterrupt):
                LogisticRegression().fit(X, y)
        LogisticRegression().fit(X, y)

        assert [run.status for run in runs] == ["FAILED", "FINISHED"]
        assert autolog.active_run() is None


def test_a_failed_model_is_let_go_with_its_error():
    with record():
        model = LogisticRegression(C=-1)
        reference = weakref.ref(model)
        raised_by(lambda model=model: model.fit(X, y))
        del model
        gc.collect()

        assert reference() is None
