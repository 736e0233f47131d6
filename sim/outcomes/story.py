"""The trace rearranged by thing: the goods of every lane, the stops of every site.

In:  `Trace`.
Out: `Story`: for each lane its goods in order of slot, for each site its stops in order of time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sim.engine.initial import slots_of
from sim.engine.trace import Kind, Outcome, Trace
from sim.model.tables import ModelTables

__all__ = ["FileRecord", "Goods", "Stop", "Story", "tell"]


@dataclass(slots=True)
class Goods:
    """What one lane sent in one slot.

    Parameters
    ----------
    slot, quantity : int
        Dispatch slot (negative: before the start), amount [g or pieces].
    left_stock_s : int
        Second at which the goods left the supplier's finished stock.
    dispatched_s, arrival_s, cancelled_s : int or None
        Seconds; None where it has not happened by the horizon.
    opening : bool
        Under way at the start.
    """

    slot: int
    quantity: int
    left_stock_s: int
    dispatched_s: int | None = None
    arrival_s: int | None = None
    cancelled_s: int | None = None
    opening: bool = False


@dataclass(slots=True)
class FileRecord:
    """One application.

    Parameters
    ----------
    source, slot, attempt, quantity : int
        File source (lane, or L + stream), slot or number, 0 for the first filing, amount [g].
    filed_s : int
    decided_s : int or None
        Decision or withdrawal; None while pending.
    outcome : str
        granted, refused, refused_for_good, withdrawn or pending.
    """

    source: int
    slot: int
    attempt: int
    quantity: int
    filed_s: int
    decided_s: int | None = None
    outcome: str = "pending"


@dataclass(slots=True)
class Stop:
    """A time without output for lack of an input.

    Parameters
    ----------
    site : int
    begin_s, end_s : int
        From, and restart (or the horizon).
    open_at_horizon : bool
    blocking : list of int
        Inputs N that had run out.
    """

    site: int
    begin_s: int
    end_s: int
    open_at_horizon: bool
    blocking: list[int]


@dataclass
class Story:
    """A trace by thing.

    Parameters
    ----------
    tables : ModelTables
    goods : list of dict of slot to Goods, shape (L,)
    ordered : list of list of (second, quantity), shape (L,)
    files : list of FileRecord
        In order of filing.
    files_of : dict of (source, slot) to list of FileRecord
        The applications for the same goods, in order of filing.
    stops : list of list of Stop, shape (S,)
    lanes_into : list of list of int, shape (N,)
        The lanes that bring an input.
    """

    tables: ModelTables
    goods: list[dict[int, Goods]]
    ordered: list[list[tuple[int, int]]]
    files: list[FileRecord] = field(default_factory=list)
    files_of: dict[tuple[int, int], list[FileRecord]] = field(default_factory=dict)
    stops: list[list[Stop]] = field(default_factory=list)
    lanes_into: list[list[int]] = field(default_factory=list)

    def halts(self, site: int) -> list[Stop]:
        """Return the stops of a site that are long enough to count as halts."""
        least = int(self.tables.sites.min_halt_s[site])
        return [stop for stop in self.stops[site] if stop.end_s - stop.begin_s >= least]


_OUTCOMES: dict[int, str] = {
    Outcome.GRANTED: "granted",
    Outcome.REFUSED: "refused",
    Outcome.REFUSED_FOR_GOOD: "refused_for_good",
}


def tell(trace: Trace) -> Story:
    """Rearrange a trace by lane, file and site."""
    tables = trace.tables
    n_lanes = len(tables.lanes.name)
    story = Story(tables, [{} for _ in range(n_lanes)], [[] for _ in range(n_lanes)])
    story.lanes_into = [[] for _ in tables.inputs.name]
    for lane, n in enumerate(tables.lanes.input.tolist()):
        story.lanes_into[n].append(lane)
    _tell_goods(trace, story)
    _tell_stops(trace, story)
    return story


def _tell_goods(trace: Trace, story: Story) -> None:
    """Follow orders, files and goods."""
    tables = trace.tables
    for _, _, lane, slot, quantity, _, arrival in trace.by_kind[Kind.UNDER_WAY]:
        left = _left_at(tables, lane, slot)
        story.goods[lane][slot] = Goods(slot, quantity, left, left, arrival, opening=True)
    _tell_files(trace, story)
    for second, _, lane, slot, quantity, _, arrival in trace.by_kind[Kind.DISPATCHED]:
        goods = story.goods[lane].setdefault(slot, Goods(slot, quantity, second))
        goods.dispatched_s, goods.arrival_s = second, arrival
    for second, _, lane, slot, *_ in trace.by_kind[Kind.CANCELLED]:
        story.goods[lane][slot].cancelled_s = second
    for second, _, lane, _, quantity, *_ in trace.by_kind[Kind.ORDERED]:
        story.ordered[lane].append((second, quantity))


def _tell_files(trace: Trace, story: Story) -> None:
    """Follow applications from filing to decision or withdrawal; the goods wait from the first."""
    n_lanes = len(trace.tables.lanes.name)
    files: dict[tuple[int, int, int], FileRecord] = {}
    for second, _, source, slot, quantity, attempt, _ in trace.by_kind[Kind.FILED]:
        file = FileRecord(source, slot, attempt, quantity, second)
        story.files.append(file)
        story.files_of.setdefault((source, slot), []).append(file)
        files[source, slot, attempt] = file
        if source < n_lanes and attempt == 0:
            story.goods[source][slot] = Goods(slot, quantity, second)
    for second, _, source, slot, _, outcome, attempt in trace.by_kind[Kind.DECIDED]:
        file = files[source, slot, attempt]
        file.decided_s, file.outcome = second, _OUTCOMES[outcome]
    for second, _, source, slot, _, _, attempt in trace.by_kind[Kind.WITHDRAWN]:
        file = files[source, slot, attempt]
        if file.decided_s is None:
            file.decided_s, file.outcome = second, "withdrawn"


def _tell_stops(trace: Trace, story: Story) -> None:
    """Follow sites from each halt to its restart."""
    tables = trace.tables
    story.stops = [[] for _ in tables.sites.name]
    site_of_input = tables.inputs.site.tolist()
    blocking: dict[tuple[int, int], list[int]] = defaultdict(list)
    for second, _, n, *_ in trace.by_kind[Kind.STOCKED_OUT]:
        blocking[site_of_input[n], second].append(n)
    for second, _, site, *_ in trace.by_kind[Kind.HALTED]:
        story.stops[site].append(
            Stop(
                site, second, tables.horizon_s, open_at_horizon=True,
                blocking=blocking[site, second],
            )
        )  # fmt: skip
    restarts: dict[int, int] = defaultdict(int)
    for second, _, site, *_ in trace.by_kind[Kind.RESTARTED]:
        stop = story.stops[site][restarts[site]]
        stop.end_s, stop.open_at_horizon = second, False
        restarts[site] += 1


def _left_at(tables: ModelTables, lane: int, slot: int) -> int:
    """Return the second (negative) at which goods under way at the start were dispatched.

    Shipments that the scenario lists have no known dispatch: the start stands for it.
    """
    if tables.lanes.open_shipments[lane] is not None:
        return 0
    return slot * slots_of(tables, lane)
