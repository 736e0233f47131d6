"""Statutory clocks run on the Chinese working calendar."""

from datetime import date

import pytest

from sim.data import is_working_day, known_years, table, working_days, working_days_after
from sim.errors import DataError


def test_v09_45_working_days_from_7_april_2025_end_on_12_june() -> None:
    assert working_days_after(date(2025, 4, 7), 45) == date(2025, 6, 12)
    assert sum(working_days(date(2025, 4, 7), 66)) == 45


def test_v10_a_query_of_7_working_days_from_29_september_ends_on_15_october() -> None:
    assert working_days_after(date(2025, 9, 29), 7) == date(2025, 10, 15)


def test_an_ordinary_week_has_five_working_days() -> None:
    assert working_days(date(2025, 3, 10), 7) == (True,) * 5 + (False,) * 2


def test_a_holiday_on_a_weekday_is_not_a_working_day() -> None:
    assert not is_working_day(date(2025, 6, 2))


def test_a_make_up_sunday_is_a_working_day() -> None:
    assert date(2025, 4, 27).strftime("%A") == "Sunday"
    assert is_working_day(date(2025, 4, 27))


def test_no_working_days_end_where_they_start() -> None:
    assert working_days_after(date(2025, 5, 1), 0) == date(2025, 5, 1)
    assert working_days(date(2025, 5, 1), 0) == ()


def test_a_clock_that_starts_on_a_holiday_waits_for_the_first_working_day() -> None:
    assert working_days_after(date(2025, 5, 1), 1) == date(2025, 5, 7)


def test_counting_crosses_from_one_known_year_to_the_next() -> None:
    works = working_days(date(2025, 12, 31), 6)

    assert works == (True, False, False, False, True, True)


@pytest.mark.parametrize(("year", "n_working_days"), [(2025, 248), (2026, 248)])
def test_a_year_has_its_official_number_of_working_days(year: int, n_working_days: int) -> None:
    assert sum(working_days(date(year, 1, 1), 365)) == n_working_days


def test_make_up_days_lie_on_weekends() -> None:
    makeup = [row["date"] for row in table("chinese_calendar") if row["kind"] == "makeup"]

    assert makeup
    assert all(date.fromisoformat(day).weekday() >= 5 for day in makeup)


def test_no_date_stands_twice_and_each_is_a_holiday_or_a_make_up_day() -> None:
    rows = table("chinese_calendar")

    assert len({row["date"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == {"holiday", "makeup"}


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2027, 1, 1)])
def test_a_year_without_a_calendar_is_refused_with_the_known_years(day: date) -> None:
    with pytest.raises(DataError, match=r"known years: 2025, 2026.*to extend it"):
        is_working_day(day)


def test_counting_past_the_known_years_is_refused() -> None:
    with pytest.raises(DataError, match="2027"):
        working_days(date(2026, 12, 31), 2)
    with pytest.raises(DataError, match="2027"):
        working_days_after(date(2026, 12, 31), 2)


def test_the_last_known_day_can_be_counted() -> None:
    assert working_days(date(2026, 12, 31), 1) == (True,)
    assert known_years() == (2025, 2026)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(DataError, match="0 or more"):
        working_days(date(2025, 4, 4), -1)
    with pytest.raises(DataError, match="0 or more"):
        working_days_after(date(2025, 4, 4), -1)
