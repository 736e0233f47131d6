"""Rows of the area "stock and halts": when a stock runs out, and what that stops.

In:  scenario files for verification.
Out: findings; what is not random must be exact to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from sim.app.verification.estimates import exactly, mean_of, within_four_errors
from sim.app.verification.runs import first_halt, first_halts, tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, Trace, simulate
from sim.outcomes.story import tell
from sim.units import DAY_S

__all__ = ["CHECKS"]

_GRAIN_DAYS = 1.0 / 24.0
"""One consignment an hour: how long one of them lasts."""


def _halts(trace: Trace, site: str) -> list[tuple[float, float]]:
    """Return (begin, end) of every halt of a site [d]."""
    stops = tell(trace).halts(trace.tables.sites.name.index(site))
    return [(stop.begin_s / DAY_S, stop.end_s / DAY_S) for stop in stops]


def stock_out() -> tuple[Finding, ...]:
    """V01: nothing is approved and nothing is under way."""
    found = first_halt(tables_of("one_plant"), 0).days
    return (exactly("V01", "first halt", 45.0, found, "d", "one run, 900 kg at 20 kg a day"),)


def two_halts() -> tuple[Finding, ...]:
    """V03: the pipeline arrives after the stock-out."""
    trace = simulate(tables_of("two_halts"), 0)
    halts = _halts(trace, "plant")
    text = " and ".join(f"[{begin:g},{end:g})" for begin, end in halts)
    downtime = sum(end - begin for begin, end in halts)
    used = trace.totals.used.sum() / 1000.0
    note = "one run of 40 days, one open shipment of 200 kg on day 10"
    return (
        exactly("V03", "halts [from, to) in days", "[5,10) and [20,40)", text, "", note),
        exactly("V03", "downtime", 25.0, downtime, "d", note),
        exactly("V03", "used", 300.0, float(used), "kg", note),
    )


def use_semantics() -> tuple[Finding, ...]:
    """V04: steady use against a batch at the start of the day."""
    steady = first_halt(tables_of("batch_use", "steady"), 0).days
    batches = simulate(tables_of("batch_use", "batches"), 0)
    left = batches.of(Kind.STOCKED_OUT)[0, 5] / 1000.0
    note = "one run, 50 kg at 20 kg a day"
    return (
        exactly("V04", "first halt, steady use", 2.5, steady, "d", note),
        exactly("V04", "first halt, batches", 2.0, _halts(batches, "plant")[0][0], "d", note),
        exactly("V04", "left at that halt", 10.0, float(left), "kg", note),
    )


def delayed_pipeline() -> tuple[Finding, ...]:
    """V05: a licence delay on a running pipeline."""
    halts = _halts(simulate(tables_of("delayed_pipeline"), 0), "plant")
    begin, end = halts[0]
    note = "one run, one consignment a day, 30 d of transit, 20 d of cover, 45 d for a licence"
    return (
        exactly("V05", "halt begins", 50.0, begin, "d", note),
        exactly("V05", "production resumes", 75.0, end, "d", note),
        exactly("V05", "lost", 25.0, sum(end - begin for begin, end in halts), "d", note),
    )


def approved_share(
    row: str, alternative: str, share: float, expected: float, runs: int
) -> tuple[Finding, ...]:
    """V06: a constant share of many small consignments is approved."""
    halts = first_halts(tables_of("approved_share", alternative), runs)
    note = f"approved share {share:g}, one consignment an hour, {runs} replications"
    grain = _GRAIN_DAYS / (1.0 - share)
    return (within_four_errors(row, "first halt", expected, mean_of(halts), "d", note, grain),)


def split_plant() -> tuple[Finding, ...]:
    """V35: one plant of 100 units, or two of 50 at half the rate."""
    steady = [_steady_halves("whole"), _steady_halves("halves")]
    whole = 2.0 * first_halts(tables_of("two_halves", "whole at random"), 400)
    halves = 2.0 * first_halts(tables_of("two_halves", "halves at random"), 1600)
    scale = "two units a day in the file, so half days here"
    return (
        exactly("V35", "halts, one plant, steady use", "100", steady[0], "half days", scale),
        exactly("V35", "halts, two halves, steady use", "100, 100", steady[1], "half days", scale),
        within_four_errors(
            "V35", "first halt, one plant, Poisson", 100.0, mean_of(whole), "half days", scale
        ),
        within_four_errors(
            "V35", "first halt, two halves, Poisson", 92.04108, mean_of(halves), "half days", scale
        ),
    )


def _steady_halves(alternative: str) -> str:
    rows = simulate(tables_of("two_halves", alternative), 0).of(Kind.HALTED)
    return ", ".join(f"{2.0 * second / DAY_S:g}" for second in rows[:, 0].tolist())


def falling_demand() -> tuple[Finding, ...]:
    """V41: demand falls by a tenth."""
    found = first_halt(tables_of("one_plant", overrides=["demand.level.factor=0.9"]), 0).days
    return (exactly("V41", "first halt", 50.0, found, "d", "one run, planned output x 0.9"),)


def front_loading() -> tuple[Finding, ...]:
    """V42: larger orders before the control date."""
    found = first_halt(tables_of("front_loading"), 0).days - 20.0
    note = "one run, orders x 1.5 for the 20 days before the control date"
    return (exactly("V42", "first halt after the control date", 55.0, found, "d", note),)


def more_stock() -> tuple[Finding, ...]:
    """V43: 200 kg more never halt a plant sooner, under the same luck."""
    differences = {
        name: _later(name, runs)
        for name, runs in (
            ("no supply", 20),
            ("licences at random", 16),
            ("two officers", 16),
            ("demand at random, one for one", 16),
        )
    }
    without = differences.pop("no supply")
    note = "20 replications, 900 kg and 1100 kg, nothing approved"
    findings = [
        exactly("V43", "no supply: mean of T(S2) - T(S1)", 10.0, float(without.mean()), "d", note),
        exactly("V43", "no supply: variance of it", 0.0, float(without.var()), "d2", note),
    ]
    for name, later in differences.items():
        note = f"{later.size} replications, T up to the horizon, mean difference {later.mean():.2f}"
        never_sooner = bool(later.min() >= 0.0)
        findings.append(exactly("V43", f"{name}: never sooner", True, never_sooner, "", note))
    return tuple(findings)


def _later(alternative: str, runs: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return T(1100 kg) - T(900 kg) by replication, both censored at the horizon [d]."""
    ends = [_until_halt(alternative, stock, runs) for stock in ("900 kg", "1100 kg")]
    return ends[1] - ends[0]


def _until_halt(
    alternative: str, stock: str, runs: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    tables = tables_of("two_stocks", alternative, [f"sites.plant.bill.magnet.stock={stock}"])
    return np.minimum(first_halts(tables, runs), tables.horizon_s / DAY_S)


_SHARES: Final[Sequence[tuple[str, str, float, float, int]]] = (
    ("V06a", "a quarter", 0.25, 60.0, 24),
    ("V06b", "six tenths", 0.6, 112.5, 16),
    ("V06c", "nine tenths", 0.9, 450.0, 6),
)

CHECKS: Final[dict[str, RowCheck]] = {
    "V01": stock_out,
    "V03": two_halts,
    "V04": use_semantics,
    "V05": delayed_pipeline,
    **{arguments[0]: partial(approved_share, *arguments) for arguments in _SHARES},
    "V35": split_plant,
    "V41": falling_demand,
    "V42": front_loading,
    "V43": more_stock,
}
