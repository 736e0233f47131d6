"""Lanes as a table; when they can be ordered on, and their shares then."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import build_model
from sim.model.lanes import whole_shares
from sim.model.tables import BILLION, MILLION
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.model.test_sites import TWO
from tests.models import BASE, merged, model


def shares(scenario: Scenario, lane: str) -> dict[float, float]:
    """Share of a lane from the days on which it changes."""
    tables = build_model(scenario)
    values = tables.regimes.lane_share[:, tables.lanes.name.index(lane)] / BILLION
    kept = np.flatnonzero(np.diff(values, prepend=-1))
    days = tables.regimes.t_s[kept] / DAY_S
    return dict(zip(days.tolist(), values[kept].tolist(), strict=True))


def two(**changes: Any) -> Scenario:
    """Lanes `l` (share 0.25) and `k` (0.75) into the plant P, from A and from B."""
    return model(**merged(merged(TWO, {"horizon": "200 d"}), changes))


def test_lanes_are_in_the_order_of_their_supplier_then_name() -> None:
    tables = build_model(two())

    assert tables.lanes.name == ("l", "z", "k")
    assert tables.lanes.supplier.tolist() == [0, 0, 1]
    assert tables.lanes.share.tolist() == [250_000_000, 10**9, 750_000_000]
    assert [tables.inputs.name[n] for n in tables.lanes.input] == [
        "P / m", "0 plant / m", "P / m",
    ]  # fmt: skip


def test_a_lane_s_end_user_is_the_customer_unless_stated() -> None:
    tables = build_model(model(lanes={"l": {"destination": "US", "end_use": "defence"}}))
    plain = build_model(model(sites={"P": {"sector": "auto"}}))

    assert (tables.lanes.destination, tables.lanes.end_use) == (("US",), ("defence",))
    assert tables.lanes.sector == ("other",)
    assert (plain.lanes.destination, plain.lanes.sector) == (("DE",), ("auto",))


def test_lanes_that_nothing_opens_or_closes_keep_their_shares() -> None:
    assert shares(two(), "l") == {0: 0.25}
    assert shares(two(), "k") == {0: 0.75}


def test_a_lane_is_open_from_its_first_day_to_before_its_last() -> None:
    dated = two(lanes={"k": {"from": "20 d", "to": "50 d"}})

    assert shares(dated, "k") == {0: 0, 20: 0.75, 50: 0}
    assert shares(dated, "l") == {0: 1, 20: 0.25, 50: 1}


def test_shares_are_relative_to_those_of_the_lanes_that_are_open() -> None:
    beside = two(lanes={"l": {"share": 1}, "k": {"share": 0.25, "from": "20 d"}})

    assert shares(beside, "l") == {0: 1, 20: 0.8}
    assert shares(beside, "k") == {0: 0, 20: 0.2}


def test_where_no_lane_is_open_there_is_no_share() -> None:
    assert shares(model(horizon="99 d", lanes={"l": {"to": "20 d"}}), "l") == {0: 1, 20: 0}


def test_the_lanes_of_a_site_open_when_it_has_started_and_is_qualified() -> None:
    later = {"starts": "20 d", "qualification": "30 d"}

    assert shares(two(sites={"B": later}), "k") == {0: 0, 50: 0.75}
    assert shares(two(sites={"B": later}, lanes={"k": {"from": "70 d"}}), "k") == {0: 0, 70: 0.75}
    assert shares(two(sites={"B": {"qualification": "30 d"}}), "k") == {0: 0.75}


def test_the_table_has_the_shares_of_second_0() -> None:
    begun = two(lanes={"k": {"from": "0 d"}})
    to_come = two(lanes={"k": {"from": "1 d"}})

    assert build_model(begun).lanes.share.tolist() == [BILLION // 4, BILLION, BILLION * 3 // 4]
    assert build_model(to_come).lanes.share.tolist() == [BILLION, BILLION, 0]


def test_a_fallback_is_open_and_has_no_share() -> None:
    limits = {"below_cover": "9 d", "up_to_cover": "30 d"}
    tables = build_model(two(lanes={"k": {"share": None, "fallback": limits}, "l": {"share": 1}}))
    k = tables.lanes.name.index("k")

    assert (tables.lanes.fallback[k], tables.lanes.share[k]) == ("below_cover", 0)
    assert (tables.lanes.fallback_s[k], tables.lanes.up_to_s[k]) == (9 * DAY_S, 30 * DAY_S)
    assert tables.regimes.lane_open[:, k].all()
    assert not tables.regimes.lane_share[:, k].any()


@pytest.mark.parametrize(
    ("limits", "kind", "days", "up_to"),
    [({"late_by": "9 d"}, "late_by", 9, 0), ({"below_cover": "9 d"}, "below_cover", 9, 9)],
)
def test_kinds_of_fallbacks(limits: dict[str, str], kind: str, days: int, up_to: int) -> None:
    lanes = {"l": {"share": 1}, "k": {"share": None, "fallback": limits}}
    table = build_model(two(lanes=lanes)).lanes

    assert table.fallback == ("", "", kind)
    assert table.fallback_s.tolist() == [0, 0, days * DAY_S]
    assert table.up_to_s.tolist() == [0, 0, up_to * DAY_S]


def test_batching_and_premium_are_those_of_the_lane() -> None:
    stated = {"application_min": "3 kg", "application_wait": "9 d", "premium_share": 0.175}
    table = build_model(model(lanes={"l": stated})).lanes

    assert (table.application_min[0], table.application_wait_s[0]) == (3000, 9 * DAY_S)
    assert (table.premium_share[0], table.file_margin[0]) == (0.175, MILLION)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_whole_shares_add_up_to_a_billion_exactly(weights: list[int]) -> None:
    parts = whole_shares([weight / 10**9 for weight in weights])

    assert sum(parts) == (BILLION if any(weights) else 0)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_lanes_in_another_order_are_the_same_shares() -> None:
    thirds = {name: BASE["lanes"]["l"] | {"share": 1, "from": "1 d"} for name in ("c", "a", "b")}
    turned = {name: thirds[name] for name in ("a", "b", "c")}

    for lanes in (thirds, turned):
        table = build_model(model(lanes={"l": {"to": "1 d"}} | lanes))
        assert table.lanes.name == ("a", "b", "c", "l")
        assert table.regimes.lane_share.tolist() == [
            [0, 0, 0, BILLION], [333_333_334, 333_333_333, 333_333_333, 0],
        ]  # fmt: skip
