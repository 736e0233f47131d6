"""The trace rearranged by thing: the goods of every lane, the files, the stops of every site.

In:  `Trace`.
Out: `Story`: for each lane its goods in order of slot, for each site its stops in order of time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.engine.initial import slots_of
from sim.engine.trace import NONE, Kind, Outcome, Trace, part_of, stage_and_attempt
from sim.model.tables import ModelTables
from sim.outcomes.plan import InForce, Plan, in_force, output_plans

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
    by_air : bool
        Sent by air because cover was short.
    """

    slot: int
    quantity: int
    left_stock_s: int
    dispatched_s: int | None = None
    arrival_s: int | None = None
    cancelled_s: int | None = None
    opening: bool = False
    by_air: bool = False


@dataclass(slots=True)
class FileRecord:
    """One application at one desk.

    Parameters
    ----------
    source, slot, stage, attempt, quantity : int
        File source (lane, or L + stream), slot or number, stage of the lane, 0 for the first filing
        there, amount [g or pieces].
    desk : int
        Desk D.
    filed_s : int
    decided_s, expired_s : int or None
        Decision or withdrawal; end of a licence that nothing had left under. None until then.
    outcome : str
        granted, refused, refused_for_good, returned, withdrawn or pending.
    """

    source: int
    slot: int
    stage: int
    attempt: int
    quantity: int
    desk: int
    filed_s: int
    decided_s: int | None = None
    expired_s: int | None = None
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
    trace : Trace
    goods : list of dict of slot to Goods, shape (L,)
    files : list of FileRecord
        In order of filing.
    files_of : dict of (source, slot) to list of FileRecord
        The applications for the same goods, in order of filing.
    stops : list of list of Stop, shape (S,)
    lanes_into : list of list of int, shape (N,)
        The lanes that bring an input.
    """

    trace: Trace
    goods: list[dict[int, Goods]]
    files: list[FileRecord] = field(default_factory=list)
    files_of: dict[tuple[int, int], list[FileRecord]] = field(default_factory=dict)
    stops: list[list[Stop]] = field(default_factory=list)
    lanes_into: list[list[int]] = field(default_factory=list)

    @property
    def tables(self) -> ModelTables:
        """What was run."""
        return self.trace.tables

    @cached_property
    def regimes(self) -> InForce:
        """What was in force when."""
        return in_force(self.trace)

    @cached_property
    def plans(self) -> list[Plan]:
        """Planned output of every site, shape (S,)."""
        return output_plans(self.regimes)

    def halts(self, site: int) -> list[Stop]:
        """Return the stops of a site that are long enough to count as halts."""
        least = int(self.tables.sites.min_halt_s[site])
        return [stop for stop in self.stops[site] if stop.end_s - stop.begin_s >= least]

    @cached_property
    def arrivals(self) -> list[list[tuple[int, int]]]:
        """What came: (second, stock after) of every arrival, by input, shape (N,)."""
        input_of = self.tables.lanes.input.tolist()
        found: list[list[tuple[int, int]]] = [[] for _ in self.tables.inputs.name]
        for second, _, lane, _, _, level, _ in self.trace.by_kind[Kind.ARRIVED]:
            found[input_of[lane]].append((second, level))
        return found

    @cached_property
    def demanded(self) -> dict[int, list[tuple[int, int, int]]]:
        """Demands of sites whose demand comes in units: (second, met at once, not met), by site."""
        found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        owed: dict[int, int] = {}
        for second, _, site, number, met, level, _ in self.trace.by_kind[Kind.DEMANDED]:
            lost = self.tables.sites.unmet[site] == "lost"
            if number != NONE:
                found[site].append((second, met, level if lost else level - owed.get(site, 0)))
            owed[site] = 0 if lost else level
        return found


_OUTCOMES: dict[int, str] = {
    Outcome.GRANTED: "granted",
    Outcome.REFUSED: "refused",
    Outcome.REFUSED_FOR_GOOD: "refused_for_good",
    Outcome.RETURNED: "returned",
}


def tell(trace: Trace) -> Story:
    """Rearrange a trace by lane, file and site."""
    tables = trace.tables
    story = Story(trace, [{} for _ in tables.lanes.name])
    story.lanes_into = [[] for _ in tables.inputs.name]
    for lane, n in enumerate(tables.lanes.input.tolist()):
        story.lanes_into[n].append(lane)
    _tell_goods(trace, story)
    _tell_stops(trace, story)
    return story


def _tell_goods(trace: Trace, story: Story) -> None:
    """Follow files and goods."""
    tables = trace.tables
    for _, _, lane, slot, quantity, _, arrival in trace.by_kind[Kind.UNDER_WAY]:
        left = _left_at(tables, lane, slot)
        story.goods[lane][slot] = Goods(slot, quantity, left, left, arrival, opening=True)
    for second, _, lane, slot, quantity, *_ in trace.by_kind[Kind.SET_ASIDE]:
        story.goods[lane][slot] = Goods(slot, quantity, second)
    _tell_files(trace, story)
    for second, _, lane, slot, quantity, _, arrival in trace.by_kind[Kind.DISPATCHED]:
        goods = story.goods[lane].setdefault(slot, Goods(slot, quantity, second))
        goods.dispatched_s, goods.arrival_s = second, arrival
    for second, _, lane, slot, *_ in trace.by_kind[Kind.CANCELLED]:
        if slot in story.goods[lane]:
            story.goods[lane][slot].cancelled_s = second
    for _, _, lane, slot, *_ in trace.by_kind[Kind.EXPEDITED]:
        if slot in story.goods[lane]:
            story.goods[lane][slot].by_air = True
    _forget_lapsed(trace, story)


def _tell_files(trace: Trace, story: Story) -> None:
    """Follow applications from filing to decision; goods that are filed for wait from the first."""
    tables = trace.tables
    n_lanes = len(tables.lanes.name)
    stages = [*tables.lanes.stages, *((desk,) for desk in tables.applicants.desk.tolist())]
    early = _early_lanes(tables)
    interval_s: list[int] = tables.lanes.interval_s.tolist()
    files: dict[tuple[int, int, int], FileRecord] = {}
    for second, _, source, slot, quantity, part, _ in trace.by_kind[Kind.FILED]:
        stage, attempt = stage_and_attempt(part)
        file = FileRecord(source, slot, stage, attempt, quantity, stages[source][stage], second)
        story.files.append(file)
        story.files_of.setdefault((source, slot), []).append(file)
        files[source, slot, part] = file
        ahead = source in early and second < slot * interval_s[source]
        if source < n_lanes and not ahead and slot not in story.goods[source]:
            story.goods[source][slot] = Goods(slot, quantity, second)
    for second, _, source, slot, _, outcome, part in trace.by_kind[Kind.DECIDED]:
        file = files[source, slot, part]
        file.decided_s, file.outcome = second, _OUTCOMES[outcome]
    for second, _, source, slot, _, _, part in trace.by_kind[Kind.WITHDRAWN]:
        file = files[source, slot, part]
        if file.decided_s is None:
            file.decided_s, file.outcome = second, "withdrawn"
    for second, _, source, slot, _, _, part in trace.by_kind[Kind.EXPIRED]:
        files[source, slot, part].expired_s = second


def _early_lanes(tables: ModelTables) -> frozenset[int]:
    """Return the lanes on which applications are filed ahead of their goods."""
    ahead_s = tables.regimes.file_early_s
    return frozenset(np.flatnonzero(ahead_s.any(axis=0)).tolist())


def _forget_lapsed(trace: Trace, story: Story) -> None:
    """Leave out goods of applications filed ahead that lapsed because there was nothing to send.

    Their last application is withdrawn, and they never leave.
    """
    for _, _, lane, slot, _, _, part in trace.by_kind[Kind.WITHDRAWN]:
        goods, last = story.goods[lane].get(slot), story.files_of[lane, slot][-1]
        stays = goods is not None and goods.dispatched_s is None
        if stays and part_of(last.stage, last.attempt) == part:
            del story.goods[lane][slot]


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
