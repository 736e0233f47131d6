"""A weekly limit on decisions: files whose work is done wait in line, first done first decided.

A week begins on Monday at 00:00; what was not used of the last one lapses. Every decision uses up
one of the files of a week, only a grant uses up its amount. A file for more than a whole week's
amount goes when nothing else has been granted in the week.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock, Look
from sim.engine.reference.file import File
from sim.engine.reference.regime import InForce
from sim.engine.trace import Outcome
from sim.model.tables import UNSET, ModelTables
from sim.units import DAY_S

__all__ = ["Quota"]

_WEEK_S = 7 * DAY_S


class Quota:
    """The line before one desk's quota.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    desk : int
        Desk D.
    phase : Phase
        Phase in which its decisions fall.
    works_at : callable (second)
        Whether the desk works; in a pause nothing is decided.
    outcome : callable (File)
        What the shares in force make of a file.
    announce : callable (File, Outcome, Phase)
        Lets a decision fall.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        desk: int,
        phase: Phase,
        works_at: Callable[[int], bool],
        outcome: Callable[[File], Outcome],
        announce: Callable[[File, Outcome, Phase], None],
    ) -> None:
        self.clock = clock
        self.desk = desk
        self.works_at = works_at
        self.outcome = outcome
        self.announce = announce
        self.line: deque[File] = deque()
        self._monday_s = tables.desks.monday_s
        self._horizon_s = tables.horizon_s
        self._week = UNSET
        self._files_used = 0
        self._amount_used = 0
        after_all_files = len(tables.lanes.name) + len(tables.applicants.name) + desk
        self._look = Look(clock, key(phase, after_all_files), lambda: self.serve(phase))

    def enter(self, now: InForce) -> None:
        """Let other limits hold from now on."""
        self.files = int(now.table.quota_files[now.t, self.desk])
        self.amount = int(now.table.quota_amount[now.t, self.desk])

    def add(self, file: File, phase: Phase) -> None:
        """Take in a file whose work is done."""
        self.line.append(file)
        self.serve(phase)

    def serve(self, phase: Phase) -> None:
        """Decide as many as the quota of this week allows, in the order of the line."""
        now = self.clock.second
        if not self.line or not self.works_at(now):
            return
        week = (now - self._monday_s) // _WEEK_S
        if week != self._week:
            self._week, self._files_used, self._amount_used = week, 0, 0
        while self.line:
            file = self.line[0]
            if not file.withdrawn:
                outcome = self.outcome(file)
                granted = file.quantity if outcome is Outcome.GRANTED else 0
                if not self._allows(granted):
                    break
                self._files_used += 1
                self._amount_used += granted
            self.line.popleft()
            if not file.withdrawn:
                self.announce(file, outcome, phase)
        monday = self._monday_s + (week + 1) * _WEEK_S
        if self.line and monday < self._horizon_s:
            self._look.at(monday)

    def _allows(self, granted: int) -> bool:
        if self.files != UNSET and self._files_used >= self.files:
            return False
        if self.amount == UNSET or granted == 0:
            return True
        alone = self._amount_used == 0 and self.amount > 0
        return alone or self._amount_used + granted <= self.amount
