"""What the URI of a server means, and that it keeps its secrets."""

from __future__ import annotations

import sys

import pytest

from autolog.errors import ConfigurationError
from autolog.sinks.sql import location
from autolog.sinks.sql.location import address, check


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("postgresql://user@host/runs", "postgresql+psycopg://user@host/runs"),
        ("postgres://host/runs?sslmode=require", "postgresql+psycopg://host/runs?sslmode=require"),
        ("postgresql+psycopg2://host/runs", "postgresql+psycopg2://host/runs"),
        ("postgresql://", "postgresql+psycopg://"),
        ("mysql://host/runs", "mysql+pymysql://host/runs"),
        ("mariadb+mysqldb://host/runs", "mariadb+mysqldb://host/runs"),
        ("sql+sqlite:////tmp/runs.db", "sqlite:////tmp/runs.db"),
        ("sql+mssql+pyodbc://host/runs", "mssql+pyodbc://host/runs"),
    ],
)
def test_a_uri_is_a_url_with_a_driver(uri, expected):
    assert address(uri) == expected


@pytest.mark.parametrize("uri", ["postgresql", "postgresql:", "sql:", "mysql:user:s3cr3t"])
def test_what_names_no_server_is_refused(uri):
    with pytest.raises(ConfigurationError, match="names no server") as caught:
        check(uri)

    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("postgresql://u:s3cr3t@host/runs", "'autolog-ml[postgresql]'."),
        ("mysql://u:s3cr3t@host/runs", "'autolog-ml[mysql]'."),
        ("mysql+mysqldb://u:s3cr3t@host/runs", "'autolog-ml[sql]', and the driver."),
        ("sql+oracle://u:s3cr3t@host/runs", "'autolog-ml[sql]', and the driver."),
    ],
)
def test_a_library_that_is_missing_is_named(uri, message, monkeypatch):
    for module in ("sqlalchemy", "psycopg", "pymysql", "MySQLdb"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(location, "find_spec", lambda _: None)

    with pytest.raises(ConfigurationError) as caught:
        check(uri)

    assert "sqlalchemy" in str(caught.value)
    assert str(caught.value).endswith(message)
    assert "s3cr3t" not in str(caught.value)
