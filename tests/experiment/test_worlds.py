"""Tables are built once for everything that came out the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiment import run_design, worlds
from sim.experiment.worlds import Worlds
from sim.model.tables import ModelTables
from sim.scenario import Scenario
from tests.experiment.worlds import FREE, LICENCES, TEXT, design

CHANCE = TEXT.replace(
    "  slow: {from: 0 d, mean_review_time: 45 d}",
    "  slow: {from: 0 d, mean_review_time: 45 d}\n"
    "  truce: {from: 10 d, mean_review_time: 1 d, if: renewed}\n"
    "chances:\n  renewed: {probability: 0.5}",
)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the replications for which tables are built, as they are built."""
    numbers: list[int] = []
    real = worlds.build_model

    def build_model(scenario: Scenario, replication: int) -> ModelTables:
        numbers.append(replication)
        return real(scenario, replication)

    monkeypatch.setattr(worlds, "build_model", build_model)
    return numbers


def test_without_chance_tables_are_built_once_for_each_alternative(built: list[int]) -> None:
    found = Worlds(design().alternatives.__getitem__)

    first = [found.tables(LICENCES, number) for number in range(5)]
    other = found.tables(FREE, 0)
    assert built == [0, 0]
    assert all(tables is first[0] for tables in first)
    assert other is not first[0]


def test_with_a_chance_tables_are_built_once_for_each_outcome(built: list[int]) -> None:
    found = Worlds(design(CHANCE).alternatives.__getitem__)
    tables = [found.tables(LICENCES, number) for number in range(20)]

    assert len(built) == 2
    drawn = {one.chances for one in tables}
    assert len(drawn) == 2
    assert len({id(one) for one in tables}) == 2


def test_tables_are_those_of_the_replication_in_whatever_order_it_comes() -> None:
    forwards, backwards = (Worlds(design(CHANCE).alternatives.__getitem__) for _ in range(2))
    numbers = range(12)

    one = {number: forwards.tables(LICENCES, number).chances for number in numbers}
    two = {number: backwards.tables(LICENCES, number).chances for number in reversed(numbers)}
    assert one == two


def test_a_date_left_to_chance_gives_each_replication_its_own(built: list[int]) -> None:
    text = TEXT.replace("slow: {from: 0 d,", "slow: {from: 0 d, latest: 60 d,")
    found = Worlds(design(text).alternatives.__getitem__)
    starts = {found.tables(LICENCES, number).chances[0][1] for number in range(30)}

    assert len(starts) == 30
    assert built == list(range(30))
    assert len(found._built) == worlds._KEPT


def test_a_chance_moves_the_outcomes_of_some_replications_and_of_no_others(tmp_path: Path) -> None:
    plain = run_design(design(), 25, 1, tmp_path / "plain").table("service")
    mixed = run_design(design(CHANCE), 25, 1, tmp_path / "mixed").table("service")
    moved = (plain["downtime_days"] != mixed["downtime_days"]).groupby(plain["replication"]).any()

    found = Worlds(design(CHANCE).alternatives.__getitem__)
    renewed = {n for n in range(25) if found.tables(LICENCES, n).chances[0][1] >= 0}
    assert 0 < len(renewed) < 25
    assert set(moved.index[moved]) == renewed
