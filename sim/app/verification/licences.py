"""Rows of the area "licences": what a decision date, a refusal and a validity do.

In:  scenario files for verification.
Out: findings; what is not random must be exact to the second.
"""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.app.verification.estimates import Estimate, exactly, mean_of, within_four_errors
from sim.app.verification.runs import first_halts, tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.engine import Kind, Outcome, Trace, simulate
from sim.outcomes.story import tell
from sim.units import DAY_S

__all__ = ["CHECKS"]


def shares_in_steps() -> tuple[Finding, ...]:
    """V07: nothing for 60 days, then a quarter, from day 84 on 60 %."""
    findings = []
    for stock, expected, rate in (("1500 kg", 80.0, 0.25), ("1800 kg", 114.0, 0.6)):
        halts = first_halts(tables_of("approvals_in_steps", stock), 20)
        grain = 1.0 / 24.0 / (1.0 - rate)
        note = "one consignment an hour, decided at once"
        findings.append(
            within_four_errors(
                "V07", f"first halt with {stock}", expected, mean_of(halts), "d", note, grain
            )
        )
    return tuple(findings)


def refiling(
    row: str, alternative: str, mean: float, sd: float, by_95: float
) -> tuple[Finding, ...]:
    """V08: a refused file comes back until it is granted."""
    days = _first_filing_to_grant(simulate(tables_of("refusal_and_refiling", alternative), 0))
    note = "45 d for a decision, filed again 5 d after a refusal"
    squares = (days - days.mean()) ** 2
    spread = Estimate(float(days.std(ddof=1)), _error_of_sd(squares), days.size)
    return (
        within_four_errors(row, "mean time to a grant", mean, mean_of(days), "d", note),
        within_four_errors(row, "standard deviation of it", sd, spread, "d", note),
        within_four_errors(
            row, "share granted within 95 d", by_95, mean_of(days <= 95.0), "", note
        ),
    )


def _error_of_sd(squares: NDArray[np.float64]) -> float:
    """Return the standard error of a standard deviation: that of the variance, halved over it."""
    variance = float(squares.mean())
    return float(squares.std()) / math.sqrt(squares.size) / (2.0 * math.sqrt(variance))


def _first_filing_to_grant(trace: Trace) -> NDArray[np.float64]:
    """Return days from the first filing to the grant; infinite for goods never granted."""
    filed: dict[int, int] = {}
    granted: dict[int, int] = {}
    for file in tell(trace).files:
        filed.setdefault(file.slot, file.filed_s)
        if file.outcome == "granted" and file.decided_s is not None:
            granted[file.slot] = file.decided_s
    days = [(granted.get(slot, math.inf) - at) / DAY_S for slot, at in filed.items()]
    return np.array(days, dtype=np.float64)


def statutory_clock() -> tuple[Finding, ...]:
    """V09: 45 working days on the Chinese calendar."""
    tables = tables_of("statutory_clock")
    second = int(simulate(tables, 0).of(Kind.DISPATCHED)[0, 0])
    left = datetime.combine(tables.start, time()) + timedelta(seconds=second)
    note = "one run, filed at 00:00 on 2025-04-07; goods leave when the licence is valid"
    text = left.isoformat(" ", "minutes")
    return (
        exactly("V09", "goods leave", "2025-06-12 00:00", text, "", note),
        exactly("V09", "calendar days from filing", 66.0, second / DAY_S, "d", note),
    )


def customs_query() -> tuple[Finding, ...]:
    """V10: a query of seven working days that begins before the October holidays."""
    tables = tables_of("customs_query")
    second = int(simulate(tables, 0).of(Kind.DISPATCHED)[0, 0])
    left = datetime.combine(tables.start, time()) + timedelta(seconds=second)
    note = "one run, held at 00:00 on 2025-09-29; holidays 1 to 8 October, Saturday 11 is worked"
    text = left.isoformat(" ", "minutes")
    return (exactly("V10", "goods leave", "2025-10-15 00:00", text, "", note),)


def de_minimis() -> tuple[Finding, ...]:
    """V39: "0.1 % or more" of the value."""
    trace = simulate(tables_of("de_minimis"), 0)
    lanes = trace.tables.lanes.name
    filed = {lanes[row[2]] for row in trace.of(Kind.FILED)}
    sent = {lanes[row[2]] for row in trace.of(Kind.DISPATCHED)}
    note = "one run, components of foreign make, no licence is granted"
    found = []
    shares = {"below": (0.00099, "free"), "at": (0.00100, "licence"), "above": (0.00101, "licence")}
    for name, (share, expected) in shares.items():
        status = {(True, False): "licence", (False, True): "free"}
        text = status.get((name in filed, name in sent), "filed and sent")
        found.append(exactly("V39", f"value share {share:.5f}", expected, text, "", note))
    return tuple(found)


def hazard_changes() -> tuple[Finding, ...]:
    """V20: a quicker desk reaches the files that are already there."""
    trace = simulate(tables_of("hazard_changes"), 0)
    decided = trace.of(Kind.DECIDED)[:, 0] / DAY_S
    n_open = len(trace.of(Kind.FILED)) - len(decided)
    note = f"unlimited desk, all files filed on day 0, {n_open} open at the horizon"
    found = mean_of(decided)
    return (
        within_four_errors("V20", "mean time to a decision", 51.493716, found, "d", note),
        exactly("V20", "files open after 400 d", 0.0, n_open, "files", note),
    )


def two_grades() -> tuple[Finding, ...]:
    """V36: licence-free magnets do not stand in for controlled ones."""
    trace = simulate(tables_of("two_grades"), 0)
    stop = tell(trace).stops[trace.tables.sites.name.index("plant")][0]
    blocking = ", ".join(trace.tables.inputs.item[n] for n in stop.blocking)
    note = "one run, 360 kg controlled at 8 kg a day, 540 kg free at 12 kg a day, free supplied"
    return (
        exactly("V36", "first halt", 45.0, stop.begin_s / DAY_S, "d", note),
        exactly("V36", "for lack of", "magnet", blocking, "", note),
    )


def defence_denial() -> tuple[Finding, ...]:
    """V37: defence end use is refused whatever else is granted."""
    expected = {
        "end use is tracked": "civil never, defence 45",
        "no truce": "civil never, defence 45",
        "end use is not tracked": "civil 45, defence 45",
    }
    note = "one run of 400 d, civil files granted at once, a truce from day 30"
    return tuple(
        exactly("V37", f"first halts in days, {name}", text, _civil_and_defence(name), "", note)
        for name, text in expected.items()
    )


def _civil_and_defence(alternative: str) -> str:
    trace = simulate(tables_of("defence_denial", alternative), 0)
    story, names = tell(trace), trace.tables.sites.name
    parts = []
    for word, site in (("civil", "plant"), ("defence", "defence plant")):
        halts = story.halts(names.index(site))
        parts.append(f"{word} {halts[0].begin_s / DAY_S:g}" if halts else f"{word} never")
    return ", ".join(parts)


def general_licence() -> tuple[Finding, ...]:
    """V38: a validity [0, 90 d) does not cover day 90."""
    trace = simulate(tables_of("general_licence"), 0)
    sent, filed = trace.of(Kind.DISPATCHED), trace.of(Kind.FILED)
    decided = trace.of(Kind.DECIDED)
    note = "one run, one consignment a day, single applications refused"
    refused = bool(decided[0, 0] == filed[0, 0] and decided[0, 5] == Outcome.REFUSED)
    return (
        exactly("V38", "shipments sent", 90.0, len(sent), "shipments", note),
        exactly("V38", "the last leaves", 89.0, sent[-1, 0] / DAY_S, "d", note),
        exactly("V38", "the first that needs an application", 90.0, filed[0, 0] / DAY_S, "d", note),
        exactly("V38", "it is refused", True, refused, "", note),
    )


def approved_so_far() -> tuple[Finding, ...]:
    """V72: approved so far over filed so far is a censored figure."""
    trace = simulate(tables_of("approved_so_far"), 0)
    files = tell(trace).files
    share = sum(file.outcome == "granted" for file in files) / len(files)
    note = f"one run, {len(files)} files at even intervals, 45 d each, none refused"
    return (exactly("V72", "share approved on day 61", (61 - 45) / 61, share, "", note),)


CHECKS: Final[dict[str, RowCheck]] = {
    "V07": shares_in_steps,
    "V08a": partial(refiling, "V08a", "a quarter", 195.0, 173.205, 0.4375),
    "V08b": partial(refiling, "V08b", "six tenths", 78.333, 52.705, 0.84),
    "V09": statutory_clock,
    "V10": customs_query,
    "V20": hazard_changes,
    "V36": two_grades,
    "V37": defence_denial,
    "V38": general_licence,
    "V39": de_minimis,
    "V72": approved_so_far,
}
