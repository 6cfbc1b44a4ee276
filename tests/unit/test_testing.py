"""Recording into memory, for tests."""

from __future__ import annotations

from sklearn.linear_model import LinearRegression

import autolog
from autolog.testing import record

X, Y = [[0.0], [1.0]], [0.0, 1.0]


def test_a_call_of_autolog_in_the_block_adds_to_the_options_of_the_block():
    with record(experiment="trial") as runs:
        autolog.autolog(tags={"team": "a"})
        LinearRegression().fit(X, Y)

    assert (runs.only.experiment, runs.only.tags["team"]) == ("trial", "a")


def test_nothing_stays_patched_after_the_block_whatever_was_called_in_it():
    original = vars(LinearRegression)["fit"]

    with record():
        autolog.autolog(sink="memory:elsewhere")

    assert vars(LinearRegression)["fit"] is original
