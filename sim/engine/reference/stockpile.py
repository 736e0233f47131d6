"""A stockpile: what arrives is in it at once, and whoever is eligible draws on it.

It plans nothing and never halts. What it cannot send at once is not owed: who drew on it asks
again, or somebody else.
"""

from __future__ import annotations

from sim.engine.order import Phase
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site
from sim.engine.reference.stocks import InputStock

__all__ = ["Stockpile"]


class Stockpile(Site):
    """A site of the kind stockpile; parameters as for `Site`."""

    lapses = True

    def enter(self, now: InForce) -> None:
        """Nothing is planned here, whatever is in force."""

    def receive(self, stock: InputStock, quantity: int, phase: Phase) -> int:
        """Put an arrival on the pile; return what is on it then."""
        super().receive(stock, quantity, phase)
        stock.take(quantity)
        self.finished.made += quantity
        self.finished.stock += quantity
        return self.finished.stock
