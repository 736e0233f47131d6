"""What is left to chance: drawn once per replication, and nobody else's luck."""

from typing import Any

import pytest

from sim.model import build_model
from sim.model.chances import has_chances, realise
from sim.model.streams import Stream, Streams
from sim.model.tables import NEVER
from sim.scenario.schema import Scenario
from sim.units import DAY_S
from tests.models import licensed

MANY = range(400)


def scenario(**changes: Any) -> Scenario:
    return licensed(**{"horizon": "100 d"} | changes)


def rule(name: str, replication: int, world: Scenario) -> tuple[bool, int | None]:
    """Whether the rule happens, and when it begins [d]."""
    policy = realise(world, replication)[0].policy
    if name not in policy:
        return False, None
    begins = policy[name].from_
    return True, begins // DAY_S if isinstance(begins, int) else None


def test_a_scenario_without_chance_is_left_as_it_is() -> None:
    world = scenario()

    assert not has_chances(world)
    assert realise(world, 3) == (world, ())
    assert realise(world, 3)[0] is world


def test_a_rule_happens_in_its_share_of_replications() -> None:
    world = scenario(policy={"ban": {"from": "9 d", "probability": 0.25, "approval_rate": 0}})

    happened = [rule("ban", replication, world)[0] for replication in MANY]

    # 4 standard deviations of a share of 400 draws.
    assert abs(sum(happened) / 400 - 0.25) < 4 * (0.25 * 0.75 / 400) ** 0.5
    assert has_chances(world)


@pytest.mark.parametrize(("probability", "happens"), [(0.0, False), (1.0, True)])
def test_what_is_impossible_never_happens_and_what_is_certain_always(
    probability: float, happens: bool
) -> None:
    world = scenario(policy={"ban": {"probability": probability, "approval_rate": 0}})

    assert {rule("ban", replication, world)[0] for replication in MANY} == {happens}


def test_a_drawn_beginning_lies_between_its_dates() -> None:
    world = scenario(policy={"ban": {"from": "10 d", "latest": "12 d", "approval_rate": 0}})

    seconds = [realise(world, replication)[1][0][1] for replication in MANY]

    assert min(seconds) >= 10 * DAY_S
    assert max(seconds) <= 12 * DAY_S
    assert abs(sum(seconds) / 400 - 11 * DAY_S) < 4 * 2 * DAY_S / (12 * 400) ** 0.5


def test_an_interval_of_one_second_is_that_second() -> None:
    world = scenario(policy={"ban": {"from": "10 d", "latest": "10 d", "approval_rate": 0}})

    assert {realise(world, replication)[1] for replication in range(9)} == {
        (("policy/ban", 10 * DAY_S),)
    }


TRUCE = {"chances": {"truce": {"probability": 0.5, "from": "30 d", "latest": "60 d"}}}


def test_what_depends_on_a_chance_begins_when_it_comes_true() -> None:
    world = scenario(
        policy={"calm": {"if": "truce", "approval_rate": 1},
                "dated": {"if": "truce", "from": "5 d", "approval_rate": 0.9},
                "storm": {"unless": "truce", "from": "40 d", "approval_rate": 0}},
        **TRUCE,
    )  # fmt: skip
    came = {r: realise(world, r)[1][0][1] for r in range(20)}

    assert {second == NEVER for second in came.values()} == {True, False}
    for replication, second in came.items():
        truce = second != NEVER
        assert rule("calm", replication, world) == (truce, second // DAY_S if truce else None)
        assert rule("dated", replication, world) == (truce, 5 if truce else None)
        assert rule("storm", replication, world) == (not truce, None if truce else 40)


def test_gates_lists_demand_and_measures_have_chances_too() -> None:
    never = {"probability": 0.0}
    world = scenario(
        gates={"g": never},
        control_lists={"c": {"elements": ["Dy"], "above_mass_share": 0.001} | never},
        demand={"e": {"factor": 0.5} | never},
        measures={"m": {"add_cover": "5 d"} | never},
    )

    left, drawn = realise(world, 0)

    assert not any([left.gates, left.control_lists, left.demand, left.measures])
    assert drawn == (
        ("control_lists/c", NEVER),
        ("demand/e", NEVER),
        ("gates/g", NEVER),
        ("measures/m", NEVER),
    )


def test_the_luck_of_one_is_not_the_luck_of_another() -> None:
    ban = {"from": "10 d", "latest": "90 d", "probability": 0.5, "approval_rate": 0}
    alone = scenario(policy={"ban": ban})
    together = scenario(policy={"first": ban, "ban": ban, "r": None}, **TRUCE)

    for replication in range(20):
        assert rule("ban", replication, alone) == rule("ban", replication, together)


def test_the_less_likely_of_two_policies_happens_only_where_the_more_likely_does() -> None:
    rare, common = (
        scenario(chances={"truce": {"probability": probability}}) for probability in (0.2, 0.7)
    )

    rarely, often = (
        {r for r in MANY if realise(world, r)[1] == (("truce", 0),)} for world in (rare, common)
    )

    assert rarely < often


def test_a_chance_is_drawn_at_its_own_address() -> None:
    world = scenario(seed=7, chances={"truce": {"probability": 0.5}})

    for replication in range(9):
        true = Streams(7, replication).one(Stream.CHANCE, "truce", 0) < 0.5
        assert realise(world, replication)[1] == (("truce", 0 if true else NEVER),)


def test_the_tables_say_what_was_drawn_and_know_no_chance() -> None:
    world = scenario(policy={"ban": {"from": "9 d", "probability": 0.5, "approval_rate": 0}})

    built = [build_model(world, replication) for replication in range(20)]

    happened = [tables.chances == (("policy/ban", 9 * DAY_S),) for tables in built]
    assert {tables.chances for tables in built} == {
        (("policy/ban", 9 * DAY_S),), (("policy/ban", NEVER),),
    }  # fmt: skip
    assert [9 * DAY_S in tables.regimes.t_s for tables in built] == happened
    assert ["ban" in {entry.name for entry in tables.regimes.dates} for tables in built] == happened
