"""How much of what was logged is found after the process was killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from struct import Struct
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING

from benchmarks.apart import Failed, apart, command_of, environment, last_line
from benchmarks.questions.by_tracker import by_tracker
from benchmarks.questions.bytes_at_rest import read_back
from benchmarks.sample import NAMES, metrics_of
from benchmarks.trackers import tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale

TITLE = "What survives SIGKILL?"
METHOD = (
    "A process logs five metrics every millisecond, and is killed at a random moment between a "
    "tenth of a second and one and a half after its first call. Processes that the tracker has "
    "started live on for a second. The calls that have returned are counted in a file that is "
    "mapped into memory; the tracker's own reader then says, in another process, how many of their "
    "points it finds. autolog's is what `autolog show` reads by, Aim's runs after `aim storage "
    "reindex`, and W&B's `wandb-core leet inspect`."
)

_KILLS = 4
_QUICK_KILLS = 1
_EARLIEST, _LATEST = 0.1, 1.5
_PAUSE = 0.001
_SECONDS_TO_START = 120.0
_COUNT = Struct("q")
_COUNTED = "calls"
_AT_ONCE = 2
_OTHERS = ("bare",)


def measure(scale: Scale) -> Iterator[Result]:
    """The share of the points that survive, and how many are lost at most."""
    kills = scale.pick(_KILLS, _QUICK_KILLS)
    contenders = by_tracker(killed, kills, scale=scale, rounds=1, but=_OTHERS, at_once=_AT_ONCE)
    for contender in contenders:
        found = [trial for trials in contender.found for trial in trials]
        yield contender.result(
            [100.0 * min(max(kept, 0), points) / points for kept, points in found],
            subject="points that are found",
            unit="%",
            goal=100.0,
            goal_of="rate",
            more_is_better=True,
            note=_note([trial for trial in found if trial[0] < 0]),
        )
    for contender in contenders:
        lost = [
            max(0, points - max(0, kept)) for trials in contender.found for kept, points in trials
        ]
        yield contender.result(lost, subject="points that are lost", unit="points", goal=0.0)


def _note(unreadable: list[tuple[int, int]]) -> str:
    return f"its reader fails after {len(unreadable)} of the kills" if unreadable else ""


def killed(key: str, kills: int) -> list[tuple[int, int]]:
    """For each kill, the points that are found, -1 where they cannot be read, and those logged.

    Args:
        key: The tracker.
        kills: How often its process is killed.
    """
    moments = random.Random(0)
    return [_killed_once(key, moments.uniform(_EARLIEST, _LATEST)) for _ in range(kills)]


def _killed_once(key: str, seconds: float) -> tuple[int, int]:
    with TemporaryDirectory(prefix="autolog-benchmark-", dir=Path.cwd()) as folder:
        kept = Path(folder, "kept")
        kept.mkdir()
        counted = Path(folder, _COUNTED)
        counted.write_bytes(_COUNT.pack(0))
        command, _ = command_of(log_for_ever, key, folder=folder, peers=False)
        with Path(folder, "said").open("w+") as said:
            process = subprocess.Popen(
                command,
                cwd=kept,
                env=environment(kept),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            try:
                _wait_for_calls(process, counted, said.name)
                sleep(seconds)
            finally:
                process.kill()
                process.wait()
                _end_helpers(process.pid)
        (calls,) = _COUNT.unpack(counted.read_bytes())
        try:
            found = apart(read_back, key, folder=str(kept))
        except Failed:
            found = -1
    return found, calls * len(NAMES)


def log_for_ever(key: str) -> None:
    """Logs a step every millisecond, and counts the calls that have returned.

    Args:
        key: The tracker.
    """
    made = tracker(key)
    made.open(Path.cwd())
    with Path.cwd().with_name(_COUNTED).open("r+b") as file, mmap(file.fileno(), 0) as counted:
        step = 0
        while True:
            made.log(metrics_of(step), step)
            step += 1
            # in one go: `pack_into` writes zeros first, which a kill may leave there
            counted[:] = _COUNT.pack(step)
            sleep(_PAUSE)


def _wait_for_calls(process: subprocess.Popen[bytes], counted: Path, said: str) -> None:
    last = monotonic() + _SECONDS_TO_START
    while _COUNT.unpack(counted.read_bytes())[0] == 0:
        if process.poll() is not None or monotonic() > last:
            raise Failed(last_line(Path(said).read_text(encoding="utf-8")))
        sleep(0.01)


def _end_helpers(session: int) -> None:
    """Ends what the process had started, such as W&B's own, after some time to write in."""
    sleep(1.0)
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
