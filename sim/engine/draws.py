"""Every random quantity of one run, by what it is for and which one it is.

Draws are taken a block at a time because that is faster; since each is an address, the block they
come in changes nothing. Laws that are fixed, and probabilities of 0 or 1, draw nothing.

In:  `ModelTables`, seed and replication.
Out: seconds and units of work, asked for by lane and slot, file and attempt, stream and number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.rules import WORK
from sim.engine.streams import Stream, Streams, check_collisions
from sim.model.delays import duration_quantile, is_fixed, work_quantile
from sim.model.elementary import log
from sim.model.tables import ON_ORDER, ModelTables
from sim.scenario.laws import Law
from sim.units import DAY_S

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
        self._source_names = [*tables.lanes.name, *tables.applicants.name]
        self._transit: dict[tuple[int, int], list[int]] = {}
        self._work: dict[tuple[int, int, int], list[int]] = {}
        self._uniform: dict[tuple[Stream, int, int, int], list[float]] = {}
        n_lanes = len(tables.lanes.name)
        desks = [*tables.lanes.desk.tolist(), *tables.applicants.desk.tolist()]
        self._work_law = [tables.desks.work[d] if d >= 0 else None for d in desks]
        self._single = [
            source < n_lanes and tables.lanes.interval_s[source] == ON_ORDER
            for source in range(len(desks))
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

    def work(self, source: int, slot: int, attempt: int) -> int:
        """Return the work that a file needs [units; `rules.WORK` is a mean file]."""
        law = self._work_law[source]
        if law is None or is_fixed(law):
            return WORK
        if self._single[source]:
            u = np.array([self.outcome(Stream.WORK, source, slot, attempt)])
            return int(work_quantile(law, u, WORK)[0])
        block = self._work.get((source, slot // _BLOCK, attempt))
        if block is None:
            u = self._uniforms(Stream.WORK, source, slot // _BLOCK, attempt)
            block = work_quantile(law, u, WORK).tolist()
            self._work[source, slot // _BLOCK, attempt] = block
        return block[slot % _BLOCK]

    def outcome(self, stream: Stream, source: int, slot: int, attempt: int) -> float:
        """Return the uniform that a share of a file's outcome is compared with."""
        if self._single[source] or attempt:
            name = self._source_names[source]
            return self.streams.one(stream, name, slot, part=attempt)
        place = (stream, source, slot // _BLOCK, attempt)
        block = self._uniform.get(place)
        if block is None:
            block = self._uniforms(stream, source, slot // _BLOCK, attempt).tolist()
            self._uniform[place] = block
        return block[slot % _BLOCK]

    def _uniforms(
        self, stream: Stream, source: int, block: int, attempt: int
    ) -> NDArray[np.float64]:
        index = np.arange(block * _BLOCK, (block + 1) * _BLOCK)
        return self.streams.many(stream, self._source_names[source], index, part=attempt)

    def applicant_arrivals(self, stream: int) -> list[int]:
        """Return the filing seconds of a stream of other applicants, within the horizon."""
        table = self.tables.applicants
        return self._arrivals(
            table.rate[stream],
            Stream.APPLICANT_ARRIVAL,
            table.name[stream],
            even=table.arrivals[stream] == "even",
        )

    def demand_arrivals(self, site: int) -> list[int]:
        """Return the seconds of a site's Poisson demands, within the horizon."""
        regimes = self.tables.regimes
        plan = regimes.plan_per_day[:, site].tolist()
        steps = tuple(zip(regimes.t_s.tolist(), map(float, plan), strict=True))
        return self._arrivals(steps, Stream.DEMAND, self.tables.sites.name[site], even=False)

    def _arrivals(
        self, steps: tuple[tuple[int, float], ...], stream: Stream, name: str, *, even: bool
    ) -> list[int]:
        """Invert the integrated rate at 0, 1, 2, ... or at the epochs of a unit-rate stream."""
        knots = np.array([*(second for second, _ in steps), self.tables.horizon_s], dtype=float)
        rates = np.array([per_day for _, per_day in steps]) / DAY_S
        integrated = np.concatenate([[0.0], np.cumsum(rates * np.diff(knots))])
        total = float(integrated[-1])
        if total <= 0:
            return []
        epochs = np.arange(int(total) + 1, dtype=float) if even else self._epochs(
            stream, name, total)  # fmt: skip
        epochs = epochs[epochs < total]
        piece = np.minimum(np.searchsorted(integrated, epochs, side="right") - 1, len(rates) - 1)
        seconds = knots[piece] + (epochs - integrated[piece]) / rates[piece]
        whole = np.rint(seconds) if even else np.floor(seconds)
        return [int(second) for second in whole if second < self.tables.horizon_s]

    def _epochs(self, stream: Stream, name: str, total: float) -> NDArray[np.float64]:
        """Return the epochs of a Poisson stream of rate 1, up to a little beyond `total`."""
        parts: list[NDArray[np.float64]] = []
        reached, first = 0.0, 0
        while reached <= total:
            n = max(64, int((total - reached) * 1.1) + 16)
            gaps = -log(self.streams.many(stream, name, np.arange(first, first + n)))
            parts.append(reached + np.cumsum(gaps))
            reached, first = float(parts[-1][-1]), first + n
        return np.concatenate(parts)

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
