"""The public functions: switching recording on and off, and recording by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog import context
from autolog.context import Scope, current_run, last_recorded
from autolog.process import (
    begin_recording,
    current_session,
    end_recording,
    ensure_session,
    shut_down,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from autolog.recording.run import Run
    from autolog.run_scope import RunScope


def autolog(
    *,
    sink: str | Sequence[str] | None = None,
    artifacts: str | None = None,
    experiment: str | None = None,
    run_name: str | None = None,
    log_params: bool | None = None,
    log_models: bool | None = None,
    log_signatures: bool | None = None,
    log_input_examples: bool | None = None,
    log_datasets: bool | None = None,
    log_plots: bool | None = None,
    log_environment: bool | None = None,
    max_model_bytes: int | None = None,
    registered_model_name: str | None = None,
    every_n_steps: int | None = None,
    max_child_runs: int | None = None,
    tags: Mapping[str, str] | None = None,
    redact: Sequence[str] | None = None,
    exclusive: bool | None = None,
    exit_timeout: float | None = None,
    sync: str | None = None,
    silent: bool | None = None,
    disable: bool | None = None,
    disable_for_unsupported_versions: bool | None = None,
    exclude: Sequence[str] | None = None,
    **libraries: bool | Mapping[str, object],
) -> None:
    """Records every training from now on, with every supported library.

    May be called before or after the libraries are imported, and again: a later call changes the
    options that it names and leaves the others. What is left out comes from the environment
    (`AUTOLOG_<OPTION>`), then from `autolog.toml` or `[tool.autolog]` in the nearest
    pyproject.toml, then from the default. What is said of one library counts more than what is
    said of all.

    Args:
        sink: Where runs end up: one or several sink URIs, such as `sqlite:///runs.db`. By default
            an SQLite store in the autolog directory.
        artifacts: Where files of runs are uploaded to besides: a URL that fsspec knows, such as
            `s3://bucket/prefix` (default: nowhere).
        experiment: The experiment that runs belong to; `default` if nothing is said.
        run_name: The name of recorded runs, instead of the estimator's.
        log_params: Whether to record params of fits (default: yes).
        log_models: Whether to keep fitted models (default: yes).
        log_signatures: Whether to infer the signatures of models (default: yes).
        log_input_examples: Whether to keep up to five rows of the training data with a model
            (default: no).
        log_datasets: Whether to describe data sets: digest, schema and columns (default: yes).
        log_plots: Whether to keep plots of how well a model does (default: yes).
        log_environment: Whether to record git state, user, host, command line and packages
            (default: yes).
        max_model_bytes: Keep no model that is larger than so many bytes (default: any).
        registered_model_name: Make the model of every recorded fit a new version of the registered
            model of this name, to be loaded as `models:/NAME/VERSION` (default: none).
        every_n_steps: Keep the metrics of every n-th step of a fit (default: 1).
        max_child_runs: Open so many child runs, for those that a search ranks best (default: all).
        tags: Tags that every recorded run gets.
        redact: More names whose values are secret, besides the usual ones.
        exclusive: Record nothing into runs that you opened yourself (default: no).
        exit_timeout: Seconds that the end of the script may wait for sinks (default: 5 for local
            sinks, 10 for remote ones).
        sync: With `fit`, what a recorded call tells is in the sinks before it returns, for scripts
            that read it back at once; a sink that fails ends the wait (default: `off`).
        silent: Print no line when the script ends (default: no).
        disable: Record nothing, and restore everything, as `disable()` (default: no).
        disable_for_unsupported_versions: Leave versions of a library alone that are not supported
            (default: no; they are recorded, with a warning).
        exclude: Libraries to leave alone.
        **libraries: Switches or options by library: `sklearn=False`,
            `sklearn={"training_metrics": False}`.

    Raises:
        ConfigurationError: An option or library is unknown or of the wrong kind. Nothing has been
            patched or changed then.

    Example:
        >>> from autolog import autolog
        >>> autolog(experiment="churn", tags={"team": "risk"})
    """
    options = {
        "sink": sink,
        "artifacts": artifacts,
        "experiment": experiment,
        "run_name": run_name,
        "log_params": log_params,
        "log_models": log_models,
        "log_signatures": log_signatures,
        "log_input_examples": log_input_examples,
        "log_datasets": log_datasets,
        "log_plots": log_plots,
        "log_environment": log_environment,
        "max_model_bytes": max_model_bytes,
        "registered_model_name": registered_model_name,
        "every_n_steps": every_n_steps,
        "max_child_runs": max_child_runs,
        "tags": tags,
        "redact": redact,
        "exclusive": exclusive,
        "exit_timeout": exit_timeout,
        "sync": sync,
        "silent": silent,
        "disable": disable,
        "disable_for_unsupported_versions": disable_for_unsupported_versions,
        "exclude": exclude,
    }
    given = {name: value for name, value in options.items() if value is not None}
    begin_recording({**given, **libraries})


def disable() -> None:
    """Restores every patched function to the identical original, and forgets all options.

    Runs that are open stay open, and what was recorded is delivered.
    """
    end_recording()


def run(
    name: str | None = None,
    *,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
) -> RunScope:
    """A run around a block or a function; inside another run it becomes its child.

    The first recorded fit inside logs straight into it, each further one gets a child run. A run
    whose block raises ends `FAILED`, and the exception goes on.

    Args:
        name: The run's name; by default the decorated function's, or the script's.
        experiment: The experiment that it belongs to; by default the parent's, or the configured.
        tags: Tags to set at once.

    Example:
        >>> with autolog.run("tune C") as current:
        ...     current.log_param("grid", "small")
        >>> @autolog.run("nightly")
        ... def train(): ...
    """
    from autolog.run_scope import RunScope  # late, for a quick start

    return RunScope(name, experiment=experiment, tags=tags)


def active_run() -> Run | None:
    """The run that manual logging goes to now, if one is open."""
    return current_run()


def log_param(name: str, value: object) -> None:
    """Records one param of the current run; see `log_params`."""
    _target().log_param(name, value)


def log_params(params: Mapping[str, object]) -> None:
    """Records params of the current run.

    Where no run is open, it is the run of the fit before; where nothing was trained yet, a run is
    opened that lasts until the script ends. This holds for all `log_` and `set_` functions.

    Args:
        params: Values by name.

    Raises:
        TypeError: A name is not a string.
    """
    _target().log_params(params)


def log_metric(name: str, value: float, step: int | None = None) -> None:
    """Records one metric value of the current run; see `log_metrics`."""
    _target().log_metrics({name: value}, step)


def log_metrics(metrics: Mapping[str, float], step: int | None = None) -> None:
    """Records metric values of the current run that belong to one step.

    Args:
        metrics: Numbers by name.
        step: The epoch or iteration; 0 if it is left out.

    Raises:
        TypeError: A name is not a string, or a value is not a number.
    """
    _target().log_metrics(metrics, step)


def set_tag(name: str, value: object) -> None:
    """Sets one tag of the current run; see `set_tags`."""
    _target().set_tag(name, value)


def set_tags(tags: Mapping[str, object]) -> None:
    """Sets tags of the current run.

    Args:
        tags: Values by name.

    Raises:
        TypeError: A name is not a string.
    """
    _target().set_tags(tags)


def log_artifact(source: str | os.PathLike[str], path: str | None = None) -> None:
    """Keeps a copy of a file or folder with the current run.

    Args:
        source: The file or folder.
        path: Where to put it among the run's artifacts; by default its own name.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: `path` leads out of the run's folder.
    """
    _target().log_artifact(source, path)


def log_figure(figure: Any, path: str) -> None:
    """Keeps a figure with the current run.

    Args:
        figure: A matplotlib figure, or any object with `savefig(path)` or `write_html(path)`.
        path: Where to put it among the run's artifacts, such as `plots/loss.png`.

    Raises:
        TypeError: The object is no figure.
        ValueError: `path` leads out of the run's folder.
    """
    _target().log_figure(figure, path)


def log_model(
    model: Any,
    name: str = "model",
    *,
    inputs: Any = None,
    input_example: bool | None = None,
    registered_model_name: str | None = None,
) -> None:
    """Keeps a fitted model with the current run, to be given back by `load_model`.

    Args:
        model: The fitted model, of any library that has an integration.
        name: Its name within the run; a model that is there already is replaced.
        inputs: What it was fitted on, or some rows of that, to infer its signature from.
        input_example: Whether five rows of the inputs are kept with it; by default what the option
            `log_input_examples` says.
        registered_model_name: Makes it a new version of the registered model of this name; the
            option of this name is for models that are kept by themselves.

    Raises:
        TypeError: No integration knows such models.
        ValueError: The name leads out of the run's folder, or to where other files are; or that of
            the registered model is empty or has a `/` or `:` in it.

    Example:
        >>> autolog.log_model(model, "baseline", inputs=X_train)
        >>> autolog.load_model(f"runs:/{autolog.last_run().run_id}/baseline")
    """
    from msgspec.structs import replace

    from autolog.config.sources import read_option
    from autolog.flavors import flavor_for
    from autolog.recording.models import ModelChoices

    if registered_model_name is not None:
        read_option(
            "registered_model_name", registered_model_name, "log_model: registered_model_name"
        )
    library, flavor = flavor_for(model)
    run = _target()
    session = ensure_session()
    choices = ModelChoices.of(session.settings(library))
    if input_example is not None:
        choices = replace(choices, example=input_example)
    if registered_model_name is not None:
        choices = replace(choices, registered_name=registered_model_name)
    flavor = flavor.configured(session.options(library))
    run.log_model(model, flavor, name=name, inputs=inputs, choices=choices)


def flush(timeout: float | None = None) -> bool:
    """Waits until everything that was recorded so far has reached every sink.

    Args:
        timeout: Seconds to wait at most; for ever if it is left out.

    Returns:
        Whether everything arrived in time.
    """
    session = current_session()
    return session is None or session.flush(timeout)


def shutdown() -> None:
    """Ends open runs, restores what is patched, delivers what waits, and closes the sinks.

    The end of a script does the same by itself.
    """
    shut_down()


def _target() -> Run:
    """The run that a logging call outside any block means."""
    run = current_run()
    if run is not None:
        return run
    session = ensure_session()
    run = last_recorded.get()
    if run is not None and run.is_of(session.channel):
        return run
    from autolog.run_scope import script_name

    run = session.start_run(script_name(), None, None)
    context.outside = Scope(run)
    return run
