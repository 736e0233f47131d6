"""What firms do about it, resolved to columns: cover, orders, air, early filing, rates, hoarding.

Of measures of one kind that cannot hold together, the latest to begin wins, of two with the same
date the one written last; one on an active trigger wins over all dated ones. Added covers add up,
factors multiply. Stockpiles are nobody's: no measure reaches them.

In:  `Scenario` (measures), `Dates`, and the names that index the tables.
Out: columns of `RegimeTable`; what `InputTable` and `LaneTable` need to know beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import NetworkError, Problem
from sim.model.costs import usual_air_cost
from sim.model.dates import Dates
from sim.model.regimes import ALWAYS, MILLION
from sim.model.selecting import selects
from sim.model.tables import InputTable
from sim.scenario.laws import Law
from sim.scenario.schema import Lane, Measure, Scenario

__all__ = [
    "AirFreight",
    "Columns",
    "added_cover",
    "air_freight",
    "file_margin",
    "in_turn",
    "measure_columns",
    "reaches",
]

T = TypeVar("T")

Columns = dict[str, NDArray[Any]]
"""Columns of a table by name."""


@dataclass(frozen=True)
class AirFreight:
    """What goods on a lane fly by, where a measure sends any by air.

    Parameters
    ----------
    transit : Law
    usd_per_kg : float
        What that costs more [USD/kg].
    """

    transit: Law
    usd_per_kg: float


def reaches(scenario: Scenario, measure: Measure, site: str, item: str | None = None) -> bool:
    """Say whether a measure is about a site, or about one input of it."""
    return (
        site not in scenario.stockpiles
        and (item is None or measure.item is None or item in measure.item)
        and selects(measure, site, scenario.sites[site])
    )


def added_cover(scenario: Scenario, site: str, item: str) -> int:
    """Return the cover [s] that measures without dates add to an input."""
    return sum(
        measure.add_cover
        for measure in scenario.measures.values()
        if measure.add_cover is not None
        and not _is_dated(measure)
        and reaches(scenario, measure, site, item)
    )


def _is_dated(measure: Measure) -> bool:
    return any(when is not None for when in (measure.from_, measure.to, measure.on))


def air_freight(scenario: Scenario, name: str) -> AirFreight | None:
    """Return what the goods of a lane fly by; None where no measure sends them by air.

    Raises
    ------
    NetworkError
        If two measures state different transits or costs for the lane.
    """
    found = {}
    for key, measure in scenario.measures.items():
        if measure.air is not None and _flies(scenario, measure, scenario.lanes[name]):
            usd_per_kg = measure.air.cost_usd_per_kg
            if usd_per_kg is None:
                usd_per_kg = usual_air_cost(scenario)
            found[key] = AirFreight(measure.air.transit, usd_per_kg)
    return _only(found, name, "transits or costs by air")


def file_margin(scenario: Scenario, name: str) -> float | None:
    """Return the quantity of early applications on a lane, as a factor on what is planned.

    Raises
    ------
    NetworkError
        If two measures state different margins for the lane.
    """
    found = {
        key: measure.file_margin
        for key, measure in scenario.measures.items()
        if measure.file_early is not None and _slotted(scenario, measure, scenario.lanes[name])
    }
    return _only(found, name, "margins of early applications")


def _only(found: Mapping[str, T], lane: str, what: str) -> T | None:
    values = list(found.values())
    if any(value != values[0] for value in values):
        names = ", ".join(f"'{key}'" for key in sorted(found))
        raise NetworkError(
            [
                Problem(
                    path=f"lanes.{lane}",
                    got=f"different {what} in the measures {names}",
                    need="need one for a lane, whenever they hold",
                    hint="state the same in both, or narrow one of them",
                    code="E_MEASURE",
                )
            ]
        )
    return values[0] if values else None


def _inbound(scenario: Scenario, measure: Measure, lane: Lane) -> bool:
    """Say whether a measure is about what a lane brings; a stockpile sends as it does."""
    item = scenario.sites[lane.supplier].makes
    return lane.supplier not in scenario.stockpiles and reaches(
        scenario, measure, lane.customer, item
    )


def _flies(scenario: Scenario, measure: Measure, lane: Lane) -> bool:
    return lane.mode != "air" and _inbound(scenario, measure, lane)


def _slotted(scenario: Scenario, measure: Measure, lane: Lane) -> bool:
    return lane.dispatch_every != "on order" and _inbound(scenario, measure, lane)


def measure_columns(
    scenario: Scenario, sites: Sequence[str], inputs: InputTable, lanes: Sequence[str], dates: Dates
) -> Columns:
    """Columns (T, S), (T, N) and (T, L) of `RegimeTable` that measures move.

    Parameters
    ----------
    scenario : Scenario
    sites, lanes : sequence of str, shapes (S,) and (L,)
    inputs : InputTable
    dates : Dates
    """
    columns = _neutral(len(dates.seconds), len(sites), len(inputs.name), len(lanes))
    order_factor = np.ones(columns["order_factor"].shape)
    places = list(zip((sites[s] for s in inputs.site.tolist()), inputs.item, strict=True))
    records = [scenario.lanes[name] for name in lanes]
    for _, measure in in_turn(scenario):
        rows = dates.rows(measure)
        ns = [n for n, place in enumerate(places) if reaches(scenario, measure, *place)]
        if measure.add_cover is not None and _is_dated(measure):
            columns["extra_cover_s"][rows, ns] += measure.add_cover
        elif measure.order_factor is not None:
            order_factor[rows, ns] *= measure.order_factor
        elif measure.hoarding is not None:
            columns["hoarding_cap"][rows, ns] = round(measure.hoarding.cap * MILLION)
            columns["hoarding_reviews"][rows, ns] = measure.hoarding.reviews
        elif measure.stretch is not None or measure.overtime is not None:
            ours = [s for s, name in enumerate(sites) if reaches(scenario, measure, name)]
            _set_rates(columns, measure, rows, ours)
        elif measure.air is not None:
            below = measure.air.below_cover
            ls = [i for i, lane in enumerate(records) if _flies(scenario, measure, lane)]
            columns["air_below_s"][rows, ls] = ALWAYS if below is None else below
        elif measure.file_early is not None:
            ls = [i for i, lane in enumerate(records) if _slotted(scenario, measure, lane)]
            columns["file_early_s"][rows, ls] = measure.file_early
    columns["order_factor"] = np.rint(order_factor * MILLION).astype(np.int64)
    return columns


def _neutral(n_regimes: int, n_sites: int, n_inputs: int, n_lanes: int) -> Columns:
    """Return the columns of a world in which nobody does anything."""
    usual = {
        "order_factor": (n_inputs, MILLION),
        "extra_cover_s": (n_inputs, 0),
        "hoarding_cap": (n_inputs, MILLION),
        "hoarding_reviews": (n_inputs, 1),
        "stretch_below_s": (n_sites, 0),
        "stretch_share": (n_sites, MILLION),
        "overtime": (n_sites, MILLION),
        "air_below_s": (n_lanes, 0),
        "file_early_s": (n_lanes, 0),
    }
    return {
        name: np.full((n_regimes, width), value, dtype=np.int64)
        for name, (width, value) in usual.items()
    }


def _set_rates(columns: Columns, measure: Measure, rows: slice, sites: list[int]) -> None:
    if measure.stretch is not None:
        columns["stretch_below_s"][rows, sites] = measure.stretch.below
        columns["stretch_share"][rows, sites] = round(measure.stretch.share * MILLION)
    if measure.overtime is not None:
        columns["overtime"][rows, sites] = round(measure.overtime * MILLION)


def in_turn(scenario: Scenario) -> list[tuple[str, Measure]]:
    """Return the measures with their names, so that each one wins over those before it."""
    dates = Dates(scenario.start, (0,))
    return sorted(
        scenario.measures.items(),
        key=lambda named: (named[1].on is not None, dates.begins(named[1])),
    )
