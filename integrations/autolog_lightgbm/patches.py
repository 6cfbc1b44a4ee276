"""LightGBM: each training, fit and cross-validation is a run, with a step for each round."""

from __future__ import annotations

from autolog.integration import Integration
from autolog_lightgbm.cross_validation import CROSS_VALIDATION_PATCHES
from autolog_lightgbm.data_sets import DATA_SET_PATCHES
from autolog_lightgbm.estimators import ESTIMATOR_PATCHES
from autolog_lightgbm.flavor import LightGBMFlavor
from autolog_lightgbm.native import NATIVE_PATCHES
from autolog_lightgbm.options import Options
from autolog_lightgbm.trainings import TRAINING_PATCHES

integration = Integration(
    patches=(
        *NATIVE_PATCHES,
        *ESTIMATOR_PATCHES,
        *CROSS_VALIDATION_PATCHES,
        *DATA_SET_PATCHES,
        *TRAINING_PATCHES,
    ),
    options=Options,
    flavors=(LightGBMFlavor(),),
)
