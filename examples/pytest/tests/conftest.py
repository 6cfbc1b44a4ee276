"""What all tests share."""

from __future__ import annotations

import pytest
from diagnosis.data import split
from diagnosis.training import train


@pytest.fixture(scope="session")
def data():
    return split()


@pytest.fixture(scope="session")
def model(data):
    """Trained once: its run stands beside those of the tests, which link to it."""
    return train(data)
