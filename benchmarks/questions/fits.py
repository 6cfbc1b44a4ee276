"""What recording adds to a training: without models and with them, beside pickle and MLflow."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.long_trainings import turns_in_slices
from benchmarks.model_by_hand import PICKLED, SCORED
from benchmarks.recorders import WITH_MODELS, WITHOUT_METRICS, WITHOUT_MODELS, WRITTEN
from benchmarks.result import BARE, Result, beside_bare, measured, unmeasured
from benchmarks.short_trainings import turns_in_one_process
from benchmarks.trainings import AUTOLOG, KINDS, MLFLOW, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.scale import Scale

TITLE = "What does recording add to a training?"
METHOD = (
    "What is told is how long the caller waits; what is added is the median of the differences "
    "within a turn, on top of the median of the bare trainings. Before the first turn, each "
    "process warms up with a training. A training of milliseconds takes its turns in one fresh "
    "process: bare, recorded without models, and recorded with everything, five times each, and "
    "the next time the other way round; up to eight turns, in two processes. A long training has a "
    "fresh process for each way, which train at the same time in slices of 50 ms: all but one are "
    "stopped, and only its slices count. There are three sets of such processes, or two where "
    "that takes long, with two turns each. MLflow has one turn in two processes of its own, or one "
    "where that takes long. Recording computes metrics of the training data, which takes "
    "predictions for all of them: where these are a good part of what is added, it is measured "
    "without them, too, and so is what it takes to compute them by hand. Where there are hundreds "
    "of steps, each of which is recorded, so is what it takes only to write a line of JSON for "
    "each with `os.write`."
)

PICKLE = "bare + pickle.dump"
BY_HAND = "bare + training metrics by scikit-learn's functions"

_PROCESSES = 2
_SETS_OF_LONG, _TURNS_OF_LONG = 3, 2
_FEWER_SETS_OF_LONG = 2
"""As many where a set takes longer than `_SECONDS_OF_A_SET`."""
_SECONDS_OF_A_SET = 20.0
_SECONDS = 6.0
_LONG_PROCESS_SECONDS = 8.0
_QUICK_SECONDS = 0.5
_LEAST = 2
_LONG_MS = 500.0
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
    for number in range(scale.pick(_SETS_OF_LONG if kind.ways else _PROCESSES, 1)):
        for recorder in tuple(recorders):
            started = perf_counter()
            try:
                turns[recorder] += _some_turns(name, kind, recorder, scale)
            except Failed as failure:
                failed[recorder] = f"failed: {failure}"
            if _is_enough(recorder, number + 1, perf_counter() - started):
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


def _is_enough(recorder: str, times: int, seconds: float) -> bool:
    """Whether a recorder that has had so many times, the last of so many seconds, is through."""
    if recorder == MLFLOW:
        return times == _PROCESSES or seconds > _LONG_PROCESS_SECONDS
    return times == _FEWER_SETS_OF_LONG and seconds > _SECONDS_OF_A_SET


def _some_turns(name: str, kind: Kind, by: str, scale: Scale) -> list[dict[str, float]]:
    is_quick = scale.peers and not scale.full
    if by == AUTOLOG and kind.ways:
        return turns_in_slices(name, 1 if is_quick else _TURNS_OF_LONG)
    seconds, least = _QUICK_SECONDS if is_quick else _SECONDS, 1 if is_quick else _LEAST
    if by == MLFLOW:
        seconds, least = 0.0, 1
    turns: list[dict[str, float]] = apart(turns_in_one_process, name, by, seconds, least)
    return turns


def _of_autolog(subject: str, turns: list[dict[str, float]], failed: str) -> Iterator[Result]:
    if failed:
        yield from _failed(subject, AUTOLOG, failed)
        return
    facts: dict[str, Any] = {"subject": subject, "unit": "ms"}
    plain = [turn[BARE] for turn in turns]
    dumped = [turn[PICKLED] for turn in turns]
    yield measured(plain, contender=BARE, role="bare", **facts)
    both = [one + other for one, other in zip(plain, dumped, strict=True)]
    yield beside_bare(plain, both, contender=PICKLE, role="limit", **facts)
    if all(SCORED in turn for turn in turns):
        both = [turn[BARE] + turn[SCORED] for turn in turns]
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
