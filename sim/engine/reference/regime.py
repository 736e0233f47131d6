"""What is in force now: a row of the regime table that belongs to the triggers that are active.

In:  `ModelTables`.
Out: `InForce`, the one record of a run that says which regime holds; whoever needs a rule reads
     `now.table.<column>[now.t]`.
"""

from __future__ import annotations

from sim.engine.rules import scaled
from sim.model.tables import MILLION, ModelTables, RegimeTable

__all__ = ["InForce", "planned_use"]


class InForce:
    """The regime of this second; the run's engine sets it, everybody reads it.

    Parameters
    ----------
    tables : ModelTables

    Attributes
    ----------
    t : int
        Dated regime T.
    active : int
        Set of active triggers (bit g: trigger g).
    table : RegimeTable
        `tables.regimes_under(active)`.
    plan_per_day, use_share : list of int, shapes (S,) and (N,)
        Rows of the table that every site reads.
    """

    __slots__ = ("active", "plan_per_day", "t", "table", "tables", "use_share")

    def __init__(self, tables: ModelTables) -> None:
        self.tables = tables
        self.enter(0, 0)

    def enter(self, t: int, active: int) -> None:
        """Let a dated regime hold, under a set of active triggers."""
        self.t = t
        self.active = active
        self.table: RegimeTable = self.tables.regimes_under(active)
        self.plan_per_day: list[int] = self.table.plan_per_day[t].tolist()
        self.use_share: list[int] = self.table.use_share[t].tolist()


def planned_use(tables: ModelTables, regimes: RegimeTable, t: int, n: int) -> int:
    """Return the planned use of an input in a regime [g or pieces a day]."""
    inputs = tables.inputs
    output = int(regimes.plan_per_day[t, inputs.site[n]]) * int(inputs.per_unit[n])
    return scaled(output, int(regimes.use_share[t, n]), int(inputs.per[n]) * MILLION)
