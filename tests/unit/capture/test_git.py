"""The state of a git repository."""

from __future__ import annotations

import subprocess

import pytest

from autolog.capture.git import git_tags
from autolog.capture.redaction import Redactor


def git(directory, *arguments):
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def tags_of(directory, timeout=10.0):
    return git_tags(directory, Redactor(), timeout)


@pytest.fixture
def repository(tmp_path):
    directory = tmp_path / "project"
    directory.mkdir()
    git(directory, "init", "-q", "-b", "feature/trees")
    (directory / "train.py").write_text("pass\n")
    git(directory, "add", ".")
    git(directory, "commit", "-q", "-m", "first")
    return directory


def test_commit_branch_and_clean_state_are_found_from_a_sub_folder(repository):
    (repository / "inner").mkdir()

    tags = tags_of(repository / "inner")

    assert tags == {
        "git.commit": git(repository, "rev-parse", "HEAD"),
        "git.branch": "feature/trees",
        "git.dirty": "false",
    }


def test_a_changed_file_makes_the_tree_dirty(repository):
    (repository / "train.py").write_text("changed\n")

    assert tags_of(repository)["git.dirty"] == "true"


def test_packed_refs_are_read(repository):
    git(repository, "pack-refs", "--all")

    assert tags_of(repository)["git.commit"] == git(repository, "rev-parse", "HEAD")


def test_a_detached_head_has_a_commit_and_no_branch(repository):
    git(repository, "checkout", "-q", "--detach")

    tags = tags_of(repository)

    assert tags["git.commit"] == git(repository, "rev-parse", "HEAD")
    assert "git.branch" not in tags


def test_a_worktree_has_its_own_branch_and_the_shared_remote(repository, tmp_path):
    git(repository, "remote", "add", "origin", "https://example.org/project.git")
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))

    tags = tags_of(tmp_path / "other")

    assert tags["git.branch"] == "other"
    assert tags["git.commit"] == git(repository, "rev-parse", "HEAD")
    assert tags["git.remote"] == "https://example.org/project.git"


def test_a_repository_without_commits_has_only_a_branch(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")

    assert tags_of(tmp_path) == {"git.branch": "main", "git.dirty": "false"}


def test_the_password_of_the_remote_is_masked_and_origin_comes_first(repository):
    git(repository, "remote", "add", "fork", "https://example.org/fork.git")
    git(repository, "remote", "add", "origin", "https://me:secret@example.org/project.git")

    assert tags_of(repository)["git.remote"] == "https://me:[redacted]@example.org/project.git"


def test_any_remote_will_do_where_none_is_called_origin(repository):
    git(repository, "remote", "add", "fork", "https://example.org/fork.git")

    assert tags_of(repository)["git.remote"] == "https://example.org/fork.git"


def test_where_git_is_slow_only_the_dirty_flag_is_missing(repository):
    tags = tags_of(repository, timeout=0.0)

    assert sorted(tags) == ["git.branch", "git.commit"]


def test_where_git_is_absent_only_the_dirty_flag_is_missing(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")

    tags = tags_of(repository)

    assert sorted(tags) == ["git.branch", "git.commit"]


def test_asking_does_not_touch_the_index(repository):
    (repository / "train.py").touch()
    index = repository / ".git" / "index"
    before = index.stat().st_mtime_ns

    tags_of(repository)

    assert index.stat().st_mtime_ns == before


def test_a_broken_repository_is_as_good_as_none(tmp_path):
    (tmp_path / ".git").write_text("gitdir: nowhere")

    assert tags_of(tmp_path) == {}
