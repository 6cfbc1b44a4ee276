"""Who a journal belongs to: one process of one host, recognised even when its pid is reused."""

from __future__ import annotations

import os
import time

import msgspec

_START_TIME_FIELD = 19  # of what follows the program's name in /proc/<pid>/stat, from 0


class Owner(msgspec.Struct, frozen=True):
    """A process, as far as it can be told apart from all others.

    Attributes:
        host: Its host's name.
        pid: Its process id there.
        start: When it started: in the kernel's clock ticks, or in nanoseconds since the epoch
            where the kernel does not tell.
    """

    host: str
    pid: int
    start: int

    @classmethod
    def this_process(cls) -> Owner:
        """The running process itself."""
        pid = os.getpid()
        start = _start_time(pid)
        return cls(host_name(), pid, time.time_ns() if start is None else start)

    @classmethod
    def from_journal_id(cls, journal_id: str) -> Owner:
        """Reads the owner out of a journal's id.

        Raises:
            ValueError: The text is no journal id.
        """
        host, pid, start, _ = journal_id.rsplit(".", 3)
        return cls(host, int(pid), int(start))

    def new_journal_id(self) -> str:
        """An id that no other journal has."""
        return f"{self.host}.{self.pid}.{self.start}.{os.urandom(4).hex()}"

    def is_another_living_process(self) -> bool:
        """Whether the owner is known to live and is not the running process.

        A process knows its own journals by their locks alone, since it may have closed one and
        left it to recovery.
        """
        if self.host != host_name() or self.pid == os.getpid():
            return False
        return _start_time(self.pid) == self.start


def host_name() -> str:
    """This host's name, as it stands in the ids of its journals."""
    return os.uname().nodename.replace("/", "-") or "localhost"


def _start_time(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - a Path costs more than the read
            line = file.read()
    except OSError:
        return None
    # the program's name stands in parentheses, and may itself hold spaces and parentheses
    fields = line[line.rindex(b")") + 2 :].split()
    # a zombie is dead, though its parent has not yet asked for its exit status
    return None if fields[0] in {b"Z", b"X"} else int(fields[_START_TIME_FIELD])
