"""The calls of `partial_fit` on one estimator are one run, a step each."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import IncrementalPCA
from sklearn.linear_model import LinearRegression, SGDClassifier, SGDRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import autolog
from autolog.testing import record

X, Y = load_iris(return_X_y=True)
CLASSES = [0, 1, 2]


def train(model, calls=3):
    """Fits ten rows at a time."""
    for number in range(calls):
        rows = slice(number, 150, 15)
        model.partial_fit(X[rows], Y[rows], classes=CLASSES)
    return model


def steps(run, metric):
    return [step for step, _ in run.metric_history(metric)]


def test_a_loop_is_one_run_with_a_step_for_each_call():
    model = GaussianNB()

    with record() as runs:
        train(model)

        assert runs.only.status == "RUNNING"

    run = runs.only
    assert run.name == "GaussianNB"
    assert run.status == "FINISHED"
    assert run.params == {name: str(value) for name, value in model.get_params().items()}
    assert run.tags["estimator_name"] == "GaussianNB"
    assert run.tags["n_features_in_"] == "4"
    assert run.tags["classes_"] == "[0, 1, 2]"
    assert steps(run, "partial_fit_seconds") == [0, 1, 2]
    assert [value for _, value in run.metric_history("samples_seen")] == [10, 20, 30]
    assert "autolog.error" not in run.tags


def test_params_are_recorded_once():
    with record() as runs:
        train(GaussianNB())

    assert sum(type(event).__name__ == "ParamsLogged" for event in runs.events) == 1


def test_the_model_is_kept_as_it_is_at_the_end():
    model = GaussianNB()

    with record() as runs:
        train(model)
        autolog.disable()

        assert runs.only.status == "FINISHED"
        assert runs.only.models.keys() == {"model"}
        folder = runs.session.directory / "artifacts" / runs.only.run_id / "model"
        kept = pickle.loads((folder / "model.pkl").read_bytes())
    assert joblib.hash(kept) == joblib.hash(model)


def test_the_run_ends_when_the_estimator_is_gone_and_says_that_it_has_no_model():
    with record() as runs:
        model = train(GaussianNB())
        del model
        gc.collect()

        assert runs.only.status == "FINISHED"
        assert "gone" in runs.only.tags["autolog.model_skipped"]


def test_the_run_ends_even_if_nothing_else_happens():
    with record() as runs:
        model = train(GaussianNB())
        del model
        gc.collect()
        deadline = time.monotonic() + 30
        while runs.session.channel.open_runs and time.monotonic() < deadline:
            time.sleep(0.01)

        assert runs.session.channel.open_runs == {}


def test_the_run_ends_at_the_time_of_its_last_call():
    with record() as runs:
        model = train(GaussianNB())
        SGDRegressor().fit(X, Y)
        del model

        events = runs.events
        loop = runs[0].run_id

    ended = next(
        event for event in events if type(event).__name__ == "RunEnded" and event.run_id == loop
    )
    metrics = [
        event for event in events if type(event).__name__ == "MetricsLogged" if event.run_id == loop
    ]
    others = [event for event in events if event.run_id != loop]
    assert metrics[-2].time_ns < ended.time_ns < metrics[-1].time_ns
    assert ended.time_ns < others[0].time_ns


def test_two_estimators_have_a_run_each():
    one, other = SGDClassifier(alpha=0.1), SGDClassifier(alpha=0.2)

    with record() as runs:
        for _ in range(2):
            train(one, calls=1)
            train(other, calls=1)

    assert [run.params["alpha"] for run in runs] == ["0.1", "0.2"]
    assert [steps(run, "samples_seen") for run in runs] == [[0, 1], [0, 1]]


def test_an_id_that_is_used_again_does_not_mean_the_same_estimator():
    with record() as runs:
        for _ in range(20):
            train(GaussianNB(), calls=1)

    assert len(runs) == 20
    assert all(steps(run, "samples_seen") == [0] for run in runs)


def test_a_call_that_raises_ends_the_run():
    model = GaussianNB()

    with record() as runs:
        train(model, calls=1)
        with pytest.raises(ValueError, match="features"):
            model.partial_fit(X[:, :2], Y)

        assert runs.only.status == "FAILED"
        assert runs.only.error.type == "ValueError"
        assert runs.only.models == {}
        train(model, calls=1)

    assert [run.status for run in runs] == ["FAILED", "FINISHED"]


def test_a_fit_starts_over_in_a_run_of_its_own():
    model = GaussianNB()

    with record() as runs:
        train(model)
        model.fit(X, Y)
        train(model, calls=1)

    assert [run.status for run in runs] == ["FINISHED"] * 3
    assert [len(steps(run, "samples_seen")) for run in runs] == [3, 0, 1]
    assert [run.models.keys() for run in runs] == [{"model"}] * 3


def test_what_a_fit_calls_is_silent():
    with record() as runs:
        IncrementalPCA(2, batch_size=50).fit(X)

    assert [run.name for run in runs.all] == ["IncrementalPCA"]
    assert "samples_seen" not in runs.only.metrics


def test_what_only_prepares_data_is_silent():
    with record() as runs:
        StandardScaler().partial_fit(X)

    assert len(runs) == 0


def test_the_estimators_within_are_silent():
    targets = np.column_stack([Y, -Y])

    with record() as runs:
        model = MultiOutputRegressor(SGDRegressor(), n_jobs=2)
        with joblib.parallel_backend("threading"):
            model.partial_fit(X, targets)
            model.partial_fit(X, targets)

    assert [run.name for run in runs.all] == ["MultiOutputRegressor"]
    assert steps(runs.only, "samples_seen") == [0, 1]


def test_losses_that_the_estimator_notes_are_metrics_of_the_step():
    model = MLPClassifier(random_state=0)

    with record() as runs:
        train(model)

    assert [value for _, value in runs.only.metric_history("loss")] == model.loss_curve_


def test_clusters_are_trained_without_targets():
    with record() as runs:
        MiniBatchKMeans(2, n_init=1).partial_fit(X)

    assert runs.only.metrics.keys() == {"partial_fit_seconds", "samples_seen", "inertia"}


def test_the_training_score_is_recorded_on_request_at_the_steps_that_are_kept():
    model = GaussianNB()

    with record(sklearn={"partial_fit_score": True}, every_n_steps=2) as runs:
        train(model)

    assert steps(runs.only, "training_score") == [0, 2]
    rows = slice(2, 150, 15)
    assert runs.only.metrics["training_score"] == model.score(X[rows], Y[rows])
    assert steps(runs.only, "samples_seen") == [0, 2]


def test_within_a_run_of_the_users_the_first_loop_goes_into_it_and_others_below():
    one, other = GaussianNB(), GaussianNB()

    with record() as runs:
        with autolog.run("mine"):
            train(one)
            train(other)

            assert [run.status for run in runs.all] == ["RUNNING", "RUNNING"]

        assert [run.status for run in runs.all] == ["FINISHED", "FINISHED"]
    (child,) = runs.only.children
    assert steps(runs.only, "samples_seen") == steps(child, "samples_seen") == [0, 1, 2]
    assert runs.only.models.keys() == child.models.keys() == {"model"}


def test_calls_in_another_block_belong_to_that_block():
    model = GaussianNB()

    with record() as runs:
        for name in ("one", "two"):
            with autolog.run(name):
                train(model, calls=2)
        train(model, calls=1)

    assert [run.name for run in runs.all] == ["one", "two", "GaussianNB"]
    assert [len(steps(run, "samples_seen")) for run in runs] == [2, 2, 1]


def test_loops_in_several_threads_are_runs_of_their_own():
    models = [SGDClassifier(alpha=alpha) for alpha in (0.1, 0.2, 0.3, 0.4)]
    threads = [threading.Thread(target=train, args=(model, 5)) for model in models]

    with record() as runs:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(run.params["alpha"] for run in runs) == ["0.1", "0.2", "0.3", "0.4"]
    assert all(steps(run, "samples_seen") == [0, 1, 2, 3, 4] for run in runs)


@pytest.mark.parametrize(
    "model", [SGDClassifier(random_state=0), GaussianNB(), MLPClassifier(random_state=0)]
)
def test_the_model_is_the_same_to_the_bit(model):
    expected = joblib.hash(train(clone(model)))

    with record(sklearn={"partial_fit_score": True}):
        recorded = train(clone(model))

        assert joblib.hash(recorded) == expected
    assert joblib.hash(recorded) == expected


def test_nothing_is_recorded_when_switched_off():
    with record(sklearn=False) as runs:
        train(GaussianNB())

    assert len(runs) == 0


def test_an_estimator_that_cannot_learn_in_pieces_has_no_such_method():
    with record():
        assert not hasattr(LinearRegression(), "partial_fit")
        assert not hasattr(MultiOutputRegressor(LinearRegression()), "partial_fit")


def test_a_script_keeps_the_model_that_is_there_at_its_end(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import autolog; autolog.autolog()\n"
        "from sklearn.naive_bayes import GaussianNB\n"
        "model = GaussianNB()\n"
        "for label in (0, 1): model.partial_fit([[label], [label + 0.1]], [label, label], [0, 1])\n"
    )

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    (run,) = autolog.search_runs(output="list")
    assert "autolog failed" not in done.stderr
    assert run.status == "FINISHED"
    assert run.metrics["samples_seen"] == 4
    assert autolog.load_model(f"runs:/{run.run_id}/model").predict([[1]]) == [1]
