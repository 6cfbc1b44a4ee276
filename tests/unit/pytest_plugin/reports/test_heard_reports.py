"""What is found among the reports that pytest's terminal keeps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autolog.pytest_plugin.reports.heard_reports import counts_among, records_among


def report(outcome="passed", when="call", stop=0.0, **more):
    return SimpleNamespace(outcome=outcome, when=when, stop=stop, **more)


def test_records_are_in_the_order_in_which_tests_have_ended_whatever_came_of_them():
    heard = {
        "": [report(when="teardown", stop=1, autolog="a"), report(when="teardown", stop=3)],
        "passed": [report(stop=2)],
        "error": [report(when="teardown", stop=2, autolog="b")],
        "rerun": [report("rerun", stop=0.5, autolog="first attempt")],
        "warnings": [object()],
    }

    assert records_among(heard) == ["first attempt", "a", "b"]


@pytest.mark.parametrize(
    ("one", "counted"),
    [
        (report(), {"passed": 1}),
        (report(when="setup"), {}),
        (report(wasxfail=""), {"xpassed": 1}),
        (report(context="a part of a test"), {}),
        (report("failed"), {"failed": 1}),
        (report("failed", "teardown"), {"errors": 1}),
        (report("failed", "collect"), {"errors": 1}),
        (report("skipped", "setup"), {"skipped": 1}),
        (report("skipped", "collect"), {}),
        (report("skipped", wasxfail=""), {"xfailed": 1}),
        (report("rerun"), {"rerun": 1}),
    ],
)
def test_each_report_counts_by_its_own_outcome(one, counted):
    assert counts_among({"whatever it is called": [one]}) == counted


def test_what_was_left_out_counts_and_warnings_do_not():
    heard = {"deselected": [object(), object()], "warnings": [object()]}

    assert counts_among(heard) == {"deselected": 2}
