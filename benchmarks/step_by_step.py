"""Trainings of many steps, recorded in several ways, which take turns every few steps."""

from __future__ import annotations

import gc
import os
import pickle
import warnings
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.baton import Baton, with_baton
from benchmarks.recorders import UNRECORDED, WITH_MODELS, WITHOUT_MODELS, WRITTEN, OfAutolog
from benchmarks.result import BARE
from benchmarks.trackers.limits import OsWrite
from benchmarks.trainings import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.trainings import Training

WAYS = (BARE, WRITTEN, WITHOUT_MODELS, WITH_MODELS)

STEPS_AT_ONCE = 20
"""Some 40 ms. In much less, the processor's caches are still cold after another process's turn."""


def step_by_step(name: str, count: int) -> list[dict[str, float]]:
    """Milliseconds of trainings by their ways, turn by turn, and of `pickle.dump` of the model.

    Args:
        name: The name of the training.
        count: How many trainings there are of each way.
    """
    by_way = with_baton(in_one_way, [(name, way, count) for way in WAYS])
    return [
        {**dict(zip(WAYS, (trained for trained, _ in same), strict=True)), "pickle": same[0][1]}
        for same in zip(*by_way, strict=True)
    ]


def in_one_way(
    comes_from: int, goes_to: int, name: str, way: str, count: int
) -> list[tuple[float, float]]:
    """Milliseconds of some trainings in this process, and of `pickle.dump` of their models.

    Args:
        comes_from: The descriptor that the baton comes from.
        goes_to: The descriptor that the baton goes to.
        name: The name of the training.
        way: How it is recorded.
        count: How many trainings there are.
    """
    warnings.simplefilter("ignore")
    baton = Baton(comes_from, goes_to)
    training = KINDS[name].prepared()
    recorder = OfAutolog()
    train = _train_in(way, training, recorder)
    recorder.to(way)
    train(lambda: None)  # sets up what a process needs once
    _stay_on_one_cpu()
    taken = []
    baton.take()
    for _ in range(count):
        recorder.settle()
        recorder.to(way)
        gc.collect()
        baton.hand_on()  # so that all begin when the last one is ready
        baton.take()
        baton.start_clock()
        model = train(baton.send_round)
        taken.append((baton.milliseconds(), _dumped(training, model)))
    baton.hand_on()
    baton.take()  # a process that ends would disturb those that still train
    baton.hand_on()
    return taken


def _train_in(
    way: str, training: Training, recorder: OfAutolog
) -> Callable[[Callable[[], None]], Any]:
    train_in_steps = training.train_in_steps
    if train_in_steps is None:
        raise ValueError("This training has no steps.")
    by_hand = OsWrite()
    by_hand.open(Path.cwd())

    def train(take_turns: Callable[[], None]) -> Any:
        def ended(step: int, metrics: Callable[[], Mapping[str, float]]) -> None:
            if way == WRITTEN:
                by_hand.log(metrics(), step)
            if step % STEPS_AT_ONCE == 0:
                take_turns()

        model = train_in_steps(ended)
        if training.ends_with_script and way not in UNRECORDED:
            recorder.to(BARE)
        return model

    return train


def _stay_on_one_cpu() -> None:
    """Keeps this thread where those of the other processes are: each CPU has a pace of its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _dumped(training: Training, model: Any) -> float:
    kept = training.kept(model)
    started = perf_counter()
    with Path("model.pickle").open("wb") as file:
        pickle.dump(kept, file, protocol=5)
    return (perf_counter() - started) * 1e3
