"""What shows in a trace that a mechanism has acted: one question for each of `MECHANISMS`.

Some mechanisms have rows of their own kind. Others are seen by taking them away: then goods are
ordered, sent, received or used otherwise. A mechanism that shows in neither way does nothing in
that world, whatever its file says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from sim.app.verification.traces import without
from sim.engine import Kind, Outcome, Trace, simulate
from sim.engine.trace import stage_and_attempt
from sim.model import build_model
from sim.model.tables import NEVER
from sim.scenario import Scenario
from sim.scenario.schema import Desk, Gate, Lane, Measure, PolicyRule

Evidence = Callable[[Scenario, Trace], bool]

PAPERWORK = (
    Kind.REGIME, Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.EXPIRED, Kind.GENERAL_LAPSED,
    Kind.TRIGGERED, Kind.REACTION, Kind.OBSERVED, Kind.OBSERVED_OUTPUT,
)  # fmt: skip
"""Rows that would differ without any goods doing anything else."""


# ---------------------------------------------------------------- by rows


def _rows(kind: Kind, level: int | None = None) -> Evidence:
    return lambda _, trace: any(level in {None, row[5]} for row in trace.by_kind[kind])


def _files(trace: Trace, kind: Kind = Kind.FILED) -> Iterable[tuple[str, str, int, int]]:
    """Lane, desk, stage and outcome of every file of goods; the outcome of a filing is no news."""
    tables = trace.tables
    for _, _, lane, _, _, level, until in trace.by_kind[kind]:
        if lane < len(tables.lanes.name):
            stage, _ = stage_and_attempt(level if kind is Kind.FILED else until)
            yield tables.lanes.name[lane], tables.desks.name[tables.lanes.stages[lane][stage]], \
                stage, level  # fmt: skip


def _filed_at(desks: Callable[[Scenario], set[str]]) -> Evidence:
    return lambda s, trace: bool(desks(s) & {desk for _, desk, *_ in _files(trace)})


def _gates(asked: Callable[[Gate], object]) -> Evidence:
    return _filed_at(lambda s: {gate.desk for gate in s.gates.values() if asked(gate)})


def _desks(asked: Callable[[Desk], object]) -> Evidence:
    return _filed_at(lambda s: {name for name, desk in s.desks.items() if asked(desk)})


def _outcome(outcome: Outcome, end_use: str | None = None) -> Evidence:
    return lambda s, trace: any(
        level == outcome and (end_use is None or s.lanes[lane].end_use == end_use)
        for lane, _, _, level in _files(trace, Kind.DECIDED)
    )


def _sent_on(asked: Callable[[Scenario, Lane], object], kind: Kind = Kind.DISPATCHED) -> Evidence:
    """Say whether goods move on a lane; the lanes of a stockpile are none of the scenario's."""

    def acts(scenario: Scenario, trace: Trace) -> bool:
        names = (trace.tables.lanes.name[row[2]] for row in trace.by_kind[kind])
        return any(
            asked(scenario, scenario.lanes[name]) for name in names if name in scenario.lanes
        )

    return acts


def _pile(kind: Kind, on: bool = False) -> Evidence:
    """Say whether goods leave a stockpile (on a trigger), or arrive at one."""

    def acts(scenario: Scenario, trace: Trace) -> bool:
        lanes, sites = trace.tables.lanes, trace.tables.sites.name
        end = lanes.supplier if kind is Kind.DISPATCHED else lanes.customer
        piles = {name for name, pile in scenario.stockpiles.items() if pile.on or not on}
        return any(sites[end[row[2]]] in piles for row in trace.by_kind[kind])

    return acts


def _reaction(when: str) -> Evidence:
    return lambda _, trace: any(
        trace.tables.triggers.when[row[2]] == when for row in trace.by_kind[Kind.REACTION]
    )


# ---------------------------------------------------------------- by taking it away


def _matters(off: Callable[[Scenario], Scenario]) -> Evidence:
    def acts(scenario: Scenario, trace: Trace) -> bool:
        tables = build_model(off(scenario), trace.replication)
        other = simulate(tables, trace.replication)
        return not np.array_equal(without(trace, *PAPERWORK), without(other, *PAPERWORK))

    return acts


def _set(group: str, asked: Callable[[Any], object] = bool, **fields: Any) -> Evidence:
    """Evidence that some records matter: without them, or with other fields."""

    def off(scenario: Scenario) -> Scenario:
        records = getattr(scenario, group)
        kept = {
            name: record.model_copy(update=fields) if asked(record) else record
            for name, record in records.items() if fields or not asked(record)
        }  # fmt: skip
        return scenario.model_copy(update={group: kept})

    return _matters(off)


def _measures(asked: Callable[[Measure], object]) -> Evidence:
    return _set("measures", asked)


def _rules(asked: Callable[[PolicyRule], object], **fields: Any) -> Evidence:
    return _set("policy", asked, **fields)


def _calendar_days(scenario: Scenario) -> Scenario:
    rules = {
        name: rule if rule.mean_review_time is None
        else rule.model_copy(update={
            "mean_review_time": replace(rule.mean_review_time, working=False)})
        for name, rule in scenario.policy.items()
    }  # fmt: skip
    return scenario.model_copy(update={"policy": rules})


def _first_officers(scenario: Scenario) -> Scenario:
    desks = {
        name: desk.model_copy(update={"officers": desk.officers[:1]})
        for name, desk in scenario.desks.items()
    }
    return scenario.model_copy(update={"desks": desks})


def _no_forecast(scenario: Scenario) -> Scenario:
    sites = {
        name: site.model_copy(
            update={"ordering": site.ordering.model_copy(update={"forecast": None})}
        )
        for name, site in scenario.sites.items()
    }
    return scenario.model_copy(update={"sites": sites})


def _allocated(kind: str) -> Evidence:
    other = "proportional" if kind == "priority" else "priority"
    return _set("sites", lambda site: site.allocation == kind, allocation=other)


# ---------------------------------------------------------------- by chance


def _drawn(scenario: Scenario) -> set[int]:
    """Seconds from which chances are true in ten replications; NEVER for one that is not."""
    return {second for r in range(10) for _, second in build_model(scenario, r).chances}


def _chance(scenario: Scenario, _: Trace) -> bool:
    drawn = _drawn(scenario)
    return NEVER in drawn and len(drawn) > 1


def _chance_of_date(scenario: Scenario, _: Trace) -> bool:
    return len(_drawn(scenario) - {NEVER}) > 1


EVIDENCE: dict[str, Evidence] = {
    "gate on lanes out of China":
        lambda s, trace: any(s.sites[s.lanes[lane].supplier].country == "CN"
                             for lane, *_ in _files(trace) if lane in s.lanes),
    "gate on foreign-made goods, by value share":
        _set("control_lists", lambda one: one.from_value_share is not None),
    "control list by elements and mass share":
        _set("control_lists", lambda one: one.above_mass_share is not None),
    "importer's own gate": _gates(lambda gate: gate.enters and gate.leaves is None),
    "undertaking not to send on": _gates(
        lambda gate: gate.enters and gate.leaves and "CN" not in gate.leaves),
    "stages in turn": lambda _, trace: any(stage > 0 for _, _, stage, _ in _files(trace)),
    "desk: queue": _desks(lambda desk: desk.setting == "queue" and desk.officers),
    "desk: unlimited": _desks(lambda d: d.setting == "unlimited" and d.decides == "licence"),
    "desk: bare minimum": _desks(lambda desk: desk.setting == "bare_minimum"),
    "officers by date": _matters(_first_officers),
    "weekly quota": _set("desks", quota=()),
    "pauses": _set("desks", pauses=()),
    "random closures": _set("desks", open_closed=None),
    "other applicants": _set("other_applicants"),
    "statutory clock in working days": _matters(_calendar_days),
    "priority between classes": _rules(bool, priority=None),
    "refusal and refiling": _outcome(Outcome.REFUSED),
    "refusal that ends the order": _rows(Kind.CANCELLED),
    "buyer told late of a refusal": _set("desks", refusal_known_after=0),
    "return for information": _outcome(Outcome.RETURNED),
    "refusal by end use": _outcome(Outcome.REFUSED_FOR_GOOD, "defence"),
    "dual use returned more often": _outcome(Outcome.RETURNED, "dual_use"),
    "issue lag": _set("desks", issue_lag=0),
    "attestation that expires on the way": _rows(Kind.EXPIRED),
    "early filing": _rows(Kind.SET_ASIDE),
    "bundled applications": _set("lanes", application_min=0),
    "general licence": _rules(lambda rule: rule.general_licence),
    "general licence by exporter size":
        _rules(lambda rule: rule.general_licence and rule.exporter_size, exporter_size=None),
    "general licence for a quantity": _rules(bool, general_quantity=None),
    "general licence that ends": _rules(lambda rule: rule.general_licence and rule.to, to=None),
    "customs hold": _desks(lambda desk: desk.decides == "hold"),
    "customs asks about a share": _rules(bool, query_share=None),
    "chance": _chance,
    "chance of a date": _chance_of_date,
    "trigger on halted plants": _reaction("halted_share"),
    "trigger on a backlog": _reaction("backlog"),
    "trigger that a policy in Python switches": _reaction("policy"),
    "new maker: start, qualification, ramp":
        _sent_on(lambda s, lane: s.sites[lane.supplier].qualification),
    "maker with a gated feed of its own":
        lambda s, trace: any(s.sites[s.lanes[lane].customer].kind == "magnet_maker"
                             for lane, *_ in _files(trace) if lane in s.lanes),
    "price premium": _sent_on(lambda _, lane: lane.premium_share),
    "lane that opens or closes": _set("lanes", bool, from_=None, to=None),
    "stand-in when cover is short":
        _sent_on(lambda _, lane: lane.fallback and lane.fallback.below_cover is not None),
    "stand-in for what is late":
        _sent_on(lambda _, lane: lane.fallback and lane.fallback.late_by is not None),
    "another grade, by date and share":
        _measures(lambda m: m.substitute and not m.substitute.emergency),
    "another grade in an emergency": _rows(Kind.SUBSTITUTED),
    "stockpile": _pile(Kind.DISPATCHED),
    "stockpile released on a trigger": _pile(Kind.DISPATCHED, on=True),
    "stockpile filled again": _pile(Kind.ARRIVED),
    "air in need, mode fixed at filing": _rows(Kind.EXPEDITED),
    "more cover from the start": _measures(
        lambda m: m.add_cover and m.from_ is None and m.if_ is None and m.on is None),
    "more cover from a date": _measures(lambda m: m.add_cover and m.from_),
    "more cover on a trigger": _measures(lambda m: m.add_cover and m.on),
    "front-loading before a date": _measures(lambda m: m.order_factor),
    "slowing down to last longer": _rows(Kind.RATE, 1),
    "overtime to catch up": _rows(Kind.RATE, 2),
    "demand factor": _set("demand"),
    "hoarding": _measures(lambda m: m.hoarding),
    "orders from a moving average": _matters(_no_forecast),
    "demand unit by unit at random": _rows(Kind.DEMANDED),
    **{f"allocation: {kind.replace('_', '-')}": _allocated(kind)
       for kind in ("proportional", "uniform", "linear", "priority", "turn_and_earn")},
}  # fmt: skip
"""By the label of the mechanism: whether it has acted in a run of a scenario that uses it."""
