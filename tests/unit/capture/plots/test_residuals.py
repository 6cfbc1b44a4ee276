"""The plots of residuals alone."""

from __future__ import annotations

import numpy as np
import pytest

from autolog.capture.plots.plot import MOST_POINTS
from autolog.capture.plots.residuals import autocorrelation_plots, quantile_plots

NORMAL = np.random.default_rng(0).normal(size=5000)


def test_normal_residuals_have_the_quantiles_of_a_normal_distribution():
    (plot,) = quantile_plots(7 * NORMAL)

    normal, residuals = np.array(plot.data.normal), np.array(plot.data.residuals)
    inner = np.abs(normal) < 2
    np.testing.assert_allclose(residuals[inner], normal[inner], atol=0.1)
    assert plot.data.rows == 5000
    assert len(plot.data.normal) == MOST_POINTS


def test_quantiles_ascend():
    (plot,) = quantile_plots([3.0, -1.0, 0.5, 2.0])

    assert plot.data.normal == sorted(plot.data.normal)
    assert plot.data.residuals == sorted(plot.data.residuals)


def test_noise_stays_within_the_bound():
    (plot,) = autocorrelation_plots(NORMAL)

    outside = [one for one in plot.data.correlations if abs(one) > plot.data.bound]
    assert len(plot.data.correlations) == 40
    assert len(outside) <= 5


def test_a_wave_repeats_itself():
    (plot,) = autocorrelation_plots(np.sin(np.arange(200) * np.pi / 6))

    assert plot.data.correlations[5] < -0.9
    assert plot.data.correlations[11] > 0.9


def test_few_steps_have_few_lags():
    (plot,) = autocorrelation_plots([1.0, -1.0, 2.0, -2.0, 1.0, 0.0])

    assert len(plot.data.correlations) == 3


@pytest.mark.parametrize(
    "residuals", [[], [1.0, 2.0], [1.0] * 9, [1.0, np.nan, 2.0], [1.0, np.inf, 2.0], [[1.0, 2.0]]]
)
def test_what_cannot_be_shown_has_no_plot(residuals):
    assert quantile_plots(residuals) == []
    assert autocorrelation_plots(residuals) == []
