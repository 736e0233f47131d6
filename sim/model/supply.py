"""The supply side of a regime: plans, lanes, levels and measures, as columns of `RegimeTable`.

An order-up-to level follows what is planned, in days: it rises ahead of a planned start, a step of
a ramp or a redesign by the time that it stands for, as soon as it is known, so that the goods are
there in time; it falls with the plan, so that nothing runs out early (decision 0013).

In:  `Scenario`, `SiteTable`, `InputTable`, `LaneTable`, `Dates`.
Out: columns (T, S), (T, N) and (T, L); the seconds at which they change without a dated record.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.model.dates import Dates
from sim.model.lanes import lane_seconds, lane_shares, lanes_open
from sim.model.measures import Columns, measure_columns
from sim.model.ordering import Buying
from sim.model.plan import output_share, planned_output, ramp_seconds
from sim.model.regimes import MILLION, FloatArray, IntArray
from sim.model.substitution import Substitution
from sim.model.tables import InputTable, LaneTable, SiteTable
from sim.scenario.schema import Scenario

__all__ = ["SupplySide"]


class SupplySide:
    """What sites and lanes do in each regime, under any set of active triggers.

    Parameters
    ----------
    scenario : Scenario
        With its stockpiles expanded.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.buying = Buying(scenario)
        self.substitution = Substitution(scenario)

    def seconds(self) -> Iterator[int]:
        """Yield every second at which a column changes and no record begins or ends."""
        start = self.scenario.start
        yield from lane_seconds(self.scenario)
        for name, site in self.scenario.sites.items():
            changes = list(ramp_seconds(start, site))
            yield from changes
            for item in site.bill if changes else ():
                ahead_s = self.buying.level_time(name, item)
                yield from (second - ahead_s for second in changes)
        for move in self.substitution.moves:
            for item in (move.item, move.by):
                ahead_s = self.buying.level_time(move.site, item)
                for second in (move.begins_s, move.ends_s):
                    if second is not None:
                        yield from (second, second - ahead_s)
        yield from (move.begins_s for move in self.substitution.emergencies)

    def columns(
        self, sites: SiteTable, inputs: InputTable, lanes: LaneTable, dates: Dates
    ) -> Columns:
        """Return the columns of `RegimeTable` that say what sites and lanes do."""
        scenario = self.scenario
        is_open = lanes_open(scenario, lanes.name, dates)
        return {
            "lane_open": is_open,
            "lane_share": lane_shares(scenario, lanes.name, lanes.input, is_open),
            "plan_per_day": planned_output(scenario, sites.name, dates),
            "use_share": self.substitution.use_share(sites.name, inputs, dates),
            "substitute": self.substitution.substitutes(inputs, dates),
            "level_share": self._level_share(sites.name, inputs, dates),
            **measure_columns(scenario, sites.name, inputs, lanes.name, dates),
        }

    def _level_share(self, sites: tuple[str, ...], inputs: InputTable, dates: Dates) -> IntArray:
        """Use that an order-up-to level is for (T, N), in millionths of full planned use."""
        share = np.full((len(dates.seconds), len(inputs.name)), MILLION, dtype=np.int64)
        for n, (s, item) in enumerate(zip(inputs.site.tolist(), inputs.item, strict=True)):
            name, site = sites[s], self.scenario.sites[sites[s]]
            spare = site.bill[item].spare
            if site.starts is None and not spare and (name, item) not in self.substitution.moved:
                continue
            ahead_s = self.buying.level_time(name, item)
            now, later = (self._use(name, item, dates, seen_s) for seen_s in (0, ahead_s))
            share[:, n] = np.rint(np.maximum(now, later) * MILLION)
        return share

    def _use(self, name: str, item: str, dates: Dates, ahead_s: int) -> FloatArray:
        """Use of an input as a factor on full planned use (T,): now, or so much later."""
        later = [second + ahead_s for second in dates.seconds]
        made = output_share(self.scenario.start, self.scenario.sites[name], later)
        return np.asarray(made * self.substitution.use_of(name, item, dates, ahead_s))
