"""When a review ends: work accrues at a speed that changes on known dates, never in pauses.

Within a stretch of constant speed the end is exact: `ceil(work x mean)` seconds of working time.
Equal neighbouring regimes are one stretch, so a rule that changes nothing moves nothing. Every set
of active triggers has stretches of its own; when the set changes, a review goes on in those of the
new set, unless the two are the same until its end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.engine.rules import seconds_to_review, work_done
from sim.model.dates import merge_spans
from sim.model.tables import NEVER, ModelTables, RegimeTable

__all__ = ["ReviewClock", "Stretch", "WorkingTime", "same_between"]


class Stretch(NamedTuple):
    """A class of files at one speed: mean review time [s] or NEVER, over seconds [since, until)."""

    mean_s: int
    on_working_days: bool
    since: int
    until: int


class WorkingTime:
    """Seconds in which somebody works: all of them but the given spans.

    Parameters
    ----------
    spans : sequence of (int, int)
        Seconds [from, to) in which nobody works; merged and in order.
    """

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.begins = [begins for begins, _ in spans]
        self.ends = [ends for _, ends in spans]
        self.idle_before = [0]
        for begins, ends in spans:
            self.idle_before.append(self.idle_before[-1] + ends - begins)

    def works_at(self, second: int) -> bool:
        """Say whether somebody works in this second."""
        i = bisect_right(self.begins, second) - 1
        return i < 0 or second >= self.ends[i]

    def worked(self, begins: int, ends: int) -> int:
        """Return the working seconds in [begins, ends)."""
        return self._worked_before(ends) - self._worked_before(begins)

    def _worked_before(self, second: int) -> int:
        i = bisect_right(self.begins, second) - 1
        if i < 0:
            return second
        return second - self.idle_before[i] - (min(second, self.ends[i]) - self.begins[i])

    def after(self, begins: int, seconds: int) -> int:
        """Return the first second by which `seconds` of work have passed since `begins`.

        No work at all is done in the first working second, not in a pause.

        Examples
        --------
        >>> time = WorkingTime([(10, 20)])
        >>> time.after(5, 5), time.after(5, 6), time.after(12, 0), time.after(12, 3)
        (10, 21, 20, 23)
        """
        i = bisect_right(self.begins, begins) - 1
        if i >= 0 and begins < self.ends[i]:
            begins = self.ends[i]
        i += 1
        while i < len(self.begins) and begins + seconds > self.begins[i]:
            seconds -= self.begins[i] - begins
            begins = self.ends[i]
            i += 1
        return begins + seconds


class ReviewClock:
    """Working time and speeds of one desk in one run.

    Parameters
    ----------
    tables : ModelTables
    desk : int
        Desk D.
    closed : list of (int, int)
        Random closed periods, seconds [from, to).
    """

    def __init__(self, tables: ModelTables, desk: int, closed: list[tuple[int, int]]) -> None:
        self.tables = tables
        self.pauses = merge_spans([*tables.desks.pauses[desk], *closed])
        self._any_day = WorkingTime(self.pauses)
        self._working_days = WorkingTime(merge_spans([*self.pauses, *tables.off_days]))
        self._stretches: dict[tuple[int, int], tuple[Stretch, ...]] = {}

    def works_at(self, second: int) -> bool:
        """Say whether the desk works in this second (pauses and closures only)."""
        return self._any_day.works_at(second)

    def stretches(self, active: int, file_class: int) -> tuple[Stretch, ...]:
        """Return the speeds of a class from 0 to the horizon while a set of triggers is active."""
        place = active, file_class
        if place not in self._stretches:
            regimes = self.tables.regimes_under(active)
            self._stretches[place] = _merged(regimes, file_class, self.tables.horizon_s)
        return self._stretches[place]

    def end(
        self, stretches: Sequence[Stretch], work: int, begins: int, *, wait: bool
    ) -> int | None:
        """Return the second a review that begins now ends.

        None if it does not end before the horizon, or (unless `wait`) if the class is stopped
        first: then the file is put back and its review begins again later. A stop in the very
        second in which the review would end comes first, as in the order of a second.
        """
        last: int | None = None
        for time, mean_s, since, until in self._walk(stretches, begins):
            if mean_s == NEVER:
                if not wait:
                    return None
                work = work if last is None else 1
                last = None
                continue
            if last is not None:
                return last
            end = time.after(since, seconds_to_review(work, mean_s))
            if end < until:
                return end
            if end == until:
                last = end
            else:
                work -= work_done(time.worked(since, until), mean_s) if mean_s else 0
        return last

    def left(self, stretches: Sequence[Stretch], work: int, begins: int, now: int) -> int:
        """Return the work still to be done of a review that began with `work`."""
        for time, mean_s, since, until in self._walk(stretches, begins):
            if since >= now:
                break
            if mean_s > 0:
                work -= work_done(time.worked(since, min(until, now)), mean_s)
        return max(work, 1)

    def _walk(
        self, stretches: Sequence[Stretch], begins: int
    ) -> Iterator[tuple[WorkingTime, int, int, int]]:
        """Yield (working time, mean, since, until) of each stretch from `begins` on."""
        for mean_s, working, since, until in stretches:
            if until > begins:
                time = self._working_days if working else self._any_day
                yield time, mean_s, max(since, begins), until


def same_between(begins: int, ends: int, one: Sequence[Stretch], other: Sequence[Stretch]) -> bool:
    """Say whether two sequences of stretches are the same over seconds [begins, ends).

    Examples
    --------
    >>> steady = [Stretch(5, False, 0, 90)]
    >>> slower = [Stretch(5, False, 0, 40), Stretch(9, False, 40, 90)]
    >>> same_between(10, 40, steady, slower), same_between(10, 41, steady, slower)
    (True, False)
    """
    if one is other or begins >= ends:
        return True
    first, second = (
        [
            stretch._replace(since=max(stretch.since, begins), until=min(stretch.until, ends))
            for stretch in stretches
            if stretch.since < ends and stretch.until > begins
        ]
        for stretches in (one, other)
    )
    return first == second


def _merged(regimes: RegimeTable, file_class: int, horizon_s: int) -> tuple[Stretch, ...]:
    """Return the stretches of a class, equal neighbours merged."""
    stretches: list[Stretch] = []
    ends = [*regimes.t_s[1:].tolist(), horizon_s]
    for t, (since, until) in enumerate(zip(regimes.t_s.tolist(), ends, strict=True)):
        mean_s = int(regimes.mean_review_s[t, file_class])
        working = bool(regimes.working_days[t, file_class])
        if stretches and stretches[-1][:2] == (mean_s, working):
            stretches[-1] = stretches[-1]._replace(until=until)
        else:
            stretches.append(Stretch(mean_s, working, since, until))
    return tuple(stretches)
