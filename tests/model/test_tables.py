"""The arrays that engines read: every axis has one length, and nothing can be changed."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from sim.model import build_model
from sim.model.tables import ModelTables
from tests.models import licensed

AXES = {"sites": "name", "inputs": "name", "lanes": "name", "desks": "name", "applicants": "name",
        "triggers": "name"}  # fmt: skip
OF_THE_DESKS = {"monday_s"}
"""A column that is one number for all."""


def tables() -> ModelTables:
    stream = {"desk": "d", "destination": "US", "rate": [{"from": "0 d", "per_day": 1.0}]}
    return build_model(
        licensed(
            other_applicants={"others": stream},
            policy={"later": {"from": "4 d", "approval_rate": 0.5}},
            triggers={"t": {"when": "halted_share", "above": 0.5}},
        )
    )


@pytest.mark.parametrize("table", AXES)
def test_every_column_of_a_table_is_as_long_as_its_names(table: str) -> None:
    record = getattr(tables(), table)

    lengths = {
        field.name: len(getattr(record, field.name))
        for field in fields(record)
        if field.name not in OF_THE_DESKS
    }

    assert set(lengths.values()) == {len(getattr(record, AXES[table]))}, lengths


@pytest.mark.parametrize("active", [0, 1])
def test_regimes_have_a_row_for_each_second_and_a_column_for_each_thing(active: int) -> None:
    built = tables()
    regimes = built.regimes_under(active)
    n_classes = 1 + max(*built.lanes.stage_class[0], *built.applicants.file_class)
    n = {"C": n_classes, "L": len(built.lanes.name), "D": len(built.desks.name),
         "S": len(built.sites.name), "N": len(built.inputs.name)}  # fmt: skip
    columns = {
        "C": ["mean_review_s", "working_days", "approval_rate", "final_refusal_share",
              "return_share", "query_share", "file_priority"],
        "L": ["stages_needed", "general_licence", "lane_share", "lane_open", "air_below_s",
              "file_early_s"],
        "D": ["officers", "quota_files", "quota_amount"],
        "S": ["plan_per_day", "stretch_below_s", "stretch_share", "overtime"],
        "N": ["order_factor", "extra_cover_s", "use_share", "substitute", "hoarding_cap",
              "hoarding_reviews", "level_share"],
    }  # fmt: skip

    for axis, names in columns.items():
        for name in names:
            assert getattr(regimes, name).shape == (len(regimes.t_s), n[axis]), name
    known = {name for names in columns.values() for name in names}
    assert known | {"t_s", "dates"} == {field.name for field in fields(regimes)}
    assert regimes.t_s[0] == 0
    assert np.all(np.diff(regimes.t_s) > 0)


def test_every_index_points_at_something() -> None:
    built = tables()

    assert np.all(built.inputs.site < len(built.sites.name))
    assert np.all(built.lanes.supplier < built.lanes.customer)
    assert np.all(built.lanes.customer == built.inputs.site[built.lanes.input])
    assert np.all(built.applicants.desk < len(built.desks.name))
    assert built.lanes.stages == ((0,),)
    assert built.lanes.stage_of(0, 0) == 0


def test_tables_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        tables().seed = 5  # type: ignore[misc]
