"""A run of the compiled engine that stops where a policy takes its steps.

A table that is full ends a run of the kernel wherever it is. Then the table is made larger, and the
run begins anew with the pieces it had and the switches that were made between them: what a policy
has decided is replayed, never asked for again.

In:  `Workbench`, a replication.
Out: `SteppedBench`, a `sim.engine.policies.Stepped`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.engine.compiled import layout
from sim.engine.compiled.engine import Workbench
from sim.engine.compiled.library import kernel
from sim.engine.rules import flow
from sim.engine.trace import Trace
from sim.model.tables import IntArray, ModelTables

__all__ = ["SteppedBench"]


class SteppedBench:
    """A run in pieces.

    Parameters
    ----------
    bench : Workbench
        It holds the run; nothing else may use it meanwhile.
    replication : int
        Index of the random history, from 0.
    """

    def __init__(self, bench: Workbench, replication: int) -> None:
        self._bench = bench
        self._kernel = kernel()
        self._pieces: list[tuple[dict[int, bool], int]] = []
        self._replication = replication
        bench.begin(replication)

    @property
    def replication(self) -> int:
        """Index of the random history."""
        return self._replication

    @property
    def tables(self) -> ModelTables:
        """What is run."""
        return self._bench.packed.tables

    @property
    def second(self) -> int:
        """The second it is now."""
        return int(self._bench.world["now"][0])

    @property
    def in_force(self) -> tuple[int, int]:
        """The dated regime T that holds, and the set of active triggers."""
        world = self._bench.world
        return int(world["t"][0]), int(world["mask"][0])

    def advance(self, second: int, switches: Mapping[int, bool]) -> None:
        """Switch triggers now, then run to a policy's place in a later second."""
        self._pieces.append((dict(switches), second))
        status = self._run(len(self._pieces) - 1)
        while self._bench.has_enlarged(status):
            self._bench.begin(self._replication)
            status = self._replayed()

    def finish(self, switches: Mapping[int, bool]) -> Trace:
        """Switch triggers now, then run to the horizon."""
        self.advance(layout.FAR, switches)
        return self._bench.trace(self._replication)

    def _replayed(self) -> int:
        """Run every piece again, up to one that fills a table."""
        status = layout.FINE
        for number in range(len(self._pieces)):
            status = self._run(number)
            if status not in (layout.FINE, layout.PAUSED):
                break
        return status

    def _run(self, number: int) -> int:
        """Make the switches of a piece, and run it."""
        switches, pause_at = self._pieces[number]
        world, watches = self._bench.world, self._bench.tables["watches"]
        for index, on in switches.items():
            watches["counted"][index] = on
            watches["switched"][index] = 1
        world["resumed"], world["pause_at"] = int(number > 0), pause_at
        return self._kernel(world.ctypes.data)

    def stock(self, n: int) -> int:
        """Return what there is of an input at this second [g or pieces]."""
        stock = self._bench.tables["inputs"][n]
        site = self._bench.tables["sites"][int(stock["site"])]
        left = int(stock["stock"])
        if site["pattern"] != layout.STEADY or site["state"] != layout.RUNNING:
            return left
        passed = self.second - int(site["since"])
        due, _ = flow(int(stock["use_per_day"]), passed, int(stock["remainder"]))
        return max(0, left - due)

    def rows_from(self, first: int) -> IntArray:
        """Return the rows that have been written, from one of them on, shape (n, 7)."""
        return self._bench.rows_from(first)
