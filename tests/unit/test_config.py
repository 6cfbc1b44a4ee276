"""Options come from four sources in a fixed order, and bad ones are refused with what is right."""

from __future__ import annotations

from typing import Literal

import pytest

from autolog.config.settings import OPTIONS, Configuration, Settings, Source
from autolog.config.sources import Vocabulary, from_environment, from_file, switched_off
from autolog.errors import ConfigurationError

VOCABULARY = Vocabulary(
    frozenset({"sklearn", "xgboost"}),
    lambda library: (
        {"importance_types": list[str], "rounds": int | None, "format": Literal["ubj", "json"]}
        if library == "xgboost"
        else {}
    ),
)


def read(**given):
    return VOCABULARY.read(given, "autolog()")


def test_an_argument_counts_more_than_environment_file_and_default(tmp_path, monkeypatch):
    (tmp_path / "autolog.toml").write_text('experiment = "file"\nrun_name = "file"\nsilent = true')
    monkeypatch.setenv("AUTOLOG_EXPERIMENT", "environment")
    monkeypatch.setenv("AUTOLOG_RUN_NAME", "environment")

    configuration = Configuration(
        from_file(VOCABULARY, tmp_path), from_environment(VOCABULARY), read(experiment="argument")
    )

    settings = configuration.settings()
    assert settings.experiment == "argument"
    assert settings.run_name == "environment"
    assert settings.silent is True
    assert settings.exclusive is False


def test_what_is_said_of_a_library_counts_more_than_what_is_said_of_all():
    configuration = Configuration(
        file=read(xgboost={"log_params": False}), arguments=read(log_params=True)
    )

    assert configuration.settings("xgboost").log_params is False
    assert configuration.settings("sklearn").log_params is True


def test_a_later_call_changes_the_options_that_it_names():
    first = read(sklearn=False, experiment="one", xgboost={"rounds": 3})

    both = first.updated(read(experiment="two", xgboost={"log_params": False}))

    configuration = Configuration(arguments=both)
    assert configuration.settings("sklearn").disable is True
    assert configuration.settings("xgboost").experiment == "two"
    assert configuration.settings("xgboost").log_params is False
    assert configuration.library_options("xgboost") == {"rounds": 3}


def test_an_explicit_switch_for_a_library_beats_an_exclusion():
    configuration = Configuration(arguments=read(exclude=["sklearn", "xgboost"], xgboost=True))

    assert configuration.settings("sklearn").disable is True
    assert configuration.settings("xgboost").disable is False


def test_a_library_is_switched_off_by_its_variable(monkeypatch):
    monkeypatch.setenv("AUTOLOG_XGBOOST", "0")

    configuration = Configuration(environment=from_environment(VOCABULARY))

    assert configuration.settings("xgboost").disable is True
    assert configuration.settings("sklearn").disable is False


@pytest.mark.parametrize(
    ("variable", "text", "option", "value"),
    [
        ("AUTOLOG_SILENT", "yes", "silent", True),
        ("AUTOLOG_SILENT", "off", "silent", False),
        ("AUTOLOG_SINK", "sqlite:, jsonl:x", "sink", ("sqlite:", "jsonl:x")),
        ("AUTOLOG_EVERY_N_STEPS", "10", "every_n_steps", 10),
        ("AUTOLOG_MAX_CHILD_RUNS", "0", "max_child_runs", 0),
        ("AUTOLOG_EXIT_TIMEOUT", "2.5", "exit_timeout", 2.5),
        ("AUTOLOG_SYNC", "fit", "sync", "fit"),
        ("AUTOLOG_TAGS", "team=risk, stage=trial", "tags", {"team": "risk", "stage": "trial"}),
        ("AUTOLOG_EXCLUDE", "xgboost", "exclude", ("xgboost",)),
    ],
)
def test_variables_are_read_as_text(monkeypatch, variable, text, option, value):
    monkeypatch.setenv(variable, text)

    settings = Configuration(environment=from_environment(VOCABULARY)).settings()

    assert getattr(settings, option) == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"experimnt": "x"}, "no option or library 'experimnt'; did you mean 'experiment'?"),
        ({"sklaern": False}, "no option or library 'sklaern'; did you mean 'sklearn'?"),
        ({"xgboost": {"roundz": 3}}, "xgboost has no option 'roundz'; did you mean 'rounds'?"),
        ({"rounds": 3}, "library 'rounds'; it is an option of xgboost: xgboost={'rounds': ...}."),
        ({"xgboost": {"silent": True}}, "no option 'silent'; it counts for all libraries alike"),
        ({"extra_tags": {}}, "library 'extra_tags'; what MLflow calls so is 'tags' here."),
        ({"sklearn": {"extra_tags": {}}}, "'extra_tags'; what MLflow calls so is 'tags' here."),
        ({"log_traces": True}, "no option or library 'log_traces': traces are not recorded."),
        ({"registered_model_name": "a/b"}, "not empty, without '/' and ':', got 'a/b'"),
        ({"sklearn": {"registered_model_name": "a:1"}}, "without '/' and ':', got 'a:1'"),
        ({"xgboost": {"importance_types": 1}}, "importance_types: expected list, got 1"),
        ({"xgboost": {"format": "xml"}}, "xgboost: format: expected 'ubj' or 'json', got 'xml'"),
        ({"xgboost": {"rounds": "3"}}, "xgboost: rounds: expected int or None, got '3'"),
        ({"sklearn": "no"}, "expected True, False or a mapping of options, got 'no'"),
        ({"log_params": "maybe"}, "log_params: expected True or False, got 'maybe'"),
        ({"log_params": 2}, "log_params: expected True or False, got 2"),
        ({"experiment": 3}, "experiment: expected a text that is not empty, got 3"),
        ({"every_n_steps": 0}, "expected a whole number of at least 1, got 0"),
        ({"every_n_steps": True}, "expected a whole number of at least 1, got True"),
        ({"max_child_runs": -1}, "expected a whole number, 0 or more, got -1"),
        ({"exit_timeout": "soon"}, "expected a number of seconds, 0 or more, got 'soon'"),
        ({"exit_timeout": -1}, "expected a number of seconds, 0 or more, got -1"),
        ({"sync": "always"}, "sync: expected 'fit' or 'off', got 'always'"),
        ({"tags": {1: "x"}}, "expected names with values: a mapping"),
        ({"sink": []}, "expected at least one sink URI"),
        ({"sink": [1]}, "expected a text or a list of texts"),
        ({"exclude": ["sklaern"]}, "exclude: there is no library 'sklaern'; did you mean"),
    ],
)
def test_a_bad_argument_is_refused(given, message):
    with pytest.raises(ConfigurationError) as caught:
        read(**given)

    assert message in str(caught.value)
    assert str(caught.value).startswith("autolog(): ")


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("AUTOLOG_SILENT", "perhaps", "AUTOLOG_SILENT: expected True or False, got 'perhaps'"),
        ("AUTOLOG_SKLEARN", "perhaps", "AUTOLOG_SKLEARN: expected True or False, got 'perhaps'"),
        ("AUTOLOG_TAGS", "risk", "AUTOLOG_TAGS: expected names with values"),
        ("AUTOLOG", "maybe", "AUTOLOG: expected True or False, got 'maybe'"),
        ("AUTOLOG_SKLERN", "0", "'AUTOLOG_SKLERN'; did you mean 'SKLEARN'?"),
        ("AUTOLOG_SLIENT", "1", "'AUTOLOG_SLIENT'; did you mean 'SILENT'?"),
        ("AUTOLOG_EXCLUDE", "keras", "AUTOLOG_EXCLUDE: there is no library 'keras'"),
    ],
)
def test_a_bad_variable_is_named(monkeypatch, variable, text, message):
    monkeypatch.setenv(variable, text)

    with pytest.raises(ConfigurationError) as caught:
        from_environment(VOCABULARY)

    assert message in str(caught.value)


def test_a_variable_that_is_none_of_ours_is_left_alone(monkeypatch):
    monkeypatch.setenv("AUTOLOG_QQQQ", "1")

    assert from_environment(VOCABULARY) == Source()


def test_the_table_of_the_nearest_pyproject_is_read(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.autolog]\nexperiment = "here"\n[tool.autolog.xgboost]\nrounds = 3\n'
    )
    below = tmp_path / "below" / "further"
    below.mkdir(parents=True)

    source = from_file(VOCABULARY, below)

    assert source == Source({"experiment": "here"}, {"xgboost": {"rounds": 3}})


def test_a_nearer_pyproject_without_a_table_says_nothing(tmp_path):
    (tmp_path / "autolog.toml").write_text('experiment = "far"')
    near = tmp_path / "near"
    near.mkdir()
    (near / "pyproject.toml").write_text("[project]\n")

    assert from_file(VOCABULARY, near) == Source()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pyproject.toml", "[tool.autolog]\nexperimnt = 'x'", "[tool.autolog]: there is no option"),
        ("pyproject.toml", "[tool]\nautolog = 3 # tool.autolog", "expected a table, got 3"),
        ("pyproject.toml", "[tool.autolog]\nsilent = 3", "[tool.autolog]: silent: expected True"),
        ("autolog.toml", "silent = ", "Invalid value"),
        ("autolog.toml", "[xgboost]\nrounds = 'x'", "xgboost: rounds: expected int"),
    ],
)
def test_a_bad_file_is_refused_with_file_and_key(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)

    with pytest.raises(ConfigurationError) as caught:
        from_file(VOCABULARY, tmp_path)

    assert str(tmp_path / name) in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "off"), [("0", True), ("off", True), ("1", False), ("", False)])
def test_the_kill_switch(monkeypatch, text, off):
    monkeypatch.setenv("AUTOLOG", text)

    assert switched_off() is off


def test_every_option_is_explained_and_is_an_argument_of_autolog():
    import inspect

    from autolog import autolog

    arguments = set(inspect.signature(autolog).parameters) - {"libraries"}

    assert arguments == set(OPTIONS)
    assert all(option["explanation"] for option in OPTIONS.values())
    assert all(f"\n    {name}: " in inspect.getdoc(autolog) for name in OPTIONS)


def test_defaults_are_those_of_the_settings():
    assert Configuration().settings() == Settings()
