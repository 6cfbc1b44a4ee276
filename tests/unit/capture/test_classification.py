"""Metrics of classifiers, held against scikit-learn's."""

from __future__ import annotations

import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn import metrics

from autolog.capture import classification
from autolog.capture.classification import confusion_of, label_metrics, probability_metrics

NAMES = {
    "numbers": np.array([0, 1, 2, 5]),
    "strings": np.array(["ant", "bee", "cat", "dog"]),
    "objects": np.array(["ant", "bee", "cat", "dog"], dtype=object),
    "booleans": np.array([False, True]),
    "floats": np.array([-1.0, 1.0, 2.0, 3.0]),
}


@st.composite
def samples(draw, smallest=1):
    classes = NAMES[draw(st.sampled_from(sorted(NAMES)))]
    classes = classes[: draw(st.integers(2, len(classes)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(smallest, 40))
    weighted = draw(st.booleans())
    probabilities = rng.dirichlet(np.ones(len(classes)), size=count).round(draw(st.integers(1, 16)))
    return {
        "classes": classes,
        "y_true": classes[rng.integers(len(classes), size=count)],
        "y_pred": classes[rng.integers(len(classes), size=count)],
        "weight": rng.random(count) + 0.01 if weighted else None,
        "probabilities": probabilities / probabilities.sum(axis=1, keepdims=True),
    }


def assert_close(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name


@given(samples())
def test_label_metrics_are_scikit_learns(sample):
    y_true, y_pred, weight = sample["y_true"], sample["y_pred"], sample["weight"]

    found = label_metrics(confusion_of(y_true, y_pred, weight))

    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y_true, y_pred, average="weighted", sample_weight=weight, zero_division=0
    )
    accuracy = metrics.accuracy_score(y_true, y_pred, sample_weight=weight)
    assert_close(
        found,
        {
            "accuracy_score": accuracy,
            "precision_score": precision,
            "recall_score": recall,
            "f1_score": f1,
        },
    )


@given(samples(), st.integers(0, 1))
def test_with_a_positive_class_they_are_about_that_class_of_two(sample, position):
    y_true, y_pred, weight = sample["y_true"], sample["y_pred"], sample["weight"]
    pos_label = sample["classes"][position]

    found = label_metrics(confusion_of(y_true, y_pred, weight), pos_label)

    present = np.unique(np.concatenate([y_true, y_pred]))
    if len(present) > 2 or pos_label not in present:
        assert found.keys() == {"accuracy_score"}
        return
    for name in ("precision_score", "recall_score", "f1_score"):
        expected = getattr(metrics, name)(
            y_true, y_pred, pos_label=pos_label, sample_weight=weight, zero_division=0
        )
        assert found[name] == pytest.approx(expected, abs=1e-12)


def test_a_positive_class_that_does_not_occur_leaves_the_accuracy():
    labels = np.array(["ant", "bee"])

    assert label_metrics(confusion_of(labels, labels), pos_label=1) == {"accuracy_score": 1.0}


def test_labels_too_many_for_a_table_have_the_same_metrics():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.integers(0, 700, (2, 3000))
    y_pred[:1000] = y_true[:1000]
    weight = rng.random(3000)

    confusion = confusion_of(y_true, y_pred, weight)

    assert confusion.counts is None
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y_true, y_pred, average="weighted", sample_weight=weight, zero_division=0
    )
    assert_close(
        label_metrics(confusion),
        {
            "accuracy_score": metrics.accuracy_score(y_true, y_pred, sample_weight=weight),
            "precision_score": precision,
            "recall_score": recall,
            "f1_score": f1,
        },
    )


def test_counting_a_label_for_each_of_many_rows_takes_no_table_of_their_square():
    labels = np.arange(100_000)

    tracemalloc.start()
    confusion = confusion_of(labels, labels)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert label_metrics(confusion)["accuracy_score"] == 1.0
    assert most < 100 * labels.nbytes


def test_the_area_of_several_classes_is_left_out_where_it_would_take_long(monkeypatch):
    monkeypatch.setattr(classification, "MOST_RANKED", 30)
    probabilities = np.full((11, 3), 1 / 3)
    classes = np.arange(3)

    allowed = probability_metrics(np.arange(10) % 3, probabilities[:10], classes)
    too_many = probability_metrics(np.arange(11) % 3, probabilities, classes)

    assert allowed["roc_auc"] == 0.5
    assert too_many.keys() == {"log_loss"}


def test_the_area_is_found_by_looking_each_probability_up_once_for_each_class(monkeypatch):
    looked_up = []
    search = np.searchsorted

    def counting(sorted_values, values, side="left"):
        looked_up.append(np.size(values))
        return search(sorted_values, values, side)

    monkeypatch.setattr(np, "searchsorted", counting)
    rows, classes = 600, 60
    probabilities = np.random.default_rng(0).dirichlet(np.ones(classes), rows)

    probability_metrics(np.arange(rows) % classes, probabilities, np.arange(classes))

    assert sum(looked_up) <= 3 * rows * classes


@given(samples(smallest=8))
def test_probability_metrics_are_scikit_learns(sample):
    y_true, weight, classes = sample["y_true"], sample["weight"], sample["classes"]
    probabilities = sample["probabilities"]

    found = probability_metrics(y_true, probabilities, classes, weight)

    if len(np.unique(y_true)) < len(classes):
        assert found == {}
        return
    expected = {"log_loss": log_loss(y_true, probabilities, weight)}
    if len(classes) == 2:
        expected["roc_auc"] = metrics.roc_auc_score(
            y_true, probabilities[:, 1], sample_weight=weight
        )
    elif weight is None:
        expected["roc_auc"] = metrics.roc_auc_score(
            y_true, probabilities, average="weighted", multi_class="ovo"
        )
    assert_close(found, expected)


def log_loss(y_true, probabilities, weight):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return metrics.log_loss(y_true, probabilities, sample_weight=weight)


def test_certain_and_wrong_probabilities_give_a_finite_loss():
    y_true, classes = np.array([0, 1]), np.array([0, 1])
    probabilities = np.array([[0.0, 1.0], [1.0, 0.0]])

    found = probability_metrics(y_true, probabilities, classes)

    assert found["log_loss"] == pytest.approx(log_loss(y_true, probabilities, None))
    assert found["roc_auc"] == 0.0


def test_probabilities_that_do_not_sum_to_one_have_no_area_over_several_classes():
    y_true = np.array([0, 1, 2])

    found = probability_metrics(y_true, np.full((3, 3), 0.5), np.arange(3))

    assert found.keys() == {"log_loss"}


def test_labels_that_are_no_class_leave_the_probabilities_without_a_metric():
    y_true = np.array([0, 1, -1])

    assert probability_metrics(y_true, np.full((3, 2), 0.5), np.array([0, 1])) == {}


def test_a_class_without_weight_has_no_area():
    y_true, weight = np.array([0, 1]), np.array([1.0, 0.0])

    found = probability_metrics(y_true, np.eye(2), np.array([0, 1]), weight)

    assert np.isnan(found["roc_auc"])
