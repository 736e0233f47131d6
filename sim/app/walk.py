"""`walk`: one run from scenario to findings, every hand-off of the pipeline in plain text.

In:  a `Design`, the name of an alternative and a replication.
Out: text, one numbered part for each arrow of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.app.text import amount, heading, table
from sim.app.walk_trace import first_halt_story, happenings, shipment_story
from sim.engine import simulate
from sim.engine.draws import Draws
from sim.engine.initial import initial_state
from sim.engine.trace import Trace
from sim.model import ModelTables, build_model
from sim.model.tables import NEVER, ON_ORDER, UNSET
from sim.outcomes import OutcomeRows, summarise
from sim.scenario import Design, Scenario
from sim.units import date_of, format_days, format_hours

__all__ = ["walk"]


def walk(design: Design, alternative: str, replication: int) -> Iterator[str]:
    """Yield the parts of the walk, in order.

    Parameters
    ----------
    design : Design
        From `load_design`.
    alternative : str
        Name of one of its alternatives.
    replication : int
        Index of the random history, from 0.
    """
    scenario = design.alternatives[alternative]
    yield from _scenario_part(scenario, alternative)
    tables = build_model(scenario, replication)
    yield from _model_part(tables)
    trace = simulate(tables, replication)
    yield from _trace_part(trace)
    outcome = summarise(trace, alternative)
    yield from _outcome_part(outcome)
    yield from _rest(design, alternative)


def _scenario_part(scenario: Scenario, alternative: str) -> Iterator[str]:
    yield heading(
        1, "load_scenario", "the file", "Scenario",
        f"'{scenario.title}', alternative '{alternative}': from {scenario.start} over "
        f"{format_days(scenario.horizon)}, seed {scenario.seed}.",
    )  # fmt: skip
    yield table(
        "", ("site", "kind", "country", "makes", "a day", "from"),
        (
            (name, site.kind.replace("_", " "), site.country, site.makes,
             amount(site.output_per_day, scenario.items[site.makes].kind),
             ", ".join(f"{amount(line.per_unit, scenario.items[item].kind)} {item}"
                       for item, line in sorted(site.bill.items())))
            for name, site in scenario.sites.items()
        ),
    )  # fmt: skip
    halts = scenario.halts
    yield (
        f"A stop counts as a halt from {format_hours(halts.min_halt)} on. It ends once the missing "
        f"input covers {format_days(halts.restart_cover)} again, and "
        f"{format_days(halts.restart_delay)} later."
    )
    rules = [
        (name, str(rule.from_), "-" if rule.to is None else str(rule.to), _stated(rule))
        for name, rule in scenario.policy.items()
    ]
    if scenario.gates and rules:
        yield table("", ("policy rule", "from", "to", "says"), rules)
    elif not scenario.gates:
        yield "No gate is in force: nothing needs a licence."


def _stated(rule: object) -> str:
    """Show what a rule states, leaving out what it leaves open."""
    shown = []
    for field in (
        "destination", "sector", "end_use", "item", "mean_review_time", "approval_rate",
        "final_refusal_share", "priority", "general_licence",
    ):  # fmt: skip
        value = getattr(rule, field)
        if value is None:
            continue
        if field == "mean_review_time":
            kind = " working days" if value.working else ""
            value = "never" if value.never else format_days(value.seconds).removesuffix(
                " d" if kind else "") + kind  # fmt: skip
        shown.append(f"{field} {', '.join(value) if isinstance(value, tuple) else value}")
    return "; ".join(shown)


def _model_part(tables: ModelTables) -> Iterator[str]:
    yield heading(
        2, "build_model", "Scenario", "ModelTables",
        f"{len(tables.sites.name)} sites (S), {len(tables.inputs.name)} inputs (N), "
        f"{len(tables.lanes.name)} lanes (L), {tables.regimes.mean_review_s.shape[1]} file "
        f"class(es) (C), {len(tables.regimes.t_s)} regime(s) (T). Time is whole seconds, "
        "quantities are whole grams and pieces. Suppliers come first, and that decides ties.",
    )  # fmt: skip
    lanes = tables.lanes
    yield table(
        "", ("lane", "from", "to", "item", "every", "transit", "licence at day 0"),
        (
            (name, tables.sites.name[lanes.supplier[i]], tables.sites.name[lanes.customer[i]],
             lanes.item[i],
             "order" if lanes.interval_s[i] == ON_ORDER else format_days(int(lanes.interval_s[i])),
             _law(lanes.transit[i]), bool(tables.regimes.stages_needed[0, i]))
            for i, name in enumerate(lanes.name)
        ),
    )  # fmt: skip
    regimes = tables.regimes
    yield table(
        "", ("regime from", "changes", "officers", "mean review of each class", "lanes gated"),
        (
            (date_of(tables.start, int(t)),
             "; ".join(f"{d.name} {'begins' if d.begins else 'ends'}"
                       for d in regimes.dates if d.second == t) or "-",
             ", ".join(map(str, regimes.officers[k])),
             ", ".join(_review(int(m), bool(w)) for m, w in
                       zip(regimes.mean_review_s[k], regimes.working_days[k], strict=True)),
             int((regimes.stages_needed[k] != 0).sum()))
            for k, t in enumerate(regimes.t_s)
        ),
    )  # fmt: skip


def _law(law: object) -> str:
    kind = getattr(law, "law", "")
    if kind == "fixed":
        return format_days(getattr(law, "value", 0))
    parts = [getattr(law, name) for name in ("low", "mode", "high", "mean")]
    return f"{kind} " + ", ".join(format_days(part) for part in parts if part is not None)


def _review(mean_s: int, working: bool) -> str:
    if mean_s == NEVER:
        return "never"
    return format_days(mean_s).removesuffix(" d") + (" working days" if working else " d")


def _trace_part(trace: Trace) -> Iterator[str]:
    tables = trace.tables
    start = initial_state(tables, Draws(tables, trace.replication).streams)
    yield heading(
        3, "simulate", f"ModelTables, replication {trace.replication}", "Trace",
        f"{trace.n_events} events, {len(trace.rows)} rows. At second 0, before any event:",
    )  # fmt: skip
    kind_of = dict(zip(tables.items, tables.item_kind, strict=True))
    yield table(
        "", ("input", "in stock", "order-up-to level"),
        (
            (name, amount(start.stock[n], kind_of[tables.inputs.item[n]]),
             "-" if start.order_up_to[n] == UNSET
             else amount(start.order_up_to[n], kind_of[tables.inputs.item[n]]))
            for n, name in enumerate(tables.inputs.name)
        ),
    )  # fmt: skip
    yield shipment_story(trace)
    yield happenings(trace)
    yield first_halt_story(trace)


def _outcome_part(outcome: OutcomeRows) -> Iterator[str]:
    sizes = ", ".join(f"{name} {len(rows['alternative'])}" for name, rows in outcome.items())
    yield heading(4, "summarise", "Trace", "outcome rows", f"Rows: {sizes}.")
    halts = outcome["halts"]
    shown = ("site", "start_date", "start_days", "end_days", "duration_days", "blocking_item",
             "cause", "lost_units")  # fmt: skip
    rows = list(zip(*(halts[name] for name in shown), strict=True))
    yield table("Halts", shown, rows) if rows else "No site halted."
    runway = outcome["runway"]
    picked = _picked_days(runway["day"])
    columns = ("site", "day", "runway_days", "chain_runway_days", "cover_days", "item")
    yield table(
        "Runway, at some of the observations", columns,
        [
            row
            for row in zip(*(runway[name] for name in columns), strict=True)
            if row[1] in picked
        ],
    )  # fmt: skip


def _picked_days(days: list[object]) -> set[object]:
    """Return about eight of the observation days, evenly spread."""
    every = sorted({float(str(day)) for day in days})
    step = max(1, len(every) // 8)
    return set(every[::step])


def _rest(design: Design, alternative: str) -> Iterator[str]:
    from sim.app.walk_findings import findings_part

    yield from findings_part(design, alternative)
