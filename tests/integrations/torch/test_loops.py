"""A loop that nobody instrumented becomes a run, with a step for each step of the optimizer."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import autolog
from autolog.testing import record


def values(run, name):
    return [point.value for point in run.metric_history(name)]


def steps(run, name):
    return [point.step for point in run.metric_history(name)]


def ended(runs):
    """The only run, after its end."""
    runs.session.objects.end_all()
    return runs.only


def test_each_step_has_its_loss(net, fit):
    with record() as runs:
        losses = fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert values(runs.only, "loss") == losses
        assert steps(runs.only, "loss") == list(range(6))


def test_the_weights_are_the_same_to_the_bit(fit, loaders):
    def trained():
        torch.manual_seed(0)
        loaders[0].generator.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        fit(model, torch.optim.Adam(model.parameters()))
        return model, torch.get_rng_state()

    bare, state = trained()
    with record(torch={"gradient_norm": True}):
        recorded, recorded_state = trained()

    pairs = zip(bare.parameters(), recorded.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert torch.equal(state, recorded_state)


def test_the_run_tells_what_is_trained_and_how(net, fit):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 5)

    with record() as runs:
        fit(net, optimizer, after_epoch=scheduler.step)
        run = runs.only

    expected = {
        "batch_size": "16",
        "loss_function": "MSELoss",
        "lr": "0.1",
        "model_class": f"{type(net).__module__}.Net",
        "momentum": "0.9",
        "optimizer_name": "SGD",
        "parameters": "49",
        "scheduler_name": "StepLR",
        "scheduler_step_size": "5",
    }
    assert run.name == "Net"
    assert expected.items() <= run.params.items()
    assert "model_summary.txt" in run.artifacts


def test_learning_rates_are_recorded_when_they_change(net, fit):
    optimizer = torch.optim.SGD(
        [
            {"params": net.hidden.parameters(), "lr": 1.0},
            {"params": net.output.parameters(), "lr": 0.5},
        ]
    )
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

    with record() as runs:
        fit(net, optimizer, after_epoch=scheduler.step)

        assert values(runs.only, "lr-SGD/pg1") == [1.0, 0.5]
        assert values(runs.only, "lr-SGD/pg2") == [0.5, 0.25]
        assert steps(runs.only, "lr-SGD/pg1") == [0, 3]


def test_a_learning_rate_that_is_a_tensor_is_read_at_each_step(net, data):
    inputs, targets = data
    optimizer = torch.optim.Adam(net.parameters(), lr=torch.tensor(0.5))

    with record() as runs:
        for _ in range(4):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(inputs), targets).backward()
            optimizer.step()
            optimizer.param_groups[0]["lr"].mul_(0.5)
        run = ended(runs)

    assert values(run, "lr-Adam") == [0.5, 0.25, 0.125, 0.0625]


def test_a_rate_of_a_later_group_alone_is_seen_to_change(net, data):
    inputs, targets = data
    optimizer = torch.optim.SGD(
        [{"params": net.hidden.parameters()}, {"params": net.output.parameters()}], lr=0.5
    )

    with record() as runs:
        for step in range(4):
            optimizer.param_groups[1]["lr"] = 0.5 if step < 3 else 0.25
            optimizer.zero_grad()
            nn.functional.mse_loss(net(inputs), targets).backward()
            optimizer.step()
        run = ended(runs)

    assert steps(run, "lr-SGD/pg2") == [0, 3]
    assert values(run, "lr-SGD/pg2") == [0.5, 0.25]


def test_each_pass_over_the_training_data_is_an_epoch(net, fit):
    with record() as runs:
        losses = fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        run = ended(runs)

    assert values(run, "loss_epoch") == pytest.approx([sum(losses[:3]) / 3, sum(losses[3:]) / 3])
    assert steps(run, "loss_epoch") == [0, 1]
    assert steps(run, "epoch_seconds") == steps(run, "steps_per_second") == [0, 1]


def test_losses_that_are_only_computed_are_those_of_the_validation(net, fit, loaders):
    loss, means = nn.MSELoss(), []

    def validate():
        with torch.no_grad():
            found = [loss(net(inputs), targets).item() for inputs, targets in loaders[1]]
        means.append(sum(found) / len(found))

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1), loss=loss, after_epoch=validate)
        run = ended(runs)

    assert values(run, "val_loss") == pytest.approx(means)
    assert steps(run, "val_loss") == [0, 1]


class Custom(nn.Module):
    """A loss that the user has written."""

    def forward(self, outputs, targets):
        return (outputs - targets).abs().mean()


def test_losses_that_the_user_has_written_are_followed_too(net, fit, loaders):
    loss = Custom()

    def validate():
        with torch.no_grad():
            for inputs, targets in loaders[1]:
                loss(net(inputs), targets)

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1), loss=loss, after_epoch=validate)
        run = ended(runs)

    assert steps(run, "val_loss") == [0, 1]
    assert run.params["loss_function"] == "Custom"
    assert "__call__" not in vars(Custom)


def test_several_losses_are_told_apart_in_the_validation(net, data):
    inputs, targets = data
    losses = [nn.MSELoss(), nn.L1Loss()]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        for _ in range(2):
            sum(loss(net(inputs), targets) for loss in losses).backward()
            optimizer.step()
            with torch.no_grad():
                for loss in losses:
                    loss(net(inputs), targets)
        run = ended(runs)

    assert steps(run, "val_loss_MSELoss") == steps(run, "val_loss_L1Loss") == [0, 1]
    assert run.params["loss_function"] == "L1Loss, MSELoss"


def test_other_data_and_the_training_data_are_told_from_the_validation(net, fit, loaders, data):
    loss = nn.MSELoss()
    test = DataLoader(TensorDataset(*data))

    @torch.inference_mode()
    def compute(loader):
        for inputs, targets in loader:
            loss(net(inputs), targets)

    def evaluate():
        compute(loaders[0])
        compute(loaders[1])

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1), loss=loss, after_epoch=evaluate)
        compute(test)
        run = ended(runs)

    assert steps(run, "train_loss") == steps(run, "val_loss") == [0, 1]
    assert steps(run, "val_loss_2") == [1]


def test_a_validation_amid_an_epoch_begins_no_epoch(net, loaders):
    loss, optimizer = nn.MSELoss(), torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        for _ in range(2):
            for inputs, targets in loaders[0]:
                loss(net(inputs), targets).backward()
                optimizer.step()
                with torch.no_grad():
                    for other, wanted in loaders[1]:
                        loss(net(other), wanted)
        run = ended(runs)

    assert steps(run, "loss_epoch") == [0, 1]
    assert steps(run, "val_loss") == [0, 1]


def test_a_loader_that_is_made_anew_for_each_epoch_makes_epochs(net, data):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        for _ in range(3):
            for inputs, targets in DataLoader(TensorDataset(*data), 32):
                nn.functional.mse_loss(net(inputs), targets).backward()
                optimizer.step()
        run = ended(runs)

    assert steps(run, "loss_epoch") == [0, 1, 2]


def test_a_loop_without_a_loader_has_steps_and_validations(net, data):
    inputs, targets = data
    loss, optimizer = nn.MSELoss(), torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        for step in range(4):
            loss(net(inputs), targets).backward()
            optimizer.step()
            if step % 2:
                with torch.no_grad():
                    loss(net(inputs), targets)
        run = ended(runs)

    assert steps(run, "loss") == [0, 1, 2, 3]
    assert steps(run, "val_loss") == [1, 3]
    assert "loss_epoch" not in run.metrics


def test_the_losses_of_an_accumulated_step_are_summed(net, data):
    inputs, targets = data
    optimizer, losses = torch.optim.SGD(net.parameters(), lr=0.1), []

    with record() as runs:
        for _ in range(2):
            for part in range(2):
                rows = slice(32 * part, 32 * part + 32)
                loss = nn.functional.mse_loss(net(inputs[rows]), targets[rows]) / 2
                loss.backward()
                losses.append(loss.item())
            optimizer.step()
            optimizer.zero_grad()

        assert values(runs.only, "loss") == [losses[0] + losses[1], losses[2] + losses[3]]


def test_steps_without_any_backward_are_no_training(net):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        for _ in range(3):
            optimizer.step()

        assert list(runs) == []


def test_a_tensor_without_a_module_is_trained_too():
    point = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.Adam([point], lr=0.1)

    with record() as runs:
        for _ in range(3):
            optimizer.zero_grad()
            (point - 1).square().sum().backward()
            optimizer.step()

        assert runs.only.name == "Adam"
        assert len(values(runs.only, "loss")) == 3
        assert "model_class" not in runs.only.params


def test_the_gradient_norm_is_recorded_on_request(net, data):
    inputs, targets = data
    optimizer, norms = torch.optim.SGD(net.parameters(), lr=0.1), []

    with record(torch={"gradient_norm": True}) as runs:
        for _ in range(2):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(inputs), targets).backward()
            norms.append(float(nn.utils.clip_grad_norm_(net.parameters(), 1e9)))
            optimizer.step()

        assert values(runs.only, "gradient_norm") == pytest.approx(norms)


def test_every_n_steps_is_obeyed(net, fit):
    with record(every_n_steps=4) as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert steps(runs.only, "loss") == [0, 4]


def test_the_model_is_kept_when_the_run_ends(net, fit):
    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        runs.session.objects.end_all()
        runs.session.flush()

        assert runs.only.models["model"].flavor == "pytorch"


def test_a_model_that_is_gone_is_not_kept_and_the_run_says_so(fit):
    def train():
        model = nn.Linear(4, 1)
        fit(model, torch.optim.SGD(model.parameters(), lr=0.1))

    with record() as runs:
        train()
        run = runs.only

    assert run.status == "FINISHED"
    assert "autolog.model_skipped" in run.tags
    assert len(values(run, "loss")) == 6


def test_a_run_of_the_users_takes_the_training_in(net, fit):
    with record() as runs:
        with autolog.run("mine"):
            losses = fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert runs.only.name == "mine"
        assert runs.only.status == "FINISHED"
        assert values(runs.only, "loss") == losses


def test_a_training_that_goes_on_after_a_block_gets_another_run(net, fit):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    with record() as runs:
        with autolog.run("mine"):
            fit(net, optimizer, epochs=1)
        fit(net, optimizer, epochs=1)

        assert [run.name for run in runs] == ["mine", "Net"]
        assert [len(values(run, "loss")) for run in runs] == [3, 3]


def test_what_is_logged_beside_the_loop_goes_to_its_run(net, fit):
    with record() as runs:
        fit(
            net,
            torch.optim.SGD(net.parameters(), lr=0.1),
            after_epoch=lambda: autolog.log_metric("accuracy", 0.5),
        )

        assert runs.only.metrics["accuracy"] == 0.5


def test_switching_off_ends_the_run_with_all_its_steps(net, fit):
    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        runs.session.stop_recording()
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert runs.only.status == "FINISHED"
        assert len(values(runs.only, "loss")) == 6


def test_switching_the_library_off_ends_the_recording_with_the_epoch(net, fit):
    with record() as runs:
        fit(
            net,
            torch.optim.SGD(net.parameters(), lr=0.1),
            after_epoch=lambda: autolog.autolog(torch=False),
        )
        run = runs.only

    assert len(values(run, "loss")) == 3


def test_nothing_is_recorded_in_a_block_where_the_user_wants_only_his_own(net, fit):
    with record(exclusive=True) as runs:
        with autolog.run("mine"):
            fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert runs.only.metrics == {}


def test_a_fit_of_scikit_learn_amid_a_loop_is_a_run_of_its_own(net, fit):
    from sklearn.linear_model import LinearRegression

    with record() as runs:
        fit(
            net,
            torch.optim.SGD(net.parameters(), lr=0.1),
            after_epoch=lambda: LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]),
        )

        assert [run.name for run in runs] == ["Net", "LinearRegression", "LinearRegression"]
        assert len(values(runs[0], "loss")) == 6


def test_a_loop_within_a_recorded_fit_is_silent(net, fit):
    from sklearn.base import BaseEstimator

    class Neural(BaseEstimator):
        def fit(self, X, y):
            fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
            return self

        def predict(self, X):
            return X

    with record() as runs:
        Neural().fit([[0.0]], [0.0])

        assert runs.only.name == "Neural"
        assert "loss" not in runs.only.metrics
