"""One halt as an incident: what ran out, what was on its way, which rules held it up.

In:  the scenario as it turned out (nothing left to chance), `Story`, a `Halt`.
Out: `Incident`, plain facts to be told or listed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sim.engine.trace import Kind
from sim.model.dates import Dates, moment
from sim.model.gates import gates_in_force
from sim.model.policy import rules_in_force
from sim.model.selecting import file_kind
from sim.outcomes.attribution import Blame
from sim.outcomes.causes import Cause
from sim.outcomes.halts import Halt
from sim.outcomes.orders import Orders
from sim.outcomes.story import FileRecord, Goods, Story
from sim.scenario.schema import Dated, Scenario

__all__ = ["Incident", "Missing", "Pipeline", "Queue", "Regulation", "incident_of"]


@dataclass(frozen=True)
class Pipeline:
    """What had been ordered of an input and had not arrived when a halt began.

    Parameters
    ----------
    moving, waiting, refused : tuple of (int, Goods)
        Lane L and goods: on their way; out of stock and waiting for leave; refused for good, which
        the buyer had not learned yet.
    owed : int
        Ordered and not yet sent [g or pieces].
    """

    moving: tuple[tuple[int, Goods], ...]
    waiting: tuple[tuple[int, Goods], ...]
    refused: tuple[tuple[int, Goods], ...]
    owed: int


@dataclass(frozen=True)
class Regulation:
    """A gate or a rule that was in force for a file.

    Parameters
    ----------
    kind : str
        gate or rule.
    name, source, note : str
    from_s : int
    to_s : int or None
        Dates of the record; of one that hangs on a trigger, those between which it was active.
    trigger : str or None
        The trigger it hangs on.
    says : dict of str to value
        Fields of a rule that held for the file, by name; values as in the schema.
    """

    kind: str
    name: str
    source: str
    note: str
    from_s: int
    to_s: int | None
    trigger: str | None
    says: dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """What a file shared its desk with at a second.

    Parameters
    ----------
    desk : int
        Desk D.
    officers : int or None
        Most files under review at the same time; None where there is no limit.
    undecided : int
        Files there without a decision, other applicants' among them.
    before : int
        Those of them that had been filed before it.
    """

    desk: int
    officers: int | None
    undecided: int
    before: int


@dataclass(frozen=True)
class Missing:
    """One input that blocked the site.

    Parameters
    ----------
    input : int
        Input N.
    stock : int
        What was left when it counted as out [g or pieces].
    cause : Cause
    blame : Blame
    pipeline : Pipeline
    files : tuple of FileRecord
        Applications for the goods that the cause is about, in order of filing.
    regulations : tuple of Regulation
        In force for the last of them before the halt, in the second in which that began.
    queue : Queue or None
        At the desk of the file that the cause is about when the halt began; None if it was decided.
    """

    input: int
    stock: int
    cause: Cause
    blame: Blame
    pipeline: Pipeline
    files: tuple[FileRecord, ...]
    regulations: tuple[Regulation, ...]
    queue: Queue | None


@dataclass(frozen=True)
class Incident:
    """A halt with its facts.

    Parameters
    ----------
    halt : Halt
    missing : tuple of Missing
        In order of the item's name.
    others : tuple of Halt
        The other halts of the site, in order of time.
    """

    halt: Halt
    missing: tuple[Missing, ...]
    others: tuple[Halt, ...]


def incident_of(scenario: Scenario, story: Story, halts: list[Halt], halt: Halt) -> Incident:
    """Collect the facts of a halt.

    Parameters
    ----------
    scenario : Scenario
        As it turned out in this replication, stockpiles expanded.
    story : Story
    halts : list of Halt
        Every halt of the site.
    halt : Halt
        One of them.
    """
    left = {
        row[2]: row[5]
        for row in story.trace.by_kind[Kind.STOCKED_OUT]
        if row[0] == halt.stop.begin_s
    }
    missing = []
    for n, cause in halt.causes.items():
        final = _deepest(cause)
        files: tuple[FileRecord, ...] = ()
        regulations: tuple[Regulation, ...] = ()
        queue = None
        if final.file is not None:
            files = tuple(story.files_of[final.file.source, final.file.slot])
            second = min(halt.stop.begin_s, final.file.decided_s or halt.stop.begin_s)
            regulations = _regulations(scenario, story, final.file, second)
            queue = _queue(story, final.file, halt.stop.begin_s)
        missing.append(
            Missing(
                n, left.get(n, 0), cause, halt.blame[n], _pipeline(story, n, halt.stop.begin_s),
                files, regulations, queue,
            )
        )  # fmt: skip
    others = tuple(other for other in halts if other is not halt)
    return Incident(halt, tuple(missing), others)


def _deepest(cause: Cause) -> Cause:
    """Return the cause that a chain goes back to."""
    return cause if cause.before is None else _deepest(cause.before)


def _pipeline(story: Story, n: int, second: int) -> Pipeline:
    orders = Orders(story)
    moving: list[tuple[int, Goods]] = []
    waiting: list[tuple[int, Goods]] = []
    refused: list[tuple[int, Goods]] = []
    for lane in story.lanes_into[n]:
        for goods in story.goods[lane].values():
            if goods.left_stock_s >= second:
                continue
            if goods.dispatched_s is None or goods.dispatched_s > second:
                if goods.cancelled_s is None or goods.cancelled_s > second:
                    lost = _is_lost(story.files_of.get((lane, goods.slot), []), second)
                    (refused if lost else waiting).append((lane, goods))
            elif goods.arrival_s is not None and goods.arrival_s > second:
                moving.append((lane, goods))
    owed = sum(orders.owed(lane, second) for lane in story.lanes_into[n])
    moving.sort(key=lambda one: (one[1].arrival_s or 0, one[0]))
    for goods_here in (waiting, refused):
        goods_here.sort(key=lambda one: (one[1].left_stock_s, one[0]))
    return Pipeline(tuple(moving), tuple(waiting), tuple(refused), owed)


def _is_lost(files: list[FileRecord], second: int) -> bool:
    """Say whether the last application is refused by a second and was never filed again."""
    if not files or files[-1].decided_s is None or files[-1].decided_s > second:
        return False
    return files[-1].outcome in {"refused", "refused_for_good"}


def _regulations(
    scenario: Scenario, story: Story, file: FileRecord, second: int
) -> tuple[Regulation, ...]:
    """Return the gates that asked for a file and the rules that held for it at a second."""
    tables = story.tables
    lane, desk = tables.lanes.name[file.source], tables.desks.name[file.desk]
    active = story.regimes.active_at(second)
    names = (name for k, name in enumerate(tables.triggers.name) if active >> k & 1)
    dates = Dates(scenario.start, (0, second) if second else (0,), frozenset(names))
    gates = {
        name: gate
        for name, gate in gates_in_force(scenario, lane, dates).items()
        if desk in (*gate.before, gate.desk)
    }
    kind = file_kind(scenario, scenario.lanes[lane])
    says: dict[str, list[str]] = {}
    for field, name in rules_in_force(scenario, dates, desk, kind).items():
        says.setdefault(name, []).append(field)
    rules = {name: scenario.policy[name] for name in scenario.policy if name in says}
    found = (
        *(_regulation(scenario, "gate", name, gate, ()) for name, gate in gates.items()),
        *(_regulation(scenario, "rule", name, rule, says[name]) for name, rule in rules.items()),
    )
    return tuple(_as_it_turned_out(story, entry, second) for entry in found)


def _queue(story: Story, file: FileRecord, second: int) -> Queue | None:
    """Count the files at the desk of one that is undecided at a second."""
    if not _is_undecided(file, second):
        return None
    desks = story.tables.desks
    has_limit = desks.setting[file.desk] == "queue" and bool(desks.has_officers[file.desk])
    table, row = story.regimes.at(second)
    there = [one for one in story.files if one.desk == file.desk and _is_undecided(one, second)]
    return Queue(
        file.desk,
        int(table.officers[row, file.desk]) if has_limit else None,
        len(there),
        sum(one.filed_s < file.filed_s for one in there),
    )


def _is_undecided(file: FileRecord, second: int) -> bool:
    return file.filed_s <= second and (file.decided_s is None or file.decided_s > second)


def _as_it_turned_out(story: Story, entry: Regulation, second: int) -> Regulation:
    """Give a record that hangs on a trigger the times between which that was active."""
    if entry.trigger is None:
        return entry
    trigger = story.tables.triggers.name.index(entry.trigger)
    changes = [
        (at, begins)
        for at, _, subject, begins, *_ in story.trace.by_kind[Kind.REACTION]
        if subject == trigger
    ]
    begun_s = max(at for at, begins in changes if begins and at <= second)
    ended = (at for at, begins in changes if not begins and at > begun_s)
    ends = [at for at in (next(ended, None), entry.to_s) if at is not None]
    return replace(entry, from_s=max(entry.from_s, begun_s), to_s=min(ends, default=None))


def _regulation(
    scenario: Scenario, kind: str, name: str, record: Dated, fields: list[str] | tuple[str, ...]
) -> Regulation:
    start = scenario.start
    return Regulation(
        kind=kind,
        name=name,
        source=getattr(record, "source", ""),
        note=getattr(record, "note", ""),
        from_s=0 if record.from_ is None else moment(start, record.from_),
        to_s=None if record.to is None else moment(start, record.to),
        trigger=record.on,
        says={field: getattr(record, field) for field in fields},
    )
