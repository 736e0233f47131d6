"""When an input is ordered, and the time that its order-up-to level stands for.

In:  `Scenario`.
Out: seconds, for `InputTable` and for what looks ahead.
"""

from __future__ import annotations

from math import ceil

from sim.errors import NetworkError, Problem
from sim.model.delays import mean_duration
from sim.model.lanes import interval_of
from sim.model.regimes import ON_ORDER
from sim.scenario.schema import Lane, Scenario
from sim.units import DAY_S

__all__ = ["Buying", "bill_for"]


def bill_for(scenario: Scenario, name: str) -> int:
    """Return how much output a site's bill is for: a kilogram of what is weighed, else one piece.

    A stockpile makes what it buys one for one.
    """
    weighed = scenario.items[scenario.sites[name].makes].kind in {"magnet", "rare_earth"}
    return 1_000 if weighed and name not in scenario.stockpiles else 1


class Buying:
    """What brings each input, looked up once.

    Parameters
    ----------
    scenario : Scenario
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._usual: dict[tuple[str, str], list[Lane]] = {}
        for lane in scenario.lanes.values():
            if lane.fallback is None:
                into = (lane.customer, scenario.sites[lane.supplier].makes)
                self._usual.setdefault(into, []).append(lane)

    def review_interval(self, name: str, item: str) -> int:
        """Return the seconds between reviews of an input, or ON_ORDER for continuous review.

        As stated, else the shortest dispatch interval of its lanes that are no fallbacks.

        Raises
        ------
        NetworkError
            If nothing says when to order, steady use is to be reviewed continuously, or a use to
            come is to be learned from the past.
        """
        site = self.scenario.sites[name]
        rule = site.bill[item].ordering or site.ordering
        if rule.continuous:
            if site.use.pattern == "steady" and rule.rule != "s_q":
                raise _problem(
                    name, item, f"continuous {rule.rule} ordering with steady use",
                    "need a review interval", "leave out continuous, or use the s_q rule",
                )  # fmt: skip
            return ON_ORDER
        if rule.forecast is not None and (site.starts is not None or site.bill[item].spare):
            raise _problem(
                name, item, "a forecast of a use that is not yet there",
                "need an input that is used from the start", "leave out forecast",
            )  # fmt: skip
        if rule.review_every is not None:
            return rule.review_every
        lanes = self._usual.get((name, item), [])
        intervals = [interval_of(lane) for lane in lanes if interval_of(lane) != ON_ORDER]
        if not intervals:
            raise _problem(
                name, item, "lanes that dispatch on order, and no review interval",
                "need to know when to order", "state ordering.review_every or ordering.continuous",
            )  # fmt: skip
        return min(intervals)

    def level_time(self, name: str, item: str) -> int:
        """Return cover + review interval + slowest lane [s]: how far ahead its orders look."""
        site = self.scenario.sites[name]
        line = site.bill[item]
        cover = line.cover or site.cover
        seconds = self.review_interval(name, item)
        if line.stock is not None:
            use = site.output_per_day * line.per_unit / bill_for(self.scenario, name)
            seconds += ceil(line.stock * DAY_S / use)
        elif cover is not None:
            seconds += ceil(mean_duration(cover))
        lanes = self._usual.get((name, item), [])
        slowest = [interval_of(lane) + ceil(mean_duration(lane.transit)) for lane in lanes]
        return seconds + max(slowest, default=0)


def _problem(name: str, item: str, got: str, need: str, hint: str) -> NetworkError:
    path = f"sites.{name}.bill.{item}"
    return NetworkError([Problem(path=path, got=got, need=need, hint=hint, code="E_ORDERING")])
