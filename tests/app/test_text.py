"""Tables and numbers as text."""

from __future__ import annotations

import math

import pytest

from sim.app.text import cell, number, span, table


def test_a_table_has_a_header_a_rule_and_a_line_a_row() -> None:
    text = table("Title", ("who", "days"), [("a", 1.5), ("bb", 10.0)])

    assert text.splitlines() == ["Title", "who   days", "──────────", "a      1.5", "bb      10"]


def test_markup_in_a_name_is_shown_literally() -> None:
    assert "[bold]x[/bold]" in table("", ("name",), [("[bold]x[/bold]",)])


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (True, "yes"), (False, "no"), (float("nan"), "-"), (3, "3"), (2.0, "2")],
)
def test_a_cell_shows_what_is_not_there_as_a_dash(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_an_endless_number_is_called_so() -> None:
    assert number(math.inf) == "no end"


def test_a_median_that_is_not_reached_is_called_so() -> None:
    assert span(math.nan, math.nan, math.nan) == "not reached"
