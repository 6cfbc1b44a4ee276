"""Real servers on this machine, which the tests start and stop themselves."""

from __future__ import annotations

import os
from importlib.util import find_spec
from itertools import count

import pytest

from tools.mariadb import NoMariaDB, mariadb
from tools.postgresql import NoPostgreSQL, postgresql

# SQLAlchemy is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("sqlalchemy") else ["test_*.py"]

numbers = count()


@pytest.fixture(scope="session")
def server():
    """A server that asks for a password; it ends with the tests."""
    try:
        with postgresql() as server:
            yield server
    except NoPostgreSQL as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def mariadb_server():
    """A MariaDB that asks for a password; it ends with the tests."""
    if find_spec("pymysql") is None:
        pytest.skip("PyMySQL is not among the oldest versions of everything")
    try:
        with mariadb() as server:
            yield server
    except NoMariaDB as error:
        pytest.fail(str(error))


@pytest.fixture
def database(server):
    """The name of a new database."""
    name = f"database{next(numbers)}"
    server.create(name)
    return name


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """No variables of the user's."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGPASSFILE", os.devnull)
