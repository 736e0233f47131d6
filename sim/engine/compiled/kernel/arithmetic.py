"""Whole-number arithmetic: `sim.engine.rules`, in sixty-four bits.

`flow` and the like are the functions of `sim.engine.rules` themselves, compiled. Products that may
exceed 64 bits go through `times_over` and `scaled_far`, which are exact as long as the result fits.
"""

from __future__ import annotations

from sim.engine import rules
from sim.engine.compiled.kernel.memory import compiled, float64, int64, uint64

__all__ = ["flow", "modulo", "scaled", "scaled_far", "seconds_to_flow", "seconds_to_review",
           "times_over", "work_done"]  # fmt: skip

flow = compiled(rules.flow)
scaled = compiled(rules.scaled)
seconds_to_flow = compiled(rules.seconds_to_flow)
seconds_to_review = compiled(rules.seconds_to_review)
work_done = compiled(rules.work_done)

SMALL = 1 << 31


@compiled
def modulo(a: int, b: int, over: int, quotient: int) -> int:
    """Return a x b - quotient x over, which fits although the products may not."""
    return int64(uint64(a) * uint64(b) - uint64(quotient) * uint64(over))


@compiled
def times_over(a: int, b: int, over: int) -> int:
    """Return a x b // over for whole numbers of at least 0, exact if it is below 2^50."""
    if a < SMALL and b < SMALL:
        return a * b // over
    quotient = int64(float64(a) * float64(b) / float64(over))
    rest = modulo(a, b, over, quotient)
    while rest < 0:
        quotient -= 1
        rest += over
    while rest >= over:
        quotient += 1
        rest -= over
    return quotient


@compiled
def scaled_far(quantity: int, numerator: int, denominator: int) -> int:
    """Return what `rules.scaled` does, where its products may exceed 64 bits."""
    quotient = times_over(quantity, numerator, denominator)
    rest = modulo(quantity, numerator, denominator, quotient)
    return quotient + (1 if 2 * rest >= denominator else 0)
