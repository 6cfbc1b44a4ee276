"""What recording adds to a step of a plain PyTorch loop, beside the least that it takes."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

import autolog
from autolog.process import ensure_session
from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory
from benchmarks.timing import durations_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 41
_QUICK_ROUNDS = 15
_STEPS = 2_000
_QUICK_STEPS = 1_000
_TIMES_THE_LEAST = 2.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Steps of a tiny model, bare, with the least that recording takes, and recorded, in turn."""
    torch.set_num_threads(1)
    steps = _QUICK_STEPS if quick else _STEPS
    least, added, written = [], [], []
    with fresh_directory():
        for number in range(1 + (_QUICK_ROUNDS if quick else _ROUNDS)):
            bare = durations_ns(_loop(), steps)
            with _least() as keep:
                smallest = durations_ns(_loop(keep), steps)
            autolog.autolog(silent=True, log_models=False, log_environment=False)
            loop = _loop()  # its model is held until the steps are written
            recorded = durations_ns(loop, steps)
            started = perf_counter_ns()
            ensure_session().objects.write_all()
            took = perf_counter_ns() - started
            autolog.disable()
            autolog.flush()
            if number:  # the first sets up what a process needs once
                least.append(median(smallest) - median(bare))
                added.append(median(recorded) - median(bare))
                written.append(took / steps)
    beside = "an empty hook of the optimizer's and a copy of the loss"
    least_us = median(least) / 1e3
    yield Figure(
        "a step of a PyTorch loop, what recording adds",
        "µs",
        median(added) / 1e3,
        least_us,
        beside,
        Goal(_TIMES_THE_LEAST * least_us),
        _TIMES_THE_LEAST,
    )
    yield Figure(
        "the same, with its share of what is written every tenth of a second",
        "µs",
        (median(added) + median(written)) / 1e3,
        least_us,
        beside,
    )


def _loop(keep: Callable[[torch.Tensor], object] | None = None) -> Callable[[int], None]:
    """One step of a new training."""
    torch.manual_seed(0)
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    loss_function = nn.MSELoss()
    inputs, targets = torch.randn(8, 4), torch.randn(8, 1)

    def step(_: int) -> None:
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        if keep is not None:
            keep(loss)

    return step


@contextmanager
def _least() -> Iterator[Callable[[torch.Tensor], object]]:
    """A hook that does nothing, and what keeps a loss without waiting for it."""

    def nothing(_optimizer: Any, _args: Any, _kwargs: Any) -> None:
        pass

    hook = register_optimizer_step_post_hook(nothing)
    kept: list[torch.Tensor] = []

    def keep(loss: torch.Tensor) -> None:
        kept[:] = [loss.detach().clone()]

    try:
        yield keep
    finally:
        hook.remove()
