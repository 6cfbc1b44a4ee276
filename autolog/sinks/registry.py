"""Finds the sink that a URI names, among the entry points of every installed distribution."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from autolog.config.other_names import nearest
from autolog.errors import ConfigurationError
from autolog.plugins import SINKS, installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from autolog.plugins import Plugin
    from autolog.sinks.base import Sink

# Asked in place of a regular expression, which would take a millisecond to compile at each start.
_OF_SCHEMES = frozenset(filter(str.isalnum, map(chr, range(128)))) | {".", "-"}
_OF_PROTOCOLS = _OF_SCHEMES | {"+"}


def scheme(uri: str) -> str:
    """The part of a sink's URI that says which sink it is.

    Args:
        uri: `sqlite`, `jsonl:folder`, `mlflow+http://host:5000`, ...: a scheme, perhaps the
            protocol that the sink is to speak, then whatever the sink itself understands.

    Raises:
        ConfigurationError: The text is no URI of a sink.
    """
    name, plus, protocol = uri.partition(":")[0].partition("+")
    is_scheme = name[:1].isalpha() and _OF_SCHEMES.issuperset(name)
    if not is_scheme or not _OF_PROTOCOLS.issuperset(protocol) or (plus and not protocol):
        raise ConfigurationError(
            "A sink is named by its scheme, then perhaps a colon and a place, such as "
            f"'sqlite:///runs.db'; known schemes: {', '.join(schemes())}."
        )
    return name.lower()


def without_secrets(uri: str) -> str:
    """A sink's URI without user, password and query, fit for messages."""
    protocol, _, place, _ = parts(uri)
    return f"{protocol}{place}"


def parts(uri: str) -> tuple[str, str, str, str]:
    """The parts of a sink's URI, also where it has characters that it cannot have.

    Returns:
        The protocol, with what follows it; user and password; the place; and the query.
    """
    protocol, separator, rest = uri.partition(":")
    if rest.startswith("//"):
        separator, rest = "://", rest[2:]
    place, _, query = rest.partition("?")
    if "@" in query:
        credentials, _, server = rest.rpartition("@")
        if "=" not in query.partition("@")[0]:  # the question mark is one of the password's
            server, _, query = server.partition("?")
            return f"{protocol}{separator}", credentials, server, query
        # perhaps it is, and perhaps the at sign is one of the query's: only what is before the
        # colon, a user or a host, is public either way, and a user alone may be a token
        public, colon, _ = place.lstrip("/").partition(":")
        if "@" in public or (not colon and protocol.endswith(("http", "https"))):
            public = ""
        return f"{protocol}{separator}", credentials, public, query
    credentials, at, server = place.rpartition("@")
    user, colon, _ = credentials.lstrip("/").partition(":")
    is_user = colon or ("/" not in credentials and separator != ":")
    if not at or "/" in user or not is_user:
        credentials, server = "", place
    return f"{protocol}{separator}", credentials, server, query


def schemes() -> list[str]:
    """The schemes of all installed sinks, sorted."""
    return sorted({plugin.name for plugin in installed(SINKS)})


def check_uri(uri: str) -> None:
    """Makes sure that a sink answers to the URI, without opening it.

    A sink's module may offer `check(uri: str) -> None` beside its factory, to look further than
    the scheme.

    Raises:
        ConfigurationError: No installed sink has this scheme, or the sink refuses the rest.
    """
    check = getattr(_module(_plugin(uri)), "check", None)
    if check is not None:
        check(uri)


def notes(uris: Sequence[str]) -> dict[str, str]:
    """What sinks note on a top-level run that begins in this thread.

    A sink's module may offer `notes() -> dict[str, str]`, for what only the thread can tell in
    which the run begins; the sink finds it in `RunStarted.outside`.

    Args:
        uris: The sinks.
    """
    return _asked(uris, "notes")


def synchronised(uris: Sequence[str], run_id: str) -> None:
    """Tells the sinks that a call which they have had everything of is about to return.

    A sink's module may offer `synchronised(run_id: str) -> None`; it is called in the thread of
    the call.

    Args:
        uris: The sinks.
        run_id: The run of the call.
    """
    _asked(uris, "synchronised", run_id)


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool] | None:
    """Which runs a sink holds, before copies of them are written to it.

    A sink's module may offer `held(uri, directory, journals) -> dict[str, bool]`.

    Args:
        uri: The sink's URI.
        directory: The autolog directory.
        journals: The runs, and the journal that each is going to be copied as.

    Returns:
        For each run that it holds, whether it has it by that journal; None if it cannot tell.

    Raises:
        ConfigurationError: No installed sink has this scheme, or the sink refuses the rest.
        SinkUnavailable: It cannot be looked into now.
    """
    function = getattr(_module(_plugin(uri)), "held", None)
    return None if function is None else dict(function(uri, directory, journals))


def artifact_folder(uri: str, directory: Path) -> Path | None:
    """Where those who read a sink look for the files of its runs, if that is a folder.

    A sink that keeps references instead of files may offer `artifact_folder(uri, directory)` in
    its module.

    Args:
        uri: The sink's URI.
        directory: The autolog directory.

    Raises:
        ConfigurationError: No installed sink has this scheme, or the sink refuses the rest.
    """
    function = getattr(_module(_plugin(uri)), "artifact_folder", None)
    folder: Path | None = None if function is None else function(uri, directory)
    return folder


def _asked(uris: Sequence[str], name: str, *arguments: str) -> dict[str, str]:
    answers: dict[str, str] = {}
    for uri in uris:
        function = getattr(_module(_plugin(uri)), name, None)
        if function is not None:
            answers.update(function(*arguments) or {})
    return answers


def open_sink(uri: str, directory: Path) -> Sink:
    """Opens the sink that a URI names.

    Args:
        uri: The sink's URI.
        directory: The autolog directory, for sinks that keep files.

    Raises:
        ConfigurationError: No installed sink has this scheme, or the sink refuses the rest.
        SinkUnavailable: The sink cannot be opened now.
    """
    plugin = _plugin(uri)
    sink: Sink = getattr(_module(plugin), plugin.attribute)(uri, directory)
    return sink


def _plugin(uri: str) -> Plugin:
    wanted = scheme(uri)
    for plugin in installed(SINKS):
        if plugin.name == wanted:
            return plugin
    known = schemes()
    raise ConfigurationError(
        f"No installed sink has the scheme {wanted!r} (known: {', '.join(known)})"
        f"{nearest(wanted, known)}"
    )


def _module(plugin: Plugin) -> ModuleType:
    try:
        return importlib.import_module(plugin.module)
    except ImportError as error:
        raise ConfigurationError(
            f"The sink {plugin.name!r} is installed but cannot be imported: {error}."
        ) from error
