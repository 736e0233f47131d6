"""What holds whatever the regime does: mass is kept, no licence, no dispatch, no file is lost."""

from bisect import bisect_right
from collections import defaultdict

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from sim.app.verification import metamorphic
from sim.engine import Kind, Outcome, Trace, simulate
from sim.engine.reference.engine import Run
from sim.engine.trace import stage_and_attempt
from sim.model import build_model
from sim.model.tables import UNSET
from sim.outcomes.plan import in_force
from sim.scenario import Scenario
from tests.conservation import checked
from tests.engine.licence_worlds import licence_worlds
from tests.engine.test_generated import Watched

MIXED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking a world takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@MIXED
@given(licence_worlds())
def test_mass_is_kept_and_looking_changes_nothing(world: Scenario) -> None:
    tables = build_model(world)

    trace = checked(tables)

    assert np.array_equal(trace.rows, simulate(tables, 0).rows)
    assert np.all(np.diff(trace.rows[:, 0]) >= 0)


def licences_of(trace: Trace) -> dict[tuple[int, int, int], list[tuple[int, int]]]:
    """Validity [from, to) of every licence, by lane, slot and stage."""
    tables = trace.tables
    licences = defaultdict(list)
    for second, _, lane, slot, _, outcome, part in trace.of(Kind.DECIDED).tolist():
        if outcome == Outcome.GRANTED and lane < len(tables.lanes.name):
            stage, _ = stage_and_attempt(part)
            desk = tables.lanes.stages[lane][stage]
            begins = second + int(tables.desks.issue_lag_s[desk])
            term = int(tables.desks.licence_term_s[desk])
            licences[lane, slot, stage].append((begins, begins + term))
    return licences


@MIXED
@given(licence_worlds())
def test_no_dispatch_without_valid_licences(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    tables, rules = trace.tables, in_force(trace)
    licences = licences_of(trace)

    for second, _, lane, slot, *_ in trace.of(Kind.DISPATCHED).tolist():
        piece = bisect_right(rules.begins_s, second) - 1
        table, row = rules.tables[piece], rules.rows[piece]
        for stage, desk in enumerate(tables.lanes.stages[lane]):
            asked = int(table.stages_needed[row, lane]) >> stage & 1
            general = int(table.general_licence[row, lane]) != UNSET
            if asked and tables.desks.decides[desk] != "hold" and not general:
                valid = licences[lane, slot, stage]
                assert any(begins <= second < ends for begins, ends in valid), (lane, slot, stage)


@MIXED
@given(licence_worlds())
def test_every_file_is_decided_once_and_follows_from_the_one_before(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    n_lanes = len(trace.tables.lanes.name)
    attempts: dict[tuple[int, int, int], int] = {}
    open_files: dict[tuple[int, int, int], int] = {}
    gone: set[tuple[int, int]] = set()

    for second, kind, source, slot, quantity, level, until in trace.rows.tolist():
        if kind in {Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.EXPIRED}:
            stage, attempt = stage_and_attempt(level if kind == Kind.FILED else until)
            place = source, slot, stage
            assert (source, slot) not in gone
        if kind == Kind.FILED:
            assert attempt == attempts.get(place, -1) + 1
            assert place not in open_files
            attempts[place] = attempt
            open_files[place] = quantity
        elif kind == Kind.DECIDED:
            assert attempts[place] == attempt
            assert open_files.pop(place) == quantity
        elif kind == Kind.WITHDRAWN:
            assert attempts[place] == attempt
            open_files.pop(place, None)
        elif kind == Kind.EXPIRED:
            assert attempts[place] == attempt
            assert place not in open_files
        elif kind == Kind.DISPATCHED:
            assert not any((source, slot, k) in open_files for k in range(3))
            if slot >= 0:
                assert (source, slot) not in gone
                gone.add((source, slot))
        assert second < trace.tables.horizon_s
        assert source >= 0 or n_lanes == 0


@MIXED
@given(licence_worlds())
def test_officers_are_never_idle_or_too_many(world: Scenario) -> None:
    run = Run(build_model(world), 0)
    desks = [Watched(desk) for desk in run.licensing.desks]
    while run.clock.peek() < run.tables.horizon_s:
        run.clock.step()
        for desk in desks:
            desk.look(run.clock.second)


@MIXED
@given(licence_worlds())
def test_quotas_are_kept_and_rounds_are_held_at_their_time(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    tables = trace.tables
    d = tables.desks.name.index("d")
    limit = tables.regimes.quota_files[:, d].tolist()
    weeks: dict[int, int] = defaultdict(int)
    for second, _, source, _, _, outcome, part in trace.of(Kind.DECIDED).tolist():
        if _desk_of(trace, source, part) != d:
            continue
        if tables.desks.setting[d] == "bare_minimum":
            assert outcome != Outcome.GRANTED or second % int(tables.desks.round_s[d]) == 0
        weeks[(second - tables.desks.monday_s) // (7 * 86_400)] += 1

    if tables.desks.setting[d] != "bare_minimum" and UNSET not in limit:
        assert max(weeks.values(), default=0) <= max(limit)


def _desk_of(trace: Trace, source: int, part: int) -> int:
    n_lanes = len(trace.tables.lanes.name)
    if source >= n_lanes:
        return int(trace.tables.applicants.desk[source - n_lanes])
    return trace.tables.lanes.stages[source][stage_and_attempt(part)[0]]


@MIXED
@given(licence_worlds())
def test_triggers_act_when_they_say(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    horizon_s = trace.tables.horizon_s
    effects: dict[int, list[list[int]]] = defaultdict(list)
    for second, _, trigger, begins, *_ in trace.of(Kind.REACTION).tolist():
        if begins:
            assert all(end < horizon_s for _, end in effects[trigger])
            effects[trigger].append([second, horizon_s])
        else:
            effects[trigger][-1][1] = second

    for second, _, trigger, fires, _, _, effect in trace.of(Kind.TRIGGERED).tolist():
        if fires and effect < horizon_s:
            assert effect > second
            assert any(begin <= effect < end for begin, end in effects[trigger])


@MIXED
@given(licence_worlds())
def test_a_run_can_be_made_again_in_any_order_of_the_file(world: Scenario) -> None:
    assert metamorphic.twice(world) == 0
    assert metamorphic.another_order(world) == 0


@settings(MIXED, max_examples=25)
@given(licence_worlds())
def test_free_licences_strangers_and_what_is_yet_to_come_change_nothing(world: Scenario) -> None:
    assert metamorphic.free_against_none(world) == 0
    assert metamorphic.added_plant(world) == 0
    assert metamorphic.rows_before(world, 25)[0] == 0
