"""A run of the SimPy engine that stops where a policy takes its steps.

In:  `Run`.
Out: `SteppedRun`, a `sim.engine.policies.Stepped`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Instant
from sim.engine.reference.engine import Run
from sim.engine.trace import COLUMNS, Trace
from sim.model.tables import IntArray, ModelTables

__all__ = ["SteppedRun"]


class SteppedRun:
    """A run in pieces.

    Parameters
    ----------
    run : Run
        At second 0, before anything has happened.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._place = key(Phase.DATED_MEASURE, len(run.tables.triggers.name))

    @property
    def tables(self) -> ModelTables:
        """What is run."""
        return self._run.tables

    @property
    def replication(self) -> int:
        """Index of the random history."""
        return self._run.replication

    @property
    def second(self) -> int:
        """The second it is now."""
        return self._run.clock.second

    @property
    def in_force(self) -> tuple[int, int]:
        """The dated regime T that holds, and the set of active triggers."""
        return self._run.now.t, self._run.now.active

    def advance(self, second: int, switches: Mapping[int, bool]) -> None:
        """Switch triggers now, then run to a policy's place in a later second."""
        self._switch(switches)
        clock = self._run.clock
        clock.run(until=Instant(clock, second, self._place))

    def finish(self, switches: Mapping[int, bool]) -> Trace:
        """Switch triggers now, then run to the horizon."""
        self._switch(switches)
        self._run.clock.run(until=self.tables.horizon_s)
        return self._run.trace()

    def _switch(self, switches: Mapping[int, bool]) -> None:
        triggers = self._run.triggers
        if triggers is not None:
            for index in sorted(switches):
                triggers.switch(index, on=switches[index])

    def stock(self, n: int) -> int:
        """Return what there is of an input at this second [g or pieces]."""
        site = self._run.sites[int(self.tables.inputs.site[n])]
        return next(site.stock_now(stock) for stock in site.inputs if stock.index == n)

    def rows_from(self, first: int) -> IntArray:
        """Return the rows that have been written, from one of them on, shape (n, 7)."""
        rows = self._run.rows.rows[first:]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS))
