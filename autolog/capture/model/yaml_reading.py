"""YAML from anywhere, read as plain data, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.errors import ModelDamaged, ModelNotLoadable

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 16 << 20
_DEEPEST = 32


def read_yaml(file: Path) -> Any:
    """Reads a file of YAML that holds plain data and no tricks.

    Args:
        file: The file.

    Raises:
        ModelDamaged: It is not YAML, or it uses tags, or aliases, by which a short text can stand
            for more data than there is memory; or it is far too large or too deeply nested.
        ModelNotLoadable: PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError as missing:
        raise ModelNotLoadable(
            "Reading a model needs PyYAML: pip install 'autolog-ml[models]'."
        ) from missing
    size = file.stat().st_size
    if size > _LARGEST:
        raise ModelDamaged(f"{file} has {size} bytes, which is too much to be what it should be.")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = file.read_bytes()
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise ModelDamaged(f"{file} uses an alias of YAML, which no model needs.")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ModelDamaged(f"{file} is nested more than {_DEEPEST} levels deep.")
        return yaml.load(text, Loader=loader)  # noqa: S506 - it is a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ModelDamaged(f"{file} is not plain YAML: {error}") from error
