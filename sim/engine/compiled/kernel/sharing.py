"""Splitting what there is: the sharing rules of `sim.engine.rules` on places of the scratch.

What is wanted stands in places 0 to n of the scratch, with weights where a rule has any; the parts
are written beside it. Places n to 2n serve for members of a group.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.arithmetic import modulo, times_over
from sim.engine.compiled.kernel.memory import Record, at, compiled, product_at_most

__all__ = ["allocate"]

share_at = at["scratch"]


@compiled
def sort_by_remainder(world: Record, first: int, n: int) -> None:
    """Sort `place` of n entries by remainder, largest first, then by place."""
    gap = 1
    while gap < n:
        gap = 3 * gap + 1
    while gap > 1:
        gap //= 3
        for i in range(first + gap, first + n):
            moved = share_at(world, i).place
            key = share_at(world, moved).remainder
            j = i
            while j >= first + gap:
                other = share_at(world, j - gap).place
                rest = share_at(world, other).remainder
                if rest > key or (rest == key and other < moved):
                    break
                share_at(world, j).place = other
                j -= gap
            share_at(world, j).place = moved


@compiled
def split_by_weight(world: Record, quantity: int, first: int, n: int) -> None:
    """Split by the weights of n entries: largest remainder, ties to the earlier."""
    if n <= 1:
        share_at(world, first).part = quantity
        return
    total = 0
    for i in range(first, first + n):
        total += share_at(world, i).weight
    left = quantity
    for i in range(first, first + n):
        entry = share_at(world, i)
        entry.part = times_over(quantity, entry.weight, total)
        entry.remainder = modulo(quantity, entry.weight, total, entry.part)
        entry.place = i
        left -= entry.part
    if left:
        sort_by_remainder(world, first, n)
        for i in range(first, first + left):
            share_at(world, share_at(world, i).place).part += 1


@compiled
def split_by_want(world: Record, quantity: int, first: int, n: int) -> None:
    """Split by what n entries want."""
    for i in range(first, first + n):
        entry = share_at(world, i)
        entry.weight = entry.wanted
    split_by_weight(world, quantity, first, n)


@compiled
def by_priority(world: Record, available: int, n: int) -> None:
    """Serve the lowest priority first (it stands in `weight`); equals share proportionally."""
    done = layout.NOTHING
    while True:
        level = layout.NOTHING
        for i in range(n):
            priority = share_at(world, i).weight
            if priority > done and (level == layout.NOTHING or priority < level):
                level = priority
        if level == layout.NOTHING:
            return
        m, asked = 0, 0
        for i in range(n):
            if share_at(world, i).weight == level:
                member = share_at(world, n + m)
                member.wanted = member.part = share_at(world, i).wanted
                asked += member.wanted
                m += 1
        if asked > available:
            split_by_want(world, available, n, m)
        m = 0
        for i in range(n):
            if share_at(world, i).weight == level:
                share_at(world, i).part = share_at(world, n + m).part
                available -= share_at(world, n + m).part
                m += 1
        done = level


@compiled
def lacking_the_same(world: Record, available: int, n: int) -> None:
    """Take the same off every want; who wants less gets nothing. `place` marks who is served."""
    for i in range(n):
        share_at(world, i).part = 0
        share_at(world, i).place = 1
    members = n
    short = 0
    while True:
        short = -available
        for i in range(n):
            if share_at(world, i).place:
                short += share_at(world, i).wanted
        served = 0
        for i in range(n):
            entry = share_at(world, i)
            if entry.place and product_at_most(short, 1, entry.wanted, members):
                entry.remainder = 1
                served += 1
            else:
                entry.remainder = 0
        if served == members:
            break
        for i in range(n):
            share_at(world, i).place = share_at(world, i).remainder
        members = served
    off = -(-short // members)
    odd = off * members - short
    for i in range(n):
        entry = share_at(world, i)
        if entry.place:
            entry.part = entry.wanted - off + (1 if odd > 0 else 0)
            odd -= 1


@compiled
def sate(world: Record, available: int, n: int, all_weights: int) -> int:
    """Give members what they want if their weight earns them that; return what is given.

    `remainder` is 1 for members, 0 for those who have got what they want.
    """
    given = 0
    for i in range(n):
        entry = share_at(world, i)
        if entry.remainder and product_at_most(entry.wanted, all_weights, available, entry.weight):
            entry.part = entry.wanted
            entry.remainder = 0
            given += entry.wanted
    return given


@compiled
def as_weighted(world: Record, available: int, n: int) -> None:
    """Give by weight; what exceeds a want is given out again. Without weights: by want."""
    for i in range(n):
        entry = share_at(world, i)
        entry.part = 0
        entry.remainder = 1 if entry.wanted > 0 else 0
    while True:
        all_weights = 0
        for i in range(n):
            if share_at(world, i).remainder:
                all_weights += share_at(world, i).weight
        given = sate(world, available, n, all_weights) if all_weights else 0
        if given == 0:
            break
        available -= given
    split_members(world, available, n, all_weights)


@compiled
def split_members(world: Record, available: int, n: int, all_weights: int) -> None:
    """Split what is left over the members that are left, by weight, or without any by want."""
    m = 0
    for i in range(n):
        entry = share_at(world, i)
        if entry.remainder:
            member = share_at(world, n + m)
            member.weight = entry.weight if all_weights else entry.wanted
            m += 1
    split_by_weight(world, available, n, m)
    m = 0
    for i in range(n):
        if share_at(world, i).remainder:
            share_at(world, i).part = share_at(world, n + m).part
            m += 1


@compiled
def allocate(world: Record, rule: int, available: int, n: int) -> None:
    """Ration what there is by a rule, in whole units: all of it, nobody more than is wanted."""
    total = 0
    for i in range(n):
        total += share_at(world, i).wanted
    if total <= available:
        for i in range(n):
            share_at(world, i).part = share_at(world, i).wanted
    elif rule == layout.BY_PRIORITY:
        by_priority(world, available, n)
    elif rule == layout.LINEAR:
        lacking_the_same(world, available, n)
    elif rule == layout.PROPORTIONAL:
        split_by_want(world, available, 0, n)
    else:
        as_weighted(world, available, n)
