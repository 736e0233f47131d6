"""The closed forms themselves, each against a slower way to the same number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.linalg import expm

from tests.theory import formulas


def birth_death(arrivals: float, service: float, servers: int, states: int) -> np.ndarray:
    """Long-run shares of an M/M/c queue by balancing neighbours, cut off far out."""
    flows = [math.log(arrivals / (service * min(k, servers))) for k in range(1, states)]
    logs = np.concatenate(([0.0], np.cumsum(flows)))
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def seen_by_arrivals(interarrival: float, mean: float, servers: int, states: int) -> np.ndarray:
    """What a D/M/c arrival finds: the stationary law of the chain from one arrival to the next.

    Between arrivals files only leave, `min(k, servers)` of them being worked on: a matrix
    exponential. Cut off at `states`.
    """
    leaving = np.minimum(np.arange(states), servers) / mean
    generator = np.diag(leaving[1:], k=-1) - np.diag(leaving)
    one_more = np.eye(states, k=1)
    one_more[-1, -1] = 1.0
    step = one_more @ expm(generator * interarrival)
    balance = np.vstack((step.T - np.eye(states), np.ones(states)))
    law: np.ndarray = np.linalg.lstsq(balance, np.append(np.zeros(states), 1.0), rcond=None)[0]
    return law


def test_ten_officers_at_nine_tenths_load_are_the_published_figures() -> None:
    found = formulas.erlang_c(18, 2, 10)

    assert found.p_wait == pytest.approx(0.668732, abs=5e-7)
    assert found.mean_wait == pytest.approx(0.334366, abs=5e-7)
    assert found.mean_queue == pytest.approx(6.01858, abs=5e-6)
    assert formulas.erlang_c_tail(18, 2, 10, 1.0) == pytest.approx(0.090503, abs=5e-7)
    assert formulas.erlang_c(2.4, 1.0, 3).mean_wait == pytest.approx(1.078652, abs=5e-7)


@given(st.integers(1, 12), st.floats(0.05, 0.9))
def test_erlang_c_balances_births_and_deaths(servers: int, load: float) -> None:
    found = formulas.erlang_c(load * servers, 1.0, servers)

    law = birth_death(load * servers, 1.0, servers, states=600)
    waiting = np.maximum(np.arange(600) - servers, 0)
    assert found.p_wait == pytest.approx(law[servers:].sum(), rel=1e-9)
    assert found.mean_queue == pytest.approx(float(law @ waiting), rel=1e-9)


def test_one_officer_is_the_same_queue_in_three_formulas() -> None:
    wait = formulas.erlang_c(8, 10, 1).mean_wait

    assert wait == pytest.approx(0.4)
    assert formulas.pollaczek_khinchine(8, 0.1, 1.0) == pytest.approx(wait)
    assert formulas.cobham([8], [0.1], [1.0])[0] == pytest.approx(wait)


def test_steady_reviews_wait_half_and_wild_ones_two_and_a_half_times_as_long() -> None:
    assert formulas.pollaczek_khinchine(8, 0.1, 0.0) == pytest.approx(0.2)
    assert formulas.pollaczek_khinchine(8, 0.1, 2.0) == pytest.approx(1.0)


def test_a_fast_track_is_paid_for_by_the_others() -> None:
    europe, rest = formulas.cobham([3, 5], [0.1, 0.1], [1.0, 1.0])

    assert (round(europe, 6), round(rest, 6)) == (0.114286, 0.571429)
    assert 0.3 * europe + 0.5 * rest == pytest.approx(0.32)


def test_two_classes_spend_two_and_six_days_in_the_system() -> None:
    first, second = formulas.cobham([0.2, 0.6], [1.0, 1.0], [1.0, 1.0])

    assert (first + 1.0, second + 1.0) == pytest.approx((2.0, 6.0))


@given(st.lists(st.floats(0.01, 0.2), min_size=1, max_size=4), st.floats(0.0, 3.0))
def test_priority_conserves_the_work_that_waits(rates: list[float], cv: float) -> None:
    waits = formulas.cobham(rates, [1.0] * len(rates), [cv] * len(rates))

    load = sum(rates)
    together = formulas.pollaczek_khinchine(load, 1.0, cv)
    weighted = sum(rate * wait for rate, wait in zip(rates, waits, strict=True))
    assert weighted == pytest.approx(load * together)


@pytest.mark.parametrize(
    ("servers", "mean", "wait"), [(2, 1.6, 1.13778), (2, 1.8, 3.47938), (3, 2.4, 0.98743)]
)
def test_one_shipment_a_day_waits_as_published(servers: int, mean: float, wait: float) -> None:
    assert formulas.takacs(1.0, mean, servers).mean_wait == pytest.approx(wait, abs=5e-6)


@pytest.mark.parametrize(("servers", "mean"), [(1, 0.7), (2, 1.6), (3, 2.4)])
def test_takacs_agrees_with_the_chain_seen_by_arrivals(servers: int, mean: float) -> None:
    found = formulas.takacs(1.0, mean, servers)

    law = seen_by_arrivals(1.0, mean, servers, states=120)
    ahead = np.maximum(np.arange(120) - servers + 1, 0)
    assert found.p_wait == pytest.approx(law[servers:].sum(), abs=1e-6)
    assert found.mean_wait == pytest.approx(float(law @ ahead) * mean / servers, abs=1e-5)


def test_palm_keeps_the_fill_rate_and_the_share_without_backorders_apart() -> None:
    found = formulas.palm(0.2, 75.0, 20)

    assert found.fill_rate == pytest.approx(0.875219, abs=5e-7)
    assert found.no_backorder_share == pytest.approx(0.917029, abs=5e-7)
    assert found.mean_backorders == pytest.approx(0.212300, abs=5e-7)
    assert found.mean_stock == pytest.approx(5.212300, abs=5e-7)


@given(st.floats(0.5, 40.0), st.integers(0, 60))
def test_palm_sums_stock_and_backorders_over_all_pipelines(mean: float, level: int) -> None:
    found = formulas.palm(1.0, mean, level)

    pipeline = np.arange(400)
    chances = stats.poisson.pmf(pipeline, mean)
    owed = float(chances @ np.maximum(pipeline - level, 0))
    held = float(chances @ np.maximum(level - pipeline, 0))
    assert found.mean_backorders == pytest.approx(owed, abs=1e-9)
    assert found.mean_stock == pytest.approx(held, abs=1e-9)


def test_a_pipeline_of_seven_is_empty_once_in_a_thousand_days() -> None:
    assert formulas.poisson_at_most(0, 7.0) == pytest.approx(0.000912, abs=5e-7)


def test_refiling_until_granted() -> None:
    quarter = formulas.refiling(0.25, 45.0, 5.0, by=95.0)
    most = formulas.refiling(0.6, 45.0, 5.0, by=95.0)

    assert (quarter.mean, quarter.share_by) == (195.0, 0.4375)
    assert quarter.sd == pytest.approx(173.205, abs=5e-4)
    assert most.mean == pytest.approx(78.333, abs=5e-4)
    assert most.sd == pytest.approx(52.705, abs=5e-4)
    assert most.share_by == pytest.approx(0.84)
    assert formulas.refiling(0.25, 45.0, 5.0, by=44.0).share_by == 0.0


@given(st.floats(0.05, 0.95))
def test_refiling_agrees_with_the_sum_over_rounds(p: float) -> None:
    found = formulas.refiling(p, 45.0, 5.0, by=195.0)

    rounds = np.arange(2000)
    chances, days = p * (1.0 - p) ** rounds, 45.0 + 50.0 * rounds
    mean = float(chances @ days)
    assert found.mean == pytest.approx(mean)
    assert found.sd == pytest.approx(math.sqrt(float(chances @ (days - mean) ** 2)))
    assert found.share_by == pytest.approx(float(chances[days <= 195.0].sum()))


def test_a_hazard_that_changes_while_waiting() -> None:
    assert formulas.mean_time_with_hazard([1 / 90, 1 / 15], [60.0]) == pytest.approx(
        51.493716, abs=5e-7
    )
    assert formulas.mean_time_with_hazard([0.1, 10.0], [10.0]) == pytest.approx(6.357994, abs=5e-7)
    assert formulas.mean_time_with_hazard([1 / 90], []) == pytest.approx(90.0)


def test_fluid_halts_with_a_share_that_changes() -> None:
    shares, changes = [0.0, 0.25, 0.6], [60.0, 84.0]

    assert formulas.fluid_halt(1500, 20, shares, changes) == 80.0
    assert formulas.fluid_halt(1800, 20, shares, changes) == 114.0
    assert formulas.fluid_halt(900, 20, [0.0], []) == 45.0
    assert formulas.fluid_halt(900, 20, [0.25], []) == 60.0
    assert formulas.fluid_halt(900, 20, [0.6], []) == 112.5
    assert formulas.fluid_halt(900, 20, [0.9], []) == pytest.approx(450.0)
    assert formulas.fluid_halt(900, 20, [1.0], []) == math.inf


def test_the_first_of_three_runways_ends_after_thirty_days() -> None:
    found = formulas.exponential_race([60, 90, 180])

    assert found.mean == pytest.approx(30.0)
    assert found.shares == pytest.approx((1 / 2, 1 / 3, 1 / 6))


def test_a_closure_costs_more_than_its_mean_less_the_mean_cover() -> None:
    found = formulas.exponential_closure(45, 30, 90)

    assert found.p_halt == pytest.approx(0.513417, abs=5e-7)
    assert found.lost == pytest.approx(23.10377, abs=5e-6)
    assert found.downtime_share == pytest.approx(0.171139, abs=5e-7)


def test_restricted_mean_is_the_area_under_the_exponential() -> None:
    days = (np.arange(365_000) + 0.5) / 1000.0

    area = float(np.exp(-days / 400.0).sum()) / 1000.0
    assert formulas.exponential_restricted_mean(400, 365) == pytest.approx(area, abs=1e-6)
    assert area == pytest.approx(239.39233, abs=5e-6)


@given(st.floats(-3.0, 3.0), st.floats(0.1, 5.0), st.floats(-6.0, 6.0))
def test_crps_is_the_squared_distance_of_two_distribution_functions(
    mean: float, sd: float, seen: float
) -> None:
    grid = np.linspace(-60.0, 60.0, 240_001)

    gap = stats.norm.cdf(grid, mean, sd) - (grid >= seen)
    area = float((gap**2).sum()) * (grid[1] - grid[0])
    assert formulas.normal_crps(mean, sd, seen) == pytest.approx(area, abs=2e-3)
    assert formulas.normal_crps(0, 1, 0) == pytest.approx(0.233695, abs=5e-7)


@pytest.mark.parametrize(
    ("k", "n0", "eta", "h_squared"),
    [(5, 10, 0.63497, 11.42941), (5, 20, 0.23724, 9.01506), (10, 20, 0.30293, 11.51148)],
)
def test_selection_constants_are_the_published_ones(
    k: int, n0: int, eta: float, h_squared: float
) -> None:
    found = formulas.kim_nelson(k, 0.05, n0)

    assert found.eta == pytest.approx(eta, abs=5e-6)
    assert found.h_squared == pytest.approx(h_squared, abs=6e-6)


def test_an_overloaded_desk_has_no_mean_wait() -> None:
    with pytest.raises(ValueError, match="load: got 1"):
        formulas.erlang_c(20, 2, 10)
