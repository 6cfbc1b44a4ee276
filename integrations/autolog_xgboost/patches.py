"""XGBoost: each training is a run, with the metrics of each round."""

from __future__ import annotations

from autolog.integration import Integration
from autolog_xgboost.cross_validation import CROSS_VALIDATION_PATCHES
from autolog_xgboost.estimators import ESTIMATOR_PATCHES
from autolog_xgboost.flavor import XGBoostFlavor
from autolog_xgboost.matrices import MATRIX_PATCHES
from autolog_xgboost.native import TRAIN_PATCHES
from autolog_xgboost.options import Options

integration = Integration(
    patches=(*TRAIN_PATCHES, *ESTIMATOR_PATCHES, *CROSS_VALIDATION_PATCHES, *MATRIX_PATCHES),
    options=Options,
    flavors=(XGBoostFlavor(),),
)
