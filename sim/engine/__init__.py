"""Stage 4: what happens. `simulate(tables, replication)` gives the trace of one run."""

from sim.engine.reference.engine import simulate
from sim.engine.trace import Kind, Outcome, Trace

__all__ = ["Kind", "Outcome", "Trace", "simulate"]
