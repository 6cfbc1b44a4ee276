"""The options that only the statsmodels integration understands."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How fits of statsmodels are recorded.

    Attributes:
        log_coefficients: Whether each coefficient becomes a metric, too: `coef_<name>`. The table
            `coefficients.csv` is kept anyway.
        remove_data: Whether the model is kept without the data that it was fitted on. It is
            smaller and still predicts, but tells no more of its fit than it has computed. Models
            of the few kinds that cannot do without their data are not kept then.
    """

    log_coefficients: bool = False
    remove_data: bool = False
