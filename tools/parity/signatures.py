"""What MLflow infers of data: the signature of a model with such inputs and outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance
from autolog.capture.signature.inference import infer_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tools.parity.tables import Entry


def signatures(
    cases: Mapping[str, Callable[[], tuple[Any, Any]]], names: Iterable[str]
) -> dict[str, Entry]:
    """What MLflow infers of the inputs and the outputs of the named cases."""
    return {name: _signature(*cases[name]()) for name in names}


def _signature(inputs: Any, outputs: Any) -> Entry:
    return {"inputs": _schema(inputs), "outputs": None if outputs is None else _schema(outputs)}


def _schema(data: Any) -> Entry:
    """MLflow's schema; where it has none, ours, which it must at least be able to read."""
    from mlflow.exceptions import MlflowException
    from mlflow.types.schema import Schema

    try:
        text = _infer(data).to_json()
    except (AttributeError, MlflowException, TypeError):
        text = infer_schema(data).to_json()
        entry = {"mlflow": None, "autolog": json.loads(text)}
    else:
        entry = {"mlflow": json.loads(text)}
    if Schema.from_json(text).to_json() != text:
        raise SystemExit(f"MLflow reads another schema than was written: {text}")
    return entry


def _infer(data: Any) -> Any:
    from mlflow.data.polars_dataset import from_polars
    from mlflow.exceptions import MlflowException
    from mlflow.types.utils import _infer_schema

    if not is_instance(data, "polars", "DataFrame"):
        return _infer_schema(data)
    inferred = from_polars(data).schema
    if inferred is None:
        raise MlflowException("a Polars frame without a schema")
    return inferred
