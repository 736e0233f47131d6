"""Progress of a batch on stderr: a bar on a terminal, a line every ten seconds elsewhere.

Both say how fast runs are done and how long the rest will take.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

__all__ = ["Show", "Speed", "duration", "in_parts", "progress"]

_EVERY_S = 10.0

Show = Callable[[int, int], None]
"""Told how many runs are done, and how many there are."""


class Speed:
    """Runs a second since the first call, and the time that the rest will take at that rate."""

    def __init__(self) -> None:
        self._begun: tuple[float, int] | None = None

    def words(self, now: float, done: int, total: int) -> str:
        """Return `12.5 runs/s, 3 min left`; empty while there is nothing to tell it by.

        Parameters
        ----------
        now : float
            Clock [s].
        done, total : int
            Runs.
        """
        if self._begun is None:
            self._begun = (now, done)
        seconds, runs = now - self._begun[0], done - self._begun[1]
        if seconds <= 0 or runs <= 0:
            return ""
        rate = runs / seconds
        left = f", {duration((total - done) / rate)} left" if done < total else ""
        return f"{rate:.3g} runs/s{left}"


def duration(seconds: float) -> str:
    """Return a length of time in words.

    Examples
    --------
    >>> duration(0.4), duration(75), duration(600), duration(9000)
    ('1 s', '75 s', '10 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def in_parts(show: Show | None, totals: Sequence[int]) -> list[Show | None]:
    """Return a function for each of several batches, that show them as one.

    What a batch has stored already (the runs done at its first call) is left out of the count, so
    that the rate is that of runs which really are run.

    Parameters
    ----------
    show : callable or None
    totals : sequence of int
        Runs of each batch.
    """
    if show is None:
        return [None] * len(totals)
    done_by, stored_by = [0] * len(totals), [0] * len(totals)
    known = [False] * len(totals)

    def part(number: int) -> Show:
        def tell(done: int, _total: int) -> None:
            if not known[number]:
                known[number], stored_by[number] = True, done
            done_by[number] = done - stored_by[number]
            show(sum(done_by), sum(totals) - sum(stored_by))

        return tell

    return [part(number) for number in range(len(totals))]


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Show | None]:
    """Give a function (done, total) that shows progress, or nothing if `quiet`."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar(what) as show:
            yield show
    else:
        yield _lines(what)


@contextmanager
def _bar(what: str) -> Iterator[Show]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"),
        TextColumn("{task.fields[speed]}"),
    )  # fmt: skip
    speed = Speed()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(what), total=None, speed="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total,
                       speed=speed.words(time.monotonic(), done, total))  # fmt: skip

        yield show


def _lines(what: str) -> Show:
    last, speed = time.monotonic(), Speed()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        words = speed.words(now, done, total)
        if now - last >= _EVERY_S:
            last = now
            told = f" ({words})" if words else ""
            print(f"{what}: {done} of {total} runs{told}", file=sys.stderr, flush=True)

    return show
