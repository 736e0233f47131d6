"""The arrays that engines read: every axis has one length, and nothing can be changed."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from sim.model import build_model
from sim.model.tables import ModelTables
from tests.models import licensed

AXES = {"sites": "name", "inputs": "name", "lanes": "name", "desks": "name", "applicants": "name"}


def tables() -> ModelTables:
    stream = {"desk": "d", "destination": "US", "rate": [{"from": "0 d", "per_day": 1.0}]}
    return build_model(
        licensed(
            other_applicants={"others": stream},
            policy={"later": {"from": "4 d", "approval_rate": 0.5}},
        )
    )


@pytest.mark.parametrize("table", AXES)
def test_every_column_of_a_table_is_as_long_as_its_names(table: str) -> None:
    record = getattr(tables(), table)

    lengths = {field.name: len(getattr(record, field.name)) for field in fields(record)}

    assert set(lengths.values()) == {len(getattr(record, AXES[table]))}, lengths


def test_regimes_have_a_row_for_each_second_and_a_column_for_each_thing() -> None:
    built = tables()
    regimes = built.regimes
    n_classes = 1 + max(*built.lanes.file_class, *built.applicants.file_class)
    columns = {
        "mean_review_s": n_classes,
        "working_days": n_classes,
        "approval_rate": n_classes,
        "final_refusal_share": n_classes,
        "file_priority": n_classes,
        "needs_licence": len(built.lanes.name),
        "officers": len(built.desks.name),
        "plan_per_day": len(built.sites.name),
        "order_factor": len(built.sites.name),
    }

    for name, n in columns.items():
        assert getattr(regimes, name).shape == (len(regimes.t_s), n), name
    assert regimes.t_s[0] == 0
    assert np.all(np.diff(regimes.t_s) > 0)


def test_every_index_points_at_something() -> None:
    built = tables()

    assert np.all(built.inputs.site < len(built.sites.name))
    assert np.all(built.lanes.supplier < built.lanes.customer)
    assert np.all(built.lanes.customer == built.inputs.site[built.lanes.input])
    assert np.all(built.applicants.desk < len(built.desks.name))


def test_tables_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        tables().seed = 5  # type: ignore[misc]
