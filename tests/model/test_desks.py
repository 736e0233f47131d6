"""Desks by date: officers, quotas, pauses, whom they protect; and who else files at them."""

from typing import Any

import numpy as np
import pytest

from sim.errors import DataError, ScenarioError
from sim.model import ModelTables, build_model
from sim.model.tables import UNSET
from sim.units import DAY_S
from tests.models import desk_model, licensed

QUEUE = {"setting": "queue"}


def tables(**desk: Any) -> ModelTables:
    return build_model(licensed(horizon="30 d", desks={"d": desk}))


def by_day(built: ModelTables, column: str) -> dict[int, int]:
    values = getattr(built.regimes, column)[:, 0].tolist()
    return dict(zip((built.regimes.t_s // DAY_S).tolist(), values, strict=True))


def test_officers_by_date_whatever_the_order_in_which_they_are_written() -> None:
    built = tables(**QUEUE, officers=[{"from": "4 d", "count": 5}, {"from": "0 d", "count": 2}])

    assert by_day(built, "officers") == {0: 2, 4: 5}
    assert built.desks.has_officers.tolist() == [True]


def test_a_later_quota_takes_the_place_of_an_earlier_one() -> None:
    quota = [
        {"from": "20 d", "amount_per_week": "9 kg"},
        {"from": "20 d", "files_per_week": 4},
        {"from": "2025-04-01", "files_per_week": 7},
        {"from": "10 d", "amount_per_week": "5 kg"},
    ]

    built = tables(**QUEUE, quota=quota)

    assert by_day(built, "quota_files") == {0: 7, 10: UNSET, 20: 4}
    assert by_day(built, "quota_amount") == {0: UNSET, 10: 5000, 20: 9000}
    assert built.desks.has_officers.tolist() == [False]


def test_without_quota_there_is_no_limit() -> None:
    built = tables()

    assert by_day(built, "quota_files") == by_day(built, "quota_amount") == {0: UNSET}


@pytest.mark.parametrize(
    ("start", "monday"), [("2025-04-07", 0), ("2025-04-08", 6), ("2025-04-13", 1)]
)
def test_quotas_begin_anew_on_mondays(start: str, monday: int) -> None:
    assert build_model(licensed(start=start)).desks.monday_s == monday * DAY_S


def test_a_pause_from_before_the_start_begins_at_0() -> None:
    pause = {"from": "2025-04-01", "to": "2025-04-09"}

    assert tables(pauses=[pause]).desks.pauses == (((0, 2 * DAY_S),),)


def test_a_protected_site_has_the_weight_and_target_of_its_first_group() -> None:
    protected = {
        "cars": {"kind": ["plant"], "weight": 5, "target": "20 d"},
        "anybody": {"weight": 9, "target": "30 d"},
        "Bavaria": {"site": ["P"], "weight": 5, "target": "10 d"},
    }

    desks = tables(setting="bare_minimum", protected=protected, round_every="3 d").desks

    # A is of the last group alone; of two groups with one weight the first by name holds.
    assert desks.weight.tolist() == [[9, 5]]
    assert desks.target_s.tolist() == [[30 * DAY_S, 10 * DAY_S]]
    assert desks.round_s.tolist() == [3 * DAY_S]


def test_who_is_not_protected_has_no_weight() -> None:
    desks = tables(setting="bare_minimum", rest_per_round="2 kg").desks

    assert desks.weight.tolist() == [[UNSET, UNSET]]
    assert desks.rest_per_round.tolist() == [2000]


def test_a_stockpile_is_nobody_to_protect() -> None:
    pile = {"item": "m", "held_in": "DE", "quantity": "1 kg", "below_cover": "9 d",
            "up_to_cover": "9 d"}  # fmt: skip
    desk = {"setting": "bare_minimum", "protected": {"all": {"target": "9 d"}}}

    built = build_model(licensed(stockpiles={"pile": pile}, desks={"d": desk}))

    weights = dict(zip(built.sites.name, built.desks.weight[0].tolist(), strict=True))
    assert weights == {"A": 100, "P": 100, "pile": UNSET}


def test_a_desk_of_every_setting_is_not_one_model() -> None:
    every = {"setting": "all", "officers": 2, "rest_per_round": "1 kg"}

    with pytest.raises(ScenarioError, match=r"desks\.d\.setting: got 'all', need one setting"):
        build_model(licensed().model_copy(update={"desks": of_setting(**every)}))


def of_setting(**desk: Any) -> dict[str, Any]:
    from sim.scenario.schema import Desk

    return {"d": Desk.model_validate(desk)}


def test_rates_begin_with_the_one_in_force_at_the_start() -> None:
    def steps(*rate: dict[str, Any]) -> tuple[tuple[int, float], ...]:
        scenario = desk_model({"s": {"rate": list(rate)}}, start="2025-04-07", horizon="9 d")
        return build_model(scenario).applicants.rate[0]

    early, late, never = (
        {"from": "2025-04-01", "per_day": 1.0},
        {"from": "3 d", "per_day": 2.0},
        {"from": "9 d", "per_day": 9.0},
    )

    assert steps(late, early, never) == ((0, 1.0), (3 * DAY_S, 2.0))
    assert steps(late) == ((0, 0.0), (3 * DAY_S, 2.0))


def test_working_days_beyond_the_known_calendar_are_refused() -> None:
    days = {"r": {"mean_review_time": "45 working days"}}

    with pytest.raises(DataError):
        build_model(licensed(start="2032-01-01", policy=days))


def test_desks_are_the_same_whatever_has_been_triggered() -> None:
    built = build_model(
        licensed(
            desks={"d": QUEUE | {"officers": 3}},
            triggers={"t": {"when": "backlog", "desk": "d", "above": 3}},
        )
    )

    assert np.array_equal(built.regimes.officers, built.reactions[0].officers)
