"""Every option of MLflow's autologging of these libraries has an equivalent here."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from autolog.config.settings import OPTIONS
from autolog.errors import ConfigurationError
from autolog.registry import discover, vocabulary

EQUIVALENTS = {
    "disable": "disable",
    "disable_for_unsupported_versions": "disable_for_unsupported_versions",
    "exclusive": "exclusive",
    "extra_tags": "tags",
    "importance_types": "importance_types",
    "log_datasets": "log_datasets",
    "log_input_examples": "log_input_examples",
    "log_model_signatures": "log_signatures",
    "log_models": "log_models",
    "log_post_training_metrics": "log_post_training_metrics",
    "max_tuning_runs": "max_tuning_runs",
    "model_format": "model_format",
    "pos_label": "pos_label",
    "registered_model_name": "registered_model_name",
    "serialization_format": "model_format",
    "silent": "silent",
}
"""By MLflow's name: ours."""

LIBRARIES = ("lightgbm", "sklearn", "xgboost")


def read(**given):
    return vocabulary(discover()).read(given, "autolog()")


@cache
def mlflows_options(library):
    """The arguments of MLflow's function, read from its source, which takes seconds to import."""
    source = Path(find_spec("mlflow").origin).parent / library / "__init__.py"
    (function,) = (
        node
        for node in ast.parse(source.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "autolog"
    )
    return {argument.arg for argument in function.args.args + function.args.kwonlyargs}


def own_options(library):
    options = import_module(f"autolog_{library}.options").Options
    return set(options.__struct_fields__)


GIVEN = [(library, name) for library in LIBRARIES for name in sorted(mlflows_options(library))]
RENAMED = [pair for pair in GIVEN if EQUIVALENTS[pair[1]] != pair[1]]


def test_each_option_of_mlflow_has_one():
    assert {name for _, name in GIVEN} == EQUIVALENTS.keys()


@pytest.mark.parametrize(("library", "name"), GIVEN)
def test_an_equivalent_is_an_option(library, name):
    assert EQUIVALENTS[name] in {*OPTIONS, *own_options(library)}


@pytest.mark.parametrize(("library", "name"), RENAMED)
def test_where_the_name_is_another_the_error_tells_it(library, name):
    told = f"MLflow calls so is {EQUIVALENTS[name]!r} here"

    with pytest.raises(ConfigurationError, match=told):
        read(**{library: {name: None}})
    with pytest.raises(ConfigurationError, match=told):
        read(**{name: None})


@pytest.mark.parametrize(
    ("name", "having"),
    [
        ("importance_types", ["lightgbm", "xgboost"]),
        ("log_post_training_metrics", ["sklearn"]),
        ("model_format", ["lightgbm", "sklearn", "xgboost"]),
        ("pos_label", ["lightgbm", "sklearn", "xgboost"]),
    ],
)
def test_an_option_of_some_libraries_is_refused_for_all_with_where_it_belongs(name, having):
    told = rf"it is an option of {', '.join(having)}: {having[0]}={{'{name}'"

    with pytest.raises(ConfigurationError, match=told):
        read(**{name: None})
