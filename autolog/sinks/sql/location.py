"""Which server, database and driver a URI means."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from autolog.errors import ConfigurationError
from autolog.sinks.registry import scheme, without_secrets

# The module to import, and what to install, by SQLAlchemy's name of the database; the first driver
# is the one that is taken where the URI names none.
_DRIVERS = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2"},
    "mysql": {"pymysql": "pymysql", "mysqldb": "MySQLdb"},
    "mariadb": {"pymysql": "pymysql", "mysqldb": "MySQLdb"},
}
_EXTRAS: dict[str | None, str] = {"psycopg": "postgresql", "pymysql": "mysql"}
_OTHER_NAMES = {"postgres": "postgresql"}
_FORMS = (
    "Write postgresql://user@host:5432/database, or mysql:// and mariadb:// likewise; the password "
    "follows the user and a colon, or stands in PGPASSWORD or ~/.pgpass."
)


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without asking anybody.

    Args:
        uri: A URI of one of the schemes of servers.

    Raises:
        ConfigurationError: The URI is malformed, or a library is missing.
    """
    database, _, driver = address(uri).partition("://")[0].partition("+")
    module = _DRIVERS.get(database, {}).get(driver)
    missing = [name for name in ("sqlalchemy", module) if name and not _is_installed(name)]
    if missing:
        raise ConfigurationError(
            f"The sink {without_secrets(uri)!r} needs {' and '.join(missing)}: "
            f"pip install 'autolog-ml[{_EXTRAS.get(module, 'sql')}]'"
            f"{'' if module in _EXTRAS else ', and the driver'}."
        )


def address(uri: str) -> str:
    """The URL, as SQLAlchemy reads it, with a driver that works here.

    Args:
        uri: A URI of one of the schemes of servers.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    protocol, separator, rest = uri.removeprefix("sql+").partition("://")
    database, _, driver = protocol.partition("+")
    database = _OTHER_NAMES.get(database, database)
    known = _DRIVERS.get(database, {})
    if not separator or (not known and not uri.startswith("sql+")):
        raise ConfigurationError(f"A sink of the scheme {scheme(uri)!r} names no server. {_FORMS}")
    driver = driver or next(iter(known), "")
    return f"{database}+{driver}://{rest}" if driver else f"{database}://{rest}"


def _is_installed(module: str) -> bool:
    return module in sys.modules or find_spec(module) is not None
