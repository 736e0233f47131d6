"""Every picture of a comparison, by name; `save` writes one as PNG and SVG.

| picture | made from |
|---|---|
| `summary_figure` | share halted and downtime by alternative |
| `halt_curves_figure` | share of plants not halted so far, by date |
| `runway_figure` | inventory runway by date, with events |
| `halt_timeline_figure` | when each plant stands, and why |
| `licences_figure` | backlog, share approved, waits by destination |
| `network_figure` | who supplies whom |
"""

from __future__ import annotations

from sim.report.halts_figure import halt_curves_figure
from sim.report.licence_figure import licences_figure
from sim.report.map_figure import network_figure
from sim.report.runway_figure import runway_figure
from sim.report.style import Picture, save
from sim.report.summary_figure import summary_figure
from sim.report.timeline_figure import halt_timeline_figure

__all__ = [
    "Picture",
    "halt_curves_figure",
    "halt_timeline_figure",
    "licences_figure",
    "network_figure",
    "runway_figure",
    "save",
    "summary_figure",
]
