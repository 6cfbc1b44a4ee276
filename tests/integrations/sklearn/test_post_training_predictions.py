"""Predictions are found again by identity, by shared memory, and by a few of their rows."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from autolog_sklearn.post_training.evaluation import Evaluation
from autolog_sklearn.post_training.predictions import Predictions
from autolog_sklearn.post_training.samples import SampledArguments, sample_of


@pytest.fixture
def predictions():
    return Predictions()


@pytest.fixture
def evaluation():
    return Evaluation(None)


def found(predictions, *values):
    prediction = predictions.find([("y_pred", value) for value in values])
    return None if prediction is None else prediction.data_set


def test_nothing_is_remembered_at_first(predictions, evaluation):
    assert not predictions
    assert found(predictions, np.arange(3)) is None


def test_scalars_and_words_are_no_predictions(predictions, evaluation):
    for value in (1.5, "yes", None, {"a": 1}):
        predictions.remember(value, evaluation, "X")

    assert not predictions


def test_a_sparse_matrix_is_known_by_identity(predictions, evaluation):
    said = scipy.sparse.csr_matrix(np.eye(4))

    predictions.remember(said, evaluation, "X")

    assert found(predictions, said) == "X"
    assert found(predictions, said.copy()) is None


def test_what_a_frame_says_is_known_by_identity_and_by_its_columns(predictions, evaluation):
    said = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.0, 0.5, 3.0]})

    predictions.remember(said, evaluation, "X")

    assert found(predictions, said) == "X"
    assert found(predictions, [0.0, 0.5, 3.0]) == "X"


def test_each_part_of_a_result_is_remembered(predictions, evaluation):
    mean, deviation = np.arange(5.0), np.arange(5.0) ** 2

    predictions.remember((mean, deviation), evaluation, "X")

    assert found(predictions, mean[1:]) == found(predictions, deviation[1:]) == "X"


def test_columns_beside_each_other_in_memory_are_not_the_same(predictions, evaluation):
    table = np.random.default_rng(0).normal(size=(100, 2))
    said, other = table[:, 0], table[:, 1]

    predictions.remember(said, evaluation, "X")

    assert found(predictions, said[::-1][:10]) == "X"
    assert found(predictions, other) is None


def test_a_view_is_known_though_many_were_predicted_since_then(predictions, evaluation):
    said = np.arange(50.0)
    predictions.remember(said, evaluation, "first")
    later = [np.arange(50.0) + place for place in range(1, 200)]
    for one in later:
        predictions.remember(one, evaluation, "later")

    assert found(predictions, said[3:]) == "first"


def test_the_same_object_predicted_again_takes_no_more_room(predictions, evaluation):
    said = np.arange(50.0)

    for _ in range(100):
        predictions.remember(said, evaluation, "X")

    assert len(predictions._recent) == 1


def test_a_bounded_number_is_remembered_and_none_that_is_gone(predictions, evaluation):
    for place in range(500):
        predictions.remember(np.arange(50.0) + place, evaluation, "X")
    gc.collect()

    assert len(predictions._alive) == 0
    assert len(predictions._recent) == 64


@pytest.mark.parametrize("size", [1, 5, 64, 65, 1000, 100_000])
def test_a_sample_has_at_most_64_rows(size):
    sample = sample_of(np.arange(size))

    assert len(sample.rows) == min(size, 64)


def test_wide_rows_are_sampled_less_and_very_wide_ones_not_at_all():
    assert len(sample_of(np.zeros((1000, 256))).rows) == 16
    assert sample_of(np.zeros((1000, 4096))) is None


@pytest.mark.parametrize("empty", [np.zeros(0), np.zeros(()), [], [[1], [1, 2]]])
def test_what_has_no_rows_of_one_shape_has_no_sample(empty):
    assert sample_of(empty) is None


def test_equal_rows_are_found_whatever_holds_them():
    said = np.array(["no", "yes", "no"])

    for same in (said.copy(), said.astype(object), said.tolist(), pd.Series(said)):
        assert SampledArguments([same]).are_from(sample_of(said))


@pytest.mark.parametrize(
    "other", [np.array([0, 2, 2]), np.array([0, 1, 2, 3]), ["0", "1", "2"], [[0], [1], [2]]]
)
def test_other_rows_are_not_found(other):
    assert not SampledArguments([other]).are_from(sample_of(np.array([0, 1, 2])))


def test_rows_that_are_all_alike_say_nothing():
    assert not SampledArguments([np.ones(3)]).are_from(sample_of(np.ones(3)))


def test_the_class_of_the_highest_column_is_found():
    table = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    sample = sample_of(table, np.array(["no", "yes"]))

    assert SampledArguments([np.array([0, 1, 1])]).are_from(sample)
    assert SampledArguments([["no", "yes", "yes"]]).are_from(sample)
    assert not SampledArguments([["no", "no", "yes"]]).are_from(sample)
