"""The data dictionary: every column described, its unit in its name."""

from __future__ import annotations

import pytest

from sim.columns import COMPARISON_TABLES, OUTCOME_TABLES, Column, names

EVERY = [
    pytest.param(column, id=f"{table}.{column.name}")
    for table, columns in {**OUTCOME_TABLES, **COMPARISON_TABLES}.items()
    for column in columns
]
SUFFIX = {"d": "_days", "kg": "_kg", "share": "_share", "USD": "_usd"}


@pytest.mark.parametrize("column", EVERY)
def test_a_column_has_a_type_and_a_meaning(column: Column) -> None:
    assert column.dtype in {"text", "int", "float", "bool", "date"}
    assert len(column.meaning) >= 5


@pytest.mark.parametrize("column", EVERY)
def test_a_column_with_a_unit_says_so_in_its_name(column: Column) -> None:
    if column.unit in SUFFIX and column.name not in {"day", "p_halt_difference"}:
        assert SUFFIX[column.unit] in column.name


@pytest.mark.parametrize("table", [*OUTCOME_TABLES.values(), *COMPARISON_TABLES.values()])
def test_names_in_a_table_are_distinct(table: tuple[Column, ...]) -> None:
    assert len(set(names(table))) == len(table)
