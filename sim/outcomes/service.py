"""Halts and service of every site: when, how long, why, and what was lost."""

from __future__ import annotations

from sim.engine.trace import NONE, Kind, Trace
from sim.model.tables import ModelTables
from sim.outcomes.causes import cause_of
from sim.outcomes.plan import Plan
from sim.outcomes.story import Stop, Story
from sim.units import DAY_S, date_of

__all__ = ["halt_rows", "service_rows"]

_NAN = float("nan")


def halt_rows(trace: Trace, story: Story) -> dict[str, list[object]]:
    """Return one row for each halt; columns of the table `halts` after the first two."""
    tables = trace.tables
    sites = tables.sites
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "site", "kind", "sector", "country", "start_days", "start_date", "end_days",
            "duration_days", "open_at_horizon", "blocking_item", "cause", "cause_site",
            "cause_lane", "cause_filed_days", "lost_units",
        )
    }  # fmt: skip
    rows = list(columns.values())
    unmet = _unmet(trace)
    for s in range(len(sites.name)):
        plan = Plan(tables, s)
        for stop in story.halts(s):
            cause = cause_of(story, stop)
            values = (
                sites.name[s], sites.kind[s], sites.sector[s], sites.country[s],
                stop.begin_s / DAY_S, date_of(tables.start, stop.begin_s), stop.end_s / DAY_S,
                (stop.end_s - stop.begin_s) / DAY_S, stop.open_at_horizon,
                min(tables.inputs.item[n] for n in stop.blocking), cause.kind,
                sites.name[cause.site], tables.lanes.name[cause.lane],
                _NAN if cause.filed_s is None else cause.filed_s / DAY_S,
                _lost(tables, s, plan, stop, unmet),
            )  # fmt: skip
            for row, value in zip(rows, values, strict=True):
                row.append(value)
    return columns


def _unmet(trace: Trace) -> dict[int, list[tuple[int, int]]]:
    """Return (second, lost units) of every unmet demand, for sites that lose it."""
    unmet: dict[int, list[tuple[int, int]]] = {}
    for second, _, site, number, _, level, _ in trace.of(Kind.DEMANDED).tolist():
        if number != NONE and trace.tables.sites.unmet[site] == "lost" and level > 0:
            unmet.setdefault(site, []).append((second, level))
    return unmet


def _lost(
    tables: ModelTables, s: int, plan: Plan, stop: Stop, unmet: dict[int, list[tuple[int, int]]]
) -> float:
    if tables.sites.pattern[s] == "steady":
        return plan.between(stop.begin_s, stop.end_s)
    return float(sum(units for at, units in unmet.get(s, []) if stop.begin_s <= at <= stop.end_s))


def _lost_in_all(
    tables: ModelTables,
    s: int,
    plan: Plan,
    stops: list[Stop],
    unmet: dict[int, list[tuple[int, int]]],
) -> float:
    """Return planned output not made for lack of an input, over the whole run."""
    if tables.sites.pattern[s] == "steady":
        return float(sum(plan.between(stop.begin_s, stop.end_s) for stop in stops))
    return float(sum(units for _, units in unmet.get(s, [])))


def service_rows(trace: Trace, story: Story) -> dict[str, list[object]]:
    """Return one row for each site; columns of the table `service` after the first two."""
    tables = trace.tables
    sites = tables.sites
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "site", "kind", "sector", "country", "first_halt_days", "halted", "n_halts",
            "downtime_days", "planned_units", "made_units", "lost_units", "lost_value_usd",
            "fill_share", "ready_share",
        )
    }  # fmt: skip
    rows = list(columns.values())
    unmet = _unmet(trace)
    demanded = _demanded(trace)
    horizon_s = tables.horizon_s
    for s in range(len(sites.name)):
        plan = Plan(tables, s)
        halts, stops = story.halts(s), story.stops[s]
        stopped_s = sum(stop.end_s - stop.begin_s for stop in stops)
        lost = _lost_in_all(tables, s, plan, stops, unmet)
        planned = plan.units(horizon_s)
        value = tables.item_value_usd[tables.items.index(sites.makes[s])]
        met, asked = demanded.get(s, (planned - lost, planned))
        first_s = min((halt.begin_s for halt in halts), default=horizon_s)
        values = (
            sites.name[s], sites.kind[s], sites.sector[s], sites.country[s],
            first_s / DAY_S, bool(halts), len(halts),
            sum(halt.end_s - halt.begin_s for halt in halts) / DAY_S, planned,
            float(trace.totals.made[s]), lost, _NAN if value is None else lost * value,
            met / asked if asked else 1.0, 1.0 - stopped_s / horizon_s,
        )  # fmt: skip
        for row, entry in zip(rows, values, strict=True):
            row.append(entry)
    return columns


def _demanded(trace: Trace) -> dict[int, tuple[float, float]]:
    """Return (units met at once, units demanded) of sites whose demand comes in units."""
    totals: dict[int, tuple[float, float]] = {}
    previous: dict[int, int] = {}
    for _, _, site, number, met, level, _ in trace.of(Kind.DEMANDED).tolist():
        before = previous.get(site, 0)
        lost = trace.tables.sites.unmet[site] == "lost"
        previous[site] = 0 if lost else level
        if number == NONE:
            continue
        met_before, asked = totals.get(site, (0.0, 0.0))
        totals[site] = (met_before + met, asked + met + (level if lost else level - before))
    return totals
