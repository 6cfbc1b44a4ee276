"""What the metrics of tests are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from autolog.pytest_plugin.gates.comparing import Baseline

MOST_RUNS = 20
"""How many earlier runs of a test are looked at, or kept in a file, at most."""


class Baselines(Protocol):
    """Values of metrics from before, by test."""

    def read(self) -> None:
        """Reads what can be read before any test is known.

        Raises:
            ConfigurationError: That cannot be read.
        """

    def find(self, test: str, metric: str) -> Baseline | None:
        """What a test's metric is compared with, if there is anything.

        Args:
            test: The test's node id.
            metric: The metric's name.
        """

    def missing(self, test: str) -> str:
        """Why there is nothing, where `find` has found nothing.

        Args:
            test: The test's node id.
        """

    def metrics(self, test: str) -> Collection[str]:
        """The metrics of a test that there is something for.

        Args:
            test: The test's node id.
        """

    def earlier(self, test: str, metric: str) -> tuple[float, ...]:
        """A metric's values in earlier runs of a test, the oldest first.

        Args:
            test: The test's node id.
            metric: The metric's name.
        """
