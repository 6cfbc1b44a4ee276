"""The files of the sink `tensorboard:`, byte by byte; what they say is tested with TensorBoard."""

from __future__ import annotations

import errno
import os

import pytest

from autolog.errors import ConfigurationError, DiskFull, RecordRejected
from autolog.events import ArtifactStored, Dropped, MetricsLogged, ParamsLogged, RunStarted
from autolog.sinks.base import Batch
from autolog.sinks.registry import check_uri, held, open_sink
from autolog.sinks.tensorboard.framing import framed, read_frames
from autolog.sinks.tensorboard.wire import contents, double, single, varint, whole

RUN = "a" * 32
SECOND = 10**9
STORY = (
    RunStarted(RUN, 0, 1_700_000_000 * SECOND, "trial", "x"),
    ParamsLogged(RUN, 1, 1_700_000_000 * SECOND, {"rate": "0.1"}),
    *(
        MetricsLogged(
            RUN, step + 2, (1_700_000_001 + step) * SECOND, step, {"loss": 1 / (step + 1)}
        )
        for step in range(3)
    ),
)


def batch(*events, first=0, journal="host-1"):
    positions = tuple(range(first, first + len(events)))
    return Batch(journal, events, positions, first + len(events))


def open_in(directory):
    return open_sink("tensorboard:logs", directory / ".autolog")


@pytest.fixture
def sink(tmp_path):
    return open_in(tmp_path)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "logs" / "x" / f"trial-{RUN[:12]}" / "events.out.tfevents.1700000000.host-1"


def test_a_record_that_a_process_left_unfinished_is_written_again_wherever_it_was_cut(
    sink, file, tmp_path
):
    sink.write(batch(*STORY[:3]))
    begun = file.stat().st_size
    sink.write(batch(*STORY[3:], first=3))
    whole_file = file.read_bytes()

    for length in range(begun, len(whole_file)):
        file.write_bytes(whole_file[:length])
        open_in(tmp_path).write(batch(*STORY))
        assert file.read_bytes() == whole_file


def test_a_first_record_that_was_not_finished_is_written_again(sink, file, tmp_path):
    sink.write(batch(*STORY))
    whole_file = file.read_bytes()

    for length in range(60):
        file.write_bytes(whole_file[:length])
        open_in(tmp_path).write(batch(*STORY))
        assert file.read_bytes() == whole_file


def test_what_was_lost_at_a_power_cut_does_not_end_the_file(sink, file, tmp_path):
    sink.write(batch(*STORY))
    whole_file = file.read_bytes()
    file.write_bytes(whole_file[:-30] + bytes(30))  # as some file systems leave it

    open_in(tmp_path).write(batch(*STORY))

    assert file.read_bytes() == whole_file


def test_a_full_disk_is_said_so_and_costs_nothing(sink, file, monkeypatch):
    sink.write(batch(*STORY[:2]))
    write = os.pwrite

    def half(descriptor, content, place):
        write(descriptor, bytes(content[: len(content) // 2]), place)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", half)
        with pytest.raises(DiskFull):
            sink.write(batch(*STORY))
    sink.write(batch(*STORY))

    with file.open("rb") as written:
        frames = list(read_frames(written))
    assert len(frames) == 1 + len(STORY)
    assert frames[-1].end == file.stat().st_size


def test_more_runs_than_are_kept_in_mind_are_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr("autolog.sinks.tensorboard.sink._MOST_LOGS", 2)
    sink = open_in(tmp_path)
    runs = [f"{number:032x}" for number in range(10, 16)]
    begun = [RunStarted(run, 0, 1_700_000_000 * SECOND, "trial", "x") for run in runs]
    points = [MetricsLogged(run, 1, 1_700_000_000 * SECOND, 0, {"loss": 1.0}) for run in runs]

    sink.write(batch(*begun, *points))
    sink.write(batch(*points, first=12))

    for file in (tmp_path / "logs").rglob("*tfevents*"):
        with file.open("rb") as written:
            assert len(list(read_frames(written))) == 4


def test_a_step_that_does_not_fit_is_refused_before_anything_is_written(sink, tmp_path):
    large = MetricsLogged(RUN, 1, SECOND, 2**63, {"loss": 1.0})

    with pytest.raises(RecordRejected) as refused:
        sink.write(batch(*STORY, large))

    assert refused.value.event is large
    assert not (tmp_path / "logs").exists()


def test_a_plot_whose_data_are_gone_or_damaged_is_left_out(sink, file, tmp_path):
    folder = tmp_path / ".autolog" / "artifacts" / RUN
    folder.mkdir(parents=True)
    (folder / "damaged.json").write_text("{")
    (folder / "no.png").write_text("no picture")

    sink.write(
        batch(
            *STORY,
            ArtifactStored(RUN, 7, SECOND, "gone.png", 0, "gone.json"),
            ArtifactStored(RUN, 8, SECOND, "damaged.png", 0, "damaged.json"),
            ArtifactStored(RUN, 9, SECOND, "no.png", 10),
            ArtifactStored(RUN, 10, SECOND, "elsewhere.png", 10, None, "s3://bucket/0123"),
        )
    )

    with file.open("rb") as written:
        assert len(list(read_frames(written))) == 1 + len(STORY) + 4


def test_losses_of_a_whole_process_belong_to_no_run(sink, tmp_path):
    sink.write(batch(Dropped("", 0, 1, 5, "no room")))

    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize(
    ("name", "directory"),
    [
        ("../../up", "_.._up"),
        ("", "_"),
        ("a/b\0c", "a_b_c"),
        ("x" * 300, "x" * 80),
        ("é 1.0", "é 1.0"),
    ],
)
def test_names_of_runs_become_names_of_directories(sink, tmp_path, name, directory):
    sink.write(batch(RunStarted(RUN, 0, SECOND, name, "..")))

    (file,) = (tmp_path / "logs").rglob("*tfevents*")
    assert file.parent.relative_to(tmp_path / "logs").parts == ("_", f"{directory}-{RUN[:12]}")


def test_what_is_held_is_known_by_the_names_of_files(sink, tmp_path):
    sink.write(batch(*STORY))

    assert held("tensorboard:logs", tmp_path / ".autolog", {RUN: "host-1"}) == {RUN: True}
    assert held("tensorboard:logs", tmp_path / ".autolog", {RUN: "copy"}) == {RUN: False}
    assert held("tensorboard:logs", tmp_path / ".autolog", {"b" * 32: "host-1"}) == {}
    assert held("tensorboard:none", tmp_path / ".autolog", {RUN: "host-1"}) == {}


@pytest.mark.parametrize("uri", ["tensorboard", "tensorboard:", "tensorboard://host/logs"])
def test_a_uri_without_a_folder_is_refused(uri):
    with pytest.raises(ConfigurationError, match="names no folder"):
        check_uri(uri)


def test_the_checksum_is_that_of_tfrecords():
    length = (9).to_bytes(8, "little")

    # CRC-32C of "123456789" is E3069283; masked: rotated by 15 bits, and a constant added
    masked = ((0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8) & 0xFFFFFFFF

    assert framed(b"123456789").startswith(length)
    assert framed(b"123456789").endswith(b"123456789" + masked.to_bytes(4, "little"))


def test_numbers_are_encoded_as_protocol_buffers_do():
    assert varint(150) == b"\x96\x01"
    assert varint(-1) == b"\xff" * 9 + b"\x01"
    assert whole(1, 150) == b"\x08\x96\x01"
    assert double(1, 1.0) == b"\x09" + bytes(6) + b"\xf0\x3f"
    assert single(2, 1.0) == b"\x15\x00\x00\x80\x3f"
    assert list(contents(whole(1, 3) + b"\x12\x02hi" + double(3, 1.0) + single(4, 1.0), 2)) == [
        b"hi"
    ]
