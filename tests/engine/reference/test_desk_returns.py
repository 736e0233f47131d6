"""Files returned for information: the clock starts again, and nothing comes back in no time."""

from typing import Any

import pytest

from sim.engine import Kind, Outcome
from sim.engine.draws import Draws
from sim.errors import SimulationError
from sim.model import build_model
from sim.model.streams import Stream
from tests.conservation import checked
from tests.engine.reference.test_desk import decided, files
from tests.models import licensed, run, told

ALL_BACK = {"back": {"from": "0 d", "to": "4 d", "return_share": 1.0}}


def test_a_returned_file_comes_back_with_its_answer_and_new_work() -> None:
    plant = licensed(policy=ALL_BACK, desks={"d": {"answer_time": "2 d"}})

    assert told(plant, Kind.FILED, Kind.DECIDED, Kind.DISPATCHED)[:5] == [
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 returned try 0",
        "5 FILED l #0 x50 try 1",
        "5 FILED l #1 x50 try 0",
        "8 DECIDED l #0 x50 granted try 1",
    ]


def test_a_returned_file_frees_its_officer_and_comes_back_at_the_end_of_its_class() -> None:
    back = {"back": {"from": "0 d", "to": "5 d", "return_share": 1.0}}
    desk = files({"a": 0, "b": 1, "c": 5}, policy=back, desks={"d": {"answer_time": "3 d"}})

    # a is returned on day 4 and back on day 7; b has the officer until 8, then c, then a.
    assert told(desk, Kind.DECIDED) == [
        "4 DECIDED a #0 x0 returned try 0",
        "8 DECIDED b #0 x0 granted try 0",
        "12 DECIDED c #0 x0 granted try 0",
        "16 DECIDED a #0 x0 granted try 1",
    ]


def test_the_upper_end_of_the_uniform_is_returned_and_the_lower_end_granted() -> None:
    shares = {"r": {"mean_review_time": "1 d", "approval_rate": 0.5, "return_share": 0.4}}
    often = {
        "horizon": "200 d",
        "lanes": {"l": {"dispatch_every": "1 d"}},
        "sites": {"P": {"ordering": {"rule": "constant"}}},
        "desks": {"d": {"refile_after": "300 d", "answer_time": "300 d"}},
    }
    trace = run(licensed(policy=shares, **often))
    draws = Draws(trace.tables, 0)

    counted = dict.fromkeys(Outcome, 0)
    for _, _, lane, slot, _, outcome, attempt in trace.of(Kind.DECIDED).tolist():
        u = draws.outcome(Stream.OUTCOME, lane, 0, slot, attempt)
        # Of the 60 % that are not returned, half are granted.
        expected = Outcome.GRANTED if u < 0.3 else (
            Outcome.RETURNED if u >= 0.6 else Outcome.REFUSED)  # fmt: skip
        assert outcome == expected
        counted[expected] += 1

    assert counted[Outcome.GRANTED] > 30
    assert counted[Outcome.REFUSED] > 30
    assert counted[Outcome.RETURNED] > 50


def test_answers_take_the_time_that_is_drawn_for_their_file() -> None:
    plant = licensed(
        horizon="200 d", policy={"back": {"from": "0 d", "return_share": 1.0}},
        desks={"d": {"answer_time": "gamma 10 d, 0.5"}},
    )  # fmt: skip
    trace = run(plant)
    draws = Draws(trace.tables, 0)

    filed = {(row[3], row[5]): row[0] for row in trace.of(Kind.FILED).tolist()}
    for second, _, _, slot, _, outcome, attempt in trace.of(Kind.DECIDED).tolist():
        assert outcome == Outcome.RETURNED
        answered = second + draws.answer_s(0, 0, slot, attempt)
        assert filed.get((slot, attempt + 1), answered) == answered
    assert len(filed) > 20


def test_goods_that_leave_while_the_answer_is_written_are_not_filed_again() -> None:
    plant = licensed(
        gates={"g": {"to": "4 d"}}, policy=ALL_BACK, desks={"d": {"answer_time": "2 d"}}
    )

    assert told(plant, Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.DISPATCHED)[:4] == [
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 returned try 0",
        "4 WITHDRAWN l #0 x50 try 0",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_a_share_of_nothing_returned_moves_nothing() -> None:
    some = {"r": {"approval_rate": 0.6}}
    none = {"r": {"approval_rate": 0.6, "return_share": 0.0}}

    assert told(licensed(policy=some), *Kind) == told(licensed(policy=none), *Kind)


AT_ONCE: dict[str, Any] = {"mean_review_time": "0 d"}


@pytest.mark.parametrize(
    ("shares", "desk"),
    [
        ({"approval_rate": 0.0}, {"refile_after": "0 d"}),
        ({"return_share": 1.0}, {"answer_time": "0 d"}),
    ],
)
def test_what_comes_back_comes_back_a_second_later_at_least(
    shares: dict[str, float], desk: dict[str, str]
) -> None:
    plant = licensed(horizon="5 s", policy={"r": AT_ONCE | shares}, desks={"d": desk})

    lines = told(plant, Kind.FILED)

    assert lines == [
        "0 FILED l #0 x50 try 0",
        "0+1s FILED l #0 x50 try 1",
        "0+2s FILED l #0 x50 try 2",
        "0+3s FILED l #0 x50 try 3",
        "0+4s FILED l #0 x50 try 4",
    ]
    checked(build_model(plant))


def test_a_file_that_comes_back_every_second_ends_the_run_with_a_reason() -> None:
    plant = licensed(policy={"r": AT_ONCE | {"approval_rate": 0.0}},
                     desks={"d": {"refile_after": "0 d"}})  # fmt: skip

    with pytest.raises(SimulationError, match="came back 65,536 times"):
        run(plant)


def test_refused_in_the_second_of_a_change_means_by_the_new_shares() -> None:
    from_then_on = {"no": {"from": "4 d", "approval_rate": 0.0}}

    assert told(files({"a": 0}, policy=from_then_on), Kind.DECIDED) == [
        "4 DECIDED a #0 x0 refused try 0"
    ]
    assert decided(files({"a": 0})) == ["4 a"]
