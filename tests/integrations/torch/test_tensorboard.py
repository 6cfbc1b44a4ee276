"""What the user's own `SummaryWriter` writes is recorded too."""

from __future__ import annotations

import pytest
import torch

import autolog
from autolog.testing import record

tensorboard = pytest.importorskip(
    "torch.utils.tensorboard", reason="tensorboard is not among the oldest versions"
)


@pytest.fixture(params=["torch.utils.tensorboard", "tensorboardX"])
def writer(request, tmp_path):
    module = pytest.importorskip(request.param, reason=f"needs {request.param}")
    with module.SummaryWriter(str(tmp_path / "logs")) as made:
        yield made


def points(run, name):
    return [tuple(point) for point in run.metric_history(name)]


def test_scalars_go_into_the_run_of_the_loop(writer, net, fit):
    epochs = iter(range(9))
    loss = torch.ones((), requires_grad=True)

    with record() as runs:
        fit(
            net,
            torch.optim.SGD(net.parameters(), lr=0.1),
            after_epoch=lambda: writer.add_scalar("Accuracy/test", loss * 0.5, next(epochs)),
        )

        assert points(runs.only, "Accuracy/test") == [(0, 0.5), (1, 0.5)]


def test_scalars_go_into_the_run_of_the_block(writer):
    with record() as runs:
        with autolog.run("mine"):
            writer.add_scalar("a", 1.0)
            writer.add_scalars("b", {"x": 2.0, "y": 3.0}, 4)

        assert points(runs.only, "a") == [(0, 1.0)]
        assert points(runs.only, "b/x") == [(4, 2.0)]
        assert points(runs.only, "b/y") == [(4, 3.0)]


def test_hyperparameters_become_params_and_metrics(writer):
    with record() as runs:
        with autolog.run("mine"):
            writer.add_hparams({"layers": 3, "bias": True}, {"best": 0.5})

        assert runs.only.params == {"layers": "3", "bias": "True"}
        assert runs.only.metrics == {"best": 0.5}


def test_what_comes_before_the_first_step_waits_for_it(writer, net, fit):
    with record() as runs:
        writer.add_scalar("warmup", 1.0, 3)
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert points(runs.only, "warmup") == [(3, 1.0)]


def test_nothing_is_mirrored_where_the_user_wants_none(writer, net, fit):
    with record(torch={"tensorboard": False}) as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        writer.add_scalar("a", 1.0)
        writer.add_hparams({"layers": 3}, {"best": 0.5})

        assert not {"a", "best"} & set(runs.only.metrics)
        assert "layers" not in runs.only.params
