"""The questions in their order, and their answers."""

from __future__ import annotations

import os
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.machine import stolen_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.result import Result
    from benchmarks.scale import Scale

QUESTIONS = (
    "fits",
    "hooks",
    "script",
    "metric_call",
    "throughput",
    "servers",
    "imports",
    "memory",
    "bytes_at_rest",
    "growth",
    "survival",
    "start_and_exit",
    "pytest_plugin",
)
"""The modules of `benchmarks.questions`, in the order in which they are measured."""


class Answer(NamedTuple):
    """What was measured for one question.

    Attributes:
        question: Its module.
        title: The question in words.
        method: How it was measured.
        results: What was found.
        seconds: How long it took.
        stolen: The share of that in which other machines had the processors.
    """

    question: str
    title: str
    method: str
    results: list[Result]
    seconds: float
    stolen: float

    def as_json(self) -> dict[str, Any]:
        """What the results file holds."""
        return {
            "question": self.question,
            "title": self.title,
            "method": self.method,
            "seconds": round(self.seconds, 1),
            "stolen": round(self.stolen, 3),
            "results": [result.as_json() for result in self.results],
        }


def answer(
    question: str, scale: Scale, *, tell: Callable[[Result], object] | None = None
) -> Answer:
    """Measures what answers one question.

    Args:
        question: One of `QUESTIONS`.
        scale: How much is measured.
        tell: Called with each result as soon as there is one.
    """
    module = import_module(f"benchmarks.questions.{question}")
    stolen, started = stolen_seconds(), perf_counter()
    results = []
    for result in module.measure(scale):
        results.append(result)
        if tell is not None:
            tell(result)
    seconds = perf_counter() - started
    share = (stolen_seconds() - stolen) / seconds / (os.cpu_count() or 1)
    return Answer(question, module.TITLE, module.METHOD, results, seconds, share)
