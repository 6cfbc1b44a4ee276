"""What a fit took."""

from __future__ import annotations

import resource
import sys
import time

FIT_SECONDS = "fit_seconds"
EFFORT = (FIT_SECONDS, "fit_cpu_seconds", "peak_rss_bytes")
"""The metrics of `Effort`."""

_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024  # of `ru_maxrss`


class Effort:
    """What a piece of work takes, from the making of this object on."""

    def __init__(self) -> None:
        self._cpu = time.process_time()
        self._began = time.perf_counter()

    def metrics(self) -> dict[str, float]:
        """Wall time, the CPU time of all threads of this process, and its peak memory so far."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_UNIT
        cpu = time.process_time() - self._cpu
        seconds = time.perf_counter() - self._began
        return dict(zip(EFFORT, (seconds, cpu, float(peak)), strict=True))
