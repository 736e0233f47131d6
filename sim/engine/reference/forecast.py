"""Buyers who re-estimate their use: an order-up-to level that follows a moving average.

The level is the mean of what was demanded a day over the last reviews, met or not, times as many
days as the fixed level would be (Chen, Drezner, Ryan and Simchi-Levi, Management Science 46, 2000).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from sim.engine.reference.site import Site
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import scaled
from sim.model.tables import UNSET, ModelTables

__all__ = ["Forecast", "forecasts"]


class Forecast:
    """The moving average of one input's use.

    Parameters
    ----------
    n_reviews : int
        Review intervals that it goes back; before the start, demand was as planned.
    interval_s : int
        Time between two reviews [s].
    planned_per_day : int
        Planned output of the site before any demand factor [units a day].
    use_share : int
        Use of the input at the start, as a factor on the amount in a piece, in millionths.
    """

    def __init__(
        self, n_reviews: int, interval_s: int, planned_per_day: int, use_share: int
    ) -> None:
        usual = planned_per_day * interval_s
        self._intervals = deque([usual] * n_reviews, maxlen=n_reviews)
        self._usual = n_reviews * usual
        self._share = use_share
        self._demanded = 0

    def level(self, site: Site, stock: InputStock) -> int:
        """Return the order-up-to level at a review: the fixed one, for the use seen of late."""
        demanded = site.demanded()
        if site.clock.second:
            self._intervals.append(demanded - self._demanded)
        self._demanded = demanded
        seen = sum(self._intervals) * stock.use_share
        return scaled(stock.order_up_to, seen, self._usual * self._share)


def forecasts(tables: ModelTables, sites: Sequence[Site]) -> dict[int, Forecast]:
    """Return the forecasts of a run by input, for those inputs that have one."""
    inputs = tables.inputs
    return {
        stock.index: Forecast(
            int(inputs.forecast_reviews[stock.index]),
            int(inputs.review_every_s[stock.index]),
            int(tables.sites.output_per_day[site.index]),
            int(tables.regimes.use_share[0, stock.index]),
        )
        for site in sites
        for stock in site.inputs
        if inputs.forecast_reviews[stock.index] != UNSET
    }
