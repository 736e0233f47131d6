"""When what a scenario dates is in force: the seconds at which regimes change.

Every date of a scenario begins a regime, so a record is in force in a run of whole regimes.

In:  the dated records of a `Scenario`.
Out: `Dates`, the axis T of `RegimeTable` under one set of active triggers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.model.regimes import IntArray, RuleDate
from sim.scenario.schema import Dated, Scenario
from sim.units import seconds_of

__all__ = ["Dates", "break_seconds", "merge_spans", "moment"]


def moment(start: date, when: date | int) -> int:
    """Return the second of a moment: a date, or seconds since the start."""
    return when if isinstance(when, int) else seconds_of(start, when)


@dataclass(frozen=True)
class Dates:
    """The axis T while some triggers are active.

    Parameters
    ----------
    start : date
    seconds : tuple of int, shape (T,)
        First second of each regime; the first is 0.
    active : frozenset of str
        Names of the triggers that are active.
    """

    start: date
    seconds: tuple[int, ...]
    active: frozenset[str] = frozenset()

    def begins(self, record: Dated) -> int:
        """Return the second from which a record is in force; 0 where it does not say."""
        return 0 if record.from_ is None else moment(self.start, record.from_)

    def rows(self, record: Dated) -> slice:
        """Return the regimes in which a record is in force, [from, to).

        A record that hangs on a trigger is in force while the trigger is active, and in no regime
        while it is not.
        """
        if record.on is not None and record.on not in self.active:
            return slice(0, 0)
        first = bisect_left(self.seconds, self.begins(record))
        if record.to is None:
            return slice(first, len(self.seconds))
        return slice(first, max(first, bisect_left(self.seconds, moment(self.start, record.to))))

    def rows_from(self, second: int) -> slice:
        """Return the regimes that begin at a second or later."""
        return slice(bisect_left(self.seconds, second), len(self.seconds))

    @property
    def t_s(self) -> IntArray:
        """First second of each regime, shape (T,)."""
        return np.array(self.seconds, dtype=np.int64)


def break_seconds(
    scenario: Scenario, more: Iterable[int] = ()
) -> tuple[tuple[int, ...], tuple[RuleDate, ...]]:
    """Return the first second of every regime, and the dated changes to show in the trace.

    Parameters
    ----------
    scenario : Scenario
    more : iterable of int
        Seconds of changes that nobody dated (a ramp, a redesign that is ready); those outside
        the run are left out.

    Notes
    -----
    A record without dates changes nothing at any of them. One that hangs on a trigger begins
    regimes at its dates, but is no dated change: the trace tells of its trigger. What ends before
    it begins never happens.
    """
    start, horizon = scenario.start, scenario.horizon
    seconds = {0, *(second for second in more if 0 < second < horizon)}
    dates: set[RuleDate] = set()
    for name, from_, to, on in _dated(scenario):
        begins = max(0, moment(start, from_))
        ends = None if to is None else moment(start, to)
        if begins >= horizon or (ends is not None and ends <= begins):
            continue
        changes = [RuleDate(begins, name, begins=True)]
        if ends is not None and ends < horizon:
            changes.append(RuleDate(ends, name, begins=False))
        seconds.update(change.second for change in changes)
        if on is None:
            dates.update(changes)
    return tuple(sorted(seconds)), tuple(sorted(dates))


def _dated(
    scenario: Scenario,
) -> Iterator[tuple[str, date | int, date | int | None, str | None]]:
    """Yield name, from, to and trigger of everything that has dates."""
    dated: tuple[Mapping[str, Dated], ...] = (
        scenario.policy, scenario.gates, scenario.control_lists, scenario.demand, scenario.measures,
    )  # fmt: skip
    for group in dated:
        for name, record in group.items():
            if record.from_ is not None or record.to is not None:
                yield name, 0 if record.from_ is None else record.from_, record.to, record.on
    for name, desk in scenario.desks.items():
        for pause in desk.pauses:
            yield f"{name} pause", pause.from_, pause.to, None
        for officers in desk.officers:
            yield f"{name} officers", officers.from_, None, None
        for quota in desk.quota:
            yield f"{name} quota", quota.from_, None, None


def merge_spans(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge half-open spans that touch or overlap; empty ones vanish.

    Examples
    --------
    >>> merge_spans([(5, 9), (0, 3), (3, 4), (8, 12), (20, 20)])
    ((0, 4), (5, 12))
    """
    merged: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if ends <= begins:
            continue
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return tuple(merged)
