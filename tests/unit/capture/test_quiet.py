"""Silence for warnings that the user did not ask for."""

from __future__ import annotations

import threading
import warnings

import pytest

from autolog.capture.quiet import quiet


def test_warnings_within_the_block_are_silent():
    with quiet():
        warnings.warn("not for the user", UserWarning, stacklevel=1)
        warnings.warn("nor this", DeprecationWarning, stacklevel=1)


def test_warnings_after_the_block_are_as_before():
    with quiet():
        pass

    with pytest.warns(UserWarning, match="for the user"):
        warnings.warn("for the user", UserWarning, stacklevel=1)


def test_the_users_filters_are_the_same_list_with_the_same_rules():
    filters, rules = warnings.filters, list(warnings.filters)

    with quiet(), quiet():
        pass

    assert warnings.filters is filters
    assert list(warnings.filters) == rules


def test_other_threads_keep_their_warnings():
    caught = []

    def warn():
        try:
            warnings.warn("from another thread", UserWarning, stacklevel=1)
        except UserWarning as warning:  # the filters make errors of them
            caught.append(warning)

    with quiet():
        thread = threading.Thread(target=warn)
        thread.start()
        thread.join()

    assert len(caught) == 1


def test_a_warning_that_was_shown_once_is_not_shown_again():
    def warn():
        warnings.warn("the same place", UserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("default")
        warn()
        with quiet():
            warn()
        warn()

    assert len(shown) == 1


def test_a_warning_that_was_silenced_is_still_shown_the_first_time():
    def warn():
        warnings.warn("the same place again", UserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("default")
        with quiet():
            warn()
        warn()

    assert len(shown) == 1
