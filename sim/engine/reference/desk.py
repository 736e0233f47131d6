"""A licence desk: files queue for officers, work accrues, decisions fall.

Setting `queue`: at most so many files are under review at once; among classes that are worked on,
the lowest priority number first, and within a class first come first served. A review is not
interrupted, unless a rule stops its class: then the file goes back to the head of its class with
its work kept. Setting `unlimited`: every file is under review from the second it is filed. Setting
`bare_minimum`: the same, but what would be granted waits for a round (`rounds`).

While a file is under review, work accrues at 1 / mean review time of its class, on working days
only if that time is counted in them, and never during a pause. Changes of speed act on files under
review from their second on. When the work is done the file is decided, if a quota allows (`quota`;
rounds have none), by the shares in force then (`decisions`).
"""

from __future__ import annotations

from collections import deque

from sim.engine.draws import Draws
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.decisions import Shares
from sim.engine.reference.file import Applicant, File
from sim.engine.reference.quota import Quota
from sim.engine.reference.regime import InForce
from sim.engine.reference.transit import SLOT_BITS
from sim.engine.review import ReviewClock, same_between
from sim.engine.trace import Kind, Outcome, TraceRows
from sim.model.tables import NEVER, UNSET, ModelTables

__all__ = ["Desk"]


class Desk:
    """One desk of a run.

    Parameters
    ----------
    clock, tables, rows, draws, now : Clock, ModelTables, TraceRows, Draws, InForce
    index : int
        Desk D.
    applicant : Applicant
        Who is told what becomes of a file.

    Attributes
    ----------
    phase : Phase
        Phase in which reviews end.
    pool : list of File
        Bare minimum: files that are granted as soon as a round does.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        now: InForce,
        index: int,
        applicant: Applicant,
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.draws = draws
        self.now = now
        self.index = index
        self.applicant = applicant
        setting = tables.desks.setting[index]
        self.in_rounds = setting == "bare_minimum"
        self.unlimited = setting != "queue" or not tables.desks.has_officers[index]
        self.holds = tables.desks.decides[index] == "hold"
        self.phase = Phase.CUSTOMS_RELEASE if self.holds else Phase.DECISION
        self.refile_after_s = int(tables.desks.refile_after_s[index])
        self.reviews = ReviewClock(tables, index, draws.closed_spans(index))
        self.shares = Shares(tables, draws, index)
        self.quota = None if self.in_rounds or not _has_quota(tables, index) else Quota(
            clock, tables, index, self.phase, self.reviews.works_at,
            self.shares.outcome, self.announce,
        )  # fmt: skip
        self.queues: list[deque[File]] = [
            deque() for _ in range(int(tables.regimes.mean_review_s.shape[1]))
        ]
        self.under_review: dict[int, File] = {}
        self.pool: list[File] = []
        self._classes = [*tables.lanes.stage_class,
                         *((c,) for c in tables.applicants.file_class.tolist())]  # fmt: skip
        desks = [*tables.lanes.stages, *((d,) for d in tables.applicants.desk.tolist())]
        self._classes_here = sorted(
            {
                file_class
                for classes, stages in zip(self._classes, desks, strict=True)
                for file_class, desk in zip(classes, stages, strict=True)
                if desk == index
            }
        )
        self._active = now.active
        self._n_joined = 0
        self._reviews_begun = 0
        self.enter_regime()

    def enter_regime(self) -> None:
        """Read what is in force now; `rearrange` lets it act on the files that are there."""
        regimes, t = self.now.table, self.now.t
        self.mean_review_s: list[int] = regimes.mean_review_s[t].tolist()
        self.priority: list[int] = regimes.file_priority[t].tolist()
        self.officers = int(regimes.officers[t, self.index])
        means = [(c, self.mean_review_s[c], self.queues[c]) for c in self._classes_here]
        self._needs_no_work = [(self.priority[c], q) for c, mean_s, q in means if mean_s == 0]
        self._worked_on = [(self.priority[c], q) for c, mean_s, q in means if mean_s != NEVER]
        self.shares.enter(self.now)
        if self.quota is not None:
            self.quota.enter(self.now)

    def receive(self, file: File, phase: Phase) -> None:
        """Take in an application; one that needs no work is decided at once."""
        now = self.clock.second
        self.rows.add(now, Kind.FILED, file.source, file.slot, file.quantity, file.part)
        file.filed_s = now
        file.file_class = self._classes[file.source][file.stage]
        if (file.source, file.slot) in self.tables.granted_at_filing:
            self.announce(file, Outcome.GRANTED, phase)
            return
        file.work = self.draws.work(*file.address)
        answer_s = self.draws.answer_s(*file.address) if self.holds else 0
        if answer_s == 0:
            self._join(file, phase)
        elif now + answer_s < self.tables.horizon_s:
            place = key(Phase.FILING, file.source, file.slot & SLOT_BITS)
            self.clock.call(now + answer_s, place, lambda _: self._join(file, Phase.FILING))

    def _join(self, file: File, phase: Phase) -> None:
        """Let a file that is complete have its turn."""
        if file.withdrawn:
            return
        file.place = self._n_joined
        self._n_joined += 1
        if self.mean_review_s[file.file_class] == 0 and self.reviews.works_at(self.clock.second):
            self._reviewed(file, phase)
        elif self.unlimited:
            self._begin(file, phase)
        else:
            self.queues[file.file_class].append(file)
            self.take_up(phase)

    def take_up(self, phase: Phase) -> None:
        """Decide what a new week's quota allows, and give files to officers who are free."""
        if self.quota is not None:
            self.quota.serve(phase)
        if self.unlimited or not self.reviews.works_at(self.clock.second):
            return
        while self._needs_no_work and (file := self._next_file(self._needs_no_work)) is not None:
            self._reviewed(file, phase)
        while len(self.under_review) < self.officers:
            file = self._next_file(self._worked_on)
            if file is None:
                return
            self._begin(file, phase)

    def _next_file(self, queues: list[tuple[int, deque[File]]]) -> File | None:
        """Take the file whose turn it is off its queue: by priority, then first come."""
        best: deque[File] | None = None
        best_place: tuple[int, int] | None = None
        for priority, queue in queues:
            while queue and queue[0].withdrawn:
                queue.popleft()
            if queue:
                place = (priority, queue[0].place)
                if best_place is None or place < best_place:
                    best, best_place = queue, place
        return best.popleft() if best is not None else None

    def _begin(self, file: File, phase: Phase) -> None:
        """Start or go on with a review; its end is known unless its class is stopped before."""
        now, horizon_s = self.clock.second, self.tables.horizon_s
        file.since_s = now
        file.stretches = self.reviews.stretches(self.now.active, file.file_class)
        end = self.reviews.end(file.stretches, file.work, now, wait=self.unlimited)
        if end == now and phase >= self.phase:
            self._reviewed(file, phase)
            return
        self._reviews_begun += 1
        file.review = self._reviews_begun
        file.end_s = horizon_s if end is None else end
        self.under_review[file.review] = file
        if end is not None and end < horizon_s:
            place = key(self.phase, file.source, file.slot & SLOT_BITS)
            review = file.review
            self.clock.call(end, place, lambda _: self._finish(file, review))

    def _finish(self, file: File, review: int) -> None:
        if self.under_review.pop(review, None) is None:
            return
        if not file.withdrawn:
            self._reviewed(file, self.phase)
        self.take_up(self.phase)

    def _reviewed(self, file: File, phase: Phase) -> None:
        """Decide a file whose work is done, unless it has to wait for a quota or a round."""
        if self.quota is not None:
            self.quota.add(file, phase)
            return
        outcome = self.shares.outcome(file)
        if self.in_rounds and outcome is Outcome.GRANTED:
            self.pool.append(file)
        else:
            self.announce(file, outcome, phase)

    def announce(self, file: File, outcome: Outcome, phase: Phase) -> None:
        """Let a decision fall."""
        self.rows.add(
            self.clock.second, Kind.DECIDED, file.source, file.slot, file.quantity,
            int(outcome), file.part,
        )  # fmt: skip
        if outcome is Outcome.GRANTED:
            self.applicant.granted(file, phase)
        elif outcome is Outcome.RETURNED:
            self._come_back(file, self.draws.answer_s(*file.address))
        elif outcome is Outcome.REFUSED and self.shares.refiles(file):
            self._come_back(file, self.refile_after_s)
        else:
            self.applicant.lost(file)

    def _come_back(self, file: File, lag_s: int) -> None:
        """Have the same file filed again: a second later at least, unless it is withdrawn."""
        at = self.clock.second + max(1, lag_s)
        if at < self.tables.horizon_s:
            place = key(Phase.FILING, file.source, file.slot & SLOT_BITS)
            self.clock.call(
                at, place, lambda _: None if file.withdrawn else self.applicant.back(file)
            )

    def rearrange(self) -> None:
        """Let another regime act: stopped classes give their officers back, others may be taken.

        Reviews go on at the speeds of the triggers that are active now, with their work kept.
        """
        now = self.clock.second
        stopped: list[File] = []
        same = self.now.active == self._active
        self._active = self.now.active
        for file in list(self.under_review.values()):
            stops = not self.unlimited and self.mean_review_s[file.file_class] == NEVER
            if same and not stops:
                continue
            stretches = self.reviews.stretches(self.now.active, file.file_class)
            if not stops and same_between(now, file.end_s + 1, file.stretches, stretches):
                continue
            del self.under_review[file.review]
            file.work = self.reviews.left(file.stretches, file.work, file.since_s, now)
            if stops:
                stopped.append(file)
            else:
                self._begin(file, Phase.REGIME_CHANGE)
        for file in sorted(stopped, key=lambda file: file.place, reverse=True):
            self.queues[file.file_class].appendleft(file)
        self.take_up(Phase.REGIME_CHANGE)


def _has_quota(tables: ModelTables, desk: int) -> bool:
    """Say whether a desk ever has a quota."""
    regimes = tables.regimes
    return bool((regimes.quota_files[:, desk] != UNSET).any()) or bool(
        (regimes.quota_amount[:, desk] != UNSET).any()
    )
