"""For tests: recording into memory, and the contracts of integrations and sinks.

Used by autolog's own tests, and meant for those of plugins and of your training code.
"""

from __future__ import annotations

from autolog.testing.capturing import CapturedRun, CapturedRuns, Point, record
from autolog.testing.integration_contract import IntegrationContract
from autolog.testing.sink_contract import SinkContract

__all__ = [
    "CapturedRun",
    "CapturedRuns",
    "IntegrationContract",
    "Point",
    "SinkContract",
    "record",
]
