"""Rows of the area "queues": the licence desk against the textbooks, and goods at sea.

In:  scenario files for verification.
Out: findings; long-run figures are means over batches, four standard errors allowed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.app.verification.desk_batches import Stream, batches
from sim.app.verification.estimates import (
    Estimate,
    controlled_mean,
    exactly,
    mean_of,
    within_four_errors,
)
from sim.app.verification.runs import file_times, tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, Trace, simulate
from sim.engine.reference.engine import Run
from sim.units import DAY_S

__all__ = ["CHECKS"]

FloatArray = NDArray[np.float64]

_FILL_UP_DAYS: Final = 50
_BATCH_DAYS: Final = 350
_N_BATCHES: Final = 20
_VOYAGE_DAYS: Final = 7.0
_LESS_THAN_A_SECOND: Final = 0.5 / DAY_S


def ten_officers() -> tuple[Finding, ...]:
    """V11: M/M/c."""
    found = batches(tables_of("desk_queue", "ten officers"), 4, {"files": Stream(18.0)})
    note = "18 files a day, ten officers, half a day each; batches of 350 d"
    waiting = found.share_waiting_over("files", _LESS_THAN_A_SECOND)
    long = found.share_waiting_over("files", 1.0)
    return (
        within_four_errors("V11", "share that waits", 0.668732, waiting, "", note),
        within_four_errors("V11", "mean wait", 0.334366, found.mean_wait("files"), "d", note),
        within_four_errors("V11", "mean queue", 6.01858, found.mean_queue("files"), "files", note),
        within_four_errors("V11", "share that waits over 1 d", 0.090503, long, "", note),
    )


def equal_files() -> tuple[Finding, ...]:
    """V13: M/D/1."""
    streams = {"files": Stream(8.0, square=1.0)}
    found = batches(tables_of("desk_queue", "equal files"), 4, streams)
    note = "8 files a day, one officer, 0.1 d each; batches of 350 d"
    return (within_four_errors("V13", "mean wait", 0.2, found.mean_wait("files"), "d", note),)


def uneven_files() -> tuple[Finding, ...]:
    """V14: M/G/1, Pollaczek and Khinchine."""
    streams = {"files": Stream(8.0, square=5.0)}
    found = batches(tables_of("desk_queue", "uneven files"), 6, streams)
    note = "8 files a day, one officer, lognormal with mean 0.1 d and cv 2; batches of 350 d"
    return (within_four_errors("V14", "mean wait", 1.0, found.mean_wait("files"), "d", note),)


def time_at_the_desk() -> tuple[Finding, ...]:
    """V15: Little's law, path by path: the desk's own count against the trace's sojourns."""
    tables = tables_of("two_thousand_files")
    run = Run(tables, 0)
    desk = run.licensing.desks[0]
    area, before = 0, 0
    while run.clock.peek() < tables.horizon_s:
        at_desk = sum(len(queue) for queue in desk.queues) + len(desk.under_review)
        run.clock.step()
        area += at_desk * (run.clock.second - before)
        before = run.clock.second
    run.clock.run(until=tables.horizon_s)
    times = file_times(run.trace(), "files")
    sojourns = int((times.decided_s - times.filed_s).sum())
    note = "one run, the desk counted before every event, empty at both ends"
    error = abs(area - sojourns) / sojourns
    return (
        exactly("V15", "files decided", 2000.0, int((times.decided_s < 2**62).sum()), "", note),
        Finding("V15", "relative error of Little's law", 0.0, error, 1e-12, "", note),
    )


def fast_track() -> tuple[Finding, ...]:
    """V16: non-preemptive priority for one destination (Cobham)."""
    streams = {"Europe": Stream(3.0), "others": Stream(5.0)}
    found = batches(tables_of("fast_track", "fast track"), 6, streams)
    kept = found.weighted_wait({"Europe": 0.3, "others": 0.5})
    europe, others = found.mean_wait("Europe"), found.mean_wait("others")
    note = "3 and 5 files a day, one officer, 0.1 d each; batches of 350 d"
    return (
        within_four_errors("V16", "mean wait, Europe", 0.114286, europe, "d", note),
        within_four_errors("V16", "mean wait, others", 0.571429, others, "d", note),
        within_four_errors("V16", "sum of load x wait", 0.32, kept, "d", note),
    )


def draining_backlog() -> tuple[Finding, ...]:
    """V18: a backlog that drains."""
    trace = simulate(tables_of("backlog"), 0)
    decided = trace.of(Kind.DECIDED)
    times = file_times(trace, "files")
    first_without_wait = int(times.filed_s[times.wait_days == 0.0][0])
    last = decided[decided[:, 3] < 0][-1, 0] / DAY_S
    on_day_100 = float(times.wait_days[times.filed_s == 100 * DAY_S][0])
    note = "one run, 1000 files at the start, 8 a day come, 12 a day are decided"
    return (
        exactly("V18", "backlog gone", 250.0, first_without_wait / DAY_S, "d", note),
        exactly("V18", "last of the first 1000 decided", 1000 / 12, float(last), "d", note),
        exactly("V18", "wait of the file of day 100", 50.0, on_day_100, "d", note),
    )


def rising_rate() -> tuple[Finding, ...]:
    """V19: the first arrival of a stream whose rate changes."""
    tables = tables_of("rising_rate")
    found = mean_of([_first_filing(tables_run) for tables_run in
                     (Run(tables, r) for r in range(8000))])  # fmt: skip
    note = "0.1 a day, from day 10 on 10 a day"
    return (within_four_errors("V19", "mean of the first filing", 6.357994, found, "d", note),)


def _first_filing(run: Run) -> float:
    """Step a run until a file comes; return when [d], or infinity."""
    while run.clock.peek() < run.tables.horizon_s:
        run.clock.step()
        if any(row[1] == Kind.FILED for row in run.rows.rows):
            return run.clock.second / DAY_S
    return float("inf")


def transit_pipeline() -> tuple[Finding, ...]:
    """V22: what is at sea is Poisson whatever the law of the voyage."""
    findings: list[Finding] = []
    empty: list[FloatArray] = []
    for alternative, n_runs in (("fixed transit", 9), ("exponential transit", 4)):
        tables = tables_of("transit_pipeline", alternative)
        at_sea = [_time_at_sea(simulate(tables, r)) for r in range(n_runs)]
        shares = np.concatenate([share for share, _ in at_sea])
        controls = np.concatenate([control for _, control in at_sea])
        controls = controls[:, controls.any(axis=0)]  # a fixed voyage is no luck
        counts = np.arange(shares.shape[1])
        empty.append(shares[:, 0])
        note = f"{alternative}, one order a day on average, 7 d; batches of 350 d"
        findings += [
            within_four_errors("V22", f"{quantity}, {alternative}", expected,
                               controlled_mean(values, controls), unit, note)
            for quantity, expected, values, unit in (
                ("mean at sea", 7.0, shares @ counts, "consignments"),
                ("variance at sea", 7.0, shares @ (counts - 7.0) ** 2, "consignments2"),
                ("share of time with 3 or fewer", 0.081765, shares[:, :4].sum(axis=1), ""),
            )
        ]  # fmt: skip
    found = mean_of(np.concatenate(empty))
    note = "both laws, one order a day on average, 7 d; batches of 350 d"
    findings.append(within_four_errors("V22", "share of time with none", 0.000912, found, "", note))
    return tuple(findings)


def _time_at_sea(trace: Trace) -> tuple[FloatArray, FloatArray]:
    """Return by batch the share of time with 0, 1, ... consignments at sea, and the controls."""
    sent = trace.of(Kind.DISPATCHED)
    moves = np.concatenate([sent[:, [0, 4]], sent[:, [6, 4]] * [1, -1]])
    # A cut at each end of a batch moves nothing, so that every stretch lies in one batch.
    cuts = (_FILL_UP_DAYS + np.arange(_N_BATCHES + 1) * _BATCH_DAYS) * DAY_S
    moves = np.concatenate([moves, np.column_stack([cuts, np.zeros_like(cuts)])])
    moves = moves[np.argsort(moves[:, 0], kind="stable")]
    count = np.cumsum(moves[:, 1])[:-1]
    length = np.diff(moves[:, 0]) / (_BATCH_DAYS * DAY_S)
    batch = np.searchsorted(cuts, moves[:-1, 0], side="right") - 1
    shares = np.zeros((_N_BATCHES, 64))
    inside = (batch >= 0) & (batch < _N_BATCHES)
    np.add.at(shares, (batch[inside], count[inside]), length[inside])
    orders = np.searchsorted(cuts, trace.of(Kind.DEMANDED)[:, 0], side="right") - 1
    n_orders = np.bincount(orders[(orders >= 0) & (orders < _N_BATCHES)], minlength=_N_BATCHES)
    sailed = np.searchsorted(cuts, sent[:, 0], side="right") - 1
    whole = (sailed >= 0) & (sailed < _N_BATCHES)
    longer = (sent[whole, 6] - sent[whole, 0]) / DAY_S - _VOYAGE_DAYS
    drawn = np.bincount(sailed[whole], weights=longer, minlength=_N_BATCHES) / _BATCH_DAYS
    return shares, np.column_stack([n_orders / _BATCH_DAYS - 1.0, drawn])


def cut_off_pipeline() -> tuple[Finding, ...]:
    """V23: the pipeline runs empty after a cut-off."""
    tables = tables_of("transit_pipeline", "cut off on day 8")
    counts = np.array([_at_sea(simulate(tables, r), (10, 15)) for r in range(2000)])
    note = "fixed transit of 7 d, cut off on day 8; days of the table are 4.8 hours here"
    return (
        within_four_errors("V23", "at sea 10 d after", 5.0, mean_of(counts[:, 0]),
                           "consignments", note),
        exactly("V23", "most at sea 35 d after", 0.0, int(counts[:, 1].max()), "consignments",
                note),
    )  # fmt: skip


def _at_sea(trace: Trace, days: tuple[int, int]) -> list[int]:
    """Return how much is at sea right after midnight of each day."""
    sent = trace.of(Kind.DISPATCHED)
    return [
        int(sent[(sent[:, 0] <= day * DAY_S) & (sent[:, 6] > day * DAY_S), 4].sum()) for day in days
    ]


def open_and_closed() -> tuple[Finding, ...]:
    """V27: the share of time in which a desk is open."""
    findings = []
    for alternative, n_runs in (("exponential", 60), ("other laws", 30)):
        tables = tables_of("open_and_closed", alternative)
        shares = [_decided_at_once(simulate(tables, r)) for r in range(n_runs)]
        note = f"{alternative}: open 90 d and closed 45 d on average, a file every second day"
        found: Estimate = mean_of(shares)
        findings.append(within_four_errors("V27", "share decided at once", 2 / 3, found, "", note))
    return tuple(findings)


def _decided_at_once(trace: Trace) -> float:
    """Return the share of files that met an open desk, from day 1000 on."""
    times = file_times(trace, "files")
    later = times.filed_s >= 1000 * DAY_S
    return float((times.decided_s == times.filed_s)[later].mean())


CHECKS: Final[dict[str, RowCheck]] = {
    "V11": ten_officers,
    "V13": equal_files,
    "V14": uneven_files,
    "V15": time_at_the_desk,
    "V16": fast_track,
    "V18": draining_backlog,
    "V19": rising_rate,
    "V22": transit_pipeline,
    "V23": cut_off_pipeline,
    "V27": open_and_closed,
}
