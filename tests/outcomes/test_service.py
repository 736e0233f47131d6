"""Halts and service: what stood, how long, and what was lost."""

from __future__ import annotations

from datetime import date

import pytest

from sim.outcomes import summarise
from tests.models import licensed, model, run

SLOW = {"policy": {"r": {"mean_review_time": "4 d"}}}


def plant_row(**changes: object) -> dict[str, object]:
    rows = summarise(run(licensed(**changes)), "base")["service"]
    i = rows["site"].index("P")
    return {name: values[i] for name, values in rows.items()}


def test_a_halt_row_has_dates_length_cause_and_loss() -> None:
    rows = summarise(run(licensed(**SLOW)), "base")["halts"]
    (row,) = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]

    assert (row["site"], row["start_days"], row["end_days"]) == ("P", 5.0, 6.0)
    assert (row["start_date"], row["duration_days"]) == (date(2025, 4, 12), 1.0)
    assert (row["blocking_item"], row["cause_lane"], row["lost_units"]) == ("m", "l", 10.0)


def test_planned_is_made_plus_lost() -> None:
    row = plant_row(**SLOW)

    assert (row["planned_units"], row["made_units"], row["lost_units"]) == (100.0, 90.0, 10.0)


def test_a_short_stop_is_lost_output_but_no_halt() -> None:
    row = plant_row(**SLOW, halts={"min_halt": "2 d"})

    assert (row["n_halts"], row["halted"], row["downtime_days"]) == (0, False, 0.0)
    assert (row["lost_units"], row["first_halt_days"]) == (10.0, 10.0)


def test_lost_value_is_lost_units_times_the_value_of_the_item() -> None:
    row = plant_row(**SLOW, items={"car": {"value_usd": 20000.0}})

    assert row["lost_value_usd"] == 200_000.0


def test_time_to_the_first_halt_is_censored_at_the_horizon() -> None:
    rows = summarise(run(model()), "base")["service"]

    assert rows["first_halt_days"] == [10.0, 10.0]
    assert rows["halted"] == [False, False]


@pytest.mark.parametrize(("unmet", "net"), [("lost", 20.0), ("backordered", 0.0)])
def test_batches_that_cannot_be_made_lower_the_fill_rate(unmet: str, net: float) -> None:
    daily = {"pattern": "batch", "quantity": 10, "every": "1 d", "first_at": "1 h", "unmet": unmet}
    row = plant_row(sites={"P": {"use": daily}}, policy={"r": {"mean_review_time": "5 d"}})

    assert row["fill_share"] == pytest.approx(0.8)
    assert (row["lost_units"], row["lost_units_net"]) == (20.0, net)


def test_what_is_still_owed_at_the_end_is_lost_net_too() -> None:
    daily = {"pattern": "batch", "quantity": 10, "every": "1 d", "first_at": "1 h",
             "unmet": "backordered"}  # fmt: skip
    row = plant_row(sites={"P": {"use": daily}}, policy={"r": {"mean_review_time": "never"}})

    assert (row["lost_units"], row["lost_units_net"]) == (50.0, 50.0)


def test_a_batch_lost_in_the_second_of_the_restart_counts() -> None:
    daily = {"pattern": "batch", "quantity": 20, "every": "1 d"}
    row = plant_row(
        sites={"P": {"use": daily, "output_per_day": 20, "bill": {"m": {"stock": "40 g"}}}},
        policy={"r": {"mean_review_time": "3 d"}},
    )

    assert row["planned_units"] == row["made_units"] + row["lost_units"]
