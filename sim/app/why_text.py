"""An incident report in plain sentences with dates.

In:  `Report`.
Out: text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from sim.app.text import amount
from sim.app.why import Report
from sim.outcomes.causes import Cause, Link
from sim.outcomes.halts import Halt
from sim.outcomes.incident import Missing, Pipeline, Queue, Regulation
from sim.outcomes.pivotal import Application, Trial
from sim.outcomes.story import FileRecord, Goods, Stop
from sim.scenario.fields import ReviewTime
from sim.units import DAY_S, date_of, format_days

__all__ = ["as_text"]

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_OUTCOMES = {
    "refused_for_good": "refused for good by",
    "returned": "returned for information by",
    "withdrawn": "withdrawn from",
}
_MOST_LINES = 12
_WIDTH = 100


def as_text(report: Report) -> str:
    """Return the report, a paragraph for each question a reader would ask."""
    title = (
        f"Why {_site(report, report.incident.halt.stop.site)} stood: {report.scenario.name}, "
        f"alternative '{report.alternative}', replication {report.story.trace.replication}"
    )
    parts = [
        f"{title}\n{'=' * len(title)}",
        _section("What happened", _happened(report)),
        *(
            _section(f"What ran out: {_item(report, one.input)}", _about_input(report, one))
            for one in report.incident.missing
        ),
        _section("The licence that mattered", _pivotal(report)),
    ]
    if report.incident.others:
        parts.append(_section("Its other halts", _others(report)))
    return "\n\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, "-" * len(title), *(_wrapped(line) for line in lines)])


def _wrapped(line: str) -> str:
    """Break a line at the width of a page; what follows is indented by two more."""
    indent = " " * (len(line) - len(line.lstrip()))
    return fill(line, _WIDTH, subsequent_indent=indent + ("  " if indent else ""))


def _happened(report: Report) -> Iterator[str]:
    halt, n_halts = report.incident.halt, len(report.incident.others) + 1
    stop, name = halt.stop, _site(report, halt.stop.site)
    lasted = _long(stop.end_s - stop.begin_s)
    if stop.open_at_horizon:
        yield (
            f"Production at {name} stopped on {_on(report, stop.begin_s)}. It still stood "
            f"{lasted} later, at the end of the run."
        )
    else:
        yield (
            f"Production at {name} stopped on {_on(report, stop.begin_s)} and began again on "
            f"{_on(report, stop.end_s)}, {lasted} later."
        )
    if n_halts == 1:
        yield "It was its only halt."
    elif halt.number <= len(_ORDINALS):
        yield f"It was the {_ORDINALS[halt.number - 1]} of {n_halts} halts."
    else:
        yield f"It was halt {halt.number} of {n_halts}."
    if len(report.incident.missing) > 1:
        yield "Of the time it stood, the inputs that were missing account for:"
        for one in report.incident.missing:
            first, equal = _long(one.blame.first_cause_s), _long(one.blame.shapley_s)
            yield (
                f"  {_item(report, one.input)}: {first} as the one missing longest, {equal} if "
                "each second is shared out equally"
            )


def _about_input(report: Report, one: Missing) -> Iterator[str]:
    stop = report.incident.halt.stop
    item = _item(report, one.input)
    left = f" ({_amount(report, item, one.stock)} were left, too few)" if one.stock else ""
    yield f"Its {item} ran out on {_on(report, stop.begin_s)}{left}."
    yield from _pipeline(report, item, one.pipeline)
    yield ""
    yield f"Cause: {_kind(one.cause)}."
    yield from _chain(report, one.cause)
    if one.files:
        yield ""
        yield from _applications(report, one)
    if one.regulations:
        yield ""
        yield "In force for that application then:"
        yield from (f"  {_regulation(report, entry)}" for entry in one.regulations)
    if one.queue is not None:
        yield f"  {_queue(report, one.queue)}"


def _kind(cause: Cause) -> str:
    told = f"{cause.kind} ({cause.detail})" if cause.detail else cause.kind
    tiers = len(cause.links)
    return told + (f", {tiers} tiers up" if tiers > 1 else "")


def _pipeline(report: Report, item: str, pipeline: Pipeline) -> Iterator[str]:
    """Say what had been ordered and was not there."""
    if pipeline.moving:
        lane, goods = pipeline.moving[0]
        total = _amount(report, item, sum(goods.quantity for _, goods in pipeline.moving))
        first = "" if len(pipeline.moving) == 1 else f" in {len(pipeline.moving)} consignments"
        yield (
            f"On its way: {total}{first}, the next due on {_on(report, goods.arrival_s or 0)} from "
            f"{_supplier(report, lane)}."
        )
    if pipeline.waiting:
        total = _amount(report, item, sum(goods.quantity for _, goods in pipeline.waiting))
        n_waiting = len(pipeline.waiting)
        noun = "consignment" if n_waiting == 1 else "consignments"
        yield (
            f"Waiting for leave at the exporter: {total} in {n_waiting} {noun}, the oldest since "
            f"{_on(report, pipeline.waiting[0][1].left_stock_s)}."
        )
    if pipeline.refused:
        total = _amount(report, item, sum(goods.quantity for _, goods in pipeline.refused))
        yield f"Refused, and the buyer did not know yet: {total}."
    if pipeline.owed:
        yield f"Ordered and not sent: {_amount(report, item, pipeline.owed)}."
    if not (pipeline.moving or pipeline.waiting or pipeline.refused or pipeline.owed):
        yield "No more of it was on order."


def _chain(report: Report, cause: Cause) -> Iterator[str]:
    """Follow a cause from tier to tier."""
    for link, above in zip(cause.links, cause.links[1:], strict=False):
        yield f"{_order(report, link)} had not been sent: {_stood(report, link.supplier, above)}."
    link = cause.links[-1]
    if link.ordered_s is None:
        yield {
            "licence refused": "What had been ordered was lost to a refusal.",
            "demand": "More had been used than planned, and all that was ordered had come.",
        }.get(cause.kind, "All that had been ordered had come; nobody had ordered more.")
        return
    yield f"{_order(report, link)} {_where(report, cause, link)}."
    if cause.before is not None and cause.before.links[0].input == link.input:
        unsent = cause.before.links[0]
        until = _on(report, unsent.second)
        yield f"Up to {until} it {_where(report, cause.before, unsent)}."
    elif cause.before is not None:
        since = _stood(report, link.supplier, cause.before.links[0])
        yield f"It had left late: {since}."
        yield from _chain(report, cause.before)


def _where(report: Report, cause: Cause, link: Link) -> str:
    """Say where goods were, or why there were none."""
    supplier, goods = _site(report, link.supplier), link.goods
    if goods is None:
        return {
            "rationed": f"had not been sent: {supplier} had given what it had to others",
            "capacity": f"had not been sent: {supplier} had nothing left"
            + (f" ({cause.detail})" if cause.detail else ", at its planned rate"),
            "demand": "was in time; more had been used than planned",
            "in transit": "was still to be sent: its dispatch day had not come",
            "licence refused": "had not been sent; the order before it was lost to a refusal",
        }.get(cause.kind, "had not been filed for: it waited for a larger consignment")
    if goods.dispatched_s is not None and goods.dispatched_s <= link.second:
        due = f", due on {_on(report, goods.arrival_s or 0)}"
        late = {"late": ", later than usual", "after a licence wait": ", after its licence"}
        more = late.get(cause.detail, "")
        if cause.kind == "demand":
            more = ", in time; more had been used than planned"
        return f"was on its way since {_on(report, goods.dispatched_s)}{due}{more}"
    if cause.file is None:
        return f"waited for a licence since {_on(report, goods.left_stock_s)}"
    if cause.kind == "licence refused" and cause.detail == "not filed again yet":
        return f"had been refused by {_desk(report, cause.file)}"
    held = "in a customs test" if cause.kind == "customs hold" else "for a licence"
    since = f"waited {held} since {_on(report, goods.left_stock_s)}"
    if cause.file.filed_s == goods.left_stock_s:
        return f"{since}, with {_desk(report, cause.file)}"
    return f"{since}, at last with {_desk(report, cause.file)}"


def _stood(report: Report, site: int, above: Link) -> str:
    """Say when and why a supplier stood at the second of a question."""
    stops = report.story.stops[site]
    inside = [stop for stop in stops if stop.begin_s <= above.second <= stop.end_s]
    stop: Stop | None = inside[0] if inside else None
    since = above.second if stop is None else stop.begin_s
    asked = report.incident.halt.stop.begin_s
    until = "" if stop is None or stop.end_s > asked else f" to {_on(report, stop.end_s)}"
    verb = (
        f"stood from {_on(report, since)}{until}" if until else f"stood since {_on(report, since)}"
    )
    return f"{_site(report, site)} {verb} for lack of {_item(report, above.input)}"


def _order(report: Report, link: Link) -> str:
    item = report.story.tables.lanes.item[link.lane]
    ordered_s = link.ordered_s or 0
    when = "before the start" if ordered_s < 0 else f"on {_on(report, ordered_s)}"
    quantity = _amount(report, item, link.quantity)
    return (
        f"The oldest order of {item} that {_site(report, link.site)} waited for, {quantity} "
        f"ordered from {_site(report, link.supplier)} {when},"
    )


def _applications(report: Report, one: Missing) -> Iterator[str]:
    """Tell the applications for the goods in question from the first filing to the arrival."""
    files = one.files
    goods = report.story.goods[files[0].source].get(files[0].slot)
    lane = report.story.tables.lanes.name[files[0].source]
    yield f"Applications for the consignment in question (lane '{lane}', slot {files[0].slot}):"
    told = [*_filed(report, files), *_left(report, goods)]
    told.sort(key=lambda event: event[0])
    yield from (f"  {_on(report, second)}: {text}" for second, text in told)


def _filed(report: Report, files: tuple[FileRecord, ...]) -> Iterator[tuple[int, str]]:
    for place, file in enumerate(files):
        again = any(other.stage == file.stage for other in files[:place])
        verb = "filed again with" if again else "filed with"
        yield file.filed_s, f"{verb} {_desk(report, file)}"
        if file.decided_s is not None:
            waited = _long(file.decided_s - file.filed_s)
            outcome = _OUTCOMES.get(file.outcome, f"{file.outcome} by")
            yield file.decided_s, f"{outcome} {_desk(report, file)} after {waited}"
        else:
            yield report.story.tables.horizon_s, "still undecided at the end of the run"
        if file.expired_s is not None:
            yield file.expired_s, f"the grant of {_desk(report, file)} runs out unused"


def _left(report: Report, goods: Goods | None) -> Iterator[tuple[int, str]]:
    if goods is None:
        return
    if goods.dispatched_s is not None:
        yield goods.dispatched_s, "the goods leave" + (" by air" if goods.by_air else "")
        arrival_s = goods.arrival_s or 0
        beyond = arrival_s >= report.story.tables.horizon_s
        yield arrival_s, "they arrive" + (" (after the end of the run)" if beyond else "")
    if goods.cancelled_s is not None:
        yield goods.cancelled_s, "the buyer learns that the order is lost"


def _regulation(report: Report, entry: Regulation) -> str:
    until = "" if entry.to_s is None else f" to {_on(report, entry.to_s)}"
    while_ = "" if entry.trigger is None else f" while '{entry.trigger}' was active,"
    dated = f"{entry.kind} '{entry.name}',{while_} from {_on(report, entry.from_s)}{until}"
    said = "; ".join(f"{field.replace('_', ' ')} {_value(v)}" for field, v in entry.says.items())
    source = f" [{entry.source}]" if entry.source else f" [{entry.note}]" if entry.note else ""
    return dated + (f": {said}" if said else "") + source


def _queue(report: Report, queue: Queue) -> str:
    limit = "no limit to" if queue.officers is None else f"at most {queue.officers}"
    return (
        f"at desk '{report.story.tables.desks.name[queue.desk]}': {limit} files under review at a "
        f"time; {queue.undecided} undecided, {queue.before or 'none'} of them filed before it"
    )


def _value(value: object) -> str:
    if isinstance(value, ReviewTime):
        if value.never:
            return "never"
        text = format_days(value.seconds)
        return f"{text.removesuffix(' d')} working days" if value.working else text
    if isinstance(value, float):
        return f"{100 * value:g} %"
    return str(value)


def _pivotal(report: Report) -> Iterator[str]:
    if not report.trials:
        yield "No application was on the chain of causes: no licence would have prevented it."
        return
    moved = [trial for trial in report.trials if trial.pivotal]
    tried = _tried(report)
    if moved:
        yield f"Granted at filing, all else and all luck the same ({tried}):"
        yield from (f"  {_trial(report, trial)}" for trial in moved[:_MOST_LINES])
        left = len(report.trials) - len(moved)
        if left:
            others = "The other one does" if left == 1 else f"The other {left} do"
            yield f"  {others} not move the start of the halt by a day."
        named = {(one.files[0].source, one.files[0].slot) for one in report.incident.missing
                 if one.files}  # fmt: skip
        if named.isdisjoint(trial.granted[0] for trial in moved):
            yield "The oldest order that had not come, which the cause names, is not among them."
        return
    yield f"No single application, granted at filing, moves the halt by a day ({tried})."
    together = report.together
    if together is not None:
        yield f"With all {len(together.granted)} granted at filing, {_then(report, together)}."


def _tried(report: Report) -> str:
    n_tried = len(report.trials)
    if n_tried < report.n_candidates:
        return f"{n_tried} of {report.n_candidates} applications on the chain tried"
    return "1 application tried" if n_tried == 1 else f"{n_tried} applications tried"


def _trial(report: Report, trial: Trial) -> str:
    return f"{_application(report, trial.granted[0])}: {_then(report, trial)}"


def _then(report: Report, trial: Trial) -> str:
    if trial.begin_s is None:
        return "the halt does not happen by the end of the run"
    if trial.later_s < 0:
        return f"the halt begins {_long(-trial.later_s)} earlier, on {_on(report, trial.begin_s)}"
    return f"the halt begins {_long(trial.later_s)} later, on {_on(report, trial.begin_s)}"


def _application(report: Report, application: Application) -> str:
    lane, slot = application
    file = report.story.files_of[application][0]
    item = report.story.tables.lanes.item[lane]
    customer = _site(report, int(report.story.tables.lanes.customer[lane]))
    return (
        f"slot {slot}, {_amount(report, item, file.quantity)} of {item} for {customer}, filed with "
        f"{_desk(report, file)} on {_on(report, file.filed_s)}"
    )


def _others(report: Report) -> Iterator[str]:
    for other in report.incident.others[:_MOST_LINES]:
        yield f"  {other.number}. {_halt(report, other)}"
    more = len(report.incident.others) - _MOST_LINES
    if more > 0:
        yield f"  and {more} more"


def _halt(report: Report, halt: Halt) -> str:
    stop = halt.stop
    end = "the end of the run" if stop.open_at_horizon else _on(report, stop.end_s)
    told = ", ".join(f"{_item(report, n)}: {_kind(cause)}" for n, cause in halt.causes.items())
    lasted = _long(stop.end_s - stop.begin_s)
    return f"{_on(report, stop.begin_s)} to {end} ({lasted}); {told}"


def _site(report: Report, site: int) -> str:
    return report.story.tables.sites.name[site]


def _supplier(report: Report, lane: int) -> str:
    return _site(report, int(report.story.tables.lanes.supplier[lane]))


def _item(report: Report, n: int) -> str:
    return report.story.tables.inputs.item[n]


def _desk(report: Report, file: FileRecord) -> str:
    tables = report.story.tables
    stages = tables.lanes.stages[file.source]
    place = f" (stage {file.stage + 1} of {len(stages)})" if len(stages) > 1 else ""
    return f"{tables.desks.name[file.desk]}{place}"


def _amount(report: Report, item: str, quantity: float) -> str:
    tables = report.story.tables
    return amount(quantity, tables.item_kind[tables.items.index(item)])


def _on(report: Report, second: int) -> str:
    """Show a moment inside a sentence: 8 June 2025 (day 65)."""
    day = date_of(report.story.tables.start, second)
    return f"{day.day} {day:%B %Y} (day {format_days(second).removesuffix(' d')})"


def _long(seconds: int) -> str:
    """Show a length in days.

    Examples
    --------
    >>> _long(86_400), _long(108_000), _long(0)
    ('1 day', '1.25 days', '0 days')
    """
    days = f"{seconds / DAY_S:.2f}".rstrip("0").rstrip(".")
    return f"{days} day" if days == "1" else f"{days} days"
