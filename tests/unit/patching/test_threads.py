"""Pool threads see the scope of the code that handed them their task, and nothing else of it."""

from __future__ import annotations

import decimal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from importlib import import_module

import pytest
from joblib import Parallel, delayed

from autolog.activation import THREADS
from autolog.patching.patcher import Patcher
from autolog.patching.threads import TARGETS, carry_into_threads

variable: ContextVar[str | None] = ContextVar("carried", default=None)
other: ContextVar[str | None] = ContextVar("other", default=None)


@pytest.fixture(autouse=True)
def patcher():
    """Carries `variable` while a test runs."""
    patcher = Patcher()
    for module in THREADS:
        carry_into_threads(variable, patcher, import_module(module))
    yield patcher
    patcher.revert()


@pytest.fixture
def inside():
    """Sets `variable` while a test runs."""
    token = variable.set("inside")
    yield
    variable.reset(token)


def test_all_modules_of_pools_are_waited_for():
    assert set(THREADS) == {target.partition(":")[0] for target in TARGETS}


def test_an_executors_task_sees_the_variable(inside):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(variable.get).result() == "inside"
        assert list(pool.map(lambda _: variable.get(), range(2))) == ["inside", "inside"]


def test_joblibs_threads_see_the_variable(inside):
    seen = Parallel(n_jobs=2, backend="threading")(delayed(variable.get)() for _ in range(4))

    assert seen == ["inside"] * 4


def test_tasks_that_joblib_hands_over_later_see_the_variable(inside):
    parallel = Parallel(n_jobs=2, backend="threading", pre_dispatch=2)

    seen = parallel(delayed(variable.get)() for _ in range(40))

    assert seen == ["inside"] * 40


def test_a_thread_forgets_the_variable_after_the_task(inside):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(variable.get).result()
        token = variable.set(None)

        assert pool.submit(variable.get).result() is None
        variable.reset(token)


def test_nothing_else_is_carried(inside):
    token = other.set("elsewhere")
    with decimal.localcontext() as arithmetic, ThreadPoolExecutor(1) as pool:
        arithmetic.prec = 5

        assert pool.submit(other.get).result() is None
        assert pool.submit(lambda: decimal.getcontext().prec).result() == 28
    other.reset(token)


def test_a_task_that_raises_raises_its_own_error(inside):
    def fail():
        raise KeyError("mine")

    with ThreadPoolExecutor(1) as pool, pytest.raises(KeyError, match="mine"):
        pool.submit(fail).result()


def test_without_a_value_the_task_itself_is_handed_over():
    def own_frame():
        return sys._getframe(1).f_code.co_name

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(own_frame).result() == "run"


def test_reverting_restores_the_pools(patcher):
    patcher.revert()

    assert "submit" in vars(ThreadPoolExecutor)
    assert type(vars(ThreadPoolExecutor)["submit"]).__name__ == "function"
