"""The runs of an MLflow tracking store, asked through MLflow's own client."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autolog.errors import ConfigurationError, RunNotFound, StoreError, StoreMissing
from autolog.sinks.mlflow.location import check, location, without_secrets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_PAGE = 1000
_FILE = "sqlite:///"
_UNKNOWN = "ENDPOINT_NOT_FOUND"


class MLflowStore:
    """An MLflow tracking store. Nothing is written to it.

    Args:
        uri: `mlflow`, or `mlflow+` and a tracking URI, as for the sink of that name.
        directory: The autolog directory; relative paths are taken from the folder that holds it.

    Attributes:
        name: The store, without secrets.
        client: MLflow's client.
        tracking_uri: MLflow's tracking URI.

    Raises:
        ConfigurationError: The URI is malformed, or MLflow is not installed.
        StoreMissing: There is no such file.
    """

    def __init__(self, uri: str, directory: Path) -> None:
        from autolog.sinks.registry import without_secrets

        check(uri)
        server = location(uri, directory)
        if server.experiment is not None:
            raise ConfigurationError("Which experiment is imported is said by --experiment.")
        _make_sure_that_it_exists(server.tracking_uri)
        self.name = without_secrets(uri)
        self._address = server.tracking_uri
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # one for each file
        with self.answering():
            import mlflow
            from mlflow import MlflowClient

            self.client = MlflowClient(server.tracking_uri)
            self.tracking_uri = server.tracking_uri or mlflow.get_tracking_uri()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Surrounds questions.

        Raises:
            StoreError: The store does not answer them.
        """
        from mlflow.exceptions import MlflowException

        from autolog.sinks.secrets import tellable

        try:
            yield
        except (MlflowException, OSError, ValueError) as error:
            text = without_secrets_of(str(error).strip().partition("\n")[0], self._address)
            cause = tellable(error, self._address)
            raise StoreError(f"{self.name} does not answer: {text}") from cause

    def experiments(self, name: str | None = None) -> dict[str, str]:
        """The names of all experiments that are not deleted, or of one, by their ids.

        Args:
            name: The one.

        Raises:
            StoreError: The store does not answer, or there is no such experiment.
        """
        every = {one.experiment_id: one.name for one in self._pages(self.client.search_experiments)}
        chosen = {key: known for key, known in every.items() if name in {None, known}}
        if name is not None and not chosen:
            known = ", ".join(repr(known) for known in every.values())
            raise StoreError(f"{self.name} has no experiment {name!r}; it has {known}.")
        return chosen

    def runs(self, experiments: Sequence[str], condition: str = "") -> Iterator[Any]:
        """The runs of experiments that are not deleted, from the oldest on.

        Args:
            experiments: The ids of the experiments.
            condition: A filter of MLflow's.

        Raises:
            StoreError: The store does not answer, or does not understand the filter.
        """
        if experiments:
            yield from self._pages(
                self.client.search_runs,
                experiment_ids=list(experiments),
                filter_string=condition,
                order_by=["attributes.start_time ASC"],
            )

    def run(self, run_id: str) -> Any:
        """One run by MLflow's id.

        Raises:
            RunNotFound: There is none.
            StoreError: The store does not answer.
        """
        from mlflow.exceptions import MlflowException

        with self.answering():
            try:
                return self.client.get_run(run_id)
            except MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
        raise RunNotFound(f"{self.name} has no run {run_id!r}.")

    def models(self, run: Any) -> list[Any]:
        """The models that a run has logged.

        Raises:
            StoreError: The store does not answer.
        """
        from mlflow.exceptions import MlflowException

        condition = f"source_run_id = '{run.info.run_id}'"
        found: list[Any] = []
        token = None
        while True:
            with self.answering():
                try:
                    page = self.client.search_logged_models(
                        [run.info.experiment_id], condition, page_token=token
                    )
                except MlflowException as error:
                    if error.error_code != _UNKNOWN:
                        raise
                    return found  # before MLflow 3, models are among the files of a run alone
            found += page
            token = page.token
            if not token:
                return found

    def _pages(self, search: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
        token = None
        while True:
            with self.answering():
                page = search(max_results=_PAGE, page_token=token, **arguments)
            yield from page
            token = page.token
            if not token:
                return


def _make_sure_that_it_exists(tracking_uri: str | None) -> None:
    """MLflow would make a file that is not there, with all its tables."""
    from pathlib import Path

    if tracking_uri is not None and tracking_uri.startswith(_FILE):
        file = Path(tracking_uri.removeprefix(_FILE).partition("?")[0])
        if not file.is_file():
            raise StoreMissing(f"There is no MLflow store at {file}.")
