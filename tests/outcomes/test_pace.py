"""Slower and faster than planned: what is lost, what is made good, what overtime makes."""

from __future__ import annotations

import pytest

from sim.outcomes.pace import OVERTIME, STRETCHED, extra_units, losses_of, lost_in
from sim.outcomes.story import Story, tell
from sim.units import DAY_S
from tests.models import licensed, model, run
from tests.outcomes.traces import told_by

P = 1


def rated(*rows: tuple[object, ...]) -> Story:
    """Plant P, planned at 10 a day for 10 days, with rows of its rate."""
    return told_by(model(), *rows)


def test_what_is_made_more_slowly_is_lost_gross() -> None:
    story = rated((2 * DAY_S, "RATE", "P", -1, 6, 1), (7 * DAY_S, "RATE", "P", -1, 10, 0))

    assert extra_units(story, P, STRETCHED) == -20.0
    assert losses_of(story, P).gross == 20.0


def test_overtime_counts_while_it_lasts_and_to_the_horizon_if_it_does_not_end() -> None:
    assert extra_units(rated((8 * DAY_S, "RATE", "P", -1, 13, 2)), P, OVERTIME) == 6.0


def test_a_site_that_stands_makes_nothing_above_plan() -> None:
    story = rated(
        (2 * DAY_S, "RATE", "P", -1, 12, 2),
        (3 * DAY_S, "STOCKED_OUT", "P / m", -1, -1, 0),
        (3 * DAY_S, "HALTED", "P"),
        (6 * DAY_S, "RESTARTED", "P"),
        (8 * DAY_S, "RATE", "P", -1, 10, 0),
    )

    assert extra_units(story, P, OVERTIME) == 6.0
    assert lost_in(story, story.stops[P][0]) == 30.0


def test_a_full_store_is_no_overtime() -> None:
    story = rated(
        (0, "RATE", "A", -1, 150, 2),
        (2 * DAY_S, "FULL", "A", -1, -1, 900),
        (5 * DAY_S, "DISPATCHED", "l", 1, 50, 0, 7 * DAY_S),
        (6 * DAY_S, "RATE", "A", -1, 100, 0),
    )

    assert extra_units(story, 0, OVERTIME) == pytest.approx(150.0)


def test_net_of_overtime_the_loss_is_what_is_missing_at_the_horizon() -> None:
    slow = {"horizon": "20 d", "policy": {"r": {"mean_review_time": "4 d", "to": "5 d"}}}
    catch_up = {"measures": {"catch up": {"overtime": 1.5}}}
    without = losses_of(tell(run(licensed(**slow))), P)
    caught_up = losses_of(tell(run(licensed(**slow, **catch_up))), P)

    assert (without.gross, without.net) == (10.0, 10.0)
    assert (caught_up.gross, caught_up.net) == (10.0, 0.0)
