from pathlib import Path

import pytest

from autolog.errors import ConfigurationError
from autolog.sinks.sqlite import check, database_path

DIRECTORY = Path("/project/.autolog")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("sqlite:", "/project/.autolog/runs.db"),
        ("sqlite", "/project/.autolog/runs.db"),
        ("sqlite:///other.db", "/project/other.db"),
        ("sqlite:///a/b c.db", "/project/a/b c.db"),
        ("sqlite:////data/runs.db", "/data/runs.db"),
    ],
)
def test_a_uri_means_one_file(uri, expected):
    assert database_path(uri, DIRECTORY) == Path(expected)


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:runs.db",
        "sqlite:/runs.db",
        "sqlite://runs.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite:///:memory:",
        "sqlite:///runs.db?mode=ro",
        "sqlite:///a\0b",
        "postgresql:///runs",
    ],
)
def test_a_malformed_uri_is_refused_with_the_right_forms(uri):
    with pytest.raises(ConfigurationError, match=r"sqlite:////data/runs\.db"):
        check(uri)


def test_checking_touches_no_disk(tmp_path):
    check(f"sqlite:///{tmp_path}/missing/runs.db")

    assert list(tmp_path.iterdir()) == []
