"""Applications and shipments as tables: filed, decided, waited, sent, arrived.

An application is a row for each desk and each attempt. The share approved, as reported, counts
applications at desks that decide licences; a customs test is a row here, but not an application.

In:  `Story`.
Out: columns of the tables `licences` and `shipments`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.outcomes.rows import columns_of
from sim.outcomes.story import FileRecord, Story
from sim.units import DAY_S

__all__ = ["licence_rows", "shipment_rows"]

_NAN = float("nan")
_LICENCES = (
    "desk", "decides", "applicant", "modelled", "destination", "sector", "end_use", "item", "slot",
    "stage", "attempt", "quantity", "quantity_kg", "filed_days", "decided_days", "outcome",
    "wait_days", "first_filed_days", "total_wait_days", "valid_from_days", "valid_to_days",
    "expired_days",
)  # fmt: skip
_SHIPMENTS = (
    "lane", "supplier", "customer", "item", "destination", "mode", "slot", "quantity",
    "dispatched_days", "arrived_days", "under_way_at_start", "crossed_border_from_china",
)  # fmt: skip


def licence_rows(story: Story) -> dict[str, list[object]]:
    """Return one row for each application; columns of the table `licences` after the first two."""
    tables = story.tables
    kind = dict(zip(tables.items, tables.item_kind, strict=True))
    weighed = [kind[item] in {"magnet", "rare_earth"} for item in tables.lanes.item]
    n_lanes = len(weighed)
    return columns_of(
        _LICENCES,
        (
            _licence_row(story, file, kg=file.source >= n_lanes or weighed[file.source])
            for file in story.files
        ),
    )


def _licence_row(story: Story, file: FileRecord, *, kg: bool) -> tuple[object, ...]:
    tables = story.tables
    lanes, desks, desk = tables.lanes, tables.desks, file.desk
    modelled = file.source < len(lanes.name)
    i = file.source if modelled else file.source - len(lanes.name)
    table = lanes if modelled else tables.applicants
    until = tables.horizon_s if file.decided_s is None else file.decided_s
    first_s = story.files_of[file.source, file.slot][0].filed_s
    valid_from = _NAN
    if file.outcome == "granted":
        valid_from = (until + int(desks.issue_lag_s[desk])) / DAY_S
    return (
        desks.name[desk], desks.decides[desk], table.name[i], modelled, table.destination[i],
        table.sector[i], table.end_use[i], lanes.item[i] if modelled else "", file.slot,
        file.stage, file.attempt, float(file.quantity), file.quantity / 1000.0 if kg else _NAN,
        file.filed_s / DAY_S, _NAN if file.decided_s is None else file.decided_s / DAY_S,
        file.outcome, (until - file.filed_s) / DAY_S, first_s / DAY_S, (until - first_s) / DAY_S,
        valid_from, valid_from + int(desks.licence_term_s[desk]) / DAY_S,
        _NAN if file.expired_s is None else file.expired_s / DAY_S,
    )  # fmt: skip


def shipment_rows(story: Story) -> dict[str, list[object]]:
    """Return one row for each dispatch; columns of the table `shipments` after the first two."""
    return columns_of(_SHIPMENTS, _shipments(story))


def _shipments(story: Story) -> Iterator[tuple[object, ...]]:
    tables = story.tables
    lanes, sites = tables.lanes, tables.sites
    for lane, name in enumerate(lanes.name):
        supplier, customer = int(lanes.supplier[lane]), int(lanes.customer[lane])
        crossed = sites.country[supplier] == "CN" != sites.country[customer]
        for goods in story.goods[lane].values():
            if goods.dispatched_s is None or goods.arrival_s is None:
                continue
            yield (
                name, sites.name[supplier], sites.name[customer], lanes.item[lane],
                lanes.destination[lane], "air" if goods.by_air else lanes.mode[lane], goods.slot,
                float(goods.quantity), goods.dispatched_s / DAY_S, goods.arrival_s / DAY_S,
                goods.opening, crossed,
            )  # fmt: skip
