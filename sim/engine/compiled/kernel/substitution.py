"""Emergency substitutes at one site: an input that is out is replaced by one that is in stock.

Inputs that are replaced carry the number of their turn in `replaced` (0: not replaced), so that
they are gone through in the order in which they were replaced. `lacking` is not 0 for what a site
lacks.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.arithmetic import scaled
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.stocks import need, restart_level, take, take_for
from sim.model.tables import MILLION, UNSET

__all__ = ["arrived", "follow", "lacking_for", "planned_use", "redirect", "replace", "stands_in",
           "take_with_substitutes"]  # fmt: skip

input_at = at["inputs"]
in_force_at = at["regime_inputs"]


@compiled
def begin(world: Record, n: int) -> None:
    """Let the substitute serve; what is due in this second falls on it."""
    stock = input_at(world, n)
    other = input_at(world, stock.substitute)
    other.remainder += scaled(stock.remainder, stock.ratio, MILLION)
    stock.remainder = 0
    world.n_replaced += 1
    stock.replaced = world.n_replaced
    write(world, phases.SUBSTITUTED, n, 1, -1, -1, -1)


@compiled
def end(world: Record, n: int) -> None:
    """Give an input its place back."""
    input_at(world, n).replaced = 0
    write(world, phases.SUBSTITUTED, n, 0, -1, -1, -1)


@compiled
def next_replaced(world: Record, site: Record, after: int) -> int:
    """Return the input that was replaced next after a turn, or NOTHING."""
    chosen, turn = layout.NOTHING, 0
    for n in range(site.first_input, site.first_input + site.n_inputs):
        replaced = input_at(world, n).replaced
        if replaced > after and (chosen == layout.NOTHING or replaced < turn):
            chosen, turn = n, replaced
    return chosen


@compiled
def follow(world: Record, site: Record) -> bool:
    """Follow what is in force; say whether it has changed."""
    if site.substitutes == 0:
        return False
    first = world.row * world.n_inputs
    changed = False
    for n in range(site.first_input, site.first_input + site.n_inputs):
        if in_force_at(world, first + n).substitute != input_at(world, n).substitute:
            changed = True
    if not changed:
        return False
    turn = 0
    n = next_replaced(world, site, turn)
    while world.status == layout.FINE and n != layout.NOTHING:
        stock = input_at(world, n)
        turn = stock.replaced
        if in_force_at(world, first + n).substitute != stock.substitute:
            end(world, n)
        n = next_replaced(world, site, turn)
    for n in range(site.first_input, site.first_input + site.n_inputs):
        input_at(world, n).substitute = in_force_at(world, first + n).substitute
    return True


@compiled
def replace(world: Record, site: Record) -> bool:
    """Replace inputs that are out (marked as lacking) as far as possible; say if any are left."""
    first, last = site.first_input, site.first_input + site.n_inputs
    for n in range(first, last):
        stock = input_at(world, n)
        # 2: to be taken off the list of what is out once all of it has been looked at.
        if stock.lacking and stock.substitute != UNSET:
            other = input_at(world, stock.substitute)
            if other.stock != 0 and other.lacking == 0:
                begin(world, n)
                stock.lacking = 2
    for n in range(first, last):
        if input_at(world, n).lacking == 2:
            input_at(world, n).lacking = 0
    end_without_stock(world, site)
    for n in range(first, last):
        stock = input_at(world, n)
        if stock.lacking == 1 and stock.substitute != UNSET:
            other = input_at(world, stock.substitute)
            if other.stock == 0 and other.lacking == 0:
                other.lacking = 2
    left = False
    for n in range(first, last):
        if input_at(world, n).lacking:
            left = True
    return left


@compiled
def end_without_stock(world: Record, site: Record) -> None:
    """Give inputs their places back whose substitutes are out, too."""
    turn = 0
    n = next_replaced(world, site, turn)
    while world.status == layout.FINE and n != layout.NOTHING:
        stock = input_at(world, n)
        turn = stock.replaced
        if input_at(world, stock.substitute).stock == 0:
            end(world, n)
            stock.lacking = 1
        n = next_replaced(world, site, turn)


@compiled
def arrived(world: Record, site: Record, n: int) -> bool:
    """Give an input its place back when it has arrived; say whether it had lost it."""
    if site.substitutes == 0 or input_at(world, n).replaced == 0:
        return False
    end(world, n)
    return True


@compiled
def redirect(world: Record, site: Record) -> None:
    """Let the use of what is replaced fall on its substitute."""
    turn = 0
    n = next_replaced(world, site, turn)
    while world.status == layout.FINE and n != layout.NOTHING:
        stock = input_at(world, n)
        turn = stock.replaced
        other = input_at(world, stock.substitute)
        other.use_per_day += scaled(stock.use_per_day, stock.ratio, MILLION)
        stock.use_per_day = 0
        n = next_replaced(world, site, turn)


@compiled
def planned_use(world: Record, site: Record, n: int) -> int:
    """Return what is used of an input at the planned rate, replacing others or replaced."""
    stock = input_at(world, n)
    if site.substitutes == 0:
        return stock.planned
    if stock.replaced:
        return 0
    use = stock.planned
    for m in range(site.first_input, site.first_input + site.n_inputs):
        other = input_at(world, m)
        if other.replaced and other.substitute == n:
            use += scaled(other.planned, other.ratio, MILLION)
    return use


@compiled
def stands_in(world: Record, site: Record, stock: Record) -> bool:
    """Say whether a blocked input need not be back because its substitute is."""
    if stock.substitute == UNSET:
        return False
    other = input_at(world, stock.substitute)
    use = scaled(stock.planned, stock.ratio, MILLION)
    return other.stock >= restart_level(site, other, other.planned + use)


@compiled
def moved(stock: Record, units: int) -> int:
    """Return what so many pieces take of a substitute."""
    return scaled(need(stock, units), stock.ratio, MILLION)


@compiled
def need_of(world: Record, site: Record, n: int, units: int) -> int:
    """Return what so many pieces take of an input, for itself and for what it replaces."""
    total = need(input_at(world, n), units)
    for m in range(site.first_input, site.first_input + site.n_inputs):
        other = input_at(world, m)
        if other.replaced and other.substitute == n:
            total += moved(other, units)
    return total


@compiled
def lacking_for(world: Record, site: Record, units: int) -> bool:
    """Mark the inputs that do not suffice for so many pieces, replaced where possible."""
    first, last = site.first_input, site.first_input + site.n_inputs
    found = False
    if site.substitutes == 0:
        for n in range(first, last):
            stock = input_at(world, n)
            stock.lacking = 1 if stock.stock < need(stock, units) else 0
            if stock.lacking:
                found = True
        return found
    for n in range(first, last):
        stock = input_at(world, n)
        if stock.substitute == UNSET or stock.replaced or stock.stock >= need(stock, units):
            continue
        other = input_at(world, stock.substitute)
        both = need_of(world, site, stock.substitute, units) + moved(stock, units)
        if other.stock >= both and other.stock != 0:
            begin(world, n)
    for n in range(first, last):
        stock = input_at(world, n)
        short = stock.replaced == 0 and stock.stock < need_of(world, site, n, units)
        stock.lacking = 1 if short else 0
        if short:
            found = True
    turn = 0
    n = next_replaced(world, site, turn)
    while world.status == layout.FINE and n != layout.NOTHING:
        stock = input_at(world, n)
        turn = stock.replaced
        if input_at(world, stock.substitute).lacking:
            end(world, n)
            stock.lacking = 1
        n = next_replaced(world, site, turn)
    return found


@compiled
def take_with_substitutes(world: Record, site: Record, units: int) -> None:
    """Use at once what so many pieces take; the caller knows that it is there."""
    for n in range(site.first_input, site.first_input + site.n_inputs):
        stock = input_at(world, n)
        if stock.replaced:
            take(input_at(world, stock.substitute), moved(stock, units))
        else:
            take_for(stock, units)
