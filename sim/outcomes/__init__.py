"""Stage 5: what it meant. `summarise(trace, alternative)` gives the rows of every outcome table."""

from sim.outcomes.summary import OutcomeRows, summarise

__all__ = ["OutcomeRows", "summarise"]
