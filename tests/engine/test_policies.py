"""A policy written in Python: when it steps, what it sees, what its switches do, how it fails."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pytest
from simpy.events import Event

from sim.engine import Kind, Trace, simulate
from sim.engine.compiled.engine import simulate_compiled
from sim.engine.policies import Beside, Policy, PolicyFactory, View
from sim.errors import InputError, PolicyError
from sim.model import build_model
from sim.model.tables import ModelTables
from sim.scenario import Scenario
from tests.models import QUIET, desk_model, licensed, lines_of, merged, one_file

Simulate = Callable[[ModelTables, int, PolicyFactory | None], Trace]
ENGINES = pytest.mark.parametrize("simulate", [simulate, simulate_compiled])
SWITCHED = (Kind.TRIGGERED, Kind.REACTION)


def world(**changes: Any) -> Scenario:
    """The plant uses 10 g a day of 50 g; nothing is decided but while `haste` is active."""
    base: dict[str, Any] = {
        "horizon": "12 d",
        "policy": {
            "r": {"mean_review_time": "never"},
            "hurry": {"on": "haste", "mean_review_time": "0 d"},
        },
        "triggers": {"haste": {"when": "policy"}},
    }
    return licensed(**merged(base, changes))


class OnHalt:
    """Every third day: haste while the plant stands."""

    every = 3

    def step(self, view: View) -> Mapping[str, bool]:
        return {"haste": bool(view.halted())}


class Scripted:
    """Daily steps with answers by day; a day without one changes nothing."""

    every = 1

    def __init__(self, answers: Mapping[int, Any]) -> None:
        self.answers = answers

    def step(self, view: View) -> Any:
        return self.answers.get(int(view.day), {})


class Told:
    """A policy that is any function of the view."""

    def __init__(self, step: Callable[[View], Any], every: Any = 3) -> None:
        self.every = every
        self.step = step


def scripted(answers: Mapping[int, Any]) -> PolicyFactory:
    return partial(Scripted, answers)


def switches(simulate: Simulate, scenario: Scenario, answers: Mapping[int, Any]) -> list[str]:
    return lines_of(simulate(build_model(scenario), 0, scripted(answers)), *SWITCHED)


@ENGINES
def test_a_policy_that_looks_every_third_day_ends_a_halt(simulate: Simulate) -> None:
    trace = simulate(build_model(world()), 0, OnHalt)

    # The 50 g last until day 5; the policy sees it on day 6. Both files go at once, arrive two
    # days later, and on day 9 the policy sees that the plant runs.
    assert lines_of(trace, *(set(Kind) - set(QUIET))) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "5 ORDERED l x50 =50",
        "5 FILED l #1 x50 try 0",
        "6 TRIGGERED haste #1 x1 @6+1s",
        "6+1s REACTION haste begins",
        "6+1s DECIDED l #0 x50 granted try 0",
        "6+1s DISPATCHED l #0 x50 =1000 @8+1s",
        "6+1s DECIDED l #1 x50 granted try 0",
        "6+1s DISPATCHED l #1 x50 =1000 @8+1s",
        "8+1s ARRIVED l #0 x50 =50",
        "8+1s ARRIVED l #1 x50 =100",
        "8+1s RESTARTED P",
        "9 TRIGGERED haste #0 x0 @9+1s",
        "9+1s REACTION haste ends",
        "10 ORDERED l x19 =19",
        "10 FILED l #2 x19 try 0",
    ]


@ENGINES
def test_a_switch_obeys_its_lag_and_its_length(simulate: Simulate) -> None:
    slow = world(triggers={"haste": {"after": "2 d", "lasts": "3 d"}})

    assert switches(simulate, slow, {1: {"haste": True}, 2: {"haste": True}}) == [
        "1 TRIGGERED haste #1 x1 @3",
        "3 REACTION haste begins",
        "6 REACTION haste ends",
    ]


@ENGINES
def test_what_is_not_named_stays_as_it_is(simulate: Simulate) -> None:
    assert switches(simulate, world(), {1: {"haste": True}, 4: {"haste": False}}) == [
        "1 TRIGGERED haste #1 x1 @1+1s",
        "1+1s REACTION haste begins",
        "4 TRIGGERED haste #0 x0 @4+1s",
        "4+1s REACTION haste ends",
    ]


@ENGINES
def test_a_step_comes_after_other_triggers_have_looked(simulate: Simulate) -> None:
    watch = {"when": "halted_share", "kind": ["plant"], "above": 0.0}

    assert switches(simulate, world(triggers={"watch": watch}), {5: {"haste": True}})[:2] == [
        "5 TRIGGERED watch #1 x1 @5+1s",
        "5 TRIGGERED haste #1 x1 @5+1s",
    ]


@ENGINES
def test_a_policy_that_switches_nothing_changes_nothing(simulate: Simulate) -> None:
    without = simulate(build_model(licensed(horizon="60 d")), 0, None)
    looked_at = simulate(build_model(licensed(horizon="60 d")), 0, scripted({}))

    assert np.array_equal(looked_at.rows, without.rows)
    assert looked_at.n_events == without.n_events


@ENGINES
def test_a_view_shows_stocks_covers_halts_and_files(simulate: Simulate) -> None:
    seen: list[Any] = []

    def step(view: View) -> Mapping[str, bool]:
        stock = view.stock("P", "m"), view.cover("P", "m")
        files = view.pending("d"), view.granted("d"), view.refused("d")
        seen.append((view.day, view.date, view.halted(), stock, files, view.active))
        return {"haste": bool(view.halted())}

    simulate(build_model(world()), 0, partial(Told, step))

    assert seen == [
        (0, date(2025, 4, 7), (), (50, 5.0), (1, 0, 0), frozenset()),
        (3, date(2025, 4, 10), (), (20, 2.0), (1, 0, 0), frozenset()),
        (6, date(2025, 4, 13), ("P",), (0, 0.0), (2, 0, 0), frozenset()),
        (9, date(2025, 4, 16), (), (91, 9.1), (0, 2, 0), frozenset({"haste"})),
    ]


@ENGINES
def test_sites_are_chosen_by_kind_sector_and_country(simulate: Simulate) -> None:
    seen: list[Any] = []

    def step(view: View) -> Mapping[str, bool]:
        seen.append(
            (view.sites(), view.sites(kind="plant", country="DE"), view.halted(kind="plant"))
        )
        return {}

    simulate(build_model(world()), 0, partial(Told, step, 6))

    assert seen == [(("A", "P"), ("P",), ()), (("A", "P"), ("P",), ("P",))]


@ENGINES
def test_files_of_other_applicants_are_counted_when_asked_for(simulate: Simulate) -> None:
    streams = {"s": {"rate": one_file(0)}, "t": {"rate": one_file(1)}}
    desk = desk_model(streams, policy={"r": {"mean_review_time": "2 d", "approval_rate": 1.0}})
    seen: list[Any] = []

    def step(view: View) -> Mapping[str, bool]:
        counts = view.pending("d", other_applicants=True), view.granted("d", other_applicants=True)
        seen.append((view.pending("d"), *counts))
        return {}

    simulate(build_model(desk), 0, partial(Told, step, 1.5))

    # One officer, two days for each file: decided on days 2 and 4; steps on days 0, 1.5, 3, 4.5.
    assert seen[:4] == [(0, 1, 0), (0, 2, 0), (0, 1, 1), (0, 0, 2)]


@ENGINES
def test_a_draw_belongs_to_its_name_and_number_and_to_the_replication(simulate: Simulate) -> None:
    drawn: list[float] = []

    def step(view: View) -> Mapping[str, bool]:
        drawn.extend((view.uniform("talks"), view.uniform("talks", 1)))
        return {}

    for replication in (0, 0, 1):
        simulate(build_model(world()), replication, partial(Told, step, 100))

    first, again, other = drawn[:2], drawn[2:4], drawn[4:]
    assert first == again
    assert len({*first, *other}) == 4
    assert all(0 < u < 1 for u in drawn)


@ENGINES
def test_each_replication_has_a_policy_of_its_own(simulate: Simulate) -> None:
    made: list[Policy] = []

    def factory() -> Policy:
        made.append(Scripted({}))
        return made[-1]

    for replication in (0, 1):
        simulate(build_model(world()), replication, factory)

    assert len(made) == 2


class WithProcess:
    """Beside its weekly steps a process of its own, which acts once and looks again."""

    every = 7

    def __init__(self, seen: list[Any]) -> None:
        self.seen = seen

    def begin(self, beside: Beside) -> None:
        beside.process(self.hurries(beside))

    def hurries(self, beside: Beside) -> Generator[Event, None, None]:
        yield beside.timeout(86_400 + 1)
        beside.switch({"haste": True})
        yield beside.timeout(86_400)
        self.seen.append((beside.now, beside.view.active, beside.view.stock("P", "m")))

    def step(self, view: View) -> Mapping[str, bool]:
        return {}


@ENGINES
def test_simpy_processes_run_beside(simulate: Simulate) -> None:
    seen: list[Any] = []

    trace = simulate(build_model(world()), 0, partial(WithProcess, seen))

    assert lines_of(trace, *SWITCHED) == [
        "1+1s TRIGGERED haste #1 x1 @1+2s",
        "1+2s REACTION haste begins",
    ]
    assert seen == [(2 * 86_400 + 1, frozenset({"haste"}), 30)]


def fails(simulate: Simulate, policy: Any, scenario: Scenario | None = None) -> str:
    with pytest.raises(PolicyError) as caught:
        simulate(build_model(scenario or world()), 4, policy)
    return caught.value.problems[0].need


def fault(_view: View) -> Any:
    raise KeyError("cover")


@ENGINES
def test_what_a_policy_raises_is_said_with_day_date_and_replication(simulate: Simulate) -> None:
    late = Told(lambda view: fault(view) if view.day == 6 else {})

    assert fails(simulate, lambda: late) == (
        "policy Told, day 6 (2025-04-13) of replication 4: KeyError: 'cover'"
    )


ANSWERS = [
    (None, "a step returned NoneType, need a mapping of trigger names to True or False"),
    ({"hast": True}, "no trigger 'hast' with `when: policy`; there is 'haste' (did you mean"),
    ({"haste": 1}, "trigger 'haste': got 1, need True or False"),
    ({"alarm": True}, "trigger 'alarm' watches a quantity: only `when: policy` can be switched"),
]


@ENGINES
@pytest.mark.parametrize(("answer", "words"), ANSWERS)
def test_an_answer_that_cannot_be_is_refused(simulate: Simulate, answer: Any, words: str) -> None:
    alarm = {"alarm": {"when": "halted_share", "kind": ["plant"], "above": 0.0}}

    assert words in fails(simulate, scripted({2: answer}), world(triggers=alarm))


LOOKS: list[tuple[Callable[[View], Any], str]] = [
    (lambda view: view.stock("Q", "m"), "no site 'Q'"),
    (lambda view: view.cover("P", "magnets"), "no input of 'P', 'magnets'"),
    (lambda view: view.pending("desk"), "no desk 'desk'"),
    (lambda view: view.halted(sector="cars"), "no sites of 'cars'"),
]


@pytest.mark.parametrize(("look", "words"), LOOKS)
def test_a_look_at_what_is_not_there_is_refused(look: Callable[[View], Any], words: str) -> None:
    told = fails(simulate, lambda: Told(look))

    assert told.startswith("policy Told, day 0 (2025-04-07) of replication 4: ")
    assert words in told


MADE: list[tuple[Any, str]] = [
    (object, "need an object with `every` and `step(view)`"),
    (lambda: Told(lambda _view: {}, 0), "every is 0 days, need a second at least"),
    (lambda: Told(lambda _view: {}, "7 d"), "every is '7 d', need a number of days"),
    (lambda: 1 // 0, "making the policy of replication 4: ZeroDivisionError"),
]


@pytest.mark.parametrize(("factory", "words"), MADE)
def test_a_factory_that_makes_no_policy_is_refused(factory: Any, words: str) -> None:
    assert words in fails(simulate, factory)


@ENGINES
def test_a_trigger_that_waits_for_a_policy_is_not_run_without_one(simulate: Simulate) -> None:
    with pytest.raises(InputError, match="switches 'haste'"):
        simulate(build_model(world()), 0, None)
