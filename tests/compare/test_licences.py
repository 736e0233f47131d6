import math

from sim.columns import BACKLOG, WAITS, names
from sim.compare.licences import backlog, waits
from tests.compare.outcomes import Made, made, row_of


def desk(*licences: dict, n_runs: int = 1) -> Made:
    return made({"base": {"Leipzig": [None] * n_runs}}, licences=licences)


def on_day(source: Made, day: float, destination: str = "all") -> dict:
    frame = backlog(source)
    return row_of(frame[frame["day"] == day], destination=destination)


def test_files_are_counted_by_run_and_shared_out_by_what_became_of_them() -> None:
    row = row_of(
        waits(
            desk(
                {"filed_days": 0, "decided_days": 10},
                {"filed_days": 0, "decided_days": 20, "outcome": "refused"},
                {"filed_days": 0, "replication": 1},
                {"filed_days": 0, "replication": 1},
                n_runs=2,
            )
        ),
        destination="DE",
    )

    assert row["filed_mean"] == 2.0
    assert (row["granted_share"], row["pending_share"]) == (0.25, 0.5)


def test_the_mean_wait_is_over_decisions_refusals_included_and_withdrawals_not() -> None:
    row = row_of(
        waits(
            desk(
                {"filed_days": 0, "decided_days": 10},
                {"filed_days": 0, "decided_days": 20, "outcome": "refused"},
                {"filed_days": 0, "decided_days": 90, "outcome": "withdrawn"},
                {"filed_days": 0},
            )
        ),
        destination="DE",
    )

    assert row["wait_days_mean"] == 15.0
    assert row["pending_share"] == 0.25


def test_the_90_percent_quantile_counts_pending_files_as_longer() -> None:
    nine = [{"filed_days": 0, "decided_days": day} for day in range(1, 10)]

    reached = row_of(waits(desk(*nine, {"filed_days": 99})), destination="DE")
    beyond = row_of(waits(desk(*nine, {"filed_days": 99}, {"filed_days": 99})), destination="DE")
    assert reached["wait_days_p90"] == 9.0
    assert math.isnan(beyond["wait_days_p90"])


def test_without_a_decision_there_is_no_mean_wait() -> None:
    row = row_of(waits(desk({"filed_days": 0})), destination="DE")

    assert math.isnan(row["wait_days_mean"])
    assert math.isnan(row["wait_days_mean_low"])


def test_equal_runs_have_an_interval_of_no_width() -> None:
    runs = [{"filed_days": 0, "decided_days": 45, "replication": r} for r in range(5)]
    row = row_of(waits(desk(*runs, n_runs=5)), destination="DE")

    assert [row[f"wait_days_mean{end}"] for end in ("", "_low", "_high")] == [45.0, 45.0, 45.0]


def test_a_file_is_pending_from_the_day_it_is_filed_to_the_day_it_is_decided() -> None:
    source = desk({"filed_days": 7, "decided_days": 21})

    assert [on_day(source, day)["pending_files"] for day in (0, 7, 14, 21, 28)] == [0, 1, 1, 0, 0]


def test_files_on_the_desk_at_the_start_are_pending_on_day_0() -> None:
    assert on_day(desk({"filed_days": 0}, {"filed_days": -10}), 0)["pending_files"] == 2


def test_a_withdrawn_file_leaves_the_desk_but_is_not_approved() -> None:
    row = on_day(desk({"filed_days": 0, "decided_days": 10, "outcome": "withdrawn"}), 14)

    assert (row["pending_files"], row["approved_so_far_share"]) == (0, 0.0)


def test_approved_so_far_is_a_censored_figure() -> None:
    """One file a day, 45 days each, no refusals: 16 of 61 or 26 % on day 60."""
    files = [{"filed_days": day, "decided_days": day + 45.0} for day in range(55)]
    share = on_day(desk(*files), 56)["approved_so_far_share"]

    assert share == 12 / 55
    every_day = [{"filed_days": d, "decided_days": d + 45.0} for d in range(64)]
    assert on_day(desk(*every_day), 63)["approved_so_far_share"] == 19 / 64


def test_a_file_that_is_filed_again_counts_again() -> None:
    source = desk(
        {"filed_days": 0, "decided_days": 5, "outcome": "refused"},
        {"filed_days": 10, "decided_days": 12},
    )

    assert on_day(source, 14)["approved_so_far_share"] == 0.5


def test_before_the_first_filing_nothing_can_be_said_of_approvals() -> None:
    assert math.isnan(on_day(desk({"filed_days": 7}), 0)["approved_so_far_share"])


def test_the_band_of_the_backlog_is_from_the_10_to_the_90_percent_run() -> None:
    files = [{"filed_days": 0, "replication": run} for run in range(10) for _ in range(run + 1)]
    row = on_day(desk(*files, n_runs=10), 0)

    assert row["pending_files"] == 5.5
    assert (row["pending_files_low"], row["pending_files_high"]) == (1.0, 9.0)


def test_all_is_the_sum_over_destinations_and_weeks_end_at_the_horizon() -> None:
    source = desk({"filed_days": 0}, {"filed_days": 0, "destination": "US"})
    frame = backlog(source)

    assert [on_day(source, 0, name)["pending_files"] for name in ("DE", "US", "all")] == [1, 1, 2]
    assert list(frame["day"].unique())[-2:] == [98.0, 100.0]
    assert tuple(frame.columns) == names(BACKLOG)
    assert tuple(waits(source).columns) == names(WAITS)


def test_a_world_without_licences_has_an_empty_table_of_waits() -> None:
    source = desk()

    assert len(waits(source)) == 0
    assert set(backlog(source)["pending_files"]) == {0.0}


def test_customs_tests_are_no_licences() -> None:
    source = desk(
        {"filed_days": 0, "decided_days": 40, "decides": "hold"},
        {"filed_days": 0, "decided_days": 10},
    )

    row = row_of(waits(source), destination="DE")
    assert (row["filed_mean"], row["wait_days_mean"]) == (1.0, 10.0)


def test_a_longer_time_on_the_desk_is_measured_against_the_baseline_run_by_run() -> None:
    halts = {"base": {"Leipzig": [None, None]}, "slow": {"Leipzig": [None, None]}}
    files = [
        {"alternative": name, "replication": run, "filed_days": 0, "decided_days": days + 10 * run}
        for name, days in (("base", 20), ("slow", 25))
        for run in (0, 1)
    ]

    frame = waits(made(halts, licences=files))

    row = row_of(frame, alternative="slow", destination="DE")
    assert (row["longer_wait_days"], row["longer_wait_days_low"]) == (5.0, 5.0)
    assert row_of(frame, alternative="base", destination="DE")["longer_wait_days"] == 0.0


def test_undecided_files_count_to_the_horizon_in_the_time_on_the_desk() -> None:
    halts = {"base": {"Leipzig": [None]}, "stopped": {"Leipzig": [None]}}
    files = [
        {"alternative": "base", "filed_days": 0, "decided_days": 20},
        {"alternative": "stopped", "filed_days": 0},
    ]

    source = made(halts, licences=files)
    horizon = float(source.table("runs")["horizon_days"].max())

    row = row_of(waits(source), alternative="stopped", destination="DE")
    assert row["longer_wait_days"] == horizon - 20.0
