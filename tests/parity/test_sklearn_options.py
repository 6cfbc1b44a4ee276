"""Every option of `mlflow.sklearn.autolog()` has an equivalent here, or says why it has none."""

from __future__ import annotations

import ast
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import pytest

from autolog.config.settings import OPTIONS
from autolog.errors import ConfigurationError
from autolog.registry import discover, vocabulary
from autolog_sklearn.options import Options

EQUIVALENTS = {
    "disable": "disable",
    "disable_for_unsupported_versions": "disable_for_unsupported_versions",
    "exclusive": "exclusive",
    "extra_tags": "tags",
    "log_datasets": "log_datasets",
    "log_input_examples": "log_input_examples",
    "log_model_signatures": "log_signatures",
    "log_models": "log_models",
    "log_post_training_metrics": "log_post_training_metrics",
    "max_tuning_runs": "max_tuning_runs",
    "pos_label": "pos_label",
    "serialization_format": "model_format",
    "silent": "silent",
}
"""By MLflow's name: ours."""

NONE = {"registered_model_name": "there is no registry of models"}
"""What has no equivalent, and what the error says of it."""

OWN = {option.name for option in fields(Options)}
RENAMED = {name: ours for name, ours in EQUIVALENTS.items() if name != ours}


def read(**given):
    return vocabulary(discover()).read(given, "autolog()")


def mlflows_options():
    """The arguments of MLflow's function, read from its source, which takes seconds to import."""
    source = Path(find_spec("mlflow").origin).parent / "sklearn" / "__init__.py"
    (function,) = (
        node
        for node in ast.parse(source.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "autolog"
    )
    return {argument.arg for argument in function.args.args + function.args.kwonlyargs}


def test_each_option_of_mlflow_is_accounted_for():
    assert mlflows_options() == EQUIVALENTS.keys() | NONE.keys()


@pytest.mark.parametrize("ours", sorted(EQUIVALENTS.values()))
def test_an_equivalent_is_an_option(ours):
    assert ours in OPTIONS or ours in OWN


@pytest.mark.parametrize("name", RENAMED)
def test_where_the_name_is_another_the_error_tells_it(name):
    with pytest.raises(ConfigurationError, match=f"MLflow calls so is {RENAMED[name]!r} here"):
        read(sklearn={name: None})
    with pytest.raises(ConfigurationError, match=f"MLflow calls so is {RENAMED[name]!r} here"):
        read(**{name: None})


@pytest.mark.parametrize("name", NONE)
def test_where_there_is_no_equivalent_the_error_says_why(name):
    with pytest.raises(ConfigurationError, match=NONE[name]):
        read(sklearn={name: "x"})


@pytest.mark.parametrize("name", sorted(EQUIVALENTS.keys() & OWN))
def test_an_option_of_scikit_learn_alone_is_refused_for_all_with_where_it_belongs(name):
    with pytest.raises(
        ConfigurationError, match=rf"it is an option of sklearn: sklearn={{'{name}'"
    ):
        read(**{name: None})
