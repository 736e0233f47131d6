"""Lanes as a table; when each can be ordered on, and what share of the orders it has then.

In:  `Scenario`, `InputTable`, `Dates`.
Out: `LaneTable`, and the columns `lane_open` and `lane_share` of `RegimeTable`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from sim.model.dates import Dates, moment
from sim.model.measures import air_freight, file_margin
from sim.model.regimes import BILLION, MILLION, ON_ORDER, BoolArray, IntArray
from sim.model.tables import InputTable, LaneTable
from sim.scenario.schema import Lane, Scenario

__all__ = ["build_lanes", "interval_of", "lane_seconds", "lane_shares", "lanes_open"]


def build_lanes(
    scenario: Scenario,
    names: Sequence[str],
    site_names: Sequence[str],
    inputs: InputTable,
    stages: tuple[tuple[int, ...], ...],
    stage_class: tuple[tuple[int, ...], ...],
) -> LaneTable:
    """Lanes in the given order; see `LaneTable`."""
    lanes = [scenario.lanes[name] for name in names]
    site_index = {name: s for s, name in enumerate(site_names)}
    input_index = {name: n for n, name in enumerate(inputs.name)}
    items = [scenario.sites[lane.supplier].makes for lane in lanes]
    customers = [scenario.sites[lane.customer] for lane in lanes]
    feeds = _ints(
        input_index[f"{lane.customer} / {item}"] for lane, item in zip(lanes, items, strict=True)
    )
    at_start = lanes_open(scenario, names, Dates(scenario.start, (0,)))
    air = [air_freight(scenario, name) for name in names]
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
        input=feeds,
        interval_s=_ints(interval_of(lane) for lane in lanes),
        share=lane_shares(scenario, names, feeds, at_start)[0],
        priority=_ints(lane.priority for lane in lanes),
        transit=tuple(lane.transit for lane in lanes),
        air_transit=tuple(None if flown is None else flown.transit for flown in air),
        fallback=tuple(_fallback_rule(lane) for lane in lanes),
        fallback_s=_ints(_fallback_limit(lane) for lane in lanes),
        up_to_s=_ints(_up_to(lane) for lane in lanes),
        application_min=_ints(lane.application_min for lane in lanes),
        application_wait_s=_ints(lane.application_wait for lane in lanes),
        file_margin=_ints(round((file_margin(scenario, n) or 1.0) * MILLION) for n in names),
        premium_share=np.array([lane.premium_share for lane in lanes], dtype=np.float64),
        air_usd_per_kg=np.array([0.0 if flown is None else flown.usd_per_kg for flown in air]),
        open_shipments=tuple(
            None
            if lane.open_shipments is None
            else tuple((shipment.quantity, shipment.arrives) for shipment in lane.open_shipments)
            for lane in lanes
        ),
        stages=stages,
        stage_class=stage_class,
    )


def interval_of(lane: Lane) -> int:
    """Return the time between dispatches of a lane [s], or ON_ORDER."""
    return ON_ORDER if isinstance(lane.dispatch_every, str) else lane.dispatch_every


def _fallback_rule(lane: Lane) -> str:
    if lane.fallback is None:
        return ""
    return "late_by" if lane.fallback.below_cover is None else "below_cover"


def _fallback_limit(lane: Lane) -> int:
    if lane.fallback is None:
        return 0
    return lane.fallback.below_cover or lane.fallback.late_by or 0


def _up_to(lane: Lane) -> int:
    if lane.fallback is None:
        return 0
    return lane.fallback.up_to_cover or lane.fallback.below_cover or 0


def lane_seconds(scenario: Scenario) -> Iterator[int]:
    """Yield the seconds at which lanes open and close."""
    for lane in scenario.lanes.values():
        yield _opens(scenario, lane)
        if lane.to is not None:
            yield moment(scenario.start, lane.to)


def _opens(scenario: Scenario, lane: Lane) -> int:
    """Return the second from which a lane can be ordered on: its own, and that of its supplier."""
    supplier, opens = scenario.sites[lane.supplier], 0
    if lane.from_ is not None:
        opens = moment(scenario.start, lane.from_)
    if supplier.starts is not None:
        opens = max(opens, moment(scenario.start, supplier.starts) + supplier.qualification)
    return opens


def lanes_open(scenario: Scenario, names: Sequence[str], dates: Dates) -> BoolArray:
    """Say when lanes can be ordered on (T, L), [from, to).

    A lane of a stockpile that hangs on a trigger is open while that trigger is active only.
    """
    is_open = np.zeros((len(dates.seconds), len(names)), dtype=np.bool_)
    for i, name in enumerate(names):
        lane = scenario.lanes[name]
        pile = scenario.stockpiles.get(lane.supplier)
        if pile is not None and pile.on is not None and pile.on not in dates.active:
            continue
        closes = len(dates.seconds)
        if lane.to is not None:
            closes = bisect_left(dates.seconds, moment(scenario.start, lane.to))
        is_open[dates.rows_from(_opens(scenario, lane)).start : closes, i] = True
    return is_open


def lane_shares(
    scenario: Scenario, names: Sequence[str], feeds: IntArray, is_open: BoolArray
) -> IntArray:
    """Share of the orders of an input that each lane has (T, L), in billionths.

    Parameters
    ----------
    scenario : Scenario
    names : sequence of str, shape (L,)
    feeds : ndarray of int64, shape (L,)
        Input N that each lane feeds.
    is_open : ndarray of bool, shape (T, L)

    Returns
    -------
    ndarray of int64, shape (T, L)
        Of the lanes of an input that are open and no fallbacks, to their sum: adds up to a
        billion exactly, or to 0 where there is none.
    """
    groups: dict[int, list[int]] = {}
    for i, n in enumerate(feeds.tolist()):
        if scenario.lanes[names[i]].fallback is None:
            groups.setdefault(n, []).append(i)
    shares = np.zeros(is_open.shape, dtype=np.int64)
    for members in groups.values():
        stated = np.array([scenario.lanes[names[i]].share for i in members])
        known: dict[bytes, list[int]] = {}
        for t, open_now in enumerate(is_open[:, members]):
            key = open_now.tobytes()
            if key not in known:
                known[key] = whole_shares((stated * open_now).tolist())
            shares[t, members] = known[key]
    return shares


def whole_shares(weights: Sequence[float]) -> list[int]:
    """Return shares in billionths, relative to their sum: largest remainder, ties to the earlier.

    Examples
    --------
    >>> whole_shares([0.2, 0.4, 0.0]), whole_shares([0.0]), whole_shares([1, 1, 1])
    ([333333333, 666666667, 0], [0], [333333334, 333333333, 333333333])
    """
    whole = [round(weight * BILLION) for weight in weights]
    total = sum(whole)
    if total == 0:
        return whole
    parts = [weight * BILLION // total for weight in whole]
    by_remainder = sorted(range(len(whole)), key=lambda i: (-(whole[i] * BILLION % total), i))
    for i in by_remainder[: BILLION - sum(parts)]:
        parts[i] += 1
    return parts


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
