"""Holds what tests have recorded to their baselines."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from autolog.pytest_plugin.gates.comparing import Verdict, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autolog.pytest_plugin.gates.baselines import Baselines
    from autolog.pytest_plugin.gates.comparing import Check, Gate
    from autolog.pytest_plugin.gates.options import GateOption


class Gatekeeper:
    """Compares what tests have recorded with their baselines.

    Args:
        baselines: What is compared with.
        options: What `--autolog-fail` asks of all tests.
        strict: Whether a missing baseline fails a test.
        updating: Whether the baselines are about to be written, so that nothing fails.
    """

    def __init__(
        self,
        baselines: Baselines,
        options: tuple[GateOption, ...] = (),
        *,
        strict: bool = False,
        updating: bool = False,
    ) -> None:
        self.baselines = baselines
        self.options = options
        self.strict = strict
        self.updating = updating

    def check(self, test: str, metrics: Mapping[str, float], gate: Gate) -> Check:
        """Compares one metric with its baseline.

        Args:
            test: The test's node id.
            metrics: What the test has recorded so far.
            gate: What the metric has to hold.
        """
        spread = gate.tolerance.spread is not None
        check = evaluate(
            gate,
            metrics.get(gate.metric),
            self.baselines.find(test, gate.metric),
            missing=self.baselines.missing(test),
            earlier=self.baselines.earlier(test, gate.metric) if spread else (),
        )
        return replace(check, verdict=Verdict.WRITTEN) if self._writes(check) else check

    def check_all(self, test: str, metrics: Mapping[str, float]) -> Iterator[Check]:
        """Compares what `--autolog-fail` names; also what has a baseline, and was not recorded.

        Args:
            test: The test's node id.
            metrics: What the test has recorded.

        Raises:
            ConfigurationError: Which way is worse cannot be told for a metric.
        """
        for option in self.options:
            for metric in sorted({*metrics, *self.baselines.metrics(test)}):
                if option.matches(metric):
                    check = self.check(test, metrics, option.gate(metric))
                    if check.now is not None or not self.updating:
                        yield check

    def _writes(self, check: Check) -> bool:
        return self.updating and check.now is not None and math.isfinite(check.now)

    def complaint(self, check: Check) -> str | None:
        """Why a test fails by a check; None where it does not."""
        refused = {Verdict.FAILED, Verdict.NO_BASELINE} if self.strict else {Verdict.FAILED}
        return check.message() if check.verdict in refused else None
