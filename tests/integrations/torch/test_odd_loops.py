"""Loops that do more than one backward and one step go on as without autolog."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from autolog.testing import record
from autolog_torch.surroundings import look_around

INPUTS = torch.linspace(-1, 1, 8).reshape(4, 2)


def values(run, name):
    return [point.value for point in run.metric_history(name)]


def make():
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def weights(model):
    return [parameter.tolist() for parameter in model.parameters()]


def same_as_bare(train):
    """Trains without and with autolog, and gives the run; the weights are the same to the bit."""
    bare = weights(train())
    with record() as runs:
        model = train()
        run = runs.only
    assert weights(model) == bare
    return run


def test_a_closure_is_called_as_often_and_its_first_loss_counts():
    calls = []

    def train():
        calls.clear()
        model = make()
        optimizer = torch.optim.LBFGS(model.parameters(), max_iter=4)

        def closure():
            optimizer.zero_grad()
            loss = (model(INPUTS) - 1).square().mean()
            loss.backward()
            calls.append(loss.item())
            return loss

        firsts.clear()
        firsts.extend(float(optimizer.step(closure).detach()) for _ in range(2))
        return model

    firsts = []
    run = same_as_bare(train)

    assert len(calls) > 2
    assert values(run, "loss") == firsts


def test_a_scaled_loss_is_recorded_as_it_was():
    seen = []

    def train():
        seen.clear()
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        for _ in range(3):
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = model(INPUTS).float().square().mean()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            seen.append(loss.item())
        return model

    assert values(same_as_bare(train), "loss") == seen


def test_a_step_that_the_scaler_leaves_out_leaves_no_loss_behind():
    with record() as runs:
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
        for factor in (1.0, float("inf"), 2.0):
            optimizer.zero_grad()
            loss = model(INPUTS).square().mean() * factor
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()

        assert len(values(runs.only, "loss")) == 2
        assert values(runs.only, "loss")[1] == loss.item()


def test_gradients_of_gradients_keep_working():
    def train():
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(2):
            optimizer.zero_grad()
            loss = model(INPUTS).square().mean()
            gradients = torch.autograd.grad(loss, model.parameters(), create_graph=True)
            (loss + sum(one.square().sum() for one in gradients)).backward()
            optimizer.step()
        return model

    assert len(values(same_as_bare(train), "loss")) == 2


def test_a_graph_that_is_kept_can_be_gone_through_again():
    def train():
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loss = model(INPUTS).square().mean()
        loss.backward(retain_graph=True)
        loss.backward()
        optimizer.step()
        return model

    run = same_as_bare(train)

    assert values(run, "loss") == [2 * make()(INPUTS).square().mean().item()]


def test_what_is_no_single_number_is_no_loss():
    def train():
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        torch.autograd.backward([model(INPUTS).mean()])
        model(INPUTS).backward(torch.ones(4, 1))
        optimizer.step()
        return model

    assert values(same_as_bare(train), "loss") == [make()(INPUTS).mean().item()]


def test_losses_that_can_be_gone_through_once_are_left_to_pytorch():
    def train():
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model(INPUTS).mean().backward()
        optimizer.step()
        torch.autograd.backward(model(INPUTS[:2]).mean() for _ in range(2))
        torch.autograd.backward(tensors=model(INPUTS).mean())
        optimizer.step()
        return model

    assert len(values(same_as_bare(train), "loss")) == 2


def test_errors_and_warnings_point_to_where_they_point_without_autolog():
    def provoke():
        point = torch.ones(3, requires_grad=True)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            torch.autograd.backward(point.sum(), grad_variables=torch.ones(()))
            nn.MSELoss()(point, torch.ones(2, 3))
        raised = []
        for arguments in [(), (2 * point,)]:
            with pytest.raises((RuntimeError, TypeError)) as error:
                torch.autograd.backward(*arguments)
            raised.append(str(error.value))
        return [(one.filename, one.lineno, str(one.message)) for one in caught], raised

    bare = provoke()
    with record():
        assert provoke() == bare
    assert len(bare[0]) == 2


def test_the_graph_of_a_loss_is_not_kept_alive():
    import weakref

    class Marked(torch.autograd.Function):
        @staticmethod
        def forward(context, inputs):
            context.marker = markers.pop()
            return inputs.clone()

        @staticmethod
        def backward(context, gradient):
            return gradient

    class Marker:
        pass

    with record():
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        marker = Marker()
        reference, markers = weakref.ref(marker), [marker]
        del marker
        loss = Marked.apply(model(INPUTS)).mean()
        loss.backward()
        optimizer.step()
        del loss
        gc.collect()

        assert reference() is None


@pytest.mark.parametrize("compiled", ["model", "loss"])
def test_compiled_code_is_not_broken_into_pieces(compiled):
    loss_function = nn.MSELoss()

    def compute(model, inputs):
        return loss_function(model(inputs), torch.zeros(4, 1))

    def train():
        torch._dynamo.reset()
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        function = model
        if compiled == "model":
            function = torch.compile(model, backend="eager", fullgraph=True)
        step = torch.compile(compute, backend="eager", fullgraph=True)
        step = step if compiled == "loss" else compute
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(2):
                optimizer.zero_grad()
                step(function, INPUTS).backward()
                optimizer.step()
        return model

    run = same_as_bare(train)

    assert len(values(run, "loss")) == 2
    assert run.params["model_class"].endswith("Linear")


# the compiler imports what is deprecated, and looks at the gradients of tensors that have none
@pytest.mark.filterwarnings("ignore:The .grad attribute", "ignore:.torch.jit:DeprecationWarning")
def test_an_optimizer_that_is_compiled_steps_as_without_autolog():
    def train():
        torch._dynamo.reset()
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        step = torch.compile(optimizer.step, backend="eager")
        for _ in range(2):
            optimizer.zero_grad()
            model(INPUTS).square().mean().backward()
            step()
        return model

    bare = weights(train())
    with record():
        assert weights(train()) == bare


class PlainOptimizer(torch.optim.Optimizer):
    """Steps in a way that can be compiled as a whole."""

    def __init__(self, parameters, lr=0.1):
        super().__init__(parameters, {"lr": lr})

    def step(self):
        with torch.no_grad():
            for group in self.param_groups:
                for one in group["params"]:
                    one.sub_(one.grad, alpha=group["lr"])


def compiled_whole(model, loss_function):
    """Each step of the training is compiled code."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(inputs):
        optimizer.zero_grad()
        loss = loss_function(model(inputs), torch.zeros(4, 1))
        loss.backward()
        optimizer.step()
        return loss

    compiled = torch.compile(step, backend="eager")
    return [compiled(INPUTS).item() for _ in range(3)]


def compiled_epochs(model, loss_function):
    """Each epoch is compiled, as far as the compiler can do that."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = torch.utils.data.DataLoader(INPUTS, batch_size=4)
    losses = []

    def epoch():
        for inputs in loader:
            optimizer.zero_grad()
            loss = loss_function(model(inputs), torch.zeros(4, 1))
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())

    compiled = torch.compile(epoch, backend="eager")
    for _ in range(3):
        compiled()
    return [loss.item() for loss in losses]


def compiled_steps(model, loss_function):
    """The steps of the optimizer are compiled, without a break."""
    optimizer = PlainOptimizer(model.parameters())
    step = torch.compile(optimizer.step, backend="eager", fullgraph=True)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = loss_function(model(INPUTS), torch.zeros(4, 1))
        loss.backward()
        step()
        losses.append(loss.item())
    return losses


@pytest.mark.filterwarnings("ignore:The .grad attribute", "ignore:.torch.jit:DeprecationWarning")
@pytest.mark.parametrize("train", [compiled_whole, compiled_epochs, compiled_steps])
def test_steps_of_compiled_code_are_recorded_and_compiled_as_without_autolog(train):
    def compiled():
        torch._dynamo.reset()
        torch._dynamo.utils.counters.clear()
        model = make()
        losses = train(model, nn.MSELoss())
        return losses, weights(model), dict(torch._dynamo.utils.counters["stats"])

    bare = compiled()
    with record() as runs:
        recorded = compiled()
        found = values(runs.only, "loss")

    assert recorded == bare
    assert found == bare[0]


@pytest.mark.filterwarnings("ignore:The .grad attribute", "ignore:.torch.jit:DeprecationWarning")
def test_steps_that_are_compiled_and_not_take_turns():
    torch._dynamo.reset()
    first, second = make(), make()
    compiled, eager = (torch.optim.SGD(one.parameters(), lr=0.1) for one in (first, second))
    step = torch.compile(compiled.step, backend="eager")
    seen = []

    with record() as runs:
        for _ in range(3):
            one = first(INPUTS).square().mean()
            one.backward()
            step()
            other = second(INPUTS).mean()
            other.backward()
            eager.step()
            seen.append((one.item(), other.item()))

        run = runs.only
        assert list(zip(values(run, "loss"), values(run, "loss_2"), strict=True)) == seen


def test_losses_within_a_traced_model_stay_its_leaves():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.loss = nn.MSELoss()

        def forward(self, inputs, targets):
            return self.loss(inputs, targets)

    def graphs():
        given = (torch.ones(2), torch.zeros(2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `torch.jit` is deprecated, and doubts the shapes
            traced = torch.jit.trace(Model(), given)
        exported = torch.export.export(Model(), given).graph
        return str(torch.fx.symbolic_trace(Model()).graph), str(exported), traced.code

    bare = graphs()
    with record():
        assert graphs() == bare
        with pytest.warns(DeprecationWarning, match="script"):
            torch.jit.script(nn.MSELoss())


def test_the_classes_of_losses_are_left_as_they_were():
    with record():
        assert "__call__" in vars(nn.modules.loss._Loss)

    assert nn.MSELoss.__call__ is nn.Module.__call__
    assert "__call__" not in vars(nn.modules.loss._Loss)


def test_models_optimizers_and_losses_pickle_as_without_autolog():
    def pickled():
        model, loss = make(), nn.MSELoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loss(model(INPUTS), torch.zeros(4, 1)).backward()
        optimizer.step()
        return pickle.dumps([vars(loss), optimizer.state_dict(), sorted(vars(optimizer))])

    bare = pickled()
    with record():
        assert pickled() == bare


def test_a_mode_of_the_users_sees_only_what_the_user_computes():
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    seen = []

    class Functions(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            seen.append(function)
            return function(*args, **(kwargs or {}))

    class Operators(TorchDispatchMode):
        def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
            seen.append(operator)
            return operator(*args, **(kwargs or {}))

    def train(mode):
        seen.clear()
        model = make()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        with mode():
            model(INPUTS).mean().backward()
            optimizer.step()
        return list(seen)

    for mode in (Functions, Operators):
        bare = train(mode)
        with record():
            assert train(mode) == bare


def test_a_library_that_trains_by_itself_is_left_alone(monkeypatch):
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    trainer = compile(
        "def train(model, optimizer, inputs):\n"
        "    model(inputs).mean().backward()\n"
        "    optimizer.step()\n",
        "trainer.py",
        "exec",
    )
    names = {"__name__": "transformers.trainer"}
    exec(trainer, names)

    with record() as runs:
        names["train"](model, optimizer, INPUTS)

        assert list(runs) == []


@pytest.mark.parametrize(
    ("package", "expected"),
    [("runpy", False), ("IPython.core.interactiveshell", False), ("my.project", True)],
)
def test_all_objects_are_gone_through_only_for_what_a_function_of_the_users_may_hide(
    package, expected, monkeypatch
):
    gone_through = []

    def get_objects():
        gone_through.append(True)
        return gc.get_objects()

    monkeypatch.setattr("autolog_torch.surroundings.gc", SimpleNamespace(get_objects=get_objects))
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # a function that reads its own variables, and so is not looked at, as `python -m` has one
    names = {"__name__": package, "getframe": sys._getframe, "model": model}
    exec("def run(look):\n    vars()\n    return look(getframe())", names)

    # in a thread, beneath which there are no functions of pytest's
    with ThreadPoolExecutor(1) as threads:
        found = threads.submit(names["run"], partial(look_around, optimizer)).result()

    assert found.models == [model]
    assert bool(gone_through) == expected


def test_an_error_in_the_loop_is_the_users(fit, net):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def fail():
        raise ValueError("mine")

    with record() as runs:
        with pytest.raises(ValueError, match="mine"):
            fit(net, optimizer, after_epoch=fail)

        assert len(values(runs.only, "loss")) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="fork is unsafe beside threads elsewhere")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_leaves_the_run_to_its_parent():
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step():
        model(INPUTS).mean().backward()
        optimizer.step()

    def child(connection):
        from autolog_torch import activation

        loops = activation._active[-1]
        connection.send((loops.active_run() is None, len(loops._trainings)))

    with record() as runs:
        step()
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        process = context.Process(target=child, args=(theirs,))
        process.start()
        told = ours.recv()
        process.join()
        step()

        assert len(values(runs.only, "loss")) == 2
    assert told[1] == 0


def test_gradients_of_several_elements_are_no_loss(net, data):
    inputs, targets = data
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    with record() as runs:
        for _ in range(3):
            optimizer.zero_grad()
            difference = net(inputs) - targets
            difference.backward(torch.ones_like(difference), retain_graph=True)
            difference.square().mean().backward()
            optimizer.step()
        with pytest.raises(RuntimeError, match="only for scalar outputs"):
            (net(inputs) - targets).backward()

        assert len(runs.only.metric_history("loss")) == 3


def test_losses_are_seen_where_somebody_else_stands_for_backward(net, data, monkeypatch):
    inputs, targets = data
    original, calls = torch.autograd.backward, []

    def of_somebody_else(*args, **kwargs):
        calls.append(args)
        return original(*args, **kwargs)

    monkeypatch.setattr(torch.autograd, "backward", of_somebody_else)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    with record() as runs:
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(inputs), targets).backward()
            optimizer.step()

        assert len(calls) == len(runs.only.metric_history("loss")) == 3
    assert torch.autograd.backward is of_somebody_else
