"""A proxy before a real HTTP server, which fails as servers and networks do."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.testing.standing_before import LONGEST_HANG, StandingBefore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Answer(msgspec.Struct, frozen=True):
    """What is answered instead of the server's own answer.

    Attributes:
        status: The HTTP status.
        headers: Further headers, such as `Retry-After`.
        body: The content.
    """

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b"{}"


class FaultyProxy(StandingBefore):
    """Passes requests on to a server, or does not.

    Args:
        server: The real server's `host:port`.

    Attributes:
        requests: How many requests came so far.

    Example:
        >>> with FaultyProxy("127.0.0.1:5000") as proxy:
        ...     sink = open_sink(f"toy+{proxy.address}", directory)
        ...     with proxy.answering(Answer(500)):
        ...         sink.write(batch)  # raises SinkUnavailable
    """

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server
        self._listening: ThreadingHTTPServer | None = None
        self._fault: Callable[[_Handler], bool] = _none
        self._released = threading.Event()

    @property
    def address(self) -> str:
        """Where it listens: `http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def answering(self, answer: Answer, path: str = "") -> Iterator[None]:
        """Gives an answer of its own, and passes nothing on.

        Args:
            answer: The answer.
            path: What the path of a request has in it that is answered so; every path by default.
        """

        def fault(handler: _Handler) -> bool:
            if path not in handler.path:
                return False
            handler.answer(answer)
            return True

        with self._failing(fault):
            yield

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Takes requests and answers nothing."""
        self._released = released = threading.Event()

        def fault(_handler: _Handler) -> bool:
            released.wait(LONGEST_HANG)
            return True

        with self._failing(fault):
            try:
                yield
            finally:
                released.set()

    @contextmanager
    def losing_the_answer_to(self, number: int) -> Iterator[None]:
        """Passes requests on, and loses the answer to one of them.

        Args:
            number: Which request, counted from now on, from 0.
        """
        lost = self.requests + number

        def fault(handler: _Handler) -> bool:
            if handler.number != lost:
                return False
            handler.passed_on()
            return True

        with self._failing(fault):
            yield

    def passed_on(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """The server's answer to a request."""
        connection = http.client.HTTPConnection(self._server, timeout=LONGEST_HANG)
        try:
            connection.request(method, path, body, _passed(headers))
            answer = connection.getresponse()
            headers = _passed(answer.headers)
            if method == "HEAD":  # whose answer tells of a body that is not there
                headers["Content-Length"] = answer.headers.get("Content-Length", "0")
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()

    def handle(self, handler: _Handler) -> None:
        """Fails as it was told, or passes the request on."""
        if not self._fault(handler):
            handler.answer(handler.passed_on())

    def _release(self) -> None:
        self._released.set()

    @contextmanager
    def _failing(self, fault: Callable[[_Handler], bool]) -> Iterator[None]:
        self._fault = fault
        try:
            yield
        finally:
            self._fault = _none

    def _listen(self) -> None:
        proxy = self

        class Handler(_Handler):
            def take(self) -> None:
                self.number = proxy.requests
                proxy.requests += 1
                self.proxy = proxy
                proxy.handle(self)

        self._listening = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._listening.daemon_threads = True
        self._port = self._listening.server_port
        threading.Thread(
            target=self._listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def _stop_listening(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.shutdown()
            listening.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One request; each has a connection of its own."""

    proxy: FaultyProxy
    number: int

    def take(self) -> None:
        raise NotImplementedError

    def passed_on(self) -> Answer:
        return self.proxy.passed_on(self.command, self.path, self.headers, self._body)

    def answer(self, answer: Answer) -> None:
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        except OSError:
            return  # whoever asked has gone

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        return content

    def _do(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body = self._read()
        self.take()

    do_DELETE = do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = _do  # noqa: N815 - what http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Says nothing."""


def _none(_handler: _Handler) -> bool:
    return False


def _passed(headers: Any) -> dict[str, str]:
    return {
        name: value for name, value in headers.items() if name.lower() not in _OF_ONE_CONNECTION
    }
