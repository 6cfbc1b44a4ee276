import os
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest

from autolog.errors import RunNotFound, StoreMissing
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunStarted,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.sqlite import open_sink
from autolog.store.removal import delete_runs, orphaned_folders, shrink

PARENT, CHILD, GRANDCHILD, OTHER = "a" * 32, "b" * 32, "c" * 32, "d" * 32
TABLES = (
    "run",
    "param",
    "tag",
    "artifact",
    "dropped",
    "environment",
    "series",
    "metric",
    "dataset",
    "model",
)


def everything(run_id, parent=None):
    return (
        RunStarted(run_id, 0, 1, "fit", "default", parent),
        ParamsLogged(run_id, 1, 1, {"C": "1"}),
        TagsSet(run_id, 2, 1, {"user": "ada"}),
        ArtifactStored(run_id, 3, 1, "model.bin", 4),
        EnvironmentCaptured(run_id, 4, 1, {}, {"numpy": run_id}),
        MetricsLogged(run_id, 5, 1, 0, {"loss": 1.0, "acc": 2.0}),
        Dropped(run_id, 6, 1, 1, "damage"),
        DatasetUsed(run_id, 7, 1, "X", "train", "0a1b2c3d", "code", "{}", "{}", "{}"),
        ModelStored(run_id, 8, 1, "model", "m-1", "sklearn", 4),
    )


def store_file(store, run_id, content=b"1234"):
    folder = store.artifacts / run_id
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(content)
    return folder


def counts(store):
    with closing(sqlite3.connect(store.path)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }


class TestDeletingRuns:
    def test_runs_go_with_all_runs_under_them(self, record, store):
        record(
            RunStarted(PARENT, 0, 1, "parent", "default"),
            RunStarted(CHILD, 0, 1, "child", "default", PARENT),
            RunStarted(GRANDCHILD, 0, 1, "grandchild", "default", CHILD),
            RunStarted(OTHER, 0, 1, "other", "default"),
        )

        delete_runs(store, [PARENT])

        assert [run.name for run in store.runs()] == ["other"]

    def test_not_a_row_of_them_is_left(self, record, store):
        record(*everything(OTHER))
        before = counts(store)
        record(*everything(PARENT), *everything(CHILD, parent=PARENT))

        delete_runs(store, [PARENT])

        assert counts(store) == before

    def test_the_points_of_interleaved_runs_stay(self, record, store):
        record(
            *(
                MetricsLogged(run_id, step, 1, step, {"loss": float(step)})
                for step in range(50)
                for run_id in (PARENT, OTHER)
            )
        )

        delete_runs(store, [PARENT])

        assert [point.value for point in store.metric_history(OTHER, "loss")] == list(range(50))

    def test_their_files_go_and_are_counted(self, record, store):
        record(*everything(PARENT), *everything(OTHER))
        gone = store_file(store, PARENT, b"12345")
        kept = store_file(store, OTHER)

        freed = delete_runs(store, [PARENT])

        assert freed == 5
        assert (gone.exists(), kept.exists()) == (False, True)

    def test_unknown_runs_are_passed_over_and_their_files_kept(self, record, store):
        record(*everything(OTHER))
        on_its_way = store_file(store, PARENT)

        assert delete_runs(store, [PARENT]) == 0
        assert on_its_way.exists()

    def test_an_id_never_leads_out_of_the_folder_of_artifacts(self, record, store, tmp_path):
        record(RunStarted("../outside", 0, 1, "odd", "default"))
        outside = tmp_path / "outside"
        outside.mkdir()

        delete_runs(store, ["../outside"])

        assert outside.is_dir()
        assert store.runs() == []

    def test_a_sink_that_is_open_meanwhile_goes_on(self, record, store, tmp_path):
        sink = open_sink("sqlite:", tmp_path)
        sink.write(Batch("live", everything(PARENT), tuple(range(7)), 7))

        delete_runs(store, [PARENT])
        late = MetricsLogged(PARENT, 7, 2, 1, {"loss": 3.0})
        sink.write(Batch("live", (late,), (7,), 8))
        sink.close()

        assert [point.value for point in store.metric_history(PARENT, "loss")] == [3.0]
        with pytest.raises(RunNotFound):
            store.run("fit")

    def test_a_missing_store_is_not_created(self, store):
        with pytest.raises(StoreMissing):
            delete_runs(store, [PARENT])

        assert not store.path.exists()


class TestOrphanedFolders:
    def test_old_folders_without_a_run_are_found(self, record, store):
        record(*everything(OTHER))
        store_file(store, OTHER)
        orphan = store_file(store, PARENT)
        hour_ago = time.time() - 3600
        for folder in store.artifacts.iterdir():
            os.utime(folder, (hour_ago, hour_ago))

        assert orphaned_folders(store, timedelta(minutes=30)) == [orphan]

    def test_fresh_ones_are_left_alone(self, record, store):
        record(*everything(OTHER))
        store_file(store, PARENT)

        assert orphaned_folders(store, timedelta(minutes=30)) == []

    def test_without_artifacts_there_are_none(self, record, store):
        record(*everything(OTHER))

        assert orphaned_folders(store, timedelta(0)) == []


class TestShrinking:
    def test_the_file_gives_back_what_was_deleted(self, record, store):
        record(
            *everything(OTHER),
            *(MetricsLogged(PARENT, n, n, n, {"loss": n + 0.5}) for n in range(5000)),
        )
        delete_runs(store, [PARENT])
        before = store.size_bytes()

        freed = shrink(store)

        assert freed > 100_000
        assert store.size_bytes() == before - freed

    def test_histories_are_the_same_afterwards(self, record, store):
        record(*(MetricsLogged(PARENT, n, n, n, {"loss": n + 0.5}) for n in range(100)))
        record(*everything(OTHER))
        delete_runs(store, [PARENT])
        before = store.metric_history(OTHER, "acc")

        shrink(store)

        assert store.metric_history(OTHER, "acc") == before != []
