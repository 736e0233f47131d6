"""How every picture looks: colours, sizes, fonts, and files that come out the same each time.

Names come from scenario files and are drawn as they are written: `$x^2$` is five characters, not
mathematics. Nothing here opens a window or keeps a figure alive.

In:  a matplotlib `Figure` made by `sim.report.layout`.
Out: `name.png` and `name.svg` with the same bytes for the same figure.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.transforms import Bbox

__all__ = [
    "CAUSE_COLOURS",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "SIZE",
    "WARNING",
    "LineLook",
    "Picture",
    "cause_colour",
    "line_looks",
    "save",
    "styled",
    "svg_bytes",
]

INK: Final = "#1a1a1a"
MUTED: Final = "#595959"
GRID: Final = "#dddddd"
PAPER: Final = "#ffffff"
WARNING: Final = "#d55e00"

# Okabe and Ito (2008) without black, which is the baseline's, and yellow, which is lost on white.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (5.0, 1.8), (1.2, 1.5), (6.0, 1.5, 1.2, 1.5))
_MARKERS: Final = ("o", "s", "^", "D")

CAUSE_COLOURS: Final[dict[str, str]] = {
    "licence pending": "#d55e00",
    "licence refused": "#7a2f5f",
    "licence expired": "#8c3b00",
    "customs hold": "#56b4e9",
    "in transit": "#0072b2",
    "rationed": "#b7c78b",
    "capacity": "#e69f00",
    "never ordered": "#7f7f7f",
    "demand": "#3b1d8f",
}
_OTHER_CAUSE: Final = "#1a1a1a"


@dataclass(frozen=True, slots=True)
class _Sizes:
    title: float = 13.0
    subtitle: float = 9.5
    text: float = 8.5
    small: float = 7.5


SIZE: Final = _Sizes()

_FONT: Final = "DejaVu Sans"
# Used for the glyphs that the first font lacks, where a machine has them; never required.
_FALLBACKS: Final = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
    "Hiragino Sans", "Microsoft YaHei", "Yu Gothic", "WenQuanYi Zen Hei", "Malgun Gothic",
    "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Emoji",
)  # fmt: skip
# Verdana is as wide as DejaVu Sans; the others are narrower, so text never grows into its
# neighbours on a machine without the first font.
_SVG_FAMILIES: Final = "'DejaVu Sans', Verdana, 'Segoe UI', Roboto, Arial, sans-serif"
_FAMILY_IN_SVG: Final = re.compile(
    r"""(<(?:text|tspan) style="[^"]*?)'DejaVu Sans'(?:, ?(?:'[^']*'|[a-z-]+))*"""
)


def _rc_params() -> Any:
    installed = set(fontManager.get_font_names())
    return {
        "font.family": [_FONT, *(font for font in _FALLBACKS if font in installed)],
        "font.size": SIZE.text,
        "text.parse_math": False,
        "text.usetex": False,
        "text.color": INK,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.labelsize": SIZE.text,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "axes.formatter.use_mathtext": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": SIZE.text,
        "ytick.labelsize": SIZE.text,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "figure.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "savefig.bbox": None,
        "path.simplify": True,
        "path.simplify_threshold": 0.1,
        # Text stays text: it can be read aloud, searched and copied, and is small.
        "svg.fonttype": "none",
        "svg.hashsalt": "magnet-runway",
    }


@contextmanager
def styled() -> Iterator[None]:
    """Hold the project's settings for the time of a block, and put the user's back afterwards.

    A glyph that no font on this machine has is drawn as a box, without a warning: the page and
    the SVG carry the text itself.
    """
    with mpl.rc_context(_rc_params()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


class Picture(Figure):
    """A figure that is drawn in the project's style wherever and whenever it is drawn.

    Parameters
    ----------
    width, height : float
        Size [inches].

    Attributes
    ----------
    heading, subtitle, caption : str
        What stands above and below the body.
    frame_texts : list of Text
        The artists that show them.
    body : Bbox
        The rest of the picture [inches].
    """

    heading: str
    subtitle: str
    caption: str
    frame_texts: list[Text]
    body: Bbox

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), dpi=100)
        FigureCanvasAgg(self)
        self.heading = self.subtitle = self.caption = ""
        self.frame_texts = []
        self.body = Bbox([[0.0, 0.0], [width, height]])

    def _repr_png_(self) -> bytes:
        """Show the figure in a notebook."""
        buffer = BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()

    def draw(self, renderer: RendererBase) -> None:
        """Draw everything; matplotlib makes tick labels only now, so the style must hold now."""
        with styled():
            super().draw(renderer)


@dataclass(frozen=True, slots=True)
class LineLook:
    """How one alternative is drawn in every picture: colour, dashes, marker, width [points]."""

    colour: str
    dashes: tuple[float, ...]
    marker: str
    width: float

    @property
    def line(self) -> dict[str, Any]:
        """Keyword arguments of a matplotlib line."""
        style: Any = (0, self.dashes) if self.dashes else "-"
        return {"color": self.colour, "linestyle": style, "linewidth": self.width}


def line_looks(alternatives: Sequence[str], baseline: str) -> dict[str, LineLook]:
    """Look of each alternative: the baseline black, the others by their order.

    Colours repeat after six with other dashes and markers, so the first 24 differ.

    Examples
    --------
    >>> looks = line_looks(["as it was", "no controls", "total stop"], "as it was")
    >>> looks["as it was"].colour, looks["total stop"].colour
    ('#1a1a1a', '#d55e00')
    """
    looks = {}
    others = [name for name in alternatives if name != baseline]
    for number, name in enumerate(others):
        turn = number // len(_COLOURS) % len(_DASHES)
        colour = _COLOURS[number % len(_COLOURS)]
        looks[name] = LineLook(colour, _DASHES[turn], _MARKERS[turn], 1.4)
    looks[baseline] = LineLook(INK, (), "o", 2.2)
    return {name: looks[name] for name in alternatives if name in looks} | {
        baseline: looks[baseline]
    }


def cause_colour(cause: str) -> str:
    """Colour of a cause of halts; one that is not in the list is black."""
    return CAUSE_COLOURS.get(cause, _OTHER_CAUSE)


def save(figure: Figure, folder: str | Path, name: str) -> tuple[Path, Path]:
    """Write `name.png` and `name.svg`; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        Any figure of this package.
    folder : str or Path
        Made if it is missing.
    name : str
        File name without its ending.

    Returns
    -------
    tuple of Path
        The PNG (160 dots an inch) and the SVG.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    png, svg = place / f"{name}.png", place / f"{name}.svg"
    with styled():
        figure.savefig(png, format="png", dpi=160, metadata={"Software": None})
    svg.write_bytes(svg_bytes(figure))
    return png, svg


def svg_bytes(figure: Figure, **options: Any) -> bytes:
    """SVG of a figure, without a date, with text as text.

    Parameters
    ----------
    **options
        Passed on to `Figure.savefig`, such as `bbox_inches`.
    """
    buffer = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with styled():
        figure.savefig(buffer, format="svg", metadata=nothing, **options)
    text = buffer.getvalue().decode("utf-8")
    return _FAMILY_IN_SVG.sub(rf"\1{_SVG_FAMILIES}", text).encode("utf-8")
