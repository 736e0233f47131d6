"""Nothing appears and nothing vanishes: the accounts of every item, after every single event.

For each item, in whole units:

    stock at 0 + moving at 0 + made = finished + waiting + held + moving + in stock at customers
        + used

A run is stepped and the question is asked after each event; looking changes nothing. Sites bring
their stocks up to date only when something touches them: what has flowed since then is in neither
side of the balance, but counts when stocks are held against zero.

In:  `ModelTables` and a replication.
Out: the trace, and every look at which an account did not close.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.engine import Trace
from sim.engine.reference.engine import Run
from sim.model import ModelTables

__all__ = ["Audit", "audited", "change_of_totals"]


@dataclass(frozen=True)
class Audit:
    """A run, and what was found wrong with its accounts.

    Parameters
    ----------
    trace : Trace
        The run, as if nobody had looked.
    n_looks : int
        How often the accounts were closed.
    faults : tuple of str
        Second, item and difference of each look that did not close; empty if all did.
    """

    trace: Trace
    n_looks: int
    faults: tuple[str, ...]


def audited(tables: ModelTables, replication: int = 0, every: int = 1) -> Audit:
    """Run a replication event by event and close the accounts after each, or each `every`-th.

    Parameters
    ----------
    tables : ModelTables
    replication : int
        Index of the random history.
    every : int
        Events from one look to the next: what is lost in between is still missing then.
    """
    run = Run(tables, replication)
    start = _accounts(run)
    faults: list[str] = []
    n_events = n_looks = 0
    while run.clock.peek() < tables.horizon_s:
        run.clock.step()
        n_events += 1
        if n_events % every == 0:
            faults += _faults(run, start)
            n_looks += 1
    run.clock.run(until=tables.horizon_s)
    faults += _faults(run, start)
    trace = run.trace()
    faults += [f"totals: {n:+} of {item}" for item, n in change_of_totals(trace).items() if n]
    return Audit(trace, n_looks + 2, tuple(faults))


def change_of_totals(trace: Trace) -> Counter[str]:
    """Return what the totals of a trace leave unexplained of each item, in its units."""
    tables, totals = trace.tables, trace.totals
    change: Counter[str] = Counter()
    for s, item in enumerate(tables.sites.makes):
        if tables.sites.kind[s] != "plant":
            change[item] += int(totals.finished[s] - totals.start_finished[s] - totals.made[s])
    for n, item in enumerate(tables.inputs.item):
        change[item] += int(totals.stock[n] + totals.used[n] - totals.start_stock[n])
    for lane, item in enumerate(tables.lanes.item):
        now = totals.waiting[lane] + totals.held[lane] + totals.moving[lane]
        change[item] += int(now - totals.start_moving[lane])
    return change


def _faults(run: Run, start: Counter[str]) -> list[str]:
    """Hold the accounts of now against those of the start."""
    now, second = _accounts(run), run.clock.second
    wrong = [
        f"second {second}: {amount - start[item]:+} of {item}"
        for item, amount in now.items()
        if amount != start[item]
    ]
    supply = run.supply
    amounts = [*supply.waiting, *supply.held, *supply.transit.moving, *supply.owed]
    for site in run.sites:
        amounts.append(site.finished_now())
        amounts += [site.stock_now(stock) for stock in site.inputs]
    if min(amounts) < 0:
        wrong.append(f"second {second}: an account is below 0")
    return wrong


def _accounts(run: Run) -> Counter[str]:
    """Return what there is of each item and what has been used or sold of it, less what is new."""
    tables = run.tables
    total: Counter[str] = Counter()
    for site in run.sites:
        finished = site.finished
        there = finished.made if finished.sells else finished.stock
        total[tables.sites.makes[site.index]] += there - finished.made
        for stock in site.inputs:
            total[tables.inputs.item[stock.index]] += stock.stock + stock.used
    for lane, item in enumerate(tables.lanes.item):
        supply = run.supply
        total[item] += supply.waiting[lane] + supply.held[lane] + supply.transit.moving[lane]
    return total
