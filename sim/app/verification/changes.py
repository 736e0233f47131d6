"""Scenarios changed in ways whose effect is known: the left-hand sides of the metamorphic rows.

In:  a `Scenario`.
Out: another one; nothing is validated anew, because every change keeps a valid record valid.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeVar

from sim.scenario import Scenario
from sim.scenario.fields import Record, ReviewTime
from sim.scenario.schema import Demand, Item, Lane, PolicyRule, Site
from sim.units import DAY_S, seconds_of

__all__ = [
    "ADDED",
    "free_licences",
    "heavier",
    "no_licences",
    "reordered",
    "shortened",
    "slower",
    "stopped_from",
    "with_uncoupled_plant",
]

ADDED: Final = "uncoupled"
"""Last word of the names of everything that `with_uncoupled_plant` adds."""

_R = TypeVar("_R", bound=Record)
_DURATIONS: Final = frozenset(
    {
        "horizon", "observe_every", "review_every", "cover", "every", "first_at", "min_halt",
        "restart_cover", "restart_delay", "output_cover", "transit", "dispatch_every", "arrives",
        "from_", "to", "open", "closed", "refile_after", "refusal_known_after", "issue_lag",
        "licence_term", "add_cover", "value", "low", "mode", "high", "mean", "values",
    }
)  # fmt: skip
_RATES: Final = frozenset({"output_per_day", "per_day"})
_MAPPINGS: Final = (
    "items", "sites", "lanes", "desks", "other_applicants", "demand", "measures",
)  # fmt: skip


def free_licences(scenario: Scenario) -> Scenario:
    """Licences switched on, but decided on filing and always granted."""
    free = {"setting": "unlimited", "pauses": (), "open_closed": None, "issue_lag": 0}
    desks = {name: _changed(desk, **free) for name, desk in scenario.desks.items()}
    return _changed(scenario, desks=desks, policy={})


def no_licences(scenario: Scenario) -> Scenario:
    """No gate anywhere; desks decide on other applicants' files as in `free_licences`."""
    return _changed(free_licences(scenario), gates={})


def shortened(scenario: Scenario, days: int) -> Scenario:
    """The first days only."""
    return _changed(scenario, horizon=min(scenario.horizon, days * DAY_S))


def reordered(scenario: Scenario) -> Scenario:
    """Everything that has a name, written down in reverse.

    Rules of policy stay in their order: of two with the same date, the one written last wins. So do
    gates: their desks are passed in the order in which they are written.
    """
    backwards = {key: dict(reversed(getattr(scenario, key).items())) for key in _MAPPINGS}
    backwards["sites"] = {
        name: _changed(site, bill=dict(reversed(site.bill.items())))
        for name, site in backwards["sites"].items()
    }
    return _changed(scenario, **backwards)


def stopped_from(scenario: Scenario, days: int) -> Scenario:
    """From a day on one destination comes last, then nothing is decided, and demand doubles."""
    begins = {"from": f"{days} d"}
    destination = min(site.country for site in scenario.sites.values() if site.kind == "plant")
    rules: dict[str, dict[str, Any]] = {
        "metamorphic delay": {"destination": [destination], "priority": 999, "approval_rate": 0.1},
        "metamorphic stop": {"mean_review_time": "never"},
    }
    policy = {name: PolicyRule.model_validate(begins | rule) for name, rule in rules.items()}
    boom = Demand.model_validate(begins | {"factor": 2.0})
    return _changed(
        scenario,
        policy=scenario.policy | policy,
        demand=scenario.demand | {"metamorphic boom": boom},
    )


def with_uncoupled_plant(scenario: Scenario) -> Scenario:
    """One more maker and one more plant that share nothing with the others.

    Their names come before and after all others, so that every rank moves.
    """
    first, last = f"! {ADDED}", f"~ {ADDED}"
    made = {"kind": "magnet_maker", "country": "BR", "makes": first, "output_per_day": "10 kg"}
    bill = {first: {"per_unit": "100 g", "cover": "9 d"}}
    used = {"kind": "plant", "country": "BR", "makes": last, "output_per_day": 7, "bill": bill}
    lane = {"supplier": first, "customer": last, "transit": "gamma 9 d, 0.5"}
    maker, plant = Site.model_validate(made), Site.model_validate(used)
    return _changed(
        scenario,
        items=scenario.items | {first: Item(kind="magnet"), last: Item(kind="product")},
        sites=scenario.sites | {first: maker, last: plant},
        lanes=scenario.lanes | {first: Lane.model_validate(lane)},
    )


def slower(scenario: Scenario, factor: int) -> Scenario:
    """The same at another pace: durations x factor, rates / factor.

    Raises
    ------
    ValueError
        If a planned output is not a multiple of the factor.
    """
    slow: Scenario = _slower(scenario, "", factor, scenario.start)
    return slow


def _slower(value: Any, field: str, factor: int, start: date) -> Any:
    if isinstance(value, Record):
        fields = type(value).model_fields
        return _changed(
            value, **{key: _slower(getattr(value, key), key, factor, start) for key in fields}
        )
    if isinstance(value, dict):
        return {key: _slower(one, field, factor, start) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_slower(one, field, factor, start) for one in value)
    if isinstance(value, ReviewTime):
        return replace(value, seconds=value.seconds * factor)
    if isinstance(value, date) and field in {"from_", "to"}:
        return seconds_of(start, value) * factor
    if isinstance(value, int) and field in _DURATIONS:
        return value * factor
    if field in _RATES:
        return _divided(value, factor)
    return value


def _divided(rate: Any, factor: int) -> Any:
    """Divide a rate; planned output is a whole number and must stay one."""
    if isinstance(rate, int) and rate % factor:
        raise ValueError(f"an output of {rate} a day is not a multiple of {factor}")
    return rate // factor if isinstance(rate, int) else rate / factor


def heavier(scenario: Scenario, factor: int) -> Scenario:
    """The same with magnets that weigh more: every mass x factor; pieces stay pieces."""
    magnets = {name for name, item in scenario.items.items() if item.kind == "magnet"}
    sites = {name: _heavier_site(site, magnets, factor) for name, site in scenario.sites.items()}
    lanes = {
        name: _heavier_lane(lane, factor) if scenario.sites[lane.supplier].makes in magnets
        else lane
        for name, lane in scenario.lanes.items()
    }  # fmt: skip
    return _changed(scenario, sites=sites, lanes=lanes)


def _heavier_site(site: Site, magnets: set[str], factor: int) -> Site:
    bill = {
        item: _scaled(line, factor, "per_unit", "stock") if item in magnets else line
        for item, line in site.bill.items()
    }
    site = _changed(site, bill=bill)
    if site.makes in magnets:
        return _scaled(site, factor, "output_per_day", "output_stock", "output_cap")
    return site


def _heavier_lane(lane: Lane, factor: int) -> Lane:
    if lane.open_shipments is None:
        return lane
    shipments = tuple(_scaled(one, factor, "quantity") for one in lane.open_shipments)
    return _changed(lane, open_shipments=shipments)


def _scaled(record: _R, factor: int, *fields: str) -> _R:
    known = {field: getattr(record, field) for field in fields}
    return _changed(record, **{key: n * factor for key, n in known.items() if n is not None})


def _changed(record: _R, **changes: Any) -> _R:
    return record.model_copy(update=changes)
