"""Warnings are noted, and reach the user as they would have."""

from __future__ import annotations

import pickle
import threading
import warnings

import pytest

from autolog.capture.warned import MOST_CATEGORIES, MOST_TEXTS, TEXT_NOT_SEEN, WarningsSeen


def warn(text="slow", category=UserWarning):
    warnings.warn(text, category, stacklevel=2)


@pytest.fixture(autouse=True)
def _own_filters():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield


@pytest.mark.parametrize("action", ["always", "ignore", "default", "once", "module"])
def test_a_warning_is_noted_whatever_the_filters_make_of_it(action):
    warnings.simplefilter(action)

    with warnings.catch_warnings(record=True), WarningsSeen() as seen:
        warn()

    assert seen.described() == {"UserWarning": "slow"}


def test_an_error_made_of_a_warning_is_noted_and_raised():
    warnings.simplefilter("error")

    with WarningsSeen() as seen, pytest.raises(UserWarning, match="slow"):
        warn()

    assert seen.described() == {"UserWarning": "slow"}


def test_the_user_sees_the_same_warnings_in_the_same_order():
    def provoke():
        with warnings.catch_warnings(record=True) as shown:
            warnings.simplefilter("default")
            warnings.filterwarnings("ignore", message="b")
            for text in ("a", "b", "a", "c"):
                warn(text)
        return [(str(one.message), one.category, one.filename, one.lineno) for one in shown]

    expected = provoke()

    with WarningsSeen():
        shown = provoke()

    assert shown == expected
    assert [text for text, *_ in shown] == ["a", "c"]


def test_what_is_ignored_within_the_call_is_not_noted():
    with WarningsSeen() as seen, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warn()

    assert seen.described() == {}


def test_texts_are_counted_by_category():
    warnings.simplefilter("always")

    with warnings.catch_warnings(record=True), WarningsSeen() as seen:
        warn("slow")
        warn("slow")
        warn("old", DeprecationWarning)

    assert seen.described() == {"UserWarning": "2 times: slow", "DeprecationWarning": "old"}


def test_what_is_kept_has_bounds():
    with warnings.catch_warnings(record=True), WarningsSeen() as seen:
        for number in range(50):
            warn(f"{number} {'x' * 1000}")
            warn("text", type(f"Warning{number}", (UserWarning,), {}))

    assert len(seen.counts) == MOST_CATEGORIES
    assert len(seen.counts["UserWarning"]) == MOST_TEXTS + 1
    assert max(map(len, seen.counts["UserWarning"])) <= 500


def test_the_filters_are_as_before_afterwards():
    before = list(warnings.filters)

    with WarningsSeen():
        pass

    assert warnings.filters == before


def test_filters_that_were_reset_meanwhile_stay_so():
    with WarningsSeen():
        warnings.resetwarnings()

    assert warnings.filters == []


def test_another_threads_warnings_are_its_own():
    with warnings.catch_warnings(record=True), WarningsSeen() as seen:
        thread = threading.Thread(target=warn)
        thread.start()
        thread.join()

    assert seen.described() == {}


def test_calls_within_one_another_note_the_same_warning():
    with warnings.catch_warnings(record=True), WarningsSeen() as outer, WarningsSeen() as inner:
        warn()

    assert outer.described() == inner.described() == {"UserWarning": "slow"}


def test_a_copy_of_the_filters_for_another_process_says_nothing_of_us():
    with WarningsSeen():
        payload = pickle.dumps(list(warnings.filters))

    assert b"autolog" not in payload
    action, message, category, module, line = pickle.loads(payload)[0]
    assert (action, category, module, line) == ("ignore", Warning, None, 0)
    assert message.match("anything") is None


def test_a_copy_of_the_rule_notes_the_category_and_matches_nothing():
    with WarningsSeen() as seen:
        action, message, category, module, line = warnings.filters[0]
        with warnings.catch_warnings(record=True) as shown:
            warnings.resetwarnings()
            warnings.simplefilter(action, category=category, lineno=line, append=True)
            warn()

    assert (message, module) == (None, None)
    assert [str(one.message) for one in shown] == ["slow"]
    assert seen.described() == {"UserWarning": TEXT_NOT_SEEN}


def test_a_copy_of_the_rule_notes_nothing_of_other_threads_or_later():
    with WarningsSeen() as seen:
        rule = tuple(warnings.filters[0])
        warnings.filters[:] = [rule, *warnings.filters[1:]]
        thread = threading.Thread(target=warn)
        with warnings.catch_warnings(record=True):
            thread.start()
            thread.join()
    with warnings.catch_warnings(record=True):
        warn()

    assert rule in warnings.filters
    assert seen.described() == {}


def test_a_rule_that_somebody_kept_notes_nothing_more():
    with WarningsSeen() as seen:
        kept = warnings.filters[0]

    with warnings.catch_warnings(record=True):
        warnings.filters.insert(0, kept)
        warn()

    assert seen.described() == {}
