"""Who pays for a fast track: the wait that one destination loses and others gain, in sentences.

In:  the table `waits` of a comparison.
Out: a sentence for each alternative that moves waiting from one destination to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.report.names import Compared, alternative_labels, country_label, records

__all__ = ["waits_moved"]

_LEAST_DAYS = 0.5  # less than half a day is no wait that anybody notices
_MOST_NAMED = 4


def waits_moved(findings: Compared) -> Iterator[str]:
    """Say which destinations' files lie longer on the desk because others' do not.

    Only differences whose 95 % interval leaves out zero are named.

    Parameters
    ----------
    findings : Findings
        A comparison.

    Yields
    ------
    str
        One sentence for each alternative under which some gain and others lose.
    """
    labels = alternative_labels(findings)
    for name in findings.alternatives:
        rows = records(findings.waits[findings.waits["alternative"] == name])
        shorter = [row for row in rows if row["longer_wait_days_high"] < 0]
        longer = [row for row in rows if row["longer_wait_days_low"] > 0]
        gain = _named(sorted(shorter, key=_change))
        loss = _named(sorted(longer, key=_change, reverse=True))
        if gain and loss:
            yield (
                f"At the desk “{labels[name]}” moves the wait: files lie there for less time if "
                f"they are for {_joined(gain)}, and for more if they are for {_joined(loss)}."
            )


def _change(row: Mapping[str, object]) -> float:
    """Return by how many days the wait of a destination's files grew."""
    return float(str(row["longer_wait_days"]))


def _named(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return destinations with the size of the change, the largest first."""
    return [
        f"{country_label(str(row['destination']))} ({_change(row):+.1f} d)"
        for row in rows
        if abs(_change(row)) >= _LEAST_DAYS
    ][:_MOST_NAMED]


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
