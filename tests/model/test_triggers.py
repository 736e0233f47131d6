"""Reactions: what they watch, in counts, and one regime table for each set of them."""

from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.model import ModelTables, build_model
from sim.model.tables import ALWAYS, UNSET
from sim.model.triggers import active_sets
from sim.scenario.schema import Scenario
from sim.units import DAY_S
from tests.models import licensed, model

HALTED = {"when": "halted_share", "above": 0.5}


def tables(**triggers: dict[str, Any]) -> ModelTables:
    return build_model(licensed(triggers=triggers))


def plants(n: int, above: float, **more: Any) -> ModelTables:
    """A trigger on the halted share of n plants."""
    plant = {"kind": "plant", "country": "US", "makes": "car", "output_per_day": 1,
             "bill": {"m": {"per_unit": "1 g", "stock": "9 g"}}}  # fmt: skip
    sites = {f"P{i}": plant for i in range(n)}
    lanes = {f"l{i}": {"supplier": "A", "customer": f"P{i}", "transit": "1 d"} for i in range(n)}
    trigger = HALTED | {"above": above, "country": ["US"]} | more
    return build_model(licensed(sites=sites, lanes=lanes, triggers={"t": trigger}))


@pytest.mark.parametrize(
    ("n", "above", "count"),
    [(10, 0.3, 3), (10, 0.35, 3), (3, 0.0, 0), (10, 0.29, 2), (100, 0.29, 29), (100, 0.57, 57)],
)
def test_a_share_of_sites_is_a_number_of_sites(n: int, above: float, count: int) -> None:
    # 100 x 0.29 is 28.999999999999996 in binary.
    triggers = plants(n, above).triggers

    assert triggers.above.tolist() == [count]
    assert len(triggers.sites[0]) == n


def test_a_trigger_re_arms_at_its_own_level_or_where_it_fires() -> None:
    assert plants(10, 0.5).triggers.until.tolist() == [5]
    assert plants(10, 0.5, until=0.2).triggers.until.tolist() == [2]


def test_only_the_selected_sites_are_watched() -> None:
    built = tables(t=HALTED | {"kind": ["plant"]})

    assert [built.sites.name[s] for s in built.triggers.sites[0]] == ["P"]


def test_a_backlog_is_of_a_desk_and_in_files() -> None:
    triggers = tables(t={"when": "backlog", "desk": "d", "above": 30.5, "until": 10}).triggers

    assert triggers.desk.tolist() == [0]
    assert triggers.sites == ((),)
    assert (triggers.above.tolist(), triggers.until.tolist()) == ([30], [10])


def test_what_a_trigger_leaves_open() -> None:
    triggers = tables(t=HALTED).triggers

    assert triggers.desk.tolist() == [UNSET]
    assert triggers.lasts_s.tolist() == [UNSET]
    assert (triggers.from_s.tolist(), triggers.to_s.tolist()) == ([0], [ALWAYS])
    assert triggers.after_s.tolist() == [0]


def test_times_of_a_trigger() -> None:
    times = {"after": "3 d", "lasts": "30 d", "from": "2025-04-01", "to": "9 d"}

    triggers = tables(t=HALTED | times).triggers

    assert (triggers.after_s.tolist(), triggers.lasts_s.tolist()) == ([3 * DAY_S], [30 * DAY_S])
    assert (triggers.from_s.tolist(), triggers.to_s.tolist()) == ([0], [9 * DAY_S])


def test_every_set_of_triggers_has_its_regimes() -> None:
    built = build_model(
        licensed(
            triggers={"b": HALTED, "a": HALTED},
            policy={"one": {"on": "a", "approval_rate": 0.5},
                    "two": {"on": "b", "return_share": 0.25}},
        )
    )  # fmt: skip

    assert built.triggers.name == ("a", "b")
    assert len(built.reactions) == 3
    rates = [
        (built.regimes_under(m).approval_rate[0, 0], built.regimes_under(m).return_share[0, 0])
        for m in range(4)
    ]
    assert rates == [(1.0, 0.0), (0.5, 0.0), (1.0, 0.25), (0.5, 0.25)]
    assert all(np.array_equal(one.t_s, built.regimes.t_s) for one in built.reactions)


def test_without_triggers_there_are_no_reactions() -> None:
    built = tables()

    assert (built.reactions, built.triggers.name) == ((), ())


def test_demand_and_measures_hang_on_triggers_too() -> None:
    built = build_model(
        licensed(
            triggers={"t": HALTED},
            demand={"tariff": {"on": "t", "country": ["DE"], "factor": 0.5}},
            measures={"rush": {"on": "t", "from": "2 d", "to": "5 d", "order_factor": 2}},
        )
    )

    assert built.regimes.plan_per_day[:, 1].tolist() == [10, 10, 10]
    assert built.reactions[0].plan_per_day[:, 1].tolist() == [5, 5, 5]
    assert built.reactions[0].order_factor[:, 0].tolist() == [1_000_000, 2_000_000, 1_000_000]


def test_sets_are_numbered_by_the_bits_of_their_triggers() -> None:
    trigger = dict.fromkeys(["x", "y"], HALTED)
    scenario: Scenario = licensed(triggers=trigger)

    assert active_sets(scenario) == [set(), {"x"}, {"y"}, {"x", "y"}]


def test_random_demands_cannot_hang_on_a_trigger() -> None:
    boom = {"demand": {"boom": {"site": ["P"], "factor": 2.0, "on": "alarm"}},
            "triggers": {"alarm": {"when": "halted_share", "above": 0.5}}}  # fmt: skip

    build_model(model(**boom))
    with pytest.raises(ScenarioError, match=r"demand\.boom\.on: got a trigger, for 'P'"):
        build_model(model(**boom, sites={"P": {"use": "poisson"}}))


def test_what_a_policy_switches_is_a_quantity_that_crosses_nothing() -> None:
    triggers = tables(by_hand={"when": "policy", "after": "2 d"}, watched=HALTED).triggers

    assert triggers.switched == (0,)
    assert (triggers.above[0], triggers.until[0], triggers.sites[0]) == (0, 0, ())
    assert (triggers.desk[0], triggers.after_s[0], triggers.lasts_s[0]) == (UNSET, 2 * DAY_S, UNSET)


@pytest.mark.parametrize(
    ("trigger", "need"),
    [
        ({"when": "policy", "above": 1}, "a policy watches for itself"),
        ({"when": "policy", "kind": ["plant"]}, "a policy watches for itself"),
        ({"when": "policy", "other_applicants": True}, "a policy watches for itself"),
        ({"when": "policy", "from": "3 d"}, "a policy watches for itself"),
        ({"when": "policy", "lasts": "0 d"}, "need a length above 0 in lasts"),
        ({"when": "halted_share"}, "need above: the quantity at which it fires"),
    ],
)
def test_a_trigger_is_either_watched_or_switched(trigger: dict[str, Any], need: str) -> None:
    with pytest.raises(ScenarioError, match=need):
        tables(t=trigger)
