"""Sinks are found by the scheme of their URI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.plugins import SINKS, Plugin
from autolog.sinks import registry
from autolog.sinks.base import Sink

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("sqlite", "sqlite"),
        ("sqlite:", "sqlite"),
        ("sqlite:////var/runs.db", "sqlite"),
        ("SQLite:///runs.db", "sqlite"),
        ("mlflow+http://host:5000", "mlflow"),
        ("mlflow+sqlite:///mlflow.db", "mlflow"),
        ("jsonl:folder\nwith a line break", "jsonl"),
    ],
)
def test_the_scheme_is_what_stands_before_the_protocol_and_the_place(
    uri: str, expected: str
) -> None:
    assert registry.scheme(uri) == expected


@pytest.mark.parametrize("uri", ["", ":memory", "//host", "1sink:", "my sink"])
def test_text_without_a_scheme_is_refused_with_the_schemes_that_exist(uri: str) -> None:
    with pytest.raises(ConfigurationError, match=r"known schemes: .*sqlite"):
        registry.check_uri(uri)


def test_an_unknown_scheme_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(ConfigurationError, match=r"'sqlit' \(known: .*\); did you mean 'sqlite'\?"):
        registry.check_uri("sqlit:///runs.db")


def test_the_place_in_a_refused_uri_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        registry.check_uri("unheard-of://user:geheim@host")

    assert "geheim" not in str(refusal.value)


def test_a_sinks_own_check_sees_what_the_scheme_cannot_tell() -> None:
    with pytest.raises(ConfigurationError):
        registry.check_uri("sqlite://host/runs.db")


def test_checking_a_uri_opens_nothing(tmp_path: Path) -> None:
    registry.check_uri(f"sqlite:///{tmp_path}/runs.db")

    assert list(tmp_path.iterdir()) == []


def test_a_uri_opens_the_sink_of_its_scheme(tmp_path: Path) -> None:
    sink = registry.open_sink("toy:events.jsonl", tmp_path)

    assert isinstance(sink, Sink)
    assert type(sink).__module__ == "autolog_toy.sink"


def test_a_sink_that_cannot_be_imported_is_named_with_the_reason(monkeypatch) -> None:
    broken = Plugin(SINKS, "broken", "no_such_module", "open_sink", "")
    monkeypatch.setattr(registry, "installed", lambda group: [broken])

    with pytest.raises(ConfigurationError, match=r"'broken' .* cannot be imported: .*no_such_mod"):
        registry.check_uri("broken:")


def test_the_schemes_of_third_party_distributions_are_known_too() -> None:
    assert {"memory", "sqlite", "toy"} <= set(registry.schemes())


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sqlite:", "sqlite:"),
        ("jsonl:runs", "jsonl:runs"),
        ("sqlite:////var/runs.db", "sqlite:////var/runs.db"),
        ("sqlite:////home/me@work/runs.db", "sqlite:////home/me@work/runs.db"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("s3://bucket?x=a@b", "s3://bucket"),
        ("postgresql://user:secret@host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://user:se@cret@host/db", "postgresql://host/db"),
        ("postgresql://user:se/c?r@et@host/db", "postgresql://host/db"),
        ("postgresql://user:se?cret@host/db?a=b", "postgresql://host/db"),
        ("postgresql://:secret@host/db", "postgresql://host/db"),
        ("mlflow+http://token@host", "mlflow+http://host"),
        ("postgresql://host/db?password=secret", "postgresql://host/db"),
    ],
)
def test_a_uri_is_shown_without_its_secrets(uri, shown):
    assert registry.without_secrets(uri) == shown
