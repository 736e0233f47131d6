"""Where goods stand with the authorities, second by second."""

from __future__ import annotations

from sim.engine.trace import part_of
from sim.outcomes.files import Standing, standing_of
from sim.scenario import Scenario
from tests.models import licensed
from tests.outcomes.traces import told_by

GRANTED, REFUSED, RETURNED = 0, 1, 3


def two_desks() -> Scenario:
    """A ministry, then customs that hold."""
    customs = {"decides": "hold", "setting": "unlimited"}
    return licensed(
        desks={"customs": customs}, gates={"tests": {"desk": "customs", "leaves": ["CN"]}}
    )


def standing(second: int, *rows: tuple[object, ...]) -> Standing:
    story = told_by(two_desks(), *rows)
    return standing_of(story.tables, story.files_of[0, 0], second)


def words(second: int, *rows: tuple[object, ...]) -> tuple[str, str]:
    found = standing(second, *rows)
    return found.kind, found.detail


FILED = (0, "FILED", "l", 0, 10, 0)
AGAIN = (9, "FILED", "l", 0, 10, 1)


def test_a_file_is_pending_from_the_second_after_its_filing() -> None:
    assert standing(0, FILED).file is None
    assert words(1, FILED) == ("licence pending", "")


def test_after_a_refusal_it_is_refused_until_it_is_filed_again() -> None:
    rows = (FILED, (5, "DECIDED", "l", 0, 10, REFUSED, 0), AGAIN)

    assert words(4, *rows) == ("licence pending", "")
    assert words(5, *rows) == ("licence refused", "not filed again yet")
    assert words(10, *rows) == ("licence pending", "filed again after a refusal")


def test_a_return_keeps_it_pending() -> None:
    rows = (FILED, (5, "DECIDED", "l", 0, 10, RETURNED, 0), AGAIN)

    assert words(5, *rows) == ("licence pending", "returned for information")
    assert words(10, *rows) == ("licence pending", "filed again after a return")


def test_a_grant_that_is_not_valid_yet_is_still_a_pending_licence() -> None:
    rows = (FILED, (5, "DECIDED", "l", 0, 10, GRANTED, 0))

    assert words(6, *rows) == ("licence pending", "granted, not valid yet")


def test_a_customs_test_is_a_hold_and_comes_after_the_licence() -> None:
    hold = (6, "FILED", "l", 0, 10, part_of(1, 0))
    rows = (FILED, (5, "DECIDED", "l", 0, 10, GRANTED, 0), hold)

    found = standing(7, *rows)
    assert (found.kind, found.file and found.file.stage) == ("customs hold", 1)


def test_a_licence_that_ran_out_makes_the_new_application_one_of_an_expired_licence() -> None:
    rows = (
        FILED,
        (5, "DECIDED", "l", 0, 10, GRANTED, 0),
        (8, "EXPIRED", "l", 0, 10, -1, 0),
        AGAIN,
    )

    assert words(10, *rows) == ("licence expired", "filed again")
