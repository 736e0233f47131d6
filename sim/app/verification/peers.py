"""Public numbers of neighbouring tools and textbooks, found again with this simulator.

| row | what | from |
|---|---|---|
| P01 to P03 | D/M/c queues | Takacs (1962), ch. 2; any queueing tool |
| P04 | M/M/3 queue | Erlang |
| P05 | two priority classes | Cobham (1954) |
| P06 | days of supply | Catena-X CX-0145, as tested in eclipse-tractusx/puris |
| P07 | ordering 500 at 500 | anyLogistix and SupplyNetPy, which agree |
| P08 | base stock with disruptions | Snyder and Shen, Fundamentals of Supply Chain Theory |

In:  scenario files for verification.
Out: findings.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from sim.app.verification.desk_batches import Stream, batches
from sim.app.verification.estimates import exactly, mean_of, within_four_errors
from sim.app.verification.runs import tables_of
from sim.app.verification.shortages import levels_at_day_end
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, simulate
from sim.outcomes import summarise
from sim.units import DAY_S

__all__ = ["CHECKS"]

_LESS_THAN_A_SECOND: Final = 0.5 / DAY_S
_DISRUPTED_RUNS: Final = 6
_COST_BATCH_DAYS: Final = 350


def one_file_a_day(
    row: str, officers: int, days: float, mean_wait: float, n_runs: int, p_wait: float | None = None
) -> tuple[Finding, ...]:
    """P01 to P03: one file a day at fixed intervals, exponential work."""
    tables = tables_of("desk_queue", f"one file a day, {days:g} d each")
    found = batches(tables, n_runs, {"files": Stream(1.0, poisson=False)})
    note = f"D/M/{officers}, one file a day, {days:g} d of work each; batches of 350 d"
    wait = found.mean_wait("files")
    findings = [within_four_errors(row, "mean wait", mean_wait, wait, "d", note)]
    if p_wait is not None:
        waiting = found.share_waiting_over("files", _LESS_THAN_A_SECOND)
        findings.append(within_four_errors(row, "share that waits", p_wait, waiting, "", note))
    return tuple(findings)


def three_officers() -> tuple[Finding, ...]:
    """P04: M/M/3."""
    found = batches(tables_of("desk_queue", "three officers"), 14, {"files": Stream(2.4)})
    note = "2.4 files a day, three officers, one day each; batches of 350 d"
    wait = found.mean_wait("files")
    return (within_four_errors("P04", "mean wait", 1.078652, wait, "d", note),)


def two_classes() -> tuple[Finding, ...]:
    """P05: two priority classes, one server."""
    streams = {"Europe": Stream(0.2), "others": Stream(0.6)}
    found = batches(tables_of("fast_track", "slower desk"), 24, streams)
    note = "0.2 and 0.6 files a day, one officer, one day each; batches of 350 d"
    first, second = found.mean_sojourn("Europe"), found.mean_sojourn("others")
    return (
        within_four_errors("P05", "time at the desk, first class", 2.0, first, "d", note),
        within_four_errors("P05", "time at the desk, second class", 6.0, second, "d", note),
    )


def days_of_supply() -> tuple[Finding, ...]:
    """P06: stock net of what is owed, against planned use by date."""
    expected = {100: (1.0, 1.2, 2.0, 1.0, 0.0), 0: (0.0, 0.0, 0.2, 0.0, 0.0)}
    findings = []
    for stock, covers in expected.items():
        tables = tables_of("days_of_supply", overrides=[f"sites.plant.bill.magnet.stock={stock} g"])
        runway = summarise(simulate(tables, 0), "base")["runway"]
        read = dict(zip(runway["day"], runway["cover_days"], strict=True))
        note = f"{stock} in stock, read at the end of the day, deficits carried"
        for day, cover in enumerate(covers, start=1):
            found = float(read[float(day)])  # type: ignore[arg-type]
            findings.append(
                Finding("P06", f"days of supply, {stock} in stock, day {day}", cover, found,
                        1e-9, "d", note)
            )  # fmt: skip
    return tuple(findings)


def ordering() -> tuple[Finding, ...]:
    """P07: 500 ordered at 500."""
    trace = simulate(tables_of("ordering_500_at_500"), 0)
    rows = trace.rows[np.isin(trace.rows[:, 1], [Kind.DEMANDED, Kind.ARRIVED])]
    change = np.where(rows[:, 1] == Kind.ARRIVED, rows[:, 4], -rows[:, 4])
    stock = np.concatenate([[1000], 1000 + np.cumsum(change)])
    until = np.diff(np.concatenate([[0], rows[:, 0], [trace.tables.horizon_s]]))
    unit_days = float((stock * until).sum()) / DAY_S
    note = "one run of 59 days, 120 used every second day from day 0 on, 2 days of lead time"
    return (
        exactly("P07", "end stock", 400.0, int(trace.totals.stock[0]), "units", note),
        exactly("P07", "orders placed", 7.0, len(trace.of(Kind.ORDERED)), "orders", note),
        exactly("P07", "orders received", 6.0, len(trace.of(Kind.ARRIVED)), "orders", note),
        exactly("P07", "stock held", 38000.0, unit_days, "unit-days", note),
    )


def disrupted_base_stock() -> tuple[Finding, ...]:
    """P08: a supplier that is disrupted at random, 0.25 for what is left, 3 for what is lacking."""
    expected = {"8000": 2737.068966, "2000": 3310.344828, "12000": 3075.161638}
    note = "2000 a day; disrupted with 0.04 a day, back with 0.25; runs of 7000 d, the same luck"
    found = {}
    for level in expected:
        tables = tables_of("disrupted_base_stock", level)
        means = []
        for replication in range(_DISRUPTED_RUNS):
            net = levels_at_day_end(simulate(tables, replication))
            cost = 0.25 * np.maximum(net, 0.0) + 3.0 * np.maximum(-net, 0.0)
            means.append(cost.reshape(-1, _COST_BATCH_DAYS).mean(axis=1))
        found[level] = np.concatenate(means)
    best = min(found, key=lambda level: float(found[level].mean()))
    costs = [
        within_four_errors("P08", f"cost a day at {level}", cost, mean_of(found[level]), "", note)
        for level, cost in expected.items()
    ]
    return (exactly("P08", "best of the three levels", 8000.0, int(best), "units", note), *costs)


CHECKS: Final[dict[str, RowCheck]] = {
    "P01": partial(one_file_a_day, "P01", 2, 1.6, 1.13778, 24, 0.52817),
    "P02": partial(one_file_a_day, "P02", 2, 1.8, 3.47938, 32),
    "P03": partial(one_file_a_day, "P03", 3, 2.4, 0.98743, 24),
    "P04": three_officers,
    "P05": two_classes,
    "P06": days_of_supply,
    "P07": ordering,
    "P08": disrupted_base_stock,
}
