"""Reads the runs back that the SQLite sink has written."""

from __future__ import annotations

from autolog.store.recorded import (
    Artifact,
    MetricPoint,
    RecordedDataset,
    RecordedModel,
    RecordedRun,
)
from autolog.store.store import ANY_PARENT, Store

__all__ = [
    "ANY_PARENT",
    "Artifact",
    "MetricPoint",
    "RecordedDataset",
    "RecordedModel",
    "RecordedRun",
    "Store",
]
