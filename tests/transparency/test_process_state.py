"""What belongs to the whole process stays as the user has it, and nothing is said to him."""

from __future__ import annotations

import decimal
import re

import numpy as np
import pytest
from joblib import parallel_backend
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression

from autolog.testing import record

X = np.random.default_rng(0).normal(size=(30, 3))
y = np.arange(30) % 2

STATE = """
import builtins, decimal, gc, locale, logging, os, random, resource, signal, socket, sys
import threading, warnings
import numpy as np
from sklearn.linear_model import LogisticRegression
import autolog

def state():
    root = logging.getLogger()
    return {
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook),
        "tracing": (sys.gettrace(), sys.getprofile(), threading.gettrace()),
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__),
        "builtins": dict(vars(builtins)),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "signal mask": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "logging": (root.level, list(root.handlers), list(root.filters), root.disabled,
                    logging.getLoggerClass(), logging.getLogRecordFactory(), logging.lastResort,
                    logging.root.manager.disable, logging.raiseExceptions),
        "warnings": (list(warnings.filters), warnings.showwarning, warnings.formatwarning),
        "environment": dict(os.environ),
        "directory": os.getcwd(),
        "import": (list(sys.path), list(sys.path_hooks), foreign_finders()),
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug(), list(gc.callbacks)),
        "interpreter": (sys.getswitchinterval(), sys.getrecursionlimit(), sys.dont_write_bytecode),
        "numbers": (np.geterr(), np.geterrcall(), np.get_printoptions()),
        "decimals": repr(decimal.getcontext()),
        "random": (random.getstate(), np.random.get_state(legacy=False)["state"]["key"].tolist()),
        "locale": locale.setlocale(locale.LC_ALL),
        "sockets": socket.getdefaulttimeout(),
        "limits": resource.getrlimit(resource.RLIMIT_NOFILE),
        "threads": threading.stack_size(),
        "umask": umask(),
    }

def foreign_finders():
    return [f for f in sys.meta_path if not type(f).__module__.startswith("autolog.")]

def umask():
    mask = os.umask(0o22)
    os.umask(mask)
    return mask

os.umask(0o27)

def same(before, moment):
    after = state()
    for name in before:
        assert after[name] == before[name], (moment, name, before[name], after[name])

def fit():
    np.random.seed(0)
    random.seed(0)
    LogisticRegression().fit([[0.0], [1.0]], [0, 1])

fit()
before = state()
autolog.autolog(silent=True)
same(before, "on")
fit()
same(before, "after a fit")
autolog.log_metric("loss", 0.5)
autolog.flush()
same(before, "flushed")
autolog.disable()
fit()
same(before, "off")
autolog.shutdown()
same(before, "shut down")
assert len(sys.meta_path) <= len(foreign_finders()) + 1
"""


def test_nothing_that_belongs_to_the_whole_process_changes(script):
    finished = script(STATE)

    assert (finished.stdout, finished.stderr) == ("", "")


TRAINING = """
import sys
from autolog import autolog
autolog(silent="--silent" in sys.argv)
import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X = np.random.default_rng(0).normal(size=(40, 3))
y = np.arange(40) % 2
RandomForestClassifier(4, verbose=1, random_state=0).fit(X, y)
KMeans(2, n_init=1, verbose=1, random_state=0).fit(X)
SGDClassifier(max_iter=2, verbose=1, random_state=0).fit(X, y)
make_pipeline(StandardScaler(), LogisticRegression(max_iter=1), verbose=True).fit(X, y)
GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2, verbose=2).fit(X, y)
print("done")
"""


def without_durations(text):
    return re.sub(r"\d+(\.\d+)?(s|min)|time: [\d.]+|total= *[\d.]+", "...", text)


def test_a_script_prints_what_it_prints_without_autolog(script, tmp_path):
    expected = script(TRAINING, environment={"AUTOLOG": "0"})

    found = script(TRAINING)

    *told, last = found.stderr.splitlines()
    assert without_durations(found.stdout) == without_durations(expected.stdout)
    assert without_durations("\n".join(told)) == without_durations(expected.stderr.rstrip())
    assert last == (
        f"autolog: recorded 5 runs in {tmp_path / '.autolog'}; `autolog runs` shows them."
    )


@pytest.mark.parametrize("options", [("-X", "dev"), ("-W", "error"), ("-X", "dev", "-W", "error")])
def test_a_strict_interpreter_has_nothing_to_complain_about(script, recorded_runs, options):
    finished = script(
        """
        import autolog
        autolog.autolog(silent=True)
        import numpy as np
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV

        X = np.random.default_rng(0).normal(size=(40, 3))
        y = np.arange(40) % 2
        LogisticRegression().fit(X, y)
        GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2).fit(X, y)
        with autolog.run("by hand"):
            autolog.log_metrics({"loss": 0.5}, step=1)
        assert len(autolog.search_runs(output="list")) == 5
        """,
        *options,
    )

    assert (finished.stdout, finished.stderr) == ("", "")
    assert {run.status for run in recorded_runs()} == {"FINISHED"}


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3, verbose=1),
        BaggingClassifier(LogisticRegression(), n_estimators=2, verbose=1),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_talkative_model_reports_on_its_fit_only(model, capfd):
    def lines():
        model.fit(X, y)
        captured = capfd.readouterr()
        return len(captured.out.splitlines()), len(captured.err.splitlines())

    expected = lines()

    with record():
        found = lines()

    assert found == expected
    assert model.verbose == 1


class Arithmetic(ClassifierMixin, BaseEstimator):
    """Notes how numbers are treated where it is fitted."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.arithmetic_ = np.geterr(), decimal.getcontext().prec
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


@pytest.mark.parametrize("backend", ["sequential", "threading", "loky"])
def test_the_treatment_of_numbers_in_a_fits_threads_is_the_usual_one(backend):
    def treatment():
        with (
            parallel_backend(backend, n_jobs=2),
            np.errstate(all="raise"),
            decimal.localcontext(decimal.Context(prec=5)),
        ):
            vote = VotingClassifier([("a", Arithmetic()), ("b", Arithmetic())], n_jobs=2)
            return [model.arithmetic_ for model in vote.fit(X, y).estimators_]

    expected = treatment()

    with record():
        found = treatment()

    assert found == expected
