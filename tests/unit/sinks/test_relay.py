"""A sink in a process of its own."""

from __future__ import annotations

import io
import os
import signal
import threading
import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from msgspec.structs import replace

from autolog.codec import encode
from autolog.errors import RecordRejected, SinkUnavailable
from autolog.events import MetricsLogged, TagsSet
from autolog.records import frame
from autolog.sinks.base import Batch, UndecodedBatch
from autolog.sinks.relay import frames, relayed, worker
from autolog.sinks.relay.frames import Opening
from autolog.sinks.relay.relayed import RelayedSink

SINK = """
import os, sys, time
from autolog.errors import RecordRejected, SinkUnavailable


class Sink:
    exit_timeout = 5.0

    def __init__(self, file, refused):
        self.file, self.refused = file, refused

    def write(self, batch):
        (what,) = batch.events[-1].tags.values()
        if [what] == self.last_written():  # offered again, as the answer was not read
            return
        happens = next_of_plan()
        if happens != "take":
            what = happens
        if what == "hang":
            time.sleep(60)
        if what == "slow":
            open("begun", "w").close()
            time.sleep(0.5)
        if what == "die":
            print("my s3cr3t reason", file=sys.stderr)
            os._exit(3)
        if what == "away":
            raise SinkUnavailable("not now", retry_after=7.0)
        if what == "refuse":
            raise RecordRejected(batch.events[0], "never")
        print("no answer")
        with open(self.file, "a") as file:
            file.write(f"{what} {os.environ['WORD']} {self.refused}\\n")

    def last_written(self):
        if not os.path.exists(self.file):
            return None
        with open(self.file) as file:
            return file.read().split()[-3:-2]

    def told(self, batch):
        return {"pid": str(os.getpid())}

    def close(self):
        pass


def next_of_plan():
    if not os.path.exists("plan"):
        return "take"
    with open("plan") as file:
        first, *rest = file.read().split() or ["take"]
    with open("plan", "w") as file:
        file.write(" ".join(rest))
    return first


def opened(file, refused):
    return Sink(file, refused)
""".replace("\\\\n", "\\n")


@pytest.fixture
def told():
    return {}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "written"


@pytest.fixture
def sink(tmp_path, monkeypatch, told, file):
    (tmp_path / "toy_relayed.py").write_text(SINK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sink = RelayedSink(
        "the toy",
        Opening("toy_relayed:opened", (str(file), None)),
        tmp_path / ".autolog",
        environment={"WORD": "word"},
        without_secrets=lambda text: text.replace("s3cr3t", "***"),
        heard=told.update,
        patience=60.0,
    )
    yield sink
    sink.close()


def batch(what):
    events = (MetricsLogged("a" * 32, 1, 2, 3, {"x": 1.0}), TagsSet("a" * 32, 1, 2, {"what": what}))
    return Batch("journal", events, (0, 1), 2)


def test_batches_are_written_there_and_what_it_tells_is_heard(sink, told, file):
    for what in ("one", "two"):
        sink.write(batch(what))

    assert file.read_text() == "one word None\ntwo word None\n"
    assert int(told["pid"]) != os.getpid()


def test_failures_are_those_of_the_sink_there(sink, file):
    with pytest.raises(SinkUnavailable, match="not now") as away:
        sink.write(batch("away"))
    refused = batch("refuse")
    with pytest.raises(RecordRejected, match="never") as rejected:
        sink.write(refused)

    assert away.value.retry_after == 7.0
    assert rejected.value.event is refused.events[0]
    sink.write(batch("after"))
    assert file.read_text() == "after word None\n"


def test_after_a_failure_the_same_process_goes_on_without_what_was_sent_ahead(sink, told, file):
    sink.write(batch("one"))
    process = told["pid"]
    sink.following = following([batch("three")])

    with pytest.raises(SinkUnavailable, match="not now"):
        sink.write(batch("away"))
    sink.following = following([])
    sink.write(batch("two"))

    assert file.read_text() == "one word None\ntwo word None\n"
    assert told["pid"] == process


def test_a_process_that_ends_tells_why_and_is_started_again(sink, file):
    with pytest.raises(SinkUnavailable, match=r"talks to the toy has ended: my \*\*\* reason"):
        sink.write(batch("die"))

    sink.write(batch("after"))
    assert file.read_text() == "after word None\n"


def test_a_process_that_does_not_answer_is_ended(sink, file, told):
    sink.write(batch("one"))
    sink._patience = 0.2

    began = time.monotonic()
    with pytest.raises(SinkUnavailable, match=r"the toy has not answered for 0\.2 seconds"):
        sink.write(batch("hang"))

    assert time.monotonic() - began < 10
    assert is_gone(int(told["pid"]))
    sink._patience = 60.0
    sink.write(batch("after"))
    assert file.read_text() == "one word None\nafter word None\n"


def test_a_process_that_is_killed_is_started_again(sink, told, file):
    sink.write(batch("one"))
    os.kill(int(told["pid"]), signal.SIGKILL)

    with pytest.raises(SinkUnavailable, match="has ended"):
        sink.write(batch("lost"))
    sink.write(batch("after"))

    assert file.read_text() == "one word None\nafter word None\n"


def test_the_next_batch_is_sent_while_one_is_written_and_not_once_more(sink, file, monkeypatch):
    sent = sizes_of_frames(monkeypatch)
    one, two = batch("one"), batch("two")

    sink.following = following([two])
    sink.write(one)
    sink.following = following([])
    sink.write(two)

    assert file.read_text() == "one word None\ntwo word None\n"
    _opening, first, ahead = sent
    assert first == ahead


def test_batches_sent_ahead_are_written_before_they_are_asked_for(sink, file):
    one, *rest = (batch(what) for what in ("one", "two", "three", "four"))

    sink.following = following(rest)
    sink.write(one)

    written = "one word None\ntwo word None\nthree word None\n"  # and no more than two ahead
    wait_until(lambda: file.read_text() == written)
    sink.following = following(rest[1:])
    sink.write(rest[0])
    wait_until(lambda: file.read_text() == written + "four word None\n")


def test_another_batch_than_that_sent_ahead_is_not_answered_by_its_answer(sink, file):
    one, two, three = (batch(what) for what in ("one", "away", "three"))
    sink.following = following([two])
    sink.write(one)

    sink.following = following([])
    sink.write(three)  # which would fail, with the answer to the other

    assert file.read_text() == "one word None\nthree word None\n"


def test_what_was_only_sent_ahead_is_not_begun_when_nobody_asks_any_more(sink, file):
    sink._opening = replace(sink._opening, closing_seconds=5.0)
    sink.following = following([batch("slow"), batch("three")])
    sink.write(batch("one"))
    wait_until(file.with_name("begun").exists)

    sink.close()

    assert file.read_text() == "one word None\nslow word None\n"


def test_events_may_be_sent_as_the_journal_has_them(sink, file):
    sink.write(undecoded(batch("one")))

    assert file.read_text() == "one word None\n"


def test_an_event_of_them_that_is_refused_is_named(sink, file):
    refused = batch("refuse")

    with pytest.raises(RecordRejected, match="never") as rejected:
        sink.write(undecoded(refused))

    assert rejected.value.event == refused.events[0]


def test_what_cannot_be_decoded_there_is_an_error_here_and_nothing_sent_ahead_is_written(
    sink, file
):
    sink.write(batch("one"))
    damaged = undecoded(batch("two"))
    damaged = replace(damaged, content=damaged.content[:-1] + b"?")

    sink.following = following([batch("three")])
    with pytest.raises(msgspec.DecodeError):
        sink.write(damaged)
    sink.following = following([])
    sink.write(batch("two"))

    assert file.read_text() == "one word None\ntwo word None\n"


def test_a_batch_whose_time_is_looked_up_is_not_sent_as_the_journal_has_it(tmp_path):
    opening = Opening("toy_relayed:opened", ())

    assert RelayedSink("it", opening, tmp_path, patience=lambda _: 1.0).takes_undecoded == 0
    assert RelayedSink("it", opening, tmp_path, patience=1.0).takes_undecoded > 0


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(["take", "away", "die", "refuse"]), max_size=12))
def test_whatever_happens_to_a_batch_each_is_written_once_and_in_order(
    sink, file, tmp_path, happens
):
    file.write_text("")
    (tmp_path / "plan").write_text(" ".join(happens))
    batches = [batch(str(number)) for number in range(6)]
    tries = 0

    for number, one in enumerate(batches):
        sink.following = following(batches[number + 1 :])
        while True:
            tries += 1
            try:
                sink.write(one)
            except (SinkUnavailable, RecordRejected):
                continue
            break

    assert [line.split()[0] for line in file.read_text().splitlines()] == list("012345")
    left = (tmp_path / "plan").read_text().split()
    planned = happens[: len(happens) - len(left)]
    assert tries - 6 == len(planned) - planned.count("take")


def test_a_batch_of_another_version_ends_the_process_which_tells_why(sink, file, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(relayed, "WRITE", frames.WRITE + b"?")
        with pytest.raises(SinkUnavailable, match=r"the toy cannot read a batch: .+"):
            sink.write(batch("one"))
    assert sink._process is None

    sink.write(batch("after"))
    assert file.read_text() == "after word None\n"


def test_a_batch_is_prepared_when_the_server_has_all_that_it_waited_for(monkeypatch):
    monkeypatch.setattr(worker, "_YIELDS_SECONDS", 60.0)
    sink = Preparing()
    working, (reading, writing) = of_sink(sink), os.pipe()
    with os.fdopen(reading, "rb", 0) as asked, os.fdopen(writing, "wb", 0) as pipe:
        taking = threading.Thread(target=working._take, args=(asked,))
        taking.start()

        frames.write_frame(pipe, frames.AHEAD + frames.encoded(batch("one")))
        sink.leaves_time.asked.wait()
        assert working._orders.empty()

        sink.leaves_time.set()
        assert working._orders.get(timeout=60).batch == "prepared"
        pipe.close()
        taking.join()


def test_a_batch_is_prepared_all_the_same_while_the_server_does_not_answer(monkeypatch):
    monkeypatch.setattr(worker, "_YIELDS_SECONDS", 0.01)
    working, (reading, writing) = of_sink(Preparing()), os.pipe()
    with os.fdopen(reading, "rb", 0) as asked:
        with os.fdopen(writing, "wb", 0) as pipe:
            frames.write_frame(pipe, frames.AHEAD + frames.encoded(batch("one")))

        working._take(asked)

    assert working._orders.get().batch == "prepared"


def test_a_sink_may_write_what_was_sent_ahead_with_a_batch_and_each_is_answered():
    written, replies = worked(Joining(), batch("one"), batch("with it"), batch("two"))

    assert written == [["one", "with it"], ["two"]]
    assert [reply.is_taken for reply in replies] == [True, True, True]


def test_of_what_was_sent_ahead_that_alone_is_forgotten_which_was_behind_a_failure():
    written, replies = worked(
        Joining(), batch("one"), batch("away"), batch("with it"), batch("with it")
    )

    assert written == [["one"]]
    assert [reply.reason for reply in replies] == ["", "not now"]


@pytest.mark.parametrize("behind", ["damaged", "asked for anew"])
def test_only_what_is_whole_and_was_sent_ahead_is_written_with_a_batch(behind):
    other = undecoded(batch("with it"))
    orders = [
        (frames.WRITE, batch("one")),
        (frames.AHEAD, replace(other, content=other.content[:-1] + b"?"))
        if behind == "damaged"
        else (frames.WRITE, other),
        (frames.AHEAD, batch("with it")),
    ]

    written, replies = worked_through(Joining(), orders)

    assert written[0] == ["one"]
    assert [reply.undecodable for reply in replies][:2] == [False, behind == "damaged"]
    assert written[1:] == ([] if behind == "damaged" else [["with it", "with it"]])


def worked(sink, first, *ahead):
    """What a sink writes together, and how each of its batches is answered."""
    return worked_through(sink, [(frames.WRITE, first), *((frames.AHEAD, one) for one in ahead)])


def worked_through(sink, orders):
    working = of_sink(sink)
    for kind, sent in orders:
        decoded = worker._batch(bytearray(frames.encoded(sent)))
        working._orders.put(worker.Order(decoded, kind == frames.AHEAD))
    working._orders.put(None)
    working._take = working._watch = lambda *_: None
    answers = io.BytesIO()
    working.work(None, answers)
    answers.seek(0)
    replies = []
    while answers.tell() < len(answers.getvalue()):
        replies.append(msgspec.msgpack.decode(frames.read_frame(answers), type=frames.Reply))
    return sink.written, replies


class Joining:
    """A sink that writes a batch together with those behind it that say so."""

    exit_timeout = 5.0

    def __init__(self):
        self.leaves_time = threading.Event()
        self.written = []

    def prepared(self, batch):
        return batch

    def write(self, batch):
        raise AssertionError

    def write_on(self, batch, following):
        together = [word_of(batch)]
        if together == ["away"]:
            raise SinkUnavailable("not now")
        while (further := following(len(together))) and word_of(further) == "with it":
            together.append("with it")
        self.written.append(together)
        return len(together) - 1

    def close(self):
        pass


def word_of(batch):
    return batch.events[-1].tags["what"]


class Preparing:
    """A sink that writes for ever."""

    exit_timeout = 5.0

    def __init__(self):
        self.leaves_time = Asked()

    def prepared(self, _batch):
        return "prepared"

    def write_on(self, batch, following):
        raise AssertionError


class Asked(threading.Event):
    """Tells when somebody begins to wait."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Event()

    def wait(self, timeout=None):
        self.asked.set()
        return super().wait(timeout)


def of_sink(sink):
    """The inside of a process in which a sink is open, and which does not end."""
    working = worker._Worker(Opening("", ()), os.getppid())
    working._sink = sink
    working._end = lambda: None
    return working


def following(batches):
    """What tells a sink which batches come next."""
    return lambda place: batches[place - 1] if place <= len(batches) else None


def undecoded(batch):
    content = b"".join(frame(encode(event)) for event in batch.events)
    return UndecodedBatch(batch.journal, content, 0, batch.end, batch.count)


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def sizes_of_frames(monkeypatch):
    """The size of each frame that is sent from here on."""
    sizes = []

    def write_frame(pipe, content):
        sizes.append(len(content))
        frames.write_frame(pipe, content)

    monkeypatch.setattr(relayed, "write_frame", write_frame)
    return sizes


def test_closing_ends_the_process(sink, told):
    sink.write(batch("one"))

    sink.close()

    assert is_gone(int(told["pid"]))


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
