"""A patched function behaves as the function does."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
import traceback
import types
import warnings
from pathlib import Path

import cloudpickle
import pytest

from autolog.patching.patcher import Patcher
from autolog.patching.target import Target
from autolog.patching.wrapper import LetPass


class Model:
    """Something to fit."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    def fit(self, X: list[float], y: list[float] | None = None, *, epochs: int = 3) -> Model:
        """Fits the model."""
        self.fitted_ = [value * self.scale for value in X]
        return self

    def complain(self):
        warnings.warn("mind the gap", UserWarning, stacklevel=2)

    def fail(self):
        raise KeyError("the user's own")

    @classmethod
    def load(cls):
        return cls


def train(data, rounds=10):
    """Trains on data."""
    return sum(data) * rounds


class Transparent:
    """An interception that changes nothing."""

    def __init__(self, args, kwargs):
        self.args = args
        self.kwargs = kwargs
        self.outcome = None

    def returned(self, result):
        self.outcome = result

    def raised(self, error):
        self.outcome = error


@pytest.fixture
def calls():
    """Patches `Model` and `train` of this module; gives the interceptions so far."""
    interceptions = []

    class Intercept:
        def passes(self):
            return False

        def __call__(self, wrapped, instance, args, kwargs):
            interceptions.append(Transparent(args, kwargs))
            interceptions[-1].called = (wrapped, instance)
            return interceptions[-1]

    patcher = Patcher()
    for name in ("Model.fit", "Model.complain", "Model.fail", "Model.load", "train"):
        patcher.apply(Target.parse(f"{__name__}:{name}"), Intercept())
    yield interceptions
    patcher.revert()


def test_the_interceptor_sees_arguments_and_result(calls):
    result = train([1, 2], rounds=2)

    assert result == 6
    assert calls[0].args == ([1, 2],)
    assert calls[0].kwargs == {"rounds": 2}
    assert calls[0].outcome == 6


def test_a_method_called_through_its_class_is_intercepted(calls):
    model = Model()

    assert Model.fit(model, [1.0]) is model
    assert len(calls) == 1


def test_however_a_method_is_called_the_interceptor_is_given_the_same(calls):
    model = Model()

    model.fit([1.0], epochs=2)
    Model.fit(model, [1.0], epochs=2)

    bound, through_class = calls
    assert bound.called == through_class.called
    assert bound.called[1] is model
    assert bound.args == through_class.args == ([1.0],)


@pytest.mark.parametrize("missing", [(), (None,)])
def test_a_method_called_without_an_instance_fails_as_the_original_does(calls, missing):
    with pytest.raises((TypeError, AttributeError)) as expected:
        inspect.unwrap(Model.fit)(*missing, X=[1.0])

    with pytest.raises(expected.type) as found:
        Model.fit(*missing, X=[1.0])

    assert str(found.value) == str(expected.value)


def test_the_signature_and_the_documentation_stay(calls):
    assert str(inspect.signature(Model.fit)).startswith("(self, X: 'list[float]'")
    assert str(inspect.signature(Model().fit)).startswith("(X: 'list[float]'")
    assert inspect.signature(train) == inspect.signature(inspect.unwrap(train))
    assert Model.fit.__doc__ == "Fits the model."
    assert Model.fit.__qualname__ == "Model.fit"
    assert "self.fitted_" in inspect.getsource(Model.fit)


def test_a_patched_function_is_a_function_and_a_patched_method_a_method(calls):
    assert isinstance(train, types.FunctionType)
    assert type(Model().fit) is types.MethodType
    assert inspect.isfunction(Model.fit)
    assert inspect.ismethod(Model().fit)
    assert inspect.isroutine(Model.load)


def test_it_is_written_as_the_original_is(calls):
    assert repr(train).startswith("<function train at 0x")
    assert repr(Model().fit).startswith("<bound method Model.fit of <")
    assert str(Model.fit).startswith("<function Model.fit at 0x")


def test_the_same_function_is_read_from_its_class_each_time(calls):
    class Derived(Model):
        pass

    model = Model()

    assert Model.fit is Model.fit
    assert Derived.fit is Model.fit
    assert model.fit.__func__ is Model.fit
    assert model.fit == model.fit
    assert hash(model.fit) == hash(model.fit)
    assert Derived.load() is Derived


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("library", [pickle, cloudpickle])
def test_a_method_pickles_by_reference(calls, library, protocol, importable):
    method = pickle.loads(library.dumps(Model(2.0).fit, protocol))

    assert method([1.0]).fitted_ == [2.0]


@pytest.mark.parametrize("library", [pickle, cloudpickle])
def test_a_function_pickles_to_itself(calls, library, importable):
    assert pickle.loads(library.dumps(train)) is train
    assert pickle.loads(library.dumps(Model.fit)) is Model.fit


@pytest.fixture
def importable(monkeypatch):
    """Makes this module known by its name, as a module of the user's is."""
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Model.__module__])


def test_cloudpickle_carries_a_local_class_with_its_patched_methods():
    class Local(Model):
        def fit(self, X, y=None):
            return super().fit(X, y)

    patcher = Patcher()
    sys.modules[__name__].Local = Local
    patcher.apply(Target.parse(f"{__name__}:Local.fit"), LetPass())

    data = cloudpickle.dumps(Local(3.0))
    patcher.revert()
    del sys.modules[__name__].Local

    assert pickle.loads(data).fit([1.0]).fitted_ == [3.0]


def test_copies_are_those_of_functions(calls):
    model = Model()

    assert copy.copy(train) is train
    assert copy.deepcopy(train) is train
    assert copy.deepcopy(model.fit).__self__ is not model
    assert copy.copy(model.fit).__self__ is model


def test_a_warning_keeps_the_file_and_line_of_the_caller(calls):
    with pytest.warns(UserWarning, match="mind the gap") as caught:
        Model().complain()

    line = inspect.currentframe().f_lineno - 2
    assert Path(caught[0].filename) == Path(__file__)
    assert caught[0].lineno == line


def test_the_users_error_comes_through_with_one_frame_more(calls):
    with pytest.raises(KeyError, match="the user's own") as caught:
        Model().fail()

    names = [frame.name for frame in traceback.extract_tb(caught.tb)]
    assert names[-2:] == ["autolog_patched", "fail"]
    assert len(names) == 3
    assert calls[0].outcome is caught.value
    assert caught.value.__context__ is None


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_every_base_exception_is_the_same_object(calls, kind, monkeypatch):
    error = kind("stop")

    def stop(_data):
        raise error

    monkeypatch.setattr(train, "__wrapped__", stop)
    with pytest.raises(kind) as caught:
        train([1])

    assert caught.value is error
    assert calls[0].outcome is error
