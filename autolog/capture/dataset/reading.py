"""Reads a data set beside the training, so that the training hardly waits for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from autolog.capture.dataset.description import Dataset, profile_of, schema_of
from autolog.capture.dataset.digest import Digest, digest_of, do_not_rest
from autolog.capture.dataset.effort import expected_seconds
from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.dataset.parts import is_of_numbers
from autolog.capture.dataset.sources import parts_of
from autolog.capture.kinds import is_array
from autolog.guard import guard

if TYPE_CHECKING:
    from autolog.capture.dataset.parts import Part
    from autolog.capture.metrics import Report

ALLOWED_SECONDS = 0.005
"""What a data set may cost the training thread, where a fiftieth of the fit is less."""

ALLOWED_SHARE = 0.02
"""The share of the fit that it may cost, where that is more."""

FALLBACK_NAME = "dataset"
"""The name of a data set whose variable is not seen."""

_READ_AT_ONCE_SECONDS = 0.001
_COPIED_BYTES = 2**20
_PROBED_ROWS = 256
_LAST_WAIT = 0.002
_REST = 2 / ALLOWED_SHARE - 1
"""How many times as long as it works the thread rests, while the training goes on: so it takes half
of what is allowed. Its start and its leave take some too."""


class DatasetReading:
    """One data set while it is being read.

    It is made on the training thread, before the call that uses the data. A small array is copied,
    and read when the result is asked for; other small data are read right away; for larger ones a
    thread reads beside the call. These are never copied, and are let go of once they are read.

    Args:
        data: The rows, of any kind; of an unknown kind nothing is read.
        targets: What is to be predicted for each row.
        name: The data set's name; `FALLBACK_NAME` if it is left out.
        context: `train` or `eval`.
        overwritten: Whether the call changes the data, so that they have to be read before it.
        report: Called with what was being done and the error, if reading fails.
    """

    def __init__(
        self,
        data: Any,
        targets: Any = None,
        *,
        name: str | None,
        context: str = "train",
        overwritten: bool = False,
        report: Report | None = None,
    ) -> None:
        started = time.perf_counter()
        self._report = report
        self._name = name or FALLBACK_NAME
        self._context = context
        self._given: tuple[Any, Any] | None = (data, targets)
        self._probe: Digest | None = None
        self._found: Dataset | None = None
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()
        self._resumed = started
        self._expected = expected_seconds(data) + expected_seconds(targets)
        if isinstance(data, Excerpt):
            pass  # nobody can change it, so that it is read when it is asked for
        elif _is_small_array(data) and (targets is None or _is_small_array(targets)):
            self._given = _copy_of(data), None if targets is None else _copy_of(targets)
        elif overwritten or self._expected <= _READ_AT_ONCE_SECONDS or not self._start():
            self._read()
        self._spent = time.perf_counter() - started

    def settle(self, fit_seconds: float) -> None:
        """Takes leave of the data, which the caller may change from now on.

        Called on the training thread, right after the call. If the thread is not through soon, some
        rows are read here, and again by the thread when it is: if they differ, their owner was
        quicker, and what counts is the digest of those rows.

        Args:
            fit_seconds: What the call took.
        """
        given, thread = self._given, self._thread
        if thread is None or given is None:
            return
        # what a longer call may cost was taken while it was made
        is_short = ALLOWED_SHARE * fit_seconds < ALLOWED_SECONDS
        left = max(0.0, (ALLOWED_SECONDS if is_short else _LAST_WAIT) - self._spent)
        if self._expected - fit_seconds / (1 + _REST) > left:
            left = 0.0  # it would be in vain
            self._probe = _probe(*given)  # while the thread rests and leaves the interpreter to it
        self._hurry.set()
        thread.join(left)
        if self._probe is None and thread.is_alive():
            self._probe = _probe(*given)

    def result(self, timeout: float | None = None) -> Dataset | None:
        """The description, once all is read.

        Args:
            timeout: Seconds to wait for it at most; for ever if it is left out.

        Returns:
            `None` for data of an unknown kind, if it is not ready in time, and in a process that
            was forked meanwhile, where no thread reads any more.
        """
        thread = self._thread
        if thread is None:
            self._read()
        else:
            self._hurry.set()
            thread.join(timeout)
            if not thread.is_alive():
                self._given = None
        return self._found

    def _start(self) -> bool:
        """Starts the thread; false where the interpreter is too far gone for one."""
        thread = threading.Thread(target=self._read, name="autolog-dataset", daemon=True)
        self._thread = thread
        try:
            thread.start()
        except RuntimeError:
            self._thread = None
            return False
        return True

    def _read(self) -> None:
        given = self._given
        if given is None:
            return
        try:
            with guard("reading a data set", self._report):
                self._found = self._describe(*given)
        finally:
            self._given = None

    def _rest(self) -> None:
        """Leaves the memory to the training most of the time, until the training is over.

        What reads memory as fast as it can slows everything else down that does, on any core.
        """
        if not self._hurry.is_set():
            self._hurry.wait(_REST * (time.perf_counter() - self._resumed))
            self._resumed = time.perf_counter()

    def _describe(self, data: Any, targets: Any) -> Dataset | None:
        parts, target_parts = _parts_of_both(data, targets)
        if parts is None:
            return None
        rest = do_not_rest if self._thread is None else self._rest
        digest = digest_of([*parts, *target_parts], rest=rest)
        schema = schema_of(data, targets, parts, rest)
        if self._probe is not None and self._probe != _probe(data, targets):
            digest = self._probe
        profile = profile_of(data, targets, parts, target_parts, digest)
        return Dataset(self._name, self._context, digest.digits, schema, profile)


def _is_small_array(data: Any) -> bool:
    """Whether it takes microseconds to copy, and a copy has nothing in common with it."""
    if not is_array(data) or not is_of_numbers(data):
        return False
    import numpy as np

    return type(data) is np.ndarray and data.nbytes <= _COPIED_BYTES


def _copy_of(array: Any) -> Any:
    return array.copy(order="K")


def _parts_of_both(data: Any, targets: Any) -> tuple[list[Part] | None, list[Part]]:
    return parts_of(data), (None if targets is None else parts_of(targets)) or []


def _probe(data: Any, targets: Any) -> Digest | None:
    """The digest of a few rows, which takes less than a millisecond."""
    parts, target_parts = _parts_of_both(data, targets)
    return None if parts is None else digest_of([*parts, *target_parts], _PROBED_ROWS)
