"""Stage 8: pictures and one page. `draw(findings, results, design, folder)` makes them all.

| module | what it does |
|---|---|
| `figures` | every picture by name; the `*_figure` modules draw them |
| `style`, `layout`, `legend`, `events` | how pictures look; where things stand on them |
| `sentences`, `waits_moved` | the answer in words |
| `page`, `page_tables`, `assumptions`, `inline` | the page, from `page.html.j2` |
| `names` | what alternatives, sectors and countries are called |
"""

from __future__ import annotations

from sim.report.drawing import Drawn, draw

__all__ = ["Drawn", "draw"]
