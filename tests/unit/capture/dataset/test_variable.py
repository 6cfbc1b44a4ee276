"""The name of the caller's variable, and that nobody notices the look at it."""

from __future__ import annotations

import sys
import threading
import types
import weakref

import numpy as np
import pytest

from autolog.capture.dataset.variable import variable_name

X_global = np.zeros(1)


class Data(np.ndarray):
    """An array that can be watched."""


def new_data():
    return np.zeros(3).view(Data)


def look(data):
    """What a recorded call does: its own frame is not the user's."""
    return variable_name(data, sys._getframe(1))


# Functions with an `assert` are not looked into: pytest has them read their variables. So most of
# these tests have the user's code in a function of its own.


def test_a_local_variable_of_a_function_is_seen():
    def train():
        X_train = new_data()
        return look(X_train)

    assert train() == "X_train"


def test_a_variable_of_the_module_is_seen():
    assert look(X_global) == "X_global"


def test_a_variable_of_a_script_is_seen():
    script = {"__name__": "__main__", "look": look, "new_data": new_data}

    exec("X_script = new_data()\nname = look(X_script)", script)

    assert script["name"] == "X_script"


def test_a_variable_of_an_enclosing_function_is_seen():
    X_outer = new_data()

    def train():
        return look(X_outer)

    assert train() == "X_outer"


def test_the_variable_of_the_function_comes_before_that_of_the_module():
    def train():
        X_local = X_global
        return look(X_local)

    assert train() == "X_local"


def test_what_has_no_variable_has_no_name():
    assert look(new_data()) is None
    assert variable_name(X_global, None) is None


def test_what_no_code_could_name_has_no_name():
    data = new_data()
    script = {"__name__": "__main__", "look": look, "given": iter([data]), "@temporary": data}

    exec("name = look(next(given))", script)

    assert script["name"] is None


def test_names_that_are_private_are_not_told():
    _hidden = new_data()

    assert look(_hidden) is None


@pytest.mark.parametrize("module", ["autolog.hooks", "autolog_sklearn.patches", "wrapt", "autolog"])
def test_frames_of_ours_are_passed_over(module):
    ours = {"__name__": module, "look": look}
    exec("def call(data):\n    return look(data)", ours)

    def train():
        X_user = new_data()
        return ours["call"](X_user)

    assert train() == "X_user"


def test_a_module_of_the_users_may_be_named_much_like_ours():
    user = {"__name__": "autologging", "look": look}
    exec("def call(data):\n    return look(data)", user)

    assert user["call"](new_data()) == "data"


def test_what_the_function_deletes_is_freed():
    def train():
        X = new_data()
        alive = weakref.ref(X)
        name = look(X)
        del X
        return name, alive()

    assert train() == ("X", None)


def test_what_the_function_replaces_is_freed():
    def train():
        X = new_data()
        alive = weakref.ref(X)
        name = look(X)
        X = None
        return name, X, alive()

    assert train() == ("X", None, None)


def test_the_variables_stay_as_they_are():
    def train():
        X, number = new_data(), 1
        before = X
        name = look(X)
        return name, X is before, number

    assert train() == ("X", True, 1)


def test_what_locals_has_given_stays_as_it_is():
    X = new_data()
    taken = locals()
    names = dict(taken)
    later = 1

    found = look(X)

    assert dict(taken) == names or sys.version_info >= (3, 13)
    assert found in {None, "X"}
    assert later == 1


def test_what_exec_has_stored_stays_there():
    X = new_data()
    exec("stored = 1")
    before = "stored" in locals()

    look(X)

    assert ("stored" in locals()) == before


def test_a_snapshot_that_somebody_holds_is_not_emptied():
    def train():
        X = new_data()
        snapshot = sys._getframe().f_locals
        name = look(X)
        return name, snapshot["X"] is X

    assert train() == ("X", True)


def test_the_variables_of_a_class_body_stay():
    class Body:
        X = X_global
        name = look(X)

    assert Body.X is X_global
    assert Body.name == "X"


def test_a_tracer_sees_the_same_variables_and_changes_none():
    seen = []

    def trace(frame, event, argument):
        if frame.f_code.co_name == "traced":
            seen.append({**frame.f_locals, "X": "X" in frame.f_locals})
            return trace
        return None

    def traced():
        X = new_data()
        alive = weakref.ref(X)
        name = look(X)
        kept = X is not None
        del X
        return name, kept, alive() is None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = traced()
    finally:
        sys.settrace(before)

    assert result == ("X", True, True)
    assert seen[-1]["kept"] is True
    assert [names["X"] for names in seen] == [False, False, True, True, True, True, False, False]


def test_a_variable_that_another_thread_sets_meanwhile_does_no_harm():
    module = types.ModuleType("busy")
    module.__dict__.update(look=look, data=new_data())
    exec("def call():\n    return look(data)", module.__dict__)
    stop = threading.Event()

    def set_variables():
        number = 0
        while not stop.is_set():
            number += 1
            module.__dict__[f"v{number}"] = number
            module.__dict__.pop(f"v{number - 50}", None)

    thread = threading.Thread(target=set_variables)
    thread.start()
    try:
        names = {module.call() for _ in range(500)}
    finally:
        stop.set()
        thread.join()

    assert names == {"data"}
