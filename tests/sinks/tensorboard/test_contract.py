"""The TensorBoard sink keeps the contract of sinks, as TensorBoard's own reader sees it."""

from __future__ import annotations

import pytest

from autolog.events import MetricsLogged
from autolog.testing import LastingSinkContract


class TestTensorBoardSink(LastingSinkContract):
    """Each directory has a folder of its own."""

    @pytest.fixture(autouse=True)
    def surroundings(self, look, blocked):
        """TensorBoard's own reader, and what is in the sink's way for a while."""
        self.look, self.blocked = look, blocked

    def uri_in(self, directory):
        return f"tensorboard:{directory}/logs"

    def stored(self, directory):
        return self.look(directory / "logs")

    def refused(self):
        return MetricsLogged("a" * 32, 50, 1, 2**63, {"loss": 1.0})

    def outage(self, directory):
        return self.blocked(directory / "logs")
