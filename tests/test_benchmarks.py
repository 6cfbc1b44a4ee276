"""What autolog costs stays within a multiple of what a primitive costs in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figure import Figure, Goal

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def gate():
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", "--gate", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_no_benchmark_is_beyond_its_ratio(gate):
    assert gate.returncode == 0, gate.stderr


def test_every_gated_figure_was_measured_beside_a_primitive(gate):
    figures = json.loads(gate.stdout)

    assert len(figures) >= 6
    assert all(figure["ratio"] > 0 for figure in figures)


def test_a_ratio_over_its_limit_is_too_dear():
    figure = Figure("step", "µs", 5.0, 1.0, "write", ratio_limit=4.0)

    assert figure.is_too_dear


def test_a_ratio_that_could_not_be_measured_is_too_dear():
    figure = Figure("step", "µs", 5.0, 0.0, "write", ratio_limit=4.0)

    assert figure.is_too_dear


def test_a_rate_that_is_half_of_the_bare_one_costs_twice_as_much():
    figure = Figure("points", "1/s", 100.0, 200.0, "sqlite3", Goal(50.0, "rate"))

    assert figure.ratio == 2.0


@pytest.mark.parametrize(
    ("goal", "is_reached"),
    [
        (Goal(7.0), True),
        (Goal(5.0), False),
        (Goal(2.0, "added"), True),
        (Goal(1.0, "added"), False),
        (Goal(6.0, "rate"), True),
        (Goal(7.0, "rate"), False),
    ],
)
def test_a_goal_bounds_the_total_what_is_added_or_a_rate(goal, is_reached):
    figure = Figure("any", "ms", 6.0, 4.0, "bare", goal)

    assert figure.is_reached is is_reached
