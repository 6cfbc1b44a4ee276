"""Which model was fitted in which run, for as long as the model is in use."""

from __future__ import annotations

from typing import Any

from autolog.capture.weak_identity import WeakIdentities

followed_models: WeakIdentities[Any] = WeakIdentities()
"""The runs of recorded fits by what they fitted; integrations ask here for models of others."""
