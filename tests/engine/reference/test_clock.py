"""Whole seconds, and the order of a second by key alone."""

import itertools
from collections.abc import Iterable

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock, Look

PLACES = [
    key(Phase.REGIME_CHANGE, 3),
    key(Phase.ARRIVAL, 0, 5),
    key(Phase.ARRIVAL, 1),
    key(Phase.STOCK_OUT, 0),
]


def order_of_happening(places: Iterable[int]) -> list[int]:
    clock, seen = Clock(), []
    for place in places:
        clock.call(7, place, lambda _, place=place: seen.append(place))
    clock.run()
    return seen


def test_the_order_of_a_second_does_not_depend_on_the_order_of_scheduling() -> None:
    for places in itertools.permutations(PLACES):
        assert order_of_happening(places) == PLACES


def test_an_event_may_call_another_later_in_the_same_second() -> None:
    clock, seen = Clock(), []
    clock.call(3, key(Phase.STOCK_OUT, 0), lambda _: seen.append("stock-out"))
    clock.call(
        3,
        key(Phase.ARRIVAL, 0),
        lambda _: clock.call(3, key(Phase.ARRIVAL, 1), lambda _: seen.append("second arrival")),
    )

    clock.run()

    assert seen == ["second arrival", "stock-out"]


def test_nothing_happens_at_the_horizon() -> None:
    clock, seen = Clock(), []
    clock.call(9, key(Phase.REGIME_CHANGE, 0), seen.append)
    clock.call(10, key(Phase.REGIME_CHANGE, 0), seen.append)

    clock.run(until=10)

    assert len(seen) == 1
    assert clock.second == 10


def test_processes_wait_for_instants() -> None:
    clock, seen = Clock(), []

    def walk():  # type: ignore[no-untyped-def]
        for second in (0, 5, 5, 8):
            yield clock.at(second, key(Phase.FILING, 0))
            seen.append(clock.second)

    clock.process(walk())
    clock.run()

    assert seen == [0, 5, 5, 8]
    assert clock.n_events == 4


def test_a_look_happens_once_at_the_earliest_second_asked_for() -> None:
    clock, seen = Clock(), []
    look = Look(clock, key(Phase.STOCK_OUT, 0), lambda: seen.append(clock.second))

    for second in (9, 5, 7):
        look.at(second)
    clock.run()
    look.at(12)
    clock.run()

    assert seen == [5, 12]
