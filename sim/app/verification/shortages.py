"""Rows about stock against shortages: closures, rationing, pooled stock, orders that swing.

In:  scenario files for verification.
Out: findings; what is not random must be exact.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from sim.app.verification.estimates import (
    Estimate,
    controlled_mean,
    exactly,
    mean_of,
    within_four_errors,
)
from sim.app.verification.runs import tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, Trace, simulate
from sim.model.elementary import normal_quantile
from sim.outcomes.story import tell
from sim.units import DAY_S

__all__ = ["CHECKS", "closed_spans", "levels_at_day_end"]

FloatArray = NDArray[np.float64]

_HOLDING: Final = 1.0
_SHORTAGE: Final = 9.0
_SETTLE_DAYS: Final = 20
_CLOSURE_RUNS: Final = 12
_ORDER_RUNS: Final = 4
_LP_TTS: Final = 155.0 / 3.0


def newsvendor() -> tuple[Finding, ...]:
    """V25: the stock that balances 1 for what is left over against 9 for what is lacking."""
    z = float(normal_quantile(np.array([_SHORTAGE / (_HOLDING + _SHORTAGE)]))[0])
    level = 600.0 + 120.0 * z
    grid = 600.0 + 120.0 * normal_quantile((np.arange(400_000) + 0.5) / 400_000)
    cost = _day_cost(level - grid)
    note = "N(600, 120) through the quantiles that laws are drawn with"
    findings = [
        Finding("V25", "best stock, normal demand", 753.7862, level, 1e-4, "units", note),
        Finding("V25", "cost, normal demand", 210.5980, float(cost.mean()), 2e-3, "", note),
    ]
    costs = {name: _day_cost(_levels(name)) for name in ("19", "20", "21")}
    note = "Poisson(15) a day through the engine, the same demand for each stock, 4000 days"
    best = min(costs, key=lambda name: float(costs[name].mean()))
    findings.append(exactly("V25", "best stock, Poisson demand", 20.0, int(best), "units", note))
    expected = _poisson_cost(20)
    return (
        *findings,
        within_four_errors("V25", "cost at 20", expected, mean_of(costs["20"]), "", note),
    )


def _levels(alternative: str) -> FloatArray:
    trace = simulate(tables_of("newsvendor", alternative), 0)
    return levels_at_day_end(trace)


def levels_at_day_end(trace: Trace) -> FloatArray:
    """Return stock less what is owed just before each midnight's delivery, shape (days,).

    What is delivered and what is demanded are both read off the trace of a single plant.
    """
    n_days = trace.tables.horizon_s // DAY_S
    asked = trace.of(Kind.DEMANDED)
    asked = asked[asked[:, 3] >= 0]
    per_unit = int(trace.tables.inputs.per_unit[0])
    units = trace.tables.sites.batch_quantity[trace.tables.inputs.site[0]] or 1
    demand = np.bincount(asked[:, 0] // DAY_S, minlength=n_days) * int(units) * per_unit
    arrived = trace.of(Kind.ARRIVED)
    received = np.bincount(arrived[:, 0] // DAY_S, weights=arrived[:, 4], minlength=n_days)
    start = int(trace.tables.inputs.stock[0])
    return np.asarray(start + np.cumsum(received) - np.cumsum(demand), dtype=np.float64)


def _day_cost(net: FloatArray) -> FloatArray:
    return np.asarray(_HOLDING * np.maximum(net, 0.0) + _SHORTAGE * np.maximum(-net, 0.0))


def _poisson_cost(level: int) -> float:
    """Return the expected cost of a day with Poisson(15) demand, summed term by term."""
    probability, cost = math.exp(-15.0), 0.0
    for demand in range(200):
        cost += probability * float(_day_cost(np.array([level - demand]))[0])
        probability *= 15.0 / (demand + 1)
    return cost


def closures() -> tuple[Finding, ...]:
    """V28: thirty days of stock against closures of 45 days on average."""
    tables = tables_of("closures")
    lost: list[float] = []
    lengths: list[float] = []
    for replication in range(_CLOSURE_RUNS):
        trace = simulate(tables, replication)
        stops = [(s.begin_s, s.end_s) for s in tell(trace).stops[1]]
        for begin, end in closed_spans(trace):
            # The stock is filled up at the first review after an opening, at most a day later.
            if end + DAY_S < tables.horizon_s:
                out = sum(max(0, min(end, b) - max(begin, a)) for a, b in stops)
                lost.append(out / DAY_S)
                lengths.append((end - begin) / DAY_S)
    length = np.array(lengths) / 45.0
    controls = np.column_stack([length - 1.0, length**2 / 2.0 - 1.0])
    note = "stock for 30 d on average when it closes; closures' lengths as controls"
    halted = controlled_mean(np.array(lost) > 0, controls)
    days = controlled_mean(np.array(lost), controls)
    time = Estimate(days.mean / 135.0, days.error / 135.0, days.n)
    return (
        within_four_errors("V28", "share of closures that halt", 0.513417, halted, "", note),
        within_four_errors("V28", "lost per closure", 23.10377, days, "d", note),
        within_four_errors("V28", "long-run share of time halted", 0.171139, time, "", note),
    )


def closed_spans(trace: Trace) -> list[tuple[int, int]]:
    """Return the random closures of the first desk in one run, seconds [from, to)."""
    from sim.engine.draws import Draws

    return Draws(trace.tables, trace.replication).closed_spans(0)


def rationing() -> tuple[Finding, ...]:
    """V32: 150 in stock for orders of 30, 80 and 100, in whole units."""
    expected = {
        "proportional": "22, 57, 71",
        "uniform": "30, 60, 60",
        "linear": "10, 60, 80",
    }
    findings = []
    for rule, parts in expected.items():
        sent = simulate(tables_of("rationing", rule), 0).of(Kind.DISPATCHED)
        found = ", ".join(str(int(row[4])) for row in sent[np.argsort(sent[:, 2])])
        note = "grams sent to plants A, B and C; largest remainder, ties by name"
        findings.append(exactly("V32", rule, parts, found, "", note))
    return tuple(findings)


def bullwhip() -> tuple[Finding, ...]:
    """V34: orders vary more than the demand that they follow (Chen et al. 2000)."""
    ratios = []
    tables = tables_of("bullwhip")
    for replication in range(_ORDER_RUNS):
        trace = simulate(tables, replication)
        n_days = tables.horizon_s // DAY_S
        asked = trace.of(Kind.DEMANDED)
        demand = np.bincount(asked[asked[:, 3] >= 0][:, 0] // DAY_S, minlength=n_days)
        rows = trace.of(Kind.ORDERED)
        orders = np.bincount(rows[:, 0] // DAY_S, weights=rows[:, 4], minlength=n_days)
        ratios.append(float(np.var(orders[_SETTLE_DAYS:]) / np.var(demand[_SETTLE_DAYS - 1 : -1])))
    note = "100 units a day, four days of the mean of the last five"
    found: Estimate = mean_of(ratios)
    return (within_four_errors("V34", "variance of orders over demand", 3.88, found, "", note),)


def shared_pool() -> tuple[Finding, ...]:
    """V46: no run outlasts the linear programme; split stock does worse."""
    # The most t with 2 t <= 30 + x, t <= 5 + y and x + y <= 120.
    best = linprog(
        [-1.0, 0.0, 0.0],
        A_ub=[[2.0, -1.0, 0.0], [1.0, 0.0, -1.0], [0.0, 1.0, 1.0]],
        b_ub=[30.0, 5.0, 120.0],
    )
    note = "both keep running; 120 in the pool, 30 at A, 5 at B"
    longest = -float(best.fun or 0.0)
    findings = [Finding("V46", "linear programme", _LP_TTS, longest, 1e-9, "d", note)]
    pooled = _first_halt_day("as needed")
    second = 1.0 / DAY_S
    findings.append(
        Finding("V46", "no run outlasts it", True, pooled <= longest + second, 0.0, "", note)
    )
    findings.append(
        Finding("V46", "first halt, drawn as needed", _LP_TTS, pooled, 4.0, "d",
                "whole grams, drawn day by day")
    )  # fmt: skip
    split = (
        exactly("V46", f"first halt, {name}", 45.0, _first_halt_day(name), "d", "")
        for name in ("half each", "two thirds to A")
    )
    return (*findings, *split)


def _first_halt_day(alternative: str) -> float:
    return float(simulate(tables_of("shared_pool", alternative), 0).of(Kind.HALTED)[0, 0]) / DAY_S


CHECKS: Final[dict[str, RowCheck]] = {
    "V25": newsvendor,
    "V28": closures,
    "V32": rationing,
    "V34": bullwhip,
    "V46": shared_pool,
}
