"""What counts as a model."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import RFE
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

from autolog_sklearn.models import is_model


class OwnScaler(StandardScaler):
    """Derived from a class that prepares data."""


class OwnPCA(PCA):
    """Derived from a model."""


class OwnTransformer(TransformerMixin, BaseEstimator):
    """Transforms, and nothing else."""

    def transform(self, X):
        return X


class OwnSampler(BaseEstimator):
    """Resamples, as imbalanced-learn does."""

    def fit_resample(self, X, y):
        return X, y


class OwnEmbedding(ClusterMixin, TransformerMixin, BaseEstimator):
    """Transforms, and clusters too."""


class OwnEstimator(BaseEstimator):
    """Has nothing but a fit."""


@pytest.mark.parametrize(
    "kind",
    [
        *(KMeans, PCA, Pipeline, FeatureUnion, TransformedTargetRegressor),
        *(OwnPCA, OwnEmbedding, OwnEstimator),
    ],
)
def test_models(kind):
    assert is_model(kind)


@pytest.mark.parametrize(
    "kind",
    [
        *(StandardScaler, SimpleImputer, TfidfVectorizer, RFE, ColumnTransformer),
        *(OwnScaler, OwnTransformer, OwnSampler),
    ],
)
def test_what_prepares_data(kind):
    assert not is_model(kind)


def test_recording_imports_no_more_of_scikit_learn_than_the_user_did():
    script = (
        "import sys; from sklearn.naive_bayes import GaussianNB\n"
        "before = {name for name in sys.modules if name.startswith('sklearn.')}\n"
        "from autolog.testing import record\n"
        "with record() as runs: GaussianNB().fit([[0.0], [1.0], [0.5]], [0, 1, 1])\n"
        "assert runs.only.metrics\n"
        "print(sorted(n for n in sys.modules if n.startswith('sklearn.') and n not in before))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["autolog_sklearn", "autolog_sklearn.options"])
def test_asking_for_the_options_imports_nothing_of_scikit_learn(module):
    script = f"import sys, {module}; print([n for n in sys.modules if n.startswith('sklearn')])"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
