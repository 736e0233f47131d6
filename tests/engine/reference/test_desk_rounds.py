"""Bare minimum: rounds of grants that keep protected plants near a runway, and hardly anybody else.

The plant P uses 10 g a day and has 50 g. Every slot of 5 days 50 g are ordered, until what is on
order is 100 g; reviews take 3 days.
"""

from typing import Any

import pytest

from sim.engine import Kind
from sim.engine.reference.rounds import protected_sites
from sim.model import build_model
from sim.model.tables import UNSET
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import licensed, merged, one_file, told

ROUNDS = (Kind.FILED, Kind.DECIDED, Kind.DISPATCHED, Kind.WITHDRAWN)


def bare(protected: dict[str, Any], rest: str = "0 g", **changes: Any) -> Scenario:
    """A desk that grants in rounds; ten grams a day are ordered and filed for, in daily slots."""
    desk = {"setting": "bare_minimum", "protected": protected, "rest_per_round": rest,
            "round_every": "4 d"}  # fmt: skip
    base: dict[str, Any] = {
        "horizon": "13 d",
        "lanes": {"l": {"dispatch_every": "1 d"}},
        "sites": {"P": {"ordering": {"rule": "constant"}}},
        "desks": {"d": desk},
        "policy": {"r": {"mean_review_time": "2 d"}},
    }
    return licensed(**merged(base, changes))


def granted(scenario: Scenario) -> list[str]:
    """What was granted when: `4 l #0`."""
    return [
        line.split(" x")[0].replace("DECIDED ", "")
        for line in told(scenario, Kind.DECIDED)
        if "granted" in line
    ]


def test_files_are_granted_while_the_runway_is_below_the_target() -> None:
    # On day 4 there are 10 g in stock: a day. Each file lengthens it by a day, from day 6 on; what
    # is granted arrives after the plant has run dry, so that it does not count: all are granted.
    assert granted(bare({"p": {"site": ["P"], "target": "3 d"}}, horizon="5 d")) == [
        "4 l #0", "4 l #1", "4 l #2",
    ]  # fmt: skip


def test_what_has_been_granted_counts_as_moving_from_then_on() -> None:
    in_time = {"sites": {"P": {"bill": {"m": {"stock": "80 g"}}}}}
    plant = bare({"p": {"site": ["P"], "target": "5 d"}}, **in_time)

    # Day 4: 40 g, four days; with file 0 (arriving on day 6) five: enough. Files 1 and 2 wait.
    # Day 8: 10 g, a day; what is granted now arrives on day 10: never in time, so all done go.
    assert granted(plant)[:3] == ["4 l #0", "8 l #1", "8 l #2"]


def test_goods_that_are_moving_count_with_their_arrival() -> None:
    arrivals = {
        "lanes": {
            "l": {
                "open_shipments": [
                    {"quantity": "20 g", "arrives": "5 d"},
                    {"quantity": "90 g", "arrives": "9 d"},
                ]
            }
        }
    }
    plant = bare({"p": {"site": ["P"], "target": "4 d"}}, **arrivals)

    # Day 4: 10 g last to day 5, 20 g more to day 7, and 90 g come too late: three days. With file
    # 0 on day 6 they last to day 8: four days. Day 8: 90 g come on day 9, but 0 g are left.
    assert granted(plant)[:2] == ["4 l #0", "8 l #1"]


def test_a_round_takes_in_what_is_done_in_its_very_second() -> None:
    # File 2 is filed on day 2 and done on day 4; file 3 is done on day 5.
    lines = granted(bare({"p": {"site": ["P"], "target": "90 d"}}, horizon="7 d"))

    assert lines == ["4 l #0", "4 l #1", "4 l #2"]


def test_no_round_is_held_in_a_pause() -> None:
    pause = {"desks": {"d": {"pauses": [{"from": "3 d", "to": "5 d"}]}}}

    lines = granted(bare({"p": {"site": ["P"], "target": "90 d"}}, horizon="9 d", **pause))

    assert lines[0] == "8 l #0"


def test_everybody_else_shares_an_amount_first_come_first_served() -> None:
    # 25 g a round: two files of 10 g; the third does not fit and stops the round.
    assert granted(bare({}, rest="25 g", horizon="9 d")) == [
        "4 l #0", "4 l #1", "8 l #2", "8 l #3",
    ]  # fmt: skip


def test_a_file_that_does_not_fit_stops_the_round_for_those_behind_it() -> None:
    others = {"o": {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(0)}}

    # Other applicants weigh nothing; of the same second the name decides: l #0, then o, then l #1.
    assert granted(bare({}, rest="15 g", horizon="5 d", other_applicants=others)) == [
        "4 l #0", "4 o #0",
    ]  # fmt: skip
    assert granted(bare({}, rest="5 g", horizon="5 d", other_applicants=others)) == []


QUEUE_OF_PLANTS: dict[str, Any] = {
    "Q": {"kind": "plant", "country": "FR", "makes": "car", "output_per_day": 10,
          "ordering": {"rule": "constant"},
          "bill": {"m": {"per_unit": "1 g", "stock": "70 g"}}},
}  # fmt: skip


def two_plants(protected: dict[str, Any], **changes: Any) -> Scenario:
    """P has 50 g, Q has 70 g; each orders 10 g a day."""
    lane = {"supplier": "A", "customer": "Q", "transit": "2 d", "dispatch_every": "1 d",
            "open_shipments": []}  # fmt: skip
    base = {"horizon": "5 d", "sites": QUEUE_OF_PLANTS, "lanes": {"k": lane}}
    return bare(protected, **merged(base, changes))


def order_of(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines]


def test_weight_comes_first_and_then_the_shorter_runway() -> None:
    both = {"plants": {"site": ["P", "Q"], "target": "90 d"}}
    weights = {"q": {"site": ["Q"], "target": "90 d", "weight": 1},
               "p": {"site": ["P"], "target": "90 d", "weight": 2}}  # fmt: skip

    assert order_of(granted(two_plants(both))) == ["l", "l", "l", "k", "k", "k"]
    assert order_of(granted(two_plants(weights))) == ["k", "k", "k", "l", "l", "l"]


def test_of_equal_runways_the_file_that_was_filed_first_then_the_name() -> None:
    same_stock = {"sites": {"Q": {"bill": {"m": {"stock": "50 g"}}}}}
    both = {"plants": {"site": ["P", "Q"], "target": "90 d"}}

    assert granted(two_plants(both, **same_stock)) == [
        "4 k #0", "4 l #0", "4 k #1", "4 l #1", "4 k #2", "4 l #2",
    ]  # fmt: skip


def test_the_protected_get_theirs_and_private_stock_is_crowded_out() -> None:
    q_only = {"q": {"site": ["Q"], "target": "90 d"}}

    assert order_of(granted(two_plants(q_only))) == ["k", "k", "k"]


def test_a_refusal_does_not_wait_for_a_round() -> None:
    no = {"r": {"approval_rate": 0.0}}
    plant = bare({"p": {"site": ["P"], "target": "90 d"}}, policy=no, horizon="2.5 d")

    assert told(plant, Kind.DECIDED) == ["2 DECIDED l #0 x10 refused try 0"]


def test_what_was_granted_before_and_has_not_left_yet_is_not_granted_again() -> None:
    lag = {
        "desks": {"d": {"issue_lag": "9 d"}},
        "sites": {"P": {"bill": {"m": {"stock": "900 g"}}}},
    }
    plant = bare({"p": {"site": ["P"], "target": "88 d"}}, horizon="9 d", **lag)

    # Day 4: 860 g, 86 days, and two files make 88. Day 8: 820 g and the 20 g licensed: 84 days.
    assert granted(plant) == ["4 l #0", "4 l #1", "8 l #2", "8 l #3", "8 l #4", "8 l #5"]


@pytest.mark.parametrize("review", ["0 d", "2 d"])
def test_goods_that_need_no_licence_any_more_leave_the_pool(review: str) -> None:
    plant = bare({}, rest="1 g", gates={"g": {"to": "3 d"}}, horizon="9 d",
                 policy={"r": {"mean_review_time": review}})  # fmt: skip

    assert granted(plant) == []
    assert len(told(plant, Kind.WITHDRAWN)) == 3
    checked(build_model(plant))


def test_a_file_serves_the_first_protected_site_downstream() -> None:
    part = {"kind": "component"}
    maker = {"kind": "component_maker", "country": "DE", "makes": "c", "output_per_day": 20,
             "output_stock": 100, "bill": {"m": {"per_unit": "1 g", "stock": "90 g"}}}  # fmt: skip
    plants = {
        name: {"kind": "plant", "country": "DE", "makes": "car", "output_per_day": 10,
               "bill": {"c": {"per_unit": 1, "stock": 50}}}
        for name in ("X", "Y")
    }  # fmt: skip
    lanes = {
        "a": {"supplier": "A", "customer": "M", "transit": "2 d"},
        "x": {"supplier": "M", "customer": "X", "transit": "2 d"},
        "y": {"supplier": "M", "customer": "Y", "transit": "2 d"},
    }
    protected = {"all": {"site": ["Y", "X"], "target": "9 d", "weight": 5},
                 "first": {"site": ["Y"], "target": "9 d", "weight": 5}}  # fmt: skip
    tables = build_model(
        bare(protected, items={"c": part}, sites=plants | {"M": maker}, lanes=lanes)
    )

    serves = dict(zip(tables.lanes.name, protected_sites(tables, 0), strict=True))

    site = tables.sites.name.index
    assert serves == {"a": site("X"), "l": UNSET, "x": site("X"), "y": site("Y")}


def test_a_target_that_nothing_reaches_and_rounds_all_the_time_are_an_unlimited_desk() -> None:
    protected = {"p": {"site": ["P"], "target": "3000 d"}}
    hourly = bare(protected, desks={"d": {"round_every": "1 h"}})
    unlimited = bare(protected, desks={"d": {"setting": "unlimited"}})

    everything = tuple(kind for kind in Kind if kind is not Kind.REGIME)
    assert told(hourly, *everything) == told(unlimited, *everything)
