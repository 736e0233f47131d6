"""The compiled engine: the same runs as `sim.engine.reference`, a hundred times faster."""
