"""A PostgreSQL server on this machine, for tests and benchmarks, that ends with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USER = "scientist"
PASSWORD = "p/a?s s:w%rd"  # noqa: S105 - of a server that nobody else reaches, with all that is odd
# Debian keeps all but psql away from the PATH.
_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")


class NoPostgreSQL(Exception):
    """PostgreSQL is not installed, or does not start."""


@dataclass(frozen=True)
class Server:
    """A server that asks for a password.

    Attributes:
        programs: The folder of PostgreSQL's programs.
        data: The server's own folder.
        address: Its `host:port`.
    """

    programs: Path
    data: Path
    address: str

    def uri(self, database: str, *, address: str | None = None, password: str = PASSWORD) -> str:
        """The URI of one of its databases, perhaps through a proxy or with a wrong password."""
        secret = quote(password, safe="")
        return f"postgresql://{USER}:{secret}@{address or self.address}/{database}"

    def psql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """The rows that PostgreSQL's own client reads."""
        host, _, port = self.address.partition(":")
        of_server = ["-h", host, "-p", port, "-U", USER, "-d", database]
        done = subprocess.run(
            [self.programs / "psql", *of_server, "-X", "-A", "-t", "-F", "\t", "-c", statement],
            env=os.environ | {"PGPASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]

    def create(self, database: str) -> None:
        """Makes a database."""
        self.psql(f'CREATE DATABASE "{database}"')

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        host, _, port = self.address.partition(":")
        options = f"-h {host} -p {port} -k {self.data} -c fsync=off"
        self._control("-o", options, "-l", str(self.data / "log"), "-w", "start")

    def stop(self) -> None:
        """Stops it as a crash does."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _as_owner([self.programs / "pg_ctl", "-D", self.data, *arguments])


@contextmanager
def postgresql() -> Iterator[Server]:
    """Runs a server.

    Raises:
        NoPostgreSQL: It is not installed, or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="autolog-postgresql-"))
    try:
        password = folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(password, "postgres", "postgres")
        server = Server(programs(), folder / "data", f"127.0.0.1:{_free_port()}")
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        options = ["-E", "UTF8", "--locale", locale, "-A", "scram-sha-256", "--no-sync"]
        command: list[str | Path] = [
            server.programs / "initdb",
            "-D",
            server.data,
            "-U",
            USER,
            *options,
        ]
        _as_owner([*command, "--pwfile", password])
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def programs() -> Path:
    """The folder of PostgreSQL's programs.

    Raises:
        NoPostgreSQL: They are not installed.
    """
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += [place for one in _PLACES for place in sorted(Path("/").glob(one), reverse=True)]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "psql").exists():
            return folder
    raise NoPostgreSQL(
        "PostgreSQL's programs (initdb, pg_ctl, psql) are not here: `apt-get install postgresql`, "
        "or `brew install postgresql`. No server has to run: one is started and stopped."
    )


def _as_owner(command: Sequence[str | Path]) -> None:
    """Runs a command, but never as root, whom PostgreSQL refuses."""
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise NoPostgreSQL(f"{' '.join(words)}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
