"""Reactions to what happens in a run: what is watched, and which sets of them can be active.

In:  `triggers` of a `Scenario`.
Out: `TriggerTable`; the sets of active triggers, each of which has a `RegimeTable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.model.content import exact
from sim.model.dates import moment
from sim.model.regimes import ALWAYS, UNSET, IntArray, TriggerTable
from sim.model.selecting import selects
from sim.scenario.schema import Scenario, Trigger

__all__ = ["active_sets", "build_triggers"]


def active_sets(scenario: Scenario) -> list[frozenset[str]]:
    """Return every set of triggers that can be active together; bit g of its place: trigger g.

    Returns
    -------
    list of frozenset of str, shape (2^G,)
        The empty set first.
    """
    names = sorted(scenario.triggers)
    return [
        frozenset(name for g, name in enumerate(names) if place >> g & 1)
        for place in range(1 << len(names))
    ]


def build_triggers(
    scenario: Scenario, site_names: Sequence[str], desk_names: Sequence[str]
) -> TriggerTable:
    """Triggers by name; see `TriggerTable`.

    A share of sites becomes the number of sites that it stands for: more than 0.3 of 10 sites
    means more than 3, as written, whatever the number is in binary.

    Raises
    ------
    ScenarioError
        If a trigger is to change demand that comes at random times.
    """
    _refuse_poisson(scenario)
    names = sorted(scenario.triggers)
    triggers = [scenario.triggers[name] for name in names]
    sites = [_watched(scenario, trigger, site_names) for trigger in triggers]
    start = scenario.start
    return TriggerTable(
        name=tuple(names),
        when=tuple(trigger.when for trigger in triggers),
        sites=tuple(sites),
        desk=_ints(UNSET if t.desk is None else desk_names.index(t.desk) for t in triggers),
        other_applicants=np.array([t.other_applicants for t in triggers], dtype=np.bool_),
        above=_ints(_count(t, t.above, len(n)) for t, n in zip(triggers, sites, strict=True)),
        until=_ints(
            _count(t, t.above if t.until is None else t.until, len(n))
            for t, n in zip(triggers, sites, strict=True)
        ),
        after_s=_ints(trigger.after for trigger in triggers),
        lasts_s=_ints(UNSET if t.lasts is None else t.lasts for t in triggers),
        from_s=_ints(0 if t.from_ is None else max(0, moment(start, t.from_)) for t in triggers),
        to_s=_ints(ALWAYS if t.to is None else moment(start, t.to) for t in triggers),
    )


def _refuse_poisson(scenario: Scenario) -> None:
    """Refuse what could not be: the times of random demands are drawn before the run."""
    problems = [
        Problem(
            path=f"demand.{name}.on",
            got=f"a trigger, for '{site_name}', whose use is poisson",
            need="need steady or batch use where a trigger changes demand",
            hint="select other sites, or state dates instead of on",
            code="E_VALUE",
        )
        for name, demand in scenario.demand.items()
        for site_name, site in scenario.sites.items()
        if demand.on is not None
        and site.use.pattern == "poisson"
        and selects(demand, site_name, site)
    ]
    if problems:
        raise ScenarioError(problems)


def _watched(scenario: Scenario, trigger: Trigger, names: Sequence[str]) -> tuple[int, ...]:
    if trigger.when != "halted_share":
        return ()
    return tuple(s for s, name in enumerate(names) if selects(trigger, name, scenario.sites[name]))


def _count(trigger: Trigger, level: float | None, n_sites: int) -> int:
    """Return a level in sites or files; a policy's switch is a quantity of 0 or 1."""
    if level is None:
        return 0
    return floor(exact(level) * (1 if trigger.when == "backlog" else n_sites))


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
