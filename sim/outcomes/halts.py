"""Halts and their causes as tables: when, how long, for lack of what, and who is to blame.

In:  `Story`.
Out: columns of the tables `halts` and `causes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.outcomes.attribution import Blame, blame_of
from sim.outcomes.causes import Cause, Tracer
from sim.outcomes.pace import lost_in
from sim.outcomes.rows import columns_of
from sim.outcomes.story import Stop, Story
from sim.units import DAY_S, date_of

__all__ = ["Halt", "cause_rows", "halt_rows", "halts_of"]

_NAN = float("nan")
_HALTS = (
    "site", "kind", "sector", "country", "halt", "start_days", "start_date", "end_days",
    "duration_days", "open_at_horizon", "blocking_item", "cause", "cause_detail", "cause_site",
    "cause_lane", "cause_desk", "cause_filed_days", "lost_units",
)  # fmt: skip
_CAUSES = (
    "site", "halt", "start_days", "item", "cause", "detail", "cause_site", "cause_lane", "tiers",
    "desk", "stage", "attempt", "filed_days", "decided_days", "first_cause_s", "first_cause_days",
    "shapley_s", "shapley_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Halt:
    """One halt and why.

    Parameters
    ----------
    number : int
        Among the halts of its site, from 1.
    stop : Stop
    causes : dict of int to Cause
        By blocking input N, in order of the item's name.
    blame : dict of int to Blame
        Seconds of the halt put down to each of them.
    """

    number: int
    stop: Stop
    causes: dict[int, Cause]
    blame: dict[int, Blame]


def halts_of(story: Story, sites: Sequence[int] | None = None) -> list[Halt]:
    """Return every halt of some sites (default: all), by site and then in order of time."""
    tracer = Tracer(story)
    chosen = range(len(story.stops)) if sites is None else sites
    return [
        Halt(number, stop, tracer.causes(stop), blame_of(story, stop))
        for site in chosen
        for number, stop in enumerate(story.halts(site), start=1)
    ]


def halt_rows(story: Story, halts: Sequence[Halt]) -> dict[str, list[object]]:
    """Return one row for each halt; columns of the table `halts` after the first two.

    The cause is that of the blocking input that is first by name.
    """
    return columns_of(_HALTS, (_halt_row(story, halt) for halt in halts))


def cause_rows(story: Story, halts: Sequence[Halt]) -> dict[str, list[object]]:
    """Return one row for each halt and blocking input; columns of `causes` after the first two."""
    return columns_of(
        _CAUSES,
        (_cause_row(story, halt, n, cause) for halt in halts for n, cause in halt.causes.items()),
    )


def _halt_row(story: Story, halt: Halt) -> tuple[object, ...]:
    tables, stop = story.tables, halt.stop
    sites, s = tables.sites, halt.stop.site
    n, cause = next(iter(halt.causes.items()))
    return (
        sites.name[s], sites.kind[s], sites.sector[s], sites.country[s], halt.number,
        stop.begin_s / DAY_S, date_of(tables.start, stop.begin_s), stop.end_s / DAY_S,
        (stop.end_s - stop.begin_s) / DAY_S, stop.open_at_horizon, tables.inputs.item[n],
        cause.kind, cause.detail, sites.name[cause.site], tables.lanes.name[cause.lane],
        "" if cause.file is None else tables.desks.name[cause.file.desk],
        _days(cause.filed_s), lost_in(story, stop),
    )  # fmt: skip


def _cause_row(story: Story, halt: Halt, n: int, cause: Cause) -> tuple[object, ...]:
    tables, blame, file = story.tables, halt.blame[n], cause.file
    return (
        tables.sites.name[halt.stop.site], halt.number, halt.stop.begin_s / DAY_S,
        tables.inputs.item[n], cause.kind, cause.detail, tables.sites.name[cause.site],
        tables.lanes.name[cause.lane], len(cause.links),
        "" if file is None else tables.desks.name[file.desk],
        _NAN if file is None else float(file.stage), _NAN if file is None else float(file.attempt),
        _days(cause.filed_s), _days(None if file is None else file.decided_s),
        blame.first_cause_s, blame.first_cause_s / DAY_S, blame.shapley_s, blame.shapley_s / DAY_S,
    )  # fmt: skip


def _days(second: int | None) -> float:
    return _NAN if second is None else second / DAY_S
