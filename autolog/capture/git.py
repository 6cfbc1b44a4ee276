"""The state of the git repository around a directory, read from its files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.capture.redaction import Redactor

_BRANCH = "refs/heads/"


def git_tags(start_directory: Path, redactor: Redactor, timeout: float) -> dict[str, str]:
    """Commit, branch, remote and dirty flag of the repository that `start_directory` lies in.

    Args:
        start_directory: A directory in the working tree, or anywhere else: then there are no tags.
        redactor: Masks a password in the remote's URL.
        timeout: Seconds that `git status` may take; the dirty flag is left out when they are over.
    """
    try:
        found = _find_repository(start_directory.resolve())
        if found is None:
            return {}
        tree, directory = found
        tags = {
            **_head_tags(directory),
            "git.remote": redactor.uri(_remote(_shared_directory(directory))),
            "git.dirty": _dirty(tree, timeout),
        }
    except (OSError, UnicodeDecodeError):
        # A repository that this user may not read is as good as none.
        return {}
    return {name: value for name, value in tags.items() if value}


def _find_repository(start: Path) -> tuple[Path, Path] | None:
    """The working tree that `start` lies in, and its git directory."""
    for tree in (start, *start.parents):
        entry = tree / ".git"
        if entry.is_dir():
            return tree, entry
        if entry.is_file():
            # A worktree or submodule has a file that points to its git directory.
            pointer = entry.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            return tree, tree / pointer
    return None


def _shared_directory(directory: Path) -> Path:
    """Where refs and configuration are: a worktree shares those of the main repository."""
    pointer = directory / "commondir"
    if pointer.is_file():
        return directory / pointer.read_text(encoding="utf-8").strip()
    return directory


def _head_tags(directory: Path) -> dict[str, str]:
    head = (directory / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return {"git.commit": head}
    reference = head.removeprefix("ref:").strip()
    branch = reference.removeprefix(_BRANCH)
    return {"git.commit": _commit(_shared_directory(directory), reference), "git.branch": branch}


def _commit(shared: Path, reference: str) -> str:
    loose = shared / reference
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    packed = shared / "packed-refs"
    if packed.is_file():
        for line in packed.read_text(encoding="utf-8").splitlines():
            commit, _, name = line.partition(" ")
            if name == reference:
                return commit
    return ""


def _remote(shared: Path) -> str:
    """The URL of `origin`, or of the first remote where none is called so."""
    urls: dict[str, str] = {}
    section = ""
    for line in (shared / "config").read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().partition("=")
        if key.startswith("["):
            section = key.strip("[]")
        elif section.startswith("remote ") and key.strip() == "url":
            urls.setdefault(section.removeprefix("remote ").strip('"'), value.strip())
    return urls.get("origin") or next(iter(urls.values()), "")


def _dirty(tree: Path, timeout: float) -> str:
    import subprocess

    # Reading leaves no trace: no index refreshed on disk, no file-system monitor started.
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(tree), "status", "--porcelain"]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        status = subprocess.run(  # noqa: S603 - a fixed command
            command,
            env=environment,
            timeout=timeout,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return "true" if status.stdout.strip() else "false"
