"""A library that learns one number, to be recorded by the integration beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__version__ = "1.0"


class Slope:
    """Learns `slope` in `y = slope * x` by gradient descent.

    Args:
        learning_rate: How much of the gradient each round follows.
        rounds: How often the gradient is followed.
    """

    def __init__(self, learning_rate: float = 0.1, rounds: int = 5) -> None:
        self.learning_rate = learning_rate
        self.rounds = rounds

    def fit(
        self,
        x: Sequence[float],
        y: Sequence[float],
        callbacks: Sequence[Callable[[int, float], None]] | None = None,
    ) -> Slope:
        """Learns from points; each callback is told every round's number and loss."""
        self.slope = starting_point(x, y)
        for number in range(self.rounds):
            errors = [self.slope * a - b for a, b in zip(x, y, strict=True)]
            gradient = 2 * sum(error * a for error, a in zip(errors, x, strict=True)) / len(x)
            self.slope -= self.learning_rate * gradient
            for callback in callbacks or ():
                callback(number, sum(error**2 for error in errors) / len(x))
        self.loss = sum((self.slope * a - b) ** 2 for a, b in zip(x, y, strict=True)) / len(x)
        return self

    def predict(self, x: Sequence[float]) -> list[float]:
        """What follows from each number."""
        return [self.slope * number for number in x]


def starting_point(x: Sequence[float], y: Sequence[float]) -> float:
    """The slope through the last point, from which a fit starts."""
    return y[-1] / x[-1]


def trial(x: Sequence[float], y: Sequence[float], learning_rate: float) -> Slope:
    """One try with one learning rate."""
    return Slope(learning_rate).fit(x, y)


def tune(x: Sequence[float], y: Sequence[float], learning_rates: Sequence[float]) -> Slope:
    """The best fit among several learning rates."""
    return min((trial(x, y, rate) for rate in learning_rates), key=lambda fitted: fitted.loss)
