"""The plots of classifiers, held against scikit-learn's curves and matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn import metrics

from autolog.capture.classification import confusion_of
from autolog.capture.plots.classification import confusion_plots, curve_plots
from autolog.capture.plots.outline import MOST_KEPT

MOST_BYTES = 20_000


@st.composite
def scored_samples(draw, most=60):
    """Labels of two classes, scores with ties perhaps, and weights perhaps, some of them 0."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(2, most))
    truth = np.append([0, 1], rng.integers(2, size=count - 2))
    scores = (truth * draw(st.floats(0, 3)) + rng.normal(size=count)).round(draw(st.integers(0, 9)))
    weight = rng.integers(4, size=count) / 2 if draw(st.booleans()) else None
    if weight is not None:
        weight[:2] = 1
    return truth, scores, weight


def curves_of(truth, scores, weight=None):
    roc, precision_recall = curve_plots(truth, scores, 1, weight)
    return roc.data, precision_recall.data


def distance_from_line(line, point):
    """How far a point lies off a line through others."""
    starts, ways = line[:-1], np.diff(line, axis=0)
    lengths = (ways**2).sum(axis=1)
    shares = ((point - starts) * ways).sum(axis=1) / np.where(lengths, lengths, 1)
    nearest = starts + shares.clip(0, 1)[:, None] * ways
    return np.linalg.norm(nearest - point, axis=1).min()


def test_a_confusion_matrix_is_scikit_learns():
    rng = np.random.default_rng(0)
    names = np.array(["ant", "bee", "cat"])
    truth, predicted = names[rng.integers(3, size=50)], names[rng.integers(3, size=50)]

    (plot,) = confusion_plots(confusion_of(truth, predicted))

    assert plot.name == "training_confusion_matrix"
    assert plot.data.classes == ["ant", "bee", "cat"]
    assert plot.data.counts == metrics.confusion_matrix(truth, predicted).tolist()


def test_weights_count_in_a_confusion_matrix():
    rng = np.random.default_rng(0)
    truth, predicted, weight = rng.integers(3, size=50), rng.integers(3, size=50), rng.random(50)

    (plot,) = confusion_plots(confusion_of(truth, predicted, weight))

    expected = metrics.confusion_matrix(truth, predicted, sample_weight=weight)
    assert np.allclose(plot.data.counts, expected, atol=expected.max() / 1000)


def test_too_many_classes_have_no_confusion_matrix():
    labels = np.arange(51)

    assert confusion_plots(confusion_of(labels, labels)) == []


def test_the_largest_confusion_matrix_is_small():
    rng = np.random.default_rng(0)
    names = np.array([f"a class with a very long name, number {number}" for number in range(50)])
    truth, predicted = rng.integers(50, size=100_000), rng.integers(50, size=100_000)

    (plot,) = confusion_plots(confusion_of(names[truth], names[predicted], rng.random(100_000)))

    assert len(plot.to_json()) < MOST_BYTES


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (np.str_("two\nlines"), "two lines"),
        (np.float64(1), "1.0"),
        (np.bool_(True), "True"),
        (np.str_("a name that is longer than others"), "a name that is longer t…"),
        (np.str_("\ud800"), "\\ud800"),
    ],
)
def test_a_class_is_named_in_one_short_line(label, name):
    labels = np.array([label])

    (plot,) = confusion_plots(confusion_of(labels, labels))

    assert plot.data.classes == [name]


@given(scored_samples())
def test_the_areas_are_scikit_learns(sample):
    truth, scores, weight = sample

    roc, precision_recall = curves_of(truth, scores, weight)

    area = metrics.roc_auc_score(truth, scores, sample_weight=weight)
    average = metrics.average_precision_score(truth, scores, sample_weight=weight)
    assert roc.area == pytest.approx(area, rel=1e-12)
    assert precision_recall.average_precision == pytest.approx(average, rel=1e-12)
    assert precision_recall.prevalence == pytest.approx(np.average(truth, weights=weight))


@given(scored_samples())
def test_the_roc_curve_is_scikit_learns(sample):
    truth, scores, weight = sample

    roc, _ = curves_of(truth, scores, weight)

    x, y, _ = metrics.roc_curve(truth, scores, sample_weight=weight)
    ours = np.column_stack([roc.false_positive_rate, roc.true_positive_rate])
    for point in np.column_stack([x, y]):
        assert distance_from_line(ours, point) < 0.005


@given(scored_samples())
def test_the_precision_recall_curve_is_scikit_learns(sample):
    truth, scores, weight = sample

    _, curve = curves_of(truth, scores, weight)

    precision, recall, _ = metrics.precision_recall_curve(truth, scores, sample_weight=weight)
    steps = np.column_stack([np.repeat(recall, 2)[1:], np.repeat(precision, 2)[:-1]])
    ours = np.column_stack([curve.recall, curve.precision])
    assert max(distance_from_line(steps, point) for point in ours) < 0.005
    assert max(distance_from_line(ours, point) for point in steps) < 0.005


@given(scored_samples(most=3000))
def test_curves_are_short_and_go_from_end_to_end(sample):
    roc, precision_recall = curve_plots(*sample[:2], 1, sample[2])

    assert (roc.data.false_positive_rate[0], roc.data.true_positive_rate[0]) == (0, 0)
    assert (roc.data.false_positive_rate[-1], roc.data.true_positive_rate[-1]) == (1, 1)
    assert (precision_recall.data.recall[0], precision_recall.data.recall[-1]) == (0, 1)
    assert len(roc.data.false_positive_rate) <= MOST_KEPT
    assert len(roc.to_json()) + len(precision_recall.to_json()) < MOST_BYTES


def test_the_positive_class_is_the_one_that_is_looked_for():
    truth = np.array(["no", "no", "yes", "yes"])

    roc, precision_recall = curve_plots(truth, np.array([0.1, 0.2, 0.8, 0.9]), "yes")

    assert roc.data.positive_class == precision_recall.data.positive_class == "yes"
    assert (roc.data.area, precision_recall.data.average_precision) == (1, 1)
    assert roc.data.false_positive_rate == [0, 0, 1]
    assert roc.data.true_positive_rate == [0, 1, 1]


@pytest.mark.parametrize(
    ("truth", "scores", "weight"),
    [
        ([1, 1], [0.1, 0.2], None),
        ([0, 0], [0.1, 0.2], None),
        ([0, 1], [0.1, np.nan], None),
        ([0, 1], [0.1, 0.2], [1, 0]),
        ([0, 1], [0.1, 0.2], [0, 0]),
        ([0, 1, 1], [0.1, 0.2, 0.3], [1, 1, -1]),
    ],
)
def test_curves_that_are_not_defined_are_left_out(truth, scores, weight):
    weights = None if weight is None else np.array(weight, dtype=float)

    assert curve_plots(np.array(truth), np.array(scores), 1, weights) == []
