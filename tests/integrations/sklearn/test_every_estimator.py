"""All of scikit-learn's estimators: each model is one run, and no worse for it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import sklearn
from packaging.version import Version
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils import all_estimators, estimator_checks as checks

from autolog.testing import record
from autolog_sklearn.flavor import SklearnFlavor
from autolog_sklearn.models import is_model

# What scikit-learn's own tests make estimators with has moved.
SINCE_1_6 = Version(sklearn.__version__) >= Version("1.6")
if SINCE_1_6:
    from sklearn.frozen import FrozenEstimator
    from sklearn.utils import get_tags
    from sklearn.utils._test_common import instance_generator as generator

ESTIMATORS = dict(all_estimators())
STEPS = [("scaler", StandardScaler()), ("scaler again", StandardScaler())]
SEARCH = (LogisticRegression(), {"C": [0.1, 1.0]})
REQUIRED_BEFORE_1_6 = {
    "ColumnTransformer": ([("scaler", StandardScaler(), [0, 1])],),
    "FeatureUnion": (STEPS,),
    "GridSearchCV": SEARCH,
    "HalvingGridSearchCV": SEARCH,
    "HalvingRandomSearchCV": SEARCH,
    "Pipeline": ([*STEPS, ("model", LogisticRegression())],),
    "RandomizedSearchCV": SEARCH,
}
OUTPUTS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")
TEXTS = (["ant bee", "bee cat", "cat ant"],)
RECORDS = ([{"ant": 1.0}, {"bee": 2.0}],)
LABELS = (["ant", "bee", "ant"],)
UNUSUAL_ARGUMENTS = {
    "CountVectorizer": TEXTS,
    "DictVectorizer": RECORDS,
    "FeatureHasher": RECORDS,
    "HashingVectorizer": TEXTS,
    "LabelBinarizer": LABELS,
    "LabelEncoder": LABELS,
    "MultiLabelBinarizer": ([["ant"], ["ant", "bee"]],),
    "PatchExtractor": (np.ones((2, 12, 12)),),
    "SparseCoder": (np.ones((4, 3)),),
    "TfidfVectorizer": TEXTS,
}


def make_estimator(name):
    if name == "FrozenEstimator":
        return FrozenEstimator(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]))
    if name == "SparseCoder":
        return ESTIMATORS[name](dictionary=np.eye(3))
    estimator = construct(ESTIMATORS[name])
    if "random_state" in estimator.get_params():
        estimator.set_params(random_state=0)
    return estimator


def construct(estimator_class):
    if SINCE_1_6:
        return next(iter(generator._construct_instances(estimator_class)))
    if required := REQUIRED_BEFORE_1_6.get(estimator_class.__name__):
        return estimator_class(*required)
    estimator = checks._construct_instance(estimator_class)
    checks._set_checking_parameters(estimator)
    return estimator


def has_several_outputs(estimator):
    if not SINCE_1_6:
        return checks._safe_tags(estimator, "multioutput_only")
    tags = get_tags(estimator).target_tags
    return tags.multi_output and not tags.single_output


def arguments_for(name, estimator):
    if name in UNUSUAL_ARGUMENTS:
        return UNUSUAL_ARGUMENTS[name]
    if name == "FrozenEstimator":
        return ([[0.0], [1.0]], [0.0, 1.0])
    X, y = make_blobs(40, 4, centers=3, random_state=0)
    X = checks._enforce_estimator_tags_X(estimator, X)
    if has_several_outputs(estimator):
        return X, np.column_stack([y > 0, y > 1]).astype(int)
    return X, checks._enforce_estimator_tags_y(estimator, y)


def outputs(estimator, arguments):
    found = {method: None for method in OUTPUTS if hasattr(estimator, method)}
    for method in found:
        try:
            output = getattr(estimator, method)(arguments[0])
        except ValueError as refusal:
            output = str(refusal)
        found[method] = output.toarray() if hasattr(output, "toarray") else output
    return found


@pytest.fixture(autouse=True)
def _warnings_are_the_estimators_own():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def train(estimator, arguments):
    """Fits, and gives the next number of the global generator."""
    global_generator = np.random.mtrand._rand
    global_generator.seed(0)
    estimator.fit(*arguments)
    return global_generator.random()


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_a_fit_is_recorded_once_and_gives_the_same_model(name):
    estimator = make_estimator(name)
    arguments = arguments_for(name, estimator)
    plain, recorded = clone(estimator), clone(estimator)
    next_number = train(plain, arguments)

    with record() as runs:
        next_number_recorded = train(recorded, arguments)

    assert next_number_recorded == next_number
    np.testing.assert_equal(outputs(recorded, arguments), outputs(plain, arguments))
    assert vars(recorded).keys() == vars(plain).keys()
    assert [run.name for run in runs] == [name] * is_model(ESTIMATORS[name])
    assert all(run.status == "FINISHED" for run in runs.all)
    assert not any("autolog.error" in run.tags for run in runs.all)


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
@pytest.mark.parametrize("method", ["fit_transform", "fit_predict"])
def test_so_are_the_other_ways_to_fit(name, method):
    estimator = make_estimator(name)
    if not hasattr(estimator, method):
        with record():
            assert not hasattr(estimator, method)
        return
    arguments = arguments_for(name, estimator)

    with record() as runs:
        getattr(estimator, method)(*arguments)

    assert [run.name for run in runs.all] == [name] * is_model(ESTIMATORS[name])


def assert_same_numbers(found, expected):
    """But for rounding: a sum may be taken in another order where an array is aligned otherwise."""
    if isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same_numbers(one, other)
    elif np.asarray(expected).dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-100)
    else:
        np.testing.assert_equal(found, expected)


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_a_fitted_estimator_comes_back_from_its_file(name, tmp_path):
    estimator = make_estimator(name)
    arguments = arguments_for(name, estimator)
    estimator.fit(*arguments)
    expected = outputs(estimator, arguments)

    serialised = SklearnFlavor().save(estimator, tmp_path, None)
    loaded = SklearnFlavor().load(tmp_path, serialised.config, trusted=True)

    assert type(loaded) is type(estimator)
    assert vars(loaded).keys() == vars(estimator).keys()
    found = outputs(loaded, arguments)
    assert found.keys() == expected.keys()
    for method, output in found.items():
        assert_same_numbers(output, expected[method])
