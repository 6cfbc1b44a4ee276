"""The version gate answers as `packaging` does, and mostly without it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, strategies as st
from packaging.specifiers import SpecifierSet

from autolog.versions import admits, versions_of_extra

releases = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(
    lambda numbers: ".".join(map(str, numbers))
)


@given(minimum=releases, version=releases)
def test_a_minimum_admits_what_packaging_says(minimum, version):
    assert admits(f">={minimum}", version) == SpecifierSet(f">={minimum}").contains(version)


@pytest.mark.parametrize(
    ("specifier", "version", "answer"),
    [
        (">=1.5", "1.5.0", True),
        (">=1.5", "1.5rc1", False),
        (">=1.5", "1.6.dev0", True),
        (">=1.5", "2.13.0+cpu", True),
        (">=1.5,<2", "2.0", False),
        ("~=1.5", "1.9", True),
        ("", "0.1", True),
        ("", "nightly", True),
        (">=1.5", "nightly", False),
    ],
)
def test_other_forms_are_left_to_packaging(specifier, version, answer):
    assert admits(specifier, version) is answer


@pytest.mark.parametrize(
    ("requirement", "versions"),
    [
        ("scikit-learn>=1.5; extra == 'sklearn'", ">=1.5"),
        ('scikit-learn >= 1.5 ; extra == "sklearn"', ">=1.5"),
        ("scikit-learn>=1.5,<3; extra == 'sklearn'", ">=1.5,<3"),
        ("scikit-learn; extra == 'sklearn'", ""),
        ("scikit-learn[tests]>=1.5; extra == 'sklearn'", ">=1.5"),
        ("scikit-learn>=1.5; python_version > '3' and extra == 'sklearn'", ">=1.5"),
        ("scikit-learn>=1.5; python_version < '3' and extra == 'sklearn'", ""),
        ("scikit-learn>=1.5", ""),
        ("scikit-learn>=1.5; extra == 'all'", ""),
    ],
)
def test_the_requirement_of_an_extra_is_found(requirement, versions):
    assert versions_of_extra(["click>=8", requirement], "sklearn") == versions


def test_plain_cases_do_without_packaging():
    script = """
import sys
from autolog.versions import admits, versions_of_extra
assert admits(versions_of_extra(["a>=1.5; extra == 'b'"], "b"), "1.9.1")
assert "packaging" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_our_own_requirements_are_all_plain_cases():
    script = """
import sys
from importlib.metadata import requires
from autolog.versions import versions_of_extra
versions_of_extra(requires("autolog-ml"), "an extra that there is not")
assert "packaging" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
