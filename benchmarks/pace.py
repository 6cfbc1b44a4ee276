"""How fast the machine is: its processors change their pace by half, for seconds or minutes."""

from __future__ import annotations

from time import perf_counter

_STEPS = 50_000
_TRIES = 3

STEADY = 1.15
"""How much longer the same may take at one time than at another for both to be compared."""


def pace() -> float:
    """The seconds that a small piece of work takes now, at its best."""
    return min(_worked() for _ in range(_TRIES))


def _worked() -> float:
    started = perf_counter()
    total = 0
    for step in range(_STEPS):
        total += step
    return perf_counter() - started
