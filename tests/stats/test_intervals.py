"""Intervals cover what they say, and say nothing where the sample cannot."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.stats.intervals import (
    Interval,
    bootstrap_band,
    bootstrap_over_replications,
    moments,
    quantile_interval,
    student_quantile,
    t_interval,
    upper_bound_when_none,
    wilson,
)
from sim.stats.survival import kaplan_meier, survival_at

levels = st.floats(0.5, 0.999)
counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
samples = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def coverage_of_share(interval: Callable[[int, int], Interval], n: int, p: float) -> float:
    """Exact chance that the interval holds `p`: binomial weights, no simulation."""
    inside = [k for k in range(n + 1) if interval(k, n).low <= p <= interval(k, n).high]
    return math.fsum(math.comb(n, k) * p**k * (1.0 - p) ** (n - k) for k in inside)


# ---------------------------------------------------------------- shares


@given(counts, levels)
def test_wilson_stays_inside_zero_and_one_and_holds_the_share(
    count: tuple[int, int], level: float
) -> None:
    successes, n = count

    found = wilson(successes, n, level)

    assert 0.0 <= found.low <= successes / n <= found.high <= 1.0
    assert found.low < found.high


@given(counts, levels)
def test_wilson_of_the_failures_is_the_mirror_image(count: tuple[int, int], level: float) -> None:
    successes, n = count

    found, mirrored = wilson(successes, n, level), wilson(n - successes, n, level)

    assert found.low == pytest.approx(1.0 - mirrored.high, abs=1e-12)


@given(st.integers(1, 499).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n + 1))), levels)
def test_wilson_ends_are_where_the_score_test_just_accepts(
    count: tuple[int, int], level: float
) -> None:
    successes, n = count
    z = stats.norm.ppf(0.5 + level / 2)

    for end in (wilson(successes, n, level).low, wilson(successes, n, level).high):
        score = abs(successes / n - end) / math.sqrt(end * (1.0 - end) / n)
        assert score == pytest.approx(z, rel=1e-6)


def test_wilson_of_81_out_of_263_is_the_published_interval() -> None:
    # Newcombe (1998), Stat. Med. 17, table I, method 3.
    found = wilson(81, 263)

    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_wilson_covers_95_percent_on_average_over_shares() -> None:
    shares = np.arange(1, 200) / 200

    covered = [coverage_of_share(wilson, 50, float(p)) for p in shares]

    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)
    assert min(covered[19:180]) > 0.92  # shares from 10 to 90 %


def test_of_nothing_everything_is_possible() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


def test_no_halt_in_a_hundred_runs_is_below_three_percent_not_zero() -> None:
    assert upper_bound_when_none(100) == pytest.approx(0.029513, abs=5e-7)
    assert upper_bound_when_none(1000) == pytest.approx(0.002991, abs=5e-7)


@given(st.integers(1, 10_000), levels)
def test_at_the_bound_seeing_none_has_exactly_the_chance_left_over(n: int, level: float) -> None:
    bound = upper_bound_when_none(n, level)

    assert (1.0 - bound) ** n == pytest.approx(1.0 - level, rel=1e-9)


# ---------------------------------------------------------------- means


def test_student_factor_is_the_one_in_the_tables() -> None:
    assert round(student_quantile(10, 0.95), 3) == 2.262
    assert round(student_quantile(2, 0.95), 3) == 12.706
    assert round(student_quantile(31, 0.99), 3) == 2.750
    assert student_quantile(1, 0.95) == math.inf


def test_t_interval_of_three_numbers_by_hand() -> None:
    # mean 3, sd sqrt(7), factor 4.302653 at two degrees of freedom
    found = t_interval([1.0, 2.0, 6.0])

    assert found.low == pytest.approx(3.0 - 4.302653 * math.sqrt(7.0 / 3.0), abs=1e-5)
    assert found.high == pytest.approx(3.0 + 4.302653 * math.sqrt(7.0 / 3.0), abs=1e-5)


@given(samples, levels)
def test_t_interval_ends_are_where_the_t_test_just_accepts(
    values: list[float], level: float
) -> None:
    found = t_interval(values, level)

    if found.high - found.low > 1e-3:  # below, the test's own sums are noise
        p_value = stats.ttest_1samp(values, found.low).pvalue
        assert p_value == pytest.approx(1.0 - level, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("n", [2, 5, 30])
def test_t_interval_covers_95_percent_of_normal_means(n: int) -> None:
    draws = np.random.default_rng(20250404).normal(3.0, 2.0, size=(4000, n))

    covered = [found.low <= 3.0 <= found.high for found in map(t_interval, draws)]

    assert np.mean(covered) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


@given(st.floats(-1e6, 1e6), st.integers(2, 40))
def test_runs_without_any_spread_have_an_interval_without_width(value: float, n: int) -> None:
    assert moments([value] * n).sd == 0.0
    assert t_interval([value] * n) == Interval(value, value)


def test_a_single_run_bounds_nothing() -> None:
    assert t_interval([7.0]) == Interval(-math.inf, math.inf)


# ---------------------------------------------------------------- quantiles


def test_median_of_ten_lies_between_the_second_and_the_ninth() -> None:
    # Conover (1999), table A3: P(B <= 1) = 11/1024 on each side, so 97.9 %
    assert quantile_interval(range(1, 11)) == Interval(2.0, 9.0)


def test_an_end_among_the_censored_is_not_reached() -> None:
    found = quantile_interval([30, 35, 40, 44, 52, 60] + [math.inf] * 4)

    assert found == Interval(35.0, math.inf)


def test_five_runs_cannot_bound_a_median_at_95_percent() -> None:
    assert quantile_interval([1, 2, 3, 4, 5]) == Interval(-math.inf, math.inf)
    assert quantile_interval([1, 2, 3, 4, 5, 6]) == Interval(1.0, 6.0)


def test_a_level_that_is_met_exactly_is_met() -> None:
    # all five on one side of the median: 1/32 each way
    assert quantile_interval([1, 2, 3, 4, 5], level=30 / 32) == Interval(1.0, 5.0)


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.floats(0.5, 0.99))
def test_quantile_interval_covers_at_least_its_level_and_is_the_tightest(
    n: int, share: float, level: float
) -> None:
    found = quantile_interval(np.arange(1, n + 1), share, level)
    below = 0 if found.low == -math.inf else int(found.low)
    above = n + 1 if found.high == math.inf else int(found.high)
    tail = (1.0 - level) / 2.0

    # the quantile is missed on the left if fewer than `below` values lie under it
    assert stats.binom.cdf(below - 1, n, share) <= tail + 1e-12
    assert stats.binom.sf(above - 1, n, share) <= tail + 1e-12
    assert stats.binom.cdf(below, n, share) > tail - 1e-12
    assert above == 1 or stats.binom.sf(above - 2, n, share) > tail - 1e-12


def test_quantile_interval_covers_the_median_of_censored_runs() -> None:
    runs = np.random.default_rng(7).exponential(400.0, size=(2000, 40))
    runs[runs > 365.0] = math.inf
    median = 400.0 * math.log(2.0)

    covered = [found.low <= median <= found.high for found in map(quantile_interval, runs)]

    # 0.9615 is the exact coverage: between 14 and 26 heads in 40 tosses
    assert np.mean(covered) == pytest.approx(0.9615, abs=0.018)


# ---------------------------------------------------------------- bootstrap


def mean_of(rows: np.ndarray) -> float:
    return float(rows.mean())


@given(st.integers(0, 2**63), st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12))
def test_the_same_seed_gives_the_same_interval(seed: int, values: list[float]) -> None:
    once = bootstrap_over_replications(values, mean_of, seed=seed, n_boot=99)
    again = bootstrap_over_replications(values, mean_of, seed=seed, n_boot=99)

    assert once == again
    assert min(values) - 1e-9 <= once.low <= once.high <= max(values) + 1e-9


def test_another_seed_gives_another_interval() -> None:
    values = np.arange(30.0) ** 2

    assert bootstrap_over_replications(values, mean_of, seed=1) != bootstrap_over_replications(
        values, mean_of, seed=2
    )


def test_twenty_plants_that_move_together_are_no_more_evidence_than_one() -> None:
    one = np.random.default_rng(3).exponential(100.0, size=(40, 1))
    twenty = np.repeat(one, 20, axis=1)

    assert bootstrap_over_replications(twenty, mean_of, seed=5).low == pytest.approx(
        bootstrap_over_replications(one, mean_of, seed=5).low
    )


def test_bootstrap_of_a_mean_of_many_is_close_to_students_interval() -> None:
    values = np.random.default_rng(11).normal(50.0, 10.0, size=400)

    found = bootstrap_over_replications(values, mean_of, seed=1, n_boot=1999)

    student = t_interval(values)
    assert found.low == pytest.approx(student.low, abs=0.15)
    assert found.high == pytest.approx(student.high, abs=0.15)


def test_bootstrap_covers_close_to_its_level() -> None:
    runs = np.random.default_rng(13).exponential(1.0, size=(400, 60))

    covered = [
        found.low <= 1.0 <= found.high
        for found in (
            bootstrap_over_replications(row, mean_of, seed=k, n_boot=199)
            for k, row in enumerate(runs)
        )
    ]

    assert 0.89 <= np.mean(covered) <= 0.97


def test_limits_are_the_25th_and_the_975th_of_999_resamples() -> None:
    seen: list[float] = []

    def noted(rows: np.ndarray) -> float:
        seen.append(float(rows.sum()))
        return seen[-1]

    found = bootstrap_over_replications(np.arange(50.0) ** 3 / 7, noted, seed=1, n_boot=999)

    assert found == Interval(sorted(seen)[24], sorted(seen)[974])


def test_a_median_not_reached_in_some_resamples_has_no_upper_end() -> None:
    days = np.array([10.0, 20.0, 30.0, 365.0, 365.0, 365.0, 365.0])
    seen = days < 365.0

    found = bootstrap_over_replications(
        np.arange(7), lambda rows: kaplan_meier(days[rows], seen[rows]).median, seed=2
    )

    assert found.low < 365.0
    assert found.high == math.inf


def test_a_band_holds_the_curve_it_was_made_for() -> None:
    halt = np.random.default_rng(17).exponential(200.0, size=(60, 3))
    watched, seen = np.minimum(halt, 365.0), halt < 365.0
    days = np.arange(0.0, 366.0, 30.0)

    def curve(rows: np.ndarray) -> np.ndarray:
        return survival_at(kaplan_meier(watched[rows], seen[rows]), days)

    band = bootstrap_band(np.arange(60), curve, seed=1, n_boot=199)

    whole = curve(np.arange(60))
    assert band.low.shape == band.high.shape == days.shape
    assert (band.low <= whole).all()
    assert (whole <= band.high).all()


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: wilson(3, 2), "successes: got 3 out of 2"),
        (lambda: wilson(-1, 2), "successes"),
        (lambda: wilson(1.5, 2), "whole number"),  # type: ignore[arg-type]
        (lambda: wilson(1, 2, level=95), "level: got 95"),
        (lambda: wilson(1, 2, level=math.nan), "level"),
        (lambda: upper_bound_when_none(0), "n: got 0"),
        (lambda: t_interval([]), "values"),
        (lambda: t_interval([[1.0, 2.0]]), "one value per replication"),
        (lambda: t_interval([1.0, math.nan]), "NaN"),
        (lambda: quantile_interval([1.0, math.nan]), "NaN"),
        (lambda: quantile_interval([]), "values"),
        (lambda: quantile_interval([1.0], share=1.0), "share"),
        (lambda: bootstrap_over_replications([], mean_of, seed=1), "data"),
        (lambda: bootstrap_over_replications([1.0], mean_of, seed=1, n_boot=38), "at least 39"),
        (lambda: bootstrap_over_replications([1.0], lambda _: math.nan, seed=1), "NaN"),
        (lambda: bootstrap_over_replications([1.0], lambda x: x, seed=1), "need one number"),
    ],
)
def test_what_has_no_answer_is_refused_with_a_reason(
    call: Callable[[], object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()


def test_39_resamples_are_just_enough_for_95_percent_and_19_for_90() -> None:
    ninety = bootstrap_over_replications([4.0], mean_of, seed=1, n_boot=19, level=0.90)

    assert ninety == Interval(4.0, 4.0)
    assert bootstrap_over_replications([4.0], mean_of, seed=1, n_boot=39) == Interval(4.0, 4.0)
