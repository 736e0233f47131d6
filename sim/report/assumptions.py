"""What a result rests on: policy rules, gates, desks, events and figures, each with its source.

In:  the scenarios of a design; `sim.data` for the facts that they name.
Out: tables of plain text, and texts cut into words and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sim.data import Figure, figure, figure_keys, table
from sim.report.layout import short_date
from sim.scenario.fields import Record, ReviewTime
from sim.scenario.schema import Scenario
from sim.units import DAY_S, format_days

__all__ = [
    "Rule",
    "Span",
    "cited_figures",
    "cut_addresses",
    "differences",
    "range_text",
    "rules",
    "source_spans",
]

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_EVENT_SOURCE = re.compile(r"policy_events: ([a-z0-9_]+(?:, [a-z0-9_]+)*)")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NOT_CONTENT = {"from_", "to", "note", "source", "name"}
_ONE_OF = {
    "gates": "gate", "desks": "desk", "policy": "policy rule",
    "other_applicants": "other applicants", "demand": "demand factor", "measures": "measure",
    "items": "item", "sites": "site", "lanes": "lane",
}  # fmt: skip
_GROUPS = tuple(_ONE_OF)[:6]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text; `address` is empty or the web address it stands for."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named record of a scenario, in words.

    Parameters
    ----------
    group : str
        policy rule, gate, desk, measure, ...
    name : str
        As in the scenario.
    period : str
        From and to, in words.
    content : str
        What it says, field by field.
    note, source : tuple of Span
        The scenario's words, with what `sim.data` knows of the events that they name.
    """

    group: str
    name: str
    period: str
    content: str
    note: tuple[Span, ...]
    source: tuple[Span, ...]


def rules(scenario: Scenario) -> list[Rule]:
    """Gates, desks, policy rules, other applicants, demand and measures, in the file's order."""
    found = []
    for group in _GROUPS:
        for name, record in getattr(scenario, group).items():
            found.append(
                Rule(
                    _ONE_OF[group],
                    name,
                    _period(record, scenario.start),
                    _content(record, scenario.start),
                    source_spans(getattr(record, "note", "")),
                    source_spans(getattr(record, "source", "")),
                )
            )
    return found


def differences(base: Scenario, other: Scenario) -> list[str]:
    """What an alternative changes against another scenario, in words; empty if nothing."""
    found = []
    for group, one in _ONE_OF.items():
        before: Mapping[str, Record] = getattr(base, group)
        after: Mapping[str, Record] = getattr(other, group)
        gone = [name for name in before if name not in after]
        if gone:
            found.append(f"without the {one} {', '.join(gone)}")
        for name, record in after.items():
            if name not in before:
                text = f"{_period(record, other.start)}: {_content(record, other.start)}".strip(
                    ": "
                )
                found.append(f"with the {one} {name} ({text})")
            elif record != before[name]:
                changed = _changes(before[name], record, other.start)
                found.append(f"{one} {name} changed ({changed})")
    return found


def _changes(before: Record, after: Record, start: date) -> str:
    parts = []
    for field in type(after).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if old != new and field not in {"note", "source"}:
            parts.append(f"{_field(field)} {_shown(new, start, field)}")
    return "; ".join(parts)


def _period(record: Record, start: date) -> str:
    begin, end = getattr(record, "from_", None), getattr(record, "to", None)
    parts = [] if begin is None else [f"from {_moment(begin, start)}"]
    parts += [] if end is None else [f"until {_moment(end, start)}"]
    return " ".join(parts)


def _content(record: Record, start: date) -> str:
    shown = [
        f"{_field(field)} {_shown(getattr(record, field), start, field)}"
        for field in type(record).model_fields
        if field in record.model_fields_set - _NOT_CONTENT and getattr(record, field) is not None
    ]
    return "; ".join(shown)


def _field(name: str) -> str:
    return name.rstrip("_").replace("_", " ")


def _moment(value: object, start: date) -> str:
    if isinstance(value, date):
        return short_date(value)
    seconds = int(str(value))
    return f"day {seconds / DAY_S:g} ({short_date(start + timedelta(seconds=seconds))})"


def _shown(value: object, start: date, field: str) -> str:
    """Value of a field in words; durations are whole seconds inside."""
    match value:
        case None:
            return "no longer stated"
        case bool():
            return "yes" if value else "no"
        case ReviewTime():
            if value.never:
                return "never"
            return (
                f"{value.seconds / DAY_S:g} working days"
                if value.working
                else format_days(value.seconds)
            )
        case Record():
            return "(" + _dated(value, start) + ")"
        case tuple():
            return ", ".join(_shown(part, start, field) for part in value) or "none"
        case date():
            return short_date(value)
        case int() if field in {"from_", "to"}:
            return _moment(value, start)
        case int() if field in _DURATIONS:
            return format_days(value)
        case dict():
            return ", ".join(f"{name}: {_shown(part, start, name)}" for name, part in value.items())
        case _:
            return str(value)


# Fields of whole seconds among those that a report spells out.
_DURATIONS = frozenset({
    "refile_after", "refusal_known_after", "issue_lag", "licence_term", "add_cover", "value", "low",
    "mode", "high", "mean", "min_halt", "restart_cover", "restart_delay", "output_cover", "cover",
    "review_every", "every", "first_at", "arrives", "dispatch_every", "values",
})  # fmt: skip


def _dated(record: Record, start: date) -> str:
    period, content = _period(record, start), _content(record, start)
    return f"{period}: {content}" if period and content else period or content


def source_spans(text: str) -> tuple[Span, ...]:
    """Cut a source into text and addresses; events named in it get the source `sim.data` has.

    Examples
    --------
    >>> [bool(span.address) for span in source_spans("Reuters https://example.org/a.")]
    [False, True, False]
    """
    known = {row["key"]: row for row in table("policy_events")}
    spans = list(cut_addresses(text))
    for match in _EVENT_SOURCE.finditer(text):
        for key in match[1].split(", "):
            if key in known:
                row = known[key]
                spans.append(Span(f" [{row['date']}: {row['event']}; {row['confidence']}: "))
                spans += [*cut_addresses(row["source"]), Span("]")]
    return tuple(spans)


def cut_addresses(text: str) -> Iterator[Span]:
    """Pieces of a text, web addresses on their own; anything else stays text."""
    end = 0
    for match in _ADDRESS.finditer(text):
        if match.start() > end:
            yield Span(text[end : match.start()])
        yield Span(match[0], match[0])
        end = match.end()
    if end < len(text):
        yield Span(text[end:])


def cited_figures(scenarios: Mapping[str, Scenario]) -> list[Figure]:
    """Figures of `sim.data` whose keys stand in a note or source of a scenario, in their order."""
    said: set[str] = set()
    for scenario in scenarios.values():
        for text in _texts(scenario.model_dump(exclude={"alternatives"})):
            said.update(_KEY.findall(text))
    return [figure(key) for key in figure_keys() if key in said]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def range_text(found: Figure) -> str:
    """Range of a figure, or a dash.

    Examples
    --------
    >>> range_text(figure("review_time_mean_days"))
    '42 to 83'
    """
    return f"{found.low:g} to {found.high:g}" if found.has_range else "-"
