"""The third-party integration of tests/plugins keeps the contract, with every kind of patch."""

from __future__ import annotations

import toylearn

import autolog
from autolog.testing import IntegrationContract, record

X, Y = [1.0, 2.0], [2.0, 4.5]


class TestToylearn(IntegrationContract):
    """An integration from another distribution."""

    library = "toylearn"

    def train(self):
        return toylearn.Slope().fit(X, Y)

    def outcome(self, result):
        return result.slope


def test_every_round_is_a_step():
    with record() as runs:
        toylearn.Slope(rounds=3).fit(X, Y)

        assert runs.only.params == {
            "learning_rate": "0.1",
            "rounds": "3",
            "starting_point": "2.25",
        }
        assert [point.step for point in runs.only.metric_history("loss")] == [0, 1, 2]


def test_its_own_option_is_obeyed():
    with record(toylearn={"every_n_rounds": 2}) as runs:
        toylearn.Slope(rounds=5).fit(X, Y)

        assert [point.step for point in runs.only.metric_history("loss")] == [0, 2, 4]


def test_the_users_callbacks_are_called_and_left_alone():
    seen = []
    callbacks = [lambda number, loss: seen.append(number)]

    with record():
        toylearn.Slope(rounds=2).fit(X, Y, callbacks)

    assert seen == [0, 1]
    assert len(callbacks) == 1


def test_trials_are_children_of_what_tries_them():
    with record() as runs:
        toylearn.tune(X, Y, [0.1, 0.2])

        assert runs.only.name == "tune"
        children = [child.params["learning_rate"] for child in runs.only.children]
        assert children == ["0.1", "0.2"]
        assert all(child.metrics.keys() == {"loss"} for child in runs.only.children)


def test_a_trial_alone_is_a_run():
    with record() as runs:
        toylearn.trial(X, Y, 0.1)

        assert [run.name for run in runs.all] == ["trial"]


def test_a_starting_point_alone_is_none():
    with record() as runs:
        toylearn.starting_point(X, Y)

        assert runs.all == []


def test_a_fitted_model_is_kept_and_given_back():
    autolog.autolog()
    fitted = toylearn.Slope().fit(X, Y)

    model = autolog.load_model(autolog.last_run())

    assert type(model) is toylearn.Slope
    assert model.slope == fitted.slope


def test_what_it_was_fitted_on_is_described():
    with record() as runs:
        toylearn.Slope().fit(X, Y)

        assert runs.only.datasets.keys() == {("train", "X")}


def test_a_model_is_kept_by_hand_by_the_flavor_of_its_library():
    fitted = toylearn.Slope().fit(X, Y)

    with autolog.run("by hand"):
        autolog.log_model(fitted, "best", inputs=X)

    model = autolog.load_model(f"runs:/{autolog.last_run().run_id}/best")
    assert model.predict([2.0]) == fitted.predict([2.0])
