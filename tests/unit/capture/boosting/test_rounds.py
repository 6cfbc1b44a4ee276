"""The rounds of a training, and where it was stopped."""

from __future__ import annotations

import pytest

from autolog.capture.boosting.rounds import Rounds


class Noting:
    """A run that notes what it is told."""

    def __init__(self):
        self.told = []

    def log_metrics(self, metrics, step=None):
        self.told.append((step, dict(metrics)))

    def step_logger(self):
        return self.log_metrics

    def log_point(self, metrics, step):
        self.told.append((step, dict(metrics)))


@pytest.fixture
def run():
    return Noting()


def test_a_round_is_a_step(run):
    rounds = Rounds(run)

    rounds.log(0, {"loss": 0.5})
    rounds.log(1, {"loss": 0.4})

    assert run.told == [(0, {"loss": 0.5}), (1, {"loss": 0.4})]
    assert rounds.count == 2


def test_a_training_that_goes_on_with_a_model_begins_after_its_rounds(run):
    rounds = Rounds(run)
    rounds.first_step = 10

    rounds.log(0, {"loss": 0.5})

    assert run.told == [(10, {"loss": 0.5})]


def test_a_round_without_metrics_counts_and_is_not_told(run):
    rounds = Rounds(run)

    rounds.log(0, {})

    assert (rounds.count, run.told) == (1, [])


def test_the_best_round_is_told_once_more_at_the_step_after_the_last(run):
    rounds = Rounds(run, first_step=5)
    for iteration, loss in enumerate([0.5, 0.3, 0.4]):
        rounds.log(iteration, {"loss": loss})
    rounds.log(1, {"own": 7.0})
    run.told.clear()

    rounds.log_stopping(6, best_score=0.3)

    assert run.told == [
        (None, {"stopped_iteration": 7, "best_iteration": 6, "best_score": 0.3}),
        (8, {"loss": 0.3, "own": 7.0}),
    ]


def test_the_best_round_is_called_what_the_library_calls_it(run):
    rounds = Rounds(run)
    rounds.log(0, {"loss": 0.5})

    rounds.log_stopping(0, best_iteration=1)

    assert run.told[1] == (None, {"stopped_iteration": 0, "best_iteration": 1})
    assert run.told[2] == (1, {"loss": 0.5})


def test_where_no_round_is_known_as_the_best_only_the_end_is_told(run):
    rounds = Rounds(run)
    rounds.log(0, {"loss": 0.5})

    rounds.log_stopping(None)

    assert run.told[1:] == [(None, {"stopped_iteration": 0})]


def test_a_best_round_of_an_earlier_training_has_no_metrics_to_repeat(run):
    rounds = Rounds(run, first_step=5)
    rounds.log(0, {"loss": 0.5})

    rounds.log_stopping(2)

    assert run.told[1:] == [(None, {"stopped_iteration": 5, "best_iteration": 2})]


def test_a_training_without_rounds_was_not_stopped(run):
    Rounds(run).log_stopping(3)

    assert run.told == []


def test_metrics_of_the_last_round_alone_are_told_whatever_steps_are_kept():
    class Thinning(Noting):
        def log_metrics(self, metrics, step=None):
            """Keeps no step."""

    run = Thinning()

    Rounds(run, first_step=3).log_last(4, {"loss": 0.5})

    assert run.told == [(7, {"loss": 0.5})]
