"""Several sinks at once: each has a pace, a cursor and failures of its own."""

from __future__ import annotations

import json
import threading
import time
from statistics import median

import pytest
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.delivery.delivery import Delivery
from autolog.delivery.recovery import recover
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.events import MetricsLogged, RunEnded, RunStarted, Status
from autolog.sinks.memory import MemorySink
from autolog.sinks.registry import open_sink
from autolog.store import Store
from autolog.testing import record

RUN = "e" * 32


class Hanging:
    """Takes its first batch and never comes back, until it is released."""

    exit_timeout = 0.1

    def __init__(self):
        self.entered, self.released = threading.Event(), threading.Event()

    def write(self, batch):
        self.entered.set()
        self.released.wait()

    def close(self):
        pass


class Refusing:
    """Refuses each metric for good."""

    exit_timeout = 5.0

    def __init__(self):
        self.events = []

    def write(self, batch):
        for event in batch.events:
            if isinstance(event, MetricsLogged):
                raise RecordRejected(event, "no metrics here")
        self.events.extend(batch.events)

    def close(self):
        pass


class Dead:
    """Never takes anything."""

    exit_timeout = 5.0

    def write(self, batch):
        raise SinkUnavailable("gone")

    def close(self):
        pass


def story(steps):
    metrics = (
        MetricsLogged(RUN, step + 1, step + 2, step, {"loss": step}) for step in range(steps)
    )
    return (
        RunStarted(RUN, 0, 1, "trial", "default"),
        *metrics,
        RunEnded(RUN, steps + 1, steps + 2, Status.FINISHED),
    )


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "autolog"


@pytest.fixture
def delivering(directory):
    """A delivery to sinks of the tests, by name, and to real ones, by URI."""
    made = []

    def deliver(*real, **told):
        def opened(uri, where):
            return told[uri[:-1]] if uri[:-1] in told else open_sink(uri, where)

        uris = [*(f"{name}:" for name in told), *real]
        made.append(Delivery(directory, uris, open_sink=opened))
        return made[-1]

    yield deliver
    for delivery in made:
        delivery.close(timeout=0)


def steps_in_store(directory):
    (run,) = Store(directory / "runs.db").runs()
    return [point.step for point in run.metric_history("loss")]


def steps_in_file(directory):
    file = directory.parent / "files" / RUN / "run.jsonl"
    return [line["step"] for line in lines_of(file) if line["event"] == "metrics"]


def lines_of(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_sinks_that_hang_refuse_or_are_down_delay_no_other(delivering, directory):
    hanging, refusing = Hanging(), Refusing()
    delivery = delivering("sqlite:", "jsonl:files", hanging=hanging, refusing=refusing, dead=Dead())
    delivery.emit(story(500)[0])
    assert hanging.entered.wait(30)

    for event in story(500)[1:]:
        delivery.emit(event)
    end = time.monotonic() + 60
    while (backlogs := delivery.status()) and time.monotonic() < end:
        if not any(backlogs[place].waiting for place in (1, 3, 4)):
            break
        time.sleep(0.05)

    of_sink = {backlog.sink: backlog for backlog in backlogs}
    assert of_sink["hanging:"].waiting == 502
    assert of_sink["dead:"].waiting == 502
    assert of_sink["refusing:"].lost == 500
    assert refusing.events == [story(500)[0], story(500)[-1]]
    assert steps_in_store(directory) == list(range(500))
    assert steps_in_file(directory) == list(range(500))
    hanging.released.set()


def test_a_sink_that_hangs_delays_no_logging(delivering):
    """What a call takes is that with a sink that takes everything, side by side."""
    hanging = Hanging()
    beside_hanging, beside_memory = delivering(hanging=hanging), delivering("memory:fast")
    events = story(2000)[1:-1]
    for delivery in (beside_hanging, beside_memory):
        delivery.emit(story(1)[0])
    assert hanging.entered.wait(30)

    times = {beside_hanging: [], beside_memory: []}
    for first in range(0, 2000, 100):
        for delivery, taken in times.items():
            began = time.perf_counter()
            for event in events[first : first + 100]:
                delivery.emit(event)
            taken.append(time.perf_counter() - began)

    assert median(times[beside_hanging]) < 3 * median(times[beside_memory])
    hanging.released.set()


def test_each_sink_goes_on_from_where_it_was(delivering, directory):
    delivery = delivering("sqlite:", "jsonl:files", late=Dead())
    for event in story(3):
        delivery.emit(event)
    delivery.flush(0.5)
    delivery.close(timeout=0.5)
    opened, late = [], Refusing()

    def open_again(uri, where):
        opened.append(uri)
        return late if uri == "late:" else open_sink(uri, where)

    report = recover(directory, open_sink=open_again)

    assert report.kept == ()
    assert opened == ["late:"]  # nothing is left for the others
    assert [type(event).__name__ for event in late.events] == ["RunStarted", "RunEnded"]
    assert steps_in_store(directory) == steps_in_file(directory) == [0, 1, 2]


def test_a_training_is_recorded_in_every_sink_that_is_named(tmp_path):
    database = f"sqlite:///{tmp_path}/runs.db"
    with record(sink=[database, f"jsonl:{tmp_path}/files"]) as runs:
        LogisticRegression(C=0.5).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])

    (stored,), held = Store(tmp_path / "runs.db").runs(), runs.only
    lines = lines_of(tmp_path / "files" / stored.run_id / "run.jsonl")
    (params,) = (line["params"] for line in lines if line["event"] == "params")
    assert stored.run_id == held.run_id
    assert stored.params == held.params == params
    assert stored.metrics == held.metrics
    assert (
        held.metrics.items()
        <= {
            name: value
            for line in lines
            if line["event"] == "metrics"
            for name, value in line["metrics"].items()
        }.items()
    )


@pytest.mark.parametrize(
    ("sinks", "said"),
    [
        (["jsonl:files", "sqlite:"], "in {directory}; `autolog runs` shows them."),
        (["jsonl:files", "memory:"], "in jsonl:files, memory:."),
    ],
)
def test_the_end_says_where_runs_are(tmp_path, capsys, sinks, said):
    MemorySink.forget()
    autolog.autolog(sink=sinks, log_environment=False)
    LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    autolog.shutdown()

    expected = said.format(directory=tmp_path / ".autolog")
    assert capsys.readouterr().err == f"autolog: recorded 1 run {expected}\n"
