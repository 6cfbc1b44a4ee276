"""What the fixture `autolog_run` gives: the run of the test that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from autolog.pytest_plugin.runs.attempts import Attempt


class AutologRun:
    """The run of a test, with what is known of it so far.

    Args:
        attempt: The attempt at the test.

    Example:
        >>> def test_learns(autolog_run):
        ...     model = LogisticRegression().fit(X, y)
        ...     autolog_run.log_metric("holdout_accuracy", model.score(X_test, y_test))
        ...     assert autolog_run.metrics["training_accuracy_score"] > 0.9
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    @property
    def nodeid(self) -> str:
        """The test's node id, which is the run's name."""
        return self._attempt.nodeid

    @property
    def config(self) -> pytest.Config:
        """The configuration of pytest."""
        return self._attempt.item.config

    @property
    def run_id(self) -> str:
        """The run's 32 hexadecimal digits."""
        return self._attempt.run.run_id

    @property
    def metrics(self) -> dict[str, float]:
        """The last value of each metric so far: the run's own, then those of runs below it."""
        return self._attempt.metrics()

    @property
    def checks(self) -> list[dict[str, Any]]:
        """The comparisons with baselines so far."""
        return self._attempt.checks

    def log_metric(self, name: str, value: float, step: int | None = None) -> None:
        """Records one metric value; see `autolog.log_metric`."""
        self._attempt.run.log_metric(name, value, step)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metric values that belong to one step; see `autolog.log_metrics`."""
        self._attempt.run.log_metrics(metrics, step)

    def log_param(self, name: str, value: object) -> None:
        """Records one param; see `autolog.log_param`."""
        self._attempt.run.log_param(name, value)

    def log_params(self, params: Mapping[str, object]) -> None:
        """Records params; see `autolog.log_params`."""
        self._attempt.run.log_params(params)

    def set_tag(self, name: str, value: object) -> None:
        """Sets one tag; see `autolog.set_tag`."""
        self._attempt.run.set_tag(name, value)

    def check(
        self,
        metric: str,
        *,
        higher_is_better: bool | None = None,
        abs: float | None = None,  # noqa: A002 - as pytest.approx has it
        rel: float | None = None,
        spread: float | None = None,
    ) -> None:
        """Fails the test where a metric is worse than its baseline, by more than is allowed.

        A metric that has no baseline yet is reported, and fails with `--autolog-strict-baseline`.

        Args:
            metric: The metric's name.
            higher_is_better: Which way is better, where its name does not tell.
            abs: It may be worse by so much.
            rel: It may be worse by this part of the baseline: 0.01 for one percent.
            spread: It may be worse by so many standard deviations of earlier runs, of which there
                have to be five.

        Raises:
            ValueError: Which way is worse is neither said nor told by the metric's name, or a
                tolerance is negative.
        """
        __tracebackhide__ = True
        from autolog.pytest_plugin.gates.gating import check, gate

        asked = gate(metric, higher_is_better=higher_is_better, abs=abs, rel=rel, spread=spread)
        check(self.nodeid, self.config, self.metrics, self.checks, asked)
