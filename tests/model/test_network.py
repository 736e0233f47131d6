"""The network's shape, and every fault of it at once."""

from typing import Any

import pytest

from sim.errors import NetworkError
from sim.model.network import build_network
from sim.scenario import Scenario
from tests.models import BASE, merged, model


def unchecked(**changes: Any) -> Scenario:
    """A scenario that the loader might refuse for other reasons."""
    return Scenario.model_validate(merged(BASE, changes))


def faults(**changes: Any) -> list[str]:
    with pytest.raises(NetworkError) as caught:
        build_network(unchecked(**changes))
    return [f"{problem.path}: {problem.got}" for problem in caught.value.problems]


def component_maker(makes: str, **bill: int) -> dict[str, Any]:
    return {
        "kind": "component_maker",
        "country": "DE",
        "makes": makes,
        "output_per_day": 10,
        "bill": {item: {"per_unit": n} for item, n in bill.items()},
    }


def lane(supplier: str, customer: str) -> dict[str, Any]:
    return {"supplier": supplier, "customer": customer, "transit": "1 d"}


def test_tiers_count_the_longest_chain_of_suppliers() -> None:
    network = build_network(
        unchecked(
            sites={"C": component_maker("c", m=1), "E": component_maker("e", c=1, m=1),
                   "P": {"bill": {"m": None, "e": 1}}},
            lanes={"l": {"customer": "C"}, "k": lane("A", "E"), "n": lane("C", "E"),
                   "o": lane("E", "P")},
        )
    )  # fmt: skip

    assert network.tier == {"A": 0, "C": 1, "E": 2, "P": 3}
    assert network.graph.number_of_edges() == 4


def test_a_cycle_is_named() -> None:
    assert faults(
        sites={"C": component_maker("c", e=1, m=1), "E": component_maker("e", c=1),
               "P": {"bill": {"e": 1}}},
        lanes={"k": lane("C", "E"), "n": lane("E", "C"), "o": lane("E", "P"),
               "q": lane("A", "C")},
    ) == ["sites.C: a cycle of suppliers: C -> E -> C"]  # fmt: skip


def test_an_item_that_nobody_makes_and_one_that_no_lane_brings() -> None:
    assert faults(
        sites={"C": component_maker("c", m=1), "P": {"bill": {"c": 1, "z": 1}}},
        lanes={"k": lane("A", "C")},
    ) == [
        "sites.P.bill.c: no lane for 'c'",
        "sites.P.bill.z: no maker of 'z'",
        "sites.C: no customer",
    ]


def test_a_maker_that_nobody_buys_from() -> None:
    spare = BASE["sites"]["A"]

    assert faults(sites={"B": spare}) == ["sites.B: no customer"]


def test_a_sound_network_has_no_faults() -> None:
    assert build_network(model()).tier == {"A": 0, "P": 1}


def test_a_plant_that_supplies_others_is_refused() -> None:
    found = faults(
        items={"part": {"kind": "component"}},
        sites={
            "Q": {"kind": "plant", "country": "DE", "makes": "part", "output_per_day": 1,
                  "bill": {"m": {"per_unit": "1 g", "stock": "9 g"}}},
            "P": {"bill": {"part": 1}},
        },
        lanes={"q": lane("A", "Q"), "r": lane("Q", "P")},
    )  # fmt: skip

    assert found == ["sites.Q: a plant that supplies others"]


def test_a_separator_begins_a_chain_and_a_magnet_maker_may_have_a_feed() -> None:
    fed = unchecked(
        items={"dy": {"kind": "rare_earth"}},
        sites={"S": {"kind": "separator", "country": "MY", "makes": "dy", "output_per_day": "1 kg"},
               "A": {"bill": {"dy": {"per_unit": "40 g", "cover": "9 d"}}}},
        lanes={"f": lane("S", "A")},
    )  # fmt: skip

    assert build_network(fed).tier == {"S": 0, "A": 1, "P": 2}


def test_a_site_that_no_path_from_one_that_buys_nothing_leads_to() -> None:
    found = faults(
        items={"dy": {"kind": "rare_earth"}},
        sites={"S": {"kind": "separator", "country": "MY", "makes": "dy", "output_per_day": "1 kg",
                     "bill": {"dy": {"per_unit": "40 g", "cover": "9 d"}}},
               "A": {"bill": {"dy": {"per_unit": "40 g", "cover": "9 d"}}}},
        lanes={"f": lane("S", "A")},
    )  # fmt: skip

    assert found == [
        "sites.S.bill.dy: no lane for 'dy'",
        "sites.A: no path from a site that buys nothing",
        "sites.P: no path from a site that buys nothing",
        "sites.S: no path from a site that buys nothing",
    ]


def test_an_input_that_only_fallbacks_bring() -> None:
    assert faults(lanes={"l": {"fallback": {"below_cover": "9 d"}}}) == [
        "sites.P.bill.m: only fallback lanes for 'm'"
    ]
