"""Stage 6: many runs. `run_design(design, ...)` fills a results folder; `load(folder)` opens it.

| module | what it does |
|---|---|
| `batch` | plan, run what is missing, write down what was run |
| `design` | alternatives times replications, cut into shards with keys |
| `shard`, `worlds` | 25 runs, their tables, and the Parquet files of their outcomes |
| `local`, `worker` | processes on this machine |
| `cluster` | tasks of a Dask cluster |
| `claim` | whose a folder is, and why a key is what it is |
| `check`, `manifest`, `folder` | what may be trusted on disk, and how it gets there |
| `garbage` | blocks that nothing refers to |
| `store` | tables and SQL over a results folder |
| `export` | CSV with a description of its columns |
"""

from __future__ import annotations

from sim.experiment.batch import run_design
from sim.experiment.store import Results, load

__all__ = ["Results", "load", "run_design"]
