"""Every random quantity of one run, by what it is for and which one it is.

Draws are taken a block at a time because that is faster; since each is an address, the block they
come in changes nothing. Laws that are fixed, and probabilities of 0 or 1, draw nothing.

In:  `ModelTables`, seed and replication.
Out: seconds and units of work, asked for by lane and slot, by file, by stream and number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.arrivals import Rates
from sim.engine.rules import WORK
from sim.model.delays import duration_quantile, is_fixed, work_quantile
from sim.model.streams import Stream, Streams, check_collisions
from sim.model.tables import ON_ORDER, ModelTables
from sim.scenario.laws import Law

__all__ = ["Draws"]

_BLOCK = 128

IntArray = NDArray[np.int64]


class Draws:
    """The draws of one run.

    Parameters
    ----------
    tables : ModelTables
    replication : int
    """

    def __init__(self, tables: ModelTables, replication: int) -> None:
        self.tables = tables
        self.streams = Streams(tables.seed, replication)
        check_collisions([*tables.lanes.name, *tables.applicants.name])
        for names in (tables.sites.name, tables.inputs.name, tables.desks.name):
            check_collisions(names)
        sources = [*tables.lanes.name, *tables.applicants.name]
        self._desks = [*tables.lanes.stages, *((d,) for d in tables.applicants.desk.tolist())]
        self._file_names = [
            [f"{name} / {tables.desks.name[d]}" for d in desks]
            for name, desks in zip(sources, self._desks, strict=True)
        ]
        check_collisions([name for names in self._file_names for name in names])
        self._transit: dict[tuple[int, int], list[int]] = {}
        self._work: dict[tuple[int, int, int, int], list[int]] = {}
        self._uniform: dict[tuple[Stream, int, int, int, int], list[float]] = {}
        n_lanes = len(tables.lanes.name)
        self._single = [
            source < n_lanes and tables.lanes.interval_s[source] == ON_ORDER
            for source in range(len(sources))
        ]

    def transit_s(self, lane: int, slot: int) -> int:
        """Return the transit of the goods that a lane sends in a slot [s]."""
        law = self.tables.lanes.transit[lane]
        if is_fixed(law):
            return law.value or 0
        if self._single[lane]:
            u = self.streams.many(Stream.TRANSIT, self.tables.lanes.name[lane], [slot])
            return int(duration_quantile(law, u)[0])
        block = slot // _BLOCK
        if (lane, block) not in self._transit:
            self._draw_transits(block)
        return self._transit[lane, block][slot % _BLOCK]

    def air_transit_s(self, lane: int, slot: int) -> int:
        """Return the transit of the same goods by air [s]: the same luck, the other law."""
        lanes = self.tables.lanes
        law = lanes.air_transit[lane] or lanes.transit[lane]
        if is_fixed(law):
            return law.value or 0
        u = self.streams.many(Stream.TRANSIT, lanes.name[lane], [slot])
        return int(duration_quantile(law, u)[0])

    def _draw_transits(self, block: int) -> None:
        """Draw a block of slots for every lane with a random transit, law by law."""
        lanes = self.tables.lanes
        by_law: dict[Law, list[int]] = {}
        for lane, law in enumerate(lanes.transit):
            if not is_fixed(law) and not self._single[lane]:
                by_law.setdefault(law, []).append(lane)
        index = np.arange(block * _BLOCK, (block + 1) * _BLOCK)
        for law, members in by_law.items():
            u = self.streams.grid(Stream.TRANSIT, [lanes.name[lane] for lane in members], index)
            for lane, transits in zip(members, duration_quantile(law, u).tolist(), strict=True):
                self._transit[lane, block] = transits

    def work(self, source: int, stage: int, slot: int, attempt: int) -> int:
        """Return the work that a file needs [units; `rules.WORK` is a mean file]."""
        law = self.tables.desks.work[self._desks[source][stage]]
        if is_fixed(law):
            return WORK
        if self._single[source]:
            u = np.array([self.outcome(Stream.WORK, source, stage, slot, attempt)])
            return int(work_quantile(law, u, WORK)[0])
        block = self._work.get((source, stage, slot // _BLOCK, attempt))
        if block is None:
            u = self._uniforms(Stream.WORK, source, stage, slot // _BLOCK, attempt)
            block = work_quantile(law, u, WORK).tolist()
            self._work[source, stage, slot // _BLOCK, attempt] = block
        return block[slot % _BLOCK]

    def outcome(self, stream: Stream, source: int, stage: int, slot: int, attempt: int) -> float:
        """Return the uniform that a share of a file's outcome is compared with."""
        if self._single[source] or attempt:
            name = self._file_names[source][stage]
            return self.streams.one(stream, name, slot, part=attempt)
        place = (stream, source, stage, slot // _BLOCK, attempt)
        block = self._uniform.get(place)
        if block is None:
            block = self._uniforms(stream, source, stage, slot // _BLOCK, attempt).tolist()
            self._uniform[place] = block
        return block[slot % _BLOCK]

    def answer_s(self, source: int, stage: int, slot: int, attempt: int) -> int:
        """Return the time that the answer to a returned or queried file takes [s]."""
        law = self.tables.desks.answer_time[self._desks[source][stage]]
        if is_fixed(law):
            return law.value or 0
        u = np.array([self.outcome(Stream.ANSWER, source, stage, slot, attempt)])
        return int(duration_quantile(law, u)[0])

    def _uniforms(
        self, stream: Stream, source: int, stage: int, block: int, attempt: int
    ) -> NDArray[np.float64]:
        index = np.arange(block * _BLOCK, (block + 1) * _BLOCK)
        return self.streams.many(stream, self._file_names[source][stage], index, part=attempt)

    def applicant_arrivals(self, stream: int) -> list[int]:
        """Return the filing seconds of a stream of other applicants, within the horizon."""
        table = self.tables.applicants
        rates = Rates(table.rate[stream], self.tables.horizon_s)
        if table.arrivals[stream] == "even":
            return rates.even()
        return rates.poisson(self.streams, Stream.APPLICANT_ARRIVAL, table.name[stream])

    def demand_arrivals(self, site: int) -> list[int]:
        """Return the seconds of a site's Poisson demands, within the horizon."""
        regimes = self.tables.regimes
        plan = regimes.plan_per_day[:, site].tolist()
        steps = tuple(zip(regimes.t_s.tolist(), map(float, plan), strict=True))
        rates = Rates(steps, self.tables.horizon_s)
        return rates.poisson(self.streams, Stream.DEMAND, self.tables.sites.name[site])

    def closed_spans(self, desk: int) -> list[tuple[int, int]]:
        """Return the random closed periods of a desk within the horizon, seconds [from, to)."""
        laws = self.tables.desks.open_closed[desk]
        if laws is None:
            return []
        open_law, closed_law = laws
        name = self.tables.desks.name[desk]
        spans: list[tuple[int, int]] = []
        now, first = 0, 0
        while now < self.tables.horizon_s:
            index = np.arange(first, first + _BLOCK)
            open_u = self.streams.many(Stream.OPEN_PERIOD, name, index)
            closed_u = self.streams.many(Stream.CLOSED_PERIOD, name, index)
            opened = duration_quantile(open_law, open_u).tolist()
            closed = duration_quantile(closed_law, closed_u).tolist()
            for open_s, closed_s in zip(opened, closed, strict=True):
                spans.append((now + open_s, now + open_s + closed_s))
                now += open_s + closed_s
            first += _BLOCK
        return [(begins, ends) for begins, ends in spans if begins < self.tables.horizon_s]
