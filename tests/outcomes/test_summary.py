"""Every outcome table has exactly the columns of the data dictionary."""

from __future__ import annotations

import pytest

from sim.columns import OUTCOME_TABLES, names
from sim.outcomes import summarise
from tests.models import licensed, model, run

PYTHON = {"text": str, "int": int, "float": float, "bool": bool}


@pytest.mark.parametrize("table", sorted(OUTCOME_TABLES))
def test_a_table_has_the_columns_of_the_dictionary_in_order(table: str) -> None:
    rows = summarise(run(licensed()), "base")[table]

    assert tuple(rows) == names(OUTCOME_TABLES[table])


@pytest.mark.parametrize("table", sorted(OUTCOME_TABLES))
def test_columns_are_equally_long_and_of_their_type(table: str) -> None:
    slow = licensed(policy={"r": {"mean_review_time": "4 d"}})
    rows = summarise(run(slow), "base")[table]

    assert len({len(values) for values in rows.values()}) == 1
    for column in OUTCOME_TABLES[table]:
        if column.dtype in PYTHON:
            assert all(type(v) is PYTHON[column.dtype] for v in rows[column.name]), column.name


def test_a_run_without_halts_has_empty_halt_rows_with_all_columns() -> None:
    halts = summarise(run(model()), "base")["halts"]

    assert set(map(len, halts.values())) == {0}


def test_the_run_row_counts_halts_and_plants() -> None:
    runs = summarise(run(licensed(policy={"r": {"mean_review_time": "4 d"}})), "fast")["runs"]

    assert (runs["alternative"], runs["n_halts"], runs["n_plants_halted"]) == (["fast"], [1], [1])


def test_the_run_row_says_what_chance_decided() -> None:
    scenario = model(
        chances={
            "always": {"probability": 1.0},
            "dated": {"probability": 1.0, "from": "3 d"},
            "never": {"probability": 0.0},
        },
        demand={"d": {"if": "always", "factor": 1.0}, "e": {"if": "dated", "factor": 1.0},
                "n": {"if": "never", "factor": 1.0}},
    )  # fmt: skip

    assert summarise(run(scenario), "base")["runs"]["chances"] == [
        "always: yes; dated 2025-04-10; never: no"
    ]


def test_the_run_row_says_when_triggers_were_active() -> None:
    alarm = {"when": "halted_share", "kind": ["plant"], "above": 0.0, "after": "1 d",
             "lasts": "2 d"}  # fmt: skip
    scenario = model(lanes={"l": {"transit": "30 d"}}, triggers={"alarm": alarm})

    assert summarise(run(scenario), "base")["runs"]["reactions"] == [
        "alarm 2025-04-13 to 2025-04-15"
    ]
