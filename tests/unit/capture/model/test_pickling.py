"""Pickles of models: written once, within a limit, with the modules that they name."""

from __future__ import annotations

import errno
import gc
import pickle
import pickletools
import subprocess
import sys
import threading
import warnings
import weakref

import numpy as np
import pandas as pd
import pytest
import scipy.special
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from autolog.capture.model import pickling
from autolog.capture.model.pickling import read_pickle, write_pickle
from autolog.errors import ModelNotLoadable, ModelNotSerialisable, ModelTooLarge, ModelUntrusted

SCRIPT = """
from pathlib import Path
from autolog.capture.model.pickling import write_pickle

FACTOR = 3

class Scaled:
    def __init__(self):
        self.shift = lambda value: value + 1

    def predict(self, value):
        return self.shift(value) * FACTOR

print(sorted(write_pickle(Scaled(), Path({path!r})).modules))
"""


class Refusing:
    def __init__(self, error):
        self.error = error

    def __reduce__(self):
        raise self.error


class Complaining:
    def __reduce__(self):
        warnings.warn("pickled", stacklevel=1)
        return (list, ())


class Noisy:
    """Tells that it was loaded."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return (open, (str(self.canary), "w"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model.pkl"


def named_by_opcodes(path):
    """The modules that a pickle imports from, as its opcodes say."""
    strings, named = [], set()
    for opcode, argument, _ in pickletools.genops(path.read_bytes()):
        if opcode.name == "STACK_GLOBAL":
            named.add(strings[-2])
        elif opcode.name in {"SHORT_BINUNICODE", "BINUNICODE"}:
            strings.append(argument)
        elif opcode.name in {"BINGET", "LONG_BINGET"}:
            strings.append("?")
    return named - {"?"}


def test_a_model_comes_back_as_it_was(file):
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    written = write_pickle(model, file)

    assert written.format == "cloudpickle"
    np.testing.assert_equal(read_pickle(file, trusted=True).coef_, model.coef_)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression().fit([[0.0], [1.0]], [0, 1]),
        RandomForestClassifier(2).fit([[0.0], [1.0]], [0, 1]),
        make_pipeline(FunctionTransformer(scipy.special.expit), StandardScaler()),
        FunctionTransformer(np.log1p, inverse_func=np.linalg.norm),
        {"built in": len, "method": "text".join, "array": np.arange(3), "type": int},
    ],
    ids=["linear", "forest", "universal function", "functions", "built-in"],
)
def test_the_modules_are_those_that_the_opcodes_name(file, model):
    written = write_pickle(model, file)

    assert named_by_opcodes(file) <= {*written.modules, "builtins"}
    assert all(module in sys.modules for module in written.modules)


def test_a_model_is_let_go_as_soon_as_it_is_written(file):
    model = LogisticRegression()
    alive = weakref.ref(model)
    gc.disable()

    write_pickle(model, file)
    del model

    gc.enable()
    assert alive() is None


def test_a_universal_function_is_of_the_module_that_has_it(file):
    written = write_pickle(FunctionTransformer(scipy.special.expit), file)

    assert any(module.startswith("scipy.special") for module in written.modules)


def test_what_a_script_defines_travels_in_the_file(file):
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(path=str(file))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert read_pickle(file, trusted=True).predict(1) == 6
    assert "cloudpickle.cloudpickle" in told.stdout
    assert "__main__" not in told.stdout


def test_a_file_that_gets_too_large_is_not_left_behind(file):
    model = {"weights": np.zeros(100_000)}

    with pytest.raises(ModelTooLarge, match="10000 bytes"):
        write_pickle(model, file, max_bytes=10_000)

    assert not file.exists()


def test_writing_stops_as_soon_as_the_limit_is_passed(file):
    asked = []

    class Asked:
        def __reduce__(self):
            asked.append(self)
            return (list, ())

    with pytest.raises(ModelTooLarge):
        write_pickle([np.zeros(1_000_000), Asked()], file, max_bytes=10_000)

    assert asked == []


def test_a_file_of_just_the_limit_is_kept(file):
    write_pickle(list(range(10)), file)
    size = file.stat().st_size
    file.unlink()

    write_pickle(list(range(10)), file, max_bytes=size)

    assert file.stat().st_size == size


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ({"lock": threading.Lock()}, "TypeError: cannot pickle '_thread.lock' object"),
        ({"lines": (number for number in ())}, "TypeError: cannot pickle 'generator' object"),
        (Refusing(RuntimeError("not today")), "RuntimeError: not today"),
        (Refusing(KeyError("gone")), "KeyError: 'gone'"),
    ],
    ids=["lock", "generator", "own error", "key error"],
)
def test_what_cannot_be_pickled_is_told_with_the_reason(file, model, reason):

    with pytest.raises(ModelNotSerialisable) as told:
        write_pickle(model, file)

    assert reason in str(told.value)
    assert type(model).__qualname__ in str(told.value)
    assert not file.exists()


def test_a_model_that_is_nested_too_deeply_is_told_as_well(file):
    model = []
    for _ in range(100_000):
        model = [model]

    with pytest.raises(ModelNotSerialisable, match="recursion"):
        write_pickle(model, file)

    assert not file.exists()
    while model:
        model = model[0]
    gc.collect()


def test_a_full_disk_stays_a_full_disk(file):
    with pytest.raises(OSError, match="No space") as raised:
        write_pickle(Refusing(OSError(errno.ENOSPC, "No space left")), file)

    assert raised.type is OSError
    assert not file.exists()


def test_an_interrupt_passes_and_leaves_no_file(file):
    with pytest.raises(KeyboardInterrupt):
        write_pickle(Refusing(KeyboardInterrupt()), file)

    assert not file.exists()


def test_warnings_of_the_model_are_not_the_users(file):
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        write_pickle(Complaining(), file)

    assert shown == []


def test_without_cloudpickle_it_is_a_plain_pickle(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    pickling._pickler.cache_clear()

    written = write_pickle(LogisticRegression(), file)

    pickling._pickler.cache_clear()
    assert written.format == "pickle"
    assert "sklearn.linear_model._logistic" in written.modules
    assert isinstance(pickle.loads(file.read_bytes()), LogisticRegression)


def test_nothing_of_a_pickle_runs_unless_it_is_trusted(file, tmp_path):
    canary = tmp_path / "canary"
    file.write_bytes(pickle.dumps(Noisy(canary)))

    with pytest.raises(ModelUntrusted, match="can run any code"):
        read_pickle(file, trusted=False)

    assert not canary.exists()


@pytest.mark.parametrize("kept", [0, 1, 10, 100, 300, -1])
def test_a_pickle_that_is_cut_short_is_told(file, kept):
    write_pickle(LogisticRegression().fit([[0.0], [1.0]], [0, 1]), file)
    file.write_bytes(file.read_bytes()[:kept])

    with pytest.raises(ModelNotLoadable, match=str(file)):
        read_pickle(file, trusted=True)


def test_a_module_that_is_missing_is_named(file):
    file.write_bytes(b"cno_such_module\nThing\n.")

    with pytest.raises(ModelNotLoadable, match="no_such_module"):
        read_pickle(file, trusted=True)


def test_a_value_that_is_a_name_in_its_module_names_it(tmp_path):
    assert "pandas" in {
        module.partition(".")[0]
        for module in write_pickle({"missing": pd.NA}, tmp_path / "file").modules
    }
