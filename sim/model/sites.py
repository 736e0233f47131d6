"""Sites, their inputs and their lanes as tables; the order of each axis is the order of ties.

In:  `Scenario` and `Network`.
Out: `SiteTable`, `InputTable`, `LaneTable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sim.errors import NetworkError, Problem
from sim.model.network import Network
from sim.model.tables import ON_ORDER, UNSET, InputTable, IntArray, LaneTable, SiteTable
from sim.scenario.schema import BillLine, Lane, Ordering, Scenario, Site
from sim.units import DAY_S

__all__ = ["build_inputs", "build_lanes", "build_sites", "site_order"]

_BILLION = 1_000_000_000


def site_order(network: Network) -> list[str]:
    """Return site names, suppliers before customers (tier), then by name."""
    return sorted(network.tier, key=lambda name: (network.tier[name], name))


def build_sites(scenario: Scenario, network: Network) -> SiteTable:
    """Sites in the order of `site_order`; see `SiteTable`."""
    names = site_order(network)
    sites = [scenario.sites[name] for name in names]
    review = sorted(range(len(names)), key=lambda s: (-network.tier[names[s]], names[s]))
    halts = [site.halts or scenario.halts for site in sites]
    return SiteTable(
        name=tuple(names),
        kind=tuple(site.kind for site in sites),
        country=tuple(site.country for site in sites),
        sector=tuple(site.sector or "" for site in sites),
        makes=tuple(site.makes for site in sites),
        pattern=tuple(site.use.pattern for site in sites),
        unmet=tuple(site.use.unmet for site in sites),
        allocation=tuple(site.allocation for site in sites),
        tier=_ints(network.tier[name] for name in names),
        review_rank=np.argsort(np.array(review, dtype=np.int64)).astype(np.int64),
        output_per_day=_ints(site.output_per_day for site in sites),
        output_stock=_ints(_output_stock(site) for site in sites),
        output_cap=_ints(_level(site.output_cap) for site in sites),
        batch_quantity=_ints(site.use.quantity or 0 for site in sites),
        batch_every_s=_ints(site.use.every or 0 for site in sites),
        batch_first_s=_ints(site.use.first_at for site in sites),
        min_halt_s=_ints(rule.min_halt for rule in halts),
        restart_cover_s=_ints(rule.restart_cover for rule in halts),
        restart_delay_s=_ints(rule.restart_delay for rule in halts),
    )


def _output_stock(site: Site) -> int:
    if site.output_cover is not None:
        return round(site.output_per_day * site.output_cover / DAY_S)
    return _level(site.output_stock)


def _level(quantity: int | None) -> int:
    return UNSET if quantity is None else quantity


def build_inputs(scenario: Scenario, site_names: Sequence[str]) -> InputTable:
    """Inputs by site, then item; see `InputTable`."""
    lines: list[tuple[int, str, Site, BillLine]] = []
    for s, name in enumerate(site_names):
        site = scenario.sites[name]
        lines += [(s, item, site, line) for item, line in sorted(site.bill.items())]
    rules = [line.ordering or site.ordering for _, _, site, line in lines]
    return InputTable(
        name=tuple(f"{site_names[s]} / {item}" for s, item, _, _ in lines),
        site=_ints(s for s, _, _, _ in lines),
        item=tuple(item for _, item, _, _ in lines),
        per_unit=_ints(line.per_unit for _, _, _, line in lines),
        stock=_ints(_level(line.stock) for _, _, _, line in lines),
        cover=tuple(
            None if line.stock is not None else line.cover or site.cover
            for _, _, site, line in lines
        ),
        added_cover_s=_ints(_added_cover(scenario, site_names[s]) for s, _, _, _ in lines),
        rule=tuple(rule.rule for rule in rules),
        review_every_s=_ints(
            _review_interval(scenario, site_names[s], item, rule)
            for (s, item, _, _), rule in zip(lines, rules, strict=True)
        ),
        order_up_to=_ints(_level(rule.order_up_to) for rule in rules),
        reorder_point=_ints(_level(rule.reorder_point) for rule in rules),
        order_quantity=_ints(_level(rule.order_quantity) for rule in rules),
    )


def _added_cover(scenario: Scenario, name: str) -> int:
    site = scenario.sites[name]
    total = 0
    for measure in scenario.measures.values():
        chosen = (
            (measure.site is None or name in measure.site)
            and (measure.kind is None or site.kind in measure.kind)
            and (measure.country is None or site.country in measure.country)
            and (measure.sector is None or site.sector in measure.sector)
        )
        if chosen and measure.add_cover is not None:
            total += measure.add_cover
    return total


def _review_interval(scenario: Scenario, name: str, item: str, rule: Ordering) -> int:
    """Seconds between reviews: as stated, else the shortest dispatch interval of its lanes."""
    site = scenario.sites[name]
    if rule.continuous:
        if site.use.pattern == "steady" and rule.rule != "s_q":
            raise _problem(
                name, item, f"continuous {rule.rule} ordering with steady use",
                "need a review interval", "leave out continuous, or use the s_q rule",
            )  # fmt: skip
        return ON_ORDER
    if rule.review_every is not None:
        return rule.review_every
    lanes = [
        lane
        for lane in scenario.lanes.values()
        if lane.customer == name and scenario.sites[lane.supplier].makes == item
    ]
    intervals = [_interval(lane) for lane in lanes if _interval(lane) != ON_ORDER]
    if not intervals:
        raise _problem(
            name, item, "lanes that dispatch on order, and no review interval",
            "need to know when to order", "state ordering.review_every or ordering.continuous",
        )  # fmt: skip
    return min(intervals)


def _problem(name: str, item: str, got: str, need: str, hint: str) -> NetworkError:
    path = f"sites.{name}.bill.{item}"
    return NetworkError([Problem(path=path, got=got, need=need, hint=hint, code="E_ORDERING")])


def _interval(lane: Lane) -> int:
    return ON_ORDER if isinstance(lane.dispatch_every, str) else lane.dispatch_every


def build_lanes(
    scenario: Scenario,
    names: Sequence[str],
    site_names: Sequence[str],
    inputs: InputTable,
    desk_names: Sequence[str],
    lane_desk: Sequence[str | None],
    lane_class: Sequence[int],
) -> LaneTable:
    """Lanes in the given order; see `LaneTable`."""
    lanes = [scenario.lanes[name] for name in names]
    site_index = {name: s for s, name in enumerate(site_names)}
    input_index = {name: n for n, name in enumerate(inputs.name)}
    items = [scenario.sites[lane.supplier].makes for lane in lanes]
    customers = [scenario.sites[lane.customer] for lane in lanes]
    return LaneTable(
        name=tuple(names),
        item=tuple(items),
        mode=tuple(lane.mode for lane in lanes),
        destination=tuple(
            lane.destination or customer.country
            for lane, customer in zip(lanes, customers, strict=True)
        ),
        sector=tuple(
            lane.sector or customer.sector or "other"
            for lane, customer in zip(lanes, customers, strict=True)
        ),
        end_use=tuple(lane.end_use for lane in lanes),
        supplier=_ints(site_index[lane.supplier] for lane in lanes),
        customer=_ints(site_index[lane.customer] for lane in lanes),
        input=_ints(
            input_index[f"{lane.customer} / {item}"]
            for lane, item in zip(lanes, items, strict=True)
        ),
        interval_s=_ints(_interval(lane) for lane in lanes),
        share=_ints(round(lane.share * _BILLION) for lane in lanes),
        priority=_ints(lane.priority for lane in lanes),
        transit=tuple(lane.transit for lane in lanes),
        open_shipments=tuple(
            None
            if lane.open_shipments is None
            else tuple((shipment.quantity, shipment.arrives) for shipment in lane.open_shipments)
            for lane in lanes
        ),
        desk=_ints(UNSET if desk is None else desk_names.index(desk) for desk in lane_desk),
        file_class=_ints(lane_class),
    )


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
