"""Stocks that fall and rise linearly between events, and use by the piece."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.arithmetic import flow, scaled, seconds_to_flow
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.model.tables import MILLION, UNSET
from sim.units import DAY_S

__all__ = ["demanded", "finished_now", "need", "per_day", "restart_level", "seconds_left",
           "seconds_to_reach", "set_rates_of_inputs", "settle", "stock_now", "suffices_for", "take",
           "take_for"]  # fmt: skip

input_at = at["inputs"]


@compiled
def settle(world: Record, site: Record) -> None:
    """Bring the stocks of a site up to now, and what a paced site has lost of its plan."""
    if site.pattern != layout.STEADY:
        return
    passed = world.now - site.since
    if passed == 0:
        return
    site.since = world.now
    if site.paced:
        if site.state == layout.HALTED:
            site.lost += site.plan * passed
        elif site.state == layout.RUNNING:
            site.lost += (site.plan - site.rate) * passed
    if site.state != layout.RUNNING:
        return
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        due, rest = flow(stock.use_per_day, passed, stock.remainder)
        if due > stock.stock:
            rest += (due - stock.stock) * DAY_S
            due = stock.stock
        stock.remainder = rest
        stock.stock -= due
        stock.used += due
    done, rest = flow(site.rate, passed, site.remainder)
    if site.sells == 0:
        room = max(0, site.cap - site.stock)
        if done > room:
            done = room
            rest = 0
        site.stock += done
    site.remainder = rest
    site.made += done


@compiled
def passed_now(world: Record, site: Record) -> int:
    """Return the seconds of production since a site was last settled."""
    return world.now - site.since if site.state == layout.RUNNING else 0


@compiled
def stock_now(world: Record, site: Record, stock: Record) -> int:
    """Return an input's stock at this second, changing nothing."""
    if site.pattern != layout.STEADY:
        return stock.stock
    due, _ = flow(stock.use_per_day, passed_now(world, site), stock.remainder)
    return max(0, stock.stock - due)


@compiled
def finished_now(world: Record, site: Record) -> int:
    """Return the finished stock at this second, changing nothing."""
    if site.pattern != layout.STEADY:
        return 0
    if site.sells:
        return site.stock
    done, _ = flow(site.rate, passed_now(world, site), site.remainder)
    return site.stock + min(done, max(0, site.cap - site.stock))


@compiled
def seconds_left(stock: Record) -> int:
    """Return the seconds of production until an input is used up; UNSET without use."""
    if stock.use_per_day == 0:
        return UNSET
    return seconds_to_flow(stock.stock, stock.use_per_day, stock.remainder)


@compiled
def seconds_to_reach(site: Record, amount: int) -> int:
    """Return the seconds of production until an amount is in finished stock; UNSET if never."""
    if site.rate == 0:
        return UNSET
    return seconds_to_flow(max(0, amount - site.stock), site.rate, site.remainder)


@compiled
def per_day(stock: Record, output_per_day: int) -> int:
    """Return the use of an input at a rate of output, in whole units."""
    return scaled(output_per_day * stock.per_unit, stock.use_share, stock.per * MILLION)


@compiled
def need(stock: Record, units: int) -> int:
    """Return what so many pieces of output take, made one after another."""
    amount = units * stock.per_unit * stock.use_share
    return (stock.unit_remainder + amount) // (stock.per * MILLION)


@compiled
def suffices_for(stock: Record, units: int) -> int:
    """Return how many of so many pieces of output a stock suffices for."""
    amount = stock.per_unit * stock.use_share
    if amount == 0:
        return units
    there = (stock.stock + 1) * stock.per * MILLION - 1 - stock.unit_remainder
    return min(units, there // amount)


@compiled
def take(stock: Record, amount: int) -> None:
    """Use an amount at once."""
    stock.stock -= amount
    stock.used += amount


@compiled
def take_for(stock: Record, units: int) -> None:
    """Use at once what so many pieces take."""
    amount = units * stock.per_unit * stock.use_share
    due, stock.unit_remainder = divmod(stock.unit_remainder + amount, stock.per * MILLION)
    take(stock, due)


@compiled
def demanded(world: Record, site: Record) -> int:
    """Return what has been planned or demanded since the start, in units x 86400."""
    if site.pattern != layout.STEADY:
        return site.demanded * DAY_S
    return site.demanded + site.plan * (world.now - site.plan_since)


@compiled
def set_rates_of_inputs(world: Record, site: Record, plan: int, rate: int) -> None:
    """Plan and produce at other rates from now on; the caller has settled the site."""
    if site.pattern == layout.STEADY:
        site.demanded = demanded(world, site)
        site.plan_since = world.now
    site.plan = plan
    site.rate = rate
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        stock.planned = per_day(stock, plan)
        stock.use_per_day = stock.planned if rate == plan else per_day(stock, rate)


@compiled
def restart_level(site: Record, stock: Record, use_per_day: int) -> int:
    """Return the stock at which a blocked input allows a restart; never out of reach."""
    wanted = -(-use_per_day * site.restart_cover // DAY_S)
    if stock.order_up_to != UNSET:
        wanted = min(wanted, stock.order_up_to)
    elif stock.reorder_point != UNSET:
        wanted = min(wanted, stock.reorder_point + 1)
    level = max(wanted, 1)
    if site.pattern != layout.STEADY:
        level = max(level, need(stock, 1 if site.backorders else site.batch))
    return level
