"""A workbench that has run before runs as a new one does, in any order, on any thread."""

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from sim.engine import Kind
from sim.engine.compiled import layout
from sim.engine.compiled.engine import simulate_compiled, traces, workbench
from sim.model import build_model
from sim.scenario import Scenario
from tests.conformance.agreement import in_accounts, in_rows
from tests.conformance.mixed import mixed_worlds, tables_of
from tests.models import licensed

MIXED = settings(
    max_examples=40, deadline=None, database=None, phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@seed(4)
@MIXED
@given(mixed_worlds())
def test_nothing_of_one_replication_is_left_for_the_next(world: Scenario) -> None:
    tables = tables_of(world, 0)
    bench = workbench(tables)
    for replication in (2, 0, 1, 0):
        expected, got = simulate_compiled(tables, replication), bench.run(replication)

        assert not in_rows(expected, got) + in_accounts(expected, got)


@seed(5)
@MIXED
@given(mixed_worlds())
def test_a_table_that_is_full_is_made_larger_and_the_run_is_the_same(world: Scenario) -> None:
    tables = tables_of(world, 0)
    bench = workbench(tables)
    for name in layout.BUFFERS:
        bench.enlarge(name, max(12, len(bench.packed.records.get(name, ()))))
    bench.enlarge("goods_stages", 12 * int(bench.world["most_stages"][0]))

    expected, got = simulate_compiled(tables, 0), bench.run(0)

    assert not in_rows(expected, got) + in_accounts(expected, got)


def test_only_the_kinds_that_are_asked_for_are_written() -> None:
    tables = build_model(licensed())
    every = simulate_compiled(tables, 0).rows
    asked = 1 << Kind.ARRIVED | 1 << Kind.HALTED

    got = workbench(tables).run(0, asked).rows

    assert np.array_equal(got, every[np.isin(every[:, 1], [Kind.ARRIVED, Kind.HALTED])])
    assert len(got)


def test_two_threads_give_the_traces_of_one_in_the_order_asked_for() -> None:
    tables = build_model(licensed(lanes={"l": {"transit": "exponential 3 d"}}))

    one = [trace.listed for trace in traces(tables, range(9))]
    two = [trace.listed for trace in traces(tables, range(9), threads=2)]

    assert one == two
    assert len({tuple(rows) for rows in one}) == 9
