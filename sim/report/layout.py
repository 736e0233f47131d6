"""Where things stand on a picture: sheets in inches, calendar axes, labels that do not collide.

A picture has a title and a line under it at the top, a caption at the bottom, and between them a
body with panels, placed in inches from the body's top left corner. The page shows the body alone
and sets title and caption as text.

In:  names, dates and sizes.
Out: `Sheet`, whose `picture` the figure functions hand back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from sim.report.style import INK, MUTED, SIZE, Picture, styled

__all__ = [
    "MONTHS",
    "Sheet",
    "ceiling",
    "date_axis",
    "date_text",
    "date_ticks",
    "fitted",
    "short_date",
    "spread",
    "stacked_rows",
    "text_width",
    "wrapped",
]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_LINE = 1.35  # height of a line of text, in font sizes
_POINTS = 72.0
_MARGIN = 0.15


def date_text(start: date, day: float) -> str:
    """Calendar date a number of days after the start, in words.

    Examples
    --------
    >>> date_text(date(2025, 4, 4), 69.9)
    '12 June 2025'
    """
    when = start + timedelta(days=int(np.floor(day)))
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def short_date(when: date) -> str:
    """Return a date such as `4 Apr 2025`."""
    return f"{when.day} {MONTHS[when.month - 1][:3]} {when.year}"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text [inches]."""
    with styled():
        font = FontProperties(size=size, weight="bold" if bold else "normal")
        width, _, _ = text_to_path.get_text_width_height_descent(text or " ", font, ismath=False)
    return float(width) / _POINTS


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines of a text, none wider than `width` inches; a word that is too long is cut.

    Examples
    --------
    >>> wrapped("one two three", 0.7, 10.0)
    ['one two', 'three']
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        while text_width(word, size) > width and len(word) > 1:
            cut = _longest_start(word, width, size)
            lines += [line] if line else []
            lines, line, word = [*lines, word[:cut]], "", word[cut:]
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _longest_start(word: str, width: float, size: float) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if text_width(word[:middle], size) <= width else (low, middle - 1)
        )
    return low


def fitted(text: str, width: float, size: float, n_lines: int = 2) -> str:
    """Return the text in at most `n_lines` lines, what does not fit cut off with an ellipsis."""
    lines = wrapped(text, width, size)
    if len(lines) <= n_lines:
        return "\n".join(lines)
    last = " ".join(lines[n_lines - 1 :])
    room = width - text_width("…", size)
    kept = last[: _longest_start(last, room, size)].rstrip()
    return "\n".join([*lines[: n_lines - 1], f"{kept}…"])


def spread(
    values: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf
) -> NDArray[np.float64]:
    """Move positions apart until neighbours are `gap` from each other, as little as possible.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        Wanted positions, in any order.
    gap : float
        Least distance, in the unit of the values.
    low, high : float
        Bounds; `high` gives way if both cannot be kept.

    Returns
    -------
    ndarray of float64, shape (n,)
        In the order of `values`.

    Examples
    --------
    >>> spread([0.0, 0.0, 5.0], 1.0)
    array([-0.5,  0.5,  5. ])
    """
    wanted = np.asarray(values, dtype=np.float64)
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(wanted.size)
    blocks: list[tuple[float, int]] = []
    for value in (wanted[order] - steps).tolist():
        mean, n = value, 1
        while blocks and blocks[-1][0] > mean:
            other, m = blocks.pop()
            mean, n = (mean * n + other * m) / (n + m), n + m
        blocks.append((mean, n))
    level = np.repeat([mean for mean, _ in blocks], [n for _, n in blocks])
    highest = max(high - (steps[-1] if steps.size else 0.0), low)
    found = np.empty_like(wanted)
    found[order] = np.clip(level, low, highest) + steps
    return found


def ceiling(peaks: Mapping[str, float], baseline: str) -> tuple[float, list[str]]:
    """Top of an axis that starts at 0, and the names that are cut off there.

    A line that peaks at more than three times the median line and the baseline would flatten all
    others; it is left to run out of the picture, and the caption names it.

    Examples
    --------
    >>> ceiling({"base": 10.0, "a": 12.0, "b": 500.0}, "base")
    (12.0, ['b'])
    """
    known = {name: peak for name, peak in peaks.items() if np.isfinite(peak)}
    if not known:
        return 1.0, []
    limit = 3 * max(float(np.median(list(known.values()))), known.get(baseline, 0.0))
    kept = [peak for peak in known.values() if peak <= limit]
    return max(kept, default=1.0) or 1.0, [name for name, peak in known.items() if peak > limit]


def stacked_rows(places: Sequence[float], gap: float) -> list[int]:
    """Row of each mark so that marks in one row are at least `gap` apart; places ascending.

    Examples
    --------
    >>> stacked_rows([0, 1, 5, 6], 2.0)
    [0, 1, 0, 1]
    """
    ends: list[float] = []
    rows = []
    for place in places:
        free = [row for row, end in enumerate(ends) if place - end >= gap]
        row = free[0] if free else len(ends)
        ends = [*ends, place] if row == len(ends) else ends
        ends[row] = place
        rows.append(row)
    return rows


def date_ticks(start: date, horizon_days: float, most: int) -> list[tuple[float, str]]:
    r"""Positions [days since the start] and labels of a calendar axis, at most about `most`.

    The first label and the first of each year name the year, on a second line.

    Examples
    --------
    >>> date_ticks(date(2025, 11, 20), 100, 4)
    [(11.0, 'Dec\n2025'), (42.0, 'Jan\n2026'), (73.0, 'Feb')]
    """
    for step in (1, 2, 7, 14):
        if horizon_days / step <= most:
            days = [start + timedelta(days=step * n) for n in range(int(horizon_days / step) + 1)]
            return _labelled(start, days, "{day} {month}")
    firsts = []
    month = start.year * 12 + start.month - (1 if start.day == 1 else 0)
    while (date(month // 12, month % 12 + 1, 1) - start).days <= horizon_days:
        firsts.append(date(month // 12, month % 12 + 1, 1))
        month += 1
    every = next((n for n in (1, 2, 3, 6, 12) if len(firsts) / n <= most), 24)
    kept = [
        day for day in firsts if (day.month - 1) % every == 0 and day.year % (every // 12 or 1) == 0
    ]
    return _labelled(start, kept, "{month}")


def _labelled(start: date, days: Sequence[date], form: str) -> list[tuple[float, str]]:
    ticks, year = [], 0
    for day in days:
        label = form.format(day=day.day, month=MONTHS[day.month - 1][:3])
        ticks.append(
            (float((day - start).days), label + (f"\n{day.year}" if day.year != year else ""))
        )
        year = day.year
    return ticks


def date_axis(axes: Axes, start: date, horizon_days: float, *, labels: bool = True) -> None:
    """Make the horizontal axis a calendar; its values stay days since the start."""
    figure = axes.get_figure(root=True)
    width = axes.get_position().width * (figure.get_size_inches()[0] if figure else 6.0)
    ticks = date_ticks(start, horizon_days, max(2, int(width / 0.5)))
    axes.set_xlim(0.0, horizon_days)
    places = [place for place, _ in ticks]
    axes.set_xticks(places, [label if labels else "" for _, label in ticks])
    axes.grid(visible=True, axis="x")
    axes.tick_params(axis="x", length=3 if labels else 0)


class Sheet:
    """A picture in the making.

    Parameters
    ----------
    width, height : float
        Width of the picture and height of its body [inches].
    title, subtitle : str
        What it shows; one line under it with what to look at.
    caption : str
        Replications, what bands and bars are, and anything a reader must know.
    """

    def __init__(
        self, width: float, height: float, title: str, subtitle: str, caption: str
    ) -> None:
        room = width - 2 * _MARGIN
        # Bold letters are wider than those that are measured.
        bold = wrapped(title, room * 0.87, SIZE.title)
        under = wrapped(subtitle, room, SIZE.subtitle)
        heads = [(line, SIZE.title, "bold", INK) for line in bold]
        heads += [(line, SIZE.subtitle, "normal", MUTED) for line in under]
        foot = wrapped(caption, room, SIZE.small)
        head = sum(size for _, size, _, _ in heads) * _LINE / _POINTS + 2 * _MARGIN
        feet = len(foot) * SIZE.small * _LINE / _POINTS + 2 * _MARGIN
        self.width, self.height = width, height
        self._total, self._head = head + height + feet, head
        with styled():
            self.picture = Picture(width, self._total)
            self.picture.heading, self.picture.subtitle = title, subtitle
            self.picture.caption = caption
            self.picture.body = Bbox([[0.0, feet], [width, feet + height]])
            self._frame(heads, foot, feet)

    def _frame(
        self, heads: list[tuple[str, float, str, str]], foot: list[str], feet: float
    ) -> None:
        place = _MARGIN
        for line, size, weight, colour in heads:
            at = 1 - (place + size / _POINTS) / self._total
            text = self.picture.text(
                _MARGIN / self.width, at, line, size=size, weight=weight, color=colour
            )
            place += size * _LINE / _POINTS
            self.picture.frame_texts.append(text)
        for number, line in enumerate(foot):
            at = feet - _MARGIN - (number + 0.8) * SIZE.small * _LINE / _POINTS
            text = self.picture.text(
                _MARGIN / self.width, at / self._total, line, size=SIZE.small, color=MUTED
            )
            self.picture.frame_texts.append(text)

    def panel(self, left: float, top: float, width: float, height: float, title: str = "") -> Axes:
        """Axes at a place of the body [inches from its top left]; the title stands above them."""
        bottom = self._total - self._head - top - height
        axes = self.picture.add_axes(
            (left / self.width, bottom / self._total, width / self.width, height / self._total)
        )
        if title:
            axes.set_title(title, loc="left", size=SIZE.subtitle, weight="bold", pad=5)
        return axes

    def text(self, left: float, top: float, text: str, *, size: float = SIZE.text,
             weight: str = "normal", colour: str = INK) -> None:  # fmt: skip
        """Text whose first baseline is one font size under `top` [inches in the body]."""
        at = self._total - self._head - top - size / _POINTS
        self.picture.text(
            left / self.width, at / self._total, text, size=size, weight=weight, color=colour,
            linespacing=_LINE - 0.15,
        )  # fmt: skip

    def line(self, left: float, right: float, top: float, line: Line2D) -> None:
        """Horizontal line between two places of the body [inches]."""
        at = 1 - (self._head + top) / self._total
        line.set_data([left / self.width, right / self.width], [at, at])
        line.set_transform(self.picture.transSubfigure)
        self.picture.add_artist(line)

    def box(self, left: float, top: float, width: float, height: float, box: Rectangle) -> None:
        """Filled box at a place of the body [inches]."""
        at = 1 - (self._head + top + height) / self._total
        box.set_bounds(left / self.width, at, width / self.width, height / self._total)
        box.set_transform(self.picture.transSubfigure)
        self.picture.add_artist(box)
