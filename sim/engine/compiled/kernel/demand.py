"""Arrivals at a rate by date, and plants whose demand comes in units or batches."""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.draws import BLOCK, fill_gaps
from sim.engine.compiled.kernel.memory import Record, at, compiled, float64, int64
from sim.engine.compiled.kernel.ordering import review_all
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.site import consider_restart, halt, resume, set_rates
from sim.engine.compiled.kernel.stocks import settle, suffices_for, take, take_for
from sim.engine.compiled.kernel.substitution import (
    arrived,
    lacking_for,
    replace,
    take_with_substitutes,
)
from sim.engine.compiled.kernel.watching import count_halt
from sim.model.tables import ON_ORDER

__all__ = ["demand", "next_arrival", "receive", "restart", "schedule_batch", "schedule_demand"]

arrivals_at = at["arrivals"]
gap_at = at["gaps"]
input_at = at["inputs"]
knot_at = at["knots"]
site_at = at["sites"]


# ---------------------------------------------------------------- arrivals at a rate


@compiled
def epoch_of(world: Record, a: int, entry: Record) -> float:
    """Return the next epoch of an even or a Poisson stream of rate 1.

    The sums run in blocks as those of `sim.engine.draws`, so that they round alike.
    """
    if entry.even:
        return float64(entry.number)
    if entry.block_left == 0:
        entry.base = entry.base + entry.sum
        entry.sum = 0.0
        entry.block_left = max(64, int64((entry.total - entry.base) * 1.1) + 16)
    entry.block_left -= 1
    block = entry.number // BLOCK
    if block != entry.gap_block:
        entry.gap_block = block
        fill_gaps(world, a, entry.stream, entry.entity, block * BLOCK)
    entry.sum = entry.sum + gap_at(world, a * BLOCK + entry.number % BLOCK).value
    return entry.base + entry.sum


@compiled
def next_arrival(world: Record, a: int) -> int:
    """Return the second of the next arrival of a stream, or the horizon; its number is `due`."""
    entry = arrivals_at(world, a)
    if entry.total <= 0.0:
        return world.horizon
    epoch = epoch_of(world, a, entry)
    if epoch >= entry.total:
        return world.horizon
    last = entry.n_knots - 2
    while (
        entry.piece < last
        and knot_at(world, entry.first_knot + entry.piece + 1).integrated <= epoch
    ):
        entry.piece += 1
    knot = knot_at(world, entry.first_knot + entry.piece)
    second = knot.knot + (epoch - knot.integrated) / knot.rate_per_s
    entry.due = entry.number
    entry.number += 1
    return int64(np.rint(second) if entry.even else np.floor(second))


# ---------------------------------------------------------------- demands


@compiled
def schedule_demand(world: Record, s: int) -> None:
    """Have the next Poisson demand come."""
    a = site_at(world, s).arrivals
    second = next_arrival(world, a)
    number = arrivals_at(world, a).due
    schedule(world, second, phases.P_STOCK_OUT, s, number, phases.E_DEMAND, s)


@compiled
def schedule_batch(world: Record, s: int, second: int) -> None:
    """Have the next batch fall due."""
    number = site_at(world, s).number
    schedule(world, second, phases.P_STOCK_OUT, s, number, phases.E_DEMAND, s)


@compiled
def make(world: Record, site: Record, units: int) -> None:
    """Use inputs for finished units at once."""
    if site.substitutes:
        take_with_substitutes(world, site, units)
    else:
        for n in range(site.first_input, site.first_input + site.n_inputs):
            take_for(input_at(world, n), units)
    site.made += units


@compiled
def review_use(world: Record, s: int, site: Record) -> None:
    """Review the inputs that are reviewed at every use."""
    if site.continuous:
        review_all(world, s, ON_ORDER)


@compiled
def demand(world: Record, s: int, number: int) -> None:
    """Let a demand come, and set the next."""
    site = site_at(world, s)
    units = site.batch
    if site.pattern == layout.BATCH:
        units = site.batch * site.plan // site.usual_plan
    if units:
        meet(world, s, site, number, units)
    if site.pattern == layout.BATCH:
        site.number = number + 1
        schedule_batch(world, s, world.now + site.every)
    else:
        schedule_demand(world, s)


@compiled
def meet(world: Record, s: int, site: Record, number: int, units: int) -> None:
    """Serve a demand if every input suffices, else lose it or owe it."""
    site.demanded += units
    running = site.state == layout.RUNNING
    lacking = False
    if running:
        lacking = lacking_for(world, site, units)
    met = 0
    if running and not lacking:
        met = units
        make(world, site, met)
    elif site.backorders:
        site.owed_units += units
    unmet = site.owed_units if site.backorders else units - met
    write(world, phases.DEMANDED, s, number, met, unmet, -1)
    if met and site.pattern == layout.POISSON:
        lacking = lacking_for(world, site, 1)
    if lacking:
        halt(world, s, site)
    review_use(world, s, site)


@compiled
def serve(world: Record, site: Record) -> int:
    """Make what is owed; one by one where an input may be replaced on the way."""
    owed = site.owed_units
    served = owed
    for n in range(site.first_input, site.first_input + site.n_inputs):
        served = min(served, suffices_for(input_at(world, n), owed))
    if served:
        make(world, site, served)
    while site.substitutes and served < owed and not lacking_for(world, site, 1):
        make(world, site, 1)
        served += 1
    site.owed_units -= served
    return served


@compiled
def serve_owed(world: Record, s: int, site: Record) -> None:
    """Serve what is owed as far as the inputs go."""
    served = serve(world, site)
    if served:
        write(world, phases.DEMANDED, s, -1, 0, site.owed_units, served)
    if lacking_for(world, site, 1) and (site.pattern == layout.POISSON or site.owed_units):
        halt(world, s, site)
    if served:
        review_use(world, s, site)


# ---------------------------------------------------------------- what brings a site back


@compiled
def run_on(world: Record, s: int, site: Record) -> None:
    """Run on: what runs out, fills up or is to be sent next is looked for anew."""
    if site.pattern == layout.STEADY:
        resume(world, s, site)
    else:
        serve_owed(world, s, site)


@compiled
def restart(world: Record, s: int) -> None:
    """Run again after a halt."""
    site = site_at(world, s)
    settle(world, site)
    site.restarting = 0
    site.n_blocked = 0
    for n in range(site.first_input, site.first_input + site.n_inputs):
        input_at(world, n).blocked = 0
    site.state = layout.RUNNING
    write(world, phases.RESTARTED, s, -1, -1, -1, -1)
    count_halt(world, s, -1)
    if site.substitutes:
        for n in range(site.first_input, site.first_input + site.n_inputs):
            stock = input_at(world, n)
            stock.lacking = 1 if stock.stock == 0 and stock.use_per_day else 0
        replace(world, site)
        set_rates(world, site, site.plan, site.rate)
    run_on(world, s, site)


@compiled
def receive(world: Record, n: int, quantity: int, phase: int) -> int:
    """Add an arrival to an input; return the stock after it, or what is then on a stockpile."""
    stock = input_at(world, n)
    s = stock.site
    site = site_at(world, s)
    settle(world, site)
    stock.stock += quantity
    stock.on_order -= quantity
    if stock.stock > layout.LARGEST:
        world.status = layout.TOO_LARGE
    if arrived(world, site, n):
        set_rates(world, site, site.plan, site.rate)
        if site.state == layout.RUNNING:
            run_on(world, s, site)
    if site.state == layout.HALTED:
        consider_restart(world, s, site, phase)
    if site.lapses == 0:
        return stock.stock
    take(stock, quantity)
    site.made += quantity
    site.stock += quantity
    return site.stock
