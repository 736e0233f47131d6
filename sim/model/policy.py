"""When the licence office says yes: what is in force for each class of file, from when to when.

The timeline is data, not behaviour. It is read from the scenario's rules and gates, turned into
arrays before the run starts, and never changed while a run is going.

In:  `policy`, `gates`, `desks`, `demand` and `measures` of a `Scenario`.
Out: `RegimeTable` and the class of every lane and stream of applicants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.errors import NetworkError, Problem
from sim.model.tables import NEVER, UNSET, IntArray, RuleDate
from sim.scenario.fields import ReviewTime
from sim.scenario.schema import Gate, Lane, PolicyRule, Scenario, Selector
from sim.units import seconds_of

__all__ = [
    "DEFAULT_PRIORITY",
    "FileKind",
    "Timeline",
    "break_seconds",
    "build_timeline",
    "lane_gates",
    "moment",
    "value_in_force",
]

DEFAULT_PRIORITY = 100
_ClassKey = tuple[str, tuple[tuple[Any, ...], ...]]
_FIELDS = ("mean_review_time", "approval_rate", "final_refusal_share", "priority")


@dataclass(frozen=True, slots=True)
class FileKind:
    """Everything a rule can select a file by."""

    destination: str
    sector: str
    end_use: str
    item: str | None
    exporter: str | None
    customer: str | None
    exporter_size: str


@dataclass(frozen=True)
class Timeline:
    """Resolved policy: the class of every file kind, and what holds for each class.

    Parameters
    ----------
    file_class : dict of (desk, FileKind) to int
        Class C; kinds that the rules never tell apart share one.
    mean_review_s, working_days, approval_rate, final_refusal_share, priority : ndarray (T, C)
        See `RegimeTable`.
    """

    file_class: dict[tuple[str, FileKind], int]
    mean_review_s: IntArray
    working_days: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    approval_rate: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    final_refusal_share: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    priority: IntArray


def moment(start: date, when: date | int) -> int:
    """Return the second of a moment: a date, or seconds since the start."""
    return when if isinstance(when, int) else seconds_of(start, when)


def matches(selector: Selector, kind: FileKind) -> bool:
    """Say whether a rule is about this kind of file; what it does not state matches everything."""
    for field in ("destination", "sector", "end_use", "item", "exporter", "customer",
                  "exporter_size"):  # fmt: skip
        wanted = getattr(selector, field)
        if wanted is not None and getattr(kind, field) not in wanted:
            return False
    return True


def value_in_force(
    rules: Sequence[PolicyRule], field: str, start: date, second: int
) -> object | None:
    """Return what the rules say of a field at a second, or None if none states it then.

    Of rules in force that state the field, the latest to begin wins; of two that begin on the same
    day, the one written last. When a rule ends, the earlier one returns.

    Examples
    --------
    >>> first = PolicyRule.model_validate({"from": "0 d", "approval_rate": 0.2})
    >>> later = PolicyRule.model_validate({"from": "9 d", "to": "20 d", "approval_rate": 0.6})
    >>> day = 86_400
    >>> [
    ...     value_in_force([first, later], "approval_rate", date(2025, 4, 4), t * day)
    ...     for t in (0, 9, 19, 20)
    ... ]
    [0.2, 0.6, 0.6, 0.2]
    """
    best: object | None = None
    best_from: int | None = None
    for rule in rules:
        begins = moment(start, rule.from_)
        ended = rule.to is not None and second >= moment(start, rule.to)
        stated = getattr(rule, field)
        if begins > second or ended or stated is None:
            continue
        if best_from is None or begins >= best_from:
            best, best_from = stated, begins
    return best


def lane_gates(scenario: Scenario, lane: Lane) -> dict[str, Gate]:
    """Return the gates that a lane's shipments can meet, by name."""
    kind = lane_file_kind(scenario, lane)
    supplier = scenario.sites[lane.supplier]
    customer = scenario.sites[lane.customer]
    item = scenario.items[supplier.makes]
    return {
        name: gate
        for name, gate in scenario.gates.items()
        if supplier.country in gate.leaves
        and customer.country not in gate.leaves
        and (item.controlled or not gate.controlled_only)
        and matches(gate, kind)
    }


def lane_file_kind(scenario: Scenario, lane: Lane) -> FileKind:
    """Return what a rule can select this lane's applications by."""
    supplier, customer = scenario.sites[lane.supplier], scenario.sites[lane.customer]
    return FileKind(
        destination=lane.destination or customer.country,
        sector=lane.sector or customer.sector or "other",
        end_use=lane.end_use,
        item=supplier.makes,
        exporter=lane.supplier,
        customer=lane.customer,
        exporter_size=supplier.exporter_size,
    )


def break_seconds(scenario: Scenario) -> tuple[IntArray, tuple[RuleDate, ...]]:
    """Return the first second of every regime (T,), and the dated changes within the horizon."""
    dates: set[RuleDate] = set()
    for name, from_, to in _dated(scenario):
        begins = max(0, moment(scenario.start, from_))
        ends = None if to is None else moment(scenario.start, to)
        if begins < scenario.horizon and (ends is None or ends > begins):
            dates.add(RuleDate(begins, name, begins=True))
            if ends is not None and ends < scenario.horizon:
                dates.add(RuleDate(ends, name, begins=False))
    seconds = np.array(sorted({0, *(entry.second for entry in dates)}), dtype=np.int64)
    return seconds, tuple(sorted(dates))


def _dated(scenario: Scenario) -> Iterable[tuple[str, date | int, date | int | None]]:
    for group in (scenario.policy, scenario.gates, scenario.demand):
        for name, record in group.items():
            yield name, record.from_, record.to
    for name, measure in scenario.measures.items():
        if measure.from_ is not None:
            yield name, measure.from_, measure.to
    for name, desk in scenario.desks.items():
        for pause in desk.pauses:
            yield f"{name} pause", pause.from_, pause.to
        for officers in desk.officers:
            yield f"{name} officers", officers.from_, None


def build_timeline(
    scenario: Scenario, t_s: IntArray, kinds: Sequence[tuple[str, FileKind]]
) -> Timeline:
    """Resolve the rules for every (desk, kind) and merge those that they never tell apart.

    Parameters
    ----------
    scenario : Scenario
        Its `policy` rules, in the order written.
    t_s : ndarray of int64, shape (T,)
        First second of each regime.
    kinds : sequence of (desk, FileKind)
        Every combination that can be filed.
    """
    columns: dict[_ClassKey, int] = {}
    file_class: dict[tuple[str, FileKind], int] = {}
    for desk, kind in sorted(set(kinds), key=repr):
        rules = [
            rule
            for rule in scenario.policy.values()
            if matches(rule, kind) and (rule.desk is None or desk in rule.desk)
        ]
        column = tuple(
            tuple(value_in_force(rules, field, scenario.start, int(t)) for field in _FIELDS)
            for t in t_s
        )
        file_class[desk, kind] = columns.setdefault((desk, column), len(columns))
    return _as_arrays(file_class, columns, len(t_s))


def _as_arrays(
    file_class: dict[tuple[str, FileKind], int],
    columns: Mapping[_ClassKey, int],
    n_regimes: int,
) -> Timeline:
    shape = (n_regimes, len(columns))
    timeline = Timeline(
        file_class=file_class,
        mean_review_s=np.zeros(shape, dtype=np.int64),
        working_days=np.zeros(shape, dtype=np.bool_),
        approval_rate=np.ones(shape),
        final_refusal_share=np.zeros(shape),
        priority=np.full(shape, DEFAULT_PRIORITY, dtype=np.int64),
    )
    for (_, column), c in columns.items():
        for t, (review, approval, final, priority) in enumerate(column):
            if isinstance(review, ReviewTime):
                timeline.mean_review_s[t, c] = NEVER if review.never else review.seconds
                timeline.working_days[t, c] = review.working
            if approval is not None:
                timeline.approval_rate[t, c] = approval
            if final is not None:
                timeline.final_refusal_share[t, c] = final
            if priority is not None:
                timeline.priority[t, c] = priority
    return timeline


def gate_desk(scenario: Scenario, name: str, lane: Lane) -> str | None:
    """Return the one desk that a lane's gates name, or None if no gate matches it.

    Raises
    ------
    NetworkError
        If two gates on the lane name different desks.
    """
    gates = lane_gates(scenario, lane)
    desks = sorted({gate.desk for gate in gates.values()})
    if len(desks) > 1:
        raise NetworkError(
            [
                Problem(
                    path=f"lanes.{name}",
                    got=f"gates of several desks: {', '.join(desks)}",
                    need="need at most one desk for a lane",
                    hint="narrow one of the gates " + ", ".join(sorted(gates)),
                    code="E_GATE",
                )
            ]
        )
    return desks[0] if desks else None


def licence_needed(scenario: Scenario, lane: Lane, t_s: IntArray) -> list[bool]:
    """Say for each regime whether the lane's shipments need an application of their own.

    Returns
    -------
    list of bool, shape (T,)
        A gate is in force, [from, to), and no general licence covers the pair.
    """
    start = scenario.start
    gates = lane_gates(scenario, lane).values()
    kind = lane_file_kind(scenario, lane)
    desks = {gate.desk for gate in gates}
    rules = [
        rule
        for rule in scenario.policy.values()
        if matches(rule, kind) and (rule.desk is None or desks.intersection(rule.desk))
    ]
    needed = []
    for t in t_s:
        gated = any(
            moment(start, gate.from_) <= t and (gate.to is None or t < moment(start, gate.to))
            for gate in gates
        )
        general = value_in_force(rules, "general_licence", start, int(t)) is True
        needed.append(gated and not general)
    return needed


def file_class_of(timeline: Timeline, desk: str | None, kind: FileKind) -> int:
    """Return the class of a file at a desk; UNSET without a desk."""
    return UNSET if desk is None else timeline.file_class[desk, kind]
