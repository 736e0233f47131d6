"""Nothing appears and nothing vanishes: the accounts of every item, after every single event.

For each item, in whole units:

    stock at 0 + moving at 0 + made = finished + waiting + moving + in stock at customers + used

`checked(run)` steps a run to its horizon and asks this after each event. Sites bring their stocks
up to date only when something touches them, so that the accounts work out by themselves what has
flowed since then; looking changes nothing.
"""

from __future__ import annotations

from collections import Counter

from sim.engine import Trace
from sim.engine.reference.demand_site import DemandSite
from sim.engine.reference.engine import Run
from sim.engine.reference.site import Site, State
from sim.engine.rules import flow
from sim.model import ModelTables


def checked(tables: ModelTables, replication: int = 0) -> Trace:
    """Run a replication event by event, with the accounts closed after each.

    Raises
    ------
    AssertionError
        Naming the second, the item and the difference.
    """
    run = Run(tables, replication)
    start = accounts(run)
    while run.clock.peek() < tables.horizon_s:
        run.clock.step()
        compare(run, start)
    run.clock.run(until=tables.horizon_s)
    compare(run, start)
    trace = run.trace()
    compare_totals(trace)
    return trace


def compare(run: Run, start: Counter[str]) -> None:
    """Hold the accounts of now against those of the start."""
    made = output(run)
    for item, amount in accounts(run).items():
        change = amount - start[item] - made[item]
        if change:
            raise AssertionError(f"second {run.clock.second}: {change:+} of {item}")


def accounts(run: Run) -> Counter[str]:
    """Return what there is of each item, wherever it is, and what has been used of it."""
    tables = run.tables
    total: Counter[str] = Counter()
    for site in run.sites:
        dt_s = _running_s(site)
        total[tables.sites.makes[site.index]] += _finished(site, dt_s)
        for stock in site.inputs:
            left = stock.stock_after(dt_s)
            assert left >= 0, f"second {run.clock.second}: {left} in {site.name}"
            total[tables.inputs.item[stock.index]] += left + stock.used + stock.stock - left
    for lane, item in enumerate(tables.lanes.item):
        waiting, moving = run.supply.waiting[lane], run.supply.moving[lane]
        assert min(waiting, moving, run.supply.owed[lane]) >= 0, f"second {run.clock.second}: lane"
        total[item] += waiting + moving
    return total


def output(run: Run) -> Counter[str]:
    """Return what has been made of each item."""
    made: Counter[str] = Counter()
    for site in run.sites:
        made[run.tables.sites.makes[site.index]] += site.finished.made + _flowing(site)
    return made


def compare_totals(trace: Trace) -> None:
    """Hold the totals that a trace hands on against each other, item by item."""
    tables, totals = trace.tables, trace.totals
    change: Counter[str] = Counter()
    for s, item in enumerate(tables.sites.makes):
        sold = tables.sites.kind[s] == "plant"
        change[item] += totals.finished[s] - totals.start_finished[s]
        change[item] -= 0 if sold else totals.made[s]
    for n, item in enumerate(tables.inputs.item):
        change[item] += totals.stock[n] + totals.used[n] - totals.start_stock[n]
    for lane, item in enumerate(tables.lanes.item):
        change[item] += totals.waiting[lane] + totals.moving[lane] - totals.start_moving[lane]
    assert not any(change.values()), f"at the horizon: {dict(change)}"


def _running_s(site: Site) -> int:
    """Seconds of production that the site has not put into its stocks yet."""
    if isinstance(site, DemandSite) or site.state is not State.RUNNING:
        return 0
    return site.clock.second - site._since


def _flowing(site: Site) -> int:
    """Output of those seconds."""
    done, _ = flow(site.finished.per_day, _running_s(site), site.finished.remainder)
    if site.finished.sells:
        return 0 if isinstance(site, DemandSite) else done
    return min(done, max(0, site.finished.cap - site.finished.stock))


def _finished(site: Site, dt_s: int) -> int:
    """Finished stock; what a plant has sold counts as still there."""
    there = site.finished.made if site.finished.sells else site.finished.stock
    return there + (_flowing(site) if dt_s else 0)
