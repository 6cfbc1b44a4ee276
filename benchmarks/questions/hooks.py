"""What a call costs that a training makes by the thousand, beside the least that it needs."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.primitive import NAME as ENCODE_AND_STORE
from benchmarks.result import BARE, Result, measured, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.scale import Scale

TITLE = "What does a call cost in which autolog has little to do?"
METHOD = (
    "Within one fresh process for each subject, all contenders take turns, which are short where "
    "what is added is little beside the rest. Of Lightning's batches, what calling the callbacks "
    "takes is measured; the bare one is the benchmark's own."
)

AUTOLOG = "autolog"
_TIMES_A_HOOK = 2.0
_TIMES_A_CALLBACK = 1.5


def measure(scale: Scale) -> Iterator[Result]:
    """A nested call, a metric call, an empty run, a step, and a batch."""
    yield from _in_turn(
        scale,
        "a nested call of a patched method",
        _nested_calls,
        scale.pick(200, 30),
        "an empty wrapt wrapper",
        unit="ns",
    )
    yield from _in_turn(
        scale,
        "a call of log_metrics with five metrics",
        _metric_calls,
        scale.pick(200_000, 30_000),
        ENCODE_AND_STORE,
        unit="ns",
    )
    yield from _in_turn(
        scale,
        "a run in which nothing happens",
        _empty_runs,
        scale.pick(2_000, 300),
        ENCODE_AND_STORE,
        unit="µs",
    )
    yield from _in_turn(
        scale,
        "a step of a PyTorch loop",
        _torch_steps,
        scale.pick(400, 120),
        "an empty optimizer hook and a copy of the loss",
        unit="µs",
        times_the_least=_TIMES_A_HOOK,
    )
    yield from _in_turn(
        scale,
        "the callbacks of a batch of Lightning",
        _lightning_batches,
        scale.pick(12, 2),
        "an empty callback",
        unit="µs",
        times_the_least=_TIMES_A_CALLBACK,
    )


def _in_turn(
    scale: Scale,
    subject: str,
    function: Callable[[int], Any],
    rounds: int,
    least: str,
    *,
    unit: str,
    times_the_least: float | None = None,
) -> Iterator[Result]:
    """The least and autolog, after a bare one where the function measures that too."""
    if not scale.wants(subject):
        return
    facts: dict[str, Any] = {"subject": subject, "unit": unit}
    try:
        *bare, limits, ours = zip(*apart(function, rounds), strict=True)
    except Failed as failed:
        yield unmeasured(f"failed: {failed}", contender=AUTOLOG, role="autolog", **facts)
        return
    for values in bare:
        yield measured(values, contender=BARE, role="bare", **facts)
    limit = measured(limits, contender=least, role="limit", **facts)
    yield limit
    goal = None
    if times_the_least and bare:
        added = median(limits) - median(bare[0])
        goal = times_the_least * added if added > 0 else None
    yield measured(ours, contender=AUTOLOG, role="autolog", goal=goal, goal_of="added", **facts)


def _nested_calls(rounds: int) -> Any:
    from benchmarks.hooks.nested_call import nanoseconds

    return nanoseconds(rounds)


def _metric_calls(calls: int) -> Any:
    from benchmarks.hooks.metric_call import nanoseconds

    return nanoseconds(calls)


def _empty_runs(rounds: int) -> Any:
    from benchmarks.hooks.empty_run import microseconds

    return microseconds(rounds)


def _torch_steps(rounds: int) -> Any:
    from benchmarks.hooks.torch_step import microseconds

    return microseconds(rounds)


def _lightning_batches(rounds: int) -> Any:
    from benchmarks.hooks.lightning_batch import microseconds

    return microseconds(rounds)
