"""What does not fit 64 bits is refused before a run, or ends it with a word; never wraps round."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.engine.compiled.engine import simulate_compiled, workbench
from sim.engine.compiled.limits import Unsupported, unsupported
from sim.errors import SimulationError
from sim.model import build_model
from sim.model.tables import ModelTables
from tests.models import model


def made(output: int = 10, per_unit: str = "1 g", **more: Any) -> ModelTables:
    """Return the tiny model with another plant."""
    bill = {"m": {"per_unit": per_unit, "stock": "50 g"}}
    scenario = model(sites={"P": {"output_per_day": output, "bill": bill}}, **more)
    return build_model(scenario)


def test_nothing_is_in_the_way_of_a_plant_of_ordinary_size() -> None:
    assert unsupported(made()) == []


def test_a_plant_that_uses_too_much_a_day_for_its_horizon_is_named() -> None:
    tables = made(10**9, "1 t", horizon="4000 d")

    (first, *_) = unsupported(tables)

    assert first == "a site that uses 1,000,000,000,000,001 a day for so long"


def test_a_stock_beyond_the_largest_is_refused_with_its_reason() -> None:
    tables = made()
    stock = np.full_like(tables.inputs.stock, 1 << 42)

    with pytest.raises(Unsupported, match="an amount of more than 4,398,046,511,104 units"):
        workbench(replace(tables, inputs=replace(tables.inputs, stock=stock)))


def test_a_stock_that_grows_beyond_the_largest_ends_the_run() -> None:
    much = {"open_shipments": [{"quantity": f"{1 << 23} t", "arrives": "1 d"}]}

    with pytest.raises(SimulationError, match="run it with the SimPy engine"):
        simulate_compiled(made(lanes={"l": much}), 0)
