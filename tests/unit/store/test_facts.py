import pytest

from autolog.errors import StoreMissing
from autolog.events import Dropped, MetricsLogged, RunEnded, RunStarted, Status, TagsSet
from autolog.sinks.sqlite.schema import VERSION
from autolog.store.facts import RunFailure, facts


def test_a_store_is_counted_through(record, store):
    record(
        RunStarted("a" * 32, 0, 1, "one", "iris"),
        MetricsLogged("a" * 32, 1, 1, 0, {"loss": 1.0, "acc": 0.5}),
        RunEnded("a" * 32, 2, 2, Status.KILLED),
        RunStarted("b" * 32, 0, 3, "two", "iris"),
        TagsSet("b" * 32, 1, 3, {"autolog.error": "logging a plot: ValueError: bad"}),
        Dropped("b" * 32, 2, 3, 4, "disk full"),
        Dropped("", 0, 3, 1, "disk full"),
    )

    found = facts(store)

    assert found.schema_version == VERSION
    assert found.size_bytes == store.path.stat().st_size
    assert found.runs == {"KILLED": 1, "RUNNING": 1}
    assert found.metric_points == 2
    assert found.failures == (RunFailure("b" * 32, "two", "logging a plot: ValueError: bad"),)
    assert found.dropped == {"disk full": 5}


def test_a_missing_store_has_none(store):
    with pytest.raises(StoreMissing):
        facts(store)
