"""The order of a second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.order import Phase, key
from sim.errors import SimulationError

PLACES = st.tuples(
    st.sampled_from(list(Phase)), st.integers(0, 2**24 - 1), st.integers(0, 2**32 - 1)
)


def test_the_phases_are_those_of_the_model() -> None:
    assert [phase.name.lower() for phase in sorted(Phase)] == [
        "regime_change",
        "licence_expiry",
        "decision",
        "customs_release",
        "arrival",
        "output_done",
        "stock_out",
        "restart",
        "order_review",
        "filing",
        "dispatch",
        "buffer_full",
        "dated_measure",
        "observation",
    ]


@given(PLACES, PLACES)
def test_keys_sort_as_phase_then_rank_then_ordinal(
    a: tuple[Phase, int, int], b: tuple[Phase, int, int]
) -> None:
    assert (key(*a) < key(*b)) == (a < b)
    assert key(*a) < 2**63


@pytest.mark.parametrize(("rank", "ordinal"), [(-1, 0), (0, -1), (2**24, 0), (0, 2**32)])
def test_what_does_not_fit_is_refused(rank: int, ordinal: int) -> None:
    with pytest.raises(SimulationError, match="overflow"):
        key(Phase.ARRIVAL, rank, ordinal)
