"""What goods are worth in Chinese rare earths, as a share of their value.

Goods of one item can differ by who made them: a motor with Chinese magnets and one without are
the same item from two sites. So the share belongs to the maker.

In:  items, sites and lanes of a `Scenario`.
Out: one exact share for each site, or nothing where it cannot be known.
"""

from __future__ import annotations

from fractions import Fraction

from sim.scenario.schema import Scenario

__all__ = ["exact", "value_shares"]

_CHINA = "CN"
_BILL_OF_G = {"rare_earth": 1000, "magnet": 1000}
"""What a bill is for: a kilogram of what is weighed, else one piece."""


def exact(number: float) -> Fraction:
    """Return a number as it was written, without the error of its binary form.

    Examples
    --------
    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    return Fraction(repr(number))


def value_shares(scenario: Scenario) -> dict[str, Fraction | None]:
    """Return the share of Chinese rare earths in the value of what each site makes.

    What an item states holds for every maker of it. Else the share is worked out from the
    inputs: their value in one piece times their share, over the value of the piece; an input
    that several lanes bring is mixed by their shares, fallbacks left out. Rare earths without
    inputs are Chinese if they are made in China. Nothing is said where a value or a share is
    missing.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict of str to Fraction or None
        By name of the site.
    """
    contents = _Contents(scenario)
    return {name: contents.of(name) for name in scenario.sites}


class _Contents:
    """Shares by site, each worked out once."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._known: dict[str, Fraction | None] = {}
        self._brought: dict[tuple[str, str], list[tuple[Fraction, str]]] = {}
        for lane in scenario.lanes.values():
            if lane.fallback is None and lane.share > 0:
                key = (lane.customer, scenario.sites[lane.supplier].makes)
                self._brought.setdefault(key, []).append((exact(lane.share), lane.supplier))

    def of(self, name: str) -> Fraction | None:
        """Return the share of what a site makes."""
        if name not in self._known:
            self._known[name] = None  # what a cycle comes back to
            item = self._scenario.items[self._scenario.sites[name].makes]
            stated = item.chinese_rare_earth_value_share
            self._known[name] = self._worked_out(name) if stated is None else exact(stated)
        return self._known[name]

    def _worked_out(self, name: str) -> Fraction | None:
        site = self._scenario.sites[name]
        made = self._scenario.items[site.makes]
        if site.makes in site.bill:  # a stockpile hands on what it buys
            return self._mixed(name, site.makes)
        if not site.bill:
            return Fraction(site.country == _CHINA) if made.kind == "rare_earth" else None
        used = {item: line for item, line in site.bill.items() if not line.spare}
        parts = [self._part(name, item, line.per_unit) for item, line in used.items()]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        total = sum(known, Fraction(0))
        worth = exact(made.value_usd or 0.0) * _BILL_OF_G.get(made.kind, 1)
        return (total / worth if worth else None) if total else total

    def _part(self, name: str, item: str, amount: int) -> Fraction | None:
        """Return the value of Chinese rare earths in one input [USD]."""
        share, value = self._mixed(name, item), self._scenario.items[item].value_usd
        if share is None or (share and value is None):
            return None
        return share * amount * exact(value or 0.0)

    def _mixed(self, name: str, item: str) -> Fraction | None:
        """Return the share in an input, over the lanes that bring it."""
        total = weight = Fraction(0)
        for share, supplier in self._brought.get((name, item), ()):
            content = self.of(supplier)
            if content is None:
                return None
            total += share * content
            weight += share
        return total / weight if weight else None
