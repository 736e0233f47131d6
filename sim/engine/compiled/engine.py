"""Many runs, fast: the compiled engine from the outside.

    simulate_compiled(tables, 3)             the trace of replication 3, as the SimPy engine has it
    workbench(tables).run(3)                 the same; its next run does not pack the tables again
    traces(tables, range(100), threads=2)    one after the other, made by two threads

In:  `ModelTables` and replication numbers.
Out: `Trace`, identical row for row to that of `sim.engine.reference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.base import refuse_without_policy
from sim.engine.compiled import layout
from sim.engine.compiled.library import kernel
from sim.engine.compiled.limits import check
from sim.engine.compiled.pack import Packed, pack
from sim.engine.compiled.records import Table
from sim.engine.trace import COLUMNS, Kind, Row, Totals, Trace
from sim.errors import SimulationError
from sim.model.tables import IntArray, ModelTables

if TYPE_CHECKING:
    from sim.engine.policies import PolicyFactory

__all__ = ["ArrayTrace", "Workbench", "simulate_compiled", "steered", "traces", "workbench"]

_SCALAR_BYTES = layout.offset_of("sites")
"""Bytes of the world before the places of its tables."""
_LEAST = {"rows": 4096, "events": 1024, "files": 256, "goods": 256, "shipments": 512,
          "orders": 64, "due": 64, "licensed": 64, "spans": 16}  # fmt: skip
"""Records that a run begins with; a table that is full is made larger, and the run begins anew."""
_ALL_KINDS = -1


class ArrayTrace(Trace):
    """A trace whose rows are an array first, and a list of tuples when somebody asks.

    Parameters
    ----------
    tables, replication, totals, n_events
        As for `Trace`.
    rows : ndarray of int64, shape (n, 7)
    """

    def __init__(
        self, tables: ModelTables, replication: int, rows: IntArray, totals: Totals, n_events: int
    ) -> None:
        self.__dict__.update(
            tables=tables, replication=replication, rows=rows, totals=totals, n_events=n_events
        )

    @cached_property
    def listed(self) -> list[Row]:
        """Every row, in order of happening; columns as in `COLUMNS`."""
        return _as_tuples(self.rows)

    @cached_property
    def by_kind(self) -> dict[int, list[Row]]:
        """The rows of each kind, in order; those of a kind are listed when they are asked for."""
        return _ByKind(self.rows)

    def of(self, kind: Kind) -> IntArray:
        """Return the rows of one kind, shape (m, 7), in order."""
        found: IntArray = self.rows[self.rows[:, 1] == kind]
        return found


class _ByKind(dict[int, list[Row]]):
    """Rows by kind, listed kind by kind as somebody asks."""

    def __init__(self, rows: IntArray) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, kind: int) -> list[Row]:
        self[kind] = found = _as_tuples(self._rows[self._rows[:, 1] == kind])
        return found


def _as_tuples(rows: IntArray) -> list[Row]:
    return list(zip(*rows.T.tolist(), strict=True))


class Workbench:
    """The memory of one run at a time, used again for the next; a thread needs one of its own.

    Parameters
    ----------
    packed : Packed
        Tables of one alternative as records.

    Attributes
    ----------
    world : structured array, shape (1,)
        Scalars of the run, and where its tables lie.
    tables : dict of str to structured array
        Tables of the run, by their names in `layout`.
    """

    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self.world = packed.world.copy()
        self._scalars = self.world.view(np.uint8)[:_SCALAR_BYTES]
        self._scalars_at_start = packed.world.view(np.uint8)[:_SCALAR_BYTES].copy()
        self.tables: dict[str, Table] = {}
        self._fresh: list[tuple[Table, Table]] = []
        for name, template in packed.records.items():
            if name in layout.BUFFERS:
                continue
            constant = name in layout.CONSTANT_TABLES
            table = template if constant else template.copy()
            self._place(name, table, len(template))
            if not constant and len(template):
                self._fresh.append((table, template))
        for name, least in _LEAST.items():
            self.enlarge(name, max(least, len(packed.records.get(name, ()))))
        self.enlarge("goods_stages", len(self.tables["goods"]) * self._most_stages)

    @property
    def _most_stages(self) -> int:
        return int(self.world["most_stages"][0])

    def _place(self, name: str, table: Table, n: int) -> None:
        """Tell the world where a table lies; an empty one has a place, but no records."""
        if len(table) == 0:
            table = np.zeros(1, table.dtype)
        self.tables[name] = table
        self.world[name] = table.ctypes.data
        self.world["n_" + name] = n

    def enlarge(self, name: str, size: int) -> None:
        """Give a table that a run fills another size."""
        table = np.zeros(size, layout.TABLES[name])
        if name == "events":
            table["first"] = layout.FAR + np.arange(size)
        self._place(name, table, size)

    def run(self, replication: int, kinds: int = _ALL_KINDS) -> Trace:
        """Run one replication to the horizon.

        Parameters
        ----------
        replication : int
            Index of the random history, from 0.
        kinds : int
            Kinds of rows to write (bit k: kind k of `sim.engine.trace.Kind`); default: all.

        Raises
        ------
        SimulationError
            If a quantity does not fit 64 bits, or something comes back without end.
        """
        refuse_without_policy(self.packed.tables)
        run = kernel()
        self.begin(replication, kinds)
        while self.has_enlarged(run(self.world.ctypes.data)):
            self.begin(replication, kinds)
        return self.trace(replication)

    def has_enlarged(self, status: int) -> bool:
        """Enlarge the table that a run has filled; False if none was in its way.

        Raises
        ------
        SimulationError
            If something else was.
        """
        full = [name for name, code in layout.BUFFERS.items() if code == status]
        if not full:
            _raise_for(status, int(self.world["fault"][0]))
            return False
        self.enlarge(full[0], 2 * len(self.tables[full[0]]) + 64)
        if full[0] == "goods":
            self.enlarge("goods_stages", len(self.tables["goods"]) * self._most_stages)
        return True

    def begin(self, replication: int, kinds: int = _ALL_KINDS) -> None:
        """Put everything back to second 0."""
        left = int(self.world["events_used"][0])
        self.tables["events"]["first"][:left] = layout.FAR + np.arange(left)
        self._scalars[:] = self._scalars_at_start
        self.world["replication"], self.world["record"] = replication, kinds
        for table, template in self._fresh:
            table[:] = template
        spans = self.packed.records["spans"]
        self.tables["spans"][: len(spans)] = spans
        self.world["spans_used"] = len(spans)

    def rows_from(self, first: int) -> IntArray:
        """Return a copy of the rows that have been written, from one of them on, shape (n, 7)."""
        rows = self.tables["rows"][first : int(self.world["rows_used"][0])]
        return rows.view(np.int64).reshape(len(rows), len(COLUMNS)).copy()

    def trace(self, replication: int) -> Trace:
        """Return the trace of the run that has ended."""
        n_events = int(self.world["events_done"][0] + self.world["events_late"][0])
        tables = self.packed.tables
        return ArrayTrace(tables, replication, self.rows_from(0), self._totals(), n_events)

    def _totals(self) -> Totals:
        tables = self.packed.tables
        sites = self.tables["sites"][: len(tables.sites.name)]
        inputs = self.tables["inputs"][: len(tables.inputs.name)]
        lanes = self.tables["lanes"][: len(tables.lanes.name)]
        sells = sites["sells"] == 1
        return Totals(
            made=sites["made"].copy(),
            finished=np.where(sells, 0, sites["stock"]),
            start_finished=np.where(sells, 0, sites["start_stock"]),
            stock=inputs["stock"].copy(),
            used=inputs["used"].copy(),
            start_stock=inputs["start_stock"].copy(),
            waiting=lanes["waiting"].copy(),
            held=lanes["held"].copy(),
            moving=lanes["moving"].copy(),
            start_moving=lanes["start_moving"].copy(),
        )


def simulate_compiled(
    tables: ModelTables, replication: int, policy: PolicyFactory | None = None
) -> Trace:
    """Run one replication to the horizon with the compiled engine.

    Parameters
    ----------
    tables : ModelTables
        From `sim.model.build_model`.
    replication : int
        Index of the random history, from 0.
    policy : callable, optional
        Makes the policy that switches triggers during the run, see `sim.engine.policies`.

    Returns
    -------
    Trace
        Every row, and the accounts at the horizon.

    Raises
    ------
    PolicyError
        If triggers wait for a policy and there is none, or if it fails.
    """
    bench = workbench(tables)
    return bench.run(replication) if policy is None else steered(bench, replication, policy)


def steered(bench: Workbench, replication: int, policy: PolicyFactory) -> Trace:
    """Run one replication with a policy; the errors are those of `simulate_compiled`."""
    from sim.engine.compiled.stepping import SteppedBench
    from sim.engine.policies import steer

    return steer(SteppedBench(bench, replication), policy)


def workbench(tables: ModelTables) -> Workbench:
    """Return a workbench for one alternative.

    Raises
    ------
    Unsupported
        If the compiled engine cannot run it; the SimPy engine can.
    """
    check(tables)
    return Workbench(pack(tables))


def traces(
    tables: ModelTables, replications: Iterable[int], threads: int = 1, kinds: int = _ALL_KINDS
) -> Iterator[Trace]:
    """Yield the traces of many replications, in the order asked for.

    Parameters
    ----------
    tables : ModelTables
    replications : iterable of int
    threads : int
        Runs at the same time; the GIL is not held while one runs.
    kinds : int
        Kinds of rows to write, as for `Workbench.run`.
    """
    check(tables)
    packed = pack(tables)
    if threads == 1:
        bench = Workbench(packed)
        for replication in replications:
            yield bench.run(replication, kinds)
        return
    idle = [Workbench(packed) for _ in range(threads)]

    def run(replication: int) -> Trace:
        bench = idle.pop()
        try:
            return bench.run(replication, kinds)
        finally:
            idle.append(bench)

    with ThreadPoolExecutor(threads) as pool:
        asked = iter(replications)
        waiting: list[Any] = [pool.submit(run, r) for r in islice(asked, 2 * threads)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(run, r) for r in islice(asked, 1)]


def _raise_for(status: int, fault: int) -> None:
    if status == layout.TOO_LARGE:
        raise SimulationError("a quantity or a count of events does not fit the compiled engine; "
                              "run it with the SimPy engine")  # fmt: skip
    if status == layout.TOO_MANY_ATTEMPTS:
        raise SimulationError(f"a file came back {layout.MOST_ATTEMPTS:,} times; look at "
                              "refile_after and answer_time")  # fmt: skip
    if status == layout.OUT_OF_BOUNDS:
        names = {layout.offset_of("n_" + name): name for name in layout.TABLES}
        raise SimulationError(f"the compiled engine left the table '{names.get(fault, fault)}'")
