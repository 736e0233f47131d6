"""Durations, masses and dates: one spelling is read, every other is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.units import (
    DAY_S,
    date_of,
    format_days,
    parse_date,
    parse_duration,
    parse_mass,
    parse_working_days,
    seconds_of,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45 d", 45 * DAY_S), ("6 w", 42 * DAY_S), ("8 h", 28_800), ("1.5 h", 5_400), ("30 min", 1800),
     ("12 s", 12), ("2 weeks", 14 * DAY_S), ("1day", DAY_S)],
)  # fmt: skip
def test_a_duration_is_a_number_and_its_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["45", "d", "-3 d", "1e3 d", "4 5 d", "45 working days", "3 m", ""]
)
def test_any_other_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="need a duration"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "grams"), [("30 kg", 30_000), ("2 t", 2_000_000), ("5g", 5)])
def test_a_mass_is_a_number_and_its_unit(text: str, grams: int) -> None:
    assert parse_mass(text) == grams


@pytest.mark.parametrize("text", ["30", "30 lb", "kg", "-1 kg"])
def test_any_other_mass_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="need a mass"):
        parse_mass(text)


def test_working_days_are_whole() -> None:
    assert parse_working_days("45 working days") == 45
    with pytest.raises(ValueError, match="whole number of working days"):
        parse_working_days("4.5 working days")


@pytest.mark.parametrize(
    "text", ["04/05/2025", "2025-4-5", "1969-12-31", "2201-01-01", "2025-02-30"]
)
def test_a_date_that_can_be_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day"):
        parse_date(text)


@given(st.integers(0, 10**9))
def test_the_date_of_a_second_is_the_day_it_falls_on(second: int) -> None:
    start = date(2025, 4, 4)

    day = date_of(start, second)
    assert seconds_of(start, day) <= second < seconds_of(start, day) + DAY_S


@given(st.integers(0, 10**6))
def test_days_are_shown_as_they_are_read(days: int) -> None:
    assert parse_duration(format_days(days * DAY_S)) == days * DAY_S
