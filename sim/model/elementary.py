"""Logarithm, exponential and normal quantile that give the same bits on every processor.

NumPy's own `exp` and `log` change with processor features; these use only exactly rounded
operations (+, -, x, /, square root, scaling by powers of two), element by element.

In and out: float64 arrays of any shape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["exp", "log", "normal_quantile"]

FloatArray = NDArray[np.float64]

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_SQRT_HALF = 0.7071067811865476

# Wichura, "Algorithm AS 241: The percentage points of the normal distribution", 1988 (PPND16).
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080),
    (5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
     5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1.0),
)  # fmt: skip
_SHOULDER = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
     1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
     4.63033784615654529590, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
     2.05319162663775882187, 1.0),
)  # fmt: skip
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
     2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580,
     5.46378491116411436990, 6.65790464350110377720),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0),
)  # fmt: skip


def _polynomial(coefficients: tuple[float, ...], x: FloatArray) -> FloatArray:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def log(x: FloatArray) -> FloatArray:
    """Natural logarithm of positive numbers, to about 1e-15 relative.

    Uses log(m 2^e) = e ln 2 + 2 artanh((m - 1) / (m + 1)) with m near 1.
    """
    mantissa, exponent = np.frexp(np.asarray(x, dtype=np.float64))
    small = mantissa < _SQRT_HALF
    mantissa = np.where(small, mantissa * 2.0, mantissa)
    power = exponent.astype(np.float64) - small
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    series = _polynomial(tuple(1.0 / n for n in range(25, 0, -2)), ratio * ratio)
    return np.asarray(power * _LN2_HIGH + (2.0 * ratio * series + power * _LN2_LOW))


def exp(x: FloatArray) -> FloatArray:
    """Exponential, to about 1e-15 relative, for -700 < x < 700.

    Uses exp(k ln 2 + r) = 2^k exp(r) with |r| <= ln 2 / 2 and a Taylor series for exp(r).
    """
    x = np.asarray(x, dtype=np.float64)
    power = np.rint(x / (_LN2_HIGH + _LN2_LOW))
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    factorials = [1.0]
    for n in range(1, 17):
        factorials.append(factorials[-1] * n)
    series = _polynomial(tuple(1.0 / f for f in reversed(factorials)), rest)
    return np.asarray(np.ldexp(series, power.astype(np.int32)))


def normal_quantile(u: FloatArray) -> FloatArray:
    """Quantile of the standard normal law, to about 1e-15 relative (algorithm AS 241)."""
    u = np.asarray(u, dtype=np.float64)
    centred = u - 0.5
    inner = 0.180625 - centred * centred
    centre = centred * _polynomial(_CENTRE[0], inner) / _polynomial(_CENTRE[1], inner)
    depth = np.sqrt(-log(np.minimum(u, 1.0 - u)))
    near, far = depth - 1.6, depth - 5.0
    shoulder = _polynomial(_SHOULDER[0], near) / _polynomial(_SHOULDER[1], near)
    tail = _polynomial(_TAIL[0], far) / _polynomial(_TAIL[1], far)
    outer = np.where(depth <= 5.0, shoulder, tail) * np.sign(centred)
    return np.asarray(np.where(np.abs(centred) <= 0.425, centre, outer))
