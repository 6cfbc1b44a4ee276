"""The tables that runs are exported as; docs/export.md describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "1"
"""The version of the tables; a later one may add tables and columns."""

TABLES: Mapping[str, Mapping[str, str]] = {
    "runs": {
        "run_id": "text",
        "parent_run_id": "text?",
        "experiment": "text",
        "name": "text",
        "status": "text",
        "start_time": "microseconds",
        "end_time": "microseconds?",
        "error_type": "text?",
        "error_message": "text?",
        "error_traceback": "text?",
    },
    "params": {"run_id": "text", "key": "text", "value": "text"},
    "tags": {"run_id": "text", "key": "text", "value": "text"},
    "metrics": {
        "run_id": "text",
        "key": "text",
        "step": "integer",
        "value": "number",
        "time": "milliseconds",
    },
    "artifacts": {
        "run_id": "text",
        "path": "text",
        "size_bytes": "integer",
        "location": "text?",
        "drawn_from": "text?",
    },
    "datasets": {
        "run_id": "text",
        "name": "text",
        "context": "text",
        "digest": "text",
        "source_type": "text",
        "source": "text",
        "schema": "text",
        "profile": "text",
    },
    "models": {
        "run_id": "text",
        "name": "text",
        "model_id": "text",
        "flavor": "text",
        "size_bytes": "integer",
        "signature": "text?",
        "registered_name": "text?",
        "registered_version": "integer?",
    },
}
"""The columns of each table with what they hold; a question mark says that it may be null."""
