"""Hears how a server refuses, and for how long: MLflow's client keeps that to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from urllib3.util.retry import Retry


class Refusal(msgspec.Struct):
    """How the server has refused a request that is to be made again.

    Attributes:
        status: The HTTP status; None where there was no answer.
        seconds: The value of `Retry-After`, if it had any.
    """

    status: int | None = None
    seconds: float | None = None

    def forget(self) -> None:
        """Begins anew, before the next request."""
        self.status = self.seconds = None


refusal = Refusal()
"""The last one in this process."""


def listen() -> None:
    """Begins to listen; only for a process that does nothing but talk to MLflow."""
    from urllib3.util import retry as module

    increment = module.Retry.increment

    def noting(
        retry: Retry,
        method: Any = None,
        url: Any = None,
        response: Any = None,
        *rest: Any,
        **named: Any,
    ) -> Retry:
        if response is not None:
            refusal.status = response.status
            refusal.seconds = retry.get_retry_after(response)
        return increment(retry, method, url, response, *rest, **named)

    module.Retry.increment = noting  # type: ignore[assignment]
