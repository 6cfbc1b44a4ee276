"""The tests that every sink must pass that talks to an HTTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.testing.faulty_proxy import Answer, FaultyProxy
from autolog.testing.remote_contract import RemoteSinkContract, refusal

if TYPE_CHECKING:
    from pathlib import Path

_RETRY_AFTER = 7


class ServedSinkContract(RemoteSinkContract):
    """As `RemoteSinkContract`, for a sink of a server that fails as HTTP servers do."""

    proxy: FaultyProxy

    def new_proxy(self) -> FaultyProxy:
        """A proxy before the server."""
        return FaultyProxy(self.server)

    def test_a_server_that_asks_for_time_is_given_it(self, tmp_path: Path) -> None:
        """429 with `Retry-After`."""
        answer = Answer(429, {"Retry-After": str(_RETRY_AFTER)})
        with self.failing_at_first(tmp_path) as sink, self.proxy.answering(answer):
            error = refusal(sink)

        assert error.retry_after == _RETRY_AFTER

    def test_a_server_that_fails_is_tried_again(self, tmp_path: Path) -> None:
        """500: whatever it is, it may pass."""
        with self.failing_at_first(tmp_path) as sink, self.proxy.answering(Answer(500)):
            refusal(sink)

    def test_credentials_that_are_refused_may_be_mended(self, tmp_path: Path) -> None:
        """401: no record is to blame."""
        with self.failing_at_first(tmp_path) as sink, self.proxy.answering(Answer(401)):
            refusal(sink)
