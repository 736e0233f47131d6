"""The last hand-off: from findings to figures and one page.

In:  a comparison, its stored results, and the design.
Out: `Drawn`, where the files are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.report.names import Compared, Tables
from sim.report.page import Designed, pictures_of, write_report_page
from sim.report.style import save

__all__ = ["Drawn", "draw"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where a report is.

    Parameters
    ----------
    figures : dict of str to Path
        PNG file of each picture by name; the SVG lies beside it.
    page : Path
        `report.html`, which needs no other file.
    """

    figures: dict[str, Path]
    page: Path


def draw(findings: Compared, results: Tables, design: Designed, folder: str | Path) -> Drawn:
    """Draw every picture as PNG and SVG, and write the page.

    The same inputs give the same bytes.

    Parameters
    ----------
    findings : Findings
        From `sim.compare.compare`.
    results : Results
        From `sim.experiment`.
    design : Design
        From `sim.scenario.load_design`.
    folder : str or Path
        The report's own folder, such as `results/april_2025/report`; made if it is missing.

    Returns
    -------
    Drawn
        Paths of all that was written.
    """
    pictures = pictures_of(findings, results, design)
    figures = {shown.name: save(shown.picture, folder, shown.name)[0] for shown in pictures}
    return Drawn(figures, write_report_page(findings, results, design, folder, pictures))
