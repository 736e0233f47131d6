"""Dated events on a calendar axis: numbers above the first panel, what they are in a list below.

In:  `Scenario.events`.
Out: `EventMarks`, which knows how much room it needs before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes

from sim.report.layout import Sheet, fitted, short_date, stacked_rows, text_width
from sim.report.style import MUTED, SIZE
from sim.scenario.schema import Event

__all__ = ["EventMarks"]

_ROW = 0.14
_KEY_ROW = 0.165
_LEAST = 0.2  # inches between two numbers in one row


class EventMarks:
    """The events within the horizon, numbered by date.

    Parameters
    ----------
    events : sequence of Event
        In any order.
    start : date
        Day 0 of the axis.
    horizon_days : float
        Its end.
    width : float
        Width of the panels [inches].
    """

    def __init__(
        self, events: Sequence[Event], start: date, horizon_days: float, width: float
    ) -> None:
        inside = [event for event in events if 0 <= (event.date - start).days <= horizon_days]
        self.events = tuple(sorted(inside, key=lambda event: (event.date, event.label)))
        self._days = [float((event.date - start).days) for event in self.events]
        self._rows = stacked_rows(self._days, _LEAST * horizon_days / width)

    @property
    def any(self) -> bool:
        """Whether there is anything to mark."""
        return bool(self.events)

    @property
    def strip_height(self) -> float:
        """Room for the numbers above the first panel [inches]."""
        return _ROW * (max(self._rows) + 1) + 0.03 if self._rows else 0.0

    def key_height(self, width: float) -> float:
        """Room for the list [inches]."""
        return _KEY_ROW * self._n_key_rows(width) + 0.1 if self.events else 0.0

    def draw(self, panels: Sequence[Axes]) -> None:
        """Draw a line on every panel and a number above the first."""
        for number, (day, row) in enumerate(zip(self._days, self._rows, strict=True), start=1):
            for axes in panels:
                axes.axvline(day, color=MUTED, linewidth=0.6, alpha=0.55, zorder=1)
            panels[0].annotate(
                str(number), (day, 1.0), xycoords=("data", "axes fraction"),
                xytext=(0, 2 + row * _ROW * 72), textcoords="offset points",
                ha="center", va="bottom", size=SIZE.small, color=MUTED,
            )  # fmt: skip

    def draw_key(self, sheet: Sheet, left: float, top: float, width: float) -> None:
        """List the events, in two columns if there are more than four."""
        n_rows = self._n_key_rows(width)
        column = width / self._n_columns
        for number, event in enumerate(self.events):
            x = left + (number // n_rows) * column
            y = top + (number % n_rows) * _KEY_ROW
            sheet.text(x + 0.17 - text_width(str(number + 1), SIZE.small), y, str(number + 1),
                       size=SIZE.small, colour=MUTED)  # fmt: skip
            sheet.text(x + 0.25, y, short_date(event.date), size=SIZE.small, colour=MUTED)
            label = fitted(event.label, column - 1.15, SIZE.small, 1)
            sheet.text(x + 1.05, y, label, size=SIZE.small)

    @property
    def _n_columns(self) -> int:
        return 2 if len(self.events) > 4 else 1

    def _n_key_rows(self, width: float) -> int:
        n_columns = self._n_columns if width > 5 else 1
        return -(-len(self.events) // n_columns)
