import dataclasses
import math

import numpy as np
import pytest

from sim.columns import PAIRED, SUMMARY, names
from sim.compare.alternatives import paired, summary
from sim.stats import intervals
from tests.compare.outcomes import HORIZON, made, row_of

FOUR = {"base": {"Leipzig": [20, 40, None, None], "Munich": [40, None, None, None]}}


def test_a_site_that_halts_in_two_of_four_runs_has_half_and_wilsons_interval() -> None:
    row = row_of(summary(made(FOUR)), name="Leipzig")

    wilson = intervals.wilson(2, 4)
    assert row["halted_share"] == 0.5
    assert (row["halted_share_low"], row["halted_share_high"]) == (wilson.low, wilson.high)


def test_the_median_of_a_site_is_the_day_by_which_half_have_halted() -> None:
    row = row_of(summary(made(FOUR)), name="Leipzig")

    assert row["first_halt_days_median"] == 40.0


def test_a_median_that_is_not_reached_is_empty_and_not_the_horizon() -> None:
    row = row_of(summary(made(FOUR)), name="Munich")

    assert math.isnan(row["first_halt_days_median"])
    assert math.isnan(row["first_halt_days_median_high"])


def test_the_restricted_mean_counts_runs_without_a_halt_at_the_horizon() -> None:
    row = row_of(summary(made(FOUR)), name="Leipzig")

    assert row["restricted_mean_days"] == (20 + 40 + 100 + 100) / 4


def test_a_sector_pools_its_plants_and_not_its_component_makers() -> None:
    halts = {"base": {"Leipzig": [20, None], "Munich": [None, None], "Linz": [10, 10]}}
    row = row_of(summary(made(halts)), level="sector", name="auto")

    assert (row["n_sites"], row["kind"]) == (2, "plant")
    assert row["halted_share"] == 0.25
    assert row["restricted_mean_days"] == (20 + 3 * 100) / 4


def test_component_makers_have_a_row_of_their_own_and_magnet_makers_none() -> None:
    halts = {"base": {"Leipzig": [20], "Linz": [10], "Baotou": [None]}}
    frame = summary(made(halts))

    sites = frame[frame["level"] == "site"]
    assert list(zip(sites["name"], sites["kind"], strict=True)) == [
        ("Leipzig", "plant"),
        ("Linz", "component_maker"),
    ]


def test_sites_sectors_and_countries_come_in_this_order_for_each_alternative() -> None:
    halts = {"Leipzig": [20], "Toledo": [None]}
    frame = summary(made({"zebra": halts, "ant": halts}))

    assert list(frame["alternative"].unique()) == ["zebra", "ant"]
    assert list(frame["name"])[:6] == ["Leipzig", "Toledo", "auto", "defence", "DE", "US"]
    assert list(frame["level"])[:6] == [*["site"] * 2, *["sector"] * 2, *["country"] * 2]


def test_columns_are_those_of_the_data_dictionary() -> None:
    source = made({"a": FOUR["base"], "b": FOUR["base"]})

    assert tuple(summary(source).columns) == names(SUMMARY)
    assert tuple(paired(source).columns) == names(PAIRED)


@pytest.mark.parametrize("level", ["site", "sector", "country"])
def test_no_halt_in_n_runs_is_a_share_below_a_bound_and_not_zero(level: str) -> None:
    frame = summary(made({"base": {"Leipzig": [None] * 50}}))
    row = frame[frame["level"] == level].iloc[0]

    assert (row["halted_share"], row["halted_share_low"]) == (0.0, 0.0)
    assert row["halted_share_high"] == pytest.approx(1 - 0.05 ** (1 / 50))


@pytest.mark.parametrize("level", ["site", "sector", "country"])
def test_halts_in_all_runs_leave_wilsons_room_below_one(level: str) -> None:
    frame = summary(made({"base": {"Leipzig": [30] * 50}}))
    row = frame[frame["level"] == level].iloc[0]

    assert (row["halted_share"], row["halted_share_high"]) == (1.0, 1.0)
    assert row["halted_share_low"] == intervals.wilson(50, 50).low


def test_plants_that_always_halt_together_are_not_twice_the_evidence() -> None:
    together = [10, 10, None, None, 10, None, None, None, 10, None]
    alone = summary(made({"base": {"Leipzig": together}}))
    both = summary(made({"base": {"Leipzig": together, "Munich": together}}))

    one, two = row_of(alone, level="sector"), row_of(both, level="sector")
    assert (two["halted_share_low"], two["halted_share_high"]) == (
        one["halted_share_low"],
        one["halted_share_high"],
    )
    assert two["restricted_mean_days_low"] == one["restricted_mean_days_low"]


def test_the_interval_of_a_group_is_that_of_the_plain_bootstrap() -> None:
    generator = np.random.default_rng(3)
    days = generator.uniform(0, 150, size=(30, 2))
    halts = {"base": {s: [d if d < 100 else None for d in days[:, i]] for i, s in
                      enumerate(("Leipzig", "Munich"))}}  # fmt: skip
    row = row_of(summary(made(halts)), level="sector")

    plain = intervals.bootstrap_over_replications(
        days < HORIZON, lambda rows: float(rows.mean()), seed=20_250_404
    )
    assert row["halted_share_low"] == pytest.approx(plain.low, abs=1e-12)
    assert row["halted_share_high"] == pytest.approx(plain.high, abs=1e-12)

    def median(rows: np.ndarray) -> float:
        pooled = np.sort(np.where(rows < HORIZON, rows, np.inf).ravel())
        return float(pooled[pooled.size // 2 - 1])

    plain = intervals.bootstrap_over_replications(days, median, seed=20_250_404)
    assert (row["first_halt_days_median_low"], row["first_halt_days_median_high"]) == (
        plain.low,
        plain.high,
    )


def test_downtime_is_a_mean_per_site_and_lost_output_the_sum_of_the_group() -> None:
    halts = {"base": {"Leipzig": [20, 20], "Munich": [20, 20]}}
    given = {"base": {"Leipzig": [10, 30], "Munich": [0, 0]}}
    row = row_of(summary(made(halts, downtime=given, lost=given)), level="sector")

    assert row["downtime_days_mean"] == 10.0
    assert row["lost_units_mean"] == 20.0


def test_intervals_stay_within_what_is_possible() -> None:
    halts = {"base": {"Leipzig": [1, None]}}
    given = {"base": {"Leipzig": [99, 0]}}
    row = row_of(summary(made(halts, downtime=given, lost=given)), name="Leipzig")

    assert (row["restricted_mean_days_low"], row["restricted_mean_days_high"]) == (0, HORIZON)
    assert (row["downtime_days_mean_low"], row["downtime_days_mean_high"]) == (0, HORIZON)
    assert row["lost_units_mean_low"] == 0


def test_one_replication_has_means_but_no_bound_on_lost_output() -> None:
    row = row_of(summary(made({"base": {"Leipzig": [20]}})), name="Leipzig")

    assert row["restricted_mean_days"] == 20.0
    assert math.isnan(row["lost_units_mean_high"])


def test_only_the_first_replications_count_if_so_asked() -> None:
    row = row_of(summary(made(FOUR), n=2), name="Leipzig")

    assert (row["n_runs"], row["halted_share"]) == (2, 1.0)


def test_a_policy_that_adds_ten_days_in_every_run_is_ten_days_later_without_doubt() -> None:
    halts = {"base": {"Leipzig": [20, 45, 70]}, "cover": {"Leipzig": [30, 55, 80]}}
    row = row_of(paired(made(halts)), name="Leipzig")

    assert (row["alternative"], row["baseline"]) == ("cover", "base")
    assert [row[f"later_halt_days{end}"] for end in ("", "_low", "_high")] == [10.0, 10.0, 10.0]


def test_a_halt_that_is_avoided_counts_up_to_the_horizon() -> None:
    halts = {"base": {"Leipzig": [20, 40]}, "free": {"Leipzig": [None, None]}}
    row = row_of(paired(made(halts)), name="Leipzig")

    assert row["later_halt_days"] == (80 + 60) / 2
    assert row["p_halt_difference"] == -1.0


def test_less_downtime_and_less_lost_output_are_positive() -> None:
    halts = {"base": {"Leipzig": [20, 20]}, "free": {"Leipzig": [20, 20]}}
    given = {"base": {"Leipzig": [10, 14]}, "free": {"Leipzig": [4, 8]}}
    row = row_of(paired(made(halts, downtime=given, lost=given)), name="Leipzig")

    assert (row["less_downtime_days"], row["less_lost_units"]) == (6.0, 6.0)


def test_another_baseline_turns_the_signs_round() -> None:
    halts = {"base": {"Leipzig": [20, 40]}, "free": {"Leipzig": [50, 80]}}
    row = row_of(paired(made(halts), baseline="free"), name="Leipzig")

    assert (row["alternative"], row["later_halt_days"]) == ("base", -35.0)


def test_a_shorter_horizon_is_the_window_for_both() -> None:
    halts = {"base": {"Leipzig": [20, 20]}, "short": {"Leipzig": [None, None]}}
    row = row_of(paired(made(halts, horizon={"short": 50.0})), name="Leipzig")

    assert row["later_halt_days"] == 30.0


def test_sites_that_only_one_alternative_has_are_left_out_of_the_difference() -> None:
    halts = {
        "base": {"Leipzig": [20, 40]},
        "more": {"Leipzig": [20, 40], "Munich": [None, None]},
    }
    frame = paired(made(halts))

    assert "Munich" not in set(frame["name"])
    assert row_of(frame, name="auto")["later_halt_days"] == 0.0


def test_a_difference_from_one_replication_has_no_interval() -> None:
    halts = {"base": {"Leipzig": [20]}, "free": {"Leipzig": [50]}}
    row = row_of(paired(made(halts)), name="Leipzig")

    assert row["later_halt_days"] == 30.0
    assert math.isnan(row["later_halt_days_low"])


def test_a_missing_row_of_service_is_refused() -> None:
    source = made(FOUR)
    frames = {**source.frames, "service": source.frames["service"].iloc[1:]}

    with pytest.raises(ValueError, match="one row for each site and replication"):
        summary(dataclasses.replace(source, frames=frames))
