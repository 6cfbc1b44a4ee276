"""What all tables have in common."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tools.parity.contract")
