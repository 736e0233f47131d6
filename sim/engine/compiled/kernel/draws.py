"""Every draw at its address: Philox4x32-10 one number at a time, and the laws it goes through.

The same bits as `sim.model.streams`, `sim.model.elementary` and `sim.model.delays` give for arrays;
the tests compare them number by number.
"""

from __future__ import annotations

import math

import numpy as np

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.memory import (
    Record,
    at,
    bits_of,
    compiled,
    float64,
    int64,
    number_of,
    uint64,
)
from sim.engine.rules import WORK
from sim.model import elementary
from sim.units import DAY_S

__all__ = ["BLOCK", "duration", "fill_gaps", "fill_works", "uniform", "work_of"]

gap_at = at["gaps"]
law_at = at["laws"]
number_at = at["numbers"]
word_at = at["words"]
work_at = at["works"]

M0, M1 = uint64(0xD2511F53), uint64(0xCD9E8D57)
W0, W1 = uint64(0x9E3779B9), uint64(0xBB67AE85)
LOW, HALF, TWELVE, EIGHT = (
    uint64(0xFFFFFFFF), uint64(32), uint64(12), uint64(8))  # fmt: skip
STEP, HALF_STEP = 2.0**-52, 2.0**-53
LN2_HIGH, LN2_LOW = elementary._LN2_HIGH, elementary._LN2_LOW
LN2 = LN2_HIGH + LN2_LOW
SQRT_HALF = elementary._SQRT_HALF
ARTANH = tuple(1.0 / n for n in range(25, 0, -2))
TAYLOR = tuple(1.0 / float(math.factorial(n)) for n in range(16, -1, -1))
CENTRE, SHOULDER, TAIL = elementary._CENTRE, elementary._SHOULDER, elementary._TAIL
CENTRE_OVER, CENTRE_UNDER = CENTRE
SHOULDER_OVER, SHOULDER_UNDER = SHOULDER
TAIL_OVER, TAIL_UNDER = TAIL
FRACTION, HALF_BITS = (1 << 52) - 1, 1022 << 52
MOST_WORK = 800.0
GRID = 1 << 14
BLOCK = layout.BLOCK


@compiled
def uniform(world: Record, stream: int, entity: int, index: int, part: int) -> float:
    """Return the draw at an address, in (0, 1)."""
    c0 = uint64(index) & LOW
    c1 = uint64(entity)
    c2 = uint64(stream) | (uint64(part) << EIGHT)
    c3 = uint64(world.replication)
    k0 = uint64(world.seed_low)
    k1 = uint64(world.seed_high)
    for _ in range(10):
        p0 = M0 * c0
        p1 = M1 * c2
        c0 = (p1 >> HALF) ^ c1 ^ k0
        c1 = p1 & LOW
        c2 = (p0 >> HALF) ^ c3 ^ k1
        c3 = p0 & LOW
        k0 = (k0 + W0) & LOW
        k1 = (k1 + W1) & LOW
    return float64(((c1 << HALF) | c0) >> TWELVE) * STEP + HALF_STEP


@compiled
def logarithm(x: float) -> float:
    """Natural logarithm of a positive number; `sim.model.elementary.log`."""
    bits = bits_of(x)
    half = number_of((bits & FRACTION) | HALF_BITS)
    small = int64(half < SQRT_HALF)
    mantissa = half * float64(1 + small)
    power = float64((bits >> 52) - 1022 - small)
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    series = ARTANH[0]
    for i in range(1, 13):
        series = series * square + ARTANH[i]
    return power * LN2_HIGH + (2.0 * ratio * series + power * LN2_LOW)


@compiled
def exponential(x: float) -> float:
    """Exponential; `sim.model.elementary.exp`."""
    power = np.rint(x / LN2)
    rest = (x - power * LN2_HIGH) - power * LN2_LOW
    series = TAYLOR[0]
    for i in range(1, 17):
        series = series * rest + TAYLOR[i]
    return series * number_of((int64(power) + 1023) << 52)


@compiled
def ratio_of(over: tuple[float, ...], under: tuple[float, ...], x: float) -> float:
    """Return the ratio of two polynomials of degree 7."""
    above, below = over[0], under[0]
    for i in range(1, 8):
        above = above * x + over[i]
        below = below * x + under[i]
    return above / below


@compiled
def normal(u: float) -> float:
    """Quantile of the standard normal law; `sim.model.elementary.normal_quantile`."""
    centred = u - 0.5
    if abs(centred) <= 0.425:
        return centred_ratio(centred)
    depth = math.sqrt(-logarithm(min(u, 1.0 - u)))
    if depth <= 5.0:
        outer = ratio_of(SHOULDER_OVER, SHOULDER_UNDER, depth - 1.6)
    else:
        outer = ratio_of(TAIL_OVER, TAIL_UNDER, depth - 5.0)
    return outer if centred > 0 else -outer


@compiled
def centred_ratio(centred: float) -> float:
    """Return the normal quantile near the median: c x p(r) / q(r), in this order."""
    x = 0.180625 - centred * centred
    above, below = CENTRE_OVER[0], CENTRE_UNDER[0]
    for i in range(1, 8):
        above = above * x + CENTRE_OVER[i]
        below = below * x + CENTRE_UNDER[i]
    return centred * above / below


@compiled
def interpolated(world: Record, law: Record, u: float) -> float:
    """Read a quantile table as `numpy.interp` does: knots first, then values."""
    knots, values, n = law.first, law.first + law.n, law.n
    low = law.grid + int64(u * GRID) - 1
    if not (
        0 <= low < n - 1
        and number_at(world, knots + low).value <= u < number_at(world, knots + low + 1).value
    ):
        low, high = 0, n
        while high - low > 1:
            middle = (low + high) // 2
            if number_at(world, knots + middle).value <= u:
                low = middle
            else:
                high = middle
    before = number_at(world, knots + low).value
    if low == n - 1 or before == u:
        return number_at(world, values + low).value
    value = number_at(world, values + low).value
    rise = number_at(world, values + low + 1).value - value
    return rise / (number_at(world, knots + low + 1).value - before) * (u - before) + value


@compiled
def mean_one(world: Record, law: Record, u: float) -> float:
    """Quantile of a law with mean 1."""
    if law.kind == layout.EXPONENTIAL:
        return -logarithm(1.0 - u)
    if law.kind == layout.WEIBULL:
        return exponential(logarithm(-logarithm(1.0 - u)) / law.a) / law.b
    if law.kind == layout.LOGNORMAL:
        return exponential(law.a * normal(u) - law.b)
    return interpolated(world, law, u)


@compiled
def duration(world: Record, law: Record, u: float) -> int:
    """Return the whole seconds at a probability; `sim.model.delays.duration_quantile`."""
    kind = law.kind
    if kind == layout.EMPIRICAL:
        return word_at(world, law.first + min(int64(u * law.n), law.n - 1)).word
    if kind == layout.GEOMETRIC:
        days = max(np.ceil(logarithm(1.0 - u) / law.a), 1.0)
        return int64(days * DAY_S)
    if kind == layout.UNIFORM:
        return int64(np.rint(law.a + law.b * u))
    if kind == layout.TRIANGULAR:
        if u < law.e:
            return int64(np.rint(law.a + math.sqrt(u * law.c * law.b)))
        return int64(np.rint(law.d - math.sqrt((1.0 - u) * law.c * law.scale)))
    return int64(np.rint(law.scale * mean_one(world, law, u)))


@compiled
def fill_gaps(world: Record, a: int, stream: int, entity: int, first: int) -> None:
    """Work out the gaps of eight arrivals of a stream; together they take little more than one."""
    for j in range(BLOCK):
        u = uniform(world, stream, entity, first + j, 0)
        gap_at(world, a * BLOCK + j).value = -logarithm(u)


@compiled
def fill_works(world: Record, law: Record, a: int, stream: int, entity: int, first: int) -> None:
    """Work out the work of eight files of a stream at once."""
    for j in range(BLOCK):
        u = uniform(world, stream, entity, first + j, 0)
        if law.kind == layout.WEIBULL:
            share = exponential(logarithm(-logarithm(1.0 - u)) / law.a) / law.b
        else:
            share = mean_one(world, law, u)
        work_at(world, a * BLOCK + j).word = int64(np.rint(min(share, MOST_WORK) * WORK))


@compiled
def work_of(world: Record, law: Record, u: float) -> int:
    """Return the work of a file at a probability; `sim.model.delays.work_quantile`."""
    return int64(np.rint(min(mean_one(world, law, u), MOST_WORK) * WORK))
