"""Tables that are full are made larger, wherever that happens: the run is the same."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from sim.engine.compiled import engine
from sim.engine.compiled.engine import Workbench, simulate_compiled
from sim.engine.compiled.pack import pack
from sim.scenario import Scenario
from tests.conformance.agreement import in_accounts, in_rows
from tests.conformance.mixed import mixed_worlds, tables_of

SMALL = dict.fromkeys(engine._LEAST, 2)


@seed(11)
@settings(max_examples=60, deadline=None, database=None, phases=(Phase.generate,),
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(mixed_worlds())
def test_worlds_run_the_same_from_the_smallest_tables(world: Scenario) -> None:
    tables = tables_of(world, 0)
    roomy = simulate_compiled(tables, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_LEAST", SMALL)
        tight = Workbench(pack(tables)).run(0)

    assert (in_rows(roomy, tight), in_accounts(roomy, tight)) == ("", "")
