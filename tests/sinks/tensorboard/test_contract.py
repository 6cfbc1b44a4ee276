"""The TensorBoard sink keeps the contract of sinks, as TensorBoard's own reader sees it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from autolog.events import MetricsLogged
from autolog.testing import LastingSinkContract


class TestTensorBoardSink(LastingSinkContract):
    """Each directory has a folder of its own."""

    @pytest.fixture(autouse=True)
    def reader(self, look):
        """TensorBoard's own."""
        self.look = look

    def uri_in(self, directory):
        return f"tensorboard:{directory}/logs"

    def stored(self, directory):
        return self.look(directory / "logs")

    def refused(self):
        return MetricsLogged("a" * 32, 50, 1, 2**63, {"loss": 1.0})

    @contextmanager
    def outage(self, directory):
        """There is a file in the place of its folder."""
        folder, aside = directory / "logs", directory / "aside"
        if folder.exists():
            folder.rename(aside)
        folder.touch()
        yield
        if aside.exists():
            # in one go: a sink that finds no folder at all begins a new one
            back = directory / "back"
            back.symlink_to(aside, target_is_directory=True)
            back.replace(folder)
        else:
            folder.unlink()
