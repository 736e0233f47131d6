"""Closed forms that the simulator is held against: queues, licences, stocks, statistics.

None of this is part of the product. Each function is the textbook answer to one row of the
verification table, written without looking at the engine, so that agreement means something.
Rates are per day, times in days, unless a caller keeps to another unit throughout.

In:  a handful of numbers.
Out: a number, or a small record of numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Waiting:
    """Long-run figures of a queue: share that waits, mean wait [days], mean number waiting."""

    p_wait: float
    mean_wait: float
    mean_queue: float


def erlang_c(arrivals: float, service: float, servers: int) -> Waiting:
    """M/M/c, first come first served.

    The share that waits comes from Erlang's loss formula by its recursion, which neither
    overflows nor cancels.

    Source: Kleinrock (1975), Queueing Systems 1, section 3.5; Cooper (1981).

    >>> round(erlang_c(18, 2, 10).p_wait, 6)
    0.668732
    """
    load = arrivals / service
    _refuse_overload(load / servers)
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    p_wait = servers * blocked / (servers - load * (1.0 - blocked))
    mean_wait = p_wait / (servers * service - arrivals)
    return Waiting(p_wait, mean_wait, arrivals * mean_wait)


def erlang_c_tail(arrivals: float, service: float, servers: int, t: float) -> float:
    """Share of M/M/c files that wait longer than `t` days, first come first served.

    Source: Kleinrock (1975), section 3.5: given a wait, it is exponential.

    >>> round(erlang_c_tail(18, 2, 10, 1.0), 6)
    0.090503
    """
    spare = servers * service - arrivals
    return erlang_c(arrivals, service, servers).p_wait * math.exp(-spare * t)


def pollaczek_khinchine(arrivals: float, mean: float, cv: float) -> float:
    """Mean wait in an M/G/1 queue; `cv` 0 is M/D/1 and 1 is M/M/1.

    Source: Kleinrock (1975), section 5.6.

    >>> round(pollaczek_khinchine(8, 0.1, 0), 6), round(pollaczek_khinchine(8, 0.1, 2), 6)
    (0.2, 1.0)
    """
    load = arrivals * mean
    _refuse_overload(load)
    return arrivals * mean * mean * (1.0 + cv * cv) / (2.0 * (1.0 - load))


def cobham(arrivals: Sequence[float], means: Sequence[float], cvs: Sequence[float]) -> list[float]:
    """Mean wait of each class at one server, non-preemptive, the first class served first.

    Source: Cobham (1954), Oper. Res. 2, 70-76; Kleinrock (1976), Queueing Systems 2, 3.31.

    >>> [round(wait, 6) for wait in cobham([3, 5], [0.1, 0.1], [1, 1])]
    [0.114286, 0.571429]
    """
    classes = list(zip(arrivals, means, cvs, strict=True))
    _refuse_overload(sum(rate * mean for rate, mean, _ in classes))
    residual = sum(rate * mean * mean * (1.0 + cv * cv) / 2.0 for rate, mean, cv in classes)
    waits, before = [], 0.0
    for rate, mean, _ in classes:
        upto = before + rate * mean
        waits.append(residual / ((1.0 - before) * (1.0 - upto)))
        before = upto
    return waits


def takacs(interarrival: float, mean: float, servers: int) -> Waiting:
    """D/M/c: one file every `interarrival` days, exponential reviews, first come first served.

    Source: Takacs (1962), Introduction to the Theory of Queues, chapter 2 (GI/M/c).

    >>> found = takacs(1.0, 1.6, 2)
    >>> round(found.mean_wait, 5), round(found.p_wait, 5)
    (1.13778, 0.52817)
    """
    _refuse_overload(mean / (interarrival * servers))
    clear = servers * interarrival / mean
    low, high = 0.0, 1.0 - 1e-12
    for _ in range(200):  # the root of omega = exp(-clear (1 - omega)) below 1
        omega = (low + high) / 2.0
        low, high = (omega, high) if math.exp(-clear * (1.0 - omega)) > omega else (low, omega)
    total, product = 1.0 / (1.0 - omega), 1.0
    for j in range(1, servers + 1):
        none_done = math.exp(-j * interarrival / mean)
        product *= none_done / (1.0 - none_done)
        weight = (servers * (1.0 - none_done) - j) / (servers * (1.0 - omega) - j)
        total += math.comb(servers, j) / (product * (1.0 - none_done)) * weight
    p_wait = 1.0 / (total * (1.0 - omega))
    mean_wait = p_wait * mean / (servers * (1.0 - omega))
    return Waiting(p_wait, mean_wait, mean_wait / interarrival)


def poisson_at_most(k: int, mean: float) -> float:
    """P(N <= k) for a Poisson count.

    >>> round(poisson_at_most(0, 7.0), 6)
    0.000912
    """
    return math.fsum(
        math.exp(-mean + i * math.log(mean) - math.lgamma(i + 1)) for i in range(k + 1)
    )


@dataclass(frozen=True, slots=True)
class BaseStock:
    """Fill rate, share of time without backorders, mean backorders and mean stock [units]."""

    fill_rate: float
    no_backorder_share: float
    mean_backorders: float
    mean_stock: float


def palm(demand: float, lead: float, level: int) -> BaseStock:
    """Base stock with Poisson unit demand, any lead-time law of mean `lead`, backorders.

    Source: Palm (1938); Zipkin (2000), Foundations of Inventory Management, chapter 6.

    >>> round(palm(0.2, 75.0, 20).fill_rate, 6)
    0.875219
    """
    mean = demand * lead
    short = math.fsum(1.0 - poisson_at_most(k, mean) for k in range(level))
    backorders = mean - short
    fill = poisson_at_most(level - 1, mean)
    return BaseStock(fill, poisson_at_most(level, mean), backorders, level - mean + backorders)


@dataclass(frozen=True, slots=True)
class Refiling:
    """Time to approval when a refused file is filed again: mean, sd [days], share by a day."""

    mean: float
    sd: float
    share_by: float


def refiling(p: float, review: float, again: float, by: float) -> Refiling:
    """Fixed review of `review` days, granted with chance `p`, else refiled after `again` days.

    Source: the number of refusals is geometric.

    >>> found = refiling(0.25, 45.0, 5.0, by=95.0)
    >>> round(found.mean, 3), round(found.sd, 3), found.share_by
    (195.0, 173.205, 0.4375)
    """
    cycle, refused = review + again, 1.0 - p
    rounds = math.floor((by - review) / cycle) + 1 if by >= review else 0
    return Refiling(
        review + cycle * refused / p, cycle * math.sqrt(refused) / p, 1.0 - refused**rounds
    )


def mean_time_with_hazard(hazards: Sequence[float], changes: Sequence[float]) -> float:
    """Mean time to the first event when the hazard steps at each of `changes`.

    The first hazard holds from 0, the last for ever: the area under the survival function.

    Source: Cox and Oakes (1984), Analysis of Survival Data, chapter 2.

    >>> round(mean_time_with_hazard([1 / 90, 1 / 15], [60.0]), 6)
    51.493716
    """
    area, running = 0.0, 1.0
    starts = [0.0, *changes]
    for hazard, start, end in zip(hazards, starts, [*changes, math.inf], strict=True):
        left = running * math.exp(-hazard * (end - start))
        area += (running - left) / hazard
        running = left
    return area


def fluid_halt(
    stock: float, use: float, shares: Sequence[float], changes: Sequence[float]
) -> float:
    """First halt when a share of steady use keeps arriving and the share steps at `changes`.

    Source: the stock is a piecewise-linear function of time. Infinite if it never falls to 0.

    >>> fluid_halt(1500, 20, [0.0, 0.25, 0.6], [60, 84])
    80.0
    """
    now = 0.0
    for share, end in zip(shares, [*changes, math.inf], strict=True):
        net = use * (1.0 - share)
        if stock <= net * (end - now) and net > 0.0:
            return now + stock / net
        stock, now = stock - net * (end - now) if net > 0.0 else stock, end
    return math.inf


@dataclass(frozen=True, slots=True)
class Race:
    """Which of several exponential runways ends first: mean [days], share of each."""

    mean: float
    shares: tuple[float, ...]


def exponential_race(means: Sequence[float]) -> Race:
    """Minimum of independent exponential times and which one it is.

    Source: Feller (1971), An Introduction to Probability Theory 2, section I.3.

    >>> exponential_race([60, 90, 180]).mean
    30.0
    """
    rate = math.fsum(1.0 / mean for mean in means)
    return Race(1.0 / rate, tuple(1.0 / mean / rate for mean in means))


@dataclass(frozen=True, slots=True)
class Closure:
    """One closure of a channel: chance of a halt, days lost, long-run share of time halted."""

    p_halt: float
    lost: float
    downtime_share: float


def exponential_closure(closed: float, cover: float, opened: float) -> Closure:
    """Closures of mean `closed` days against `cover` days of stock, refilled in between.

    Source: the excess of an exponential over a constant is exponential again; alternating
    renewal, Ross (1996), Stochastic Processes, theorem 3.4.4.

    >>> round(exponential_closure(45, 30, 90).lost, 5)
    23.10377
    """
    p_halt = math.exp(-cover / closed)
    return Closure(p_halt, closed * p_halt, closed * p_halt / (opened + closed))


def exponential_restricted_mean(mean: float, tau: float) -> float:
    """E[min(T, tau)] of an exponential time.

    >>> round(exponential_restricted_mean(400, 365), 5)
    239.39233
    """
    return -mean * math.expm1(-tau / mean)


def normal_crps(mean: float, sd: float, seen: float) -> float:
    """Continuous ranked probability score of a normal forecast.

    Source: Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102, section 4.2.

    >>> round(normal_crps(0, 1, 0), 6)
    0.233695
    """
    z, unit = (seen - mean) / sd, NormalDist()
    return sd * (z * (2.0 * unit.cdf(z) - 1.0) + 2.0 * unit.pdf(z) - 1.0 / math.sqrt(math.pi))


@dataclass(frozen=True, slots=True)
class SelectionConstants:
    """Constants `eta` and `h_squared` of the Kim-Nelson procedure."""

    eta: float
    h_squared: float


def kim_nelson(k: int, alpha: float, n0: int) -> SelectionConstants:
    """Constants for the best of `k` systems with error `alpha` and `n0` first runs each.

    Source: Kim and Nelson (2001), ACM Trans. Model. Comput. Simul. 11, 251-273, c = 1.

    >>> round(kim_nelson(5, 0.05, 10).h_squared, 5)
    11.42941
    """
    eta = ((2.0 * alpha / (k - 1)) ** (-2.0 / (n0 - 1)) - 1.0) / 2.0
    return SelectionConstants(eta, 2.0 * eta * (n0 - 1))


def _refuse_overload(load: float) -> None:
    """No long-run mean exists at a load of 1 or more."""
    if not 0.0 <= load < 1.0:
        raise ValueError(f"load: got {load}, need a share below 1")
