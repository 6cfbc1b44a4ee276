"""A run that begins with the first that is asked or said of it, and may never begin."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from autolog.events import Status
from autolog.recording.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.events import RunError

_OF_A_RUN = frozenset(
    {
        *("run_id", "name", "experiment", "parent_run_id"),
        *("_channel", "_claims", "_clock", "_sequence"),
    }
)
"""What a run has from its beginning on."""


class WaitingRun(Run):
    """Stands where a run may be wanted, such as around a test that perhaps trains nothing.

    The user has not opened it: `exclusive` leaves nothing out there.

    Args:
        begin: Opens the run when somebody wants it, or goes on with one of another process. It is
            called with the run's id, where the run is to go on in another session than before.
    """

    is_of_user = False

    def __init__(self, begin: Callable[[str | None], Run]) -> None:
        self._begin = begin
        self._beginning = threading.RLock()
        self._known_id: str | None = None

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_A_RUN:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        with self._beginning:
            if name not in vars(self):  # another thread may have been faster
                begun = self._begin(self._known_id)
                self._known_id = begun.run_id
                vars(self).update(vars(begun))
                if self.run_id in self._channel.open_runs:
                    self._channel.open_runs[self.run_id] = self
        return vars(self)[name]

    @property
    def has_begun(self) -> bool:
        """Whether anybody has wanted it."""
        return self._known_id is not None

    def give_up(self) -> None:
        """Waits no more: what is wanted of it from now on is kept nowhere, unless it has begun.

        It lets go of what it would have begun with, which holds it, so that both are freed at once.
        """
        if not self.has_begun:
            self._begin = _nowhere

    def outlives_session(self) -> bool:
        """Waits again: it goes on in the session that there is when it is next wanted."""
        with self._beginning:
            for name in _OF_A_RUN:
                vars(self).pop(name, None)
        return True

    @property
    def ended(self) -> bool:
        """Whether this process has nothing more to end here."""
        return "_channel" not in vars(self) or super().ended

    def end(
        self,
        status: Status = Status.FINISHED,
        error: BaseException | RunError | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends the run, if it has begun; a second call changes nothing."""
        if not self.ended:
            super().end(status, error, time_ns=time_ns)

    def __repr__(self) -> str:
        return super().__repr__() if "_channel" in vars(self) else "<Run that has not begun>"


def _nowhere(_known_id: str | None) -> Run:
    from autolog.recording.run_nowhere import RunNowhere

    return RunNowhere()
