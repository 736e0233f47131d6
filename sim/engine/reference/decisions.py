"""What a desk decides: a file's uniforms, drawn by its address, against the shares in force."""

from __future__ import annotations

from sim.engine.draws import Draws
from sim.engine.reference.file import File
from sim.engine.reference.regime import InForce
from sim.engine.trace import Outcome
from sim.model.streams import Stream
from sim.model.tables import ModelTables

__all__ = ["Shares"]


class Shares:
    """The shares in force at a desk, by class of file.

    Parameters
    ----------
    tables, draws : ModelTables, Draws
    desk : int
        Desk D.
    """

    def __init__(self, tables: ModelTables, draws: Draws, desk: int) -> None:
        self.draws = draws
        self.n_lanes = len(tables.lanes.name)
        self.refile_probability = float(tables.desks.refile_probability[desk])

    def enter(self, now: InForce) -> None:
        """Decide by other shares from now on."""
        regimes, t = now.table, now.t
        self.approval_rate: list[float] = regimes.approval_rate[t].tolist()
        self.final_refusal_share: list[float] = regimes.final_refusal_share[t].tolist()
        self.return_share: list[float] = regimes.return_share[t].tolist()
        self.query_share: list[float] = regimes.query_share[t].tolist()

    def outcome(self, file: File) -> Outcome:
        """Return what the shares in force make of a file.

        Refusal for good has a draw of its own. Of the other uniform the upper end is returned and
        the lower end granted, as a share of what is not returned.
        """
        final = self.final_refusal_share[file.file_class]
        if final > 0 and self.draws.outcome(Stream.FINAL_REFUSAL, *file.address) < final:
            return Outcome.REFUSED_FOR_GOOD
        rate = self.approval_rate[file.file_class]
        returned = self.return_share[file.file_class]
        if returned == 0 and rate in {0.0, 1.0}:
            return Outcome.GRANTED if rate else Outcome.REFUSED
        u = self.draws.outcome(Stream.OUTCOME, *file.address)
        if u < rate * (1.0 - returned):
            return Outcome.GRANTED
        return Outcome.RETURNED if u >= 1.0 - returned else Outcome.REFUSED

    def refiles(self, file: File) -> bool:
        """Say whether refused goods are applied for again; other applicants never do."""
        share = self.refile_probability
        if file.source >= self.n_lanes or share <= 0:
            return False
        return share >= 1 or self.draws.outcome(Stream.REFILE, *file.address) < share

    def queries(self, lane: int, stage: int, slot: int, file_class: int) -> bool:
        """Say whether customs hold a consignment at all."""
        share = self.query_share[file_class]
        if share <= 0:
            return False
        return share >= 1 or self.draws.outcome(Stream.QUERY, lane, stage, slot, 0) < share
