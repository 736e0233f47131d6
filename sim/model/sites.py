"""Sites and their inputs as tables; the order of each axis is the order of ties.

In:  `Scenario` and `Network`.
Out: `SiteTable`, `InputTable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sim.model.measures import added_cover
from sim.model.network import Network
from sim.model.ordering import bill_for
from sim.model.plan import output_share
from sim.model.stockpiles import refill_of
from sim.model.supply import SupplySide
from sim.model.tables import UNSET, InputTable, IntArray, SiteTable
from sim.scenario.schema import BillLine, Scenario, Site
from sim.units import DAY_S

__all__ = ["build_inputs", "build_sites", "site_order"]


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
        start_per_day=_ints(
            round(site.output_per_day * float(output_share(scenario.start, site, [0])[0]))
            for site in sites
        ),
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


def build_inputs(scenario: Scenario, site_names: Sequence[str], supply: SupplySide) -> InputTable:
    """Inputs by site, then item; see `InputTable`."""
    lines: list[tuple[int, str, Site, BillLine]] = []
    for s, name in enumerate(site_names):
        site = scenario.sites[name]
        lines += [(s, item, site, line) for item, line in sorted(site.bill.items())]
    rules = [line.ordering or site.ordering for _, _, site, line in lines]
    places = [(site_names[s], item) for s, item, _, _ in lines]
    refills = [refill_of(scenario, name) for name, _ in places]
    return InputTable(
        name=tuple(f"{name} / {item}" for name, item in places),
        site=_ints(s for s, _, _, _ in lines),
        item=tuple(item for _, item, _, _ in lines),
        per_unit=_ints(line.per_unit for _, _, _, line in lines),
        per=_ints(bill_for(scenario, name) for name, _ in places),
        stock=_ints(_level(line.stock) for _, _, _, line in lines),
        cover=tuple(
            None if line.stock is not None else line.cover or site.cover
            for _, _, site, line in lines
        ),
        added_cover_s=_ints(added_cover(scenario, name, item) for name, item in places),
        rule=tuple(
            rule.rule if refill is None else "refill"
            for rule, refill in zip(rules, refills, strict=True)
        ),
        forecast_reviews=_ints(_level(rule.forecast) for rule in rules),
        review_every_s=_ints(supply.buying.review_interval(*place) for place in places),
        order_up_to=_ints(_level(rule.order_up_to) for rule in rules),
        reorder_point=_ints(_level(rule.reorder_point) for rule in rules),
        order_quantity=_ints(
            _level(rule.order_quantity) if refill is None else refill.per_review
            for rule, refill in zip(rules, refills, strict=True)
        ),
        substitute_ratio=_ints(supply.substitution.ratio(*place) for place in places),
    )


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
