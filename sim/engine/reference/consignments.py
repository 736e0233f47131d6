"""Goods that wait for permission: through the stages of their lane in turn, until they may leave.

Goods are filed for at the first stage that the gates in force ask for and that they have not
passed. When its licence is valid they go on in the same way, and leave when there is none left. A
licence that expires before that is applied for again, and so is all that came after it.
"""

from __future__ import annotations

from sim.engine.order import Phase
from sim.engine.reference.clock import Clock
from sim.engine.reference.desk import Desk
from sim.engine.reference.file import File, Goods
from sim.engine.reference.needs import Needs
from sim.engine.reference.supply import Supply
from sim.engine.trace import NONE, Kind, TraceRows
from sim.model.tables import ModelTables

__all__ = ["Consignments"]


class Consignments:
    """All goods of a run that wait for a licence or are held, and applications made before them.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    needs : Needs
    supply : Supply
        Where the goods come from and where they go.

    Attributes
    ----------
    desks : list of Desk, shape (D,)
    waiting : list of dict of int to Goods, shape (L,)
        By slot.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, needs: Needs, supply: Supply
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.needs = needs
        self.supply = supply
        self.desks: list[Desk] = []
        self.stages = tables.lanes.stages
        self.n_lanes = len(self.stages)
        self.waiting: list[dict[int, Goods]] = [{} for _ in self.stages]
        self._attempts: dict[tuple[int, int], list[int]] = {}

    def apply(self, lane: int, slot: int, quantity: int) -> None:
        """Have goods wait at the exporter for what they need.

        They take up the application that was made before them, if there is one. It was for what
        had been planned; only what is set aside is filed for again.
        """
        goods = self.waiting[lane].get(slot)
        if goods is None:
            self.open(lane, slot, quantity, quantity, Phase.DISPATCH)
            return
        goods.quantity = goods.asked = quantity
        file = goods.latest()
        self.rows.add(
            self.clock.second, Kind.SET_ASIDE, lane, slot, quantity,
            self.supply.sites[self.supply.supplier[lane]].finished.stock,
            NONE if file is None else file.part,
        )  # fmt: skip
        if goods.file is None:
            self.go_on(goods, Phase.DISPATCH)
        else:
            self.reconsider(goods, Phase.DISPATCH)

    def open(self, lane: int, slot: int, quantity: int, asked: int, phase: Phase) -> Goods:
        """Begin with the first stage; the goods may have left when this returns."""
        attempts = self._attempts.pop((lane, slot), None) or [0] * len(self.stages[lane])
        goods = Goods(lane, slot, quantity, asked, attempts)
        self.waiting[lane][slot] = goods
        self.go_on(goods, phase)
        return goods

    def go_on(self, goods: Goods, phase: Phase) -> None:
        """File at the first stage that goods still have to pass; leave if there is none.

        What is not there yet can be filed for, but neither held nor sent. What a regime change
        sets free in the second in which a licence expires waits for the expiry, which comes next.
        """
        if phase <= Phase.LICENCE_EXPIRY and goods.has_a_licence_to(self.clock.second):
            return
        desks = self.stages[goods.lane]
        stage = self.needs.stage(goods)
        while (
            stage < len(desks)
            and self.desks[desks[stage]].holds
            and goods.quantity
            and not self._is_queried(goods, stage)
        ):
            goods.passed |= 1 << stage
            stage = self.needs.stage(goods)
        if stage == len(desks):
            if goods.quantity:
                self.drop(goods)
                self.supply.release(goods.lane, goods.slot, goods.quantity, phase)
            return
        goods.stage = stage
        holds = self.desks[desks[stage]].holds
        if goods.quantity or not holds:
            if holds is not goods.held:
                self._account(goods, held=holds)
            self.file(goods, phase)

    def _is_queried(self, goods: Goods, stage: int) -> bool:
        """Say whether customs hold goods at all, or let them pass."""
        desk = self.desks[self.stages[goods.lane][stage]]
        file_class = self.tables.lanes.stage_class[goods.lane][stage]
        return desk.shares.queries(goods.lane, stage, goods.slot, file_class)

    def file(self, goods: Goods, phase: Phase) -> None:
        """File at the stage that goods are at."""
        stage = goods.stage
        goods.file = File(goods.lane, stage, goods.slot, goods.asked, goods.attempts[stage])
        goods.attempts[stage] += 1
        self.desks[self.stages[goods.lane][stage]].receive(goods.file, phase)

    def reconsider(self, goods: Goods, phase: Phase) -> None:
        """Look again whether goods need the stage they lie at; if not, on they go."""
        if goods.quantity == 0 and not self.needs.asks_for_application(goods.lane, goods.asked):
            self.lapse(goods)
        elif goods.file is None or not self.needs.asks(goods, goods.stage):
            self.withdraw(goods)
            self.go_on(goods, phase)

    def withdraw(self, goods: Goods) -> None:
        """Take back the file in hand, if there is one."""
        file = goods.file
        if file is not None:
            file.withdrawn = True
            goods.file = None
            self.rows.add(
                self.clock.second, Kind.WITHDRAWN, file.source, file.slot, file.quantity,
                until=file.part,
            )  # fmt: skip

    def lapse(self, goods: Goods) -> None:
        """Give up an application, granted or not, whose goods will not come, or need none."""
        goods.file = goods.latest()
        self.withdraw(goods)
        self.drop(goods)

    def expire(self, goods: Goods, licence: File) -> None:
        """Take back what is under review on the strength of a licence that is no longer valid."""
        self.rows.add(
            self.clock.second, Kind.EXPIRED, goods.lane, goods.slot, licence.quantity,
            until=licence.part,
        )  # fmt: skip
        self.withdraw(goods)
        goods.passed &= (1 << licence.stage) - 1
        goods.licences = {k: file for k, file in goods.licences.items() if k < licence.stage}
        if goods.held:
            self._account(goods, held=False)

    def drop(self, goods: Goods) -> None:
        """Forget goods that have left or are lost, and applications that are given up.

        Should the slot be filed for again after all, its attempts are numbered on.
        """
        if goods.held:
            self._account(goods, held=False)
        if goods.quantity == 0:
            self._attempts[goods.lane, goods.slot] = goods.attempts
        goods.here = False
        del self.waiting[goods.lane][goods.slot]

    def _account(self, goods: Goods, *, held: bool) -> None:
        """Book goods as held at customs from now on, or as waiting for a licence."""
        goods.held = held
        amount = goods.quantity if held else -goods.quantity
        self.supply.held[goods.lane] += amount
        self.supply.waiting[goods.lane] -= amount
