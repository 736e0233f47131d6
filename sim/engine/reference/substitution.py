"""Emergency substitutes at one site: an input that is out is replaced by one that is in stock.

While an input is out, the use of its substitute rises by what the input would be used; when both
are out the site halts, and either of them can bring it back.
"""

from __future__ import annotations

from sim.engine.reference.clock import Clock
from sim.engine.reference.production import Production
from sim.engine.reference.regime import InForce
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import scaled
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import MILLION, UNSET, ModelTables

__all__ = ["Substitutes", "has_substitutes"]


def has_substitutes(tables: ModelTables, site: int) -> bool:
    """Say whether an input of a site ever has an emergency substitute."""
    inputs = tables.inputs.site == site
    every = (tables.regimes, *tables.reactions)
    return any(bool((table.substitute[:, inputs] != UNSET).any()) for table in every)


class Substitutes:
    """The substitutes of one site.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    site : Production

    Attributes
    ----------
    replaced : list of InputStock
        Inputs that are out and replaced now.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, site: Production
    ) -> None:
        self.clock = clock
        self.rows = rows
        self.site = site
        self.replaced: list[InputStock] = []
        self._ratio: list[int] = tables.inputs.substitute_ratio.tolist()
        self._of: dict[int, InputStock] = {}

    def enter(self, now: InForce) -> bool:
        """Follow what is in force; say whether it has changed."""
        column = now.table.substitute[now.t]
        by_index = {stock.index: stock for stock in self.site.inputs}
        of = {n: by_index[int(column[n])] for n in by_index if column[n] != UNSET}
        if of == self._of:
            return False
        before, self._of = self._of, of
        for stock in list(self.replaced):
            if of.get(stock.index) is not before[stock.index]:
                self.end(stock)
        return True

    def replace(self, out: list[InputStock]) -> list[InputStock]:
        """Replace inputs that are out as far as possible; return those the site lacks."""
        lacking = [stock for stock in out if not self._begin(stock, out)]
        for stock in list(self.replaced):
            if self._of[stock.index].stock == 0:
                self.end(stock)
                lacking.append(stock)
        for stock in list(lacking):
            other = self._of.get(stock.index)
            if other is not None and other.stock == 0 and other not in lacking:
                lacking.append(other)
        return sorted(lacking, key=lambda stock: stock.index)

    def _begin(self, stock: InputStock, out: list[InputStock]) -> bool:
        """Let the substitute serve, if it is there; what is due in this second falls on it."""
        other = self._of.get(stock.index)
        if other is None or other.stock == 0 or other in out:
            return False
        other.remainder += scaled(stock.remainder, self._ratio[stock.index], MILLION)
        stock.remainder = 0
        self.replaced.append(stock)
        self.rows.add(self.clock.second, Kind.SUBSTITUTED, stock.index, 1)
        return True

    def end(self, stock: InputStock) -> None:
        """Give an input its place back."""
        self.replaced.remove(stock)
        self.rows.add(self.clock.second, Kind.SUBSTITUTED, stock.index, 0)

    def redirect(self) -> None:
        """Let the use of what is replaced fall on its substitute."""
        for stock in self.replaced:
            other = self._of[stock.index]
            other.use_per_day += scaled(stock.use_per_day, self._ratio[stock.index], MILLION)
            stock.use_per_day = 0

    def planned_use(self, stock: InputStock) -> int:
        """Return what is used of an input at the planned rate, replacing others or replaced."""
        if stock in self.replaced:
            return 0
        use = stock.planned_per_day
        for other in self.replaced:
            if self._of[other.index] is stock:
                use += scaled(other.planned_per_day, self._ratio[other.index], MILLION)
        return use

    def stands_in(self, stock: InputStock) -> bool:
        """Say whether a blocked input need not be back because its substitute is."""
        other = self._of.get(stock.index)
        if other is None:
            return False
        use = scaled(stock.planned_per_day, self._ratio[stock.index], MILLION)
        return other.stock >= self.site.restart_level(other, other.planned_per_day + use)

    def lacking_for(self, units: int) -> list[InputStock]:
        """Replace inputs that do not suffice for so many pieces; return those the site lacks."""
        inputs = self.site.inputs
        for stock in inputs:
            other = self._of.get(stock.index)
            if other is None or stock in self.replaced or stock.stock >= stock.need(units):
                continue
            if other.stock >= self._need(other, units) + self._moved(units, stock):
                self._begin(stock, [])
        lacking = [
            stock
            for stock in inputs
            if stock not in self.replaced and stock.stock < self._need(stock, units)
        ]
        for stock in list(self.replaced):
            if self._of[stock.index] in lacking:
                self.end(stock)
                lacking.append(stock)
        return sorted(lacking, key=lambda stock: stock.index)

    def take_for(self, units: int) -> None:
        """Use at once what so many pieces take; the caller knows that it is there."""
        for stock in self.site.inputs:
            if stock in self.replaced:
                self._of[stock.index].take(self._moved(units, stock))
            else:
                stock.take_for(units)

    def _need(self, stock: InputStock, units: int) -> int:
        moved = [s for s in self.replaced if self._of[s.index] is stock]
        return stock.need(units) + self._moved(units, *moved)

    def _moved(self, units: int, *stocks: InputStock) -> int:
        """Return what is used in the place of inputs for so many pieces."""
        return sum(scaled(s.need(units), self._ratio[s.index], MILLION) for s in stocks)
