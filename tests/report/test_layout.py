"""Places on a sheet: lines that fit, dates on axes, labels that keep their distance."""

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.layout import (
    date_text,
    date_ticks,
    fitted,
    spread,
    stacked_rows,
    text_width,
    wrapped,
)

START = date(2025, 4, 4)


@pytest.mark.parametrize(
    "text",
    ["", "word", "many short words in a row", "W" * 90, "a " + "b" * 60 + " c", "東京 " * 20],
)
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text: str) -> None:
    lines = wrapped(text, 1.5, 8.0)

    assert all(text_width(line, 8.0) <= 1.5 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_that_is_too_long_ends_in_an_ellipsis_and_fits() -> None:
    shown = fitted("a very long name of a plant that nobody can read at a glance", 1.2, 8.0, 2)

    assert shown.endswith("…")
    assert all(text_width(line, 8.0) <= 1.2 for line in shown.split("\n"))
    assert len(shown.split("\n")) == 2


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_labels_keep_their_distance_and_their_order(values: list[float]) -> None:
    found = spread(values, 0.05, 0.0, 1.0)
    order = np.argsort(values, kind="stable")

    assert np.all(np.diff(found[order]) >= 0.05 - 1e-12)
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-9


def test_labels_that_are_far_apart_stay_where_they_are() -> None:
    assert spread([0.9, 0.1, 0.5], 0.1).tolist() == pytest.approx([0.9, 0.1, 0.5])


def test_marks_in_one_row_are_never_closer_than_the_gap() -> None:
    places = [0.0, 1.0, 1.5, 6.0, 6.1, 20.0]

    rows = stacked_rows(places, 5.0)

    for row in set(rows):
        mine = [place for place, of in zip(places, rows, strict=True) if of == row]
        assert all(b - a >= 5.0 for a, b in itertools.pairwise(mine))


@pytest.mark.parametrize("horizon", [3, 20, 60, 200, 590, 1500, 7000])
def test_an_axis_has_a_few_dates_and_the_first_names_the_year(horizon: int) -> None:
    ticks = date_ticks(START, horizon, 12)

    assert 1 <= len(ticks) <= 13
    assert "\n202" in ticks[0][1]
    assert all(0 <= place <= horizon for place, _ in ticks)


def test_each_new_year_is_named_once() -> None:
    labels = [label for _, label in date_ticks(START, 590, 20)]

    assert [label for label in labels if "\n" in label] == ["May\n2025", "Jan\n2026"]


def test_a_tick_stands_at_midnight_of_its_date() -> None:
    assert date_ticks(START, 300, 4) == [
        (88.0, "Jul\n2025"),
        (180.0, "Oct"),
        (272.0, "Jan\n2026"),
    ]


def test_the_last_second_of_a_day_still_has_its_date() -> None:
    assert date_text(START, 68.99999) == "11 June 2025"
    assert date_text(START, 69.0) == "12 June 2025"
