"""What keeps sinks of files from writing for a while."""

from __future__ import annotations

from contextlib import contextmanager

import pytest


@contextmanager
def blocked(folder):
    """There is a file in the place of a folder, which then comes back in one go.

    A sink that found neither of them would begin a new folder.
    """
    aside, back = (folder.with_name(f"{folder.name}.{word}") for word in ("aside", "back"))
    if folder.exists():
        folder.rename(aside)
    folder.touch()
    yield
    if aside.exists():
        back.symlink_to(aside, target_is_directory=True)
        back.replace(folder)
    else:
        folder.unlink()


@pytest.fixture(name="blocked")
def blocked_fixture():
    """What puts a file in the place of a folder for a while."""
    return blocked
