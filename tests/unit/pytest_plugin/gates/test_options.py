"""`--autolog-fail` is read."""

from __future__ import annotations

import pytest

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.options import read_gates
from autolog.pytest_plugin.gates.tolerances import Tolerance


@pytest.mark.parametrize(
    ("text", "higher", "tolerance"),
    [
        ("test_score:-1%", True, Tolerance(rel=0.01)),
        ("test_score:-0.02", True, Tolerance(abs=0.02)),
        ("loss:+.5", False, Tolerance(abs=0.5)),
        ("loss:+1e-3", False, Tolerance(abs=0.001)),
        ("loss: + 5 %", False, Tolerance(rel=0.05)),
        ("accuracy:-3sd", True, Tolerance(spread=3)),
        ("n_clusters:+0", False, Tolerance(abs=0)),
        ("loss:5%", False, Tolerance(rel=0.05)),  # by its name
        ("accuracy", True, Tolerance(abs=0)),
    ],
)
def test_an_option_says_how_much_worse_a_metric_may_be(text, higher, tolerance):
    (option,) = read_gates([text])

    gate = option.gate(option.pattern)

    assert (gate.higher_is_better, gate.tolerance, gate.option) == (higher, tolerance, text)


def test_there_may_be_several_in_one_option_and_several_options():
    options = read_gates(["accuracy:-1%, loss:+2%", "auc"])

    assert [option.pattern for option in options] == ["accuracy", "loss", "auc"]


def test_a_metric_may_have_a_colon():
    (option,) = read_gates(["val:loss:+1%"])

    assert option.pattern == "val:loss"


def test_a_pattern_is_about_many_metrics_each_with_its_own_way():
    (option,) = read_gates(["training_*:1%"])

    assert option.matches("training_log_loss")
    assert not option.matches("loss")
    assert option.gate("training_log_loss").higher_is_better is False
    assert option.gate("training_score").higher_is_better is True


def test_a_metric_of_a_pattern_whose_name_does_not_tell_is_refused_when_it_is_met():
    (option,) = read_gates(["*:1%"])

    with pytest.raises(ConfigurationError, match=r"n_clusters:-1% fails if it falls"):
        option.gate("n_clusters")


@pytest.mark.parametrize("text", ["n_clusters", "n_clusters:1%"])
def test_a_name_that_does_not_tell_needs_a_sign(text):
    with pytest.raises(ConfigurationError, match="cannot be told from its name"):
        read_gates([text])


@pytest.mark.parametrize(
    "text", ["loss:", "loss:many", ":-1%", "loss:--1", "loss:-1%%", "loss:1.2.3"]
)
def test_what_cannot_be_read_is_refused_with_examples(text):
    with pytest.raises(ConfigurationError, match=r"such as test_score:-1%"):
        read_gates([text])
