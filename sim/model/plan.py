"""Planned output: a site starts, rises in steps to its planned rate, and follows demand.

A ramp is a line from 0 to the planned rate; planned output stands at the mean of that line over
each 30 days of it, so that it changes at a few seconds only and a regime has one plan.

In:  `Scenario` (sites and demand), `Dates`.
Out: planned output by regime, and the seconds at which it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from sim.model.dates import Dates, moment
from sim.model.regimes import FloatArray, IntArray
from sim.model.selecting import selects
from sim.scenario.schema import Scenario, Site
from sim.units import DAY_S

__all__ = ["output_share", "planned_output", "ramp_seconds"]

_STEP_S = 30 * DAY_S


def output_share(start: date, site: Site, seconds: Sequence[int]) -> FloatArray:
    """Share of its planned rate that a site can make, shape of `seconds`.

    Examples
    --------
    >>> site = Site.model_validate(
    ...     {
    ...         "kind": "magnet_maker",
    ...         "country": "US",
    ...         "makes": "m",
    ...         "output_per_day": "1 kg",
    ...         "starts": "100 d",
    ...         "ramp": "60 d",
    ...     }
    ... )
    >>> days = [day * 86_400 for day in (99, 100, 130, 160)]
    >>> output_share(date(2025, 4, 4), site, days).tolist()
    [0.0, 0.25, 0.75, 1.0]
    """
    at = np.array(seconds, dtype=np.int64)
    if site.starts is None:
        return np.ones(at.shape)
    since = at - moment(start, site.starts)
    if not site.ramp:
        return np.asarray(since >= 0, dtype=np.float64)
    step = since // _STEP_S * _STEP_S
    mean = (step + np.minimum(step + _STEP_S, site.ramp)) / (2 * site.ramp)
    return np.where(since < 0, 0.0, np.where(since >= site.ramp, 1.0, mean))


def ramp_seconds(start: date, site: Site) -> Iterator[int]:
    """Yield the seconds at which the share of a site that starts changes."""
    if site.starts is not None:
        begins = moment(start, site.starts)
        yield from range(begins, begins + site.ramp, _STEP_S)
        yield begins + site.ramp


def planned_output(scenario: Scenario, names: Sequence[str], dates: Dates) -> IntArray:
    """Planned output a day (T, S): demand factors in force at the same time multiply."""
    plan = np.zeros((len(dates.seconds), len(names)), dtype=np.int64)
    for s, name in enumerate(names):
        site = scenario.sites[name]
        factor = output_share(scenario.start, site, dates.seconds)
        for demand in scenario.demand.values():
            if selects(demand, name, site):
                factor[dates.rows(demand)] *= demand.factor
        plan[:, s] = np.rint(site.output_per_day * factor)
    return plan
