"""Which mechanism a scenario uses: one question for each, asked of its records.

In:  `Scenario`.
Out: labels, in the order of `MECHANISMS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sim.scenario import Scenario
from sim.scenario.schema import Dated, Desk, Lane, Measure, PolicyRule
from sim.units import DAY_S

__all__ = ["MECHANISMS", "mechanisms_of"]

HALF_A_YEAR_S = 180 * DAY_S
"""Validity of a licence where a scenario says nothing; a shorter one is meant to be felt."""

_Question = Callable[[Scenario], bool]


def _desk(asked: Callable[[Desk], object]) -> _Question:
    return lambda s: any(asked(desk) for desk in s.desks.values())


def _rule(asked: Callable[[PolicyRule], object]) -> _Question:
    return lambda s: any(asked(rule) for rule in s.policy.values())


def _lane(asked: Callable[[Lane], object]) -> _Question:
    return lambda s: any(asked(lane) for lane in s.lanes.values())


def _measure(asked: Callable[[Measure], object]) -> _Question:
    return lambda s: any(asked(measure) for measure in s.measures.values())


def _allocates(kind: str) -> _Question:
    return lambda s: (
        kind
        in {
            *(site.allocation for site in s.sites.values()),
            *(pile.allocation for pile in s.stockpiles.values()),
        }
    )


def _dated(scenario: Scenario) -> Iterator[Dated]:
    groups: Iterable[Iterable[Dated]] = (
        scenario.policy.values(), scenario.gates.values(), scenario.control_lists.values(),
        scenario.demand.values(), scenario.measures.values(),
    )  # fmt: skip
    for group in groups:
        yield from group


def _has_chance(scenario: Scenario) -> bool:
    return bool(scenario.chances) or any(r.probability is not None for r in _dated(scenario))


def _has_chance_of_date(scenario: Scenario) -> bool:
    chances = (chance.latest for chance in scenario.chances.values())
    return any(latest is not None for latest in (*chances, *(r.latest for r in _dated(scenario))))


def _has_short_attestation(scenario: Scenario) -> bool:
    """Return whether what an earlier desk gives can expire while a later one decides."""
    return any(
        scenario.desks[desk].licence_term < HALF_A_YEAR_S
        for gate in scenario.gates.values()
        for desk in gate.before
    )


def _is_undertaking(scenario: Scenario) -> bool:
    gates = scenario.gates.values()
    return any(gate.enters and gate.leaves and "CN" not in gate.leaves for gate in gates)


def _is_working(rule: PolicyRule) -> bool:
    return rule.mean_review_time is not None and rule.mean_review_time.working


MECHANISMS: tuple[tuple[str, _Question], ...] = (
    # Licences
    ("gate on lanes out of China", lambda s: any(g.leaves == ("CN",) for g in s.gates.values())),
    ("gate on foreign-made goods, by value share",
     lambda s: any(c.from_value_share is not None for c in s.control_lists.values())),
    ("control list by elements and mass share",
     lambda s: any(c.above_mass_share is not None for c in s.control_lists.values())),
    ("importer's own gate",
     lambda s: any(g.enters and g.leaves is None for g in s.gates.values())),
    ("undertaking not to send on", _is_undertaking),
    ("stages in turn", lambda s: any(g.before for g in s.gates.values())),
    ("desk: queue", _desk(lambda d: d.setting == "queue" and d.officers)),
    ("desk: unlimited", _desk(lambda d: d.setting == "unlimited" and d.decides == "licence")),
    ("desk: bare minimum", _desk(lambda d: d.setting == "bare_minimum")),
    ("officers by date", _desk(lambda d: len(d.officers) > 1)),
    ("weekly quota", _desk(lambda d: d.quota)),
    ("pauses", _desk(lambda d: d.pauses)),
    ("random closures", _desk(lambda d: d.open_closed)),
    ("other applicants", lambda s: bool(s.other_applicants)),
    ("statutory clock in working days", _rule(_is_working)),
    ("priority between classes", _rule(lambda r: r.priority is not None)),
    ("refusal and refiling", _rule(lambda r: r.approval_rate is not None)),
    ("refusal that ends the order", _desk(lambda d: d.refile_probability < 1)),
    ("buyer told late of a refusal", _desk(lambda d: d.refusal_known_after)),
    ("return for information", _rule(lambda r: r.return_share)),
    ("refusal by end use", _rule(lambda r: r.final_refusal_share and r.end_use)),
    ("dual use returned more often",
     _rule(lambda r: r.return_share and r.end_use and "dual_use" in r.end_use)),
    ("issue lag", _desk(lambda d: d.issue_lag)),
    ("attestation that expires on the way", _has_short_attestation),
    ("early filing", _measure(lambda m: m.file_early)),
    ("bundled applications", _lane(lambda lane: lane.application_min)),
    ("general licence", _rule(lambda r: r.general_licence)),
    ("general licence by exporter size",
     _rule(lambda r: r.general_licence and r.exporter_size)),
    ("general licence for a quantity", _rule(lambda r: r.general_quantity)),
    ("general licence that ends", _rule(lambda r: r.general_licence and r.to)),
    ("customs hold", _desk(lambda d: d.decides == "hold")),
    ("customs asks about a share", _rule(lambda r: r.query_share is not None)),
    ("chance", _has_chance),
    ("chance of a date", _has_chance_of_date),
    ("trigger on halted plants",
     lambda s: any(t.when == "halted_share" for t in s.triggers.values())),
    ("trigger on a backlog", lambda s: any(t.when == "backlog" for t in s.triggers.values())),
    ("trigger that a policy in Python switches",
     lambda s: any(t.when == "policy" for t in s.triggers.values())),
    # Supply and measures
    ("new maker: start, qualification, ramp",
     lambda s: any(m.starts and m.ramp and m.qualification for m in s.sites.values())),
    ("maker with a gated feed of its own",
     lambda s: any(m.kind == "magnet_maker" and m.bill for m in s.sites.values())),
    ("price premium", _lane(lambda lane: lane.premium_share)),
    ("lane that opens or closes", _lane(lambda lane: lane.from_ or lane.to)),
    ("stand-in when cover is short",
     _lane(lambda lane: lane.fallback and lane.fallback.below_cover is not None)),
    ("stand-in for what is late",
     _lane(lambda lane: lane.fallback and lane.fallback.late_by is not None)),
    ("another grade, by date and share",
     _measure(lambda m: m.substitute and not m.substitute.emergency)),
    ("another grade in an emergency", _measure(lambda m: m.substitute and m.substitute.emergency)),
    ("stockpile", lambda s: bool(s.stockpiles)),
    ("stockpile released on a trigger", lambda s: any(p.on for p in s.stockpiles.values())),
    ("stockpile filled again", lambda s: any(p.refill for p in s.stockpiles.values())),
    ("air in need, mode fixed at filing", _measure(lambda m: m.air)),
    ("more cover from the start",
     _measure(lambda m: m.add_cover and m.from_ is None and m.if_ is None and m.on is None)),
    ("more cover from a date", _measure(lambda m: m.add_cover and m.from_)),
    ("more cover on a trigger", _measure(lambda m: m.add_cover and m.on)),
    ("front-loading before a date", _measure(lambda m: m.order_factor)),
    ("slowing down to last longer", _measure(lambda m: m.stretch)),
    ("overtime to catch up", _measure(lambda m: m.overtime)),
    ("demand factor", lambda s: bool(s.demand)),
    ("hoarding", _measure(lambda m: m.hoarding)),
    ("orders from a moving average",
     lambda s: any(site.ordering.forecast for site in s.sites.values())),
    ("demand unit by unit at random",
     lambda s: any(site.use.pattern == "poisson" for site in s.sites.values())),
    ("allocation: proportional", _allocates("proportional")),
    ("allocation: uniform", _allocates("uniform")),
    ("allocation: linear", _allocates("linear")),
    ("allocation: priority", _allocates("priority")),
    ("allocation: turn-and-earn", _allocates("turn_and_earn")),
)  # fmt: skip
"""What a scenario can use, and how to tell: label and question."""


def mechanisms_of(scenario: Scenario) -> frozenset[str]:
    """Return the labels of the mechanisms that a scenario uses.

    Examples
    --------
    >>> from sim.scenario import load_scenario
    >>> from sim.scenario.shipped import shipped_scenarios
    >>> sorted(mechanisms_of(load_scenario(shipped_scenarios() / "world_2025.yaml")))
    ['allocation: proportional']
    """
    return frozenset(label for label, asked in MECHANISMS if asked(scenario))
