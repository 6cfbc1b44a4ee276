"""A data set as a run is told of it: MLflow's description, with a summary of the columns."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.dataset.digest import do_not_rest
from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.dataset.limits import limits_of
from autolog.capture.dataset.missing import first_missing_rows
from autolog.capture.dataset.summary import summarise
from autolog.capture.kinds import is_array, is_instance, is_sparse
from autolog.capture.rows import count_rows, spread_rows, take_rows
from autolog.capture.signature.inference import infer_schema
from autolog.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autolog.capture.dataset.digest import Digest
    from autolog.capture.dataset.parts import Part

_SCHEMA_ROWS = 1000
_NO_SCHEMA = "null"
_NO_SOURCE = json.dumps({"tags": {}})


class Dataset(msgspec.Struct, frozen=True):
    """A data set that a run was trained or evaluated on.

    The texts are JSON, as MLflow keeps them.

    Attributes:
        name: Its name.
        context: `train` or `eval`.
        digest: 8 hexadecimal digits that tell its contents from others.
        schema: Its columns, or the shapes of its features and targets; `null` if it has none.
        profile: Its size and a summary of its columns, with what is only of some rows.
        source_type: `code`: it was in memory.
        source: Where it came from, as far as that is known.
    """

    name: str
    context: str
    digest: str
    schema: str
    profile: str
    source_type: str = "code"
    source: str = _NO_SOURCE


def schema_of(
    data: Any, targets: Any, parts: Sequence[Part], rest: Callable[[], None] = do_not_rest
) -> str:
    """The schema in MLflow's words: the columns of a table, or arrays of features and targets.

    Args:
        data: The rows.
        targets: What is to be predicted for each row, or `None`.
        parts: What `data` consists of.
        rest: Called after each megabyte or so.
    """
    if isinstance(data, Excerpt):
        rows = data.telling
        return _NO_SCHEMA if rows is None else schema_of(rows, targets, parts, rest)
    try:
        features = infer_schema(_telling_rows(data, parts, rest)).to_json()
        if not _is_tensor(data):
            return f'{{"mlflow_colspec": {features}}}'
        wanted = None if targets is None else infer_schema(_first_rows(targets)).to_json()
    except SchemaError:
        return _NO_SCHEMA
    return json.dumps({"mlflow_tensorspec": {"features": features, "targets": wanted}})


def profile_of(
    data: Any,
    targets: Any,
    parts: Sequence[Part],
    target_parts: Sequence[Part],
    digest: Digest,
) -> str:
    """The sizes that MLflow tells, and the summaries that it does not.

    Args:
        data: The rows.
        targets: What is to be predicted for each row, or `None`.
        parts: What `data` consists of.
        target_parts: What `targets` consist of.
        digest: The digest, which may be over some rows only.
    """
    profile: dict[str, Any] = {}
    if isinstance(data, Excerpt):
        rows = 0 if data.rows is None else count_rows(data.rows)
        parts, digest = (), msgspec.structs.replace(digest, rows=rows)
    if _is_tensor(data):
        profile |= _sizes("features", data)
    else:
        shape = _shape(data)
        profile |= {"num_rows": shape[0], "num_elements": math.prod(shape)}
    if targets is not None:
        profile |= _sizes("targets", targets)
    summaries = [] if is_sparse(data) else [("columns", summarise(parts))]
    for key, summary in [*summaries, ("target_columns", summarise(target_parts))]:
        if summary.columns:
            profile[key] = summary.columns
        if summary.rows is not None:
            profile["summary_rows"] = summary.rows
    if digest.rows is not None:
        profile |= {"digest": "sampled", "digest_rows": digest.rows}
    return json.dumps(profile)


def _is_tensor(data: Any) -> bool:
    """Whether MLflow describes the data as arrays, not as a table."""
    if isinstance(data, dict):
        return all(map(is_array, data.values()))
    return is_array(data) or is_sparse(data)


def _shape(data: Any) -> tuple[int, ...]:
    """The lengths of an array or a frame, or of a list and of its first item."""
    shape = getattr(data, "shape", None)
    if shape is not None:
        return tuple(map(int, shape))
    if isinstance(data, dict):
        return (max(map(count_rows, data.values()), default=0), len(data))
    rows = count_rows(data)
    has_cells = rows and isinstance(data[0], list | tuple | dict)
    return (rows, len(data[0])) if has_cells else (rows,)


def _sizes(role: str, data: Any) -> dict[str, Any]:
    """Shape, number of elements and bytes of an array, or of each in a dictionary."""
    if isinstance(data, dict):
        each = {name: _sizes("", value) for name, value in data.items()}
        found = {
            f"{role}_{key}": {name: of[f"_{key}"] for name, of in each.items() if f"_{key}" in of}
            for key in ("shape", "size", "nbytes")
        }
        return {key: sizes for key, sizes in found.items() if sizes or not data}
    if is_sparse(data):
        # its own `size` is the number of stored values
        rows, columns = data.shape
        return {
            f"{role}_shape": data.shape,
            f"{role}_size": rows * columns,
            f"{role}_stored": data.nnz,
        }
    shape = _shape(data)
    sizes: dict[str, Any] = {f"{role}_shape": shape, f"{role}_size": math.prod(shape)}
    if is_array(data) or is_instance(data, "pandas", "Series"):
        sizes[f"{role}_nbytes"] = data.nbytes
    return sizes


def _first_rows(data: Any) -> Any:
    """As many rows as a schema is read from, where more would take longer to read."""
    return data[:_SCHEMA_ROWS] if isinstance(data, list | tuple) else data


def _telling_rows(data: Any, parts: Sequence[Part], rest: Callable[[], None]) -> Any:
    """Rows that have the schema of all: of a large frame some, and one for each missing value.

    Only pandas reads all values for a schema, and says by them whether one is missing.
    """
    import numpy as np

    if not is_instance(data, "pandas", "DataFrame") or len(data) <= _SCHEMA_ROWS:
        return _first_rows(data)
    rows = [spread_rows(len(data), _SCHEMA_ROWS)]
    limits = zip(parts, limits_of(parts), strict=True)
    rows += [first_missing_rows(part, limit, rest) for part, limit in limits]
    return take_rows(data, np.unique(np.concatenate(rows)))
