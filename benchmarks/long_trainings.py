"""Trainings that take long, recorded in several ways at the same time."""

from __future__ import annotations

import gc
import warnings
from typing import TYPE_CHECKING, Any

from autolog.delivery import background
from benchmarks.model_by_hand import model_by_hand
from benchmarks.recorders import UNRECORDED, WRITTEN, OfAutolog
from benchmarks.result import BARE
from benchmarks.slices import Gate, functions_in_slices, on_one_cpu
from benchmarks.trainings import KINDS

if TYPE_CHECKING:
    from benchmarks.trainings import Training


def turns_in_slices(name: str, count: int) -> list[dict[str, float]]:
    """Milliseconds of trainings by their ways, turn by turn, and of what can be done by hand.

    Args:
        name: The name of the training.
        count: How many trainings there are of each way.
    """
    ways = KINDS[name].ways
    found, turns = functions_in_slices(in_one_way, [(name, way, count) for way in ways], count)
    return [{**dict(zip(ways, turn, strict=True)), **found[ways.index(BARE)]} for turn in turns]


def in_one_way(said: int, heard: int, name: str, way: str, count: int) -> dict[str, float]:
    """Trains in this process, and gives milliseconds of what can be done with the model by hand.

    Args:
        said: A descriptor of the `Gate`.
        heard: The other one.
        name: The name of the training.
        way: How it is recorded.
        count: How many trainings there are.
    """
    warnings.simplefilter("ignore")
    gate = Gate(said, heard)
    kind = KINDS[name]
    training = kind.prepared()
    recorder = OfAutolog()
    _rest_by_own_time(len(kind.ways))
    recorder.to(way)
    model = _trained(training, way, recorder)  # sets up what a process needs once
    for _ in range(count):
        recorder.settle()
        recorder.to(way)
        gc.collect()
        with on_one_cpu():
            gate.wait()
            model = _trained(training, way, recorder)
            gate.wait()
    return model_by_hand(training, model) if way == BARE else {}


def _trained(training: Training, way: str, recorder: OfAutolog) -> Any:
    train = training.written if way == WRITTEN else training.train
    if train is None:
        raise ValueError("The steps of this training are not written by hand.")
    model = train()
    if training.ends_with_script and way not in UNRECORDED:
        recorder.to(BARE)
    return model


def _rest_by_own_time(processes: int) -> None:
    """Has consumers rest as long as ever by the time that their process has gone on for."""
    rests = tuple(processes * seconds for seconds in background._RESTS)  # noqa: SLF001 - no option
    background._RESTS = rests  # type: ignore[assignment]  # noqa: SLF001 - the same
