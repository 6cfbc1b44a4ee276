"""What a run was made with: code version, machine, command and installed packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from autolog.capture.git import git_tags
from autolog.capture.params import VALUE_LIMIT, cut
from autolog.capture.redaction import Redactor
from autolog.installed import installed_packages
from autolog.version import __version__


class Environment(msgspec.Struct, frozen=True):
    """Facts about the process and its surroundings.

    Attributes:
        tags: Facts by name, such as `git.commit`; what could not be found out is left out.
        packages: The version of every installed package, by its normalised name.
    """

    tags: dict[str, str]
    packages: dict[str, str]


def capture_environment(
    start_directory: Path,
    script: str,
    *,
    git_timeout: float = 2.0,
    redactor: Redactor | None = None,
) -> Environment:
    """Finds out what the runs of this process are made with.

    Takes a few milliseconds besides git; meant for a background thread, to which it often gives
    way to others.

    Args:
        start_directory: Where the search for a git repository starts, upwards.
        script: What `entry_script` told; to be asked while the script runs, for Python forgets it
            when the script is over.
        git_timeout: Seconds that `git status` may take.
        redactor: Masks secrets in the command line and the repository's URL.
    """
    redactor = redactor or Redactor()
    tags = {
        "autolog.version": __version__,
        "command_line": cut(redactor.command_line(sys.orig_argv), VALUE_LIMIT),
        "entry_script": script,
        "pid": str(os.getpid()),
        **_machine_tags(),
        **_user_tags(),
        **git_tags(start_directory, redactor, git_timeout),
    }
    return Environment(tags, installed_packages())


def _machine_tags() -> dict[str, str]:
    system = os.uname()
    return {
        "host": system.nodename,
        "platform": f"{system.sysname}-{system.release}-{system.machine}",
        "python": ".".join(map(str, sys.version_info[:3])),
    }


def _user_tags() -> dict[str, str]:
    from contextlib import suppress

    tags = {}
    with suppress(OSError, KeyError, ImportError):  # a container's user may have no name
        tags["user"] = _user()
    with suppress(OSError):  # the directory may have been removed
        tags["working_directory"] = str(Path.cwd())
    return tags


def _user() -> str:
    """As `getpass.getuser`; that module takes three milliseconds to import, for its passwords."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if name := os.environ.get(variable):
            return name
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def entry_script() -> str:
    """The script, module or notebook that Python was started for, or `<interactive>`."""
    main = sys.modules.get("__main__")
    notebook = getattr(main, "__vsc_ipynb_file__", None) or os.environ.get("JPY_SESSION_NAME")
    if notebook and "ipykernel" in sys.modules:
        return str(notebook)
    if script := getattr(main, "__file__", None):
        return str(script)
    return "<command>" if sys.argv[:1] == ["-c"] else "<interactive>"
