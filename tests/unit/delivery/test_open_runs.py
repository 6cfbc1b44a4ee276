from __future__ import annotations

from autolog.delivery.open_runs import LastFact, OpenRuns
from autolog.events import RunStarted


def take(open_runs, *events):
    for event in events:
        open_runs.latest[event.run_id] = event
        open_runs.follow(event)


def test_a_run_that_began_and_did_not_end_is_open(started, metric):
    runs = OpenRuns()

    take(runs, started(), metric(7))

    assert runs.last_facts() == {started().run_id: LastFact(7, 7)}


def test_a_run_that_ended_is_not_open(started, ended):
    runs = OpenRuns()

    take(runs, started(), ended())

    assert runs.last_facts() == {}


def test_a_run_that_ended_stays_ended_when_a_late_metric_comes(started, ended, metric):
    runs = OpenRuns()

    take(runs, started(), ended(), metric(9))

    assert runs.last_facts() == {}


def test_a_run_that_another_journal_began_is_not_open(metric):
    runs = OpenRuns()

    take(runs, metric(3))

    assert runs.last_facts() == {}


def test_what_one_segment_notes_the_next_reader_goes_on_from(started, metric):
    runs, readers = OpenRuns(), OpenRuns()
    take(runs, started("a" * 32), started("b" * 32), metric(5, "b" * 32))
    take(readers, RunStarted("gone", 0, 1, "run", "experiment"))

    readers.replace(runs.encode())

    assert readers.last_facts() == {"a" * 32: LastFact(0, 1), "b" * 32: LastFact(5, 5)}
