"""What a service of continuous integration says of a build."""

from __future__ import annotations

import pytest

from autolog.pytest_plugin.runs import continuous_integration
from autolog.pytest_plugin.runs.continuous_integration import branch_of, variables_of


@pytest.fixture(autouse=True)
def no_build(monkeypatch):
    for name in {*continuous_integration._NAMES, *continuous_integration._BRANCHES}:
        monkeypatch.delenv(name, raising=False)
    for name in ("GITHUB_REF_NAME", "GITHUB_REF_TYPE"):
        monkeypatch.delenv(name, raising=False)


def test_beside_no_build_there_is_nothing_to_say():
    assert (variables_of(), branch_of()) == ({}, {})


def test_variables_are_taken_by_name_so_that_no_secret_is_among_them(monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("CI_JOB_TOKEN", "glcbt-secret")
    monkeypatch.setenv("CI_PIPELINE_ID", "")

    assert variables_of() == {"ci.CI": "true"}


@pytest.mark.parametrize(
    ("variables", "branch"),
    [
        ({"GITHUB_HEAD_REF": "feature", "GITHUB_REF_NAME": "7/merge"}, "feature"),
        ({"GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}, "main"),
        ({"CI_COMMIT_BRANCH": "main"}, "main"),
        ({"BUILD_SOURCEBRANCH": "refs/heads/main"}, "main"),
        ({"CHANGE_BRANCH": "feature", "BRANCH_NAME": "PR-7"}, "feature"),
    ],
)
def test_the_branch_is_that_which_was_pushed(monkeypatch, variables, branch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert branch_of() == {"git.branch": branch}


def test_a_tag_is_no_branch(monkeypatch):
    monkeypatch.setenv("GITHUB_REF_NAME", "v1.0")
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")

    assert branch_of() == {}
