import pytest

from autolog.errors import FilterError
from autolog.store.filters.fields import Entity, Field
from autolog.store.filters.grammar import Comparison, Order, parse_filter, parse_order

ACCURACY = Field(Entity.METRIC, "accuracy")
C = Field(Entity.PARAM, "C")
STATUS = Field(Entity.ATTRIBUTE, "status")
START = Field(Entity.ATTRIBUTE, "start_time")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.accuracy > 0.9", Comparison(ACCURACY, ">", 0.9)),
        ("metric.accuracy>=-1e-3", Comparison(ACCURACY, ">=", -0.001)),
        ("metrics.`accuracy` <> 1", Comparison(ACCURACY, "!=", 1.0)),
        ('METRICS."accuracy" <= .5', Comparison(ACCURACY, "<=", 0.5)),
        ("params.C = '1.0'", Comparison(C, "=", "1.0")),
        ('parameter.C="1.0"', Comparison(C, "=", "1.0")),
        ("param.C like '%a_'", Comparison(C, "LIKE", "%a_")),
        ("parameters.C ILIKE 'x'", Comparison(C, "ILIKE", "x")),
        ("params.C IN ('1', \"2\")", Comparison(C, "IN", ("1", "2"))),
        ("params.C not  in ('1')", Comparison(C, "NOT IN", ("1",))),
        ("params.C is null", Comparison(C, "IS NULL", None)),
        ("params.C IS NOT NULL", Comparison(C, "IS NOT NULL", None)),
        ("params.C = 'it''s'", Comparison(C, "=", "it's")),
        ("status = 'FINISHED'", Comparison(STATUS, "=", "FINISHED")),
        ("attributes.status != 'x'", Comparison(STATUS, "!=", "x")),
        ("attr.Status = 'x'", Comparison(STATUS, "=", "x")),
        ("run.status = 'x'", Comparison(STATUS, "=", "x")),
        ("run_name = 'x'", Comparison(Field(Entity.ATTRIBUTE, "name"), "=", "x")),
        ("start_time > 1700000000000", Comparison(START, ">", 1.7e12)),
        ("start_time > '2023-11-14T22:13:20Z'", Comparison(START, ">", 1.7e12)),
        ("tags.mlflow.user = 'x'", Comparison(Field(Entity.TAG, "mlflow.user"), "=", "x")),
        ("metrics.val/loss<1", Comparison(Field(Entity.METRIC, "val/loss"), "<", 1.0)),
        ("tags.`a``b` = 'x'", Comparison(Field(Entity.TAG, "a`b"), "=", "x")),
        ("tag.\"my tag\" = 'x'", Comparison(Field(Entity.TAG, "my tag"), "=", "x")),
    ],
)
def test_a_comparison_is_read(text, expected):
    assert parse_filter(text) == (expected,)


def test_comparisons_are_joined_by_and_in_any_case():
    comparisons = parse_filter("status = 'a' and status = 'b' AND\nstatus = 'c'")

    assert [comparison.value for comparison in comparisons] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_blank_filter_has_no_conditions(text):
    assert parse_filter(text) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metrics.x ~ 3", "from position 10 on: '~ 3'"),
        ("metrics.x = 'high", "quote at position 12 .* never closed"),
        ("metrics.x = 'high'", "Expected a number for metrics.x at position 12 .* \"'high'\""),
        ("params.C = 1.0", r"Expected a text in quotes for params.C at position 11 .* '1.0'"),
        ("params.C > '1'", r"params.C cannot be compared with > \(position 9 .*=, !=, LIKE"),
        ("metrics.x LIKE '1'", "metrics.x cannot be compared with LIKE"),
        ("metric.x > 1 or metric.y > 2", "Expected `and`.* position 13"),
        ("metrics.x > 1 metrics.y > 2", "Expected `and` or the end at position 14"),
        ("metrics.x > 1 and", "Expected a name .* position 17 .* found the end"),
        ("metrics.x", "Expected an operator .* position 9 .* found the end"),
        ("metrics.x >", "Expected a number .* found the end"),
        ("params.x IN ()", r"Expected a text .* found '\)'"),
        ("params.x IN 'a'", r"Expected '\('"),
        ("params.x IN ('a' 'b')", r"Expected '\)' at position 17"),
        ("params.x NOT LIKE 'a'", "Expected IN .* 'LIKE'"),
        ("params.x IS 'a'", "Expected NULL"),
        ("mertics.x > 1", "nothing called 'mertics' .position 0.; did you mean 'metrics'"),
        ("foo.x > 1", "there are metrics, params, tags, attributes"),
        ("stauts = 'x'", "no attribute 'stauts' .position 0.; did you mean 'status'"),
        ("accuracy > 1", "no attribute 'accuracy'.*metrics.x, params.x, tags.x"),
        ("run.zzz = 'x'", "no attribute 'zzz'"),
        ("start_time > 'yesterday'", "milliseconds since the epoch, or a date"),
        ("status > 3", "attributes.status cannot be compared with >"),
        ("3 > metrics.x", "Expected a name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, message):
    with pytest.raises(FilterError, match=message):
        parse_filter(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.accuracy", Order(ACCURACY, descending=False)),
        ("metrics.accuracy asc", Order(ACCURACY, descending=False)),
        ("metrics.accuracy DESC", Order(ACCURACY, descending=True)),
        ("start_time desc", Order(START, descending=True)),
    ],
)
def test_an_order_is_read(text, expected):
    assert parse_order(text) == expected


@pytest.mark.parametrize("text", ["", "metrics.x DOWN", "metrics.x DESC, params.y", "DESC DESC"])
def test_a_wrong_order_is_refused(text):
    with pytest.raises(FilterError):
        parse_order(text)
