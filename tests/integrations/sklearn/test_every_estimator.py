"""All of scikit-learn's estimators, recorded without a trace in them."""

from __future__ import annotations

import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances
from sklearn.utils.estimator_checks import _enforce_estimator_tags_X, _enforce_estimator_tags_y

from autolog.testing import record
from autolog_sklearn.models import is_model


def instances():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _, kind in all_estimators():
            yield next(iter(_construct_instances(kind)))
