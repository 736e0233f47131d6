"""The facts of an incident report as JSON: numbers in days, dates as dates, null for what is not.

In:  `Report`.
Out: dictionaries, lists, texts and numbers that JSON can hold.
"""

from __future__ import annotations

from typing import Any

from sim.app.why import Report
from sim.outcomes.causes import Cause, Link
from sim.outcomes.halts import Halt
from sim.outcomes.incident import Missing, Pipeline, Queue, Regulation
from sim.outcomes.pivotal import Trial
from sim.outcomes.story import FileRecord, Goods
from sim.scenario.fields import ReviewTime
from sim.units import DAY_S, date_of

__all__ = ["as_json"]


def as_json(report: Report) -> dict[str, Any]:
    """Return the report.

    Returns
    -------
    dict
        `{scenario, alternative, replication, plant, halt, missing, other_halts, licences}`.
        Times are `{day, date}`; amounts are grams or pieces.
    """
    story, incident, together = report.story, report.incident, report.together
    return {
        "scenario": report.scenario.name,
        "alternative": report.alternative,
        "replication": story.trace.replication,
        "plant": story.tables.sites.name[incident.halt.stop.site],
        "halt": _halt(report, incident.halt),
        "missing": [_missing(report, one) for one in incident.missing],
        "other_halts": [_halt(report, other) for other in incident.others],
        "licences": {
            "on_the_chain": report.n_candidates,
            "granted_one_by_one": [_trial(report, trial) for trial in report.trials],
            "granted_together": None if together is None else _trial(report, together),
        },
    }


def _time(report: Report, second: int | None) -> dict[str, Any] | None:
    if second is None:
        return None
    return {
        "day": second / DAY_S,
        "date": date_of(report.story.tables.start, second).isoformat(),
    }


def _halt(report: Report, halt: Halt) -> dict[str, Any]:
    stop = halt.stop
    return {
        "number": halt.number,
        "begins": _time(report, stop.begin_s),
        "ends": None if stop.open_at_horizon else _time(report, stop.end_s),
        "days": (stop.end_s - stop.begin_s) / DAY_S,
        "causes": {
            report.story.tables.inputs.item[n]: {"cause": cause.kind, "detail": cause.detail}
            for n, cause in halt.causes.items()
        },
    }


def _missing(report: Report, one: Missing) -> dict[str, Any]:
    return {
        "item": report.story.tables.inputs.item[one.input],
        "left": one.stock,
        "first_cause_days": one.blame.first_cause_s / DAY_S,
        "shapley_days": one.blame.shapley_s / DAY_S,
        "pipeline": _pipeline(report, one.pipeline),
        "cause": _cause(report, one.cause),
        "applications": [_file(report, file) for file in one.files],
        "in_force": [_regulation(report, entry) for entry in one.regulations],
        "queue": None if one.queue is None else _queue(report, one.queue),
    }


def _pipeline(report: Report, pipeline: Pipeline) -> dict[str, Any]:
    return {
        "moving": [_goods(report, lane, goods) for lane, goods in pipeline.moving],
        "waiting": [_goods(report, lane, goods) for lane, goods in pipeline.waiting],
        "refused": [_goods(report, lane, goods) for lane, goods in pipeline.refused],
        "owed": pipeline.owed,
    }


def _goods(report: Report, lane: int, goods: Goods) -> dict[str, Any]:
    return {
        "lane": report.story.tables.lanes.name[lane],
        "slot": goods.slot,
        "quantity": goods.quantity,
        "left_stock": _time(report, goods.left_stock_s),
        "dispatched": _time(report, goods.dispatched_s),
        "arrives": _time(report, goods.arrival_s),
    }


def _cause(report: Report, cause: Cause) -> dict[str, Any]:
    return {
        "cause": cause.kind,
        "detail": cause.detail,
        "chain": [_link(report, link) for link in cause.links],
        "before": None if cause.before is None else _cause(report, cause.before),
    }


def _link(report: Report, link: Link) -> dict[str, Any]:
    tables = report.story.tables
    return {
        "site": tables.sites.name[link.site],
        "lacks": tables.inputs.item[link.input],
        "asked": _time(report, link.second),
        "supplier": tables.sites.name[link.supplier],
        "lane": tables.lanes.name[link.lane],
        "quantity": link.quantity,
        "ordered": _time(report, link.ordered_s),
        "goods": None if link.goods is None else _goods(report, link.lane, link.goods),
    }


def _file(report: Report, file: FileRecord) -> dict[str, Any]:
    return {
        "desk": report.story.tables.desks.name[file.desk],
        "stage": file.stage,
        "attempt": file.attempt,
        "quantity": file.quantity,
        "filed": _time(report, file.filed_s),
        "decided": _time(report, file.decided_s),
        "outcome": file.outcome,
        "expired": _time(report, file.expired_s),
    }


def _regulation(report: Report, entry: Regulation) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "from": _time(report, entry.from_s),
        "to": _time(report, entry.to_s),
        "trigger": entry.trigger,
        "says": {field: _value(value) for field, value in entry.says.items()},
        "source": entry.source,
        "note": entry.note,
    }


def _queue(report: Report, queue: Queue) -> dict[str, Any]:
    return {
        "desk": report.story.tables.desks.name[queue.desk],
        "officers": queue.officers,
        "undecided": queue.undecided,
        "filed_before": queue.before,
    }


def _value(value: object) -> object:
    if isinstance(value, ReviewTime):
        return {"never": value.never, "days": value.seconds / DAY_S, "working_days": value.working}
    return value


def _trial(report: Report, trial: Trial) -> dict[str, Any]:
    tables = report.story.tables
    return {
        "granted": [
            {"lane": tables.lanes.name[lane], "slot": slot} for lane, slot in trial.granted
        ],
        "pivotal": trial.pivotal,
        "begins": _time(report, trial.begin_s),
        "later_days": trial.later_s / DAY_S,
    }
