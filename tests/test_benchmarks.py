"""The benchmarks measure what they say, and their budgets catch what has become slower."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.apart import Failed
from benchmarks.budgets import Budget, budgets
from benchmarks.charts import draw
from benchmarks.comparison import compared, goal_in_all, is_reached
from benchmarks.document import better_peers, documented
from benchmarks.long_trainings import in_one_way, turns_in_slices
from benchmarks.result import Result, beside_bare, measured, unmeasured
from benchmarks.scripts import BY_AUTOLOG, BY_HAND, make_empty_modules
from benchmarks.slices import functions_in_slices, scripts_in_slices
from benchmarks.suite import QUESTIONS
from benchmarks.trackers import HOMES, tracker
from benchmarks.trainings import KINDS

ROOT = Path(__file__).parents[1]
FACTS = {"subject": "step", "unit": "µs"}

# Each call costs what it costs, and is followed by a spin of the same length.
TWICE_AS_SLOW = """
import functools
import time

import autolog.api as api


def twice(call):
    @functools.wraps(call)
    def doubled(*args, **kwargs):
        started = time.perf_counter_ns()
        result = call(*args, **kwargs)
        last = 2 * time.perf_counter_ns() - started
        while time.perf_counter_ns() < last:
            pass
        return result

    return doubled


api.log_metrics = twice(api.log_metrics)
"""


def ours(value, **facts):
    return measured([value], contender="autolog", role="autolog", **{**FACTS, **facts})


def bare(value, **facts):
    return measured([value], contender="bare", role="bare", **{**FACTS, **facts})


def peer(value, **facts):
    return measured([value], contender="Other", role="peer", **{**FACTS, **facts})


def budget(**limits):
    return Budget(question="hooks", subject="step", contender="autolog", beside="bare", **limits)


def test_a_doubled_cost_breaches_its_budget(tmp_path):
    slowed = "a call of log_metrics with five metrics"
    (tmp_path / "sitecustomize.py").write_text(TWICE_AS_SLOW)

    check = subprocess.run(
        [sys.executable, "-m", "benchmarks.budgets", slowed],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert check.returncode == 1, check.stderr
    breached = re.findall(r"^BREACH +(.*?): ", check.stdout, re.MULTILINE)
    assert breached == [slowed]


def test_every_budget_bounds_a_ratio_of_a_question():
    for one in budgets():
        assert one.limit > 0
        assert one.question in QUESTIONS


def test_a_budget_compares_what_was_measured_side_by_side():
    assert budget(at_most=2.0).ratio([bare(2.0), ours(5.0)]) == 2.5


def test_a_budget_of_what_is_added_leaves_the_bare_cost_out():
    assert budget(added_at_most=2.0).ratio([bare(2.0), ours(5.0)]) == 1.5


def test_a_budget_leaves_out_what_other_programs_have_made_worse():
    disturbed = measured([3.0, 4.0, 90.0], contender="autolog", role="autolog", **FACTS)

    assert budget(at_most=2.0).ratio([bare(2.0), disturbed]) == 1.5


def test_a_budget_beside_a_limit_compares_what_both_add():
    limit = measured([2.5], contender="least", role="limit", **FACTS)
    beside_least = Budget(
        question="hooks", subject="step", contender="autolog", beside="least", added_at_most=2.0
    )

    assert beside_least.ratio([bare(2.0), limit, ours(3.5)]) == 3.0


def test_a_rate_that_is_half_of_the_bare_one_costs_twice_as_much():
    results = [bare(200.0, more_is_better=True), ours(100.0, more_is_better=True)]

    assert budget(at_most=2.0).ratio(results) == 2.0


def test_a_budget_without_a_measurement_has_no_ratio():
    nothing = unmeasured("failed", contender="autolog", role="autolog", **FACTS)

    assert budget(at_most=2.0).ratio([bare(2.0), nothing]) is None


def test_what_is_added_is_compared_within_turns():
    result = beside_bare([1.0, 10.0, 2.0], [2.0, 11.0, 3.0], contender="a", role="peer", **FACTS)

    assert (result.median, result.low, result.high) == (3.0, 3.0, 3.0)


def test_what_is_added_stands_on_top_of_what_others_know_to_be_typical():
    result = beside_bare([1.0], [3.0], 10.0, contender="a", role="peer", **FACTS)

    assert result.median == 12.0


def test_only_its_own_slices_count_for_a_process():
    work = "from time import thread_time\nwhile thread_time() < {}: pass"
    scripts = [{"args": [sys.executable, "-c", work.format(each)]} for each in (0.1, 1.0)]

    short, long = scripts_in_slices(scripts)

    assert 2 * short < long


def test_a_script_that_fails_is_told():
    with pytest.raises(subprocess.CalledProcessError):
        scripts_in_slices([{"args": [sys.executable, "-c", "raise SystemExit(3)"]}])


def test_a_long_training_is_timed_in_all_its_ways():
    (turn,) = turns_in_slices("xgboost", 1)

    assert turn.keys() == {*KINDS["xgboost"].ways, "pickle"}
    assert min(turn.values()) > 0


def test_a_process_that_fails_is_told_rather_than_those_that_wait_for_it():
    with pytest.raises(Failed, match="KeyError: 'no training'"):
        functions_in_slices(in_one_way, [("xgboost", "bare", 1), ("no training", "bare", 1)], 1)


@pytest.mark.parametrize(
    ("goal", "goal_of", "reached"),
    [
        (7.0, "total", True),
        (5.0, "total", False),
        (2.0, "added", True),
        (1.0, "added", False),
        (6.0, "rate", True),
        (7.0, "rate", False),
    ],
)
def test_a_goal_bounds_the_total_what_is_added_or_a_rate(goal, goal_of, reached):
    assert is_reached(ours(6.0, goal=goal, goal_of=goal_of), 4.0) is reached


def test_the_goal_of_what_is_added_is_drawn_on_top_of_the_bare_one():
    assert goal_in_all(ours(6.0, goal=1.0, goal_of="added"), 4.0) == 5.0
    assert goal_in_all(ours(6.0, goal=5.0), 4.0) == 5.0


def test_a_peer_that_is_better_is_told():
    (line,) = better_peers([ours(6.0), peer(4.0)])

    assert line == "step: Other is better, with 4 µs beside 6"


def test_a_goal_that_is_missed_is_told():
    (line,) = better_peers([ours(6.0, goal=5.0), peer(8.0)])

    assert line == "step: autolog misses its goal of 5 µs: it takes 6"


def test_a_tracker_that_was_not_measured_stands_in_the_table_with_the_reason():
    rows = compared([unmeasured("not installed", contender="Other", role="peer", **FACTS)])

    assert rows["step"][0].note == "not installed"


def test_the_document_and_the_charts_come_from_the_results_alone(tmp_path):
    document = {
        "date": "2026-01-01",
        "commit": "0123456",
        "scale": "full",
        "machine": {"python": "3.11", "cores": 2, "processor": "x", "memory GiB": 1, "system": "y"},
        "versions": {"other": "1.0"},
        "configurations": {"Other": "as installed"},
        "answers": [
            {
                "question": "hooks",
                "title": "How long?",
                "method": "By a clock.",
                "seconds": 1.0,
                "stolen": 0.5,
                "results": [
                    json.loads(json.dumps(one.as_json())) for one in (ours(6.0), peer(4.0))
                ],
            },
            {
                "question": "growth",
                "title": "How fast does it grow?",
                "method": "By a ruler.",
                "seconds": 1.0,
                "stolen": 0.5,
                "results": [
                    ours(float(at), growth="step", at=at, goal=2.0).as_json() for at in (1, 10)
                ],
            },
        ],
    }

    text = documented((ROOT / "benchmarks" / "README.md").read_text(), document, "results/x")
    files = draw(document, tmp_path)

    assert "| step | **autolog** | 6 µs |" in text
    assert "Other is better, with 4 µs beside 6" in text
    assert [file.name for file in files] == [
        "hooks.svg",
        "hooks.png",
        "growth.svg",
        "growth.png",
    ]


@pytest.mark.parametrize("key", ["os.write", "sqlite3", "autolog"])
def test_a_tracker_finds_every_point_that_it_was_given(key, tmp_path):
    script = (
        "import sys; from pathlib import Path; from benchmarks.trackers import tracker\n"
        "made = tracker(sys.argv[1]); made.open(Path.cwd())\n"
        "for step in range(10): made.log({'loss': 0.5, 'score': 1.0}, step)\n"
        "made.close(); print(tracker(sys.argv[1]).points(Path.cwd()))"
    )

    said = subprocess.run(
        [sys.executable, "-c", script, key],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOLOG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert said.stdout.split()[-1] == "20"


@pytest.mark.parametrize("contender", ["autolog", "MLflow"])
def test_stores_that_are_compared_have_the_same_runs(contender, tmp_path):
    script = (
        "import sys\nfrom benchmarks.questions.growth import store_of\n"
        "store = store_of(sys.argv[1])\nstore.fill(0, 1000)\nstore.fill(1000, 2000)\n"
        "print(store.newest(), store.best(), store.wide(), store.narrow(), store.show())"
    )

    said = subprocess.run(
        [sys.executable, "-c", script, contender],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOLOG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert said.stdout.split()[-5:] == ["100", "100", "100", "2", "3"]


def test_as_many_empty_modules_are_loaded_as_were_asked_for(tmp_path):
    make_empty_modules(tmp_path, 25)
    script = "import sys, empty_modules.everything; print(*sys.modules)"

    printed = subprocess.check_output([sys.executable, "-c", script], cwd=tmp_path, text=True)

    assert [name.partition(".")[0] for name in printed.split()].count("empty_modules") == 25


@pytest.mark.parametrize("script", [BY_HAND, BY_AUTOLOG], ids=["by hand", "by autolog"])
def test_scripts_that_are_compared_leave_a_run_and_a_model(script, tmp_path):
    subprocess.run(
        [sys.executable, "-c", script.format(own=0)],
        cwd=tmp_path,
        env={**os.environ, "AUTOLOG_DIR": str(tmp_path)},
        check=True,
    )

    assert list(tmp_path.rglob("*.db"))
    assert list(tmp_path.rglob("model.pkl"))


def test_every_tracker_says_how_it_is_used():
    assert all(tracker(key).configuration for key in HOMES)


def test_a_result_survives_its_file():
    result = ours(6.0, goal=5.0, note="three calls")

    assert Result(**json.loads(json.dumps(result.as_json()))) == result
