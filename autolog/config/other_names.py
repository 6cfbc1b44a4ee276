"""What to say of a name that means nothing here: what may have been meant by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES_OF_MLFLOW = {
    "exclude_flavors": "exclude",
    "extra_tags": "tags",
    "log_model_signatures": "log_signatures",
    "max_tuning_runs": "max_child_runs",
    "serialization_format": "model_format",
}
"""What MLflow calls an option, and what it is called here."""

_MLFLOWS_ALONE = {
    "log_traces": "traces are not recorded",
}
"""Options of MLflow's that have no equivalent, and why."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a valid name is near, else a full stop."""
    import difflib  # late, since most names are right

    near = difflib.get_close_matches(name, list(valid), n=1)
    return f"; did you mean {near[0]!r}?" if near else "."


def nearest_option(name: str, valid: Iterable[str]) -> str:
    """As `nearest`, but what MLflow calls an option counts as nearer than any other name."""
    if name in _NAMES_OF_MLFLOW:
        return f"; what MLflow calls so is {_NAMES_OF_MLFLOW[name]!r} here."
    if name in _MLFLOWS_ALONE:
        return f": {_MLFLOWS_ALONE[name]}."
    return nearest(name, valid)
