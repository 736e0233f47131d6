"""Which lanes need whose permission, when."""

from typing import Any

import pytest

from sim.model import ModelTables, build_model
from sim.model.gates import desks_by_lane
from sim.units import DAY_S
from tests.models import licensed

OFFICE = {"setting": "unlimited", "work": {"law": "fixed"}}
DYSPROSIUM = {"elements": ["Dy"], "above_mass_share": 0.001}


def tables(**changes: Any) -> ModelTables:
    return build_model(licensed(**{"horizon": "20 d"} | changes))


def needed(built: ModelTables, active: int = 0, lane: int = 0) -> dict[int, int]:
    """Stages that the lane needs from which day on, one bit each."""
    regimes = built.regimes_under(active)
    days = (regimes.t_s // DAY_S).tolist()
    return dict(zip(days, regimes.stages_needed[:, lane].tolist(), strict=True))


def turn(built: ModelTables, lane: int = 0) -> list[str]:
    """Names of the desks of a lane, in turn."""
    return [built.desks.name[desk] for desk in built.lanes.stages[lane]]


def test_a_licence_is_needed_while_a_gate_is_in_force() -> None:
    built = tables(gates={"g": {"from": "2 d", "to": "12 d"}})

    assert needed(built) == {0: 0, 2: 1, 12: 0}
    assert turn(built) == ["d"]


def test_a_gate_without_dates_holds_from_the_start_to_the_end() -> None:
    assert needed(tables(gates={"g": {"from": None}})) == {0: 1}


@pytest.mark.parametrize(
    ("change", "gated"),
    [
        ({}, True),
        ({"sites": {"P": {"country": "CN"}}}, False),  # does not leave
        ({"items": {"m": {"controlled": False}}}, False),  # not on the list
        ({"items": {"m": {"controlled": False}}, "gates": {"g": {"controlled_only": False}}}, True),
        ({"gates": {"g": {"end_use": ["defence"]}}}, False),
        ({"gates": {"g": {"end_use": ["defence"]}}, "lanes": {"l": {"end_use": "defence"}}}, True),
        ({"gates": {"g": {"destination": ["DE"]}}}, True),
        ({"lanes": {"l": {"destination": "US"}}, "gates": {"g": {"destination": ["US"]}}}, True),
        ({"gates": {"g": {"leaves": None}}}, True),
        ({"gates": {"g": {"leaves": None}}, "sites": {"P": {"country": "CN"}}}, False),
        ({"gates": {"g": {"leaves": None, "enters": ["DE"]}}}, True),
        ({"gates": {"g": {"leaves": None, "enters": ["DE", "CN"]}}}, False),  # both within
        ({"gates": {"g": {"leaves": ["DE"]}}}, False),
        ({"gates": {"g": {"from": "20 d"}}}, False),  # never in force
    ],
)
def test_a_gate_is_on_the_lanes_that_it_names(change: dict[str, Any], gated: bool) -> None:
    built = tables(**change)

    assert bool(built.regimes.stages_needed.any()) is gated
    assert bool(built.lanes.stages[0]) is gated


def test_a_gate_is_passed_desk_by_desk() -> None:
    built = tables(
        gates={"g": {"before": ["embassy", "province"]}},
        desks={"embassy": OFFICE, "province": OFFICE},
    )

    assert turn(built) == ["embassy", "province", "d"]
    assert needed(built) == {0: 0b111}
    assert built.lanes.stage_of(0, built.desks.name.index("d")) == 2


def test_stages_are_those_of_all_gates_in_the_order_written_each_desk_once() -> None:
    built = tables(
        gates={
            "g": {"before": ["embassy"], "to": "8 d"},
            "importer": {"desk": "bafa", "enters": ["DE"], "from": "4 d"},
            "tests": {"desk": "customs", "before": ["embassy"], "leaves": ["CN"], "from": "6 d"},
        },
        desks={"embassy": OFFICE, "bafa": OFFICE, "customs": OFFICE | {"decides": "hold"}},
    )

    assert turn(built) == ["embassy", "d", "bafa", "customs"]
    assert needed(built) == {0: 0b0011, 4: 0b0111, 6: 0b1111, 8: 0b1101}


def test_a_gate_that_is_never_in_force_adds_no_stage() -> None:
    past = {"desk": "d", "before": ["embassy"], "leaves": ["CN"], "to": "2025-04-07"}

    built = tables(gates={"g": None, "past": past, "now": {"desk": "d"}},
                   desks={"embassy": OFFICE})  # fmt: skip

    assert turn(built) == ["d"]


def test_each_stage_has_the_class_of_its_own_desk() -> None:
    built = tables(
        gates={"g": {"before": ["embassy"]}},
        desks={"embassy": OFFICE},
        policy={"visa": {"desk": ["embassy"], "mean_review_time": "1 d"}},
    )

    embassy, ministry = built.lanes.stage_class[0]
    assert built.regimes.mean_review_s[0, [embassy, ministry]].tolist() == [DAY_S, 3 * DAY_S]


def test_a_gate_on_a_trigger_asks_while_the_trigger_is_active() -> None:
    built = tables(
        triggers={"t": {"when": "halted_share", "above": 0.5}},
        gates={"g": {"on": "t", "from": None, "to": "5 d"}},
    )

    assert turn(built) == ["d"]
    assert needed(built, active=0) == {0: 0, 5: 0}
    assert needed(built, active=1) == {0: 1, 5: 0}


def listed(lists: dict[str, Any], gate: dict[str, Any], **changes: Any) -> ModelTables:
    magnet = {"controlled": False, "composition": {"Dy": 0.02, "Sm": 0.01}}
    return tables(items={"m": magnet}, control_lists=lists, gates={"g": gate}, **changes)


def test_goods_are_controlled_while_a_list_that_has_them_is_in_force() -> None:
    built = listed({"heavy": DYSPROSIUM | {"from": "4 d", "to": "9 d"}}, {"to": "7 d"})

    assert needed(built) == {0: 0, 4: 1, 7: 0, 9: 0}


def test_of_two_lists_each_controls_in_its_own_time() -> None:
    lists = {
        "heavy": DYSPROSIUM | {"to": "6 d"},
        "samarium": {"elements": ["Sm"], "above_mass_share": 0.001, "from": "3 d", "to": "8 d"},
    }

    assert needed(listed(lists, {})) == {0: 1, 3: 1, 6: 1, 8: 0}
    assert needed(listed(lists, {"lists": ["samarium"]})) == {0: 0, 3: 1, 6: 1, 8: 0}
    assert needed(listed(lists, {"lists": ["heavy"]})) == {0: 1, 3: 1, 6: 0, 8: 0}


def test_a_list_on_a_trigger_controls_while_the_trigger_is_active() -> None:
    trigger = {"when": "halted_share", "above": 0.5}

    built = listed({"heavy": DYSPROSIUM | {"on": "t"}}, {}, triggers={"t": trigger})

    assert needed(built, active=0) == {0: 0}
    assert needed(built, active=1) == {0: 1}


def test_what_is_controlled_by_itself_is_so_whatever_the_lists_say() -> None:
    built = tables(control_lists={"heavy": DYSPROSIUM}, gates={"g": {"lists": []}})

    assert needed(built) == {0: 1}


def test_the_desks_of_a_lane_are_told_whatever_their_dates() -> None:
    later = {"desk": "bafa", "enters": ["DE"], "from": "2026-01-01"}
    scenario = licensed(gates={"later": later}, desks={"bafa": OFFICE})

    assert desks_by_lane(scenario) == {"l": ("d", "bafa")}
