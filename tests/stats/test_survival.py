"""Kaplan-Meier against a textbook, against exact fractions, and against plain counting."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stats.survival import kaplan_meier, restricted_mean, survival_at
from tests.theory.formulas import exponential_restricted_mean

# Freireich et al. (1963), 6-mercaptopurine arm: weeks in remission of 21 patients.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_WELL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
WEEKS = np.array(RELAPSED + STILL_WELL, dtype=float)
SEEN = np.array([True] * len(RELAPSED) + [False] * len(STILL_WELL))

whole_days = st.integers(0, 12)
histories = st.lists(st.tuples(whole_days, st.booleans()), min_size=1, max_size=30)


def redistribute_to_the_right(history: list[tuple[int, bool]]) -> dict[int, Fraction]:
    """Survival after each event by Efron's rule, in exact fractions; no at-risk count is formed.

    Each starts with the weight 1/n. From the left, an event drops its weight; a censored one
    hands its weight in equal parts to all that come after it, events of its own time first.
    """
    queue = sorted(history, key=lambda entry: (entry[0], not entry[1]))
    weights = [Fraction(1, len(queue))] * len(queue)
    alive, survival = Fraction(1), {}
    for place, (day, event) in enumerate(queue):
        if event:
            alive -= weights[place]
            survival[day] = alive
            continue
        later = len(queue) - place - 1
        for after in range(place + 1, len(queue)):
            weights[after] += weights[place] / later
    return survival


def as_arrays(history: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    days, seen = zip(*history, strict=True)
    return np.array(days, dtype=float), np.array(seen, dtype=bool)


def test_freireich_remissions_give_the_published_curve() -> None:
    curve = kaplan_meier(WEEKS, SEEN)

    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival.round(6).tolist() == [
        0.857143,
        0.806723,
        0.752941,
        0.690196,
        0.627451,
        0.537815,
        0.448179,
    ]
    assert curve.median == 23.0


def test_the_second_implementation_gives_the_published_curve_too() -> None:
    exact = redistribute_to_the_right(list(zip(WEEKS.astype(int).tolist(), SEEN, strict=True)))

    assert [round(float(share), 6) for share in exact.values()][:2] == [0.857143, 0.806723]
    assert round(float(exact[23]), 6) == 0.448179


def test_what_is_censored_at_a_time_was_at_risk_at_that_time() -> None:
    curve = kaplan_meier([6.0, 6.0, 9.0], [True, False, False])

    assert curve.at_risk.tolist() == [3]
    assert curve.survival.tolist() == [2 / 3]


@given(histories)
def test_product_limit_equals_redistribution_to_the_right(history: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(*as_arrays(history))

    exact = redistribute_to_the_right(history)
    assert curve.times.tolist() == list(exact)
    assert curve.survival == pytest.approx([float(share) for share in exact.values()], abs=1e-14)


@given(histories)
def test_the_curve_never_rises_and_stays_a_share(history: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(*as_arrays(history))

    steps = np.concatenate(([1.0], curve.survival))
    assert (np.diff(steps) < 0.0).all()
    assert (steps >= 0.0).all()


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_the_runs_does_not_matter(
    history: list[tuple[int, bool]], shuffler: object
) -> None:
    mixed = list(history)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]

    assert (
        kaplan_meier(*as_arrays(mixed)).survival.tolist()
        == kaplan_meier(*as_arrays(history)).survival.tolist()
    )


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(1, 30))
def test_with_one_horizon_the_curve_is_the_share_that_has_not_halted(
    halts: list[int], horizon: int
) -> None:
    halt = np.array(halts, dtype=float)
    seen = halt < horizon
    watched = np.minimum(halt, float(horizon))

    curve = kaplan_meier(watched, seen)

    days = np.arange(horizon, dtype=float)
    counted = [np.count_nonzero(halt > day) / halt.size for day in days]
    assert survival_at(curve, days).tolist() == counted
    assert restricted_mean(watched, seen, float(horizon)) == pytest.approx(watched.mean())


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(1, 40))
def test_a_window_within_the_watched_time_cuts_each_run_at_its_end(
    halts: list[int], tau: int
) -> None:
    halt = np.array(halts, dtype=float)

    cut = np.minimum(halt, float(tau)).mean()
    assert restricted_mean(halt, halt >= 0.0, float(tau)) == pytest.approx(cut)


def test_a_grid_of_replications_and_plants_is_pooled() -> None:
    days = np.array([[10.0, 30.0], [20.0, 30.0]])
    seen = days < 30.0

    assert kaplan_meier(days, seen).survival.tolist() == [0.75, 0.5]
    assert restricted_mean(days, seen, 30.0) == 22.5


def test_half_still_running_is_the_median_and_more_than_half_is_not_reached() -> None:
    assert kaplan_meier([5.0, 9.0], [True, False]).median == 5.0
    assert kaplan_meier([5.0, 9.0, 9.0], [True, False, False]).median == math.inf


def test_the_median_is_not_lost_to_the_rounding_of_a_product() -> None:
    history = [(1, True)] * 3 + [(2, False)] * 4 + [(3, True)] * 2 + [(9, False)] * 1
    exact = redistribute_to_the_right(history)
    share = exact[3]

    curve = kaplan_meier(*as_arrays(history))

    assert curve.time_at(float(share)) == 3.0


def test_nothing_observed_leaves_everything_running() -> None:
    curve = kaplan_meier([9.0, 9.0], [False, False])

    assert curve.times.size == 0
    assert survival_at(curve, [0.0, 9.0]).tolist() == [1.0, 1.0]
    assert restricted_mean([9.0, 9.0], [False, False], 9.0) == 9.0


def test_a_halt_at_second_zero_counts() -> None:
    curve = kaplan_meier([0.0, 4.0], [True, False])

    assert survival_at(curve, 0.0) == 0.5
    assert restricted_mean([0.0, 4.0], [True, False], 4.0) == 2.0


def test_what_nobody_watched_is_refused_rather_than_extrapolated() -> None:
    curve = kaplan_meier([2.0, 9.0], [True, False])

    with pytest.raises(ValueError, match=r"t: got 10.0, but nothing was watched after 9.0"):
        survival_at(curve, [1.0, 10.0])
    with pytest.raises(ValueError, match="tau: got 10"):
        restricted_mean([2.0, 9.0], [True, False], 10)


def test_once_all_have_stopped_later_times_are_known() -> None:
    assert survival_at(kaplan_meier([2.0, 4.0], [True, True]), 99.0) == 0.0
    assert restricted_mean([2.0, 4.0], [True, True], 99.0) == 3.0


def test_a_censored_exponential_keeps_its_restricted_mean() -> None:
    uniform = (np.arange(100_000) + 0.5) / 100_000
    runway = -400.0 * np.log(uniform)
    seen = runway < 365.0
    watched = np.minimum(runway, 365.0)

    assert restricted_mean(watched, seen, 365.0) == pytest.approx(239.39233, abs=1e-3)
    assert exponential_restricted_mean(400.0, 365.0) == pytest.approx(239.39233, abs=5e-6)
    halted = 1.0 - survival_at(kaplan_meier(watched, seen), 365.0)
    assert halted == pytest.approx(0.598481, abs=1e-5)
    assert watched[seen].mean() == pytest.approx(155.1225, abs=1e-2)  # what must not be reported


@pytest.mark.parametrize(
    ("times", "observed", "complaint"),
    [
        ([], [], "not empty"),
        ([1.0, 2.0], [True], "same shape"),
        ([math.nan], [True], "NaN"),
        ([math.inf], [False], "write 'not reached' as the horizon"),
        ([-1.0], [True], "negative"),
        ([1.0], [1], "need bool"),
    ],
)
def test_bad_samples_are_refused_with_a_reason(
    times: list[float], observed: list[bool], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        kaplan_meier(times, observed)


@pytest.mark.parametrize("tau", [0.0, -1.0, math.nan, math.inf])
def test_a_window_without_length_is_refused(tau: float) -> None:
    with pytest.raises(ValueError, match="tau"):
        restricted_mean([5.0], [True], tau)


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan])
def test_a_share_outside_the_curve_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        kaplan_meier([5.0], [True]).time_at(share)


def test_no_time_at_all_asks_nothing_and_nan_is_refused() -> None:
    curve = kaplan_meier([5.0], [True])

    assert survival_at(curve, []).size == 0
    with pytest.raises(ValueError, match="NaN"):
        survival_at(curve, math.nan)
