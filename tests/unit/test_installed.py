"""What is installed is known from the names of folders."""

from __future__ import annotations

import importlib.metadata
import re
import sys

import pytest

from autolog.installed import distribution_of, installed_packages, installed_version


def test_every_installed_package_is_found_with_its_version():
    packages = installed_packages()

    known: dict[str, str] = {}
    for found in importlib.metadata.distributions():
        # setuptools, once imported, has copies of others at the end of the path
        known.setdefault(re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(), found.version)
    assert packages == known


def test_the_first_of_two_copies_of_a_package_counts(tmp_path, monkeypatch):
    for place, name in (("a", "some_thing-1.0.dist-info"), ("b", "some_thing-2.0.dist-info")):
        (tmp_path / place / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "a"), str(tmp_path / "b")])

    assert installed_packages() == {"some-thing": "1.0"}


def test_old_kinds_of_folder_are_read_and_other_files_are_not(tmp_path, monkeypatch):
    for name in ("old-1.2-py3.11.egg-info", "some.pth", "README", "package"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing")])

    assert installed_packages() == {"old": "1.2"}


def test_a_package_that_is_installed_meanwhile_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    before = installed_version("late")

    (tmp_path / "late-1.0.dist-info").mkdir()

    assert (before, installed_version("late")) == (None, "1.0")


def test_a_working_directory_that_was_removed_holds_no_packages(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    (tmp_path / "there" / "some_thing-1.0.dist-info").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "there")])

    assert installed_packages() == {"some-thing": "1.0"}


@pytest.mark.parametrize("spelling", ["some-thing", "Some_Thing", "some.thing"])
def test_a_version_is_found_by_any_spelling_of_the_name(tmp_path, monkeypatch, spelling):
    (tmp_path / "some_thing-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert installed_version(spelling) == "1.0"


@pytest.mark.parametrize(
    ("folder", "distribution"),
    [
        ("scikit_learn-1.9.1.dist-info", ("scikit-learn", "1.9.1")),
        ("old-1.2-py3.11.egg-info", ("old", "1.2")),
        ("torch-2.13.0+cpu.dist-info", ("torch", "2.13.0+cpu")),
        ("numpy", None),
        ("dist-info", None),
        ("nameless.dist-info", None),
    ],
)
def test_a_folder_tells_its_distribution(folder, distribution):
    assert distribution_of(folder) == distribution
