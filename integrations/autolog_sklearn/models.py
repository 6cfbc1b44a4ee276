"""Which estimators are models, whose fit is a run, and which merely prepare data."""

from __future__ import annotations

_PREPARING_MODULES = (
    "sklearn.compose._column_transformer",
    "sklearn.feature_extraction",
    "sklearn.feature_selection",
    "sklearn.impute",
    "sklearn.preprocessing",
)
_MODULES_OF_BASES = ("sklearn.base", "sklearn.utils")
_PREPARING_METHODS = ("fit_resample", "fit_transform", "transform")
_MODEL_METHODS = ("fit_predict", "predict", "score")


def is_model(estimator_class: type) -> bool:
    """Whether fitting an estimator of this class on its own is worth a run.

    Of scikit-learn's own classes, all are but those of its modules for preprocessing, imputation,
    feature extraction and selection, and `ColumnTransformer`; the user's and other libraries'
    count as what they are derived from. Where that is `BaseEstimator` itself, a class that
    transforms and can neither predict nor score only prepares data.
    """
    for ancestor in estimator_class.__mro__:
        module = ancestor.__module__
        if module.startswith(_PREPARING_MODULES):
            return False
        if module.startswith("sklearn.") and not module.startswith(_MODULES_OF_BASES):
            return True
    return _has_any(estimator_class, _MODEL_METHODS) or not _has_any(
        estimator_class, _PREPARING_METHODS
    )


def _has_any(estimator_class: type, methods: tuple[str, ...]) -> bool:
    return any(hasattr(estimator_class, method) for method in methods)
