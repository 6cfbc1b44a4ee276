"""A MariaDB server on this machine, for tests, that ends with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "scientist"
PASSWORD = "p/a?s s:w%rd"  # noqa: S105 - of a server that nobody else reaches, with all that is odd
STARTS_WITHIN = 60
# Debian keeps the server away from the PATH of those who are not root.
_PLACES = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/opt/homebrew/bin"


class NoMariaDB(Exception):
    """MariaDB is not installed, or does not start."""


@dataclass(frozen=True)
class Server:
    """A server that asks for a password.

    Attributes:
        folder: The server's own folder.
        address: Its `host:port`.
    """

    folder: Path
    address: str

    def uri(self, database: str, *, address: str | None = None, password: str = PASSWORD) -> str:
        """The URI of one of its databases, perhaps through a proxy or with a wrong password."""
        secret = quote(password, safe="")
        return f"mariadb://{USER}:{secret}@{address or self.address}/{database}"

    def ask(self, statement: str, database: str = "mysql") -> list[list[str]]:
        """The rows that MariaDB's own client reads."""
        of_server = [f"--socket={self.folder}/socket", "--user=root", database]
        as_rows = ["--batch", "--skip-column-names", "-e", statement]
        done = subprocess.run(
            [_program("mariadb"), "--no-defaults", *of_server, *as_rows],
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]

    def create(self, database: str) -> None:
        """Makes a database."""
        self.ask(f"CREATE DATABASE `{database}`")


@contextmanager
def mariadb() -> Iterator[Server]:
    """Runs a server.

    Raises:
        NoMariaDB: It is not installed, or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="autolog-mariadb-"))
    try:
        of_server = [f"--datadir={folder}/data"]
        if os.getuid() == 0:
            of_server.append("--user=root")  # or it refuses
        _install(of_server)
        address = f"127.0.0.1:{_free_port()}"
        server = Server(folder, address)
        with _running(server, of_server):
            server.ask(f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            server.ask(f"GRANT ALL ON *.* TO '{USER}'@'127.0.0.1'")
            yield server
    finally:
        shutil.rmtree(folder)


def programs() -> list[str]:
    """The paths of all that is needed of MariaDB.

    Raises:
        NoMariaDB: Something is not installed.
    """
    return [_program(name) for name in ("mariadb", "mariadb-install-db", "mariadbd")]


def _program(name: str) -> str:
    found = shutil.which(name, path=_PLACES)
    if found is None:
        raise NoMariaDB(
            f"MariaDB's program {name} is not here: `apt-get install mariadb-server-core "
            "mariadb-client-core`, or `brew install mariadb`. No server has to run: one is started "
            "and stopped."
        )
    return found


def _install(of_server: list[str]) -> None:
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    done = subprocess.run(
        [_program("mariadb-install-db"), "--no-defaults", *of_server, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoMariaDB(f"mariadb-install-db: {done.stdout}{done.stderr}")


@contextmanager
def _running(server: Server, of_server: list[str]) -> Iterator[None]:
    host, _, port = server.address.partition(":")
    listening = [f"--bind-address={host}", f"--port={port}", f"--socket={server.folder}/socket"]
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
    command = [_program("mariadbd"), "--no-defaults", *of_server, *listening, *quick]
    with (server.folder / "log").open("w+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(server, process)
            yield
        except NoMariaDB as error:
            log.seek(0)
            raise NoMariaDB(f"{error} {log.read()}") from error
        finally:
            process.terminate()
            process.wait(STARTS_WITHIN)


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            server.ask("SELECT 1")
        except subprocess.CalledProcessError:
            time.sleep(0.1)
        else:
            return
    raise NoMariaDB("mariadbd does not answer:")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
