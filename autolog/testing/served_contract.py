"""The tests that every sink must pass that talks to an HTTP server."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from autolog.errors import SinkUnavailable
from autolog.testing.faulty_proxy import Answer, FaultyProxy
from autolog.testing.lasting_contract import LastingSinkContract
from autolog.testing.sink_contract import PATIENCE, batch, log, prepared, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autolog.sinks.base import Sink

_RETRY_AFTER = 7
_MOST_REQUESTS = 200
_SHORTLY = 0.5


class ServedSinkContract(LastingSinkContract):
    """As `LastingSinkContract`, for a sink of a server that fails as servers do.

    The sink reaches the real server through a proxy, which is told to fail.

    Attributes:
        server: The real server's `host:port`.
        proxy: The proxy of this test.
    """

    server: str
    proxy: FaultyProxy

    def setup_method(self) -> None:
        """Begins each test with a proxy that fails in nothing."""
        self.proxy = FaultyProxy(self.server)
        self.proxy.__enter__()

    def teardown_method(self) -> None:
        """Ends the proxy."""
        self.proxy.__exit__(None, None, None)

    def uri_at(self, address: str, directory: Path) -> str:
        """The sink's URI for a server.

        Args:
            address: The server's, such as `http://127.0.0.1:5000`.
            directory: The autolog directory; what two of them hold must be apart.
        """
        raise AssertionError("a contract's uri_at() is to be written by the sink's tests")

    def uri_in(self, directory: Path) -> str:
        """The sink's URI for an autolog directory."""
        return self.uri_at(self.proxy.address, directory)

    def outage(self, _directory: Path) -> AbstractContextManager[object]:
        """The server refuses connections."""
        return self.proxy.down()

    def test_a_server_that_asks_for_time_is_given_it(self, tmp_path: Path) -> None:
        """429 with `Retry-After`."""
        answer = Answer(429, {"Retry-After": str(_RETRY_AFTER)})
        with self._failing_at_first(tmp_path) as sink, self.proxy.answering(answer):
            error = _refusal(sink)

        assert error.retry_after == _RETRY_AFTER

    def test_a_server_that_fails_is_tried_again(self, tmp_path: Path) -> None:
        """500: whatever it is, it may pass."""
        with self._failing_at_first(tmp_path) as sink, self.proxy.answering(Answer(500)):
            _refusal(sink)

    def test_credentials_that_are_refused_may_be_mended(self, tmp_path: Path) -> None:
        """401: no record is to blame."""
        with self._failing_at_first(tmp_path) as sink, self.proxy.answering(Answer(401)):
            _refusal(sink)

    def test_a_server_that_hangs_is_given_up_on(self, tmp_path: Path) -> None:
        """The sink does not wait for ever."""
        with self._failing_at_first(tmp_path) as sink, self.proxy.hanging():
            _refusal(sink)

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
        with self._failing_at_first(tmp_path) as sink:
            lost = 0
            while _loses(self.proxy, sink, lost):
                lost += 1
                assert lost < _MOST_REQUESTS

        assert lost

    @contextmanager
    def _failing_at_first(self, tmp_path: Path) -> Iterator[Sink]:
        """A sink that fails in the block, and after it takes everything that it was offered."""
        directory = prepared(tmp_path / "failing")
        sink = self.open(directory)
        yield sink
        sink.write(batch(story()))
        sink.close()
        assert self.stored(directory) == self.expected(tmp_path)


def _refusal(sink: Sink) -> SinkUnavailable:
    try:
        sink.write(batch(story()))
    except SinkUnavailable as error:
        return error
    raise AssertionError("the sink has taken what its server never had")


def _loses(proxy: FaultyProxy, sink: Sink, number: int) -> bool:
    """Offers the story while the answer to one request is lost; whether that made it fail."""
    with proxy.losing_the_answer_to(number):
        try:
            sink.write(batch(story()))
        except SinkUnavailable:
            return True
    return False
