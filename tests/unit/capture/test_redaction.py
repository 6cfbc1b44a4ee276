"""Secrets kept out of what is recorded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from autolog.capture import redaction
from autolog.capture.redaction import MASK, Redactor

SECRET_NAMES = [
    *("password", "DB_PASSWORD", "userPasswd", "pwd", "client-secret", "token", "HF_TOKEN"),
    *("api_key", "apikey", "apiKey", "APIKey", "X-API-Key", "aws_secret_access_key", "accessKey"),
    *("private_key", "credentials", "Authorization", "cookie", "connection_string", "step__token"),
]
HARMLESS_NAMES = [
    *("max_tokens", "tokenizer", "n_tokens", "token_pattern", "vect__token_pattern", "keypoints"),
    *("monkey", "key", "pad_token", "eos_token", "C", "n_estimators", "passthrough", "secretary"),
    *("tokenization", "key_size", "random_state", "password_step__C", "bypass", ""),
]
KEYS = [
    "AKIA" + "ABCDEFGH12345678",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "sk-" + "proj-a1B2" * 5,
    "hf_" + "a1B2" * 9,
    "xoxb-" + "123456789012-abc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE cut off",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_value_with_a_secret_name_is_masked(name):
    assert Redactor().mapping({name: "hunter2"}) == {name: MASK}


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_value_with_a_harmless_name_is_kept(name):
    assert Redactor().mapping({name: "hunter2"}) == {name: "hunter2"}


@pytest.mark.parametrize("key", KEYS)
def test_a_known_key_is_masked_wherever_it_stands(key):
    redacted = Redactor().mapping({"note": f"use {key}"})

    assert redacted == {"note": f"use {MASK}"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [("xoxb-0123456789", "[redacted]"), ("Bearer 01234567", "Bearer [redacted]")],
)
def test_the_shortest_keys_are_masked_alone(text, masked):
    assert Redactor().text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "sk-learn-pipeline-for-classification",
        "task-abcdefghijklmnopqrstuvwxyz1A",
        "AKIA",
        "eyJ.eyJ",
    ],
)
def test_what_only_resembles_a_key_is_kept(text):
    assert Redactor().text(text) == text


def test_the_same_dictionary_comes_back_where_nothing_is_secret():
    params = {"C": "1.0", "url": "https://example.org/a?b=c", "note": "a: b"}

    assert Redactor().mapping(params) is params


def test_what_was_harmless_under_one_name_is_masked_under_another():
    redactor = Redactor()

    seen = redactor.mapping({"name": "hunter2"})

    assert seen == {"name": "hunter2"}
    assert redactor.mapping({"name": "hunter2", "password": "hunter2"})["password"] == MASK


def test_a_known_key_is_masked_every_time_that_it_comes():
    redactor = Redactor()

    masked = [redactor.mapping({"note": f"hf_{'a' * 40}"}) for _ in range(2)]

    assert masked == [{"note": MASK}] * 2


def test_no_more_than_some_texts_are_remembered(monkeypatch):
    monkeypatch.setattr(redaction, "_REMEMBERED", 3)
    redactor = Redactor()
    texts = {f"text_{number}": f"some text {number}" for number in range(10)}

    assert redactor.mapping(texts) is texts
    assert redactor.mapping(texts) is texts


def test_the_callers_dictionary_is_not_changed():
    params = {"password": "hunter2", "C": "1.0"}

    Redactor().mapping(params)

    assert params == {"password": "hunter2", "C": "1.0"}


@pytest.mark.parametrize("value", ["None", "True", ""])
def test_a_secret_that_is_not_set_is_shown_as_not_set(value):
    assert Redactor().mapping({"token": value}) == {"token": value}


@pytest.mark.parametrize("name", ["licence_key", "LicenceKey", "my-licence-key"])
def test_further_names_can_be_given(name):
    assert Redactor(extra_names=["licence key"]).mapping({name: "x1"}) == {name: MASK}


@pytest.mark.parametrize(
    ("uri", "redacted"),
    [
        ("postgresql://me:pw@host:5432/db", f"postgresql://me:{MASK}@host:5432/db"),
        ("https://me:p@ss@host/repo.git", f"https://me:{MASK}@host/repo.git"),
        ("https://host/a?api_key=abc&b=1", f"https://host/a?api_key={MASK}&b=1"),
        ("mysql://me:p/w?d@host/db", f"mysql://me:{MASK}@host/db"),
        ("mlflow+https://dapi0123456789abcdef@host", f"mlflow+https://{MASK}@host"),
        ("https://someone@host/repo.git", "https://someone@host/repo.git"),
        ("git@github.com:me/repo.git", "git@github.com:me/repo.git"),
        ("sqlite:///runs.db", "sqlite:///runs.db"),
        ("https://host:8080/path@2", "https://host:8080/path@2"),
    ],
)
def test_a_uri_loses_its_password_and_nothing_else(uri, redacted):
    assert Redactor().uri(uri) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Server=x;Password=abc;Database=y", f"Server=x;Password={MASK};Database=y"),
        ("{'password': 'abc', 'a': 1}", f"{{'password': '{MASK}', 'a': 1}}"),
        ("Authorization: Bearer abc.def", f"Authorization: {MASK}"),
        ("curl -H 'Bearer abcdefgh12'", f"curl -H 'Bearer {MASK}'"),
    ],
)
def test_an_assignment_within_a_text_is_masked(text, redacted):
    assert Redactor().text(text) == redacted


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["t.py", "--password", "x y"], f"t.py --password {MASK}"),
        (["t.py", "--password=x"], f"t.py --password={MASK}"),
        (["env", "HF_TOKEN=x", "t.py"], f"env HF_TOKEN={MASK} t.py"),
        (["t.py", "--token", "--verbose"], "t.py --token --verbose"),
        (["t.py", "--max-tokens", "5", "a b"], "t.py --max-tokens 5 'a b'"),
        (["t.py", "--db", "mysql://u:p@h/d"], f"t.py --db mysql://u:{MASK}@h/d"),
    ],
)
def test_a_command_line_is_quoted_and_its_secrets_are_masked(arguments, line):
    assert Redactor().command_line(arguments) == line


@given(st.dictionaries(st.text(), st.text()))
def test_masking_twice_changes_nothing_more(values):
    once = Redactor().mapping(values)

    assert Redactor().mapping(once) == once


@pytest.mark.parametrize(
    "piece", ["a:", "sk-", "eyJaaaaaaaaa.", "a://", "=", "-----BEGIN PRIVATE KEY-----"]
)
def test_the_work_grows_with_the_length_of_a_text_and_not_with_its_square(piece):
    def seconds(length):
        started = time.perf_counter()
        for _ in range(5):
            Redactor().text(piece * (length // len(piece)))
        return time.perf_counter() - started

    seconds(100)

    assert seconds(60_000) < 200 * max(seconds(3_000), 1e-4)
