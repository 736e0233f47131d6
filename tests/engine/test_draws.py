"""Random quantities of a run: each is its address, whoever asks first."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.draws import Draws
from sim.engine.rules import WORK
from sim.model import build_model
from sim.model.streams import Stream, Streams
from sim.model.tables import ModelTables
from sim.units import DAY_S
from tests.models import desk_model, licensed, model


def random_world(**lane: Any) -> ModelTables:
    return build_model(
        licensed(
            lanes={"l": {"transit": "gamma 30 d, 0.4"} | lane},
            desks={"d": {"work": {"law": "weibull", "shape": 3.1}}},
        )
    )


def test_the_order_of_asking_changes_nothing() -> None:
    tables = random_world()
    slots = [0, 500, 3, -7, 127, 128]
    forward, backward = Draws(tables, 3), Draws(tables, 3)

    asked = [
        (forward.transit_s(0, slot), forward.work(0, 0, slot, 0), forward.work(0, 0, slot, 2))
        for slot in slots
    ]
    reverse = [
        (backward.transit_s(0, slot), backward.work(0, 0, slot, 0), backward.work(0, 0, slot, 2))
        for slot in reversed(slots)
    ]

    assert asked == reverse[::-1]
    assert len(set(asked)) == len(slots)


def test_a_lane_that_sends_on_order_draws_the_same_numbers() -> None:
    in_slots = Draws(random_world(), 0)
    on_order = Draws(random_world(dispatch_every="1 d"), 0)
    alone = Draws(
        build_model(
            licensed(
                sites={"P": {"ordering": {"review_every": "1 d"}}},
                lanes={"l": {"transit": "gamma 30 d, 0.4", "dispatch_every": "on order"}},
                desks={"d": {"work": {"law": "weibull", "shape": 3.1}}},
            )
        ),
        0,
    )

    for slot in (0, 1, 86_400):
        assert (
            in_slots.transit_s(0, slot) == on_order.transit_s(0, slot) == alone.transit_s(0, slot)
        )
        assert in_slots.work(0, 0, slot, 0) == alone.work(0, 0, slot, 0)
        assert in_slots.work(0, 0, slot, 1) == alone.work(0, 0, slot, 1)
        for stream in (Stream.OUTCOME, Stream.REFILE):
            assert in_slots.outcome(stream, 0, 0, slot, 0) == alone.outcome(stream, 0, 0, slot, 0)


def test_an_outcome_is_the_uniform_of_its_address() -> None:
    draws = Draws(random_world(), 5)

    for slot, attempt in ((0, 0), (300, 0), (-2, 0), (4, 3)):
        expected = Streams(1, 5).one(Stream.OUTCOME, "l / d", slot, part=attempt)
        assert draws.outcome(Stream.OUTCOME, 0, 0, slot, attempt) == expected


def test_work_has_mean_one() -> None:
    draws = Draws(random_world(), 0)

    work = np.array([draws.work(0, 0, slot, 0) for slot in range(4096)]) / WORK

    assert abs(work.mean() - 1) < 0.02


def stream_of(rate: list[dict[str, Any]], arrivals: str) -> list[int]:
    scenario = desk_model({"s": {"rate": rate, "arrivals": arrivals}}, horizon="100 d")
    return Draws(build_model(scenario), 0).applicant_arrivals(0)


def test_even_arrivals_come_at_equal_distances_from_the_first_second_on() -> None:
    rate = [{"from": "0 d", "per_day": 2.0}, {"from": "10 d", "per_day": 0.0},
            {"from": "20 d", "per_day": 4.0}]  # fmt: skip

    seconds = stream_of(rate, "even")

    assert seconds[:20] == [i * DAY_S // 2 for i in range(20)]
    assert seconds[20:24] == [20 * DAY_S + i * DAY_S // 4 for i in range(4)]
    assert len(seconds) == 20 + 320


def test_poisson_arrivals_follow_the_rate_in_force() -> None:
    rate = [{"from": "0 d", "per_day": 10.0}, {"from": "40 d", "per_day": 0.0},
            {"from": "60 d", "per_day": 50.0}]  # fmt: skip

    days = np.array(stream_of(rate, "poisson")) / DAY_S

    assert not np.any((days >= 40) & (days < 60))
    assert stats.poisson(400).cdf(np.sum(days < 40)) == pytest.approx(0.5, abs=0.499)
    assert stats.poisson(2000).cdf(np.sum(days >= 60)) == pytest.approx(0.5, abs=0.499)
    gaps = np.diff(days[days >= 60])
    assert stats.kstest(gaps, "expon", args=(0, 1 / 50)).pvalue > 0.001


def test_a_stream_of_rate_0_files_nothing() -> None:
    assert stream_of([{"from": "0 d", "per_day": 0.0}], "poisson") == []


def test_demand_follows_the_plan() -> None:
    stop = {"s": {"site": ["P"], "from": "10 d", "factor": 0.0}}
    scenario = model(horizon="90 d", sites={"P": {"use": "poisson"}}, demand=stop)

    seconds = Draws(build_model(scenario), 0).demand_arrivals(1)

    assert max(seconds) < 10 * DAY_S
    assert stats.poisson(100).cdf(len(seconds)) == pytest.approx(0.5, abs=0.499)


def test_closed_periods_alternate_with_open_ones() -> None:
    laws = {"open": "uniform 1 d, 3 d", "closed": "1 d"}
    tables = build_model(licensed(horizon="400 d", desks={"d": {"open_closed": laws}}))

    spans = Draws(tables, 0).closed_spans(0)

    begins, ends = np.array(spans).T
    assert np.all(ends - begins == DAY_S)
    assert np.all((begins[1:] - ends[:-1] >= DAY_S) & (begins[1:] - ends[:-1] <= 3 * DAY_S))
    assert len(spans) == pytest.approx(400 / 3, rel=0.1)


def test_fixed_laws_draw_nothing() -> None:
    draws = Draws(build_model(licensed()), 0)

    assert draws.transit_s(0, 10**6) == 2 * DAY_S
    assert draws.work(0, 0, 10**6, 9) == WORK
    assert not draws._transit
    assert not draws._work


def test_a_desk_that_never_opens_is_refused() -> None:
    from sim.errors import ScenarioError
    from tests.models import licensed

    never = {"open": "0 d", "closed": "0 d"}

    with pytest.raises(ScenarioError, match="open periods longer than 0"):
        licensed(desks={"d": {"open_closed": never}})
