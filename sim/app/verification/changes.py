"""Scenarios changed in ways whose effect is known: the left-hand sides of the metamorphic rows.

In:  a `Scenario`.
Out: another one; nothing is validated anew, because every change keeps a valid record valid.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeVar

from sim.scenario import Scenario
from sim.scenario.fields import LONGEST, Record, ReviewTime
from sim.scenario.laws import Law
from sim.scenario.licence_schema import Officers, Pause, Quota, Rate
from sim.scenario.schema import (
    Chance,
    ControlList,
    Demand,
    Desk,
    Gate,
    Item,
    Lane,
    Measure,
    PolicyRule,
    Site,
    Trigger,
)
from sim.units import DAY_S, seconds_of

__all__ = [
    "ADDED",
    "changed_from",
    "free_licences",
    "heavier",
    "no_licences",
    "reordered",
    "shortened",
    "slower",
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
_AT_ONCE: Final = Law.model_validate({"law": "fixed", "value": "0 d"})
_MORE_THAN_ANYBODY_SENDS: Final = 1e6
_RATES: Final = frozenset({"output_per_day", "per_day"})
_MAPPINGS: Final = (
    "items", "sites", "lanes", "control_lists", "desks", "other_applicants", "demand", "measures",
    "stockpiles", "chances", "triggers",
)  # fmt: skip

_MOST_TRIGGERS: Final = 6
_NEW_DESK: Final = "metamorphic desk"
_ON_ALARM: Final = "cover on alarm"
_ALL: Final = {"kind": ["component_maker", "plant"]}
_CHANGES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "policy": {
        "returns": {"return_share": 0.5, "final_refusal_share": 0.1, "query_share": 0.5},
        "general licences": {"general_licence": True, "general_quantity": "1000 t"},
        "stop": {"mean_review_time": "never"},
    },
    "gates": {"gate": {"desk": _NEW_DESK, "controlled_only": False}},
    "control_lists": {"list": {"elements": ["Nd", "Sm"], "above_mass_share": 0.0}},
    "demand": {
        "boom": {"factor": 2.0},
        "rush": {"factor": 1.5, "if": "metamorphic chance", "from": None},
    },
    "measures": {
        "cover": _ALL | {"add_cover": "9 d"},
        "air": _ALL | {"air": {"transit": "1 d"}},
        "early filing": _ALL | {"file_early": "9 d"},
        "stretch": _ALL | {"stretch": {"below": "9 d", "share": 0.5}},
        "overtime": _ALL | {"overtime": 1.5},
        "hoarding": _ALL | {"hoarding": {"cap": 2.0}},
        "orders": _ALL | {"order_factor": 2.0, "to": "1000 d"},
        _ON_ALARM: _ALL | {"add_cover": "9 d", "on": "metamorphic alarm"},
    },
    "chances": {"chance": {"probability": 0.9}},
    "triggers": {"alarm": {"when": "halted_share", "above": 0.0, "lasts": "9 d"}},
}
_TYPES: Final[dict[str, type[Record]]] = {
    "policy": PolicyRule, "gates": Gate, "control_lists": ControlList, "demand": Demand,
    "measures": Measure, "chances": Chance, "triggers": Trigger,
}  # fmt: skip


def free_licences(scenario: Scenario) -> Scenario:
    """Licences switched on, but decided on filing, always granted, and valid for ever.

    Nor does anything that a licence needs cost anything: no answer, no bundle is waited for, and
    what is filed early is filed for more than anybody could send.
    """
    free = {
        "setting": "unlimited", "pauses": (), "open_closed": None, "quota": (), "issue_lag": 0,
        "answer_time": _AT_ONCE, "licence_term": LONGEST,
    }  # fmt: skip
    return _changed(
        scenario,
        desks={name: _changed(desk, **free) for name, desk in scenario.desks.items()},
        policy={},
        lanes={name: _changed(lane, application_min=0) for name, lane in scenario.lanes.items()},
        measures={
            name: _changed(measure, file_margin=_MORE_THAN_ANYBODY_SENDS)
            for name, measure in scenario.measures.items()
        },
    )


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
    backwards["desks"] = {
        name: _changed(desk, protected=dict(reversed(desk.protected.items())))
        for name, desk in backwards["desks"].items()
    }
    return _changed(scenario, **backwards)


def changed_from(scenario: Scenario, days: int) -> Scenario:
    """From a day on, everything that can have a date is different; until then, nothing may be.

    One destination comes last, and then nothing is decided; officers, quotas, pauses and other
    applicants change at every desk; there is one more gate, list and chance; firms do all that
    they can, some of it on a trigger; demand doubles, and nobody orders on the first lane.

    A desk that grants the bare minimum reckons with plans of demand that it knows of before their
    day. There, demand does not change.
    """
    begins, later = {"from": f"{days} d"}, {"chance": {"latest": f"{days + 20} d"}}
    added = {
        key: {f"metamorphic {name}": type_.model_validate(begins | record | later.get(name, {}))
              for name, record in _CHANGES[key].items()}
        for key, type_ in _TYPES.items()
    }  # fmt: skip
    destination = min(site.country for site in scenario.sites.values() if site.kind == "plant")
    last = PolicyRule.model_validate(
        begins | {"destination": [destination], "priority": 999, "approval_rate": 0.1}
    )
    added["policy"] = {"metamorphic delay": last} | added["policy"]
    for name, action in (("air", "air"), ("early filing", "file_early")):
        if any(getattr(measure, action) for measure in scenario.measures.values()):
            del added["measures"][f"metamorphic {name}"]
    if any(desk.setting == "bare_minimum" for desk in scenario.desks.values()):
        del added["demand"]
    if len(scenario.triggers) == _MOST_TRIGGERS:
        del added["triggers"], added["measures"][f"metamorphic {_ON_ALARM}"]
    more = Rate.model_validate(begins | {"per_day": 3.0})
    streams = {
        name: _changed(stream, rate=(*stream.rate, more))
        for name, stream in scenario.other_applicants.items()
    }
    desks = {name: _other_desk(desk, days) for name, desk in scenario.desks.items()}
    unending = sorted(name for name, lane in scenario.lanes.items() if lane.to is None)
    closed = {name: _changed(scenario.lanes[name], to=days * DAY_S) for name in unending[:1]}
    return _changed(
        scenario,
        desks=desks | {_NEW_DESK: Desk(setting="unlimited")},
        other_applicants=streams,
        lanes=scenario.lanes | closed,
        **{key: getattr(scenario, key) | records for key, records in added.items()},
    )


def _other_desk(desk: Desk, days: int) -> Desk:
    """Return a desk that pauses on a day, and from then on has one officer and a quota."""
    begins = {"from": f"{days} d"}
    one = Officers.model_validate(begins | {"count": 1})
    quota = Quota.model_validate(begins | {"files_per_week": 2})
    pause = Pause.model_validate(begins | {"to": f"{days + 3} d"})
    return _changed(
        desk,
        officers=desk.officers and (*desk.officers, one),
        quota=(*desk.quota, quota),
        pauses=(*desk.pauses, pause),
    )


def with_uncoupled_plant(scenario: Scenario) -> Scenario:
    """One more maker and one more plant that share nothing with the others.

    Their names come before and after all others, so that every rank moves. Triggers go on
    watching the sites they have watched: one more would be one more to count.
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
        triggers={
            name: trigger if trigger.site or trigger.desk
            else _changed(trigger, site=tuple(scenario.sites))
            for name, trigger in scenario.triggers.items()
        },
    )  # fmt: skip


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
