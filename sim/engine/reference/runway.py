"""How long an input lasts on what is in stock and on its way, as an office would reckon it.

The runway is a path minimum: the first second at which stock and arrivals so far have been used up
by planned use, under the dated rules as they are known now.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.reference.regime import InForce, planned_use
from sim.model.tables import ALWAYS, ModelTables
from sim.units import DAY_S

__all__ = ["runway_s", "use_from"]


def use_from(tables: ModelTables, now: InForce, n: int) -> list[tuple[int, int]]:
    """Return (first second, planned use a day) of an input from this regime on."""
    first: list[int] = tables.regimes.t_s.tolist()
    return [(first[t], planned_use(tables, now.table, t, n)) for t in range(now.t, len(first))]


def runway_s(
    second: int, stock: int, arrivals: Sequence[tuple[int, int]], use: Sequence[tuple[int, int]]
) -> int:
    """Return the seconds from now until an input is used up; ALWAYS if it never is.

    Parameters
    ----------
    second : int
        Now.
    stock : int
        In stock now [g or pieces].
    arrivals : sequence of (int, int)
        (second, quantity) of what will arrive, in order.
    use : sequence of (int, int)
        (first second, use a day), in order; the first begins now or before.

    Examples
    --------
    >>> day = 86_400
    >>> [
    ...     runway_s(0, 50, arrivals, [(0, 10)]) / day
    ...     for arrivals in ([], [(4 * day, 20)], [(6 * day, 20)])
    ... ]
    [5.0, 7.0, 5.0]
    """
    for arrival, quantity in arrivals:
        ends = _used_up(second, stock, use)
        if ends < arrival:
            return ends - second
        stock += quantity
    ends = _used_up(second, stock, use)
    return ends if ends == ALWAYS else ends - second


def _used_up(second: int, amount: int, use: Sequence[tuple[int, int]]) -> int:
    """Return the second by which so much will have been used, and from which more is needed."""
    left = max(0, amount) * DAY_S
    untils = [first for first, _ in use[1:]]
    for (first, per_day), until in zip(use, [*untils, ALWAYS], strict=True):
        begins = max(first, second)
        if left < per_day * (until - begins):
            return begins - -left // per_day
        left -= per_day * max(0, until - begins)
    return ALWAYS
