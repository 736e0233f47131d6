"""The verification table, run: every row through scenario files and the real engine.

`CHECKS` names the rows; `run_rows` runs some or all of them, in the order of the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.app.verification.table import Finding, RowCheck
from sim.errors import InputError

__all__ = ["CHECKS", "Finding", "RowCheck", "run_rows"]

CHECKS: dict[str, RowCheck] = {}


def run_rows(ids: Sequence[str] | None = None) -> list[Finding]:
    """Findings of the named rows, or of all rows, in the order of the registry."""
    return [finding for row in (CHECKS if ids is None else ids) for finding in CHECKS[row]()]
