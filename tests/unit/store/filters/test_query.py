import math
import re

import pytest
from hypothesis import given, settings, strategies as st

from autolog.events import MetricsLogged, ParamsLogged, RunEnded, RunStarted, Status, TagsSet
from autolog.sinks.base import Batch
from autolog.sinks.sqlite import open_sink
from autolog.store import Store
from autolog.store.filters.grammar import parse_filter
from autolog.store.filters.query import select_runs

NUMBERS = (-1.0, 0.0, 0.5, math.inf, math.nan)
TEXTS = ("a", "A", "b%", "it's", "Ä", "'; DROP TABLE run; --", "")
KEYS = ("x", "my key", 'quoted "key"', "a`b")


@st.composite
def runs(draw):
    """A run as a dictionary: status, params, tags and metrics."""
    texts = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(TEXTS))
    return {
        "status": draw(st.sampled_from(["RUNNING", "FINISHED", "FAILED"])),
        "name": draw(st.sampled_from(TEXTS)),
        "param": draw(texts),
        "tag": draw(texts),
        "metric": draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(NUMBERS))),
    }


@st.composite
def comparisons(draw):
    """The text of a comparison."""
    entity = draw(st.sampled_from(["status", "name", "params", "tags", "metrics"]))
    field = entity
    if entity.endswith("s") and entity != "status":
        key = draw(st.sampled_from(KEYS))
        field = f"{entity}.`{key.replace('`', '``')}`"
    if entity in {"params", "tags", "metrics"} and draw(st.booleans()):
        return f"{field} IS {draw(st.sampled_from(['NULL', 'NOT NULL']))}"
    if entity == "metrics":
        operator = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
        return f"{field} {operator} {draw(st.sampled_from([-1, 0, '0.5', '1e999']))}"
    values = [f"'{text.replace(chr(39), chr(39) * 2)}'" for text in (*TEXTS, "FINISHED", "_", "%")]
    operator = draw(st.sampled_from(["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"]))
    if operator.endswith("IN"):
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
        return f"{field} {operator} ({', '.join(chosen)})"
    return f"{field} {operator} {draw(st.sampled_from(values))}"


def holds(run, comparison):
    """What a comparison means, said in Python."""
    entity, key = comparison.field.entity, comparison.field.key
    values = run if entity == "attribute" else run[entity]
    present, found = key in values, values.get(key)
    wanted, operator = comparison.value, comparison.operator
    if operator.startswith("IS"):
        return present == (operator == "IS NOT NULL")
    if not present or (isinstance(found, float) and math.isnan(found)):
        return False
    if operator.endswith("LIKE"):
        pattern = re.escape(wanted).replace("%", ".*").replace("_", ".")
        flags = re.IGNORECASE if operator == "ILIKE" else re.NOFLAG
        return re.fullmatch(pattern, found, flags | re.DOTALL) is not None
    return {
        "=": lambda: found == wanted,
        "!=": lambda: found != wanted,
        "<": lambda: found < wanted,
        "<=": lambda: found <= wanted,
        ">": lambda: found > wanted,
        ">=": lambda: found >= wanted,
        "IN": lambda: found in wanted,
        "NOT IN": lambda: found not in wanted,
    }[operator]()


def events_of(number, run):
    run_id = f"{number:032x}"
    yield RunStarted(run_id, 0, number, run["name"], "default")
    yield ParamsLogged(run_id, 1, 0, run["param"])
    yield TagsSet(run_id, 2, 0, run["tag"])
    yield MetricsLogged(run_id, 3, 0, 0, run["metric"])
    if run["status"] != "RUNNING":
        yield RunEnded(run_id, 4, 0, Status(run["status"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(runs(), max_size=6), st.lists(comparisons(), min_size=1, max_size=3))
def test_a_filter_finds_what_it_means(tmp_path_factory, recorded, conditions):
    folder = tmp_path_factory.mktemp("store")
    events = [event for number, run in enumerate(recorded) for event in events_of(number, run)]
    sink = open_sink("sqlite:", folder)
    sink.write(Batch("journal", tuple(events), tuple(range(len(events))), len(events)))
    sink.close()
    text = " AND ".join(conditions)

    found = {int(run.run_id, 16) for run in Store(folder / "runs.db").runs(text)}

    assert found == {
        number
        for number, run in enumerate(recorded)
        if all(holds(run, comparison) for comparison in parse_filter(text))
    }


@pytest.fixture
def three(record):
    record(
        RunStarted("a" * 32, 0, 1_000 * 10**6, "one", "iris"),
        RunEnded("a" * 32, 1, 2_000 * 10**6, Status.FINISHED),
        RunStarted("b" * 32, 0, 3_000 * 10**6, "two", "iris", "a" * 32),
        RunStarted("c" * 32, 0, 5_000 * 10**6 + 1, "three", "digits"),
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("start_time = 5000", {"three"}),
        ("start_time >= 3000", {"two", "three"}),
        ("start_time < '1970-01-01T00:00:05+00:00'", {"one", "two"}),
        ("end_time <= 2000", {"one"}),
        ("end_time IS NULL", {"two", "three"}),
        ("parent_run_id IS NULL", {"one", "three"}),
        ("parent_run_id LIKE 'aaa%'", {"two"}),
        ("experiment IN ('digits')", {"three"}),
        ("run_id LIKE 'b%'", {"two"}),
        ("name != 'one' and attributes.run_name != 'two'", {"three"}),
        ("status = 'FINISHED'", {"one"}),
    ],
)
def test_attributes_can_be_filtered_by(three, store, text, names):
    assert {run.name for run in store.runs(text)} == names


@pytest.mark.parametrize("order", [(), ("start_time DESC",)])
def test_the_newest_runs_are_found_in_the_order_of_an_index(three, store, order):
    query = select_runs("", order, store.source.dialect, limit=1, top_level=True)

    with store.source.reading() as connection:
        plan = str(list(connection.execute(f"EXPLAIN QUERY PLAN {query.sql}", query.parameters)))

    assert "run_by_start" in plan
    assert "B-TREE" not in plan


def test_equal_ones_come_newest_first_whether_that_is_asked_for_or_not(three, store):
    orders = (["experiment DESC"], ["experiment DESC", "start_time DESC"])

    found = [[run.name for run in store.runs(order_by=order)] for order in orders]

    assert found == [["two", "one", "three"]] * 2


def test_a_key_with_sql_in_it_is_only_a_key(three, store):
    assert store.runs("params.`x') OR 1=1; DROP TABLE run; --` = 'y'") == []
    assert len(store.runs()) == 3
