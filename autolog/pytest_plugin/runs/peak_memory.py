"""How much memory the process has used at most while a test ran."""

from __future__ import annotations

import resource
import sys
import threading
from pathlib import Path

_SECONDS_BETWEEN_LOOKS = 0.05
_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`, in bytes
_STATM = Path("/proc/self/statm")


class PeakMemory:
    """Follows the resident memory of this process from where it is made.

    The peak is exact where it is the highest of the process so far, which the kernel tells;
    otherwise the highest of what a thread has seen every twentieth of a second. Where the kernel
    tells no present size, as on macOS, only the former is known.
    """

    _seen = 0
    _is_over: threading.Event | None = None

    def __init__(self) -> None:
        self._before = _highest()

    def watch(self) -> None:
        """Begins to look."""
        self._seen = _present()
        if self._seen and self._is_over is None:
            self._is_over = threading.Event()
            threading.Thread(target=self._look, name="autolog-memory", daemon=True).start()

    def stop(self) -> int | None:
        """Ends looking, and tells the peak in bytes, if it is known."""
        if self._is_over is not None:
            self._is_over.set()
        highest = _highest()
        if highest > self._before:
            return highest
        return max(self._seen, _present()) or None

    def _look(self) -> None:
        is_over = self._is_over
        while is_over is not None and not is_over.wait(_SECONDS_BETWEEN_LOOKS):
            self._seen = max(self._seen, _present())


def _highest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _present() -> int:
    try:
        pages = int(_STATM.read_bytes().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()
