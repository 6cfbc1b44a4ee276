"""A run that is logged into a sink, and how long that takes."""

from __future__ import annotations

import os
from time import perf_counter

from benchmarks.sample import metrics_of


def seconds_of_run(
    uri: str, steps: int, waits: bool = True, begins: bool = True
) -> tuple[float, float]:
    """Seconds until the loop was through, and until the sink had everything.

    Args:
        uri: The sink.
        steps: How many steps of five metrics there are.
        waits: Whether to wait for the sink.
        begins: Whether to measure the start of the sink, too.
    """
    variables = {"AUTOLOG_SINK": uri}
    if not waits:
        variables["AUTOLOG_EXIT_TIMEOUT"] = "0"
    os.environ.update(variables)
    import autolog

    if not begins:
        with autolog.run("before"):
            autolog.log_metrics(metrics_of(0), step=0)
        autolog.flush()
    started = perf_counter()
    with autolog.run("benchmark"):
        for step in range(steps):
            autolog.log_metrics(metrics_of(step), step=step)
    through = perf_counter() - started
    if waits:
        autolog.flush()
    arrived = perf_counter() - started
    autolog.shutdown()
    for name in variables:
        del os.environ[name]
    return through, arrived
