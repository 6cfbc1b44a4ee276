"""A hook sees the arguments of a call by name, and changes them without touching the user's."""

from __future__ import annotations

import functools
import gc

import pytest

from autolog.patching import call as call_module
from autolog.patching.call import Call


def train(params, data, /, rounds=10, *extra, callbacks=None, **options):
    return params, data, rounds, extra, callbacks, options


class Model:
    def fit(self, X, y=None, *, epochs=3):
        return X, y, epochs


def test_arguments_are_found_by_name_however_they_were_given():
    call = Call(train, None, ({"eta": 1}, "data"), {"callbacks": ["mine"], "seed": 7})

    assert call.get("params") == {"eta": 1}
    assert call.get("data") == "data"
    assert call.get("rounds") == 10
    assert call.get("callbacks") == ["mine"]
    assert call.get("seed") == 7
    assert call.get("unknown", "nothing") == "nothing"


def test_a_parameter_without_default_that_was_left_out_gives_the_hooks_default():
    assert Call(train, None, (), {}).get("data", "none") == "none"


def test_a_bound_method_has_no_self():
    call = Call(Model().fit, None, ([1], [2]), {})

    assert call.get("X") == [1]
    assert call.get("y") == [2]
    assert call.get("epochs") == 3


def test_an_unbound_method_has_self():
    model = Model()

    assert Call(Model.fit, model, (model, [1]), {}).get("X") == [1]


def test_replacing_a_positional_argument_keeps_it_positional():
    call = Call(train, None, ("params", "data", 5), {})

    call.replace("rounds", 6)

    assert call.args == ("params", "data", 6)
    assert call.kwargs == {}


def test_replacing_an_argument_that_was_not_given_adds_it_by_name():
    given = {}
    call = Call(train, None, ("params", "data"), given)

    call.replace("rounds", 6)

    assert call.kwargs == {"rounds": 6}
    assert given == {}


@pytest.mark.parametrize("callbacks", [None, [], ["mine"], ("mine",)])
def test_appending_leaves_the_users_own_list_alone(callbacks):
    before = callbacks if callbacks is None else type(callbacks)(callbacks)
    call = Call(train, None, ("params", "data"), {"callbacks": callbacks})

    call.append("callbacks", "ours")

    assert call.kwargs["callbacks"] == [*(before or ()), "ours"]
    assert callbacks == before


def test_restoring_gives_the_very_arguments_back():
    args, kwargs = ("params", "data"), {"callbacks": ["mine"]}
    call = Call(train, None, args, kwargs)
    call.append("callbacks", "ours")
    call.replace("params", "other")

    call.restore()

    assert call.args is args
    assert call.kwargs is kwargs


def test_a_function_that_tells_no_signature_knows_what_was_given_by_name():
    call = Call(max, None, ([1],), {"default": 2})

    assert call.get("default") == 2
    assert call.get("iterable", "unknown") == "unknown"


def test_a_partial_is_read_as_its_callers_see_it():
    call = Call(functools.partial(train, "params"), None, ("data",), {})

    assert call.get("data") == "data"


def test_signatures_of_functions_that_are_gone_are_forgotten():
    def passing(alpha):
        return alpha

    gc.collect()
    before = len(call_module._known_parameters)
    Call(passing, None, (1,), {}).get("alpha")
    assert len(call_module._known_parameters) == before + 1

    del passing
    gc.collect()

    assert len(call_module._known_parameters) == before


def test_what_the_user_gave_is_told_in_his_order_with_names():
    call = Call(train, None, ({"eta": 1}, "data", 5, "more"), {"seed": 7, "callbacks": None})

    assert call.given == [
        ("params", {"eta": 1}),
        ("data", "data"),
        ("rounds", 5),
        ("", "more"),
        ("seed", 7),
        ("callbacks", None),
    ]


def test_what_the_user_gave_stays_what_a_hook_has_changed():
    call = Call(Model().fit, None, ("X",), {"y": "labels"})

    call.replace("y", "others")

    assert call.given == [("X", "X"), ("y", "labels")]


def test_what_a_decorator_takes_by_position_is_found_by_name():
    def inner(params, *, evals=None, callbacks=None):
        """Takes two by keyword only."""

    @functools.wraps(inner)
    def outer(*args, **kwargs):
        return inner(**dict(zip(("params", "evals", "callbacks"), args, strict=False)), **kwargs)

    call = Call(outer, None, ({}, ["sets"], ["mine"]), {})

    assert call.get("evals") == ["sets"]
    call.append("callbacks", "ours")
    assert call.args == ({}, ["sets"], ["mine", "ours"])


def test_what_comes_after_any_number_is_not_found_by_position():
    call = Call(train, None, ("params", "data", 5, "more", "and more"), {})

    assert call.get("callbacks") is None
    assert call.get("extra", "nothing") == "nothing"


def test_all_arguments_come_by_name_with_their_defaults():
    call = Call(train, None, ("params",), {"callbacks": ["mine"], "seed": 7})

    assert call.arguments == {
        "params": "params",
        "rounds": 10,
        "callbacks": ["mine"],
        "seed": 7,
    }
