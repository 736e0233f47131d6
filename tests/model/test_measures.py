"""Measures as columns: whom they reach, when they hold, and which of several wins."""

from typing import Any

import numpy as np
import pytest

from sim.errors import NetworkError, ScenarioError
from sim.model import build_model
from sim.model.tables import ALWAYS, MILLION
from sim.units import DAY_S
from tests.models import model

TWO_SITES: dict[str, Any] = {
    "horizon": "99 d",
    "items": {"n": {"kind": "magnet"}},
    "sites": {
        "B": {"kind": "magnet_maker", "country": "CN", "makes": "n", "output_per_day": "1 kg"},
        "P": {"bill": {"n": {"per_unit": "1 g", "stock": "9 g"}}},
        "Q": {
            "kind": "plant", "country": "JP", "makes": "car", "output_per_day": 1,
            "bill": {"m": {"per_unit": "1 g", "stock": "9 g"}},
        },
    },
    "lanes": {
        "n": {"supplier": "B", "customer": "P", "transit": "2 d"},
        "q": {"supplier": "A", "customer": "Q", "transit": "2 d", "mode": "air"},
        "o": {
            "supplier": "A", "customer": "Q", "transit": "2 d", "dispatch_every": "on order",
            "fallback": {"below_cover": "3 d"},
        },
    },
}  # fmt: skip
TRIGGER = {"t": {"when": "halted_share", "above": 0.1}}
M, N, Q = "P / m", "P / n", "Q / m"


OF_LANES, OF_SITES = ("air_below_s", "file_early_s"), ("overtime", "stretch_below_s",
                                                      "stretch_share")  # fmt: skip


def column(name: str, measures: dict[str, Any], active: int = 0) -> dict[str, dict[float, int]]:
    """Values of a column from the days on which they change, by what it belongs to."""
    tables = build_model(model(**TWO_SITES, triggers=TRIGGER, measures=measures))
    regimes = tables.regimes_under(active)
    axis = tables.lanes if name in OF_LANES else tables.sites if name in OF_SITES else tables.inputs
    found = {}
    for owner, steps in zip(axis.name, getattr(regimes, name).T, strict=True):
        kept = np.flatnonzero(np.diff(steps, prepend=-1))
        days = (regimes.t_s[kept] / DAY_S).tolist()
        found[owner] = dict(zip(days, steps[kept].tolist(), strict=True))
    return found


@pytest.mark.parametrize(
    ("name", "neutral"),
    [("order_factor", MILLION), ("extra_cover_s", 0), ("hoarding_cap", MILLION),
     ("hoarding_reviews", 1), ("stretch_below_s", 0), ("stretch_share", MILLION),
     ("overtime", MILLION), ("air_below_s", 0), ("file_early_s", 0)],
)  # fmt: skip
def test_a_world_without_measures_is_neutral(name: str, neutral: int) -> None:
    assert all(steps == {0: neutral} for steps in column(name, {}).values())


def test_cover_without_dates_is_there_from_the_start() -> None:
    measures = {
        "one": {"country": ["DE"], "add_cover": "2 d"},
        "two": {"kind": ["plant"], "add_cover": "3 d"},
        "magnet": {"site": ["P"], "item": ["n"], "add_cover": "7 d"},
        "elsewhere": {"site": ["A"], "add_cover": "9 d"},
    }
    tables = build_model(model(**TWO_SITES, measures=measures))

    assert tables.inputs.name == (M, N, Q)
    assert tables.inputs.added_cover_s.tolist() == [5 * DAY_S, 12 * DAY_S, 3 * DAY_S]
    assert not tables.regimes.extra_cover_s.any()


def test_cover_with_dates_adds_up_while_it_is_in_force() -> None:
    measures = {
        "one": {"country": ["DE"], "add_cover": "2 d", "from": "10 d", "to": "30 d"},
        "two": {"item": ["m"], "add_cover": "3 d", "to": "20 d"},
    }

    assert column("extra_cover_s", measures) == {
        M: {0: 3 * DAY_S, 10: 5 * DAY_S, 20: 2 * DAY_S, 30: 0},
        N: {0: 0, 10: 2 * DAY_S, 30: 0},
        Q: {0: 3 * DAY_S, 20: 0},
    }
    assert not build_model(model(**TWO_SITES, measures=measures)).inputs.added_cover_s.any()


def test_a_measure_on_a_trigger_holds_while_it_is_active() -> None:
    measures = {"one": {"item": ["n"], "add_cover": "2 d", "on": "t"}}

    assert column("extra_cover_s", measures, active=1)[N] == {0: 2 * DAY_S}
    tables = build_model(model(**TWO_SITES, triggers=TRIGGER, measures=measures))
    assert not tables.regimes.extra_cover_s.any()
    assert not tables.inputs.added_cover_s.any()


def test_order_factors_of_an_input_multiply_between_their_dates() -> None:
    measures = {
        "f": {"site": ["P"], "order_factor": 1.5, "from": "2 d", "to": "4 d"},
        "g": {"item": ["m"], "order_factor": 2.0, "from": "3 d", "to": "5 d"},
    }

    assert column("order_factor", measures) == {
        M: {0: MILLION, 2: 1_500_000, 3: 3_000_000, 4: 2_000_000, 5: MILLION},
        N: {0: MILLION, 2: 1_500_000, 4: MILLION},
        Q: {0: MILLION, 3: 2_000_000, 5: MILLION},
    }


def test_of_two_that_cannot_both_hold_the_later_wins_whatever_the_order_in_the_file() -> None:
    first = {"site": ["P"], "stretch": {"below": "9 d", "share": 0.8}, "from": "10 d"}
    later = {"site": ["P"], "stretch": {"below": "5 d", "share": 0.5}, "from": "20 d", "to": "30 d"}

    for measures in ({"a": first, "b": later}, {"b": later, "a": first}):
        assert column("stretch_below_s", measures)["P"] == {
            0: 0, 10: 9 * DAY_S, 20: 5 * DAY_S, 30: 9 * DAY_S,
        }  # fmt: skip
        assert column("stretch_share", measures)["P"] == {
            0: MILLION, 10: 800_000, 20: 500_000, 30: 800_000,
        }  # fmt: skip


def test_of_two_with_the_same_date_the_one_written_last_wins() -> None:
    two = {"a": {"site": ["P"], "overtime": 1.1}, "b": {"site": ["P"], "overtime": 1.3}}

    assert column("overtime", two)["P"] == {0: 1_300_000}
    assert column("overtime", dict(reversed(two.items())))["P"] == {0: 1_100_000}


def test_one_on_an_active_trigger_wins_over_all_dated_ones() -> None:
    measures = {
        "reaction": {"site": ["P"], "overtime": 1.1, "on": "t"},
        "dated": {"site": ["P"], "overtime": 1.3, "from": "50 d"},
    }

    assert column("overtime", measures)["P"] == {0: MILLION, 50: 1_300_000}
    assert column("overtime", measures, active=1)["P"] == {0: 1_100_000}


def test_hoarding_has_a_cap_and_a_memory() -> None:
    measures = {"h": {"item": ["m"], "hoarding": {"cap": 2.5, "reviews": 6}, "from": "5 d"}}

    assert column("hoarding_cap", measures)[M] == {0: MILLION, 5: 2_500_000}
    assert column("hoarding_reviews", measures)[M] == {0: 1, 5: 6}
    assert column("hoarding_cap", measures)[N] == {0: MILLION}


def test_air_is_for_what_comes_in_and_does_not_fly_anyway() -> None:
    air = {"transit": "3 d", "below_cover": "8 d", "cost_usd_per_kg": 7.5}
    tables = build_model(model(**TWO_SITES, measures={"a": {"item": ["m"], "air": air}}))
    lanes = tables.lanes

    assert lanes.name == ("l", "o", "q", "n")
    assert [law and law.value for law in lanes.air_transit] == [3 * DAY_S, 3 * DAY_S, None, None]
    assert lanes.air_usd_per_kg.tolist() == [7.5, 7.5, 0, 0]
    assert tables.regimes.air_below_s.tolist() == [[8 * DAY_S, 8 * DAY_S, 0, 0]]


def test_air_without_a_limit_is_always() -> None:
    measures = {"a": {"air": {"transit": "3 d"}, "from": "5 d", "to": "9 d"}}

    assert column("air_below_s", measures)["l"] == {0: 0, 5: ALWAYS, 9: 0}


def test_two_airs_with_different_laws_on_a_lane_are_refused_and_equal_ones_are_not() -> None:
    measures = {
        "a": {"air": {"transit": "3 d"}},
        "b": {"site": ["P"], "air": {"transit": "4 d"}, "from": "9 d"},
    }

    with pytest.raises(NetworkError, match="different transits or costs by air in the measures"):
        build_model(model(**TWO_SITES, measures=measures))

    measures["b"]["air"] = {"transit": "3 d", "below_cover": "9 d"}
    assert column("air_below_s", measures)["l"] == {0: ALWAYS, 9: 9 * DAY_S}


def test_early_filing_is_for_lanes_with_slots_and_has_one_margin() -> None:
    early = {"file_early": "30 d", "file_margin": 1.5}
    tables = build_model(model(**TWO_SITES, measures={"e": {"item": ["m"]} | early}))

    assert tables.lanes.name == ("l", "o", "q", "n")
    assert tables.lanes.file_margin.tolist() == [1_500_000, MILLION, 1_500_000, MILLION]
    assert tables.regimes.file_early_s.tolist() == [[30 * DAY_S, 0, 30 * DAY_S, 0]]
    with pytest.raises(NetworkError, match="different margins of early applications"):
        build_model(model(**TWO_SITES, measures={"e": early, "f": early | {"file_margin": 2}}))


def test_no_measure_and_no_demand_reaches_a_stockpile() -> None:
    pile = {"item": "m", "held_in": "DE", "quantity": "1 kg", "below_cover": "3 d",
            "up_to_cover": "9 d", "start_share": 0.0,
            "refill": {"supplier": "A", "transit": "2 d", "per_review": "10 g"}}  # fmt: skip
    measures = {
        "cover": {"add_cover": "9 d"},
        "rates": {"overtime": 1.5},
        "air": {"air": {"transit": "1 d"}},
    }
    tables = build_model(model(**TWO_SITES, measures=measures, stockpiles={"pile": pile}))
    s, n = tables.sites.name.index("pile"), tables.inputs.name.index("pile / m")
    own = [i for i, name in enumerate(tables.lanes.name) if "pile" in name]

    assert tables.inputs.added_cover_s[n] == 0
    assert tables.regimes.overtime[0, s] == MILLION
    assert [tables.lanes.air_transit[i] for i in own] == [None, None, None]


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ({"item": ["m"], "overtime": 1.5}, "item does not go with overtime"),
        ({"item": ["m"], "stretch": {"below": "9 d", "share": 0.5}}, "item does not go with"),
        ({"on": "t", "substitute": {"item": "m", "by": "n", "lead_time": "9 d"}}, "a lead_time"),
        ({"item": ["m"], "substitute": {"item": "m", "by": "n"}}, "item does not go with"),
    ],
)
def test_measures_that_cannot_work_are_refused(measure: dict[str, Any], why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        model(**TWO_SITES, triggers=TRIGGER, measures={"x": measure})
