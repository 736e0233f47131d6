"""Which stages goods have to pass now: gates in force, less what a general licence stands for.

A general licence stands for every stage whose desk decides licences; holds at customs remain. One
with a quantity has an account for each lane, filled when it first stands for a stage. A dispatch
that does not fit what is left needs a single application; what is left at the end lapses.
"""

from __future__ import annotations

from sim.engine.reference.clock import Clock
from sim.engine.reference.file import Goods
from sim.engine.reference.regime import InForce
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import UNSET, ModelTables

__all__ = ["Needs"]


class Needs:
    """What the lanes of a run need, and the accounts of their general licences.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows

    Attributes
    ----------
    mask : list of int, shape (L,)
        Bit k: a gate in force asks for stage k of the lane.
    general : list of int, shape (L,)
        General licence that covers the lane, or UNSET.
    left : dict of int to int
        What is left of it, by lane; a lane whose general licence has no limit is missing.
    """

    def __init__(self, clock: Clock, tables: ModelTables, rows: TraceRows) -> None:
        self.clock = clock
        self.rows = rows
        self.quantity = [licence.quantity for licence in tables.general_licences]
        self.mask = [0] * len(tables.lanes.name)
        self.general = [UNSET] * len(tables.lanes.name)
        self.left: dict[int, int] = {}
        self._n_stages = [len(desks) for desks in tables.lanes.stages]
        self._licences = [
            sum(1 << k for k, desk in enumerate(desks) if tables.desks.decides[desk] != "hold")
            for desks in tables.lanes.stages
        ]

    def enter(self, now: InForce) -> list[int]:
        """Let another regime hold; return the lanes whose needs it changes, in order."""
        mask, general = self.mask, self.general
        self.mask = now.table.stages_needed[now.t].tolist()
        self.general = now.table.general_licence[now.t].tolist()
        changed = []
        for lane, licence in enumerate(self.general):
            if licence != general[lane]:
                self._end(lane, general[lane])
            if licence != UNSET and self.mask[lane] & self._licences[lane]:
                self._begin(lane, licence)
            if licence != general[lane] or self.mask[lane] != mask[lane]:
                changed.append(lane)
        return changed

    def _end(self, lane: int, licence: int) -> None:
        """Close the account of a general licence."""
        unused = self.left.pop(lane, 0)
        if unused:
            self.rows.add(self.clock.second, Kind.GENERAL_LAPSED, lane, licence, unused)

    def _begin(self, lane: int, licence: int) -> None:
        """Open the account of a general licence that stands for a stage, if it has none yet."""
        if self.quantity[licence] != UNSET:
            self.left.setdefault(lane, self.quantity[licence])

    def stage(self, goods: Goods) -> int:
        """Return the first stage that goods have yet to pass; past the last if none.

        Goods that fit a general licence are charged to it, once.
        """
        lane = goods.lane
        mask = self.mask[lane] & ~goods.passed
        if self.general[lane] != UNSET and mask & self._licences[lane] and self._covers(goods):
            mask &= ~self._licences[lane]
        return (mask & -mask).bit_length() - 1 if mask else self._n_stages[lane]

    def asks(self, goods: Goods, stage: int) -> bool:
        """Say whether goods have to pass a stage now, be it again."""
        lane, bit = goods.lane, 1 << stage
        if not self.mask[lane] & bit:
            return False
        general = self.general[lane] != UNSET and bit & self._licences[lane]
        return not (general and self._covers(goods))

    def _covers(self, goods: Goods) -> bool:
        left = self.left.get(goods.lane)
        if left is None or goods.general == self.general[goods.lane]:
            return True
        if not 0 < goods.quantity <= left:
            return False
        goods.general = self.general[goods.lane]
        self.left[goods.lane] = left - goods.quantity
        return True

    def asks_for_application(self, lane: int, quantity: int) -> bool:
        """Say whether an amount on a lane needs an application of its own now."""
        if not self.mask[lane] & self._licences[lane]:
            return False
        covered = self.general[lane] != UNSET
        return not covered or quantity > self.left.get(lane, quantity)
