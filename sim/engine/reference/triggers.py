"""Reactions to what happens in a run: a quantity crosses a threshold, and later rules change.

What is watched is read off the trace as it is written: how many of some sites are halted, how many
files at a desk are not yet decided. The quantity of a second is what it is when all else in that
second has happened. An effect begins and ends among the regime changes of its second.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.trace import NONE, Kind, Outcome, TraceRows, stage_and_attempt
from sim.model.tables import ALWAYS, UNSET, ModelTables

__all__ = ["Triggers", "WatchedRows"]

_CHANGES_A_BACKLOG = (Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN)
_CHANGES_A_HALT = (Kind.HALTED, Kind.RESTARTED)


class WatchedRows(TraceRows):
    """A trace that tells somebody of every row that a trigger may watch."""

    def __init__(self) -> None:
        super().__init__()
        self.on_halt: Callable[[int, bool], None] | None = None
        self.on_file: Callable[[tuple[int, int, int], bool], None] | None = None

    def add(
        self,
        second: int,
        kind: int,
        subject: int,
        index: int = NONE,
        quantity: int = NONE,
        level: int = NONE,
        until: int = NONE,
    ) -> None:
        """Write one row, and tell of it."""
        super().add(second, kind, subject, index, quantity, level, until)
        if kind in _CHANGES_A_HALT and self.on_halt is not None:
            self.on_halt(subject, kind == Kind.HALTED)
        elif kind in _CHANGES_A_BACKLOG and self.on_file is not None:
            part = level if kind == Kind.FILED else until
            is_open = kind == Kind.FILED or (kind == Kind.DECIDED and level == Outcome.RETURNED)
            self.on_file((subject, stage_and_attempt(part)[0], index), is_open)


class _Watch:
    """One trigger: what it counts, whether it is armed, and when its effect begins and ends."""

    def __init__(self, index: int, tables: ModelTables) -> None:
        triggers = tables.triggers
        self.index = index
        self.sites = frozenset(triggers.sites[index])
        self.desk = int(triggers.desk[index])
        self.other_applicants = bool(triggers.other_applicants[index])
        self.above, self.until = int(triggers.above[index]), int(triggers.until[index])
        self.lag_s = max(1, int(triggers.after_s[index]))
        self.lasts_s = int(triggers.lasts_s[index])
        self.from_s, self.to_s = int(triggers.from_s[index]), int(triggers.to_s[index])
        self.counted: set[object] = set()
        self.armed = True
        self.fired = False
        self.begins_s = self.ends_s = UNSET
        self.looks_at_s = UNSET


class Triggers:
    """All triggers of a run.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    rows : WatchedRows
    change : callable
        Called when the set of active triggers may have changed.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: WatchedRows,
        change: Callable[[], None],
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.change = change
        self.active = 0
        self._watches = [_Watch(g, tables) for g in range(len(tables.triggers.name))]
        self._n_lanes = len(tables.lanes.name)
        rows.on_halt = self._halt
        rows.on_file = self._file

    def _halt(self, site: int, is_halted: bool) -> None:
        for watch in self._watches:
            if site in watch.sites:
                self._count(watch, site, is_halted)

    def _file(self, file: tuple[int, int, int], is_open: bool) -> None:
        """Count a file, or no longer; (source, stage, slot) names it through all its attempts."""
        source, stage, _ = file
        table = self.tables
        others = source >= self._n_lanes
        desk = (
            int(table.applicants.desk[source - self._n_lanes])
            if others
            else table.lanes.stages[source][stage]
        )
        for watch in self._watches:
            if watch.desk == desk and (watch.other_applicants or not others):
                self._count(watch, file, is_open)

    def _count(self, watch: _Watch, what: object, is_in: bool) -> None:
        """Take note of a change, and look at the quantity at the end of this second."""
        (watch.counted.add if is_in else watch.counted.discard)(what)
        if watch.looks_at_s != self.clock.second:
            watch.looks_at_s = self.clock.second
            place = key(Phase.DATED_MEASURE, watch.index)
            self.clock.call(self.clock.second, place, lambda _: self._look(watch))

    def switch(self, index: int, *, on: bool) -> None:
        """Fire a trigger that a policy switches on, or let it be armed again."""
        watch = self._watches[index]
        watch.counted = {"switched on"} if on else set()
        self._look(watch)

    def _look(self, watch: _Watch) -> None:
        """Fire at an upward crossing; be armed again when the quantity is back."""
        now, quantity = self.clock.second, len(watch.counted)
        if watch.armed and quantity > watch.above:
            watch.armed = False
            watch.fired = watch.from_s <= now < watch.to_s
            if watch.fired:
                self._fire(watch, now + watch.lag_s)
                self._note(watch, 1, now + watch.lag_s)
        elif not watch.armed and quantity <= watch.until:
            watch.armed = True
            if watch.fired:
                ends_s = NONE if watch.lasts_s != UNSET else now + watch.lag_s
                if ends_s != NONE:
                    self._end_at(watch, ends_s)
                self._note(watch, 0, ends_s)

    def _note(self, watch: _Watch, fires: int, effect_s: int) -> None:
        quantity = len(watch.counted)
        self.rows.add(
            self.clock.second, Kind.TRIGGERED, watch.index, fires, quantity, until=effect_s
        )

    def _fire(self, watch: _Watch, effect_s: int) -> None:
        """Begin an effect, or go on with one that has begun or is about to."""
        if watch.begins_s == UNSET:
            watch.begins_s = effect_s
            self._change_at(effect_s, watch)
        if watch.lasts_s == UNSET:
            watch.ends_s = ALWAYS
        else:
            self._end_at(watch, max(watch.ends_s, effect_s + watch.lasts_s))

    def _end_at(self, watch: _Watch, second: int) -> None:
        watch.ends_s = second
        self._change_at(second, watch)

    def _change_at(self, second: int, watch: _Watch) -> None:
        if second < self.tables.horizon_s:
            place = key(Phase.REGIME_CHANGE, 0, 1 + watch.index)
            self.clock.call(second, place, lambda _: self.change())

    def update(self) -> int:
        """Begin and end the effects that are due; return the set of active triggers."""
        now = self.clock.second
        for watch in self._watches:
            bit = 1 << watch.index
            if not self.active & bit and watch.begins_s == now:
                self.active |= bit
                self.rows.add(now, Kind.REACTION, watch.index, 1)
            if self.active & bit and watch.ends_s == now:
                self.active &= ~bit
                watch.begins_s = watch.ends_s = UNSET
                self.rows.add(now, Kind.REACTION, watch.index, 0)
        return self.active
