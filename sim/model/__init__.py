"""Stage 3: arrays with named axes. `build_model(scenario)` gives the tables that engines run."""

from sim.model.build import build_model
from sim.model.tables import ModelTables

__all__ = ["ModelTables", "build_model"]
