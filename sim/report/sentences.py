"""The answer in sentences, computed from the tables of a comparison.

Every number is in the tables; nothing is known here that they do not say. Where fewer than half
halt there is no date, and where no halt was seen there is a bound, never a zero.

In:  a comparison, and the outcome table `halts` for the causes.
Out: `Answer`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sim.compare.overall import Overall, overall
from sim.report.layout import date_text
from sim.report.names import Compared, alternative_labels, group_label, level_names, records
from sim.report.waits_moved import waits_moved
from sim.stats.intervals import upper_bound_when_none

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "answer", "days_text", "listed", "share_text"]

_MOST_NAMED = 3
_TELLING_SHARE = 0.1  # a change of the undecided share that makes the mean wait misleading


@dataclass(frozen=True, slots=True)
class Answer:
    """What a comparison says.

    Parameters
    ----------
    lead : str
        The answer, in one or two sentences.
    points : tuple of str
        When, where and why under the baseline.
    changes : tuple of str
        What each alternative changes.
    caveats : tuple of str
        What the answer depends on, and what it may not claim.
    """

    lead: str
    points: tuple[str, ...]
    changes: tuple[str, ...]
    caveats: tuple[str, ...]


def answer(findings: Compared, halts: pd.DataFrame | None = None) -> Answer:
    """Put a comparison into words.

    Parameters
    ----------
    findings : Findings
        A comparison.
    halts : DataFrame, optional
        The outcome table `halts`, for the causes.

    Returns
    -------
    Answer
        Plain text; names are as in the scenario, in quotation marks.
    """
    points = (_when(findings, "sector"), _when(findings, "country"), _causes(findings, halts))
    changes = (*_changes(findings), *_losers(findings), *waits_moved(findings), _never(findings))
    return Answer(
        _lead(findings),
        tuple(point for point in points if point),
        tuple(change for change in changes if change),
        _caveats(findings),
    )


def days_text(days: float) -> str:
    """Days with one decimal below ten, none above.

    Examples
    --------
    >>> days_text(9.26), days_text(38.4), days_text(1.0)
    ('9.3 days', '38 days', '1 day')
    """
    number = f"{days:.0f}" if abs(days) >= 9.95 else f"{days:.1f}".removesuffix(".0")
    return f"{number} day" if number == "1" else f"{number} days"


def share_text(share: float) -> str:
    """Share as a percentage, with a decimal where it is small or nearly all.

    Examples
    --------
    >>> share_text(0.55), share_text(0.004), share_text(0.997)
    ('55 %', '0.4 %', '99.7 %')
    """
    inside = 0.03 <= share <= 0.97 or share in {0.0, 1.0}
    return f"{share * 100:.0f} %" if inside else f"{share * 100:.1f} %"


def listed(parts: Sequence[str]) -> str:
    """Parts joined as in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _quoted(name: str) -> str:
    return f"“{name}”"


def _lead(findings: Compared) -> str:
    label = _quoted(alternative_labels(findings)[findings.baseline])
    runs = "one run" if findings.n_runs == 1 else f"{findings.n_runs} runs"
    end = date_text(findings.start, findings.horizon_days)
    halted = overall(findings.summary, findings.baseline, "halted_share")
    down = overall(findings.summary, findings.baseline, "downtime_days_mean")
    if math.isnan(halted.value):
        return f"In {runs} of {label} there is no plant to observe."
    if halted.value <= 0:
        bound = f"; for a plant the chance of a halt is below {_bound(findings)}"
        bound = bound if findings.n_runs > 1 else ""
        return f"In {runs} of {label} no plant halts before {end}{bound}."
    if findings.n_runs == 1:  # an interval from one history would be the whole range
        halted, down = (Overall(one.value, math.nan, math.nan) for one in (halted, down))
    interval = _interval(halted, share_text)
    lead = (
        f"In {runs} of {label}, {share_text(halted.value)} of the plants halt at least once before "
        f"{end}{interval}; a plant stands for {days_text(down.value)} on average"
        f"{_interval(down, days_text)}."
    )
    return f"{lead}{_mostly_in(findings)} {_first_group(findings)}".rstrip()


def _mostly_in(findings: Compared) -> str:
    """Say so if more than half of all halted days fall on one sector that is not most plants."""
    rows = _rows(findings, findings.baseline, "sector")
    days = [float(row["downtime_days_mean"]) * row["n_sites"] for row in rows]
    n_plants = sum(row["n_sites"] for row in rows)
    if len(rows) < 2 or not sum(days):
        return ""
    top = max(range(len(rows)), key=days.__getitem__)
    others = n_plants - rows[top]["n_sites"]
    if days[top] <= sum(days) / 2 or rows[top]["n_sites"] > n_plants / 2:
        return ""
    without = days_text((sum(days) - days[top]) / others)
    name = group_label("sector", str(rows[top]["name"]))
    part = share_text(days[top] / sum(days))
    return f" Of these days {part} are {name} plants'; without them a plant stands for {without}."


def _first_group(findings: Compared) -> str:
    """Sentence on the sector that halts first under the baseline, if half of it ever does."""
    rows = _rows(findings, findings.baseline, "sector")
    reached = [row for row in rows if math.isfinite(row["first_halt_days_median"])]
    if not reached or len(rows) < 2:
        return ""
    first = min(reached, key=lambda row: float(row["first_halt_days_median"]))
    sector, day = group_label("sector", str(first["name"])), _half_day(findings, first)
    return f"Half of the {sector} plants have halted by {day}, earlier than in any other sector."


def _when(findings: Compared, level: str) -> str:
    rows = _rows(findings, findings.baseline, level)
    if not any(row["halted_share"] > 0 for row in rows) or (len(rows) < 2 and level == "country"):
        return ""
    reached = [row for row in rows if math.isfinite(row["first_halt_days_median"])]
    reached.sort(key=lambda row: float(row["first_halt_days_median"]))
    rest = [row for row in rows if row not in reached]
    few = [
        f"{group_label(level, str(row['name']))} ({share_text(float(row['halted_share']))})"
        for row in rest
        if row["halted_share"] > 0
    ]
    none = [group_label(level, str(row["name"])) for row in rest if row["halted_share"] <= 0]
    end = date_text(findings.start, findings.horizon_days)
    parts = []
    if reached:
        dates = [
            f"{group_label(level, str(r['name']))} {_half_day(findings, r, '')}" for r in reached
        ]
        brackets = " (95 % intervals in brackets)" if findings.n_runs > 1 else ""
        parts.append(f"half of the plants have halted by{brackets}: {'; '.join(dates)}")
    if few:
        parts.append(f"fewer than half halt before {end}: {listed(few)}")
    if none:
        parts.append(f"no halt is seen: {listed(none)}")
    return (
        f"By {level}, "
        + ". ".join(_capital(part) if n else part for n, part in enumerate(parts))
        + "."
    )


def _half_day(findings: Compared, row: dict[str, Any], word: str = "95 % interval ") -> str:
    """Date by which half have halted, with its interval."""
    day = date_text(findings.start, float(row["first_halt_days_median"]))
    low, high = (float(row[f"first_halt_days_median_{end}"]) for end in ("low", "high"))
    if findings.n_runs == 1 or math.isnan(low):
        interval = ""
    elif not math.isfinite(high):
        interval = f" ({word}from {date_text(findings.start, low)}; its late end is not reached)"
    else:
        interval = f" ({word}{_dates(findings, low, high)})"
    return f"{day}{interval}"


def _dates(findings: Compared, low: float, high: float) -> str:
    first = findings.start + timedelta(days=math.floor(low))
    last = findings.start + timedelta(days=math.floor(high))
    begin = date_text(findings.start, low)
    if first.year == last.year:
        begin = begin.rsplit(" ", 1)[0]
        if first.month == last.month:
            begin = str(first.day)
    return f"{begin} to {date_text(findings.start, high)}"


def _causes(findings: Compared, halts: pd.DataFrame | None) -> str:
    if halts is None:
        return ""
    mine = halts[(halts["alternative"] == findings.baseline) & (halts["kind"] == "plant")]
    if mine.empty:
        return ""
    days = mine.groupby("cause", sort=True)["duration_days"].sum().sort_values(
        ascending=False, kind="stable")  # fmt: skip
    total = float(days.sum())
    parts = [
        f"{cause} ({share_text(float(part) / total)})" for cause, part in days.items() if total
    ]
    return (
        "Where the oldest missing goods were when the halts began, by share of the halted days: "
        f"{listed(parts)}."
    )


def _changes(findings: Compared) -> Iterable[str]:
    """Alternatives that change the downtime most, and those that cannot be told apart."""
    labels = alternative_labels(findings)
    others = [name for name in findings.alternatives if name != findings.baseline]
    change = {name: _paired(findings, name, "less_downtime_days") for name in others}
    better = sorted((n for n in others if change[n].low > 0), key=lambda n: -change[n].value)
    worse = sorted((n for n in others if change[n].high < 0), key=lambda n: change[n].value)
    for names, word in ((better, "less"), (worse, "more")):
        for name in names[:_MOST_NAMED]:
            yield _change(findings, name, change[name], word)
        if len(names) > _MOST_NAMED:
            rest = [f"{_quoted(labels[n])} ({days_text(abs(change[n].value))})"
                    for n in names[_MOST_NAMED:]]  # fmt: skip
            yield f"Also {word} downtime for a plant: {listed(rest)}."
    same = [
        _quoted(labels[name])
        for name in others
        if not math.isnan(change[name].value) and not change[name].differs_from_zero
    ]
    if same and findings.n_runs > 1:
        yield (
            f"In {findings.n_runs} runs the downtime under {listed(same)} cannot be told apart "
            f"from that under {_quoted(labels[findings.baseline])}."
        )


def _paired(findings: Compared, name: str, column: str) -> Overall:
    """Paired difference; of one history, which has no interval, what it shows is all there is."""
    found = overall(findings.paired, name, column)
    return Overall(found.value, found.value, found.value) if findings.n_runs == 1 else found


def _change(findings: Compared, name: str, change: Overall, word: str) -> str:
    label = _quoted(alternative_labels(findings)[name])
    size = Overall(abs(change.value), *sorted((abs(change.low), abs(change.high))))
    later = _paired(findings, name, "later_halt_days")
    halts = ""
    if later.differs_from_zero:
        direction = "later" if later.value > 0 else "earlier"
        halts = f", and first halts come {days_text(abs(later.value))} {direction}"
    return (
        f"{label}: {days_text(size.value)} {word} downtime for a plant{_interval(size, days_text)}"
        f"{halts}{_because(findings, name, word)}."
    )


def _because(findings: Compared, name: str, word: str) -> str:
    """Say what changed at the desk, where it agrees with what changed at the plants.

    The mean wait is one of decided applications only, so where many more stay undecided it says
    nothing, and their share is said instead.
    """
    before, after = _at_desk(findings, findings.baseline), _at_desk(findings, name)
    if after.filed == 0:
        return "; no application needs to be filed" if before.filed else ""
    more = after.pending_share - before.pending_share
    if more >= _TELLING_SHARE and word == "more":
        return (
            f"; {share_text(after.pending_share)} of the applications are undecided at the end "
            f"instead of {share_text(before.pending_share)}"
        )
    longer = after.wait_days - before.wait_days
    agrees = longer > 0 if word == "more" else longer < 0
    if not agrees or abs(longer) < max(1.0, 0.05 * before.wait_days):
        return ""
    return (
        f"; the mean wait for a decision is {days_text(after.wait_days)} instead of "
        f"{days_text(before.wait_days)}"
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Applications of one alternative, all destinations together."""

    filed: float
    pending_share: float
    wait_days: float


def _at_desk(findings: Compared, name: str) -> _Desk:
    filed = pending = decided = waited = 0.0
    for row in records(findings.waits[findings.waits["alternative"] == name]):
        filed += row["filed_mean"]
        pending += row["filed_mean"] * row["pending_share"]
        if not math.isnan(row["wait_days_mean"]):
            part = row["filed_mean"] * (1 - row["pending_share"])
            decided += part
            waited += part * row["wait_days_mean"]
    return _Desk(
        filed, pending / filed if filed else math.nan, waited / decided if decided else math.nan
    )


def _losers(findings: Compared) -> Iterable[str]:
    """Alternatives that help one country and harm another: nothing at a queue is free."""
    labels = alternative_labels(findings)
    for name in findings.alternatives:
        rows = findings.paired[(findings.paired["alternative"] == name)
                               & (findings.paired["level"] == "country")]  # fmt: skip
        gain = rows[rows["less_downtime_days_low"] > 0].sort_values(
            "less_downtime_days", kind="stable"
        )
        loss = rows[rows["less_downtime_days_high"] < 0].sort_values(
            "less_downtime_days", kind="stable"
        )
        if gain.empty or loss.empty:
            continue
        best, worst = gain.iloc[-1], loss.iloc[0]
        yield (
            f"{_quoted(labels[name])} moves the shortage: {days_text(best['less_downtime_days'])} "
            f"less downtime for a plant in {_in_country(best['name'])}, "
            f"{days_text(-worst['less_downtime_days'])} more for one in "
            f"{_in_country(worst['name'])}."
        )


def _never(findings: Compared) -> str:
    labels = alternative_labels(findings)
    names = [
        _quoted(labels[name])
        for name in findings.alternatives
        if name != findings.baseline and overall(findings.summary, name, "halted_share").value == 0
    ]
    if not names:
        return ""
    bound = f": for a plant the chance is below {_bound(findings)}" if findings.n_runs > 1 else ""
    runs = "one run" if findings.n_runs == 1 else f"{findings.n_runs} runs"
    return f"No halt is seen under {listed(names)} in {runs}{bound}."


def _caveats(findings: Compared) -> tuple[str, ...]:
    precision = (
        "It is one run: nothing is known of its Monte Carlo error."
        if findings.n_runs == 1
        else "Intervals are about Monte Carlo error only: what other replications would have given."
    )
    return (
        "Conditional on the scenario's policy calendar; not a forecast of a government's policy.",
        "Plants are archetypes by country and sector; nothing here is about a named firm's plant.",
        "Where first halts come later or earlier, one that never happens counts as the last day.",
        precision + " The parameters and the way the licence desk works are uncertain, too.",
    )


def _in_country(code: object) -> str:
    label = group_label("country", str(code))
    return f"the {label}" if label.startswith(("rest of", "United")) else label


def _rows(findings: Compared, alternative: str, level: str) -> list[dict[str, Any]]:
    table = findings.summary
    mine = table[(table["alternative"] == alternative) & (table["level"] == level)]
    order = level_names(findings.summary, level)
    return sorted(records(mine), key=lambda row: order.index(str(row["name"])))


def _interval(found: Overall, form: Any) -> str:
    if math.isnan(found.low) or math.isnan(found.high) or found.low == found.high:
        return ""
    low, high = form(found.low), form(found.high)
    for unit in (" days", " %"):
        low = low.removesuffix(unit) if high.endswith(unit) else low
    return f" (95 % interval {low} to {high})"


def _bound(findings: Compared) -> str:
    return f"{upper_bound_when_none(findings.n_runs) * 100:.1f} %"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
