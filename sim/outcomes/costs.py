"""What stocks and measures cost in one run, by site, category and item.

| category | amount |
|---|---|
| holding | mean stock of an input x its value x holding share a year x years |
| premium | goods dispatched on a lane with a premium x their value x the premium |
| air | weight of what was sent by air instead x what air costs more a kilogram |
| overtime | output above plan in overtime x its value x the extra share |
| stockpile | the same as holding, for what a stockpile keeps |

Stocks are sampled at the observations, so holding is as exact as these are frequent. A cost whose
price is not given is empty, never 0: items need `value_usd`; air is counted for goods that are
weighed, since pieces have no weight in a scenario.

In:  `Story`.
Out: columns of the table `costs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.engine.trace import Kind
from sim.model.tables import MILLION
from sim.outcomes.pace import OVERTIME, extra_units
from sim.outcomes.rows import columns_of
from sim.outcomes.story import Story
from sim.units import DAY_S

__all__ = ["CATEGORIES", "cost_rows"]

CATEGORIES: Final = ("holding", "premium", "air", "overtime", "stockpile")

_COSTS = ("site", "category", "item", "amount_usd", "missing")
_NAN = float("nan")
_YEAR_S: Final = 365 * DAY_S

_Row = tuple[str, str, str, float, str]


def cost_rows(story: Story) -> dict[str, list[object]]:
    """Return the columns site, category, item, amount_usd and missing.

    A row stands for each cost that a site can have: an input it holds, a lane with a premium or
    with air freight, overtime that a measure allows, a stockpile.
    """
    rows = [*_holding(story), *_premium(story), *_air(story), *_overtime(story)]
    return columns_of(_COSTS, rows)


def _priced(story: Story, site: int, category: str, item: str, quantity: float) -> _Row:
    """Return a row for an amount of an item at its value; empty if that is not given."""
    value = story.tables.item_value_usd[story.tables.items.index(item)]
    amount = _NAN if value is None else quantity * value
    missing = "value_usd" if value is None else ""
    return story.tables.sites.name[site], category, item, amount, missing


def _holding(story: Story) -> Iterator[_Row]:
    tables = story.tables
    stocks = _mean_by_subject(story, Kind.OBSERVED, len(tables.inputs.name))
    finished = _mean_by_subject(story, Kind.OBSERVED_OUTPUT, len(tables.sites.name))
    factor = tables.costs.holding_share_per_year * tables.horizon_s / _YEAR_S
    for n, s in enumerate(tables.inputs.site.tolist()):
        if tables.sites.kind[s] != "stockpile":
            yield _priced(story, s, "holding", tables.inputs.item[n], stocks[n] * factor)
    for s, kind in enumerate(tables.sites.kind):
        if kind == "stockpile":
            yield _priced(story, s, "stockpile", tables.sites.makes[s], finished[s] * factor)


def _mean_by_subject(story: Story, kind: Kind, n_subjects: int) -> list[float]:
    """Return the mean observed quantity of each subject."""
    total = [0] * n_subjects
    count = [0] * n_subjects
    for _, _, subject, _, quantity, *_ in story.trace.by_kind[kind]:
        total[subject] += quantity
        count[subject] += 1
    return [t / c if c else 0.0 for t, c in zip(total, count, strict=True)]


def _premium(story: Story) -> Iterator[_Row]:
    lanes = story.tables.lanes
    dearer: dict[tuple[int, str], float] = defaultdict(float)
    for lane, share in enumerate(lanes.premium_share.tolist()):
        if share > 0:
            sent = sum(
                goods.quantity
                for goods in story.goods[lane].values()
                if goods.dispatched_s is not None and not goods.opening
            )
            dearer[int(lanes.customer[lane]), lanes.item[lane]] += sent * share
    for (site, item), quantity in dearer.items():
        yield _priced(story, site, "premium", item, quantity)


def _air(story: Story) -> Iterator[_Row]:
    tables = story.tables
    lanes = tables.lanes
    kind = dict(zip(tables.items, tables.item_kind, strict=True))
    flown: dict[tuple[int, str], float] = defaultdict(float)
    for lane, law in enumerate(lanes.air_transit):
        if law is None:
            continue
        kilograms = sum(
            goods.quantity / 1000
            for goods in story.goods[lane].values()
            if goods.by_air and goods.dispatched_s is not None
        )
        usd_per_kg = float(lanes.air_usd_per_kg[lane])
        flown[int(lanes.customer[lane]), lanes.item[lane]] += kilograms * usd_per_kg
    for (site, item), usd in flown.items():
        weighed = kind[item] in {"magnet", "rare_earth"}
        amount, missing = (usd, "") if weighed else (_NAN, "weight of a piece")
        yield tables.sites.name[site], "air", item, amount, missing


def _overtime(story: Story) -> Iterator[_Row]:
    tables = story.tables
    allowed = story.regimes.column("overtime") > MILLION
    for s in np.flatnonzero(allowed.any(axis=0)).tolist():
        extra = extra_units(story, s, OVERTIME) * tables.costs.overtime_share
        yield _priced(story, s, "overtime", tables.sites.makes[s], extra)
