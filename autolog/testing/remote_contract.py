"""The tests that every sink must pass that talks to a server, whatever the protocol."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from autolog.errors import SinkUnavailable
from autolog.testing.faulty_connection import FaultyConnection
from autolog.testing.lasting_contract import LastingSinkContract
from autolog.testing.sink_contract import PATIENCE, batch, log, prepared, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from autolog.sinks.base import Sink

_MOST_REQUESTS = 200
_SHORTLY = 0.5


class Proxy(Protocol):
    """Stands before a real server, and fails as it is told."""

    requests: int

    @property
    def address(self) -> str:
        """Where it listens."""
        ...

    def __enter__(self) -> object: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

    def down(self) -> AbstractContextManager[object]:
        """Refuses connections."""
        ...

    def hanging(self) -> AbstractContextManager[object]:
        """Answers nothing."""
        ...

    def losing_the_answer_to(self, number: int) -> AbstractContextManager[object]:
        """Loses the answer to one request, counted from now on, from 0."""
        ...


class RemoteSinkContract(LastingSinkContract):
    """As `LastingSinkContract`, for a sink of a server that networks lie before.

    The sink reaches the real server through a proxy, which is told to fail.

    Attributes:
        server: The real server's `host:port`.
        proxy: The proxy of this test.
    """

    server: str
    proxy: Proxy

    def setup_method(self) -> None:
        """Begins each test with a proxy that fails in nothing."""
        self.proxy = self.new_proxy()
        self.proxy.__enter__()

    def teardown_method(self) -> None:
        """Ends the proxy."""
        self.proxy.__exit__(None, None, None)

    def new_proxy(self) -> Proxy:
        """A proxy before the server."""
        return FaultyConnection(self.server)

    def uri_at(self, address: str, directory: Path) -> str:
        """The sink's URI for a server.

        Args:
            address: The server's, such as `127.0.0.1:5432`, or `http://127.0.0.1:5000`.
            directory: The autolog directory; what two of them hold must be apart.
        """
        raise AssertionError("a contract's uri_at() is to be written by the sink's tests")

    def uri_in(self, directory: Path) -> str:
        """The sink's URI for an autolog directory."""
        return self.uri_at(self.proxy.address, directory)

    def outage(self, _directory: Path) -> AbstractContextManager[object]:
        """The server refuses connections."""
        return self.proxy.down()

    def test_a_server_that_hangs_is_given_up_on(self, tmp_path: Path) -> None:
        """The sink does not wait for ever."""
        with self.failing_at_first(tmp_path) as sink, self.proxy.hanging():
            refusal(sink)

    def test_a_server_that_hangs_holds_up_neither_logging_nor_an_end(self, tmp_path: Path) -> None:
        """Both take the time that they are given."""
        directory = prepared(tmp_path / "hanging")

        with self.proxy.hanging():
            delivery = self.deliver(directory)
            began = time.monotonic()
            log(delivery, story())
            arrived = delivery.flush(_SHORTLY)
            left = delivery.close(_SHORTLY)
            took = time.monotonic() - began

        assert not arrived
        assert left[0].waiting
        assert took < PATIENCE
        self.recover(directory)
        assert self.stored(directory) == self.expected(tmp_path)

    def test_no_answer_that_is_lost_makes_anything_come_twice(self, tmp_path: Path) -> None:
        """The server has done what it was asked, and the sink does not know: for each request."""
        with self.failing_at_first(tmp_path) as sink:
            number = failures = 0
            was_lost = True
            while was_lost:
                was_lost, has_failed = _loses(self.proxy, sink, number)
                failures += has_failed
                number += 1
                assert number < _MOST_REQUESTS

        assert failures

    @contextmanager
    def failing_at_first(self, tmp_path: Path) -> Iterator[Sink]:
        """A sink that fails in the block, and after it takes everything that it was offered."""
        directory = prepared(tmp_path / "failing")
        sink = self.open(directory)
        yield sink
        sink.write(batch(story()))
        sink.close()
        assert self.stored(directory) == self.expected(tmp_path)


def refusal(sink: Sink) -> SinkUnavailable:
    """How a sink refuses the story, which it has to."""
    try:
        sink.write(batch(story()))
    except SinkUnavailable as error:
        return error
    raise AssertionError("the sink has taken what its server never had")


def _loses(proxy: Proxy, sink: Sink, number: int) -> tuple[bool, bool]:
    """Offers the story while the answer to one request is lost.

    Returns:
        Whether there were so many requests, and whether the sink has failed.
    """
    before, has_failed = proxy.requests, False
    with proxy.losing_the_answer_to(number):
        try:
            sink.write(batch(story()))
        except SinkUnavailable:
            has_failed = True
    return proxy.requests > before + number, has_failed
