"""A proxy before a real server of any protocol, which fails as networks do."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from autolog.testing.standing_before import LONGEST_HANG, StandingBefore

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKS_EVERY = 0.05
_PIECE = 65536


class FaultyConnection(StandingBefore):
    """Passes bytes on to a server, or does not.

    What a client sends before it is answered counts as one request.

    Args:
        server: The real server's `host:port`.

    Attributes:
        requests: How many requests came so far.

    Example:
        >>> with FaultyConnection("127.0.0.1:5432") as proxy:
        ...     sink = open_sink(f"postgresql://user@{proxy.address}/runs", directory)
        ...     with proxy.hanging():
        ...         sink.write(batch)  # raises SinkUnavailable
    """

    def __init__(self, server: str) -> None:
        super().__init__()
        host, _, port = server.rpartition(":")
        self._server = host, int(port)
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._counting = threading.Lock()
        self._lost: int | None = None
        self._flowing = threading.Event()
        self._flowing.set()

    @property
    def address(self) -> str:
        """Where it listens: `127.0.0.1:<port>`."""
        return f"127.0.0.1:{self._port}"

    @property
    def is_hanging(self) -> bool:
        """Whether it passes nothing on now."""
        return not self._flowing.is_set()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Takes connections and bytes, and passes nothing on until the end."""
        self._flowing.clear()
        try:
            yield
        finally:
            self._flowing.set()

    @contextmanager
    def losing_the_answer_to(self, number: int) -> Iterator[None]:
        """Passes requests on, and cuts the connection in the place of the answer to one of them.

        Args:
            number: Which request, counted from now on, from 0.
        """
        self._lost = self.requests + number
        try:
            yield
        finally:
            self._lost = None

    def _listen(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _stop_listening(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # which wakes the thread that accepts
            listening.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _release(self) -> None:
        self._flowing.set()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self._flowing.wait(LONGEST_HANG)
            with socket.create_connection(self._server) as server:
                self._pass_on(client, server)
        self._open.discard(client)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        number, answered = -1, True
        while True:
            ready, _, _ = select.select([client, server], [], [], _LOOKS_EVERY)
            for source in ready:
                piece = source.recv(_PIECE)
                self._flowing.wait(LONGEST_HANG)
                if not piece:
                    return
                if source is client and answered:
                    number, answered = self._next_number(), False
                elif source is server:
                    answered = True
                    if number == self._lost:
                        return
                (server if source is client else client).sendall(piece)

    def _next_number(self) -> int:
        with self._counting:
            self.requests += 1
            return self.requests - 1
