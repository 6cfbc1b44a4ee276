"""Fits in threads and forked processes are recorded completely, each exactly once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import parallel_backend
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from autolog.directory import directory_to_write
from autolog.process import ensure_session
from autolog.testing import record

X = np.random.default_rng(0).normal(size=(40, 3))
y = np.arange(40) % 2

METRICS = {
    "fit_cpu_seconds",
    "fit_seconds",
    "n_iter",
    "peak_rss_bytes",
    "training_accuracy_score",
    "training_f1_score",
    "training_log_loss",
    "training_precision_score",
    "training_recall_score",
    "training_roc_auc",
    "training_score",
}


def test_six_fits_in_six_threads_are_six_complete_runs():
    values = [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]
    expected = [LogisticRegression(C=C, max_iter=500).fit(X, y).score(X, y) for C in values]
    together = threading.Barrier(6)

    def train(C):
        together.wait(timeout=60)
        return LogisticRegression(C=C, max_iter=500).fit(X, y)

    with record() as runs, ThreadPoolExecutor(6) as pool:
        models = list(pool.map(train, values))

        by_value = {float(run.params["C"]): run for run in runs}

    assert [model.C for model in models] == values
    assert sorted(by_value) == values
    for C, score in zip(values, expected, strict=True):
        run = by_value[C]
        assert run.status == "FINISHED"
        assert run.metrics.keys() == METRICS
        assert run.metrics["training_accuracy_score"] == score
        assert run.params.keys() == LogisticRegression().get_params().keys()
        assert run.tags["estimator_name"] == "LogisticRegression"


@pytest.mark.parametrize("backend", ["threading", "loky", "multiprocessing", "sequential"])
@pytest.mark.parametrize(
    "model",
    [
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, n_jobs=2),
        GridSearchCV(
            VotingClassifier([("forest", RandomForestClassifier(2, n_jobs=2))], n_jobs=2),
            {"forest__max_depth": [1, 2]},
            cv=2,
            n_jobs=2,
        ),
    ],
    ids=["search", "search of ensembles"],
)
def test_what_is_fitted_inside_of_a_fit_is_silent(model, backend):
    with record() as runs, parallel_backend(backend, n_jobs=2):
        model.fit(X, y)

        search, *candidates = runs.all
        assert search.name == "GridSearchCV"
        assert len(candidates) == 2
        assert all(run.parent_run_id == search.run_id for run in candidates)


def test_fits_beside_a_search_in_other_threads_are_runs_of_their_own():
    searching, fitted = threading.Event(), threading.Event()

    class Slow(LogisticRegression):
        def fit(self, X, y):
            searching.set()
            assert fitted.wait(timeout=60)
            return super().fit(X, y)

    def fit_beside():
        assert searching.wait(timeout=60)
        LogisticRegression(C=7.0).fit(X, y)
        fitted.set()

    with record() as runs:
        thread = threading.Thread(target=fit_beside)
        thread.start()
        GridSearchCV(Slow(), {"C": [0.5]}, cv=2).fit(X, y)
        thread.join()

        assert sorted(run.name for run in runs) == ["GridSearchCV", "LogisticRegression"]


def test_threads_that_begin_at_once_share_one_session(monkeypatch):
    together = threading.Barrier(8)

    def slow_directory_to_write():
        time.sleep(0.05)  # long enough for every thread to see that there is no session yet
        return directory_to_write()

    def begin(_):
        together.wait(timeout=60)
        return ensure_session()

    monkeypatch.setattr("autolog.process.directory_to_write", slow_directory_to_write)
    with ThreadPoolExecutor(8) as pool:
        sessions = set(pool.map(begin, range(8)))

    assert len(sessions) == 1


FORKS = """
import os, threading
import autolog
autolog.autolog(silent=True, log_environment=False)
from sklearn.linear_model import LogisticRegression

X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
done = threading.Event()

def log_all_the_time():
    with autolog.run("the parent"):
        step = 0
        while not done.is_set() or step < 1000:
            autolog.log_metrics({"loss": step / 2}, step=step)
            step += 1
            if step % 100 == 0:
                done.wait(0.01)  # a slow machine must not gather more than it can deliver
        autolog.log_param("steps", step)

thread = threading.Thread(target=log_all_the_time)
thread.start()
LogisticRegression(C=1000).fit(X, y)
children = []
for number in range(10):
    child = os.fork()
    if child == 0:
        try:
            LogisticRegression(C=number + 1).fit(X, y)
            if number % 2:
                autolog.shutdown()
        finally:
            os._exit(0)
    children.append(child)
LogisticRegression(C=1001).fit(X, y)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 10
done.set()
thread.join()
"""


def test_forks_beside_a_thread_that_logs_lose_nothing_and_double_nothing(script, recorded_runs):
    finished = script(FORKS)

    runs = recorded_runs()
    (parent,) = (run for run in runs if run.name == "the parent")
    fits = [run for run in runs if run.name == "LogisticRegression"]
    assert finished.stderr == ""
    assert len(runs) == 13
    assert {run.status for run in runs} == {"FINISHED"}
    assert Counter(run.params["C"] for run in fits) == {
        str(C): 1 for C in (1000, *range(1, 11), 1001)
    }
    assert all(run.metrics.keys() == METRICS for run in fits)
    steps = [point.step for point in parent.metric_history("loss")]
    assert steps == list(range(int(parent.params["steps"])))


THREADS = """
import sys, threading
import autolog

def log(number):
    with autolog.run(f"{sys.argv[1]}-{number}"):
        autolog.log_params({"process": sys.argv[1], "thread": number})
        for step in range(500):
            autolog.log_metrics({"loss": step / 2, "accuracy": number}, step=step)

print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_two_processes_with_eight_threads_each_share_a_directory(launch, recorded_runs):
    processes = [launch(THREADS, name) for name in ("first", "second")]
    for process in processes:
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=120) for process in processes]

    runs = {run.name: run for run in recorded_runs()}
    assert ends == [("", ""), ("", "")]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(runs) == sorted(f"{name}-{n}" for name in ("first", "second") for n in range(8))
    for name, run in runs.items():
        process, thread = name.split("-")
        assert run.status == "FINISHED"
        assert run.params == {"process": process, "thread": thread}
        assert [point.step for point in run.metric_history("loss")] == list(range(500))
        assert {point.value for point in run.metric_history("accuracy")} == {float(thread)}
