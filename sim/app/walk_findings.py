"""The last three hand-offs of `walk`: from many runs to stored results, findings and figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sim.app.text import heading, interval, table
from sim.scenario import Design

__all__ = ["findings_part"]

_SHOWN = ("halted_share", "first_halt_days_median", "downtime_days_mean")


def findings_part(design: Design, alternative: str) -> Iterator[str]:
    """Run one shard of the alternative and of the baseline, compare them, and say what is drawn.

    Nothing is kept: the results live in a temporary folder.
    """
    from sim.app.chosen import only
    from sim.compare import compare
    from sim.experiment import run_design

    names = list(dict.fromkeys([design.baseline, alternative]))
    named = ", ".join(names)
    small = only(design, names)
    n_runs = 25
    with tempfile.TemporaryDirectory() as folder:
        results = run_design(small, n_runs, workers=1, folder=Path(folder))
        yield heading(
            5, "run_design", "Design, replications", "results/",
            f"One shard of {n_runs} replications for each of: {named}. Each table of each shard is "
            "one Parquet file; the manifest comes last.",
        )  # fmt: skip
        yield table(
            "", ("table", "rows"),
            [(name, len(results.table(name)))
             for name in ("runs", "halts", "runway", "licences", "shipments", "service")],
        )  # fmt: skip
        findings = compare(results, baseline=design.baseline)
        yield heading(
            6, "compare", "results", "findings",
            f"Plants by sector over {n_runs} replications, 95 % intervals in brackets.",
        )  # fmt: skip
        rows = findings.summary[findings.summary["level"] == "sector"]
        yield table(
            "", ("alternative", "sector", "share halted", "median first halt [d]", "downtime [d]"),
            [
                (row["alternative"], row["name"], *(interval(row, name) for name in _SHOWN))
                for row in rows.to_dict("records")
            ],
        )  # fmt: skip
    yield heading(
        7, "draw", "findings", "figures, one HTML page",
        "Runway fans, halt-free curves, halt timeline, licence backlog and waits, the network, and "
        "report.html. `python3 -m sim report FILE` makes them.",
    )  # fmt: skip
