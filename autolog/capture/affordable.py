"""How much of the training data may be predicted on, so that recording never outlasts training."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from autolog.capture.rows import spread_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from autolog.capture.evaluation import Evaluation

ALLOWED_SECONDS = 1.0
"""What a pass over the training data may take where the fit was quicker than that."""

_TRIED_FROM = 1000
_FIRST_TRY = 100
_GROWTH = 4
_TELLING_SECONDS = 0.05


def affordable_rows(data: Evaluation, total: int, fit_seconds: float) -> NDArray[np.intp] | None:
    """The rows to predict on; `None` for all of them.

    Larger data are tried on a few rows first, then on more, until a try takes long enough to tell
    the time per row from the time per call.

    Args:
        data: The estimator on all rows.
        total: How many rows these are.
        fit_seconds: What the fit took; a pass may take as long, or `ALLOWED_SECONDS`.
    """
    allowed = max(ALLOWED_SECONDS, fit_seconds)
    count = _FIRST_TRY
    while total >= _TRIED_FROM and count * _GROWTH <= total:
        part = data.on_rows(spread_rows(total, count))
        started = time.perf_counter()
        part.try_out()
        seconds = time.perf_counter() - started
        if seconds * total / count <= allowed:
            return None
        if seconds >= _TELLING_SECONDS:
            affordable = max(count, int(count * allowed / seconds))
            # powers of two, so that small differences in speed do not give other rows each time
            return spread_rows(total, 1 << (affordable.bit_length() - 1))
        count *= _GROWTH
    return None
