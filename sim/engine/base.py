"""What every engine is: a function from tables and a replication number to a trace.

Engines agree row for row; which one runs is a matter of speed, not of results.
"""

from __future__ import annotations

from typing import Protocol

from sim.engine.trace import Trace
from sim.model.tables import ModelTables

__all__ = ["Engine"]


class Engine(Protocol):
    """An engine."""

    def __call__(self, tables: ModelTables, replication: int) -> Trace:
        """Run one replication to the horizon.

        Parameters
        ----------
        tables : ModelTables
            From `sim.model.build_model`.
        replication : int
            Index of the random history, from 0; the same for every alternative.
        """
        ...
