"""Goods on their way: they leave, travel for a drawn time, and arrive."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.demand import receive
from sim.engine.compiled.kernel.draws import duration, uniform
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.site import give_back, watch_after_loss
from sim.engine.compiled.kernel.stocks import stock_now
from sim.model.streams import Stream
from sim.model.tables import ALWAYS
from sim.units import DAY_S

__all__ = ["cancel", "choose_mode", "depart", "end_licensed", "land", "return_goods", "send",
           "travel_time"]  # fmt: skip

TRANSIT = int(Stream.TRANSIT)

input_at = at["inputs"]
lane_at = at["lanes"]
law_at = at["laws"]
licensed_at = at["licensed"]
shipment_at = at["shipments"]
site_at = at["sites"]


@compiled
def travel_time(world: Record, lane: Record, law_index: int, slot: int) -> int:
    """Return the transit, by a law, of the goods that a lane sends in a slot [s]."""
    law = law_at(world, law_index)
    if law.kind == layout.FIXED:
        return law.first
    return duration(world, law, uniform(world, TRANSIT, lane.entity, slot, 0))


@compiled
def new_shipment(world: Record) -> int:
    """Return the index of an unused shipment."""
    index = world.free_shipment
    if index != layout.NOTHING:
        world.free_shipment = shipment_at(world, index).next
        return index
    index = world.shipments_used
    if index >= world.n_shipments:
        world.status = layout.MORE_SHIPMENTS
        return 0
    world.shipments_used = index + 1
    return index


@compiled
def depart(world: Record, i: int, slot: int, quantity: int, arrival: int) -> None:
    """Have goods arrive later; whoever reckons with what is under way wants to see them."""
    lane = lane_at(world, i)
    if arrival >= world.horizon and lane.followed == 0:
        return
    index = new_shipment(world)
    shipment = shipment_at(world, index)
    shipment.slot = slot
    shipment.quantity = quantity
    shipment.arrival = arrival
    if lane.followed:
        shipment.previous = layout.NOTHING
        shipment.next = lane.first_moving
        if lane.first_moving != layout.NOTHING:
            shipment_at(world, lane.first_moving).previous = index
        lane.first_moving = index
    schedule(world, arrival, phases.P_ARRIVAL, i, slot, phases.E_ARRIVE, index)


@compiled
def arrive(world: Record, i: int, slot: int, quantity: int, phase: int) -> None:
    """Hand goods to the customer."""
    lane = lane_at(world, i)
    lane.moving -= quantity
    lane.received += quantity
    level = receive(world, lane.input, quantity, phase)
    write(world, phases.ARRIVED, i, slot, quantity, level, -1)


@compiled
def land(world: Record, i: int, index: int) -> None:
    """Let a shipment arrive that has been on its way."""
    shipment = shipment_at(world, index)
    slot, quantity = shipment.slot, shipment.quantity
    lane = lane_at(world, i)
    if lane.followed:
        if shipment.previous == layout.NOTHING:
            lane.first_moving = shipment.next
        else:
            shipment_at(world, shipment.previous).next = shipment.next
        if shipment.next != layout.NOTHING:
            shipment_at(world, shipment.next).previous = shipment.previous
    shipment.next = world.free_shipment
    world.free_shipment = index
    arrive(world, i, slot, quantity, phases.P_ARRIVAL)


@compiled
def end_licensed(world: Record, lane: Record, slot: int) -> None:
    """Forget what rounds have licensed for a slot: it has left, or the licence has ended."""
    before, index = layout.NOTHING, lane.first_licensed
    while world.status == layout.FINE and index != layout.NOTHING:
        entry = licensed_at(world, index)
        following = entry.next
        if entry.slot == slot:
            if before == layout.NOTHING:
                lane.first_licensed = following
            else:
                licensed_at(world, before).next = following
            entry.next = world.free_licensed
            world.free_licensed = index
        else:
            before = index
        index = following


@compiled
def send(
    world: Record, i: int, slot: int, quantity: int, left: int, by_air: bool, phase: int
) -> None:
    """Put goods on their way now, out of an event of the given phase."""
    lane = lane_at(world, i)
    arrival = world.now + travel_time(world, lane, lane.air_law if by_air else lane.law, slot)
    write(world, phases.DISPATCHED, i, slot, quantity, left, arrival)
    end_licensed(world, lane, slot)
    lane.moving += quantity
    lane.sent += quantity
    if arrival == world.now:
        arrive(world, i, slot, quantity, phase)
    else:
        depart(world, i, slot, quantity, arrival)


@compiled
def choose_mode(world: Record, i: int, slot: int, quantity: int) -> None:
    """Send what leaves in a slot by air if its customer's cover is short; once and for all."""
    lane = lane_at(world, i)
    stock = input_at(world, lane.input)
    site = site_at(world, stock.site)
    in_stock = stock_now(world, site, stock)
    if lane.air_below == ALWAYS or in_stock * DAY_S < lane.air_below * stock.planned:
        lane.air_slot = slot
        write(world, phases.EXPEDITED, i, slot, quantity, -1, -1)


@compiled
def return_goods(world: Record, i: int, quantity: int) -> None:
    """Return goods of a refused application to the exporter's finished stock."""
    lane = lane_at(world, i)
    lane.waiting -= quantity
    give_back(world, lane.supplier, quantity)


@compiled
def cancel(world: Record, i: int, slot: int, quantity: int) -> None:
    """Let the buyer know that an order is lost."""
    lane = lane_at(world, i)
    input_at(world, lane.input).on_order -= quantity
    lane.lost += quantity
    write(world, phases.CANCELLED, i, slot, quantity, -1, -1)
    end_licensed(world, lane, slot)
    watch_after_loss(world, site_at(world, lane.customer))
