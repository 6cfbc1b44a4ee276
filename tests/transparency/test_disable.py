"""After `disable()` everything is the identical object that it was before `autolog()`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from joblib._parallel_backends import ThreadingBackend
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils import all_estimators

import autolog


def family(root):
    """The class and all its subclasses."""
    return {root}.union(*(family(child) for child in type.__subclasses__(root)))


def snapshot():
    """The namespace of every class that autolog may touch."""
    all_estimators()
    estimators = family(BaseEstimator)
    mixins = {ancestor for owner in estimators for ancestor in owner.__mro__}
    classes = estimators | mixins | {ThreadPoolExecutor, ThreadingBackend}
    return {owner: dict(vars(owner)) for owner in classes}


def differences(before, after):
    """The places whose object is another one, or that are in one of both only."""
    return [
        f"{owner.__module__}.{owner.__qualname__}.{name}"
        for owner in before
        for name in before[owner].keys() | after[owner].keys()
        if before[owner].get(name) is not after[owner].get(name)
    ]


@pytest.mark.parametrize("rounds", [1, 3])
def test_every_class_has_the_identical_attributes_again(rounds):
    before = snapshot()

    for _ in range(rounds):
        autolog.autolog(silent=True)
        patched = differences(before, snapshot())
        autolog.disable()

    after = snapshot()
    assert len(patched) > 200
    assert "sklearn.base.BaseEstimator.__init_subclass__" in patched
    assert differences(before, after) == []
    assert [list(after[owner]) for owner in before] == [list(names) for names in before.values()]
    assert after.keys() == before.keys()


@pytest.mark.parametrize("end", [autolog.shutdown, lambda: autolog.autolog(disable=True)])
def test_other_ways_to_switch_off_restore_as_much(end):
    before = snapshot()
    autolog.autolog(silent=True)

    end()

    assert differences(before, snapshot()) == []


def test_classes_that_were_defined_meanwhile_get_their_own_functions_back():
    def fit(self, X, y):
        return self

    autolog.autolog(silent=True)
    defined = type("Defined", (LogisticRegression,), {"fit": fit})
    patched = vars(defined)["fit"]

    autolog.disable()

    assert patched is not fit
    assert vars(defined)["fit"] is fit


def test_a_wrapper_that_the_user_put_around_ours_stays_and_records_nothing(tmp_path):
    original = vars(LogisticRegression)["fit"]
    autolog.autolog(silent=True)
    patched = LogisticRegression.fit

    def around(self, *arguments):
        return patched(self, *arguments)

    try:
        LogisticRegression.fit = around
        autolog.disable()

        assert LogisticRegression.fit is around
        assert LogisticRegression().fit([[0.0], [1.0]], [0, 1]).coef_.shape == (1, 1)
        assert not (tmp_path / ".autolog").exists()
    finally:
        LogisticRegression.fit = original


STEPS = {
    "import": "from sklearn.linear_model import LogisticRegression",
    "enable": "autolog.autolog(silent=True)",
    "disable": "autolog.disable()",
    "off": "autolog.autolog(disable=True)",
}

ORDERS = {
    "import enable": True,
    "enable import": True,
    "import enable enable": True,
    "enable enable import": True,
    "enable import enable": True,
    "import enable disable": False,
    "enable disable import": False,
    "enable import disable": False,
    "disable enable import": True,
    "import disable": False,
    "import enable disable disable": False,
    "import enable disable enable": True,
    "enable disable import enable": True,
    "enable disable enable import": True,
    "import enable off enable": True,
    "import off": False,
}

CHECK = """
import os
import autolog
import numpy, scipy.optimize, scipy.sparse, scipy.stats

def check(steps, recorded):
    for step in steps:
        exec(STEPS[step], globals())
    wrappers, function = 0, vars(LogisticRegression)["fit"]
    while type(function).__name__ == "PatchedFunction":
        wrappers, function = wrappers + 1, function.__wrapped__
    assert wrappers == recorded, (steps, wrappers)
    LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    autolog.shutdown()
    assert type(vars(LogisticRegression)["fit"]).__name__ == "function", steps
    store = os.path.join(os.environ["AUTOLOG_DIR"], "runs.db")
    assert os.path.exists(store) == bool(recorded), steps

# A process of its own for each order; those that import the library first share its import.
for first in (False, True):
    if first:
        import sklearn.linear_model
    for order, recorded in ORDERS.items():
        if order.startswith("import") is not first:
            continue
        child = os.fork()
        if child == 0:
            os.environ["AUTOLOG_DIR"] = os.path.abspath(order.replace(" ", "-"))
            try:
                check(order.split(), recorded)
            except BaseException:
                import traceback
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0, order
"""


def test_every_order_of_importing_enabling_and_disabling(script):
    finished = script(f"STEPS = {STEPS}\nORDERS = {ORDERS}\n{CHECK}")

    assert finished.stderr == ""


def test_nothing_of_scikit_learn_is_imported_for_autologs_sake(script):
    script("""
    import sys
    import autolog

    autolog.autolog(silent=True)
    assert not any(name.partition(".")[0] in {"sklearn", "numpy", "joblib"} for name in sys.modules)
    import sklearn.base
    bare = set(sys.modules)
    assert "sklearn.linear_model" not in bare
    autolog.disable()
    assert "sklearn.linear_model" not in sys.modules
    """)


def test_a_process_that_imports_no_library_imports_nothing_to_patch_with(script):
    script("""
    import sys
    import autolog

    autolog.autolog(silent=True)
    assert not {"wrapt", "asyncio", "autolog.hooks", "autolog.patching.patcher"} & set(sys.modules)
    assert "concurrent.futures.thread" not in sys.modules
    import sklearn.base
    assert {"autolog.hooks", "autolog.patching.patcher"} <= set(sys.modules)
    """)


def test_pools_are_left_alone_until_there_is_something_to_carry(script):
    script("""
    import sys
    import autolog
    from concurrent.futures import ThreadPoolExecutor

    autolog.autolog(silent=True)
    assert type(vars(ThreadPoolExecutor)["submit"]).__name__ == "function"
    assert "wrapt" not in sys.modules
    import sklearn.base
    assert type(vars(ThreadPoolExecutor)["submit"]).__name__ != "function"
    """)


def test_threads_carry_a_run_that_is_older_than_the_recording(script):
    script("""
    import autolog
    from concurrent.futures import ThreadPoolExecutor

    with autolog.run("outer") as run, ThreadPoolExecutor(1) as pool:
        assert pool.submit(autolog.active_run).result() is None
        autolog.autolog(silent=True)
        assert pool.submit(autolog.active_run).result() is run
    """)


def test_threads_carry_runs_when_recording_is_switched_on_again(script):
    script("""
    import autolog
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(2):
        autolog.autolog(silent=True)
        with autolog.run("outer") as run, ThreadPoolExecutor(1) as pool:
            assert pool.submit(autolog.active_run).result() is run
        autolog.disable()
    """)


def test_threads_carry_runs_without_a_library(script):
    script("""
    import autolog
    autolog.autolog(silent=True)
    from concurrent.futures import ThreadPoolExecutor

    with autolog.run("outer") as run, ThreadPoolExecutor(1) as pool:
        assert pool.submit(autolog.active_run).result() is run
    autolog.disable()
    import joblib
    assert type(vars(ThreadPoolExecutor)["submit"]).__name__ == "function"
    """)


def test_the_kill_switch_holds_for_fits_too(monkeypatch, tmp_path):
    autolog.autolog(silent=True)
    monkeypatch.setenv("AUTOLOG", "0")

    LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    assert not (tmp_path / ".autolog").exists()
