"""Planned output as a function of time: what was to be made, and when an amount would be used.

Planned output is constant within a regime; its integral is piecewise linear.
"""

from __future__ import annotations

from bisect import bisect_right

from sim.model.tables import ModelTables
from sim.units import DAY_S

__all__ = ["Plan"]


class Plan:
    """Planned output of one site over the horizon and, at its last rate, beyond.

    Parameters
    ----------
    tables : ModelTables
    site : int
        Site S.
    """

    def __init__(self, tables: ModelTables, site: int) -> None:
        self.usual_per_day = int(tables.sites.output_per_day[site])
        self.begins_s: list[int] = []
        self.per_day: list[int] = []
        plan = tables.regimes.plan_per_day[:, site].tolist()
        for begin_s, per_day in zip(tables.regimes.t_s.tolist(), plan, strict=True):
            if not self.per_day or per_day != self.per_day[-1]:
                self.begins_s.append(begin_s)
                self.per_day.append(per_day)
        self.made: list[float] = [0.0]
        for i in range(1, len(self.begins_s)):
            length_s = self.begins_s[i] - self.begins_s[i - 1]
            self.made.append(self.made[-1] + self.per_day[i - 1] * length_s / DAY_S)

    def units(self, second: float) -> float:
        """Return the output planned in [0, second)."""
        i = bisect_right(self.begins_s, second) - 1
        return self.made[i] + self.per_day[i] * (second - self.begins_s[i]) / DAY_S

    def between(self, begin_s: float, end_s: float) -> float:
        """Return the output planned in [begin_s, end_s)."""
        return self.units(end_s) - self.units(begin_s)

    def seconds_for(self, second: float, units: float) -> float:
        """Return how long after `second` planned output has taken `units`; infinite if never."""
        if len(self.per_day) == 1 and self.per_day[0] > 0:
            return units * DAY_S / self.per_day[0]
        target = self.units(second) + units
        i = bisect_right(self.begins_s, second) - 1
        while i + 1 < len(self.begins_s) and self.made[i + 1] < target:
            i += 1
        if self.per_day[i] == 0:
            return float("inf") if self.made[i] < target else max(0.0, self.begins_s[i] - second)
        return self.begins_s[i] + (target - self.made[i]) * DAY_S / self.per_day[i] - second
