"""The arithmetic of the model: whole numbers in, whole numbers out, one copy for every engine.

Stocks fall linearly between events. A flow of `per_day` over `dt_s` seconds is
`(remainder + per_day * dt_s) // 86400`; what is left over is carried, so nothing drifts. Work on a
licence file is counted in units of 1 / WORK of a mean file.

All functions take and return plain integers (int64 range); the caller holds the state.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.units import DAY_S

__all__ = [
    "WORK",
    "allocate",
    "flow",
    "scaled",
    "seconds_to_flow",
    "seconds_to_review",
    "split_by_share",
    "split_over_time",
    "work_done",
]

WORK = 100_000_000
"""Units of work in a file of mean size."""


def flow(per_day: int, dt_s: int, remainder: int) -> tuple[int, int]:
    """Return whole units that flow in `dt_s` seconds, and the new remainder (units x 86400).

    Examples
    --------
    >>> flow(20, 43_200, 0), flow(3, 28_800, 0), flow(1, 43_200, 43_200)
    ((10, 0), (1, 0), (1, 0))
    """
    return divmod(remainder + per_day * dt_s, DAY_S)


def seconds_to_flow(amount: int, per_day: int, remainder: int) -> int:
    """Return the first whole second by which `amount` units have flowed.

    Examples
    --------
    >>> seconds_to_flow(900, 20, 0) / 86_400
    45.0
    """
    return max(0, -((remainder - amount * DAY_S) // per_day))


def seconds_to_review(work: int, mean_s: int) -> int:
    """Return the seconds an officer needs for `work` units when a mean file takes `mean_s`.

    Examples
    --------
    >>> seconds_to_review(WORK, 3_888_000), seconds_to_review(WORK // 2, 3_888_000)
    (3888000, 1944000)
    """
    return -((-work * mean_s) // WORK)


def work_done(dt_s: int, mean_s: int) -> int:
    """Return the units of work done in `dt_s` seconds when a mean file takes `mean_s`."""
    return dt_s * WORK // mean_s


def scaled(quantity: int, numerator: int, denominator: int) -> int:
    """Return quantity x numerator / denominator, rounded half up to a whole number."""
    return (2 * quantity * numerator + denominator) // (2 * denominator)


def split_by_share(quantity: int, shares: Sequence[int]) -> list[int]:
    """Split a quantity by whole-number shares: largest remainder, ties to the earlier.

    Parameters
    ----------
    quantity : int
        What is to be split.
    shares : sequence of int, shape (n,)
        Relative shares, not all zero; given in order of name.

    Returns
    -------
    list of int, shape (n,)
        Whole parts that add up to `quantity`.

    Examples
    --------
    >>> split_by_share(150, [30, 80, 100])
    [22, 57, 71]
    """
    if len(shares) == 1:
        return [quantity]
    total = sum(shares)
    parts = [quantity * share // total for share in shares]
    left = quantity - sum(parts)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-(quantity * shares[i] % total), i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def split_over_time(quantity: int, shares: Sequence[int], given: list[int]) -> list[int]:
    """Split one of many quantities so that all of them together keep to the shares.

    Parameters
    ----------
    quantity : int
        What is to be split now.
    shares : sequence of int, shape (n,)
        Relative shares, not all zero; given in order of name.
    given : list of int, shape (n,)
        What each has been given so far; brought up to date.

    Returns
    -------
    list of int, shape (n,)
        Whole parts that add up to `quantity`: each unit to whoever is furthest behind its share.

    Examples
    --------
    >>> given = [0, 0]
    >>> [split_over_time(1, [3, 7], given) for _ in range(4)], given
    ([[0, 1], [1, 0], [0, 1], [0, 1]], [1, 3])
    """
    if len(shares) == 1:
        given[0] += quantity
        return [quantity]
    total, all_shares = sum(given) + quantity, sum(shares)
    parts = [
        max(0, total * share // all_shares - before)
        for share, before in zip(shares, given, strict=True)
    ]
    left = quantity - sum(parts)
    step = 1 if left > 0 else -1
    while left:
        behind = [
            total * share - (before + part) * all_shares
            for share, before, part in zip(shares, given, parts, strict=True)
        ]
        chosen = behind.index(max(behind)) if left > 0 else behind.index(
            min(b for b, part in zip(behind, parts, strict=True) if part > 0))  # fmt: skip
        parts[chosen] += step
        left -= step
    for i, part in enumerate(parts):
        given[i] += part
    return parts


def allocate(
    rule: str,
    available: int,
    wanted: Sequence[int],
    priority: Sequence[int],
    earned: Sequence[int],
) -> list[int]:
    """Ration what there is, in whole units: all of it, and nobody more than is wanted.

    A unit that does not divide goes to the largest remainder, ties to the earlier.

    Parameters
    ----------
    rule : str
        proportional to what is wanted; uniform: the same for all; linear: all lack the same;
        priority: the lowest number first, equals proportionally; turn_and_earn: in proportion to
        what was earned.
    available : int
    wanted, priority, earned : sequence of int, shape (n,)
        In order of name.

    Returns
    -------
    list of int, shape (n,)

    Examples
    --------
    >>> orders = [30, 80, 100]
    >>> [
    ...     allocate(rule, 150, orders, [2, 1, 1], [100, 40, 10])
    ...     for rule in ("proportional", "uniform", "linear", "priority", "turn_and_earn")
    ... ]
    [[22, 57, 71], [30, 60, 60], [10, 60, 80], [0, 67, 83], [30, 80, 40]]
    """
    if sum(wanted) <= available:
        return list(wanted)
    if rule == "uniform":
        return _as_weighted(available, wanted, [1] * len(wanted))
    if rule == "linear":
        return _lacking_the_same(available, wanted)
    if rule == "priority":
        return _by_priority(available, wanted, priority)
    if rule == "turn_and_earn":
        return _as_weighted(available, wanted, earned)
    return split_by_share(available, wanted)


def _by_priority(available: int, wanted: Sequence[int], priority: Sequence[int]) -> list[int]:
    parts = [0] * len(wanted)
    for level in sorted(set(priority)):
        members = [i for i in range(len(wanted)) if priority[i] == level]
        asked = [wanted[i] for i in members]
        given = asked if sum(asked) <= available else split_by_share(available, asked)
        for i, part in zip(members, given, strict=True):
            parts[i] = part
        available -= sum(given)
    return parts


def _lacking_the_same(available: int, wanted: Sequence[int]) -> list[int]:
    """Take the same off every want (Cachon and Lariviere 1999); who wants less gets nothing."""
    members = list(range(len(wanted)))
    while True:
        short = sum(wanted[i] for i in members) - available
        served = [i for i in members if wanted[i] * len(members) >= short]
        if len(served) == len(members):
            break
        members = served
    off = -(-short // len(members))
    odd = off * len(members) - short
    parts = [0] * len(wanted)
    for place, i in enumerate(members):
        parts[i] = wanted[i] - off + (1 if place < odd else 0)
    return parts


def _as_weighted(available: int, wanted: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Give by weight; what exceeds a want is given out again. Without weights: by want."""
    parts = [0] * len(wanted)
    members = [i for i in range(len(wanted)) if wanted[i] > 0]
    while True:
        all_weights = sum(weights[i] for i in members)
        if all_weights == 0:
            given = split_by_share(available, [wanted[i] for i in members])
            break
        sated = [i for i in members if wanted[i] * all_weights <= available * weights[i]]
        if not sated:
            given = split_by_share(available, [weights[i] for i in members])
            break
        for i in sated:
            parts[i] = wanted[i]
            available -= wanted[i]
        members = [i for i in members if i not in sated]
    for i, part in zip(members, given, strict=True):
        parts[i] = part
    return parts
