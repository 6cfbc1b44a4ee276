"""Events go in on one side, and arrive at sinks that work, fail and hang on the other."""

from __future__ import annotations

import gc
import json
import threading
import time
import weakref

import pytest

from autolog.delivery import consumer as consumer_module
from autolog.delivery.retry import Backoff
from autolog.errors import RecordRejected, SinkUnavailable


@pytest.fixture
def quick_retries(monkeypatch):
    """A sink that failed is tried again after ten milliseconds, or what it asked for."""

    class QuickBackoff(Backoff):
        def next_delay(self, retry_after=None):
            return 0.01 if retry_after is None else retry_after

    monkeypatch.setattr(consumer_module, "Backoff", QuickBackoff)


def journal_of(directory):
    return list((directory / "journal").iterdir())


def test_what_was_emitted_has_arrived_after_a_flush(deliver, told_sink, started, metric, ended):
    sink = told_sink()
    delivery = deliver(a=sink)
    events = [started(), metric(1), ended()]

    for event in events:
        delivery.emit(event)

    assert delivery.flush(timeout=30)
    assert sink.events == events


def test_events_arrive_by_themselves(deliver, told_sink, metric):
    arrived = threading.Event()

    class Announcing(told_sink):
        def write(self, batch):
            super().write(batch)
            arrived.set()

    deliver(a=Announcing()).emit(metric(1))

    assert arrived.wait(30)


def test_nothing_happens_before_the_first_event(deliver, told_sink, directory):
    delivery = deliver(a=told_sink())
    threads = threading.active_count()

    delivered = delivery.flush()

    assert delivered
    assert threading.active_count() == threads
    assert not directory.exists()
    assert delivery.status() == delivery.close() == ()


def test_a_delivered_journal_is_removed_at_the_end(deliver, told_sink, directory, metric):
    sink = told_sink()
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    left = delivery.close()

    assert [(backlog.waiting, backlog.lost, backlog.error) for backlog in left] == [(0, 0, None)]
    assert sink.closed
    assert journal_of(directory) == []


def test_closing_twice_does_no_harm(deliver, told_sink, metric):
    delivery = deliver(a=told_sink())
    delivery.emit(metric(1))
    delivery.close()

    assert delivery.close() == ()


def test_an_event_after_the_end_is_kept_for_recovery(deliver, told_sink, directory, metric):
    delivery = deliver(a=told_sink())
    delivery.emit(metric(1))
    delivery.close()

    delivery.emit(metric(2))

    assert len(journal_of(directory)) == 1


def test_a_sink_that_fails_is_offered_the_same_batch_again(
    deliver, told_sink, quick_retries, metric
):
    sink = told_sink(SinkUnavailable("busy"), SinkUnavailable("still busy"))
    delivery = deliver(a=sink)

    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(1)]


def test_any_error_of_a_sink_counts_as_a_failure(
    deliver, told_sink, quick_retries, warnings_said, metric
):
    failure = ZeroDivisionError("division by zero.")
    delivery = deliver(a=told_sink(failure, failure))

    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    (warning,) = warnings_said()
    assert warning.startswith("autolog cannot write to the sink a: (division by zero); its records")


def test_a_failure_that_does_not_come_again_is_not_worth_a_word(
    deliver, told_sink, quick_retries, warnings_said, metric
):
    delivery = deliver(a=told_sink(ZeroDivisionError("division by zero.")))

    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    assert warnings_said() == []


def test_a_sink_that_cannot_be_opened_is_tried_again(directory, told_sink, quick_retries, metric):
    from autolog.delivery.delivery import Delivery

    sink = told_sink()
    answers = [OSError("no such host"), OSError("no such host"), sink]

    def open_sink(uri, _):
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    delivery = Delivery(directory, ["a:"], open_sink=open_sink)
    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(1)]
    delivery.close()


def test_a_dead_sink_holds_no_other_back(deliver, told_sink, started, metric):
    dead, alive = told_sink(always=SinkUnavailable("gone")), told_sink()
    delivery = deliver(dead=dead, alive=alive)
    delivery.emit(started())
    delivery.emit(metric(1))

    flushed = delivery.flush(timeout=0.5)

    assert not flushed
    assert alive.events == [started(), metric(1)]
    first, second = delivery.status()
    assert (first.waiting, first.error) == (2, "gone")
    assert (second.waiting, second.error) == (0, None)


def test_a_flush_without_a_timeout_ends_when_a_sink_fails(deliver, told_sink, metric):
    delivery = deliver(dead=told_sink(always=SinkUnavailable("gone")))
    delivery.emit(metric(1))

    assert not delivery.flush()


def test_a_sink_that_asks_for_time_is_left_alone(deliver, told_sink, quick_retries, metric):
    sink = told_sink(always=SinkUnavailable("slow down", retry_after=3600))
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    delivery.flush()

    calls = sink.calls
    assert delivery.close(timeout=0.3)[0].waiting == 1
    assert sink.calls <= calls + 1  # closing tries once more


def test_closing_gives_up_at_once_where_waiting_is_hopeless(deliver, told_sink, metric):
    sink = told_sink(always=SinkUnavailable("down for maintenance", retry_after=3600))
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    left = delivery.close(timeout=1000)  # the time limit of the test is shorter

    assert left[0].error == "down for maintenance"


def test_what_a_dead_sink_lacks_stays_on_disk(deliver, told_sink, directory, metric):
    delivery = deliver(dead=told_sink(always=SinkUnavailable("gone")))
    for number in range(3):
        delivery.emit(metric(number))

    left = delivery.close(timeout=0)

    assert left[0].waiting == 3
    assert len(journal_of(directory)) == 1


def test_a_sink_that_hangs_holds_the_exit_up_no_longer_than_asked(deliver, told_sink, metric):
    goes_on = threading.Event()

    class Hanging(told_sink):
        def write(self, batch):
            goes_on.wait()

    delivery = deliver(a=Hanging())
    delivery.emit(metric(1))

    left = delivery.close(timeout=0.1)

    goes_on.set()
    assert left[0].waiting == 1


def test_a_sink_that_is_opened_by_the_exit_gets_the_time_that_it_wants(
    deliver, told_sink, metric, monkeypatch
):
    monkeypatch.setattr("autolog.delivery.consumer._EXIT_TIMEOUT", 0.3)

    class Slow(told_sink):
        exit_timeout = 30.0

        def write(self, batch):
            time.sleep(0.6)
            super().write(batch)

    delivery = deliver(a=Slow())
    delivery.emit(metric(1))

    left = delivery.close()

    assert left[0].waiting == 0


def test_a_refused_event_goes_to_quarantine_and_the_others_on(
    deliver, told_sink, directory, metric
):
    class Picky(told_sink):
        def write(self, batch):
            if metric(2) in batch.events:
                raise RecordRejected(metric(2), "2 is not odd")
            super().write(batch)

    sink = Picky()
    delivery = deliver(picky=sink)
    for number in (1, 2, 3):
        delivery.emit(metric(number))

    assert delivery.flush(timeout=30)

    assert sink.events == [metric(1), metric(3)]
    (path,) = (directory / "quarantine").iterdir()
    (line,) = path.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["sink"], entry["reason"]) == ("picky:", "2 is not odd")
    assert (entry["event"]["type"], entry["event"]["step"]) == ("MetricsLogged", 2)
    assert delivery.status()[0].lost == 1


def test_a_batch_that_is_refused_wholly_is_passed_over(deliver, told_sink, metric):
    class Refusing(told_sink):
        def write(self, batch):
            raise RecordRejected(batch.events[0], "never")

    delivery = deliver(a=Refusing())
    for number in range(3):
        delivery.emit(metric(number))

    assert delivery.flush(timeout=30)
    assert delivery.status()[0].lost == 3


def test_a_sink_that_refuses_what_it_was_not_given_counts_as_failing(deliver, told_sink, metric):
    sink = told_sink(RecordRejected(metric(99), "what is this?"), always=SinkUnavailable("no"))
    delivery = deliver(a=sink)
    delivery.emit(metric(1))

    assert not delivery.flush()
    assert delivery.status()[0].waiting == 1


def test_secrets_in_a_uri_are_not_shown(directory, told_sink, metric, warnings_said):
    from autolog.delivery.delivery import Delivery

    sink = told_sink(always=SinkUnavailable("gone"))
    uri = "postgresql://user:hunter2@host/db?token=hunter3"
    delivery = Delivery(directory, [uri], open_sink=lambda *_: sink)
    delivery.emit(metric(1))
    delivery.flush()

    assert delivery.close(timeout=0)[0].sink == "postgresql://host/db"
    assert "hunter" not in "".join(warnings_said())


def test_an_unwritable_directory_costs_one_warning_and_no_event(
    deliver, told_sink, directory, metric, warnings_said
):
    directory.parent.mkdir(exist_ok=True)
    directory.write_text("a file where the directory should be")
    sink = told_sink()
    delivery = deliver(a=sink)

    for number in range(3):
        delivery.emit(metric(number))

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(number) for number in range(3)]
    assert len(warnings_said()) == 1
    assert str(directory) in warnings_said()[0]


def test_what_only_memory_holds_at_the_end_counts_as_lost(deliver, told_sink, directory, metric):
    directory.write_text("a file where the directory should be")
    delivery = deliver(dead=told_sink(always=SinkUnavailable("gone")))
    delivery.emit(metric(1))

    left = delivery.close(timeout=0)

    assert (left[0].waiting, left[0].lost) == (0, 1)


def test_a_journal_that_the_user_removes_costs_a_warning(
    deliver, told_sink, directory, metric, warnings_said
):
    import shutil

    sink = told_sink(always=SinkUnavailable("gone"))
    delivery = deliver(a=sink)
    delivery.emit(metric(1))
    delivery.flush()
    sink.always = None
    delivery.flush()
    shutil.rmtree(directory)

    delivery.emit(metric(2))

    assert delivery.flush(timeout=30)
    assert any("was removed while it was in use" in said for said in warnings_said())
    assert delivery.close()[0].waiting == 0


def test_where_no_thread_can_be_started_the_caller_delivers(
    deliver, told_sink, directory, metric, monkeypatch
):
    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    sink = told_sink()
    delivery = deliver(a=sink)
    monkeypatch.setattr(threading.Thread, "start", refuse)

    delivery.emit(metric(1))

    assert delivery.close()[0].waiting == 0
    assert sink.events == [metric(1)]
    assert sink.closed
    assert journal_of(directory) == []


def test_a_finished_delivery_is_not_kept_alive(directory, told_sink, metric):
    from autolog.delivery.delivery import Delivery

    sink = told_sink()
    delivery = Delivery(directory, ["a:"], open_sink=lambda *_: sink)
    delivery.emit(metric(1))
    delivery.close()
    reference = weakref.ref(delivery)

    del delivery
    gc.collect()

    assert reference() is None


def test_threads_that_log_and_flush_at_once_lose_nothing(deliver, told_sink, metric):
    sink = told_sink()
    delivery = deliver(a=sink)

    def log(thread):
        for number in range(300):
            delivery.emit(metric(number, f"{thread:032}"))
            if number % 100 == 0:
                delivery.flush(timeout=30)

    threads = [threading.Thread(target=log, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    delivery.close(timeout=30)

    found = sorted((event.run_id, event.step) for event in sink.events)
    assert found == [(f"{thread:032}", number) for thread in range(8) for number in range(300)]


def test_a_flush_delivers_what_another_thread_has_only_just_opened_the_journal_for(
    deliver, told_sink, metric, monkeypatch
):
    sink = told_sink()
    delivery = deliver(a=sink)
    monkeypatch.setattr(delivery._writer, "_opened", lambda journal: None)  # it comes to that later
    delivery.emit(metric(1))

    assert delivery.flush(timeout=30)
    assert sink.events == [metric(1)]
