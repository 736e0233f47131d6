"""Stage 7: which alternative is better, and how sure that is. `compare(results)` gives `Findings`.

| module | table |
|---|---|
| `alternatives` | `summary`, `paired` |
| `structural` | `structural`: settings of licence desks side by side |
| `halt_curves` | `halt_curves` |
| `licences` | `waits`, `backlog` |
| `runway` | `runway_fans` |
| `costs` | `cost_totals` |
| `cost_records` | cost beside downtime, a record for each alternative |
| `overall` | a mean over all plants from a row for each sector |
| `panel`, `resample` | outcomes as arrays; resampling of whole replications |
| `frames` | rows and curves put together |
| `as_json` | the summary as the command line prints it |
"""

from __future__ import annotations

from sim.compare.findings import Findings, compare

__all__ = ["Findings", "compare"]
