"""Which days are working days in China, by the official calendar.

A working day is a weekday that is not a public holiday, or a weekend day that the State Council
made a working day to give back a longer holiday. Years are known only once that notice is out;
others are refused, because a guessed calendar would move decisions by a week or more.

In:  `chinese_calendar.csv`.
Out: True or False by date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from sim.data.figures import table
from sim.errors import DataError, Problem

__all__ = ["is_working_day", "known_years", "working_days", "working_days_after"]

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices in China work on this date.

    Raises
    ------
    DataError
        If the calendar of that year is not known here.

    Examples
    --------
    >>> is_working_day(date(2025, 5, 5)), is_working_day(date(2025, 4, 27))
    (False, True)
    """
    if day.year not in known_years():
        raise DataError([_unknown_year(day)])
    exceptions = _exceptions()
    if day in exceptions:
        return exceptions[day]
    return day.weekday() < _SATURDAY


def working_days(start: date, n_days: int) -> tuple[bool, ...]:
    """Whether each of `n_days` days from `start` on is a working day.

    Parameters
    ----------
    start : date
        The first day asked for.
    n_days : int
        How many days; not negative.

    Returns
    -------
    tuple of bool, length n_days
        In the order of the calendar.

    Raises
    ------
    DataError
        If `n_days` is negative or a year is not known here.

    Examples
    --------
    >>> working_days(date(2025, 9, 30), 3)
    (True, False, False)
    """
    if n_days < 0:
        problem = Problem("n_days", f"got {n_days}", "need 0 or more days", code="E_RANGE")
        raise DataError([problem])
    return tuple(is_working_day(start + timedelta(days=index)) for index in range(n_days))


def working_days_after(start: date, n_working_days: int) -> date:
    """Date at whose midnight `n_working_days` working days have passed since midnight of `start`.

    Work accrues 24 hours on each working day and nothing on others, so a statutory clock that
    starts at midnight of `start` runs out at midnight of the date returned.

    Raises
    ------
    DataError
        If `n_working_days` is negative or the count leaves the years known here.

    Examples
    --------
    >>> working_days_after(date(2025, 4, 7), 45)
    datetime.date(2025, 6, 12)
    """
    if n_working_days < 0:
        raise DataError(
            [
                Problem(
                    "n_working_days",
                    f"got {n_working_days}",
                    "need 0 or more working days",
                    code="E_RANGE",
                )
            ]
        )
    day = start
    left = n_working_days
    while left > 0:
        left -= is_working_day(day)
        day += _ONE_DAY
    return day


@cache
def known_years() -> tuple[int, ...]:
    """Years whose calendar is known, in order.

    Examples
    --------
    >>> known_years()
    (2025, 2026)
    """
    return tuple(sorted({day.year for day in _exceptions()}))


@cache
def _exceptions() -> Mapping[date, bool]:
    rows = table("chinese_calendar")
    read = {date.fromisoformat(row["date"]): row["kind"] == "makeup" for row in rows}
    return MappingProxyType(read)


def _unknown_year(day: date) -> Problem:
    years = ", ".join(str(year) for year in known_years())
    return Problem(
        path=day.isoformat(),
        got=f"no Chinese working calendar for {day.year}",
        need=f"need a date in one of the known years: {years}",
        hint="to extend it, add the holidays and make-up days of the State Council's notice on "
        f"{day.year} as rows with that source",
        file="sim/data/chinese_calendar.csv",
        code="E_CALENDAR",
    )
