"""Work in the background is done in order, by a thread that nobody has to end."""

from __future__ import annotations

import os
import threading

import pytest

from autolog.recording.background import BackgroundWork


@pytest.fixture
def background():
    work = BackgroundWork()
    yield work
    work.wait(10)


def test_work_is_done_in_order_in_another_thread(background):
    done = []

    for number in range(100):
        background.submit(
            "working", lambda number=number: done.append((number, threading.get_ident()))
        )

    assert background.wait(10)
    assert [number for number, _ in done] == list(range(100))
    assert {thread for _, thread in done}.isdisjoint({threading.get_ident()})


def test_what_is_gathered_begins_at_the_end_of_the_block_in_order(background):
    done = []

    with background.gathered():
        background.submit("working", lambda: done.append("first"))
        with background.gathered():
            background.submit("working", lambda: done.append("second"))
        assert background.unfinished == 0

    assert background.wait(10)
    assert done == ["first", "second"]


def test_what_another_thread_submits_does_not_wait_for_the_block(background):
    done = threading.Event()

    with background.gathered():
        other = threading.Thread(target=background.submit, args=("working", done.set))
        other.start()
        other.join()

        assert done.wait(10)


def test_waiting_within_the_block_begins_what_was_gathered(background):
    done = []

    with background.gathered():
        background.submit("working", lambda: done.append("first"))
        assert background.wait(10)
        assert done == ["first"]
        background.submit("working", lambda: done.append("second"))

    assert background.wait(10)
    assert done == ["first", "second"]


def test_waiting_gives_up_in_time(background):
    goes_on = threading.Event()
    background.submit("waiting", lambda: goes_on.wait(30))

    assert not background.wait(0.01)
    assert background.unfinished == 1

    goes_on.set()
    assert background.wait(10)
    assert background.unfinished == 0


def test_without_work_there_is_nothing_to_wait_for(background):
    assert background.wait(0)


def test_a_failure_is_reported_and_the_next_work_is_done(background, monkeypatch):
    monkeypatch.delenv("AUTOLOG_STRICT")
    reported, done = [], []

    background.submit(
        "failing", lambda: 1 / 0, lambda action, error: reported.append((action, error))
    )
    background.submit("going on", lambda: done.append(1))

    assert background.wait(10)
    assert done == [1]
    ((action, error),) = reported
    assert action == "failing"
    assert isinstance(error, ZeroDivisionError)


def test_a_failure_that_tests_are_to_see_does_not_stop_what_comes_after(background, monkeypatch):
    done, seen = [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda raised: seen.set())

    background.submit("failing", lambda: 1 / 0)
    background.submit("going on", lambda: done.append(1))

    assert background.wait(10)
    assert seen.wait(10)
    assert done == [1]


def test_the_thread_goes_when_there_is_nothing_to_do(background, monkeypatch):
    monkeypatch.setattr("autolog.recording.background._IDLE_SECONDS", 0.01)
    threads = []
    background.submit("looking", lambda: threads.append(threading.current_thread()))
    background.wait(10)

    threads[0].join(10)
    background.submit("looking", lambda: threads.append(threading.current_thread()))

    assert background.wait(10)
    assert not threads[0].is_alive()
    assert threads[1] is not threads[0]


def test_where_no_thread_can_be_started_the_work_is_done_at_once(background, monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr("autolog.recording.background._IDLE_SECONDS", 0.0)
    done = []

    background.submit("working", lambda: done.append(threading.get_ident()))

    assert done == [threading.get_ident()]


def test_a_forked_child_has_none_of_its_parents_work(background):
    goes_on = threading.Event()
    background.submit("waiting", lambda: goes_on.wait(30))

    child = os.fork()
    if child == 0:
        background.start_anew()
        done = []
        background.submit("working", lambda: done.append(1))
        os._exit(0 if background.wait(10) and done == [1] else 1)

    _, status = os.waitpid(child, 0)
    goes_on.set()
    assert os.waitstatus_to_exitcode(status) == 0
