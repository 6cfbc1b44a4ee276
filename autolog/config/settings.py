"""Options as data, and the order in which their sources count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.config.values import (
    read_address,
    read_count,
    read_limit,
    read_name,
    read_names,
    read_registered_name,
    read_seconds,
    read_sinks,
    read_switch,
    read_sync,
    read_tags,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.values import Read


_described: list[dict[str, Any]] = []


def _option(default: Any, read: Read, explanation: str, *, per_library: bool = False) -> Any:
    _described.append({"read": read, "explanation": explanation, "per_library": per_library})
    if isinstance(default, dict):
        return msgspec.field(default_factory=dict)
    return msgspec.field(default=default)


class Settings(msgspec.Struct, frozen=True):
    """The value of every option, for one library or for all."""

    sink: tuple[str, ...] = _option(
        ("sqlite:",), read_sinks, "Where runs end up: one or several sink URIs."
    )
    artifacts: str | None = _option(
        None, read_address, "Where files of runs are uploaded to, besides: a URL that fsspec knows."
    )
    experiment: str = _option("default", read_name, "The experiment that runs belong to.")
    run_name: str | None = _option(
        None, read_name, "The name of recorded runs, instead of the estimator's.", per_library=True
    )
    log_params: bool = _option(True, read_switch, "Record params of fits.", per_library=True)
    log_models: bool = _option(True, read_switch, "Keep fitted models.", per_library=True)
    log_signatures: bool = _option(
        True, read_switch, "Infer the signatures of models.", per_library=True
    )
    log_input_examples: bool = _option(
        False,
        read_switch,
        "Keep up to five rows of the training data with a model.",
        per_library=True,
    )
    log_datasets: bool = _option(True, read_switch, "Describe the data sets.", per_library=True)
    log_plots: bool = _option(
        True, read_switch, "Keep plots of how well a model does.", per_library=True
    )
    max_model_bytes: int | None = _option(
        None, read_count, "Keep no model that is larger than this.", per_library=True
    )
    registered_model_name: str | None = _option(
        None,
        read_registered_name,
        "Make each model a new version of this registered model.",
        per_library=True,
    )
    log_environment: bool = _option(
        True, read_switch, "Record git state, user, host, command line and packages."
    )
    every_n_steps: int = _option(
        1, read_count, "Keep the metrics of every n-th step of a fit.", per_library=True
    )
    max_child_runs: int | None = _option(
        None,
        read_limit,
        "Open child runs for no more than so many candidates of a search, the best.",
        per_library=True,
    )
    tags: Mapping[str, str] = _option(
        {}, read_tags, "Tags that every recorded run gets.", per_library=True
    )
    redact: tuple[str, ...] = _option(
        (), read_names, "More names whose values are secret, besides the usual ones."
    )
    exclusive: bool = _option(
        False, read_switch, "Record nothing into runs that the user opened.", per_library=True
    )
    exit_timeout: float | None = _option(
        None, read_seconds, "Seconds that the end of the script may wait for sinks."
    )
    sync: str = _option(
        "off",
        read_sync,
        "'fit': what a fit records has reached the sinks before it returns.",
    )
    silent: bool = _option(False, read_switch, "Print no line when the script ends.")
    disable: bool = _option(False, read_switch, "Record nothing.", per_library=True)
    disable_for_unsupported_versions: bool = _option(
        False, read_switch, "Leave versions of a library alone that were not tested."
    )
    exclude: tuple[str, ...] = _option((), read_names, "Libraries to leave alone.")

    @property
    def destinations(self) -> tuple[str, ...]:
        """The URIs of all sinks, among them the one that uploads files."""
        uploads = () if self.artifacts is None else (f"artifacts+{self.artifacts}",)
        return (*self.sink, *uploads)


OPTIONS: Mapping[str, Mapping[str, Any]] = dict(
    zip(Settings.__struct_fields__, _described, strict=True)
)
"""What is known of each option: `read`, `explanation` and `per_library`."""


class Source(msgspec.Struct, frozen=True):
    """Options from one source: those for all libraries, and those of single libraries.

    Attributes:
        general: Values by option name.
        libraries: Values by library, then by option name; `disable` switches one off.
    """

    general: Mapping[str, Any] = msgspec.field(default_factory=dict)
    libraries: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)

    def updated(self, later: Source) -> Source:
        """This source with the options that a later one sets, option by option."""
        libraries = {name: dict(options) for name, options in self.libraries.items()}
        for name, options in later.libraries.items():
            libraries.setdefault(name, {}).update(options)
        return Source({**self.general, **later.general}, libraries)


class Configuration(msgspec.Struct, frozen=True):
    """Every source of options; argument counts more than environment, file and default.

    What is said of one library counts more than what is said of all.
    """

    file: Source = Source()
    environment: Source = Source()
    arguments: Source = Source()

    def settings(self, library: str | None = None) -> Settings:
        """The options as they are in force, for one library or in general."""
        values: dict[str, Any] = {}
        for source in (self.file, self.environment, self.arguments):
            values.update(source.general)
        if library is not None:
            excluded = library in values.get("exclude", ())
            values["disable"] = values.get("disable", False) or excluded
            for source in (self.file, self.environment, self.arguments):
                given = source.libraries.get(library, {})
                values.update({name: given[name] for name in given if name in OPTIONS})
        return Settings(**values)

    def library_options(self, library: str) -> dict[str, Any]:
        """The options that only this library's integration understands, as far as set."""
        values: dict[str, Any] = {}
        for source in (self.file, self.environment, self.arguments):
            given = source.libraries.get(library, {})
            values.update({name: given[name] for name in given if name not in OPTIONS})
        return values
