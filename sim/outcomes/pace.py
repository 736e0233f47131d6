"""How fast sites ran: slowed down to last longer, or in overtime to catch up; and what was lost.

Output is lost gross where it was not made when it was planned or demanded, for lack of an input:
while a site stood, and the difference while it was slowed down. It is lost net if it was not made
by the horizon either.

In:  `Story` and a site.
Out: `Pace`s, units lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.engine.trace import NONE, Kind
from sim.outcomes.story import Stop, Story
from sim.units import DAY_S

__all__ = ["OVERTIME", "STRETCHED", "Losses", "Pace", "extra_units", "losses_of", "lost_in",
           "mode_at"]  # fmt: skip

STRETCHED: Final = 1
OVERTIME: Final = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """A time in which a site made output at another rate than planned.

    Parameters
    ----------
    mode : int
        STRETCHED or OVERTIME.
    begin_s, end_s : int
    per_day : int
        Output [g, pieces or units a day].
    """

    mode: int
    begin_s: int
    end_s: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Losses:
    """Output of a site that was not made for lack of an input [units].

    Parameters
    ----------
    gross, net : float
        Not made in time; not made by the horizon.
    """

    gross: float
    net: float


def losses_of(story: Story, site: int) -> Losses:
    """Return what a site lost over the whole run.

    Notes
    -----
    Net of catch-up a site with steady use has lost what its output falls short of the plan at the
    horizon, at most its gross loss: a maker also stays behind its plan while its store is full.
    Owed units are lost gross when they are asked for, and net if they are still owed at the end.
    """
    sites = story.tables.sites
    if sites.pattern[site] != "steady":
        gross = float(sum(unmet for _, _, unmet in story.demanded.get(site, ())))
        return Losses(gross, gross if sites.unmet[site] == "lost" else _owed_at_end(story, site))
    plan = story.plans[site]
    stood = sum(plan.between(stop.begin_s, stop.end_s) for stop in story.stops[site])
    slowed = -extra_units(story, site, STRETCHED)
    short = plan.units(story.tables.horizon_s) - float(story.trace.totals.made[site])
    gross = float(stood + slowed)
    return Losses(gross, min(gross, max(0.0, short)))


def lost_in(story: Story, stop: Stop) -> float:
    """Return the units that a site did not make in time during a stop."""
    if story.tables.sites.pattern[stop.site] == "steady":
        return story.plans[stop.site].between(stop.begin_s, stop.end_s)
    demanded = story.demanded.get(stop.site, ())
    return float(sum(unmet for at, _, unmet in demanded if stop.begin_s <= at <= stop.end_s))


def extra_units(story: Story, site: int, mode: int) -> float:
    """Return the units made above plan (below: negative) while a site ran in a mode."""
    return sum(
        pace.per_day * (end_s - begin_s) / DAY_S - story.plans[site].between(begin_s, end_s)
        for pace in _paces(story, site)
        if pace.mode == mode
        for begin_s, end_s in _running(story, site, pace)
    )


def mode_at(story: Story, site: int, second: int) -> int:
    """Return the mode in which a site ran before a second: STRETCHED, OVERTIME, or 0 for plan."""
    modes = [row[5] for row in story.trace.by_kind[Kind.RATE] if row[2] == site and row[0] < second]
    return modes[-1] if modes else 0


def _paces(story: Story, site: int) -> Iterator[Pace]:
    rows = [row for row in story.trace.by_kind[Kind.RATE] if row[2] == site]
    ends = [*(row[0] for row in rows), story.tables.horizon_s][1:]
    for (begin_s, _, _, _, per_day, mode, _), end_s in zip(rows, ends, strict=True):
        if mode in (STRETCHED, OVERTIME):
            yield Pace(mode, begin_s, end_s, per_day)


def _running(story: Story, site: int, pace: Pace) -> Iterator[tuple[int, int]]:
    """Yield the spans of a pace in which the site neither stood nor had a full store."""
    idle = sorted([(s.begin_s, s.end_s) for s in story.stops[site]] + _full(story, site))
    begin_s = pace.begin_s
    for idle_begin_s, idle_end_s in idle:
        if idle_end_s > begin_s and idle_begin_s < pace.end_s:
            if idle_begin_s > begin_s:
                yield begin_s, idle_begin_s
            begin_s = max(begin_s, idle_end_s)
    if begin_s < pace.end_s:
        yield begin_s, pace.end_s


def _full(story: Story, site: int) -> list[tuple[int, int]]:
    """Return the spans in which a maker's store was full: to the next goods that leave it."""
    lanes = story.tables.lanes.supplier.tolist()
    left = sorted(
        goods.left_stock_s
        for lane, supplier in enumerate(lanes)
        if supplier == site
        for goods in story.goods[lane].values()
    )
    spans = []
    for second, _, full, *_ in story.trace.by_kind[Kind.FULL]:
        if full == site:
            end_s = next((at for at in left if at >= second), story.tables.horizon_s)
            spans.append((second, end_s))
    return spans


def _owed_at_end(story: Story, site: int) -> float:
    rows = [row for row in story.trace.by_kind[Kind.DEMANDED] if row[2] == site]
    return float(rows[-1][5]) if rows and rows[-1][5] != NONE else 0.0
