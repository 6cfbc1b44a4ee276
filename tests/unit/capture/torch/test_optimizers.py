"""The settings of optimizers and schedulers, and the names of their learning rates."""

from __future__ import annotations

import pytest
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR

from autolog.capture.torch.optimizers import LearningRates, optimizer_params, scheduler_params


@pytest.fixture
def layers():
    return torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)


def test_the_first_has_its_settings_under_their_own_names(layers):
    params = optimizer_params([torch.optim.SGD(layers[0].parameters(), lr=0.5, momentum=0.9)])

    assert params["optimizer_name"] == "SGD"
    assert (params["lr"], params["momentum"], params["nesterov"]) == (0.5, 0.9, False)


def test_further_ones_are_numbered(layers):
    optimizers = [torch.optim.SGD(layer.parameters(), lr=0.5) for layer in layers]

    params = optimizer_params(optimizers)

    assert (params["optimizer_2_name"], params["optimizer_2_lr"]) == ("SGD", 0.5)


def test_a_group_tells_what_differs_from_the_rest(layers):
    groups = [
        {"params": layers[0].parameters()},
        {"params": layers[1].parameters(), "lr": 0.25},
    ]

    params = optimizer_params([torch.optim.SGD(groups, lr=0.5)])

    assert {name: value for name, value in params.items() if name.startswith("group")} == {
        "group_2_lr": 0.25
    }


def test_a_rate_in_a_tensor_is_told_as_a_number(layers):
    optimizer = torch.optim.Adam(layers[0].parameters(), lr=torch.tensor(0.5))

    assert optimizer_params([optimizer])["lr"] == 0.5


def test_schedulers_tell_their_settings_and_not_their_progress(layers):
    optimizer = torch.optim.SGD(layers[0].parameters(), lr=0.5)

    params = scheduler_params([StepLR(optimizer, 3), ReduceLROnPlateau(optimizer, patience=4)])

    assert params["scheduler_name"] == "StepLR"
    assert (params["scheduler_step_size"], params["scheduler_gamma"]) == (3, 0.1)
    assert params["scheduler_2_name"] == "ReduceLROnPlateau"
    assert params["scheduler_2_patience"] == 4
    assert not {"scheduler_last_epoch", "scheduler_2_best", "scheduler_2_num_bad_epochs"} & set(
        params
    )


def test_rates_are_named_as_lightning_names_them(layers):
    groups = [{"params": layer.parameters(), "lr": 0.1 + at} for at, layer in enumerate(layers)]
    optimizers = [
        torch.optim.SGD(layers[0].parameters(), lr=0.5),
        torch.optim.SGD(layers[1].parameters(), lr=0.25),
        torch.optim.Adam(groups),
    ]

    rates = LearningRates(optimizers)

    assert rates.now() == {
        "lr-SGD": 0.5,
        "lr-SGD-1": 0.25,
        "lr-Adam/pg1": 0.1,
        "lr-Adam/pg2": 1.1,
    }
    optimizers[0].param_groups[0]["lr"] = 0.125
    assert rates.now()["lr-SGD"] == 0.125
