"""How what autolog records of a training differs from what MLflow records."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from autolog.testing.capturing import CapturedRun
    from tools.parity.tables import Entry

_IMPORTANCE = re.compile(r"feature_importance_\w+\.json")
_OF_DATASETS = ("source_type", "schema", "digits")


def entry_of(run: CapturedRun, folder: Path) -> Entry:
    """A run of autolog's in the form of a table's entries; of a search, its own run alone.

    Args:
        run: The run.
        folder: Where its artifacts are.
    """
    artifacts = [path for path in run.artifacts if path.partition("/")[0] not in run.models]
    return {
        "params": run.params,
        "metrics": {name: run.metric_history(name) for name in run.metrics},
        "tags": {name: tag for name, tag in run.tags.items() if not name.startswith("autolog.")},
        "models": {
            name: None if model.signature is None else json.loads(model.signature)
            for name, model in run.models.items()
        },
        "artifacts": contents(folder, artifacts),
        "datasets": [
            {
                "context": dataset.context,
                "name": dataset.name,
                "source_type": dataset.source_type,
                "schema": dataset.schema,
                "digits": len(dataset.digest),
            }
            for dataset in run.datasets.values()
        ],
    }


def contents(folder: Path, artifacts: Iterable[str]) -> Entry:
    """What is in those artifacts that are the same on every machine; None for the others."""
    return {
        path: json.loads((folder / path).read_text()) if _IMPORTANCE.fullmatch(path) else None
        for path in artifacts
    }


def differences(ours: Entry | None, mlflows: Entry | None) -> set[str]:
    """What differs between two entries of a table.

    Args:
        ours: What autolog records, or another version of MLflow; None where it opens no run.
        mlflows: What MLflow records.

    Returns:
        `+ params/C` where ours alone has the param `C`, `- params/C` where MLflow's alone has it,
        `~ params/C` where its values are not the same; `+ run` and `- run` for all of it.
    """
    if ours is None or mlflows is None:
        return set() if ours is mlflows else {"- run" if ours is None else "+ run"}
    mine, theirs = _by_field(ours), _by_field(mlflows)
    return {
        *(f"+ {field}" for field in mine.keys() - theirs.keys()),
        *(f"- {field}" for field in theirs.keys() - mine.keys()),
        *(
            f"~ {field}"
            for field in mine.keys() & theirs.keys()
            if not _is_same(mine[field], theirs[field])
        ),
    }


def _by_field(entry: Entry) -> Mapping[str, Any]:
    """An entry, flat: by `params/C`, `metrics/training_score`, `models/model`, ..."""
    return {
        f"{kind}/{name}": value
        for kind in ("params", "tags", "models", "artifacts")
        for name, value in entry[kind].items()
    } | {
        **{f"metrics/{name}": sorted(points) for name, points in entry["metrics"].items()},
        **{
            f"datasets/{_place(dataset)}": [dataset[name] for name in _OF_DATASETS]
            for dataset in entry["datasets"]
        },
    }


def _place(dataset: Entry) -> str:
    """What a data set is there for; of those that a training is evaluated on there are several."""
    context: str = dataset["context"]
    return context if context == "train" else f"{context}/{dataset['name']}"


def _is_same(ours: Any, mlflows: Any) -> bool:
    """Whether two values are equal, numbers but for rounding."""
    if isinstance(ours, float):
        is_nothing = math.isnan(ours) and math.isnan(mlflows)
        return is_nothing or math.isclose(ours, mlflows, rel_tol=1e-6)
    if isinstance(ours, dict) and isinstance(mlflows, dict):
        return ours.keys() == mlflows.keys() and all(
            _is_same(ours[name], mlflows[name]) for name in ours
        )
    if isinstance(ours, (list, tuple)) and isinstance(mlflows, (list, tuple)):
        return len(ours) == len(mlflows) and all(map(_is_same, ours, mlflows))
    return bool(ours == mlflows)
