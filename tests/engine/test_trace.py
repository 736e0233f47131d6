"""The rows that a run hands on."""

import numpy as np

from sim.engine.trace import COLUMNS, NONE, Kind, TraceRows
from tests.models import model, run


def test_rows_have_the_columns_in_order() -> None:
    rows = TraceRows()
    rows.add(5, Kind.ARRIVED, 1, index=2, quantity=3, level=4)

    assert dict(zip(COLUMNS, rows.rows[0], strict=True)) == {
        "second": 5,
        "kind": Kind.ARRIVED,
        "subject": 1,
        "index": 2,
        "quantity": 3,
        "level": 4,
        "until": NONE,
    }


def test_a_kind_without_rows_still_has_columns() -> None:
    assert run(model()).of(Kind.DECIDED).shape == (0, len(COLUMNS))


def test_rows_by_kind_are_all_the_rows() -> None:
    trace = run(model())

    assert sum(map(len, trace.by_kind.values())) == len(trace.rows) == len(trace.listed)


def test_rows_of_one_kind_keep_their_order() -> None:
    trace = run(model())

    arrived = trace.of(Kind.ARRIVED)

    assert arrived[:, 3].tolist() == [0, 1]
    assert np.all(arrived[:, 1] == Kind.ARRIVED)


def test_the_numbers_of_the_kinds_never_change() -> None:
    assert [kind.value for kind in Kind] == list(range(len(Kind)))
    assert (Kind.UNDER_WAY, Kind.HALTED, Kind.OBSERVED) == (0, 6, 14)
