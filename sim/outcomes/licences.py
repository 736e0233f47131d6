"""Applications and shipments as tables: filed, decided, waited, sent, arrived."""

from __future__ import annotations

from sim.outcomes.story import Story
from sim.units import DAY_S

__all__ = ["licence_rows", "shipment_rows"]

_NAN = float("nan")


def licence_rows(story: Story) -> dict[str, list[object]]:
    """Return one row for each application; columns of the table `licences` after the first two."""
    tables = story.tables
    lanes, streams, desks = tables.lanes, tables.applicants, tables.desks
    n_lanes = len(lanes.name)
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "desk", "decides", "applicant", "modelled", "destination", "sector", "end_use", "item",
            "slot", "attempt", "quantity_kg", "filed_days", "decided_days", "outcome", "wait_days",
            "valid_from_days", "valid_to_days",
        )
    }  # fmt: skip
    rows = list(columns.values())
    for file in story.files:
        modelled = file.source < n_lanes
        i = file.source if modelled else file.source - n_lanes
        table = lanes if modelled else streams
        desk = int(table.desk[i])
        until = tables.horizon_s if file.decided_s is None else file.decided_s
        valid_from = _NAN
        if file.outcome == "granted":
            valid_from = (until + int(desks.issue_lag_s[desk])) / DAY_S
        values = (
            desks.name[desk], desks.decides[desk], table.name[i], modelled, table.destination[i],
            table.sector[i], table.end_use[i], lanes.item[i] if modelled else "", file.slot,
            file.attempt, file.quantity / 1000.0, file.filed_s / DAY_S,
            _NAN if file.decided_s is None else file.decided_s / DAY_S, file.outcome,
            (until - file.filed_s) / DAY_S, valid_from,
            valid_from + int(desks.licence_term_s[desk]) / DAY_S,
        )  # fmt: skip
        for row, value in zip(rows, values, strict=True):
            row.append(value)
    return columns


def shipment_rows(story: Story) -> dict[str, list[object]]:
    """Return one row for each dispatch; columns of the table `shipments` after the first two."""
    tables = story.tables
    lanes, sites = tables.lanes, tables.sites
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "lane", "supplier", "customer", "item", "destination", "slot", "quantity",
            "dispatched_days", "arrived_days", "under_way_at_start", "crossed_border_from_china",
        )
    }  # fmt: skip
    rows = list(columns.values())
    for lane, name in enumerate(lanes.name):
        supplier, customer = int(lanes.supplier[lane]), int(lanes.customer[lane])
        crossed = sites.country[supplier] == "CN" != sites.country[customer]
        for goods in story.goods[lane].values():
            if goods.dispatched_s is None or goods.arrival_s is None:
                continue
            values = (
                name, sites.name[supplier], sites.name[customer], lanes.item[lane],
                lanes.destination[lane], goods.slot, float(goods.quantity),
                goods.dispatched_s / DAY_S, goods.arrival_s / DAY_S, goods.opening, crossed,
            )  # fmt: skip
            for row, value in zip(rows, values, strict=True):
                row.append(value)
    return columns
