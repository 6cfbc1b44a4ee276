"""Connects to a server, such that neither side waits for the other for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, make_url

if TYPE_CHECKING:
    from sqlalchemy import Engine

_CONNECTING_SECONDS = 10
_ANSWER_SECONDS = 45
_KEEPALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 4}

# A session whose client is gone, without a word of it, lets go of what it has locked.
_OF_SESSIONS = {
    "postgresql": "SET idle_in_transaction_session_timeout = '60s'",
    "mysql": "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'), innodb_lock_wait_timeout = 30",
}
_OF_SESSIONS["mariadb"] = _OF_SESSIONS["mysql"]


def engine_for(address: str, **options: Any) -> Engine:
    """An engine; nothing is connected before it is used.

    Args:
        address: The URL, as SQLAlchemy reads it.
        **options: Further ones of SQLAlchemy's engines.
    """
    url = make_url(address)
    engine = create_engine(
        url,
        connect_args=_arguments(url),
        hide_parameters=True,  # in messages
        **options,
    )
    statement = _OF_SESSIONS.get(engine.dialect.name)
    if statement is not None:

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)
            connection.commit()

    return engine


def _arguments(url: URL) -> dict[str, object]:
    arguments: dict[str, object] = {}
    driver = url.get_driver_name()
    if driver in {"psycopg", "psycopg2"}:
        arguments = {"connect_timeout": _CONNECTING_SECONDS, **_KEEPALIVE}
        arguments["application_name"] = "autolog"
    if driver == "psycopg":
        arguments["prepare_threshold"] = None  # connection poolers know no prepared statements
    if driver in {"pymysql", "mysqldb"}:
        arguments = {"connect_timeout": _CONNECTING_SECONDS, "charset": "utf8mb4"}
        arguments |= {"read_timeout": _ANSWER_SECONDS, "write_timeout": _ANSWER_SECONDS}
    return {name: value for name, value in arguments.items() if name not in url.query}
