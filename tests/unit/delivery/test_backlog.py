from __future__ import annotations

import pytest

from autolog.delivery.backlog import without_secrets


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sqlite:", "sqlite:"),
        ("jsonl:runs", "jsonl:runs"),
        ("sqlite:////var/runs.db", "sqlite:////var/runs.db"),
        ("postgresql://user:secret@host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://user:se@cret@host/db", "postgresql://host/db"),
        ("mlflow+http://token@host", "mlflow+http://host"),
        ("postgresql://host/db?password=secret", "postgresql://host/db"),
    ],
)
def test_a_uri_is_shown_without_its_secrets(uri, shown):
    assert without_secrets(uri) == shown
