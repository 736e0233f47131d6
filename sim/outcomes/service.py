"""Service of every site: its first halt, its downtime, and what it did not make.

In:  `Story`.
Out: columns of the table `service`.
"""

from __future__ import annotations

from sim.outcomes.pace import losses_of
from sim.outcomes.rows import columns_of
from sim.outcomes.story import Story
from sim.units import DAY_S

__all__ = ["service_rows"]

_NAN = float("nan")
_SERVICE = (
    "site", "kind", "sector", "country", "first_halt_days", "halted", "n_halts", "downtime_days",
    "planned_units", "made_units", "lost_units", "lost_units_net", "lost_value_usd",
    "lost_value_net_usd", "fill_share", "ready_share",
)  # fmt: skip


def service_rows(story: Story) -> dict[str, list[object]]:
    """Return one row for each site; columns of the table `service` after the first two."""
    return columns_of(_SERVICE, (_row(story, site) for site in range(len(story.stops))))


def _row(story: Story, s: int) -> tuple[object, ...]:
    tables, sites = story.tables, story.tables.sites
    horizon_s = tables.horizon_s
    halts = story.halts(s)
    stopped_s = sum(stop.end_s - stop.begin_s for stop in story.stops[s])
    lost = losses_of(story, s)
    planned = story.plans[s].units(horizon_s)
    value = tables.item_value_usd[tables.items.index(sites.makes[s])]
    worth = _NAN if value is None else value
    met, asked = planned - lost.gross, planned
    if s in story.demanded:
        demanded = story.demanded[s]
        met = float(sum(at_once for _, at_once, _ in demanded))
        asked = met + sum(unmet for _, _, unmet in demanded)
    return (
        sites.name[s], sites.kind[s], sites.sector[s], sites.country[s],
        min((halt.begin_s for halt in halts), default=horizon_s) / DAY_S, bool(halts), len(halts),
        sum(halt.end_s - halt.begin_s for halt in halts) / DAY_S, planned,
        float(story.trace.totals.made[s]), lost.gross, lost.net, lost.gross * worth,
        lost.net * worth, met / asked if asked else 1.0, 1.0 - stopped_s / horizon_s,
    )  # fmt: skip
