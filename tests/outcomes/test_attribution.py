"""Downtime shared out among inputs: whole seconds that add up to the halt, whatever overlaps."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.outcomes.attribution import Blame, blame, blame_of
from sim.outcomes.story import Story, tell
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.engine.generated import worlds
from tests.models import model, run


def first_and_equal(shares: dict[str, Blame]) -> dict[str, tuple[int, int]]:
    return {name: (share.first_cause_s, share.shapley_s) for name, share in shares.items()}


def test_two_overlapping_inputs_share_the_overlap_and_the_first_keeps_what_it_began() -> None:
    shares = blame({"A": (10, 40), "B": (30, 60)}, 10, 60, "B")

    assert first_and_equal(shares) == {"A": (30, 25), "B": (20, 25)}


def test_seconds_that_do_not_divide_go_to_the_first_by_name() -> None:
    shares = blame({"C": (0, 11), "A": (0, 11), "B": (0, 11)}, 0, 11, "C")

    assert {name: share.shapley_s for name, share in shares.items()} == {"A": 4, "B": 4, "C": 3}


def test_left_over_seconds_are_counted_over_the_whole_halt_not_each_time() -> None:
    apart = blame({"A": (0, 9), "B": (2, 7)}, 0, 9, "A")

    assert first_and_equal(apart) == {"A": (9, 7), "B": (0, 2)}


def test_waiting_for_the_restart_belongs_to_the_last_input_blocked() -> None:
    shares = blame({"A": (0, 10), "B": (0, 20)}, 0, 50, "B")

    assert first_and_equal(shares) == {"A": (10, 5), "B": (40, 45)}


def test_an_input_that_was_missing_before_the_halt_is_its_first_cause() -> None:
    shares = blame({"A": (5, 20), "B": (0, 20)}, 5, 20, "A")

    assert first_and_equal(shares) == {"A": (0, 8), "B": (15, 7)}


def second_by_second(
    missing: dict[str, tuple[int, int]], begin: int, end: int, last: str
) -> dict[str, tuple[int, int]]:
    first: Counter[str] = Counter()
    together: Counter[tuple[str, ...]] = Counter()
    for second in range(begin, end):
        out = [n for n in sorted(missing) if missing[n][0] <= second < missing[n][1]] or [last]
        first[min(out, key=lambda name: (missing[name][0], name))] += 1
        together[tuple(out)] += 1
    equal: Counter[str] = Counter()
    for names, seconds in together.items():
        for turn in range(seconds):
            equal[names[turn % len(names)]] += 1
    return {name: (first[name], equal[name]) for name in sorted(missing)}


@st.composite
def halts(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], int, int, str]:
    names = draw(st.lists(st.sampled_from("ABCDE"), min_size=1, unique=True))
    begin, length = draw(st.integers(0, 9)), draw(st.integers(1, 30))
    spans = {}
    for name in names:
        out = draw(st.integers(0, begin + length))
        spans[name] = (out, draw(st.integers(out, begin + length)))
    return spans, begin, begin + length, draw(st.sampled_from(names))


@given(halts())
def test_shares_are_those_of_a_count_second_by_second(
    halt: tuple[dict[str, tuple[int, int]], int, int, str],
) -> None:
    shares = first_and_equal(blame(*halt))

    assert shares == second_by_second(*halt)
    assert sum(first for first, _ in shares.values()) == halt[2] - halt[1]
    assert sum(equal for _, equal in shares.values()) == halt[2] - halt[1]


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_both_ways_add_up_to_every_stop_of_any_world(scenario: Scenario) -> None:
    story = tell(run(scenario))

    for stop in (stop for stops in story.stops for stop in stops):
        shares = blame_of(story, stop).values()
        assert sum(share.first_cause_s for share in shares) == stop.end_s - stop.begin_s
        assert sum(share.shapley_s for share in shares) == stop.end_s - stop.begin_s


def two_inputs(**halts: str) -> Scenario:
    """Plant P uses m and w, both out on day 5; m comes on day 7, w on day 8 and, enough, day 9."""
    shipments = {
        "l": [{"quantity": "200 g", "arrives": "7 d"}],
        "k": [{"quantity": "5 g", "arrives": "8 d"}, {"quantity": "200 g", "arrives": "9 d"}],
    }
    return model(
        items={"w": {"kind": "magnet"}},
        sites={
            "W": {"kind": "magnet_maker", "country": "CN", "makes": "w", "output_per_day": "20 g"},
            "P": {"bill": {"m": {"stock": "50 g"}, "w": {"per_unit": "1 g", "stock": "50 g"}},
                  "ordering": {"rule": "constant"}},
        },
        lanes={
            "l": {"open_shipments": shipments["l"], "transit": "30 d"},
            "k": {"supplier": "W", "customer": "P", "transit": "30 d", "dispatch_every": "5 d",
                  "open_shipments": shipments["k"]},
        },
        halts={"min_halt": "0 d"} | halts,
    )  # fmt: skip


def days_of(story: Story) -> dict[str, tuple[float, float]]:
    stop = story.stops[story.tables.sites.name.index("P")][0]
    return {
        story.tables.inputs.item[n]: (share.first_cause_s / DAY_S, share.shapley_s / DAY_S)
        for n, share in blame_of(story, stop).items()
    }


def test_a_simulated_halt_is_shared_by_the_arrivals_that_end_it() -> None:
    story = tell(run(two_inputs(restart_cover="0 d")))

    assert days_of(story) == {"m": (2.0, 1.0), "w": (1.0, 2.0)}


def test_restart_cover_is_waited_for_on_account_of_the_input_that_lacks_it() -> None:
    story = tell(run(two_inputs(restart_cover="2 d")))

    assert days_of(story) == {"m": (2.0, 1.0), "w": (2.0, 3.0)}


def test_the_restart_delay_counts_for_the_input_that_came_last() -> None:
    story = tell(run(two_inputs(restart_cover="0 d", restart_delay="1 d")))

    assert days_of(story) == {"m": (2.0, 1.0), "w": (2.0, 3.0)}


def test_a_halt_that_is_still_open_is_shared_up_to_the_horizon() -> None:
    open_ended = two_inputs(restart_cover="2 d").model_copy(update={"horizon": 8 * DAY_S})

    assert days_of(tell(run(open_ended))) == {"m": (2.0, 1.0), "w": (1.0, 2.0)}


def test_an_input_that_another_had_replaced_is_missing_since_it_ran_out() -> None:
    """m runs out on day 5 and w serves in its place, and is out itself on day 7 and a half."""
    replaced = model(
        items={"w": {"kind": "magnet"}},
        sites={
            "W": {"kind": "magnet_maker", "country": "CN", "makes": "w", "output_per_day": "20 g"},
            "P": {"bill": {"w": {"per_unit": "1 g", "stock": "100 g"}},
                  "ordering": {"rule": "constant"}},
        },
        lanes={
            "l": {"transit": "30 d"},
            "k": {"supplier": "W", "customer": "P", "transit": "30 d", "dispatch_every": "5 d",
                  "open_shipments": []},
        },
        measures={"help": {"substitute": {"item": "m", "by": "w", "emergency": True}}},
    )  # fmt: skip

    assert days_of(tell(run(replaced))) == {"m": (2.5, 1.25), "w": (0.0, 1.25)}
