"""The results of a search's folds, told one by one as joblib hands them back.

scikit-learn takes the results of all folds in one list. joblib can give them one by one instead, in
the same order, from the same loop that it would have filled the list from. Nothing of ours runs in
the workers.
"""

from __future__ import annotations

from collections import deque
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from sklearn.utils.parallel import Parallel

from autolog.integration import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Task(msgspec.Struct, frozen=True):
    """One fold of one candidate, handed to joblib.

    Attributes:
        dispatched_ns: When it was handed over, in nanoseconds since the epoch.
        fold: The number of the fold, from 0.
        folds: How many folds each candidate has.
    """

    dispatched_ns: int
    fold: int
    folds: int


class Listener(Protocol):
    """Whoever is told of results."""

    def now(self) -> int:
        """The time, in nanoseconds since the epoch."""
        ...

    def arrived(self, task: Task, result: Any) -> None:
        """A task has its result."""
        ...

    def catch_up(self) -> None:
        """All tasks have had their results."""
        ...

    def broke_off(self, task: Task | None, error: BaseException) -> None:
        """No more results will come, because of an error; of this task's, if it is known."""
        ...


class StreamingParallel(Parallel):  # type: ignore[misc]
    """A `Parallel` that tells a listener of each result, and returns them all as ever."""

    listener: Listener

    def __call__(self, iterable: Iterable[Any]) -> list[Any]:
        """Runs the tasks; see joblib's `Parallel`."""
        tasks: deque[Task] = deque()
        results: list[Any] = []
        output: Iterable[Any] = ()
        try:
            output = self._begin(self._noted(iterable, tasks))
            for result in output:
                results.append(result)
                if tasks:
                    self._tell(output, tasks.popleft(), result)
            self.listener.catch_up()
        except BaseException as error:
            # Among others that run beside it, it is unknown which task has failed.
            is_known = tasks and self._is_sequential and isinstance(output, GeneratorType)
            self.listener.broke_off(tasks[0] if is_known else None, error)
            raise
        return results

    def _begin(self, tasks: Iterator[Any]) -> Iterable[Any]:
        """The results as they come, or all at once where the backend gives them no other way."""
        self.return_generator = self._is_sequential or getattr(
            self._backend, "supports_return_generator", False
        )
        try:
            output: Iterable[Any] = super().__call__(tasks)
            return output
        finally:
            # From here on joblib is to take it for a call that returns a list, which it does.
            self.return_generator = False

    def _tell(self, output: Iterable[Any], task: Task, result: Any) -> None:
        try:
            self.listener.arrived(task, result)
        except BaseException as error:
            # Ctrl-C, which joblib is to see, so that it stops its workers.
            if isinstance(output, GeneratorType):
                output.throw(error)
            raise

    def _noted(self, iterable: Iterable[Any], tasks: deque[Task]) -> Iterator[Any]:
        for function, args, kwargs in iterable:
            with guard("noting a fold of a search"):
                fold, folds = kwargs["split_progress"]
                tasks.append(Task(self.listener.now(), fold, folds))
            yield function, args, kwargs

    @property
    def _is_sequential(self) -> bool:
        """Whether joblib calls task after task, in this thread."""
        sequential: bool = self._effective_n_jobs() == 1
        return sequential


StreamingParallel.__name__ = Parallel.__name__  # joblib's messages to the user begin with it


def stream(evaluate_candidates: Callable[..., Any], listener: Listener) -> bool:
    """Lets a listener hear of the results of a search.

    Args:
        evaluate_candidates: The function that scikit-learn hands to `_run_search`; the `Parallel`
            that it calls was made for this one search, and is known to nobody else.
        listener: Is told of results.

    Returns:
        Whether it will be; not where the function is another one.
    """
    parallel = _captured(evaluate_candidates, "parallel")
    if type(parallel) is not Parallel:
        return False
    parallel.__class__ = StreamingParallel
    parallel.listener = listener
    return True


def _captured(function: Callable[..., Any], name: str) -> Any:
    """What a function has captured as a variable of the function around it."""
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    if name not in names:
        return None
    cells: Any = getattr(function, "__closure__", ())
    return cells[names.index(name)].cell_contents
