"""How cost grows: with children, metrics per call, params, and runs in the store."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.result import Result, measured, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.result import Role
    from benchmarks.scale import Scale
    from benchmarks.stores import Runs

TITLE = "How does cost grow?"
METHOD = (
    "One fresh process for each curve of each contender, from its smallest point to its largest. A "
    "child run logs one metric; what is told of children is the time for each of them. MLflow's "
    "curves end where a call takes no more, or where a point would take minutes. Of a store with "
    "many runs, a hundred are asked for: the newest, those with the best metric, and those that "
    "satisfy conditions, which a twentieth of all runs do, or a thousandth, so that most runs have "
    "to be looked at; and the newest run alone. MLflow's store gets the same runs by SQL."
)

AUTOLOG, MLFLOW = "autolog", "MLflow"
_ROLES: dict[str, Role] = {AUTOLOG: "autolog", MLFLOW: "peer"}
_CALLS = {
    "children": ("a child run, by children", {AUTOLOG: 10_000, MLFLOW: 100}),
    "metrics": ("a call of log_metrics, by metrics", {AUTOLOG: 10_000, MLFLOW: 1_000}),
    "params": ("a call of log_params, by params", {AUTOLOG: 1_000, MLFLOW: 100}),
}
"""What grows, and how far."""
_QUESTIONS = {
    "newest": "the newest 100 runs, by runs in the store",
    "best": "the 100 runs with the best metric, by runs in the store",
    "wide": "a search that 1 run in 20 satisfies, by runs in the store",
    "narrow": "a search that 1 in 1,000 satisfies, by runs in the store",
    "show": "the newest run alone, by runs in the store",
}
"""What a store is asked, by the method of `benchmarks.stores.Runs`."""
_FEWEST_RUNS = 10
_MOST_RUNS = {AUTOLOG: 100_000, MLFLOW: 10_000}
_QUICK = 1_000
"""The largest point where a little of everything is measured."""
_REPEATS = 7
_SECONDS, _QUICK_SECONDS = 2.0, 0.3
"""For how long a point is measured again."""
_GOAL_MS = 100.0


def measure(scale: Scale) -> Iterator[Result]:
    """The points of every curve."""
    seconds = _SECONDS if scale.full else _QUICK_SECONDS
    for what, (subject, ends) in _CALLS.items():
        for contender, end in ends.items():
            if contender == MLFLOW and not scale.full:
                continue
            counts = _tens(1, end if scale.full else min(end, _QUICK))
            found = _found(of_calls, what, contender, counts, seconds)
            yield from _curve(subject, contender, counts, found, "µs")
    stores = {}
    for contender, end in _MOST_RUNS.items():
        counts = _tens(_FEWEST_RUNS, end if scale.full else min(end, _QUICK))
        stores[contender] = counts, _found(of_store, contender, counts, seconds)
    for what, subject in _QUESTIONS.items():
        for contender, (counts, found) in stores.items():
            values = found if isinstance(found, str) else [one[what] for one in found]
            yield from _curve(subject, contender, counts, values, "ms")


def _tens(first: int, last: int) -> list[int]:
    counts = [first]
    while counts[-1] < last:
        counts.append(10 * counts[-1])
    return counts


def _found(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a fresh process finds, or why there is nothing."""
    try:
        return apart(function, *arguments, peers=MLFLOW in arguments)
    except Failed as failed:
        return f"failed: {failed}"


def _curve(
    subject: str, contender: str, counts: Sequence[int], found: Any, unit: str
) -> Iterator[Result]:
    facts: dict[str, Any] = {"contender": contender, "role": _ROLES[contender], "unit": unit}
    if isinstance(found, str):
        yield unmeasured(found, subject=subject, **facts)
        return
    for count, values in zip(counts, found, strict=True):
        is_judged = unit == "ms" and contender == AUTOLOG and count == _MOST_RUNS[AUTOLOG]
        yield measured(
            values,
            subject=f"{subject}: {count:,}",
            growth=subject,
            at=float(count),
            goal=_GOAL_MS if is_judged else None,
            **facts,
        )


def of_calls(what: str, contender: str, counts: list[int], seconds: float) -> list[list[float]]:
    """Microseconds of calls that log so many of something.

    Args:
        what: `children`, `metrics`, or `params`.
        contender: Who is called.
        counts: How many of them there are.
        seconds: For how long each is measured again.
    """
    tracker = _mlflow() if contender == MLFLOW else _autolog()
    timed = {"children": _of_children, "metrics": _of_metrics, "params": _of_params}[what]
    return [_repeated(partial(timed, tracker, count), seconds) for count in counts]


def of_store(contender: str, counts: list[int], seconds: float) -> list[dict[str, list[float]]]:
    """Milliseconds of reading calls, in stores with so many runs.

    Args:
        contender: Whose store it is.
        counts: How many runs the store has.
        seconds: For how long each call is measured again.
    """
    store, filled, found = store_of(contender), 0, []
    for count in counts:
        store.fill(filled, count)
        filled = count
        found.append(
            {what: _repeated(partial(_asked, store, what), seconds) for what in _QUESTIONS}
        )
    return found


def store_of(contender: str) -> Runs:
    """A store in the current folder, without runs.

    Args:
        contender: Whose.
    """
    if contender == MLFLOW:
        from benchmarks.stores.of_mlflow import MlflowRuns

        return MlflowRuns()
    from benchmarks.stores.of_autolog import AutologRuns

    return AutologRuns()


def _asked(store: Runs, what: str) -> float:
    question = getattr(store, what)
    started = perf_counter()
    question()
    return (perf_counter() - started) * 1e3


def _autolog() -> Any:
    import autolog

    return autolog, lambda: autolog.run("benchmark")


def _mlflow() -> Any:
    import mlflow

    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.set_experiment("benchmark")
    return mlflow, lambda: mlflow.start_run(nested=True)


def _of_children(tracker: Any, count: int) -> float:
    logging, run = tracker
    with run():
        started = perf_counter()
        for number in range(count):
            with run():
                logging.log_metrics({"score": 0.5}, step=number)
        return (perf_counter() - started) * 1e6 / count


def _of_metrics(tracker: Any, count: int) -> float:
    logging, run = tracker
    metrics = {f"metric_{number}": number / 3 for number in range(count)}
    with run():
        logging.log_metrics(metrics, step=0)  # the first makes the names known
        started = perf_counter()
        logging.log_metrics(metrics, step=1)
        return (perf_counter() - started) * 1e6


def _of_params(tracker: Any, count: int) -> float:
    logging, run = tracker
    params = {f"param_{number}": number for number in range(count)}
    with run():
        started = perf_counter()
        logging.log_params(params)
        return (perf_counter() - started) * 1e6


def _repeated(timed: Callable[[], float], seconds: float) -> list[float]:
    timed()  # sets up what is needed once
    last = perf_counter() + seconds
    found = [timed()]
    while len(found) < _REPEATS and perf_counter() < last:
        found.append(timed())
    return found
