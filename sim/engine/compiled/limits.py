"""What the compiled engine cannot run, said before it starts.

It runs everything that a scenario file can say, as long as numbers fit 64 bits and ranks fit the
key of an event. `unsupported` names what does not; the SimPy engine knows no such limits. What a
run piles up beyond what can be known before (a stock, a count of events) ends it with a status.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import layout
from sim.errors import SimulationError
from sim.model.delays import duration_quantile
from sim.model.tables import ALWAYS, MILLION, NEVER, UNSET, ModelTables, RegimeTable
from sim.units import DAY_S

__all__ = ["Unsupported", "check", "unsupported"]

_LARGEST_PRODUCT = 1 << 62
_MOST_SECONDS = 1 << 31
_MOST_RANKS = 1 << 24
_OPEN = {ALWAYS, NEVER, UNSET}
"""Stand for no number, and are never multiplied."""


class Unsupported(SimulationError):
    """The compiled engine cannot run a scenario; the SimPy engine can."""


def unsupported(tables: ModelTables) -> list[str]:
    """Return what the compiled engine cannot run of a scenario, in words; nothing for most.

    Parameters
    ----------
    tables : ModelTables

    Returns
    -------
    list of str
        One line for each thing that is in the way.
    """
    inputs, sites = tables.inputs, tables.sites
    n_ranks = len(tables.lanes.name) + len(tables.applicants.name) + len(tables.desks.name)
    amounts = (inputs.stock, inputs.order_up_to, inputs.order_quantity, inputs.reorder_point,
               sites.output_stock, sites.output_cap, sites.batch_quantity)  # fmt: skip
    largest = max(_largest(column) for column in amounts)
    made, used, in_units = _rates(tables)
    reach = max(tables.horizon_s, _longest_s(tables))
    found = [
        (tables.horizon_s >= _MOST_SECONDS, "a horizon of more than 68 years"),
        (reach >= _MOST_SECONDS, "a cover, patience or term of more than 68 years"),
        (max(n_ranks, len(sites.name), len(inputs.name)) >= _MOST_RANKS, "more than 2^24 lanes"),
        (2 * made * reach >= _LARGEST_PRODUCT, f"a site that makes {made:,} a day for so long"),
        (2 * used * reach >= _LARGEST_PRODUCT, f"a site that uses {used:,} a day for so long"),
        (2 * in_units * _owed_days(tables) >= _LARGEST_PRODUCT,
         "a bill with such amounts at such an output"),
        (2 * _averaged(tables, made) >= _LARGEST_PRODUCT, "a moving average over so long a time"),
        (largest >= layout.LARGEST, f"an amount of more than {layout.LARGEST:,} units"),
    ]  # fmt: skip
    return [words for is_so, words in found if is_so]


def check(tables: ModelTables) -> None:
    """Refuse a scenario that the compiled engine cannot run.

    Raises
    ------
    Unsupported
        Naming what is in the way.
    """
    words = unsupported(tables)
    if words:
        raise Unsupported("the compiled engine cannot run " + ", ".join(words))


def _every(tables: ModelTables) -> tuple[RegimeTable, ...]:
    return (tables.regimes, *tables.reactions)


def _largest(column: NDArray[np.int64]) -> int:
    return int(column.max(initial=0))


def _rates(tables: ModelTables) -> tuple[int, int, int]:
    """Return the most that a site makes and uses a day, and the largest product of a bill.

    A plan may be stepped up by overtime, and an input used in the place of all others of its site.
    """
    inputs, every = tables.inputs, _every(tables)
    overtime = max(_largest(table.overtime) for table in every)
    ratio = max(MILLION, _largest(inputs.substitute_ratio))
    plans = np.max([table.plan_per_day.max(axis=0) for table in every], axis=0).tolist()
    usual = tables.sites.output_per_day.tolist()
    plan = [
        max(pair) * max(overtime, MILLION) // MILLION for pair in zip(plans, usual, strict=True)
    ]
    shares = [max(_largest(table.use_share), _largest(table.level_share)) for table in every]
    share = max(MILLION, *shares)
    used = [0] * len(plan)
    in_units = 0
    lines = zip(inputs.site.tolist(), inputs.per_unit.tolist(), inputs.per.tolist(), strict=True)
    for site, per_unit, per in lines:
        product = plan[site] * per_unit * share
        in_units = max(in_units, product)
        used[site] += (product // (per * MILLION) + 1) * ratio // MILLION
    return max(plan, default=0), max(used, default=0), in_units


def _owed_days(tables: ModelTables) -> int:
    """Return of how many days the output may be owed; 1 where nothing is."""
    sites = zip(tables.sites.unmet, tables.sites.pattern, strict=True)
    owed = any(unmet == "backordered" and pattern != "steady" for unmet, pattern in sites)
    return max(1, tables.horizon_s // DAY_S) if owed else 1


def _averaged(tables: ModelTables, made: int) -> int:
    """Return the largest product of a moving average: demand x seconds, in parts of a share."""
    inputs, largest = tables.inputs, 0
    for n in np.flatnonzero(inputs.forecast_reviews != UNSET).tolist():
        shares = {int(one) for table in _every(tables) for one in np.unique(table.use_share[:, n])}
        seconds = int(inputs.forecast_reviews[n]) * int(inputs.review_every_s[n])
        largest = max(largest, made * seconds * (1 if len(shares) == 1 else max(shares)))
    return largest


def _longest_s(tables: ModelTables) -> int:
    """Return the longest time that a use a day is ever multiplied by [s]."""
    lanes, inputs, desks = tables.lanes, tables.inputs, tables.desks
    columns = [lanes.fallback_s, lanes.up_to_s, lanes.application_wait_s, inputs.added_cover_s,
               inputs.review_every_s, tables.sites.restart_cover_s, tables.sites.restart_delay_s,
               desks.licence_term_s, desks.issue_lag_s, desks.target_s]  # fmt: skip
    for table in _every(tables):
        columns += [table.stretch_below_s, table.extra_cover_s, table.air_below_s]
    stated = [int(n) for column in columns for n in np.unique(column) if int(n) not in _OPEN]
    covers = [
        int(duration_quantile(law, np.array([1.0 - 2.0**-53]))[0])
        for law in {law for law in inputs.cover if law is not None}
    ]
    every = zip(inputs.forecast_reviews.tolist(), inputs.review_every_s.tolist(), strict=True)
    reviews: list[int] = [n * interval for n, interval in every if n != UNSET]
    return max([0, *stated, *covers, *reviews])
