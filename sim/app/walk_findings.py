"""The last three hand-offs of `walk`: from many runs to stored results, findings and figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sim.app.text import span, table
from sim.scenario import Design

__all__ = ["findings_part"]


def findings_part(design: Design, alternative: str) -> Iterator[str]:
    """Run one shard of the alternative and of the baseline, compare them, and say what is drawn.

    Nothing is kept: the results live in a temporary folder.
    """
    from sim.app.chosen import only
    from sim.compare import compare
    from sim.experiment import run_design

    names = list(dict.fromkeys([design.baseline, alternative]))
    small = only(design, names)
    n_runs = 25
    with tempfile.TemporaryDirectory() as folder:
        results = run_design(small, n_runs, workers=1, folder=Path(folder))
        line = "5. run_design: Design, replications -> results/"
        yield f"{line}\n{'-' * len(line)}\n" + (
            f"One shard of {n_runs} replications for each of: {', '.join(names)}. Each table of each "
            "shard is one Parquet file; the manifest comes last."
        )
        yield table(
            "", ("table", "rows"),
            [(name, len(results.table(name)))
             for name in ("runs", "halts", "runway", "licences", "shipments", "service")],
        )  # fmt: skip
        findings = compare(results, baseline=design.baseline)
        line = "6. compare: results -> findings"
        yield f"{line}\n{'-' * len(line)}\n" + (
            f"Plants by sector over {n_runs} replications, 95 % intervals in brackets."
        )
        rows = findings.summary[findings.summary["level"] == "sector"]
        yield table(
            "", ("alternative", "sector", "share halted", "median first halt [d]", "downtime [d]"),
            [
                (row.alternative, row.name,
                 span(row.halted_share, row.halted_share_low, row.halted_share_high),
                 span(row.first_halt_days_median, row.first_halt_days_median_low,
                      row.first_halt_days_median_high),
                 span(row.downtime_days_mean, row.downtime_days_mean_low,
                      row.downtime_days_mean_high))
                for row in _records(rows)
            ],
        )  # fmt: skip
    line = "7. draw: findings -> figures, one HTML page"
    yield f"{line}\n{'-' * len(line)}\n" + (
        "Runway fans, halt-free curves, halt timeline, licence backlog and waits, the network, and "
        "report.html. `python3 -m sim report FILE` makes them."
    )


def _records(frame: object) -> list[object]:
    return [type("Row", (), dict(record)) for record in frame.to_dict("records")]  # type: ignore[attr-defined]
