"""For tests: recording into memory, and the contracts of integrations and sinks.

Used by autolog's own tests, and meant for those of plugins and of your training code.
"""

from __future__ import annotations

from autolog.testing.capturing import CapturedRun, CapturedRuns, Point, record
from autolog.testing.faulty_connection import FaultyConnection
from autolog.testing.faulty_proxy import Answer, FaultyProxy
from autolog.testing.integration_contract import IntegrationContract
from autolog.testing.lasting_contract import LastingSinkContract
from autolog.testing.remote_contract import RemoteSinkContract
from autolog.testing.served_contract import ServedSinkContract
from autolog.testing.sink_contract import SinkContract

__all__ = [
    "Answer",
    "CapturedRun",
    "CapturedRuns",
    "FaultyConnection",
    "FaultyProxy",
    "IntegrationContract",
    "LastingSinkContract",
    "Point",
    "RemoteSinkContract",
    "ServedSinkContract",
    "SinkContract",
    "record",
]
