"""The trace of one run told in sentences: one shipment, what happened when, the first halt."""

from __future__ import annotations

from collections.abc import Iterator

from sim.app.text import amount, table
from sim.engine.trace import NONE, Kind, Outcome, Trace
from sim.outcomes.causes import Cause, cause_of
from sim.outcomes.orders import Orders
from sim.outcomes.story import Goods, Stop, Story, tell
from sim.units import date_of, format_days

__all__ = ["first_halt_story", "happenings", "shipment_story"]

_MOST_ROWS = 40
_SHOWN = {
    Kind.UNDER_WAY, Kind.REGIME, Kind.DECIDED, Kind.WITHDRAWN, Kind.ARRIVED, Kind.STOCKED_OUT,
    Kind.HALTED, Kind.RESTARTED, Kind.CANCELLED, Kind.FILED, Kind.DISPATCHED,
}  # fmt: skip


def shipment_story(trace: Trace) -> str:
    """Follow one shipment from order to arrival: the one the first halt waits for, if any."""
    story = tell(trace)
    lane, goods = _shipment_to_follow(trace, story)
    if goods is None:
        return "No shipment was sent."
    tables = trace.tables
    kind = dict(zip(tables.items, tables.item_kind, strict=True))[tables.lanes.item[lane]]
    supplier = tables.sites.name[tables.lanes.supplier[lane]]
    customer = tables.sites.name[tables.lanes.customer[lane]]
    title = (
        f"One shipment: {amount(goods.quantity, kind)} of {tables.lanes.item[lane]} from "
        f"{supplier} to {customer} on the lane '{tables.lanes.name[lane]}', slot {goods.slot}."
    )
    stations = _stations(trace, story, lane, goods)
    return "\n".join([title, *(f"  {_when(trace, at)}  {text}" for at, text in stations)])


def _shipment_to_follow(trace: Trace, story: Story) -> tuple[int, Goods | None]:
    """Pick the goods that the first halt of a plant lacks, else the first that needs a licence."""
    stop = _first_stop(trace, story)
    if stop is not None:
        cause = cause_of(story, stop)
        missing = [
            goods
            for goods in story.goods[cause.lane].values()
            if goods.left_stock_s <= stop.begin_s
            and (goods.arrival_s is None or goods.arrival_s > stop.begin_s)
        ]
        if missing:
            return cause.lane, min(missing, key=lambda goods: goods.left_stock_s)
    gated = [bool(column.any()) for column in trace.tables.regimes.stages_needed.T]
    for lane in sorted(range(len(story.goods)), key=lambda lane: (not gated[lane], lane)):
        later = [goods for goods in story.goods[lane].values() if not goods.opening]
        if later:
            return lane, min(later, key=lambda goods: goods.slot)
    return 0, None


def _stations(trace: Trace, story: Story, lane: int, goods: Goods) -> Iterator[tuple[int, str]]:
    left = goods.left_stock_s
    ordered = [at for at, _ in Orders(story).placed(lane) if 0 <= at <= left]
    if ordered:
        yield ordered[-1], "ordered by the customer"
    files = [f for f in story.files if (f.source, f.slot) == (lane, goods.slot)]
    if not files:
        yield left, "taken from finished stock; needs no licence"
    for file in files:
        again = "again " if file.attempt else ""
        yield file.filed_s, f"{again}filed for an export licence; the goods wait at the exporter"
        if file.decided_s is not None:
            waited = format_days(file.decided_s - file.filed_s)
            yield file.decided_s, f"{file.outcome.replace('_', ' ')} after {waited}"
    if goods.dispatched_s is not None and goods.arrival_s is not None:
        yield goods.dispatched_s, "leaves the exporter"
        transit = format_days(goods.arrival_s - goods.dispatched_s)
        beyond = " (after the horizon)" if goods.arrival_s >= trace.tables.horizon_s else ""
        yield goods.arrival_s, f"arrives after {transit} under way{beyond}"
    elif goods.cancelled_s is not None:
        yield goods.cancelled_s, "the buyer learns that the order is lost"
    else:
        yield trace.tables.horizon_s, "still waiting at the end of the run"


def happenings(trace: Trace) -> str:
    """List the first rows of the trace that a reader would ask about."""
    rows = [
        (_when(trace, second), Kind(kind).name.lower().replace("_", " "),
         _subject(trace, kind, subject, index), _detail(trace, kind, subject, quantity, level))
        for second, kind, subject, index, quantity, level, _ in trace.rows.tolist()
        if kind in _SHOWN
    ]  # fmt: skip
    cut = f" (the first {_MOST_ROWS} of {len(rows)})" if len(rows) > _MOST_ROWS else ""
    return table(f"What happened{cut}", ("when", "what", "who", "how much"), rows[:_MOST_ROWS])


def _subject(trace: Trace, kind: int, subject: int, index: int) -> str:
    tables = trace.tables
    if kind in (Kind.HALTED, Kind.RESTARTED):
        return tables.sites.name[subject]
    if kind == Kind.STOCKED_OUT:
        return tables.inputs.name[subject]
    if kind == Kind.REGIME:
        return f"{tables.regimes.dates[subject].name} {'begins' if index else 'ends'}"
    sources = (*tables.lanes.name, *tables.applicants.name)
    return f"{sources[subject]}, slot {index}"


def _detail(trace: Trace, kind: int, subject: int, quantity: int, level: int) -> str:
    tables = trace.tables
    if kind == Kind.STOCKED_OUT or quantity == NONE:
        return ""
    if subject >= len(tables.lanes.name):
        return Outcome(level).name.lower() if kind == Kind.DECIDED else ""
    item_kind = dict(zip(tables.items, tables.item_kind, strict=True))[tables.lanes.item[subject]]
    text = amount(quantity, item_kind)
    if kind == Kind.DECIDED:
        return f"{text}, {Outcome(level).name.lower().replace('_', ' ')}"
    if kind == Kind.ARRIVED:
        return f"{text}, {amount(level, item_kind)} in stock then"
    return text


def first_halt_story(trace: Trace) -> str:
    """Say in sentences which plant halted first, when, and why."""
    story = tell(trace)
    stop = _first_stop(trace, story)
    if stop is None:
        return "No plant halted: every input lasted to the end."
    tables = trace.tables
    cause = cause_of(story, stop)
    n = min(stop.blocking, key=lambda m: tables.inputs.item[m])
    lasted = format_days(stop.end_s - stop.begin_s)
    end = (
        f"It still stood at the end of the run, {lasted} later."
        if stop.open_at_horizon
        else f"It ran again from {_said(trace, stop.end_s)}, {lasted} later."
    )
    return (
        f"Why {tables.sites.name[stop.site]} halted: on {_said(trace, stop.begin_s)} its "
        f"stock of {tables.inputs.item[n]} was used up. {_because(trace, cause)} {end}"
    )


def _because(trace: Trace, cause: Cause) -> str:
    tables = trace.tables
    lane, supplier = tables.lanes.name[cause.lane], tables.sites.name[cause.site]
    item = tables.lanes.item[cause.lane]
    if cause.kind == "licence pending" and cause.filed_s is not None:
        return (
            f"The oldest missing {item}, from {supplier} on the lane '{lane}', had been waiting "
            f"for its export licence since {_said(trace, cause.filed_s)}."
        )
    detail = f" ({cause.detail})" if cause.detail else ""
    return f"The oldest missing {item}, from {supplier} on the lane '{lane}': {cause.kind}{detail}."


def _first_stop(trace: Trace, story: Story) -> Stop | None:
    plants = [s for s, kind in enumerate(trace.tables.sites.kind) if kind == "plant"]
    halts = [halt for s in plants for halt in story.halts(s)]
    return min(halts, key=lambda halt: (halt.begin_s, halt.site), default=None)


def _said(trace: Trace, second: int) -> str:
    """Show a moment inside a sentence: 8 June 2025 (day 65)."""
    day = date_of(trace.tables.start, second)
    return f"{day.day} {day:%B %Y} (day {format_days(second).removesuffix(' d')})"


def _when(trace: Trace, second: int) -> str:
    day = format_days(second).removesuffix(" d")
    return f"{date_of(trace.tables.start, second)}  day {day:>6}"
