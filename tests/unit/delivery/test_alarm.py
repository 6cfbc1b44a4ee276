"""What wakes a thread that rests."""

from __future__ import annotations

import threading
import time

from autolog.delivery.alarm import Alarm


def test_it_ends_a_wait():
    alarm = Alarm()
    thread = threading.Timer(0.05, alarm.set)
    thread.start()

    began = time.monotonic()
    woken = alarm.wait(60)
    thread.join()

    assert woken
    assert time.monotonic() - began < 30


def test_set_before_the_wait_it_ends_the_next_one_and_no_other():
    alarm = Alarm()
    alarm.set()
    alarm.set()

    assert alarm.wait(0)
    assert not alarm.wait(0)


def test_without_it_a_wait_ends_by_itself():
    assert not Alarm().wait(0.001)
