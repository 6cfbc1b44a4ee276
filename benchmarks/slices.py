"""Times processes that go on by turns, for some milliseconds each, and are stopped meanwhile.

The pace of a machine that others share changes by half, for minutes or for milliseconds. What takes
turns as short as this meets the same pace. All threads of a process stop with it, so that what they
take from it is counted, too.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from benchmarks.apart import Failed, apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SLICE_SECONDS = 0.05
"""In much less, the processor's caches are still cold after the others' turns."""

_GO = b"."
_PID_BYTES = 4
_LOST = "a process beside this one has ended"


@contextmanager
def on_one_cpu() -> Iterator[None]:
    """Keeps this thread, and what is started in the block, on a CPU: each has a pace of its own."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


class Gate:
    """Where a process waits before what is timed in it, and behind it.

    Args:
        said: The descriptor that says that it has come.
        heard: The descriptor that it hears from when it is to go on.
    """

    def __init__(self, said: int, heard: int) -> None:
        self._said = said
        self._heard = heard

    def wait(self) -> None:
        """Waits until it is to go on.

        Raises:
            Failed: Another of the processes has ended.
        """
        os.write(self._said, os.getpid().to_bytes(_PID_BYTES, "big"))
        if os.read(self._heard, 1) != _GO:
            raise Failed(_LOST)


def functions_in_slices(
    function: Callable[..., Any], each: Sequence[Sequence[Any]], count: int
) -> tuple[list[Any], list[list[float]]]:
    """Calls a function in fresh processes, at the same time, and times some passage of it.

    Args:
        function: One of a module of the benchmarks. It is given the two descriptors of its `Gate`,
            at which it waits before each passage and behind it, and then its own arguments.
        each: The arguments of each process, of what JSON can hold.
        count: How often the passage is reached.

    Returns:
        What the function gives in each process, and milliseconds of each process, for each time.

    Raises:
        Failed: The function has raised in one of them.
    """
    found: list[list[float]] = []
    lost: Exception | None = None
    processes = [_Called() for _ in each]
    with ThreadPoolExecutor(len(each)) as threads:
        results = [
            threads.submit(process.run, function, arguments)
            for process, arguments in zip(processes, each, strict=True)
        ]
        try:
            for _ in range(count):
                for process in processes:
                    process.come()
                found.append(_in_slices(processes))
                for process in processes:
                    process.pass_gate()
        except Failed as failure:
            lost = failure
        finally:
            for process in processes:
                process.let_go()
    for process in processes:
        process.close()
    failures = filter(None, [*(result.exception() for result in results), lost])
    for cause in sorted(failures, key=lambda failure: _LOST in str(failure)):
        raise cause
    return [result.result() for result in results], found


def scripts_in_slices(scripts: Sequence[Mapping[str, Any]]) -> list[float]:
    """Milliseconds of processes from their start until they have gone.

    Args:
        scripts: What `subprocess.Popen` is given for each.

    Raises:
        subprocess.CalledProcessError: One has failed.
    """
    processes = [_Script(facts) for facts in scripts]
    try:
        found = _in_slices(processes)
    finally:
        for process in processes:
            process.finish()
    for process in processes:
        process.check()
    return found


class _Process(Protocol):
    def go_on(self) -> None: ...

    def stop(self) -> None: ...

    def has_ended(self, within: float) -> bool: ...


def _in_slices(processes: Sequence[_Process]) -> list[float]:
    seconds = [0.0] * len(processes)
    left = list(range(len(processes)))
    while left:
        for place in tuple(left):
            process = processes[place]
            started = perf_counter()
            process.go_on()
            has_ended = process.has_ended(SLICE_SECONDS)
            seconds[place] += perf_counter() - started
            process.stop()
            if has_ended:
                left.remove(place)
    return [one * 1e3 for one in seconds]


class _Called:
    """A function in a process of its own."""

    def __init__(self) -> None:
        self._said, self._says = os.pipe()
        self._heard, self._hears = os.pipe()
        self._pid = 0
        self._has_begun = False

    def run(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """What the function gives, when the process has ended."""
        given = self._says, self._heard
        try:
            return apart(function, *given, *arguments, descriptors=given)
        finally:
            self._pid = 0
            for end in given:
                os.close(end)

    def come(self) -> None:
        """Waits until the process is where it waits, and stops it there."""
        self._listen()
        self.stop()
        self._has_begun = False

    def go_on(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            os.write(self._hears, _GO)
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        self._send(signal.SIGSTOP)

    def has_ended(self, within: float) -> bool:
        if not select.select([self._said], [], [], within)[0]:
            return False
        self._listen()
        return True

    def pass_gate(self) -> None:
        """Has the process go on to where it waits next, or to its end."""
        self._send(signal.SIGCONT)
        os.write(self._hears, _GO)

    def let_go(self) -> None:
        """Has the process wait no more: at the next gate, it fails."""
        self._send(signal.SIGCONT)
        os.close(self._hears)

    def close(self) -> None:
        """Forgets the process, which has ended."""
        os.close(self._said)

    def _listen(self) -> None:
        said = os.read(self._said, _PID_BYTES)
        if not said:
            raise Failed(_LOST)
        self._pid = int.from_bytes(said, "big")

    def _send(self, number: signal.Signals) -> None:
        if self._pid:
            os.kill(self._pid, number)


class _Script:
    """A process from its start to its end, which closes the pipe that it was given."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._ended, self._holds = os.pipe()
        self._process: subprocess.Popen[bytes] | None = None

    def go_on(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(**self._facts, pass_fds=[self._holds])
            os.close(self._holds)
        else:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def has_ended(self, within: float) -> bool:
        return bool(select.select([self._ended], [], [], within)[0])

    def finish(self) -> None:
        """Has the process go on to its end, should it not be there yet."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.wait()
        os.close(self._ended)

    def check(self) -> None:
        """Raises what a script raises that has failed."""
        if self._process is not None and self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, self._process.args)
