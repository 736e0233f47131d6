"""What a file's draws make of it, against the shares in force."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.draws import BLOCK, duration, fill_works, uniform, work_of
from sim.engine.compiled.kernel.files import rules_of
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.rules import WORK
from sim.model.streams import Stream

__all__ = ["answer_time", "outcome_of", "queries", "refiles", "work_needed"]

S_WORK, S_OUTCOME = int(Stream.WORK), int(Stream.OUTCOME)
S_FINAL, S_REFILE = int(Stream.FINAL_REFUSAL), int(Stream.REFILE)
S_QUERY, S_ANSWER = int(Stream.QUERY), int(Stream.ANSWER)

desk_at = at["desks"]
law_at = at["laws"]
station_at = at["stations"]
stream_at = at["arrivals"]
work_at = at["works"]


@compiled
def draw(world: Record, stream: int, file: Record) -> float:
    """Return a uniform of a file."""
    entity = station_at(world, file.station).entity
    return uniform(world, stream, entity, file.slot, file.attempt)


@compiled
def work_needed(world: Record, desk: Record, file: Record) -> int:
    """Return the work that a file needs."""
    law = law_at(world, desk.work)
    if law.kind == layout.FIXED:
        return WORK
    if file.source < world.n_lanes or file.attempt or file.slot < 0:
        return work_of(world, law, draw(world, S_WORK, file))
    a = file.source - world.n_lanes
    entry, block = stream_at(world, a), file.slot // BLOCK
    if block != entry.work_block:
        entry.work_block = block
        entity = station_at(world, file.station).entity
        fill_works(world, law, a, S_WORK, entity, block * BLOCK)
    return work_at(world, a * BLOCK + file.slot % BLOCK).word


@compiled
def answer_time(world: Record, desk: Record, file: Record) -> int:
    """Return the time that the answer to a returned or queried file takes [s]."""
    law = law_at(world, desk.answer)
    if law.kind == layout.FIXED:
        return law.first
    return duration(world, law, draw(world, S_ANSWER, file))


@compiled
def outcome_of(world: Record, file: Record) -> int:
    """Return what the shares in force make of a file."""
    rules = rules_of(world, station_at(world, file.station).file_class)
    final, rate, returned = rules.final_refusal_share, rules.approval_rate, rules.return_share
    if final > 0 and draw(world, S_FINAL, file) < final:
        return phases.REFUSED_FOR_GOOD
    if returned == 0 and rate == 1.0:
        return phases.GRANTED
    if returned == 0 and rate == 0.0:
        return phases.REFUSED
    u = draw(world, S_OUTCOME, file)
    if u < rate * (1.0 - returned):
        return phases.GRANTED
    return phases.RETURNED if u >= 1.0 - returned else phases.REFUSED


@compiled
def refiles(world: Record, desk: Record, file: Record) -> bool:
    """Say whether refused goods are applied for again; other applicants never do."""
    share = desk.refile_probability
    if file.source >= world.n_lanes or share <= 0:
        return False
    return share >= 1 or draw(world, S_REFILE, file) < share


@compiled
def queries(world: Record, station: Record, slot: int) -> bool:
    """Say whether customs hold a consignment at all."""
    share = rules_of(world, station.file_class).query_share
    if share <= 0:
        return False
    return share >= 1 or uniform(world, S_QUERY, station.entity, slot, 0) < share
