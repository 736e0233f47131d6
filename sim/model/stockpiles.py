"""Stockpiles as part of the network: a site that keeps an item, and lanes that draw on it.

A stockpile makes what it buys, one for one, and is refilled rather than planned for. It sends on
lanes that are fallbacks of the eligible sites, and buys on one lane from the maker that refills
it, under the same gates as anybody.

In:  `Scenario` with stockpiles.
Out: the same scenario with a site and lanes for each of them.
"""

from __future__ import annotations

from sim.errors import NetworkError, Problem
from sim.model.selecting import selects
from sim.scenario.measures_schema import Refill
from sim.scenario.schema import BillLine, Fallback, Lane, Ordering, Scenario, Site, Stockpile

__all__ = ["STOCKPILE", "expand", "refill_of"]

STOCKPILE = "stockpile"
"""Kind of such a site; a scenario file cannot ask for it."""


def expand(scenario: Scenario) -> Scenario:
    """Return a scenario whose stockpiles are sites named as they are, with their lanes.

    Raises
    ------
    NetworkError
        With all lanes of the scenario that are named like one of a stockpile.
    """
    if not scenario.stockpiles:
        return scenario
    sites, lanes = dict(scenario.sites), dict(scenario.lanes)
    problems: list[Problem] = []
    for name, pile in sorted(scenario.stockpiles.items()):
        own = _drawing(scenario, name, pile) | _refilling(name, pile)
        problems += [
            Problem(
                path=f"lanes.{lane}",
                got="the name of a lane of a stockpile",
                need=f"need another name beside the stockpile '{name}'",
                hint="rename it",
                code="E_DUP",
            )
            for lane in sorted(own.keys() & scenario.lanes.keys())
        ]
        sites[name] = _site(pile)
        lanes |= own
    if problems:
        raise NetworkError(problems)
    return scenario.model_copy(update={"sites": sites, "lanes": lanes})


def refill_of(scenario: Scenario, name: str) -> Refill | None:
    """Return how the stockpile of this name is refilled; None for any other site."""
    pile = scenario.stockpiles.get(name)
    return None if pile is None else pile.refill


def _site(pile: Stockpile) -> Site:
    """Return the stockpile as a site: nothing planned, so nothing ever falls short of a plan."""
    bill = {}
    if pile.refill is not None:
        ordering = Ordering.model_construct(review_every=pile.refill.review_every)
        bill[pile.item] = BillLine.model_construct(per_unit=1, stock=0, ordering=ordering)
    return Site.model_construct(
        kind=STOCKPILE,
        country=pile.held_in,
        makes=pile.item,
        output_per_day=0,
        output_stock=round(pile.quantity * pile.start_share),
        output_cap=pile.quantity,
        bill=bill,
        allocation=pile.allocation,
    )


def _drawing(scenario: Scenario, name: str, pile: Stockpile) -> dict[str, Lane]:
    """Return one lane to each site that may draw on a stockpile."""
    need = Fallback.model_construct(below_cover=pile.below_cover, up_to_cover=pile.up_to_cover)
    return {
        f"{name} to {customer}": Lane.model_construct(
            supplier=name,
            customer=customer,
            transit=pile.transit,
            mode="road",
            dispatch_every="on order",
            fallback=need,
        )
        for customer, site in scenario.sites.items()
        if pile.item in site.bill and selects(pile, customer, site)
    }


def _refilling(name: str, pile: Stockpile) -> dict[str, Lane]:
    """Return the lane that refills a stockpile, if any does."""
    if pile.refill is None:
        return {}
    return {
        f"{pile.refill.supplier} to {name}": Lane.model_construct(
            supplier=pile.refill.supplier,
            customer=name,
            transit=pile.refill.transit,
            dispatch_every="on order",
        )
    }
