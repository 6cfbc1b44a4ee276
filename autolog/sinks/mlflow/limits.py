"""What MLflow's servers take: names, lengths and sizes, cut as MLflow's own autologging cuts."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

MOST_ENTITIES = 1000
MOST_PARAMS = 100
MOST_TAGS = 100
MOST_BYTES = 900_000
"""Of a request, which MLflow refuses from a million bytes on."""

LARGEST_STEP = 2**63 - 1
"""A server that is told of a larger one takes the request, and nothing of what is in it."""

KEY_LENGTH = 250
PARAM_LENGTH = 6000
TAG_LENGTH = 8000
DATASET_NAME_LENGTH = 500
DIGEST_LENGTH = 36
SOURCE_LENGTH = 65_535
SCHEMA_LENGTH = 1_048_575
PROFILE_LENGTH = 16_777_215

_FOREIGN = re.compile(r"[^/\w.\- :]")


def cut(text: str, length: int) -> str:
    """The text, with `...` at its end where it is longer than allowed."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


@lru_cache(maxsize=4096)
def key_for(name: str) -> str:
    """The name under which MLflow takes a param, metric or tag, as near as possible."""
    key = cut(_FOREIGN.sub("_", name), KEY_LENGTH)
    if posixpath.normpath(key) != key or key.startswith("/"):
        key = key.replace("/", "_")
    if key.startswith("..") or key in {".", ""}:  # which would be other folders
        key = f"_{key}"
    return key
