"""What recording adds to a training: without models and with them, beside pickle and MLflow."""

from __future__ import annotations

import gc
import pickle
import warnings
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.recorders import (
    WITH_MODELS,
    WITHOUT_METRICS,
    WITHOUT_MODELS,
    WRITTEN,
    OfAutolog,
    OfMlflow,
)
from benchmarks.result import BARE, Result, beside_bare, measured, unmeasured
from benchmarks.step_by_step import step_by_step
from benchmarks.trainings import AUTOLOG, KINDS, MLFLOW, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.recorders import Recorder
    from benchmarks.scale import Scale
    from benchmarks.trainings import Training

TITLE = "What does recording add to a training?"
METHOD = (
    "Each fresh process warms up with a recorded training, and then trains bare, recorded without "
    "models, and recorded with everything, in turn, and the next time the other way round, so that "
    "none always comes first; a short training five times each. There are "
    "eight turns, fewer of a long training, and one where MLflow records. autolog and MLflow have "
    "two processes of their own each, which take turns too; where MLflow's takes long, there is "
    "one. What is told is how long the caller waits. What is added is the median of the "
    "differences within a turn, on top of the median of the bare trainings. Recording computes "
    "metrics of the training data, which takes predictions for all of them: where these are a good "
    "part of what is added, it is measured without them, too, and so is what it takes to compute "
    "them by hand. Trainings of hundreds of steps, each of which is recorded, are trained in all "
    "ways at once, each in a process of its own, on one CPU, of which one goes on for twenty steps "
    "while the others wait: the pace of the machine changes too often for longer turns. What "
    "autolog's threads do meanwhile, on the other CPU, is not in it. There are three sets of such "
    "processes, with two turns each, and the line to reach only writes a line of JSON for each "
    "step, with `os.write`."
)

PICKLE = "bare + pickle.dump"
BY_HAND = "bare + training metrics by scikit-learn's functions"

_PROCESSES = 2
_SETS_IN_STEPS, _TURNS_IN_STEPS = 3, 2
_SECONDS = 6.0
_LONG_PROCESS_SECONDS = 8.0
_QUICK_SECONDS = 0.5
_LEAST, _MOST = 2, 8
_LONG_MS = 500.0
_SHORT_MS = 100.0
_SHORT_ONES = 5
_SHARE_OF_LONG = 1.02
_ADDED_MS = 3.0
_TIMES_PICKLE = 1.2
_ADDED_WITH_MODEL_MS = 10.0


def measure(scale: Scale) -> Iterator[Result]:
    """Every training, with each contender."""
    for name, kind in KINDS.items():
        if _is_measured(kind, scale):
            yield from of_training(name, kind, scale)


def _is_measured(kind: Kind, scale: Scale) -> bool:
    if not scale.peers:
        return kind.in_check and scale.wants(kind.subject)
    return not kind.for_check_only and (scale.full or bool(kind.in_quick))


def of_training(name: str, kind: Kind, scale: Scale) -> Iterator[Result]:
    """One training, with each contender.

    Args:
        name: Its name in `KINDS`.
        kind: What that means.
        scale: How much is measured.
    """
    recorders = [AUTOLOG]
    if scale.peers and kind.flavor and (scale.full or MLFLOW in kind.in_quick):
        recorders.append(MLFLOW)
    turns: dict[str, list[dict[str, float]]] = {recorder: [] for recorder in recorders}
    failed: dict[str, str] = {}
    for _ in range(scale.pick(_SETS_IN_STEPS if kind.in_steps else _PROCESSES, 1)):
        for recorder in tuple(recorders):
            started = perf_counter()
            try:
                turns[recorder] += _some_turns(name, kind, recorder, scale)
            except Failed as failure:
                failed[recorder] = f"failed: {failure}"
            if recorder == MLFLOW and perf_counter() - started > _LONG_PROCESS_SECONDS:
                recorders.remove(recorder)
    yield from _of_autolog(kind.subject, turns[AUTOLOG], failed.get(AUTOLOG, ""))
    if MLFLOW in failed:
        yield from _failed(kind.subject, MLFLOW, failed[MLFLOW])
    elif MLFLOW in turns:
        # a turn or two beside MLflow tell little of what is typical
        typical = median(turn[BARE] for turn in turns[AUTOLOG] or turns[MLFLOW])
        yield from _beside(kind.subject, MLFLOW, turns[MLFLOW], typical)
    elif not kind.flavor:
        facts: dict[str, Any] = {"subject": kind.subject, "role": "peer", "unit": "ms"}
        yield unmeasured("its autologging does not see such loops", contender=MLFLOW, **facts)


def _some_turns(name: str, kind: Kind, by: str, scale: Scale) -> list[dict[str, float]]:
    is_quick = scale.peers and not scale.full
    if by == AUTOLOG and kind.in_steps:
        return step_by_step(name, 1 if is_quick else _TURNS_IN_STEPS)
    seconds, least = _QUICK_SECONDS if is_quick else _SECONDS, 1 if is_quick else _LEAST
    if by == MLFLOW:
        seconds, least = 0.0, 1
    turns: list[dict[str, float]] = apart(turns_of, name, by, seconds, least)
    return turns


def _of_autolog(subject: str, turns: list[dict[str, float]], failed: str) -> Iterator[Result]:
    if failed:
        yield from _failed(subject, AUTOLOG, failed)
        return
    facts: dict[str, Any] = {"subject": subject, "unit": "ms"}
    plain = [turn[BARE] for turn in turns]
    dumped = [turn["pickle"] for turn in turns]
    yield measured(plain, contender=BARE, role="bare", **facts)
    both = [one + other for one, other in zip(plain, dumped, strict=True)]
    yield beside_bare(plain, both, contender=PICKLE, role="limit", **facts)
    if all("scored" in turn for turn in turns):
        both = [turn[BARE] + turn["scored"] for turn in turns]
        yield beside_bare(plain, both, contender=BY_HAND, role="limit", **facts)
    if all(WRITTEN in turn for turn in turns):
        yield beside_bare(
            plain, [turn[WRITTEN] for turn in turns], contender=WRITTEN, role="limit", **facts
        )
    bare, pickled = median(plain), median(dumped)
    light = bare * _SHARE_OF_LONG if bare > _LONG_MS else bare + _ADDED_MS
    # what is added with a model is not to be less than what may be added without one
    full = max(light, bare + _TIMES_PICKLE * pickled + _ADDED_WITH_MODEL_MS)
    goals = {WITHOUT_METRICS: light, WITHOUT_MODELS: light, WITH_MODELS: full}
    yield from _beside(subject, AUTOLOG, turns, bare, goals)


def _beside(
    subject: str,
    recorder: str,
    turns: list[dict[str, float]],
    typical: float,
    goals: Mapping[str, float] = MappingProxyType({}),
) -> Iterator[Result]:
    bare = [turn[BARE] for turn in turns]
    for way in (WITHOUT_METRICS, WITHOUT_MODELS, WITH_MODELS):
        if all(way in turn for turn in turns):
            facts = _facts(subject, recorder, way)
            taken = [turn[way] for turn in turns]
            yield beside_bare(bare, taken, typical, goal=goals.get(way), **facts)


def _failed(subject: str, recorder: str, why: str) -> Iterator[Result]:
    for way in (WITHOUT_MODELS, WITH_MODELS):
        yield unmeasured(why, **_facts(subject, recorder, way))


def _facts(subject: str, recorder: str, way: str) -> dict[str, Any]:
    return {
        "subject": subject,
        "contender": f"{recorder}, {way}",
        "role": "autolog" if recorder == AUTOLOG else "peer",
        "unit": "ms",
    }


def turns_of(name: str, by: str, seconds: float, least: int) -> list[dict[str, float]]:
    """Milliseconds of trainings in this process, turn by turn, and of `pickle.dump` of the model.

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
        model, taken[way] = _typical(partial(_trained, training, recorder, way, clock))
    recorder.to(BARE)
    if training.scored:
        _, taken["scored"] = _typical(partial(_scored, training.scored, model, clock))
    kept = training.kept(model)
    started = perf_counter()
    with Path("model.pickle").open("wb") as file:
        pickle.dump(kept, file, protocol=5)
    taken["pickle"] = (perf_counter() - started) * 1e3
    return taken


def _typical(measured: Callable[[], tuple[Any, float]]) -> tuple[Any, float]:
    """Of what takes long one measurement, and else the median of some, behind one to warm up."""
    made, found = measured()
    if found >= _SHORT_MS:
        return made, found
    return made, median(measured()[1] for _ in range(_SHORT_ONES))


def _scored(
    scored: Callable[[Any], object], model: Any, clock: Callable[[], float]
) -> tuple[Any, float]:
    started = clock()
    return scored(model), (clock() - started) * 1e3


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
