"""A comparison cut down to one setting of the licence desks, for pictures with a line for each.

Three lines for each alternative are too many to be told apart; the table of settings, and the
summary, show all of them.

In:  a comparison.
Out: the same, with the alternatives of the baseline's setting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.columns import COMPARISON_TABLES
from sim.report.names import Compared
from sim.scenario.variants import setting_of

__all__ = ["in_one_setting"]


def in_one_setting(findings: Compared) -> Compared:
    """Return a comparison without the alternatives of other settings than the baseline's.

    Where no alternative was run in several settings, nothing is left out.
    """
    if findings.structural.empty:
        return findings
    own = setting_of(findings.baseline)[1]
    kept = tuple(name for name in findings.alternatives if setting_of(name)[1] in {"", own})
    record: Any = findings
    tables = {
        name: table[table["alternative"].isin(kept)]
        for name in COMPARISON_TABLES
        if name != "structural"
        for table in [getattr(record, name)]
    }
    cut: Compared = replace(record, alternatives=kept, **tables)
    return cut
