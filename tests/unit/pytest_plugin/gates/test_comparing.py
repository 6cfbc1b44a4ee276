"""Metrics are compared with their baselines."""

from __future__ import annotations

import json
import math
import statistics

import pytest
from hypothesis import given, strategies as st

from autolog.pytest_plugin.gates.comparing import Baseline, Check, Gate, Verdict, evaluate
from autolog.pytest_plugin.gates.tolerances import Tolerance

NUMBERS = st.floats(-1e9, 1e9)
SIZES = st.none() | st.floats(0, 10)
TOLERANCES = st.builds(Tolerance, SIZES, SIZES, SIZES)
EARLIER = st.lists(st.floats(-1e6, 1e6), max_size=12)


def compare(now, baseline=0.95, *, higher=True, earlier=(), **tolerance):
    """The comparison of an accuracy."""
    gate = Gate("accuracy", higher, Tolerance(**tolerance))
    known = None if baseline is None else Baseline(baseline, "b.json")
    return evaluate(gate, now, known, missing="b.json has none", earlier=earlier)


@pytest.mark.parametrize(
    ("now", "tolerance", "verdict"),
    [
        (0.95, {}, Verdict.PASSED),
        (0.9499, {}, Verdict.FAILED),
        (0.99, {}, Verdict.PASSED),
        (0.95 - 1e-12, {}, Verdict.PASSED),  # which another processor may make of it
        (0.94, {"abs": 0.01}, Verdict.PASSED),  # though 0.95 - 0.94 is a little more
        (0.9399, {"abs": 0.01}, Verdict.FAILED),
        (0.9405, {"rel": 0.01}, Verdict.PASSED),
        (0.9404, {"rel": 0.01}, Verdict.FAILED),
        (0.93, {"rel": 0.01, "abs": 0.02}, Verdict.PASSED),  # the larger one counts
        (0.0, {"abs": 1}, Verdict.PASSED),
    ],
)
def test_a_metric_may_be_worse_by_what_is_allowed(now, tolerance, verdict):
    assert compare(now, **tolerance).verdict is verdict


def test_of_a_loss_more_is_worse():
    verdicts = [compare(now, 0.2, higher=False, rel=0.1).verdict for now in (0.1, 0.22, 0.23)]

    assert verdicts == [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]


def test_a_relative_tolerance_is_that_of_the_size_of_a_negative_baseline():
    verdicts = [compare(now, -10.0, rel=0.1).verdict for now in (-9.0, -11.0, -11.1)]

    assert verdicts == [Verdict.PASSED, Verdict.PASSED, Verdict.FAILED]


@pytest.mark.parametrize("higher", [True, False])
def test_what_is_no_number_is_worse_than_anything(higher):
    for baseline in (0.95, None):
        check = compare(math.nan, baseline, higher=higher, abs=1e9)

        assert check.verdict is Verdict.FAILED
        assert check.message() == "accuracy is nan, which is no number."


def test_infinity_is_good_or_bad_by_its_sign():
    assert compare(math.inf).verdict is Verdict.PASSED
    assert compare(-math.inf, rel=5).verdict is Verdict.FAILED


def test_without_a_baseline_nothing_has_passed():
    check = compare(0.95, None)

    assert check.verdict is Verdict.NO_BASELINE
    assert "nothing to compare it with: b.json has none" in check.message()


def test_a_metric_that_was_not_recorded_has_not_passed():
    assert compare(None).verdict is Verdict.FAILED
    assert compare(None, None).verdict is Verdict.FAILED
    assert "recorded no metric 'accuracy'. Its baseline is 0.95" in compare(None).message()


class TestSpread:
    earlier = (0.94, 0.95, 0.96, 0.95, 0.95)
    deviation = statistics.stdev(earlier)

    def test_counts_from_the_mean_of_earlier_runs(self):
        inside = compare(0.95 - 2.99 * self.deviation, 0.99, earlier=self.earlier, spread=3)
        outside = compare(0.95 - 3.01 * self.deviation, 0.99, earlier=self.earlier, spread=3)

        assert (inside.verdict, outside.verdict) == (Verdict.PASSED, Verdict.FAILED)
        assert inside.baseline == pytest.approx(0.95)
        assert inside.source == "the mean of 5 runs"

    def test_takes_five_earlier_runs(self):
        check = compare(0.95, earlier=self.earlier[:4], spread=3)

        assert check.verdict is Verdict.NO_BASELINE
        assert "a spread takes 5 earlier runs, and there are 4" in check.message()

    def test_leaves_it_to_another_tolerance_before_that(self):
        check = compare(0.94, earlier=self.earlier[:4], spread=3, rel=0.02)

        assert (check.verdict, check.baseline) == (Verdict.PASSED, 0.95)

    def test_without_a_baseline_there_is_none_either(self):
        assert compare(0.95, None, earlier=self.earlier, spread=3).verdict is Verdict.NO_BASELINE

    def test_of_runs_that_are_all_the_same_is_none(self):
        verdicts = [compare(now, earlier=[0.95] * 5, spread=3).verdict for now in (0.95, 0.94)]

        assert verdicts == [Verdict.PASSED, Verdict.FAILED]


@pytest.mark.parametrize("size", [-0.1, math.nan, math.inf])
@pytest.mark.parametrize("kind", ["abs", "rel", "spread"])
def test_a_tolerance_is_a_number_from_0_on(kind, size):
    with pytest.raises(ValueError, match=kind):
        Tolerance(**{kind: size})


def test_the_message_says_all_that_one_wants_to_know():
    message = compare(0.93, rel=0.01, abs=0.001).message()

    assert message == (
        "accuracy is 0.93, which falls below its baseline 0.95 (b.json) by 0.02 (-2.11 %); "
        "allowed is 0.001 or 1 %."
    )
    assert "exceeds its baseline" in compare(0.97, higher=False).message()


@pytest.mark.parametrize(
    ("now", "baseline", "text"),
    [
        (0.96, 0.95, "+1.05 %"),
        (0.0, 0.0, "0 %"),
        (0.1 + 0.2, 0.3, "0 %"),
        (-9.0, -10.0, "+10 %"),
        (0.5, 0.0, "+0.5"),
        (math.inf, 1.0, "+inf"),
        (math.nan, 1.0, "+nan"),
        (None, 1.0, ""),
        (1.0, None, ""),
    ],
)
def test_a_change_is_told_as_a_part_of_the_baseline_where_that_can_be(now, baseline, text):
    assert compare(now, baseline).change_text() == text


@given(NUMBERS, NUMBERS, TOLERANCES, EARLIER, st.booleans())
def test_worse_and_better_are_mirror_images(now, baseline, tolerance, earlier, higher):
    gates = [Gate("m", better, tolerance) for better in (higher, not higher)]
    known = [Baseline(value, "b") for value in (baseline, -baseline)]
    history = [earlier, [-value for value in earlier]]

    one, other = (
        evaluate(gate, value, what, missing="", earlier=before)
        for gate, value, what, before in zip(gates, (now, -now), known, history, strict=True)
    )

    assert one.verdict is other.verdict


@given(NUMBERS, NUMBERS, st.floats(0, 1e6), TOLERANCES, EARLIER)
def test_what_is_better_than_a_value_that_passes_passes_too(
    now, baseline, more, tolerance, earlier
):
    gate, known = Gate("m", True, tolerance), Baseline(baseline, "b")

    verdicts = [
        evaluate(gate, value, known, missing="", earlier=earlier).verdict
        for value in (now, now + more)
    ]

    assert verdicts != [Verdict.PASSED, Verdict.FAILED]


@given(NUMBERS, TOLERANCES)
def test_a_baseline_passes_itself(value, tolerance):
    gate = Gate("m", True, Tolerance(tolerance.abs, tolerance.rel))

    check = evaluate(gate, value, Baseline(value, "b"), missing="", earlier=())

    assert check.verdict is Verdict.PASSED


@given(NUMBERS | st.none(), NUMBERS, TOLERANCES, EARLIER, st.booleans())
def test_a_check_travels_as_plain_values(now, baseline, tolerance, earlier, higher):
    gate = Gate("m", higher, tolerance, "m:-1%")
    check = evaluate(gate, now, Baseline(baseline, "b"), missing="none", earlier=earlier)

    travelled = Check.from_record(json.loads(json.dumps(check.record())))

    assert travelled == check
