"""The sink of SQL servers keeps the contract of sinks, against a real PostgreSQL and MariaDB."""

from __future__ import annotations

import pytest

from autolog.events import MetricsLogged
from autolog.sinks.registry import open_sink
from autolog.sinks.relay.relayed import RelayedSink
from autolog.sinks.sql.location import address
from autolog.sinks.sql.sink import SQLSink
from autolog.testing import RemoteSinkContract

TABLES = (
    "SELECT run_id, parent_run_id, experiment, name, status, start_ns, end_ns FROM run",
    "SELECT run_id, param.key, value FROM param JOIN run ON run.id = run",
    "SELECT run_id, tag.key, value FROM tag JOIN run ON run.id = run",
    "SELECT run_id, path, size_bytes, location FROM artifact JOIN run ON run.id = run",
    "SELECT run_id, dataset.name, context, digest FROM dataset JOIN run ON run.id = run",
    "SELECT run_id, h.key, step, value, time FROM metric_history h",
    (
        "SELECT run_id, n.name, series.points, last_step, last_time, last_value FROM series"
        " JOIN run ON run.id = run JOIN metric_name n ON n.id = series.name"
    ),
)


@pytest.fixture(scope="class", autouse=True)
def connected(request):
    """Lets the class know its server."""
    server = request.getfixturevalue(request.cls.kind)
    request.cls.of_team, request.cls.server = server, server.address
    request.cls.ask = staticmethod(server.ask if hasattr(server, "ask") else server.psql)
    request.cls.databases = {}


class TestSQLSink(RemoteSinkContract):
    """Each directory has a database of its own on the one server."""

    kind = "server"

    @pytest.fixture(autouse=True)
    def patient(self, request, monkeypatch):
        """Most tests need no process of the sink's; where a server hangs, it is soon ended."""
        self.is_here = "hangs" not in request.node.name
        wait = RelayedSink._wait_for_answer

        def wait_less(sink, process, seconds):
            wait(sink, process, 1.0 if self.proxy.is_hanging else seconds)

        monkeypatch.setattr(RelayedSink, "_wait_for_answer", wait_less)

    def open(self, directory):
        uri = self.uri_in(directory)
        return SQLSink(address(uri)) if self.is_here else open_sink(uri, directory)

    def uri_at(self, address, directory):
        return self.of_team.uri(self.database_of(directory), address=address)

    def database_of(self, directory):
        if directory not in self.databases:
            name = self.databases[directory] = f"contract{len(self.databases)}"
            self.of_team.create(name)
        return self.databases[directory]

    def stored(self, directory):
        database = self.database_of(directory)
        return [sorted(self.ask(select, database)) for select in TABLES]

    def refused(self):
        return MetricsLogged("a" * 32, 50, 10**18, 2**63, {"loss": 1.0})


class TestSQLSinkOnMariaDB(TestSQLSink):
    """The words that MariaDB has of its own say the same."""

    kind = "mariadb_server"
