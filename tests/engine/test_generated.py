"""What holds in every world: nothing is lost, nobody jumps the queue, no licence, no dispatch."""

from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings

from sim.app.verification import metamorphic
from sim.engine import Kind, Outcome, simulate
from sim.engine.reference.desk import Desk, File
from sim.engine.reference.engine import Run
from sim.model import build_model
from sim.model.tables import NEVER, UNSET, ModelTables
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.conservation import checked
from tests.engine.generated import worlds

MIXED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@MIXED
@given(worlds())
def test_mass_is_kept_after_every_event_and_nothing_is_below_0(world: Scenario) -> None:
    tables = build_model(world)

    trace = checked(tables)

    assert np.array_equal(trace.rows, simulate(tables, 0).rows)
    assert np.all(np.diff(trace.rows[:, 0]) >= 0)


@MIXED
@given(worlds())
def test_nothing_is_made_of_nothing(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    sites, inputs = trace.tables.sites, trace.tables.inputs
    n_halts = Counter(trace.of(Kind.HALTED)[:, 2].tolist())

    for n, site in enumerate(inputs.site.tolist()):
        made, used = int(trace.totals.made[site]), int(trace.totals.used[n])
        # A whole piece may be on the line, and a second's output may be lost at each halt.
        slack = int(inputs.per_unit[n]) + n_halts[site] + 1
        assert made * inputs.per_unit[n] <= used + slack, sites.name[site]


@MIXED
@given(worlds())
def test_no_dispatch_without_a_valid_licence(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    tables = trace.tables
    lag_s = int(tables.desks.issue_lag_s[0])
    granted = {
        (row[0] + lag_s, row[2], row[3], row[4])
        for row in trace.of(Kind.DECIDED).tolist()
        if row[5] == Outcome.GRANTED
    }

    for second, _, lane, slot, quantity, *_ in trace.of(Kind.DISPATCHED).tolist():
        regime = np.searchsorted(tables.regimes.t_s, second, side="right") - 1
        general = tables.regimes.general_licence[regime, lane] != UNSET
        if tables.regimes.stages_needed[regime, lane] and not general:
            assert (second, lane, slot, quantity) in granted


@MIXED
@given(worlds())
def test_what_is_decided_was_filed_before_and_goods_leave_once(world: Scenario) -> None:
    trace = simulate(build_model(world), 0)
    filed: set[tuple[int, ...]] = set()
    gone: set[tuple[int, int]] = set()

    for _, kind, source, slot, quantity, level, until in trace.rows.tolist():
        goods = (source, slot)
        if kind == Kind.FILED:
            assert goods not in gone
            assert (level == 0) == (goods not in {file[:2] for file in filed})
            filed.add((source, slot, level, quantity))
        elif kind == Kind.DECIDED:
            assert goods not in gone
            assert (source, slot, until, quantity) in filed
        elif kind == Kind.WITHDRAWN:
            assert (source, slot, until, quantity) in filed
        elif kind == Kind.DISPATCHED:
            assert goods not in gone
            gone.add(goods)


class Watched:
    """A desk, looked at after every event."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen: list[File] = []
        self.n_filed = 0

    def look(self, second: int) -> None:
        desk = self.desk
        # A reaction may give a review another number; the officer has the file all the same.
        begun = [file for file in desk.under_review.values() if file not in self.seen]
        self.seen = list(desk.under_review.values())
        waiting = [file for queue in desk.queues for file in queue if not file.withdrawn]
        ready = [file for file in waiting if desk.mean_review_s[file.file_class] != NEVER]
        if desk.unlimited:
            assert not waiting
            return
        assert not begun or len(desk.under_review) <= desk.officers
        for file in begun:
            assert desk.reviews.works_at(second)
            assert desk.mean_review_s[file.file_class] != NEVER
            # One filed later in the very same event finds the officer taken.
            rivals = [one for one in ready if one.place < max(file.place, self.n_filed)]
            assert all(self.turn(file) < self.turn(other) for other in rivals)
        self.n_filed = max([self.n_filed, *(file.place + 1 for file in waiting)])
        if desk.reviews.works_at(second) and second % DAY_S:
            assert not ready or len(desk.under_review) >= desk.officers

    def turn(self, file: File) -> tuple[int, int]:
        return self.desk.priority[file.file_class], file.place


@MIXED
@given(worlds())
def test_officers_take_the_first_of_the_best_class_and_are_never_idle_or_too_many(
    world: Scenario,
) -> None:
    run = Run(build_model(world), 0)
    desks = [Watched(desk) for desk in run.licensing.desks]
    while run.clock.peek() < run.tables.horizon_s:
        run.clock.step()
        for desk in desks:
            desk.look(run.clock.second)


@MIXED
@given(worlds())
def test_a_run_can_be_made_again_in_any_order_of_the_file_and_beside_a_stranger(
    world: Scenario,
) -> None:
    assert metamorphic.twice(world) == 0
    assert metamorphic.another_order(world) == 0
    assert metamorphic.added_plant(world) == 0
    assert metamorphic.free_against_none(world) == 0
    assert metamorphic.rows_before(world, 25)[0] == 0
    assert metamorphic.another_end(world, 33) == 0


@MIXED
@given(worlds())
def test_a_site_stops_and_restarts_by_turns_and_never_for_no_time(world: Scenario) -> None:
    tables: ModelTables = build_model(world)
    trace = simulate(tables, 0)

    for site in range(len(tables.sites.name)):
        rows = trace.rows[np.isin(trace.rows[:, 1], [Kind.HALTED, Kind.RESTARTED])]
        rows = rows[rows[:, 2] == site]
        assert np.all(rows[0::2, 1] == Kind.HALTED)
        assert np.all(rows[1::2, 1] == Kind.RESTARTED)
        stops, starts = rows[0::2, 0], rows[1::2, 0]
        assert np.all(starts > stops[: len(starts)])
