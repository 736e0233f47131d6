"""Sites that slow down on purpose while an input is short, and catch up in overtime afterwards.

Both are decided at order reviews. A stretched site runs at a share of its plan until a review finds
more cover. One that lags behind its plan for lack of inputs runs faster than planned; it stops in
the computed second in which what it lost is made good. A full store is not a loss.
"""

from __future__ import annotations

from enum import IntEnum

from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock, Look
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site, State
from sim.engine.rules import scaled
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import MILLION, ModelTables
from sim.units import DAY_S

__all__ = ["Pace", "PacedSite", "is_paced"]


class Pace(IntEnum):
    """How fast a site runs, as rows of the kind RATE say it."""

    PLAN = 0
    STRETCHED = 1
    OVERTIME = 2


def is_paced(tables: ModelTables, site: int) -> bool:
    """Say whether a measure ever lets a site with steady use run slower or faster than planned."""
    every = (tables.regimes, *tables.reactions)
    return tables.sites.pattern[site] == "steady" and any(
        bool((table.stretch_below_s[:, site] > 0).any())
        or bool((table.overtime[:, site] > MILLION).any())
        for table in every
    )


class PacedSite(Site):
    """A site that may run slower or faster than planned; parameters as for `Site`."""

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, index: int, start: InitialState
    ) -> None:
        super().__init__(clock, tables, rows, index, start)
        self.pace = Pace.PLAN
        self.stretch_below_s = 0
        self.stretch_share = MILLION
        self.overtime = MILLION
        self.on_review = self._review
        self._lost = 0
        self._made_good = Look(clock, key(Phase.OUTPUT_DONE, index, 1), self._stop_overtime)

    def settle(self) -> None:
        """Bring stocks up to now, and what is lost of the plan, in units x 86400."""
        dt_s = self.clock.second - self._since
        if self.state is State.HALTED:
            self._lost += self.plan_per_day * dt_s
        elif self.state is State.RUNNING:
            self._lost += (self.plan_per_day - self.finished.per_day) * dt_s
        super().settle()

    def enter(self, now: InForce) -> None:
        """Follow what is in force: a measure that ends ends at once, one that begins waits."""
        pace, rate = self.pace, self.finished.per_day
        self.stretch_below_s = int(now.table.stretch_below_s[now.t, self.index])
        self.stretch_share = int(now.table.stretch_share[now.t, self.index])
        self.overtime = int(now.table.overtime[now.t, self.index])
        over = self.stretch_below_s == 0, self.overtime == MILLION
        if (self.pace, True) in zip((Pace.STRETCHED, Pace.OVERTIME), over, strict=True):
            self.pace = Pace.PLAN
        super().enter(now)
        if self.finished.per_day != self.rate_of(self.plan_per_day):
            self.settle()
            self.run_at(self.plan_per_day, self.rate_of(self.plan_per_day), at_once=True)
        if self.pace is not pace or (self.pace is not Pace.PLAN and rate != self.finished.per_day):
            self._note()

    def rate_of(self, plan_per_day: int) -> int:
        """Return the output a day that a plan means at the pace of now."""
        if self.pace is Pace.PLAN:
            return plan_per_day
        factor = self.stretch_share if self.pace is Pace.STRETCHED else self.overtime
        return scaled(plan_per_day, factor, MILLION)

    def _note(self) -> None:
        self.rows.add(
            self.clock.second, Kind.RATE, self.index, quantity=self.finished.per_day,
            level=self.pace,
        )  # fmt: skip

    def _review(self) -> None:
        """Choose a pace; the site has been settled."""
        gains = scaled(self.plan_per_day, self.overtime, MILLION) > self.plan_per_day
        if self._is_short():
            self._change(Pace.STRETCHED)
        elif self._lost > 0 and gains:
            self._change(Pace.OVERTIME)
        else:
            self._change(Pace.PLAN)

    def _is_short(self) -> bool:
        if self.stretch_below_s == 0:
            return False
        use_of = (
            (lambda stock: stock.planned_per_day)
            if self.substitutes is None
            else self.substitutes.planned_use
        )
        return any(s.stock * DAY_S < self.stretch_below_s * use_of(s) for s in self.inputs)

    def _change(self, pace: Pace) -> None:
        if pace is not self.pace:
            self.pace = pace
            self.run_at(self.plan_per_day, self.rate_of(self.plan_per_day))
            self._note()

    def _watch(self, *, at_once: bool = False) -> None:
        """Look for the end of overtime, too."""
        super()._watch(at_once=at_once)
        gain = self.finished.per_day - self.plan_per_day
        if self.pace is Pace.OVERTIME and self.state is State.RUNNING and gain > 0:
            self._made_good.at(self.clock.second + max(1, -(-self._lost // gain)))

    def _stop_overtime(self) -> None:
        """Go back to the plan if what was lost is made good."""
        self.settle()
        if self.pace is Pace.OVERTIME and self._lost <= 0:
            self._change(Pace.PLAN)
        else:
            self._watch()
