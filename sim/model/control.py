"""Which control lists the goods of a site are on: by what they contain, in exact numbers.

In:  `control_lists` and `items` of a `Scenario`.
Out: the names of the lists, for each site; when a list is in force is the gates' affair.
"""

from __future__ import annotations

from fractions import Fraction

from sim.model.content import exact, value_shares
from sim.scenario.schema import ControlList, Item, Scenario

__all__ = ["lists_of"]


def lists_of(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Return the control lists that what each site makes is on, whatever the date.

    A mass share must be above its threshold; a value share that equals its threshold is enough.
    Shares are added and compared as they are written: 0.00100 is not below 0.001.

    Parameters
    ----------
    scenario : Scenario
        With a network without cycles.

    Returns
    -------
    dict of str to frozenset of str
        Names of lists, by name of the site.
    """
    lists = scenario.control_lists
    by_value = any(entry.from_value_share is not None for entry in lists.values())
    worth = value_shares(scenario) if by_value else {}
    return {
        name: frozenset(
            on
            for on, entry in lists.items()
            if _is_on(entry, scenario.items[site.makes], worth.get(name))
        )
        for name, site in scenario.sites.items()
    }


def _is_on(entry: ControlList, item: Item, worth: Fraction | None) -> bool:
    if entry.item_kind is not None and item.kind not in entry.item_kind:
        return False
    if entry.from_value_share is not None:
        return worth is not None and worth >= exact(entry.from_value_share)
    listed = item.composition.keys() & set(entry.elements)
    total = sum((exact(item.composition[element]) for element in listed), Fraction(0))
    return total > exact(entry.above_mass_share or 0.0)
