"""What of the params of a training is kept."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold

from autolog.capture.boosting.plain_params import own_arguments, plain_params
from autolog.patching.call import Call


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, 0.5, float("inf"), "auc", [], {}, ["auc", "logloss"], (1, 0, -1)),
        *({"depth": 3}, {"a", "b"}, np.float32(0.5), np.int64(3), [["a", "b"], ["c"]]),
    ],
)
def test_numbers_text_and_what_consists_of_them_are_kept(value):
    assert plain_params({"it": value}) == {"it": value}


@pytest.mark.parametrize(
    "value",
    [
        len,
        print,
        object(),
        np.zeros(101),
        np.zeros((2, 2)),
        [len],
        {"f": len},
        [np.zeros(3)],
        list(range(20_000)),
    ],
)
def test_functions_objects_and_data_are_left_out(value):
    assert plain_params({"it": value, "other": 1}) == {"other": 1}


def test_a_short_array_is_kept_as_a_list():
    assert plain_params({"quantiles": np.array([0.1, 0.9])}) == {"quantiles": [0.1, 0.9]}


def test_of_a_list_what_is_plain_is_kept():
    assert plain_params({"metrics": ["auc", len], "constraints": (1, [len])}) == {
        "metrics": ["auc"],
        "constraints": (1,),
    }


def test_a_splitter_has_a_text():
    splitter = GroupKFold(3)

    assert plain_params({"folds": splitter}) == {"folds": splitter}


def test_arguments_of_a_call_come_with_their_defaults():
    def train(params, data, rounds=10, *, metric=None, seed=0):
        """Trains nothing."""

    call = Call(train, None, ({}, [1.0], 5), {"metric": len})

    assert own_arguments(call, {"params", "data"}) == {"rounds": 5, "seed": 0}
