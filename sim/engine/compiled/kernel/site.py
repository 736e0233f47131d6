"""A site with steady use at work: it runs, slows down, fills up, halts and is followed.

The functions of `sim.engine.reference.site`, `halting`, `pace` and `on_order` on records.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.arithmetic import scaled, seconds_to_flow
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.stocks import (
    restart_level,
    seconds_left,
    seconds_to_reach,
    set_rates_of_inputs,
    settle,
)
from sim.engine.compiled.kernel.substitution import (
    follow,
    planned_use,
    redirect,
    replace,
    stands_in,
)
from sim.engine.compiled.kernel.watching import count_halt
from sim.model.tables import MILLION, ON_ORDER, UNSET
from sim.units import DAY_S

__all__ = ["above_point", "call_dispatch", "choose_pace", "consider_restart", "enter_site", "fill",
           "give_back", "halt", "make_room", "resume", "review_at", "run_at", "run_out", "runs",
           "set_rates", "stop_overtime", "wait_for_output", "watch_after_loss",
           "watch_orders"]  # fmt: skip

CONTINUOUS = 1 << 31
"""Ordinal of continuous reviews: after those at intervals, in the order of the inputs."""

site_at = at["sites"]
input_at = at["inputs"]
lane_at = at["lanes"]
in_force_at = at["regime_sites"]
use_at = at["regime_inputs"]


# ---------------------------------------------------------------- what is looked for


@compiled
def set_stock_out_look(world: Record, s: int, site: Record, second: int) -> None:
    """Look for a stock-out at a second, unless an earlier look is set."""
    if second < site.stock_out_look:
        site.stock_out_look = second
        schedule(world, second, phases.P_STOCK_OUT, s, 0, phases.E_STOCK_OUT, s)


@compiled
def set_full_look(world: Record, s: int, site: Record, second: int) -> None:
    """Look for a full stock at a second, unless an earlier look is set."""
    if second < site.full_look:
        site.full_look = second
        schedule(world, second, phases.P_BUFFER_FULL, s, 0, phases.E_FULL, s)


@compiled
def set_made_good_look(world: Record, s: int, site: Record) -> None:
    """Look for the end of overtime in the second in which what was lost is made good."""
    gain = site.rate - site.plan
    if site.pace != layout.IN_OVERTIME or gain <= 0:
        return
    second = world.now + max(1, -(-site.lost // gain))
    if second < site.made_good_look:
        site.made_good_look = second
        schedule(world, second, phases.P_OUTPUT_DONE, s, 1, phases.E_MADE_GOOD, s)


@compiled
def look_at_stocks(world: Record, s: int, site: Record, earliest: int) -> None:
    """Make sure that the next stock-out and the next full stock are noticed in time.

    `earliest` is 0 if a stock-out may be seen in this second still, else 1.
    """
    if site.state != layout.RUNNING or site.pattern != layout.STEADY:
        return
    least = UNSET
    for n in range(site.first_input, site.first_input + site.n_inputs):
        left = seconds_left(input_at(world, n))
        if left != UNSET and (least == UNSET or left < least):
            least = left
    if least != UNSET:
        set_stock_out_look(world, s, site, world.now + max(least, earliest))
    if site.sells == 0 and site.rate != 0:
        room = max(0, site.cap - site.stock)
        to_full = seconds_to_flow(room, site.rate, site.remainder)
        set_full_look(world, s, site, world.now + to_full)
    if site.paced:
        set_made_good_look(world, s, site)


@compiled
def call_dispatch(world: Record, s: int) -> None:
    """Dispatch on order: once, in this second's dispatch phase."""
    site = site_at(world, s)
    if site.called == 0:
        site.called = 1
        schedule(world, world.now, phases.P_DISPATCH, s, 1, phases.E_DISPATCH_ON_ORDER, s)


@compiled
def wait_for_output(world: Record, s: int, site: Record) -> None:
    """Come back when production has caught up with what on-order lanes are owed."""
    if site.on_order_lanes == 0:
        return
    owed = 0
    for i in range(site.first_lane, site.first_lane + site.n_lanes):
        lane = lane_at(world, i)
        if lane.interval == ON_ORDER and lane.put_off_since == UNSET:
            owed += lane.owed
    before = site.output_at
    site.output_at = UNSET
    if owed == 0 or site.state != layout.RUNNING:
        return
    settle(world, site)
    left = seconds_to_reach(site, min(owed, site.cap))
    if left == UNSET:
        return
    second = world.now + max(1, left)
    site.output_at = second
    if second != before:
        schedule(world, second, phases.P_OUTPUT_DONE, s, 0, phases.E_OUTPUT_DONE, s)


@compiled
def review_at(world: Record, second: int, site: Record, n: int, stock: Record) -> None:
    """Review an input that is reviewed continuously at a second."""
    stock.reorder_at = second
    schedule(
        world, second, phases.P_ORDER_REVIEW, site.review_rank, CONTINUOUS + n, phases.E_REORDER, n
    )


@compiled
def above_point(stock: Record) -> int:
    """Return how far a position is above its reorder point."""
    return stock.stock + stock.on_order - stock.excess - stock.reorder_point


@compiled
def watch_orders(world: Record, site: Record) -> None:
    """Review in the second in which steady use brings a position down to its reorder point."""
    if site.continuous == 0 or site.pattern != layout.STEADY or site.state != layout.RUNNING:
        return
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        if stock.review_every != ON_ORDER or stock.use_per_day <= 0:
            continue
        settle(world, site)
        above = max(0, above_point(stock))
        left = seconds_to_flow(above, stock.use_per_day, stock.remainder)
        second = world.now + (max(1, left) if world.now else left)
        if stock.reorder_at != second:
            review_at(world, second, site, n, stock)


@compiled
def watch_after_loss(world: Record, site: Record) -> None:
    """Look again a day after the buyer has learned that an order is lost."""
    if site.continuous == 0 or site.pattern != layout.STEADY:
        return
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        if stock.review_every == ON_ORDER:
            review_at(world, world.now + DAY_S, site, n, stock)


@compiled
def runs(world: Record, s: int, site: Record) -> None:
    """Follow a site that has started to run, or runs at another rate from now on."""
    wait_for_output(world, s, site)
    watch_orders(world, site)


# ---------------------------------------------------------------- rates


@compiled
def set_rates(world: Record, site: Record, plan: int, rate: int) -> None:
    """Plan and produce at other rates; what is replaced falls on its substitute."""
    set_rates_of_inputs(world, site, plan, rate)
    if site.substitutes:
        redirect(world, site)


@compiled
def run_at(world: Record, s: int, site: Record, plan: int, rate: int, earliest: int) -> None:
    """Plan and run at other rates from now on; the caller has settled the site."""
    set_rates(world, site, plan, rate)
    look_at_stocks(world, s, site, earliest)
    if site.state == layout.RUNNING:
        runs(world, s, site)


@compiled
def rate_of(site: Record, plan: int) -> int:
    """Return the output a day that a plan means at the pace of now."""
    if site.pace == layout.AT_PLAN:
        return plan
    factor = site.stretch_share if site.pace == layout.STRETCHED else site.overtime
    return scaled(plan, factor, MILLION)


@compiled
def note_rate(world: Record, s: int, site: Record) -> None:
    """Note how fast a site runs from now on."""
    write(world, phases.RATE, s, -1, site.rate, site.pace, -1)


@compiled
def follow_plan(world: Record, s: int, site: Record) -> None:
    """Follow what is in force: planned output, use of inputs, substitutes."""
    plan = in_force_at(world, world.row * world.n_sites + s).plan
    first = world.row * world.n_inputs
    switched = follow(world, site)
    same = plan == site.plan
    for n in range(site.first_input, site.first_input + site.n_inputs):
        if use_at(world, first + n).use_share != input_at(world, n).use_share:
            same = False
    if switched or not same:
        settle(world, site)
        for n in range(site.first_input, site.first_input + site.n_inputs):
            input_at(world, n).use_share = use_at(world, first + n).use_share
        run_at(world, s, site, plan, rate_of(site, plan), 0)
    if site.n_blocked:
        consider_restart(world, s, site, phases.P_REGIME_CHANGE)


@compiled
def enter_site(world: Record, s: int) -> None:
    """Follow what is in force; a measure of pace that ends ends at once."""
    site = site_at(world, s)
    if site.lapses:
        return
    if site.paced == 0:
        follow_plan(world, s, site)
        return
    pace, rate = site.pace, site.rate
    in_force = in_force_at(world, world.row * world.n_sites + s)
    site.stretch_below = in_force.stretch_below
    site.stretch_share = in_force.stretch_share
    site.overtime = in_force.overtime
    stretch_is_over = site.pace == layout.STRETCHED and site.stretch_below == 0
    if stretch_is_over or (site.pace == layout.IN_OVERTIME and site.overtime == MILLION):
        site.pace = layout.AT_PLAN
    follow_plan(world, s, site)
    if site.rate != rate_of(site, site.plan):
        settle(world, site)
        run_at(world, s, site, site.plan, rate_of(site, site.plan), 0)
    if site.pace != pace or (site.pace != layout.AT_PLAN and rate != site.rate):
        note_rate(world, s, site)


@compiled
def change_pace(world: Record, s: int, site: Record, pace: int) -> None:
    """Run at another pace from now on."""
    if pace != site.pace:
        site.pace = pace
        run_at(world, s, site, site.plan, rate_of(site, site.plan), 1)
        note_rate(world, s, site)


@compiled
def is_short(world: Record, site: Record) -> bool:
    """Say whether the cover of an input is so short that a site slows down."""
    if site.stretch_below == 0:
        return False
    for n in range(site.first_input, site.first_input + site.n_inputs):
        use = planned_use(world, site, n)
        if input_at(world, n).stock * DAY_S < site.stretch_below * use:
            return True
    return False


@compiled
def choose_pace(world: Record, s: int, site: Record) -> None:
    """Choose a pace at an order review; the site has been settled."""
    if site.paced == 0:
        return
    if is_short(world, site):
        change_pace(world, s, site, layout.STRETCHED)
    elif site.lost > 0 and scaled(site.plan, site.overtime, MILLION) > site.plan:
        change_pace(world, s, site, layout.IN_OVERTIME)
    else:
        change_pace(world, s, site, layout.AT_PLAN)


@compiled
def stop_overtime(world: Record, s: int) -> None:
    """Go back to the plan if what was lost is made good."""
    site = site_at(world, s)
    if site.made_good_look != world.now:
        return
    site.made_good_look = layout.FAR
    settle(world, site)
    if site.pace == layout.IN_OVERTIME and site.lost <= 0:
        change_pace(world, s, site, layout.AT_PLAN)
    else:
        look_at_stocks(world, s, site, 1)


# ---------------------------------------------------------------- halts


@compiled
def resume(world: Record, s: int, site: Record) -> None:
    """Go on producing from now."""
    look_at_stocks(world, s, site, 1)
    runs(world, s, site)


@compiled
def is_back(world: Record, site: Record, stock: Record) -> bool:
    """Say whether a blocked input, or else its substitute, allows a restart."""
    if stock.use_share == 0:
        return True
    if site.substitutes and stands_in(world, site, stock):
        return True
    return stock.stock >= restart_level(site, stock, stock.planned)


@compiled
def consider_restart(world: Record, s: int, site: Record, phase: int) -> None:
    """Restart if every blocked input is back; in a later phase of this second, or the next."""
    if site.restarting:
        return
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        if stock.blocked and not is_back(world, site, stock):
            return
    site.restarting = 1
    earliest = world.now + (0 if phase < phases.P_RESTART else 1)
    second = max(earliest, world.now + site.restart_delay)
    schedule(world, second, phases.P_RESTART, s, 0, phases.E_RESTART, s)


@compiled
def halt(world: Record, s: int, site: Record) -> None:
    """Stop for lack of the inputs that are marked as lacking."""
    site.n_blocked = 0
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        stock.blocked = stock.lacking
        if stock.lacking:
            site.n_blocked += 1
            stock.remainder = 0
            write(world, phases.STOCKED_OUT, n, -1, -1, stock.stock, -1)
    site.state = layout.HALTED
    write(world, phases.HALTED, s, -1, -1, -1, -1)
    count_halt(world, s, 1)


@compiled
def run_out(world: Record, s: int) -> None:
    """Look for inputs that have run out, and halt if nothing takes their place."""
    site = site_at(world, s)
    if site.stock_out_look != world.now:
        return
    site.stock_out_look = layout.FAR
    settle(world, site)
    if site.state == layout.FULL and site.stock < site.cap:
        site.state = layout.RUNNING
    if site.state != layout.RUNNING:
        return
    out = False
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        stock.lacking = 1 if stock.stock == 0 and seconds_left(stock) == 0 else 0
        if stock.lacking:
            out = True
    if out and site.substitutes:
        out = replace(world, site)
        set_rates(world, site, site.plan, site.rate)
    if out:
        halt(world, s, site)
    else:
        resume(world, s, site)


@compiled
def fill(world: Record, s: int) -> None:
    """Stop for lack of room if finished stock has reached its cap."""
    site = site_at(world, s)
    if site.full_look != world.now:
        return
    site.full_look = layout.FAR
    settle(world, site)
    if site.state != layout.RUNNING:
        return
    if site.stock >= site.cap:
        site.state = layout.FULL
        site.remainder = 0
        write(world, phases.FULL, s, -1, -1, site.stock, -1)
    else:
        look_at_stocks(world, s, site, 1)


@compiled
def give_back(world: Record, s: int, quantity: int) -> None:
    """Put goods of a cancelled order back into finished stock."""
    site = site_at(world, s)
    settle(world, site)
    site.stock += quantity
    look_at_stocks(world, s, site, 1)


@compiled
def make_room(world: Record, s: int, site: Record) -> None:
    """Go on producing if a dispatch has made room."""
    if site.state != layout.FULL or site.stock >= site.cap:
        return
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        if stock.stock == 0 and stock.use_per_day:
            set_stock_out_look(world, s, site, world.now + 1)
            return
    settle(world, site)
    site.state = layout.RUNNING
    resume(world, s, site)
