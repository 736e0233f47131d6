"""The row protocol of the verification table: what a check is, and what it hands back.

A row of `sim/data/verification.csv` (or a public number named in its `source`) is held by one
function without arguments, a `RowCheck`. It runs what the row describes and returns one
`Finding` per number of the row. A finding judges itself; nothing is raised for a wrong number.

In:  nothing; each check loads its own scenario files.
Out: `tuple[Finding, ...]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Finding", "RowCheck", "Value"]

Value = float | str | bool


@dataclass(frozen=True)
class Finding:
    """One number (or date, or yes) of one row: what the table states, what was found.

    Attributes
    ----------
    row : str
        Identifier of the row, such as "V01".
    quantity : str
        What was measured, in words.
    expected, found : float, str or bool
        What the table states; what the program gave. Both of one kind.
    tolerance : float
        Largest difference that passes [`unit`]; 0.0 demands equality.
    unit : str
        Unit of `expected`, `found` and `tolerance`; "" for a text, a truth or a pure number.
    note : str
        How it was run; for a statistical row the sample size and the standard error.
    """

    row: str
    quantity: str
    expected: Value
    found: Value
    tolerance: float
    unit: str
    note: str

    @property
    def passed(self) -> bool:
        """Whether `found` agrees with `expected` within `tolerance`; a NaN never does."""
        if isinstance(self.expected, float) and isinstance(self.found, float):
            if self.tolerance == 0.0:
                return self.found == self.expected
            return math.fabs(self.found - self.expected) <= self.tolerance
        return type(self.expected) is type(self.found) and self.expected == self.found


RowCheck = Callable[[], tuple[Finding, ...]]
