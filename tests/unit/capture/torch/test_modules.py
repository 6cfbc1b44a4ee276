"""What is said of a module: its class, its parameters, a table of its parts."""

from __future__ import annotations

import torch

from autolog.capture.torch.modules import module_params, module_summary, unwrapped


def net():
    return torch.nn.Sequential(
        torch.nn.Linear(3, 2), torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(2, 1))
    )


def test_parameters_are_counted_and_those_that_are_trained():
    module = net()
    module[0].bias.requires_grad = False

    assert module_params(module) == {
        "model_class": "torch.nn.modules.container.Sequential",
        "parameters": 11,
        "trainable_parameters": 9,
    }


def test_shared_parameters_count_once():
    layer = torch.nn.Linear(3, 3)

    assert module_params(torch.nn.Sequential(layer, layer))["parameters"] == 12


def test_parameters_without_a_shape_do_not_count():
    assert module_params(torch.nn.LazyLinear(3))["parameters"] == 0
    assert "LazyLinear" in module_summary(torch.nn.LazyLinear(3))


def test_a_summary_is_a_table_of_the_parts():
    assert module_summary(net()).splitlines() == [
        "  | Name | Type       | Params",
        "------------------------------",
        "0 |      | Sequential |     11",
        "1 | 0    | Linear     |      8",
        "2 | 1    | Sequential |      3",
        "3 | 1.0  | ReLU       |      0",
        "4 | 1.1  | Linear     |      3",
        "------------------------------",
        "Trainable params: 11",
        "Non-trainable params: 0",
        "Total params: 11",
        "Size of the params: 44 bytes",
    ]


def test_a_summary_of_very_many_parts_is_cut():
    module = torch.nn.Sequential(*(torch.nn.Identity() for _ in range(1500)))

    assert len(module_summary(module).splitlines()) < 1020


def test_what_stands_around_a_module_is_taken_off():
    module = net()

    assert unwrapped(torch.compile(torch.nn.DataParallel(module), backend="eager")) is module
    assert unwrapped(module) is module
