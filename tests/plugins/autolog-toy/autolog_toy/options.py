"""What a user may ask of the integration: `autolog(toylearn={"every_n_rounds": 10})`."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True):
    """Options of the toylearn integration.

    Attributes:
        every_n_rounds: The loss of every so many rounds is recorded.
    """

    every_n_rounds: int = 1
