"""Goods on their way: they leave, travel for a drawn time, and arrive."""

from __future__ import annotations

from sim.engine.draws import Draws
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site
from sim.engine.reference.stocks import InputStock
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ModelTables

__all__ = ["SLOT_BITS", "Transit"]

SLOT_BITS = 0xFFFFFFFF
"""Slots before the start are negative; as an ordinal they are taken modulo 2^32."""


class Transit:
    """Everything in transit, by lane.

    Parameters
    ----------
    clock, tables, rows, draws : Clock, ModelTables, TraceRows, Draws
    customer : list of Site, shape (L,)
    stock : list of InputStock, shape (L,)
        The customer's input that the lane feeds.

    Attributes
    ----------
    moving, sent, received : list of int, shape (L,)
        Under way now; sent and received since the start.
    by_air : set of (lane, slot)
        What goes by air.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        customer: list[Site],
        stock: list[InputStock],
    ) -> None:
        self.clock = clock
        self.rows = rows
        self.draws = draws
        self.horizon_s = tables.horizon_s
        self.customer = customer
        self.stock = stock
        self.moving = [0] * len(customer)
        self.sent = [0] * len(customer)
        self.received = [0] * len(customer)
        self.by_air: set[tuple[int, int]] = set()
        self._to_come: dict[int, list[tuple[int, int]]] = _lanes_that_count_as_cover(tables)

    def under_way(self, lane: int, slot: int, quantity: int, arrival: int) -> None:
        """Put goods on their way that left before the start."""
        self.stock[lane].on_order += quantity
        self.moving[lane] += quantity
        self.rows.add(0, Kind.UNDER_WAY, lane, slot, quantity, until=arrival)
        self._arrive_at(lane, slot, quantity, arrival)

    def send(self, lane: int, slot: int, quantity: int, left: int, phase: Phase) -> None:
        """Put goods on their way now; `left` is what the supplier keeps in finished stock.

        A lane without transit delivers at once, inside the event that sends (of phase `phase`).
        """
        second = self.clock.second
        if self.by_air and (lane, slot) in self.by_air:
            arrival = second + self.draws.air_transit_s(lane, slot)
        else:
            arrival = second + self.draws.transit_s(lane, slot)
        self.rows.add(second, Kind.DISPATCHED, lane, slot, quantity, left, arrival)
        self.moving[lane] += quantity
        self.sent[lane] += quantity
        if arrival == second:
            self._arrive(lane, slot, quantity, phase)
        else:
            self._arrive_at(lane, slot, quantity, arrival)

    def to_come(self, lane: int) -> list[tuple[int, int]]:
        """Return (arrival, quantity) of what is moving on a lane beside fallbacks by cover."""
        now = self.clock.second
        self._to_come[lane] = [one for one in self._to_come[lane] if one[0] > now]
        return self._to_come[lane]

    def _arrive_at(self, lane: int, slot: int, quantity: int, arrival: int) -> None:
        if lane in self._to_come:
            self._to_come[lane].append((arrival, quantity))
        if arrival < self.horizon_s:
            place = key(Phase.ARRIVAL, lane, slot & SLOT_BITS)
            self.clock.call(
                arrival, place, lambda _: self._arrive(lane, slot, quantity, Phase.ARRIVAL)
            )

    def _arrive(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        self.moving[lane] -= quantity
        self.received[lane] += quantity
        level = self.customer[lane].receive(self.stock[lane], quantity, phase)
        self.rows.add(self.clock.second, Kind.ARRIVED, lane, slot, quantity, level)


def _lanes_that_count_as_cover(tables: ModelTables) -> dict[int, list[tuple[int, int]]]:
    """Return an empty list for each lane beside one that is ordered on when cover is short."""
    lanes = tables.lanes
    inputs = lanes.input.tolist()
    short = {inputs[lane] for lane, kind in enumerate(lanes.fallback) if kind == "below_cover"}
    return {lane: [] for lane, n in enumerate(inputs) if n in short and not lanes.fallback[lane]}
