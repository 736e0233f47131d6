"""When a review ends: work accrues at a speed that changes on known dates, never in pauses.

Within a stretch of constant speed the end is exact: `ceil(work x mean)` seconds of working time.
Equal neighbouring regimes are one stretch, so a rule that changes nothing moves nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from sim.engine.rules import seconds_to_review, work_done
from sim.model.build import merge_spans
from sim.model.tables import NEVER, ModelTables

__all__ = ["ReviewClock", "WorkingTime"]


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
        pauses = merge_spans([*tables.desks.pauses[desk], *closed])
        self.pauses = pauses
        self._any_day = WorkingTime(pauses)
        self._working_days = WorkingTime(merge_spans([*pauses, *tables.off_days]))
        self._stretches = [
            _merged(tables, c) for c in range(int(tables.regimes.mean_review_s.shape[1]))
        ]

    def works_at(self, second: int) -> bool:
        """Say whether the desk works in this second (pauses and closures only)."""
        return self._any_day.works_at(second)

    def end(self, file_class: int, work: int, begins: int, *, wait: bool) -> int | None:
        """Return the second a review that begins now ends.

        None if it does not end before the horizon, or (unless `wait`) if the class is stopped
        first: then the file is put back and its review begins again later. A stop in the very
        second in which the review would end comes first, as in the order of a second.
        """
        last: int | None = None
        for time, mean_s, since, until in self._walk(file_class, begins):
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

    def left(self, file_class: int, work: int, begins: int, now: int) -> int:
        """Return the work still to be done of a review that began with `work`."""
        for time, mean_s, since, until in self._walk(file_class, begins):
            if since >= now:
                break
            if mean_s > 0:
                work -= work_done(time.worked(since, min(until, now)), mean_s)
        return max(work, 1)

    def _walk(self, file_class: int, begins: int) -> Iterator[tuple[WorkingTime, int, int, int]]:
        """Yield (working time, mean, since, until) of each stretch from `begins` on."""
        for mean_s, working, since, until in self._stretches[file_class]:
            if until > begins:
                time = self._working_days if working else self._any_day
                yield time, mean_s, max(since, begins), until


def _merged(tables: ModelTables, file_class: int) -> list[tuple[int, bool, int, int]]:
    """Return (mean, on working days, from, to) of a class, equal neighbours merged."""
    regimes = tables.regimes
    stretches: list[tuple[int, bool, int, int]] = []
    ends = [*regimes.t_s[1:].tolist(), tables.horizon_s]
    for t, (since, until) in enumerate(zip(regimes.t_s.tolist(), ends, strict=True)):
        mean_s = int(regimes.mean_review_s[t, file_class])
        working = bool(regimes.working_days[t, file_class])
        if stretches and stretches[-1][:2] == (mean_s, working):
            stretches[-1] = (mean_s, working, stretches[-1][2], until)
        else:
            stretches.append((mean_s, working, since, until))
    return stretches
