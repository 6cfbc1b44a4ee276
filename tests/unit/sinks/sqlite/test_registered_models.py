"""A model that is registered becomes the next version of its name, once, whatever comes again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing

from hypothesis import given, settings, strategies as st

from autolog.events import ModelStored
from autolog.sinks.base import Batch
from autolog.sinks.sqlite import open_sink

RUN = "a" * 32
OTHER = "b" * 32
VERSIONS = "SELECT name, version, model_id FROM model_version ORDER BY name, version"

# Each process registers models under one name, as fast as it can.
REGISTERING = """
    import sys
    from pathlib import Path
    from autolog.errors import SinkUnavailable
    from autolog.events import ModelStored
    from autolog.sinks.base import Batch
    from autolog.sinks.sqlite import open_sink

    directory, process = Path(sys.argv[1]), sys.argv[2]
    sink = open_sink("sqlite:", directory)
    for number in range(40):
        model_id = f"{process}-{number:02}"
        told = process * 32, number, 1, model_id, model_id, "toy", 1
        stored = ModelStored(*told, registered_name="churn")
        while True:
            try:
                sink.write(Batch(process, (stored,), (number,), number + 1))
                break
            except SinkUnavailable as error:
                print(error, flush=True)
    sink.close()
"""


def stored(model_id, registered_name="churn", *, run_id=RUN, name="model", files=()):
    digests = dict.fromkeys(files, "ab")
    return ModelStored(run_id, 0, 1, name, model_id, "toy", 1, None, digests, registered_name)


def test_each_model_is_the_next_version_of_its_name(sink, batch, rows):
    sink.write(batch(stored("m-1"), stored("m-2", "fraud", run_id=OTHER)))
    sink.write(batch(stored("m-3", run_id=OTHER), first=2))

    assert rows(VERSIONS) == [("churn", 1, "m-1"), ("churn", 2, "m-3"), ("fraud", 1, "m-2")]


def test_a_model_that_is_not_registered_has_no_version(sink, batch, rows):
    sink.write(batch(stored("m-1", None)))

    assert rows(VERSIONS) == []


def test_a_model_that_is_told_of_twice_is_one_version(sink, batch, rows):
    sink.write(batch(stored("m-1"), stored("m-1", files=["MLmodel"])))
    sink.write(batch(stored("m-1", files=["MLmodel"]), first=2))

    assert rows(VERSIONS) == [("churn", 1, "m-1")]


def test_a_batch_that_is_offered_again_gives_no_version(sink, batch, rows):
    for _ in range(2):
        sink.write(batch(stored("m-1"), stored("m-2")))

    assert rows(VERSIONS) == [("churn", 1, "m-1"), ("churn", 2, "m-2")]


def test_processes_that_register_at_once_get_consecutive_versions(tmp_path, rows):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(REGISTERING), str(tmp_path), name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in "ab"
    ]

    outputs = [process.communicate(timeout=60)[0] for process in processes]

    assert outputs == ["", ""]
    assert [version for _, version, _ in rows(VERSIONS)] == list(range(1, 81))
    for process in "ab":
        own = [model_id for _, _, model_id in rows(VERSIONS) if model_id.startswith(process)]
        assert own == [f"{process}-{number:02}" for number in range(40)]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_versions_count_the_models_of_a_name_in_the_order_of_their_coming(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    names = data.draw(st.lists(st.sampled_from(["churn", "fraud", None]), min_size=1, max_size=12))
    models = [(f"m-{number}", name) for number, name in enumerate(names)]
    told = data.draw(st.permutations([*models, *models]))

    with closing(open_sink("sqlite:", folder)) as sink:  # drawing may end an example early
        end = 0
        while end < len(told):
            begin = data.draw(st.integers(0, end))
            end = data.draw(st.integers(end + 1, len(told)))
            part = told[begin:end]
            events = tuple(stored(model_id, name, name=model_id) for model_id, name in part)
            sink.write(Batch("journal", events, tuple(range(begin, end)), end))

    expected: dict[str, list[str]] = {}
    for model_id, name in dict.fromkeys(told):
        if name is not None:
            expected.setdefault(name, []).append(model_id)
    with closing(sqlite3.connect(folder / "runs.db")) as connection:
        given_versions = connection.execute(VERSIONS).fetchall()
    assert given_versions == [
        (name, version, model_id)
        for name in sorted(expected)
        for version, model_id in enumerate(expected[name], 1)
    ]
