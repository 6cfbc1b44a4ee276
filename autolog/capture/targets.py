"""What an estimator was to predict: as an array, and of which rows it is known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog.capture.prediction import deciders
from autolog.capture.quiet import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNLABELLED = -1
"""What semi-supervised estimators take as the target of a row whose class is not known."""

_SEMI_SUPERVISED = "sklearn.semi_supervised"
_MOST_AXES = 2


def table_of(targets: Any) -> Any:
    """Targets as an array of one or two axes, or as a sparse matrix; `None` if they are neither.

    Args:
        targets: What the fit was given, one row per sample.
    """
    import numpy as np

    if hasattr(targets, "tocsr"):
        return targets.tocsr()
    try:
        with quiet():  # of rows of different lengths, older versions of NumPy only warn
            table = np.asarray(targets)
    except ValueError:
        return None
    if not 1 <= table.ndim <= _MOST_AXES or _is_ragged(targets, table):
        return None
    return table.ravel() if table.ndim == _MOST_AXES and table.shape[1] == 1 else table


def _is_ragged(targets: Any, table: NDArray[Any]) -> bool:
    is_list_of_objects = isinstance(targets, list | tuple) and table.dtype.kind == "O"
    return is_list_of_objects and any(isinstance(row, list | tuple) for row in targets)


def known_rows(targets: Any, estimator: Any) -> NDArray[Any] | None:
    """The positions of the rows whose target is known; `None` if all are.

    Args:
        targets: What `table_of` gives.
        estimator: What was fitted; those that learn from unlabelled rows too have a sign for them.
    """
    import numpy as np

    if not isinstance(targets, np.ndarray):
        return None
    missing = _missing(targets)
    if any(map(_learns_from_unlabelled, deciders(estimator))):
        missing |= np.asarray(targets == _UNLABELLED)
    if not missing.any():
        return None
    return np.flatnonzero(~(missing.any(axis=1) if missing.ndim == _MOST_AXES else missing))


def _learns_from_unlabelled(estimator: object) -> bool:
    return any(kind.__module__.startswith(_SEMI_SUPERVISED) for kind in type(estimator).__mro__)


def _missing(targets: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    if targets.dtype.kind in "fc":
        return np.asarray(np.isnan(targets))
    if targets.dtype.kind != "O":
        return np.zeros(targets.shape, dtype=bool)
    if pandas := sys.modules.get("pandas"):
        return np.asarray(pandas.isna(targets))
    is_missing = np.frompyfunc(lambda value: value is None or value != value, 1, 1)  # noqa: PLR0124 - NaN is not itself
    return np.asarray(is_missing(targets), dtype=bool)
