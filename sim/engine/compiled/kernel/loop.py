"""One run: the state at second 0, then event after event until the horizon."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import (
    KIND_BITS,
    KINDS,
    RANKS,
    SECOND_SHIFT,
    next_event,
    schedule,
)
from sim.engine.compiled.kernel.consignments import tell_buyer
from sim.engine.compiled.kernel.demand import (
    demand,
    next_arrival,
    restart,
    schedule_batch,
    schedule_demand,
)
from sim.engine.compiled.kernel.early import file_early, schedule_filing, slot_is_over
from sim.engine.compiled.kernel.licences import back, expires, file_after_expiry, file_other, finish
from sim.engine.compiled.kernel.licensing import is_valid, join, serve_quota, take_up
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import enter_needs
from sim.engine.compiled.kernel.ordering import reorder, review
from sim.engine.compiled.kernel.regimes import (
    change_regime,
    enter_ordering,
    enter_supply,
    react,
    schedule_regime,
)
from sim.engine.compiled.kernel.rounds import hold_round, schedule_round
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.site import (
    call_dispatch,
    enter_site,
    fill,
    run_out,
    runs,
    stop_overtime,
)
from sim.engine.compiled.kernel.start import begin_closures, begin_goods
from sim.engine.compiled.kernel.stocks import finished_now, need, settle, stock_now
from sim.engine.compiled.kernel.supply import dispatch_on_order, dispatch_slots, output_done
from sim.engine.compiled.kernel.transit import land
from sim.engine.compiled.kernel.triggers import look_at_switched, look_at_trigger
from sim.model.tables import ON_ORDER

__all__ = ["run"]

AFTER_DISPATCHES = 2

arrivals_at = at["arrivals"]
desk_at = at["desks"]
desk_rule_at = at["regime_desks"]
file_at = at["files"]
input_at = at["inputs"]
lane_at = at["lanes"]
review_at = at["reviews"]
site_at = at["sites"]
span_at = at["spans"]
station_at = at["stations"]


# ---------------------------------------------------------------- what acts by itself


@compiled
def begin_site(world: Record, s: int) -> None:
    """Have a site run, and its demands, orders and dispatches come."""
    site = site_at(world, s)
    enter_site(world, s)
    if site.pattern == layout.POISSON:
        schedule_demand(world, s)
    elif site.pattern == layout.BATCH:
        schedule_batch(world, s, site.first)
    runs(world, s, site)
    for i in range(site.first_lane, site.first_lane + site.n_lanes):
        if lane_at(world, i).interval != ON_ORDER:
            schedule(world, 0, phases.P_DISPATCH, s, 0, phases.E_DISPATCH, s)
            break


@compiled
def begin_stream(world: Record, a: int) -> None:
    """Put the backlog of a stream of other applicants on its desk, and set its first file."""
    entry = arrivals_at(world, a)
    for number in range(entry.backlog):
        file_other(world, entry.source, entry.station, -1 - number, phases.P_REGIME_CHANGE)
    schedule_file(world, a)


@compiled
def schedule_file(world: Record, a: int) -> None:
    """Have the next file of a stream come."""
    second = next_arrival(world, a)
    entry = arrivals_at(world, a)
    schedule(world, second, phases.P_FILING, entry.source, entry.due, phases.E_FILE, a)


@compiled
def take_file(world: Record, a: int, number: int) -> None:
    """File for another applicant."""
    entry = arrivals_at(world, a)
    file_other(world, entry.source, entry.station, number, phases.P_FILING)
    schedule_file(world, a)


@compiled
def schedule_resume(world: Record, d: int) -> None:
    """Have officers take up files when the next pause or closed period ends."""
    desk = desk_at(world, d)
    if desk.resumed < desk.n_spans:
        ends = span_at(world, desk.first_span + desk.resumed).ends
        desk.resumed += 1
        schedule(world, ends, phases.P_REGIME_CHANGE, 1 + d, 0, phases.E_RESUME, d)


@compiled
def resume_desk(world: Record, d: int) -> None:
    """Take up files when a pause is over."""
    take_up(world, d, phases.P_REGIME_CHANGE)
    schedule_resume(world, d)


@compiled
def serve_week(world: Record, d: int) -> None:
    """Decide what a new week's quota allows."""
    desk = desk_at(world, d)
    if desk.quota_look == world.now:
        desk.quota_look = layout.FAR
        serve_quota(world, d, desk.phase)


@compiled
def become_valid(world: Record, f: int) -> None:
    """Let a licence be valid that was granted before."""
    desk = desk_at(world, station_at(world, file_at(world, f).station).desk)
    is_valid(world, f, desk.phase)


@compiled
def observe(world: Record) -> None:
    """Note every stock; nothing is changed or drawn."""
    for n in range(world.n_inputs):
        stock = input_at(world, n)
        site = site_at(world, stock.site)
        owed = need(stock, site.owed_units)
        write(world, phases.OBSERVED, n, -1, stock_now(world, site, stock), owed, -1)
    for s in range(world.n_sites):
        held = finished_now(world, site_at(world, s))
        write(world, phases.OBSERVED_OUTPUT, s, -1, held, -1, -1)
    second = world.now + world.observe_every
    schedule(world, second, phases.P_OBSERVATION, 0, 0, phases.E_OBSERVE, 0)


@compiled
def begin(world: Record) -> None:
    """Start everything that acts by itself; nothing happens before its first event."""
    begin_closures(world)
    begin_goods(world)
    schedule_regime(world, 0)
    enter_supply(world)
    enter_ordering(world)
    enter_needs(world)
    for d in range(world.n_desks):
        desk_at(world, d).officers = desk_rule_at(world, d).officers
    for s in range(world.n_sites):
        begin_site(world, s)
    for r in range(world.n_reviews):
        entry = review_at(world, r)
        rank = site_at(world, entry.site).review_rank
        schedule(world, 0, phases.P_ORDER_REVIEW, rank, entry.ordinal, phases.E_REVIEW, r)
    for a in range(world.n_streams):
        begin_stream(world, a)
    for d in range(world.n_desks):
        schedule_resume(world, d)
        if desk_at(world, d).in_rounds:
            schedule_round(world, d, 0)
    for i in range(world.n_lanes):
        schedule_filing(world, i)
    schedule(world, 0, phases.P_OBSERVATION, 0, 0, phases.E_OBSERVE, 0)


# ---------------------------------------------------------------- the loop


@compiled
def happen_often(world: Record, kind: int, index: int, rank: int, ordinal: int) -> None:
    """Let one of the common events happen."""
    if kind == phases.E_ARRIVE:
        land(world, rank, index)
    elif kind == phases.E_STOCK_OUT:
        run_out(world, index)
    elif kind == phases.E_FULL:
        fill(world, index)
    elif kind == phases.E_REVIEW:
        review(world, index)
    elif kind == phases.E_DISPATCH:
        dispatch_slots(world, index)
    elif kind == phases.E_DISPATCH_ON_ORDER:
        dispatch_on_order(world, index)
    elif kind == phases.E_FINISH:
        finish(world, index, rank, ordinal)
    elif kind == phases.E_FILE:
        take_file(world, index, ordinal)
    elif kind == phases.E_DEMAND:
        demand(world, index, ordinal)
    elif kind == phases.E_RESTART:
        restart(world, index)
    elif kind == phases.E_REORDER:
        reorder(world, index)
    else:
        output_done(world, index)


@compiled
def happen_to_file(world: Record, kind: int, f: int) -> None:
    """Let something happen to a file."""
    if kind == phases.E_BACK:
        back(world, f)
    elif kind == phases.E_VALID:
        become_valid(world, f)
    elif kind == phases.E_CANCEL:
        tell_buyer(world, f)
    elif kind == phases.E_EXPIRE:
        expires(world, f)
    elif kind == phases.E_JOIN:
        join(world, f, phases.P_FILING)
    else:
        file_after_expiry(world, f)


@compiled
def happen_seldom(world: Record, kind: int, index: int, ordinal: int) -> None:
    """Let one of the other events happen."""
    if kind <= phases.E_REFILE:
        happen_to_file(world, kind, index)
    elif kind == phases.E_QUOTA:
        serve_week(world, index)
    elif kind == phases.E_ROUND:
        hold_round(world, index)
    elif kind == phases.E_EARLY:
        file_early(world, index)
    elif kind == phases.E_SLOT_OVER:
        slot_is_over(world, index, ordinal - AFTER_DISPATCHES)
    elif kind == phases.E_CALL:
        call_dispatch(world, index)
    elif kind == phases.E_MADE_GOOD:
        stop_overtime(world, index)
    else:
        happen_to_world(world, kind, index)


@compiled
def happen_to_world(world: Record, kind: int, index: int) -> None:
    """Let what is in force change, or be looked at."""
    if kind == phases.E_LOOK:
        look_at_trigger(world, index)
    elif kind == phases.E_REACT:
        react(world)
    elif kind == phases.E_REGIME:
        change_regime(world, index)
    elif kind == phases.E_RESUME:
        resume_desk(world, index)
    elif kind == phases.E_PAUSE:
        world.events_done -= 1
        world.status = layout.PAUSED
    else:
        observe(world)


@compiled
def begin_or_resume(world: Record) -> None:
    """Begin a run, or go on where it paused; it is to pause when a policy has its next step.

    A policy steps after all that a second has brought about, and before it is observed.
    """
    if world.resumed:
        world.status = layout.FINE
        look_at_switched(world)
    else:
        begin(world)
    schedule(world, world.pause_at, phases.P_DATED_MEASURE, world.n_watches, 0, phases.E_PAUSE, 0)


@compiled
def run(world: Record) -> int:
    """Run to the horizon, to a pause, or until something is in the way; return the status."""
    begin_or_resume(world)
    while world.events_used > 0 and world.status == layout.FINE:
        major, ordinal, about = next_event(world)
        world.now = major >> SECOND_SHIFT
        world.events_done += 1
        kind, index = about & KINDS, about >> KIND_BITS
        if kind <= phases.E_OUTPUT_DONE:
            happen_often(world, kind, index, major & RANKS, ordinal)
        else:
            happen_seldom(world, kind, index, ordinal)
    if world.status == layout.PAUSED:
        return world.status
    world.now = world.horizon
    for s in range(world.n_sites):
        settle(world, site_at(world, s))
    return world.status
