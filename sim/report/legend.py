"""Legends that show names as they are written, in as many columns as fit.

matplotlib leaves out labels that begin with an underscore; a scenario may use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim.report.layout import Sheet, fitted, text_width
from sim.report.style import SIZE, LineLook

__all__ = ["Legend", "line_legend", "patch_legend"]

_ROW = 0.19
_LINE_SAMPLE = 0.36
_PATCH_SAMPLE = 0.2
_SPACE = 0.25


@dataclass(frozen=True, slots=True)
class Legend:
    """Entries in columns, the first column filled first; sizes in inches.

    Parameters
    ----------
    entries : tuple of (str, LineLook or str)
        Label, and how the line looks, or the colour of a patch.
    n_columns : int
        Columns.
    column_width : float
        Width of each.
    sample : float
        Width of the line or patch in front of a label.
    """

    entries: tuple[tuple[str, LineLook | str], ...]
    n_columns: int
    column_width: float
    sample: float

    @property
    def n_rows(self) -> int:
        """Rows of the longest column."""
        return -(-len(self.entries) // self.n_columns)

    @property
    def height(self) -> float:
        """Height [inches]."""
        return self.n_rows * _ROW

    def draw(self, sheet: Sheet, left: float, top: float) -> None:
        """Draw with the top left corner at a place of the sheet's body."""
        for number, (label, look) in enumerate(self.entries):
            x = left + (number // self.n_rows) * self.column_width
            y = top + (number % self.n_rows) * _ROW
            if isinstance(look, LineLook):
                sheet.line(x, x + self.sample, y + _ROW / 2, Line2D([], [], **look.line))
            else:
                sheet.box(x, y + 0.03, self.sample, _ROW - 0.06, Rectangle((0, 0), 1, 1, fc=look))
            sheet.text(x + self.sample + 0.08, y + 0.025, label)


def line_legend(entries: Sequence[tuple[str, LineLook]], width: float) -> Legend:
    """Legend of lines that is at most `width` inches wide."""
    return _legend(entries, width, _LINE_SAMPLE)


def patch_legend(entries: Sequence[tuple[str, str]], width: float) -> Legend:
    """Legend of coloured patches that is at most `width` inches wide."""
    return _legend(entries, width, _PATCH_SAMPLE)


def _legend(entries: Sequence[tuple[str, LineLook | str]], width: float, sample: float) -> Legend:
    most = width - sample - 0.08 - _SPACE
    cut = [(fitted(label, most, SIZE.text, 1), look) for label, look in entries]
    widest = max((text_width(label, SIZE.text) for label, _ in cut), default=0.0)
    column = widest + sample + 0.08 + _SPACE
    n_columns = max(1, min(int((width + _SPACE) / column), len(cut)))
    return Legend(tuple(cut), n_columns, column, sample)
