"""A licence desk: files queue for officers, work accrues, decisions fall.

Setting `queue`: at most so many files are under review at once; among classes that are worked on,
the lowest priority number first, and within a class first come first served. A review is not
interrupted, unless a rule stops its class: then the file goes back to the head of its class with
its work kept. Setting `unlimited`: every file is under review from the second it is filed.

While a file is under review, work accrues at 1 / mean review time of its class, on working days
only if that time is counted in them, and never during a pause. Dated changes of speed act on files
under review from their second on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sim.engine.draws import Draws
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.transit import SLOT_BITS
from sim.engine.review import ReviewClock
from sim.engine.streams import Stream
from sim.engine.trace import Kind, Outcome, TraceRows
from sim.model.tables import NEVER, ModelTables

__all__ = ["Desk", "File"]


class File:
    """One application: goods of a lane's slot, or a number in a stream of other applicants.

    Parameters
    ----------
    source, slot, quantity, attempt : int
        File source (lane, or L + stream); slot or number; amount; 0 for the first filing.
    file_class, work : int
        Class C; work still to be done [units].
    place : int
        Number in the order of filing at the desk: sorts files of equal priority.
    """

    __slots__ = ("attempt", "file_class", "place", "quantity", "review", "since", "slot", "source",
                 "withdrawn", "work")  # fmt: skip

    def __init__(
        self,
        source: int,
        slot: int,
        quantity: int,
        attempt: int,
        file_class: int,
        work: int,
        place: int,
    ) -> None:
        self.source = source
        self.slot = slot
        self.quantity = quantity
        self.attempt = attempt
        self.file_class = file_class
        self.work = work
        self.place = place
        self.since = 0
        self.review = 0
        self.withdrawn = False

    @property
    def address(self) -> tuple[int, int, int]:
        """Source, slot and attempt: what its draws are addressed by."""
        return self.source, self.slot, self.attempt


class Desk:
    """One desk of a run.

    Parameters
    ----------
    clock, tables, rows, draws : Clock, ModelTables, TraceRows, Draws
    index : int
        Desk D.
    on_filed, on_grant, on_loss : callable (File)
        What becomes of the goods: they wait, they may leave, or the order is cancelled.

    Attributes
    ----------
    phase : Phase
        Phase of the event that a decision falls in.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        index: int,
        on_filing: Callable[[File], None],
        on_grant: Callable[[File], None],
        on_loss: Callable[[File], None],
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.draws = draws
        self.index = index
        self.phase = Phase.DECISION
        self.on_filing = on_filing
        self.on_grant = on_grant
        self.on_loss = on_loss
        self.unlimited = tables.desks.setting[index] == "unlimited"
        self.refile_after_s = int(tables.desks.refile_after_s[index])
        self.refile_probability = float(tables.desks.refile_probability[index])
        self.reviews = ReviewClock(tables, index, draws.closed_spans(index))
        self.queues: list[deque[File]] = [
            deque() for _ in range(int(tables.regimes.mean_review_s.shape[1]))
        ]
        self.under_review: dict[int, File] = {}
        self._classes = [*tables.lanes.file_class.tolist(), *tables.applicants.file_class.tolist()]
        self._n_lanes = len(tables.lanes.name)
        self._n_filed = 0
        self._reviews_begun = 0
        self._enter_regime(0)

    def _enter_regime(self, regime: int) -> None:
        regimes = self.tables.regimes
        self.mean_review_s: list[int] = regimes.mean_review_s[regime].tolist()
        self.approval_rate: list[float] = regimes.approval_rate[regime].tolist()
        self.final_refusal_share: list[float] = regimes.final_refusal_share[regime].tolist()
        self.priority: list[int] = regimes.file_priority[regime].tolist()
        self.officers = int(regimes.officers[regime, self.index])

    def file(self, source: int, slot: int, quantity: int, phase: Phase, attempt: int = 0) -> None:
        """Take in an application; one that needs no work is decided at once."""
        now = self.clock.second
        self.rows.add(now, Kind.FILED, source, slot, quantity, attempt)
        file = File(
            source, slot, quantity, attempt, self._classes[source],
            self.draws.work(source, slot, attempt), self._n_filed,
        )  # fmt: skip
        self._n_filed += 1
        self.on_filing(file)
        self.phase = phase
        if self.mean_review_s[file.file_class] == 0 and self.reviews.works_at(now):
            self._decide(file)
        elif self.unlimited:
            self._begin(file)
        else:
            self.queues[file.file_class].append(file)
            self.take_up()
        self.phase = Phase.DECISION

    def take_up(self) -> None:
        """Give files to officers who are free."""
        if self.unlimited or not self.reviews.works_at(self.clock.second):
            return
        for file_class, queue in enumerate(self.queues):
            while queue and self.mean_review_s[file_class] == 0:
                waiting = queue.popleft()
                if not waiting.withdrawn:
                    self._decide(waiting)
        while len(self.under_review) < self.officers:
            file = self._next_file()
            if file is None:
                return
            self._begin(file)

    def _next_file(self) -> File | None:
        """Take the file whose turn it is off its queue: by priority, then first come."""
        best: deque[File] | None = None
        best_place: tuple[int, int] | None = None
        for file_class, queue in enumerate(self.queues):
            while queue and queue[0].withdrawn:
                queue.popleft()
            if not queue or self.mean_review_s[file_class] == NEVER:
                continue
            place = (self.priority[file_class], queue[0].place)
            if best_place is None or place < best_place:
                best, best_place = queue, place
        return best.popleft() if best is not None else None

    def _begin(self, file: File) -> None:
        """Start the review of a file; its end is known unless its class is stopped before."""
        now = self.clock.second
        file.since = now
        self._reviews_begun += 1
        file.review = self._reviews_begun
        end = self.reviews.end(file.file_class, file.work, now, wait=self.unlimited)
        if end == now:
            self._decide(file)
            return
        self.under_review[file.review] = file
        if end is not None and end < self.tables.horizon_s:
            place = key(Phase.DECISION, file.source, file.slot & SLOT_BITS)
            review = file.review
            self.clock.call(end, place, lambda _: self._finish(file, review))

    def _finish(self, file: File, review: int) -> None:
        if self.under_review.pop(review, None) is None:
            return
        if not file.withdrawn:
            self._decide(file)
        self.take_up()

    def _decide(self, file: File) -> None:
        """Decide a file by the shares in force in this second."""
        outcome = self._outcome(file)
        self.rows.add(
            self.clock.second, Kind.DECIDED, file.source, file.slot, file.quantity,
            int(outcome), file.attempt,
        )  # fmt: skip
        if outcome is Outcome.GRANTED:
            self.on_grant(file)
        elif outcome is Outcome.REFUSED and file.source < self._n_lanes and self._refiles(file):
            self._refile(file)
        else:
            self.on_loss(file)

    def _outcome(self, file: File) -> Outcome:
        """Compare the file's uniforms, drawn at filing, with the shares in force."""
        final = self.final_refusal_share[file.file_class]
        if final > 0 and self.draws.outcome(Stream.FINAL_REFUSAL, *file.address) < final:
            return Outcome.REFUSED_FOR_GOOD
        rate = self.approval_rate[file.file_class]
        if rate >= 1 or (rate > 0 and self.draws.outcome(Stream.OUTCOME, *file.address) < rate):
            return Outcome.GRANTED
        return Outcome.REFUSED

    def _refiles(self, file: File) -> bool:
        share = self.refile_probability
        return share >= 1 or (
            share > 0 and self.draws.outcome(Stream.REFILE, *file.address) < share
        )

    def _refile(self, file: File) -> None:
        """File the same goods again after some days, unless they have left by then."""

        def again(_event: object) -> None:
            if not file.withdrawn:
                self.file(file.source, file.slot, file.quantity, Phase.FILING, file.attempt + 1)

        at = self.clock.second + self.refile_after_s
        if at < self.tables.horizon_s:
            self.clock.call(at, key(Phase.FILING, file.source, file.slot & SLOT_BITS), again)

    def change_regime(self, regime: int) -> None:
        """Enter another regime: stopped classes give their officers back, others may be taken."""
        self._enter_regime(regime)
        if self.unlimited:
            return
        stopped = [
            file
            for file in self.under_review.values()
            if self.mean_review_s[file.file_class] == NEVER
        ]
        for file in sorted(stopped, key=lambda file: file.place, reverse=True):
            del self.under_review[file.review]
            file.work = self.reviews.left(file.file_class, file.work, file.since, self.clock.second)
            self.queues[file.file_class].appendleft(file)
        self.take_up()
