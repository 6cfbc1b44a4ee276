"""Trainings that take turns in one process: those of milliseconds, and MLflow's."""

from __future__ import annotations

import gc
import warnings
from functools import partial
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

from benchmarks.model_by_hand import model_by_hand
from benchmarks.recorders import (
    WITH_MODELS,
    WITHOUT_METRICS,
    WITHOUT_MODELS,
    OfAutolog,
    OfMlflow,
)
from benchmarks.result import BARE
from benchmarks.timing import typical
from benchmarks.trainings import AUTOLOG, KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.recorders import Recorder
    from benchmarks.trainings import Training

_MOST = 8


def turns_in_one_process(name: str, by: str, seconds: float, least: int) -> list[dict[str, float]]:
    """Milliseconds of trainings in this process, turn by turn, and of what is done by hand.

    Args:
        name: The name of the training.
        by: Who records it.
        seconds: For how long new turns begin.
        least: How many there are however long they take.
    """
    warnings.simplefilter("ignore")
    kind = KINDS[name]
    clock = thread_time if kind.for_check_only else perf_counter
    training = kind.prepared()
    recorder: Recorder = OfAutolog() if by == AUTOLOG else OfMlflow(kind.flavor)
    ways = [BARE, WITHOUT_MODELS, WITH_MODELS]
    if training.scored and by == AUTOLOG:
        ways.insert(1, WITHOUT_METRICS)
    _turn(training, recorder, [WITH_MODELS], clock)  # sets up what a process needs once
    last = perf_counter() + seconds
    turns: list[dict[str, float]] = []
    while len(turns) < least or (perf_counter() < last and len(turns) < _MOST):
        turns.append(_turn(training, recorder, ways, clock))
        ways.reverse()
    return turns


def _turn(
    training: Training, recorder: Recorder, ways: Sequence[str], clock: Callable[[], float]
) -> dict[str, float]:
    taken = {}
    for way in ways:
        recorder.to(way)
        gc.collect()
        model, taken[way] = typical(partial(_trained, training, recorder, way, clock))
    recorder.to(BARE)
    return {**taken, **model_by_hand(training, model, clock)}


def _trained(
    training: Training, recorder: Recorder, way: str, clock: Callable[[], float]
) -> tuple[Any, float]:
    started = clock()
    model = training.train()
    if training.ends_with_script and way != BARE:
        recorder.to(BARE)
    milliseconds = (clock() - started) * 1e3
    recorder.settle()
    return model, milliseconds
