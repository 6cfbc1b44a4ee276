"""Which steps belong to one training, and which begin another."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import autolog
from autolog.testing import record

ROWS = DataLoader(TensorDataset(torch.ones(6, 2)), 2)


def values(run, name):
    return [point.value for point in run.metric_history(name)]


def sgd(*models, lr=0.1):
    return torch.optim.SGD([one for model in models for one in model.parameters()], lr=lr)


def step(model, optimizer, rows=None):
    rows = torch.ones(2, 2) if rows is None else rows
    optimizer.zero_grad()
    model(rows).square().mean().backward()
    optimizer.step()


class Generator(nn.Linear):
    pass


class Discriminator(nn.Linear):
    pass


def test_optimizers_that_step_in_turn_are_one_training():
    generator, discriminator = Generator(2, 2), Discriminator(2, 1)
    first, second = sgd(discriminator, lr=0.2), torch.optim.Adam(generator.parameters())
    seen = {"loss": [], "loss_2": []}

    with record() as runs:
        for _ in range(2):
            for (rows,) in ROWS:
                loss = discriminator(generator(rows).detach()).mean()
                loss.backward()
                first.step()
                seen["loss"].append(loss.item())
                loss = -discriminator(generator(rows)).mean()
                loss.backward()
                second.step()
                seen["loss_2"].append(loss.item())
        run = runs.only

    assert {name: values(run, name) for name in seen} == seen
    assert run.params["optimizer_name"] == "SGD"
    assert run.params["optimizer_2_name"] == "Adam"
    assert {"Discriminator", "Generator"} == {
        name.rpartition(".")[2] for name in run.params["model_class"].split(", ")
    }
    assert values(run, "lr-SGD") == [0.2]
    assert values(run, "lr-Adam") == [0.001]


def test_two_optimizers_of_one_model_are_one_training():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    first, second = sgd(model[0]), sgd(model[1])

    with record() as runs:
        for _ in range(3):
            model(torch.ones(2, 2)).mean().backward()
            first.step()
            second.step()

        assert len(values(runs.only, "loss")) == 3
        assert "loss_2" not in runs.only.metrics
        assert set(runs.only.metrics) >= {"lr-SGD", "lr-SGD-1"}


def test_a_second_optimizer_of_the_same_model_goes_on_with_its_run():
    model = nn.Linear(2, 1)

    with record() as runs:
        for lr in (0.1, 0.01):
            optimizer = sgd(model, lr=lr)
            for _ in range(2):
                step(model, optimizer)

        assert values(runs.only, "lr-SGD") == [0.1, 0.01]
        assert [point.step for point in runs.only.metric_history("loss")] == [0, 1, 2, 3]
        assert runs.only.params["lr"] == "0.1"
        assert runs.only.params["optimizer_2_lr"] == "0.01"


def test_another_model_is_another_training_and_ends_the_one_before():
    with record() as runs:
        for lr in (0.1, 0.2):
            model = nn.Linear(2, 1)
            optimizer = sgd(model, lr=lr)
            for _ in range(2):
                for (rows,) in ROWS:
                    step(model, optimizer, rows)
            del optimizer

        first, second = runs
        assert [first.status, second.status] == ["FINISHED", "RUNNING"]
        assert [len(values(run, "loss")) for run in (first, second)] == [6, 6]
        assert [run.params["lr"] for run in (first, second)] == ["0.1", "0.2"]


def test_models_that_were_all_there_from_the_start_are_trained_one_after_another():
    models = [nn.Linear(2, 1) for _ in range(3)]
    optimizers = [sgd(model) for model in models]

    with record() as runs:
        for model, optimizer in zip(models, optimizers, strict=True):
            for _ in range(2):
                for (rows,) in ROWS:
                    step(model, optimizer, rows)

        assert [run.status for run in runs] == ["FINISHED", "FINISHED", "RUNNING"]
        assert [len(values(run, "loss")) for run in runs] == [6, 6, 6]


def test_models_that_take_turns_by_epochs_have_a_run_each():
    models = [nn.Linear(2, 1) for _ in range(2)]
    optimizers = [sgd(model) for model in models]

    with record() as runs:
        for _ in range(3):
            for model, optimizer in zip(models, optimizers, strict=True):
                for (rows,) in ROWS:
                    step(model, optimizer, rows)

        assert [len(values(run, "loss")) for run in runs] == [9, 9]
        assert [run.status for run in runs] == ["RUNNING", "RUNNING"]


def test_each_block_of_the_users_has_its_own_training():
    with record() as runs:
        for name in "ab":
            with autolog.run(name):
                model = nn.Linear(2, 1)
                step(model, sgd(model))

        assert [run.name for run in runs] == ["a", "b"]
        assert [len(values(run, "loss")) for run in runs] == [1, 1]


def test_two_trainings_in_one_block_are_its_first_and_a_child():
    with record() as runs:
        with autolog.run("both"):
            for _ in range(2):
                model = nn.Linear(2, 1)
                optimizer = sgd(model)
                step(model, optimizer)
                del optimizer

        assert runs.only.name == "both"
        assert [child.name for child in runs.only.children] == ["Linear"]


def test_trainings_in_two_threads_are_two_runs():
    barrier = threading.Barrier(2)

    def train(lr):
        model = nn.Linear(2, 1)
        optimizer = sgd(model, lr=lr)
        for _ in range(5):
            barrier.wait()
            step(model, optimizer)
        kept.append(model)

    kept = []
    with record() as runs:
        threads = [threading.Thread(target=train, args=(lr,)) for lr in (0.1, 0.2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(run.params["lr"] for run in runs) == ["0.1", "0.2"]
        assert [len(values(run, "loss")) for run in runs] == [5, 5]


def test_threads_that_train_one_model_share_its_run():
    # each its own layer: PyTorch itself crashes where two threads set the same gradients
    model = nn.Sequential(nn.Linear(2, 1), nn.Linear(2, 1))
    barrier = threading.Barrier(2)

    def train(place):
        layer = model[place]
        optimizer = sgd(layer)
        for _ in range(5):
            barrier.wait()
            step(layer, optimizer)

    with record() as runs:
        threads = [threading.Thread(target=train, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(values(runs.only, "loss")) == len(values(runs.only, "loss_2")) == 5


def test_a_model_that_an_object_holds_is_found():
    class Agent:
        def __init__(self):
            self.networks = {"policy": Generator(2, 1)}
            self.optimizer = sgd(self.networks["policy"])

        def learn(self):
            self.optimizer.zero_grad()
            self.networks["policy"](torch.ones(1, 2)).mean().backward()
            self.optimizer.step()

    with record() as runs:
        agent = Agent()
        agent.learn()

        assert runs.only.name == "Generator"


def test_a_model_that_no_variable_holds_is_found_all_the_same():
    hidden = [[[[Generator(2, 1)]]]]

    def train(hidden):
        parameters = list(hidden[0][0][0][0].parameters())
        optimizer = torch.optim.SGD(parameters, lr=0.1)
        hidden[0][0][0][0](torch.ones(1, 2)).mean().backward()
        optimizer.step()

    with record() as runs:
        train(hidden)

        assert runs.only.name == "Generator"


def test_the_whole_model_is_told_where_a_part_is_trained():
    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(2, 2), nn.Linear(2, 1)

    whole = Whole()
    with record() as runs:
        head = whole.head
        step(head, sgd(head))

        assert runs.only.name == "Whole"


def test_modules_that_are_not_made_yet_or_object_are_not_asked(net, fit):
    class Objecting(nn.Module):
        def parameters(self, recurse=True):
            raise ValueError("not yet")

        named_parameters = modules = children = parameters

    around = [Objecting.__new__(Objecting), Objecting()]

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))

        assert runs.only.params["model_class"].endswith("Net")
    assert len(around) == 2


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_compiled_script_is_a_model(fit):
    script = torch.jit.script(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1)))

    with record() as runs:
        fit(script, torch.optim.SGD(script.parameters(), lr=0.1))

        assert runs.only.params["parameters"] == "49"
