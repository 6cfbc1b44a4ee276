"""Carries one context variable into the threads of executors and of joblib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from autolog.guard import guard
from autolog.patching.target import Target
from autolog.patching.wrapper import skipped_by_warnings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import ContextVar
    from types import ModuleType

    from autolog.patching.wrapper import Interceptor

TARGETS = (
    "concurrent.futures.thread:ThreadPoolExecutor.submit",
    "joblib._parallel_backends:ThreadingBackend.submit",
    "joblib._parallel_backends:ThreadingBackend.apply_async",
)


class Patches(Protocol):
    """What applies patches: a `Patcher`, or what makes one when there is something to patch."""

    def apply(self, target: Target, interceptor: Interceptor) -> None:
        """See `Patcher.apply`."""


def carry_into_threads(variable: ContextVar[Any], patcher: Patches, module: ModuleType) -> None:
    """Lets tasks that are handed to a thread pool see the submitting side's `variable`.

    Only this variable travels: copying the whole context would carry NumPy's error state and
    decimal's precision along, which the user's code does not expect.

    Args:
        variable: What is carried.
        patcher: Applies the patches.
        module: The module that the pools are of, one of those in `TARGETS`.
    """
    submissions = _Submissions(variable)
    for target in map(Target.parse, TARGETS):
        if target.module == module.__name__:
            _apply_if_defined(patcher, target, submissions, module)


def _apply_if_defined(
    patcher: Patches, target: Target, interceptor: Interceptor, module: ModuleType
) -> None:
    """Patches a target; joblib calls it `submit` since 1.5 only."""
    with guard(f"patching {target}"):
        if hasattr(target.find_owner(module), target.attribute):
            patcher.apply(target, interceptor)


class _Submissions:
    """Intercepts calls that hand over a task."""

    def __init__(self, variable: ContextVar[Any]) -> None:
        self._variable = variable

    def passes(self) -> bool:
        return not self._variable.get()

    def __call__(
        self, _wrapped: Any, _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any], /
    ) -> _Submission | None:
        if not args:
            return None
        variable, value = self._variable, self._variable.get()
        task, *others = args
        carried = {**kwargs}
        if kwargs.get("callback") is not None:
            # joblib hands over the tasks that are left when another is done, from its thread.
            carried["callback"] = _Carried(kwargs["callback"], variable, value)
        return _Submission((_Carried(task, variable, value), *others), carried)


class _Carried:
    """A task that runs with the variable as it was where the task was handed over."""

    __slots__ = ("_task", "_value", "_variable")

    def __init__(self, task: Callable[..., Any], variable: ContextVar[Any], value: Any) -> None:
        self._task = task
        self._variable = variable
        self._value = value

    @skipped_by_warnings
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pragma: no cover
        token = self._variable.set(self._value)
        try:
            return self._task(*args, **kwargs)
        finally:
            self._variable.reset(token)


class _Submission:
    """A call of `submit` with the task exchanged."""

    __slots__ = ("args", "kwargs")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args = args
        self.kwargs = kwargs

    def returned(self, result: object) -> None:
        """Nothing is left to do."""

    def raised(self, error: BaseException) -> None:
        """Nothing is left to do."""
