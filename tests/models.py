"""Tiny models to change in one place, and a trace told in lines that can be checked in the head.

`model()` is one magnet maker in China and one plant in Germany that uses 10 g a day:

    A (100 g a day, 1,000 g in stock) --l: every 5 days, 2 days under way--> P (50 g in stock)

Nothing is under way at the start and no licence is needed. `model(lanes={"l": {"transit": "0 d"}})`
changes one thing; `None` takes a record away. `licensed()` adds a gate and a desk `d` that reviews
every file for exactly 3 days.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from sim.engine import Kind, Outcome, Trace, simulate
from sim.engine.trace import stage_and_attempt
from sim.model import build_model
from sim.scenario import Scenario, design_from_text
from sim.units import DAY_S

NO_WAIT = {"min_halt": "0 d", "restart_cover": "0 d", "restart_delay": "0 d"}

BASE: dict[str, Any] = {
    "schema_version": 1,
    "name": "model",
    "title": "A tiny model",
    "start": "2025-04-07",
    "horizon": "10 d",
    "seed": 1,
    "observe_every": "365 d",
    "halts": NO_WAIT,
    "items": {"m": {"kind": "magnet", "controlled": True}, "car": {"kind": "product"}},
    "sites": {
        "A": {
            "kind": "magnet_maker",
            "country": "CN",
            "makes": "m",
            "output_per_day": "100 g",
            "output_stock": "1 kg",
        },
        "P": {
            "kind": "plant",
            "country": "DE",
            "makes": "car",
            "output_per_day": 10,
            "bill": {"m": {"per_unit": "1 g", "stock": "50 g"}},
        },
    },
    "lanes": {
        "l": {
            "supplier": "A",
            "customer": "P",
            "transit": "2 d",
            "dispatch_every": "5 d",
            "open_shipments": [],
        }
    },
}

LICENSED: dict[str, Any] = {
    "gates": {"g": {"desk": "d", "leaves": ["CN"], "from": "0 d"}},
    "desks": {"d": {"setting": "unlimited", "work": {"law": "fixed"}}},
    "policy": {"r": {"from": "0 d", "mean_review_time": "3 d"}},
}


QUIET = (Kind.OBSERVED, Kind.OBSERVED_OUTPUT, Kind.REGIME, Kind.FULL)
"""Kinds that most stories leave out."""

WITHOUT_INDEX = {Kind.STOCKED_OUT, Kind.HALTED, Kind.RESTARTED, Kind.ORDERED, Kind.FULL,
                 Kind.DEMANDED, Kind.RATE, Kind.REVOKED, *QUIET}  # fmt: skip
"""Kinds whose index may be missing; elsewhere -1 is the slot before the start."""


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another, key by key; None takes a key away."""
    result = deepcopy(dict(base))
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = deepcopy(value)
    return result


def scenario_of(tree: Mapping[str, Any]) -> Scenario:
    """Read a mapping by the same route as a file: JSON is YAML."""
    return design_from_text(json.dumps(tree)).alternatives["base"]


def model(**changes: Any) -> Scenario:
    """One maker, one plant, no licences, with changes laid over."""
    return scenario_of(merged(BASE, changes))


def licensed(**changes: Any) -> Scenario:
    """The same with a licence on every shipment, reviewed for 3 days."""
    return scenario_of(merged(merged(BASE, LICENSED), changes))


def desk_model(streams: Mapping[str, Mapping[str, Any]], **changes: Any) -> Scenario:
    """A desk `d` with files of other applicants only; goods need no licence."""
    filled = {
        name: {"desk": "d", "destination": "DE", "sector": name, "arrivals": "even"} | stream
        for name, stream in streams.items()
    }
    base = merged(BASE, {"desks": {"d": {"officers": 1, "work": {"law": "fixed"}}}})
    return scenario_of(merged(base, {"other_applicants": filled} | changes))


def one_file(day: int) -> list[dict[str, Any]]:
    """Rates that make an even stream file once, at the start of a day."""
    return [{"from": f"{day} d", "per_day": 1.0}, {"from": f"{day + 1} d", "per_day": 0.0}]


def run(scenario: Scenario, replication: int = 0) -> Trace:
    """Build and simulate."""
    return simulate(build_model(scenario), replication)


def clock(second: int) -> str:
    """Days, and the seconds above half days: `2`, `2.5`, `2+1s`."""
    half_days, rest = divmod(second, DAY_S // 2)
    return f"{half_days / 2:g}" + (f"+{rest}s" if rest else "")


def story(scenario: Scenario, without: Collection[Kind] = QUIET) -> list[str]:
    """Every row of the run but some kinds, as lines.

    A line is: time, kind, name, `#` slot or number, `x` amount, `=` level after, `@` arrival time.
    """
    trace = run(scenario)
    return [_line(trace, row) for row in trace.rows.tolist() if Kind(row[1]) not in without]


def told(scenario: Scenario, *kinds: Kind) -> list[str]:
    """Only the rows of some kinds, as lines."""
    return story(scenario, without=set(Kind) - set(kinds))


def lines_of(trace: Trace, *kinds: Kind) -> list[str]:
    """The rows of some kinds of a trace, as lines."""
    return [_line(trace, row) for row in trace.rows.tolist() if Kind(row[1]) in kinds]


def _line(trace: Trace, row: list[int]) -> str:
    second, number, subject, index, quantity, level, until = row
    kind = Kind(number)
    words = [clock(second), kind.name, _name(trace, kind, subject)]
    if kind in {Kind.REGIME, Kind.SUBSTITUTED, Kind.REACTION}:
        return " ".join([*words, "begins" if index else "ends"])
    if kind is Kind.RATE:
        return " ".join([*words, f"x{quantity}", ("plan", "stretched", "overtime")[level]])
    if index != -1 or kind not in WITHOUT_INDEX:
        words.append(f"#{index}")
    if quantity != -1:
        words.append(f"x{quantity}")
    if kind is Kind.DECIDED:
        words += [Outcome(level).name.lower(), _part(until)]
    elif kind in {Kind.FILED, Kind.WITHDRAWN, Kind.EXPIRED}:
        words.append(_part(max(level, until)))
    elif kind is Kind.SET_ASIDE:
        words += [f"={level}", _part(until)]
    else:
        words += [f"={level}"] if level != -1 else []
        words += [_until(kind, until)] if until != -1 else []
    return " ".join(words)


def _part(part: int) -> str:
    """Tell the stage of a file, but for the first, and its attempt: `stage 1 try 0`."""
    stage, attempt = stage_and_attempt(part)
    return f"stage {stage} try {attempt}" if stage else f"try {attempt}"


def _until(kind: Kind, until: int) -> str:
    return f"late {until}" if kind is Kind.DEMANDED else f"@{clock(until)}"


def _name(trace: Trace, kind: Kind, subject: int) -> str:
    tables = trace.tables
    if kind in {Kind.HALTED, Kind.RESTARTED, Kind.FULL, Kind.DEMANDED, Kind.RATE,
                Kind.OBSERVED_OUTPUT}:  # fmt: skip
        return tables.sites.name[subject]
    if kind in {Kind.STOCKED_OUT, Kind.OBSERVED, Kind.SUBSTITUTED}:
        return tables.inputs.name[subject]
    if kind is Kind.REGIME:
        return tables.regimes.dates[subject].name
    if kind in {Kind.TRIGGERED, Kind.REACTION}:
        return tables.triggers.name[subject]
    return [*tables.lanes.name, *tables.applicants.name][subject]
