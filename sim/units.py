"""Seconds, days and dates; grams and pieces: the units inside, and how they are written outside.

Inside, time is whole seconds (int) since midnight of the scenario's start date and quantities are
whole grams, pieces or units (int). Outside, a duration carries its unit (`45 d`), a mass too
(`30 kg`), and a date is a date. A name's suffix is its unit: `_s` seconds, `_days`, `_date`, `_g`,
`_kg`, `_pieces`, `_usd`, `_share`; `n_` counts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

__all__ = [
    "DAY_S",
    "HOUR_S",
    "date_of",
    "days",
    "format_days",
    "format_hours",
    "parse_date",
    "parse_duration",
    "parse_mass",
    "parse_working_days",
    "seconds_of",
]

HOUR_S = 3_600
DAY_S = 86_400

_SECONDS = {
    "s": 1, "min": 60, "h": HOUR_S, "d": DAY_S, "w": 7 * DAY_S,
    "second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": HOUR_S, "hours": HOUR_S,
    "day": DAY_S, "days": DAY_S, "week": 7 * DAY_S, "weeks": 7 * DAY_S,
}  # fmt: skip
_GRAMS = {"g": 1, "kg": 1_000, "t": 1_000_000}
_NUMBER = r"(\d{1,15}(?:\.\d{1,9})?)"
_DURATION = re.compile(rf"^{_NUMBER} ?(s|min|h|d|w|seconds?|minutes?|hours?|days?|weeks?)$")
_WORKING = re.compile(r"^(\d{1,6}) working days?$")
_MASS = re.compile(rf"^{_NUMBER} ?(g|kg|t)$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def parse_duration(text: str) -> int:
    """Whole seconds of a duration with its unit.

    Parameters
    ----------
    text : str
        A number and one of s, min, h, d, w (or the full words), such as `45 d`.

    Returns
    -------
    int
        Seconds; a fraction of a second is rounded to the nearest.

    Raises
    ------
    ValueError
        If the text is not such a duration.

    Examples
    --------
    >>> parse_duration("45 d"), parse_duration("1.5 h")
    (3888000, 5400)
    """
    match = _DURATION.match(text)
    if match is None:
        raise ValueError("need a duration with its unit, such as '45 d', '6 w' or '8 h'")
    return _whole(match[1], _SECONDS[match[2]])


def parse_working_days(text: str) -> int:
    """Count the days of a text such as `45 working days`.

    Raises
    ------
    ValueError
        If the text is not a whole number of working days.

    Examples
    --------
    >>> parse_working_days("45 working days")
    45
    """
    match = _WORKING.match(text)
    if match is None:
        raise ValueError("need a whole number of working days, such as '45 working days'")
    return int(match[1])


def parse_mass(text: str) -> int:
    """Whole grams of a mass with its unit (g, kg, t).

    Raises
    ------
    ValueError
        If the text is not such a mass.

    Examples
    --------
    >>> parse_mass("1.5 kg")
    1500
    """
    match = _MASS.match(text)
    if match is None:
        raise ValueError("need a mass with its unit, such as '30 kg', '500 g' or '2 t'")
    return _whole(match[1], _GRAMS[match[2]])


def parse_date(text: str) -> date:
    """Read a calendar date written YYYY-MM-DD, from 1970 to 2200.

    Raises
    ------
    ValueError
        If the text is not such a date.

    Examples
    --------
    >>> parse_date("2025-04-04")
    datetime.date(2025, 4, 4)
    """
    if not _DATE.match(text):
        raise ValueError("need a date written YYYY-MM-DD")
    day = date.fromisoformat(text)
    if not 1970 <= day.year <= 2200:
        raise ValueError("need a date written YYYY-MM-DD, between 1970 and 2200")
    return day


def days(seconds: int) -> float:
    """Return days as a float, for showing; the model itself keeps to seconds."""
    return seconds / DAY_S


def date_of(start: date, seconds: int) -> date:
    """Return the calendar date on which the second `seconds` after midnight of `start` falls."""
    return start + timedelta(days=seconds // DAY_S)


def seconds_of(start: date, day: date) -> int:
    """Return the second of midnight of `day`, counted from midnight of `start`."""
    return (day - start).days * DAY_S


def format_days(seconds: int) -> str:
    """Show a duration in days with at most two decimals.

    Examples
    --------
    >>> format_days(3_888_000), format_days(3_600)
    ('45 d', '0.04 d')
    """
    return f"{seconds / DAY_S:.2f}".rstrip("0").rstrip(".") + " d"


def format_hours(seconds: int) -> str:
    """Show a duration in hours with at most two decimals.

    Examples
    --------
    >>> format_hours(28_800)
    '8 h'
    """
    return f"{seconds / HOUR_S:.2f}".rstrip("0").rstrip(".") + " h"


def _whole(number: str, factor: int) -> int:
    exact = Decimal(number) * factor
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN))
