"""Rows that hold for any scenario: what must not change a run, and what must.

In:  shipped scenario files.
Out: findings of the rows of the area "metamorphic".
"""

from __future__ import annotations

from typing import Final

from sim.app.verification.table import RowCheck

__all__ = ["CHECKS"]

CHECKS: Final[dict[str, RowCheck]] = {}
