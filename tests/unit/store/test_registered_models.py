"""Registered models are read back by name and version; those whose run is deleted are gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from autolog.errors import ModelNotFound
from autolog.events import ModelStored
from autolog.sinks.sqlite.migration import migrate
from autolog.sinks.sqlite.schema import MIGRATIONS
from autolog.store.removal import delete_runs

FIRST, SECOND, THIRD = "a" * 32, "b" * 32, "c" * 32


def stored(run_id, registered_name="churn", *, model_id=None, name="model"):
    model_id = model_id or f"m-{run_id}"
    return ModelStored(run_id, 0, 1, name, model_id, "toy", 1, None, {}, registered_name)


def versions(store):
    """What each model of the store is registered as, by its run."""
    return {
        run.run_id: (model.registered_name, model.registered_version)
        for run in store.runs()
        for model in run.models
    }


def test_a_model_knows_what_it_is_registered_as(record, store):
    record(stored(FIRST), stored(SECOND), stored(THIRD, None))

    assert versions(store) == {FIRST: ("churn", 1), SECOND: ("churn", 2), THIRD: (None, None)}


@pytest.mark.parametrize(("version", "run_id"), [(1, FIRST), (2, SECOND), (None, SECOND)])
def test_a_version_is_found_and_the_newest_if_none_is_said(record, store, version, run_id):
    record(stored(FIRST), stored(FIRST, None, model_id="m-1", name="other"), stored(SECOND))

    run, model = store.registered_model("churn", version)

    assert (run.run_id, model.name, model.model_id) == (run_id, "model", f"m-{run_id}")


def test_a_model_is_found_by_its_id(record, store):
    record(stored(FIRST, None), stored(FIRST, None, model_id="m-1", name="other"))

    run, model = store.model("m-1")

    assert (run.run_id, model.name) == (FIRST, "other")


def test_an_unknown_model_is_told(record, store):
    record(stored(FIRST))

    with pytest.raises(ModelNotFound, match=r"There is no model m-1 in .*runs\.db"):
        store.model("m-1")


def test_an_unknown_version_is_told_with_those_that_there_are(record, store):
    record(stored(FIRST), stored(SECOND), stored(THIRD, "fraud"))

    with pytest.raises(ModelNotFound, match=r"'churn' has no version 3; it has 2, 1\."):
        store.registered_model("churn", 3)


def test_of_many_versions_the_newest_are_named(record, store):
    record(*(stored(f"{number:032}") for number in range(12)))

    with pytest.raises(ModelNotFound, match=r"it has 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, \.\.\.\."):
        store.registered_model("churn", 13)


def test_an_unknown_name_is_told_with_those_that_there_are(record, store):
    record(stored(FIRST), stored(SECOND, "fraud"))

    with pytest.raises(ModelNotFound, match=r"'chrun' in .*runs\.db; there are 'churn', 'fraud'"):
        store.registered_model("chrun")


def test_where_nothing_was_registered_it_is_told(record, store):
    record(stored(FIRST, None))

    with pytest.raises(ModelNotFound, match=r"no registered model 'churn'.*none has been"):
        store.registered_model("churn")


class TestDeletion:
    def test_the_versions_of_a_deleted_run_are_gone(self, record, store):
        record(stored(FIRST), stored(SECOND))

        delete_runs(store, [SECOND])

        with pytest.raises(ModelNotFound, match=r"no version 2; it has 1\."):
            store.registered_model("churn", 2)
        assert store.registered_model("churn")[0].run_id == FIRST

    def test_their_numbers_are_never_given_again(self, record, store):
        record(stored(FIRST), stored(SECOND))
        delete_runs(store, [FIRST, SECOND])

        record(stored(THIRD))

        assert versions(store) == {THIRD: ("churn", 3)}

    def test_a_name_all_of_whose_versions_are_gone_is_not_there(self, record, store):
        record(stored(FIRST), stored(SECOND, "fraud"))

        delete_runs(store, [FIRST])

        with pytest.raises(ModelNotFound, match="there are 'fraud'"):
            store.registered_model("churn")


def test_a_model_that_was_replaced_is_no_version_any_longer(record, store):
    record(stored(FIRST, model_id="m-1"), stored(FIRST, model_id="m-2"))

    assert versions(store) == {FIRST: ("churn", 2)}
    with pytest.raises(ModelNotFound, match=r"no version 1; it has 2\."):
        store.registered_model("churn", 1)


def test_a_store_from_before_has_its_models_and_gets_versions(record, store):
    before = MIGRATIONS[:2]
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        migrate(connection, store.path, before)
        connection.execute(
            "INSERT INTO run (id, run_id, name, status, start_ns) VALUES (1, ?, 'fit', ?, 1)",
            (FIRST, "FINISHED"),
        )
        connection.execute("INSERT INTO model VALUES (1, 'model', 'm-1', 'toy', 1, NULL, '{}')")

    assert versions(store) == {FIRST: (None, None)}
    assert store.model("m-1")[0].run_id == FIRST

    record(stored(SECOND))

    assert versions(store) == {FIRST: (None, None), SECOND: ("churn", 1)}
