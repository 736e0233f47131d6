"""Rows of the area "supply chain": base stock behind a licence, several inputs, several tiers.

In:  scenario files for verification.
Out: findings; what is not random must be exact to the second.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.app.verification.estimates import controlled_mean, exactly, mean_of, within_four_errors
from sim.app.verification.runs import first_halt, tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, Trace, simulate
from sim.outcomes.story import tell
from sim.units import DAY_S

__all__ = ["CHECKS"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_SETTLE_DAYS: Final = 50
_BATCH_DAYS: Final = 350
_N_BATCHES: Final = 20
_LEAD_DAYS: Final = 15
_SHIFTS_DAYS: Final = (0, 3, 6, 9, 12)
_RUNS: Final = 12
_LEVEL: Final = 20

_CUTS: Final[IntArray] = (_SETTLE_DAYS + np.arange(_N_BATCHES + 1) * _BATCH_DAYS) * DAY_S


def base_stock() -> tuple[Finding, ...]:
    """V24: fill rate, ready rate, no-backorder share and mean levels (Palm)."""
    tables = tables_of("base_stock")
    traces = [simulate(tables, replication) for replication in range(_RUNS)]
    controls = np.concatenate([_demand_controls(trace) for trace in traces])
    expected = {
        "fill rate": (0.875219, ""),
        "ready rate": (0.875219, ""),
        "no-backorder share": (0.917029, ""),
        "mean backorders": (0.2123, "units"),
        "mean stock": (5.2123, "units"),
    }
    measured = [_service(trace) for trace in traces]
    note = "one unit a day on average, lead time 9 + 6 d, batches of 350 d"
    return tuple(
        within_four_errors(
            "V24", quantity, value,
            controlled_mean(np.concatenate([found[quantity] for found in measured]), controls),
            unit, note,
        )
        for quantity, (value, unit) in expected.items()
    )  # fmt: skip


def _service(trace: Trace) -> dict[str, FloatArray]:
    """Return each measure of service by batch, shape (20,)."""
    demanded = trace.of(Kind.DEMANDED)
    asked = demanded[demanded[:, 3] >= 0]
    rows = trace.rows[np.isin(trace.rows[:, 1], [Kind.DEMANDED, Kind.ARRIVED])]
    taken = rows[:, 4] + np.where(rows[:, 6] > 0, rows[:, 6], 0)
    stock = _LEVEL + np.cumsum(np.where(rows[:, 1] == Kind.ARRIVED, rows[:, 4], -taken))
    owed = _level_after(rows[:, 0], demanded[:, 0], demanded[:, 5])
    halted = trace.rows[np.isin(trace.rows[:, 1], [Kind.HALTED, Kind.RESTARTED])]
    runs = np.where(halted[:, 1] == Kind.HALTED, 0, 1)
    last = trace.tables.horizon_s
    return {
        "fill rate": _by_batch(asked[:, 0], asked[:, 4].astype(np.float64)) / _BATCH_DAYS,
        "ready rate": _mean_level(halted[:, 0], runs, 1.0, last),
        "no-backorder share": _mean_level(rows[:, 0], (owed == 0).astype(np.int64), 1.0, last),
        "mean backorders": _mean_level(rows[:, 0], owed, 0.0, last),
        "mean stock": _mean_level(rows[:, 0], stock, float(_LEVEL), last),
    }


def _level_after(seconds: IntArray, changed: IntArray, level: IntArray) -> IntArray:
    """Return a level that changes at given seconds, read after each of `seconds`; 0 before."""
    place = np.searchsorted(changed, seconds, side="right") - 1
    return np.where(place >= 0, level[np.maximum(place, 0)], 0)


def _by_batch(seconds: IntArray, weights: FloatArray) -> FloatArray:
    """Return the sum of weights in each batch."""
    batch = np.searchsorted(_CUTS, seconds, side="right") - 1
    inside = (batch >= 0) & (batch < _N_BATCHES)
    sums = np.bincount(batch[inside], weights=weights[inside], minlength=_N_BATCHES)
    return np.asarray(sums, dtype=np.float64)


def _mean_level(seconds: IntArray, level: IntArray, before: float, last_s: int) -> FloatArray:
    """Return the time average of a step function in each batch.

    Parameters
    ----------
    seconds, level : ndarray of int64, shape (n,)
        The level from each second on, in order of happening.
    before : float
        The level before the first.
    last_s : int
        End of the run.
    """
    edges = np.concatenate([[0], seconds, [last_s]])
    area = np.concatenate([[0.0], np.cumsum(np.concatenate([[before], level]) * np.diff(edges))])
    # np.interp needs growing edges: of several in one second the last has the area so far.
    keep = np.append(np.diff(edges) > 0, True)
    reached: FloatArray = np.interp(_CUTS, edges[keep], area[keep])
    return np.asarray(np.diff(reached) / (_BATCH_DAYS * DAY_S))


def _demand_controls(trace: Trace) -> FloatArray:
    """Return, by batch, how many units were asked for and how unevenly, less expectations."""
    rows = trace.of(Kind.DEMANDED)
    days = rows[rows[:, 3] >= 0, 0] / DAY_S
    controls = np.zeros((_N_BATCHES, 3))
    for k in range(_N_BATCHES):
        begin = _SETTLE_DAYS + k * _BATCH_DAYS
        after = days[(days >= begin) & (days < begin + _BATCH_DAYS)] - begin
        counts = np.concatenate(
            [np.histogram(after, np.arange(shift, _BATCH_DAYS + 1, _LEAD_DAYS))[0]
             for shift in _SHIFTS_DAYS]
        ).astype(np.float64)  # fmt: skip
        excess = counts - _LEAD_DAYS
        controls[k] = (
            after.size / _BATCH_DAYS - 1.0,
            float((excess**2).mean()) / _LEAD_DAYS - 1.0,
            float((excess**3).mean()) / _LEAD_DAYS - 1.0,
        )
    return controls


def three_inputs() -> tuple[Finding, ...]:
    """V30: an assembler needs all of its inputs."""
    tables = tables_of("three_inputs")
    halts = [first_halt(tables, replication) for replication in range(5000)]
    items = np.array([halt.item for halt in halts])
    note = "exponential covers with means 60, 90 and 180 d, nothing delivered"
    mean = mean_of([halt.days for halt in halts])
    findings = [within_four_errors("V30", "mean first halt", 30.0, mean, "d", note)]
    shares = {"dysprosium magnet": 0.5, "samarium magnet": 1 / 3, "terbium magnet": 1 / 6}
    for item, share in shares.items():
        found = mean_of(items == item)
        findings.append(
            within_four_errors("V30", f"share caused by the {item}", share, found, "", note)
        )
    return tuple(findings)


def delays_add_up() -> tuple[Finding, ...]:
    """V31: tier delays add down the chain."""
    trace = simulate(tables_of("delays_add_up"), 0)
    stops = tell(trace).stops[trace.tables.sites.name.index("assembler")]
    note = "one run; 45 d of magnets, 5 d of parts, 7 d on the way, 3 d at the assembler"
    return (exactly("V31", "assembler halts", 60.0, stops[0].begin_s / DAY_S, "d", note),)


CHECKS: Final[dict[str, RowCheck]] = {
    "V24": base_stock,
    "V30": three_inputs,
    "V31": delays_add_up,
}
