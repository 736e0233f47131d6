"""From a scenario to the arrays that an engine runs: every name becomes an index, once.

In:  `Scenario`.
Out: `ModelTables`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from sim.data.calendar import is_working_day
from sim.model.network import Network, build_network
from sim.model.policy import (
    FileKind,
    Timeline,
    break_seconds,
    build_timeline,
    file_class_of,
    gate_desk,
    lane_file_kind,
    licence_needed,
    moment,
)
from sim.model.sites import build_inputs, build_lanes, build_sites, site_order
from sim.model.tables import (
    ApplicantTable,
    BoolArray,
    DeskTable,
    IntArray,
    ModelTables,
    RegimeTable,
)
from sim.scenario.schema import Applicants, Demand, Desk, Measure, Scenario, Site
from sim.units import DAY_S

__all__ = ["build_model"]

_MILLION = 1_000_000


def build_model(scenario: Scenario) -> ModelTables:
    """Turn a validated scenario into arrays with named axes.

    Raises
    ------
    NetworkError
        If the network cannot work; all of its faults at once.
    DataError
        If working days are counted in a year whose calendar is not known.
    """
    network = build_network(scenario)
    t_s, dates = break_seconds(scenario)
    sites = build_sites(scenario, network)
    lane_names = _lane_order(scenario, network)
    lane_desk = [gate_desk(scenario, name, scenario.lanes[name]) for name in lane_names]
    lane_kind = [lane_file_kind(scenario, scenario.lanes[name]) for name in lane_names]
    streams = sorted(scenario.other_applicants.items())
    kinds = [(d, k) for d, k in zip(lane_desk, lane_kind, strict=True) if d is not None]
    kinds += [(stream.desk, _stream_kind(stream)) for _, stream in streams]
    timeline = build_timeline(scenario, t_s, kinds)
    desk_names = sorted(scenario.desks)
    inputs = build_inputs(scenario, sites.name)
    classes = [file_class_of(timeline, d, k) for d, k in zip(lane_desk, lane_kind, strict=True)]
    items = sorted(scenario.items)
    needs = [licence_needed(scenario, scenario.lanes[name], t_s) for name in lane_names]
    return ModelTables(
        scenario=scenario.name,
        start=scenario.start,
        horizon_s=scenario.horizon,
        seed=scenario.seed,
        observe_every_s=scenario.observe_every,
        items=tuple(items),
        item_kind=tuple(scenario.items[item].kind for item in items),
        item_value_usd=tuple(scenario.items[item].value_usd for item in items),
        sites=sites,
        inputs=inputs,
        lanes=build_lanes(scenario, lane_names, sites.name, inputs, desk_names, lane_desk, classes),
        desks=_desk_table(scenario, desk_names),
        applicants=_applicant_table(scenario, timeline, desk_names),
        regimes=RegimeTable(
            t_s=t_s,
            mean_review_s=timeline.mean_review_s,
            working_days=timeline.working_days,
            approval_rate=timeline.approval_rate,
            final_refusal_share=timeline.final_refusal_share,
            file_priority=timeline.priority,
            needs_licence=_by_regime(needs, len(t_s)),
            officers=_officers(scenario, desk_names, t_s),
            plan_per_day=_plan(scenario, sites.name, t_s),
            order_factor=_order_factor(scenario, sites.name, t_s),
            dates=dates,
        ),
        off_days=_off_days(scenario) if timeline.working_days.any() else (),
    )


def _lane_order(scenario: Scenario, network: Network) -> list[str]:
    rank = {name: i for i, name in enumerate(site_order(network))}
    return sorted(scenario.lanes, key=lambda name: (rank[scenario.lanes[name].supplier], name))


def _stream_kind(stream: Applicants) -> FileKind:
    return FileKind(
        destination=stream.destination,
        sector=stream.sector,
        end_use=stream.end_use,
        item=stream.item,
        exporter=None,
        customer=None,
        exporter_size=stream.exporter_size,
    )


def _by_regime(needs: list[list[bool]], n_regimes: int) -> BoolArray:
    """Turn lists by lane into an array (T, L)."""
    return np.array(needs, dtype=np.bool_).reshape(len(needs), n_regimes).T


def _desk_table(scenario: Scenario, names: list[str]) -> DeskTable:
    desks = [scenario.desks[name] for name in names]
    return DeskTable(
        name=tuple(names),
        decides=tuple(desk.decides for desk in desks),
        setting=tuple(desk.setting for desk in desks),
        work=tuple(desk.work for desk in desks),
        pauses=tuple(_pauses(scenario, desk) for desk in desks),
        open_closed=tuple(
            None if desk.open_closed is None else (desk.open_closed.open, desk.open_closed.closed)
            for desk in desks
        ),
        refile_after_s=_ints(desk.refile_after for desk in desks),
        refusal_known_after_s=_ints(desk.refusal_known_after for desk in desks),
        issue_lag_s=_ints(desk.issue_lag for desk in desks),
        licence_term_s=_ints(desk.licence_term for desk in desks),
        refile_probability=np.array([desk.refile_probability for desk in desks], dtype=np.float64),
    )


def _pauses(scenario: Scenario, desk: Desk) -> tuple[tuple[int, int], ...]:
    spans = [
        (max(0, moment(scenario.start, p.from_)), moment(scenario.start, p.to)) for p in desk.pauses
    ]
    return merge_spans(spans)


def merge_spans(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge half-open spans that touch or overlap; empty ones vanish.

    Examples
    --------
    >>> merge_spans([(5, 9), (0, 3), (3, 4), (8, 12), (20, 20)])
    ((0, 4), (5, 12))
    """
    merged: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if ends <= begins:
            continue
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return tuple(merged)


def _applicant_table(scenario: Scenario, timeline: Timeline, desks: list[str]) -> ApplicantTable:
    streams = sorted(scenario.other_applicants.items())
    return ApplicantTable(
        name=tuple(name for name, _ in streams),
        arrivals=tuple(stream.arrivals for _, stream in streams),
        destination=tuple(stream.destination for _, stream in streams),
        sector=tuple(stream.sector for _, stream in streams),
        end_use=tuple(stream.end_use for _, stream in streams),
        desk=_ints(desks.index(stream.desk) for _, stream in streams),
        file_class=_ints(
            timeline.file_class[stream.desk, _stream_kind(stream)] for _, stream in streams
        ),
        backlog=_ints(stream.backlog for _, stream in streams),
        rate=tuple(_rate_steps(scenario, stream) for _, stream in streams),
    )


def _rate_steps(scenario: Scenario, stream: Applicants) -> tuple[tuple[int, float], ...]:
    steps = sorted(
        ((moment(scenario.start, step.from_), step.per_day) for step in stream.rate),
        key=lambda step: step[0],
    )
    before = [per_day for second, per_day in steps if second <= 0]
    first = (0, before[-1] if before else 0.0)
    return (first, *(step for step in steps if 0 < step[0] < scenario.horizon))


def _officers(scenario: Scenario, desks: list[str], t_s: IntArray) -> IntArray:
    counts = np.zeros((len(t_s), len(desks)), dtype=np.int64)
    for d, name in enumerate(desks):
        steps = [(moment(scenario.start, o.from_), o.count) for o in scenario.desks[name].officers]
        for begins, count in sorted(steps, key=lambda step: step[0]):
            counts[t_s >= begins, d] = count
    return counts


def _selects(record: Demand | Measure, name: str, site: Site) -> bool:
    wanted = (
        (record.site, name),
        (record.kind, site.kind),
        (record.country, site.country),
        (record.sector, site.sector),
    )
    return all(among is None or value in among for among, value in wanted)


def _plan(scenario: Scenario, names: tuple[str, ...], t_s: IntArray) -> IntArray:
    """Planned output (T, S): demand factors in force at the same time multiply."""
    plan = np.zeros((len(t_s), len(names)), dtype=np.int64)
    for s, name in enumerate(names):
        site = scenario.sites[name]
        factor = np.ones(len(t_s))
        for demand in scenario.demand.values():
            if _selects(demand, name, site):
                factor[_in_force(scenario, demand, t_s)] *= demand.factor
        plan[:, s] = np.rint(site.output_per_day * factor)
    return plan


def _order_factor(scenario: Scenario, names: tuple[str, ...], t_s: IntArray) -> IntArray:
    """Factor on orders (T, S) in millionths; those in force at the same time multiply."""
    exact = np.ones((len(t_s), len(names)))
    for measure in scenario.measures.values():
        if measure.order_factor is None:
            continue
        rows = np.flatnonzero(_in_force(scenario, measure, t_s))
        for s, name in enumerate(names):
            if _selects(measure, name, scenario.sites[name]):
                exact[rows, s] *= measure.order_factor
    return np.rint(exact * _MILLION).astype(np.int64)


def _in_force(scenario: Scenario, record: Demand | Measure, t_s: IntArray) -> BoolArray:
    begins = 0 if record.from_ is None else moment(scenario.start, record.from_)
    in_force = t_s >= begins
    if record.to is not None:
        in_force &= t_s < moment(scenario.start, record.to)
    return np.asarray(in_force)


def _off_days(scenario: Scenario) -> tuple[tuple[int, int], ...]:
    """Non-working days in China from the start to the horizon."""
    n_days = -(-scenario.horizon // DAY_S)
    return merge_spans(
        [
            (day * DAY_S, (day + 1) * DAY_S)
            for day in range(n_days)
            if not is_working_day(scenario.start + timedelta(days=day))
        ]
    )


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
