"""Turns what MLflow's client raises into what a sink raises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlflow.exceptions import MlflowException, RestException

from autolog.errors import AutologError, SinkUnavailable
from autolog.sinks.mlflow.location import without_secrets_of
from autolog.sinks.mlflow.refusal import refusal
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a request that will never be taken, whenever it comes.
_FOR_GOOD = {"INVALID_PARAMETER_VALUE", "BAD_REQUEST", "RESOURCE_DOES_NOT_EXIST"}


class Refused(AutologError):
    """A request that the server will never take."""


class Failures:
    """What failures of requests mean.

    Args:
        tracking_uri: The server, whose password is in no message.
    """

    def __init__(self, tracking_uri: str | None) -> None:
        self._is_remote = (tracking_uri or "").startswith(("http:", "https:"))
        self._tracking_uri = tracking_uri

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Surrounds requests.

        Raises:
            Refused: The server will never take this.
            SinkUnavailable: It does not take it now.
        """
        from requests import RequestException

        refusal.forget()
        try:
            yield
        except MlflowException as error:
            if error.error_code in _FOR_GOOD and self._is_of_mlflow(error):
                raise Refused(self._text(error)) from error
            raise self._unavailable(error) from error
        except (RequestException, OSError) as error:
            raise self._unavailable(error) from error

    def _is_of_mlflow(self, error: MlflowException) -> bool:
        """Whether MLflow says so, and not a proxy or another server in its place."""
        return isinstance(error, RestException) or not self._is_remote

    def _unavailable(self, error: Exception) -> SinkUnavailable:
        return SinkUnavailable(self._reason(error), retry_after=refusal.seconds)

    def _reason(self, error: Exception) -> str:
        from requests import ConnectionError as NotConnected, Timeout

        server = without_secrets(self._tracking_uri or "MLflow")
        if refusal.status is not None:
            return f"{server} answers with the status {refusal.status}."
        for cause in (error, error.__cause__, error.__context__):
            if isinstance(cause, Timeout):
                return f"{server} does not answer in time."
            if isinstance(cause, NotConnected):
                return f"{server} cannot be reached."
        return self._text(error)

    def _text(self, error: Exception) -> str:
        text = str(error).strip().partition("\n")[0]
        return without_secrets_of(text, self._tracking_uri)
