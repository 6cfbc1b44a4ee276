"""What has to be installed to load a model, from the modules that its serialised form names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from autolog.capture.model.distributions import owner_of, pinned
from autolog.installed import installed_version

if TYPE_CHECKING:
    from collections.abc import Iterable


class Requirements(msgspec.Struct, frozen=True):
    """What a model needs.

    Attributes:
        packages: Pinned requirements, sorted, after `mlflow`, which serves the model.
        code_paths: Files and folders with code that is in no package index, sorted.
    """

    packages: list[str]
    code_paths: list[str]


def requirements_of(modules: Iterable[str]) -> Requirements:
    """Finds the distributions of modules, for a background thread.

    Args:
        modules: The full names of modules, which have been imported.
    """
    owners = {owner for module in sorted(modules) if (owner := owner_of(module))}
    packages = {owner.requirement for owner in owners if owner.requirement}
    mlflow_version = installed_version("mlflow")
    # Unpinned where MLflow is not installed: no version of it has been tried with this model.
    mlflow = "mlflow" if mlflow_version is None else pinned("mlflow", mlflow_version)
    return Requirements(
        packages=[mlflow, *sorted(packages - {mlflow})],
        code_paths=sorted(str(owner.file) for owner in owners if owner.requirement is None),
    )
