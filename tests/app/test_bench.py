"""`bench` measures contenders in turn, says which targets are met, and writes what it found."""

import json
from itertools import groupby
from pathlib import Path

import pytest

from sim.app.bench.measure import Times, interleaved
from sim.app.bench.parts import PARTS, Row
from sim.app.bench.peers import heap_year, queue_year, simpy_year
from sim.app.bench.worlds import network
from sim.app.cli import command_line
from sim.engine import Kind, simulate
from sim.model import build_model
from tests.app.commands import Command


def test_contenders_are_run_in_turn() -> None:
    order: list[str] = []

    interleaved({name: lambda name=name: order.append(name) for name in "ab"}, n_rounds=2)

    # Once to see how long each takes, then two rounds.
    assert "".join(name for name, _ in groupby(order)) == "ababab"


def test_a_ratio_is_that_of_the_least_times() -> None:
    assert Times(5.0, 4.0, 3).over(Times(9.0, 2.0, 3)) == 2.0


@pytest.mark.parametrize(
    ("limits", "met"),
    [({}, None), ({"at_least": 2.0}, False), ({"at_most": 2.0}, True), ({"at_least": 1.5}, True)],
)
def test_a_target_is_met_or_not(limits: dict[str, float], met: bool | None) -> None:
    assert Row("part", "what", 1.5, "x", **limits).met is met


@pytest.mark.parametrize("seed", range(3))
def test_the_two_years_in_python_are_the_same_year(seed: int) -> None:
    assert simpy_year(seed) == heap_year(seed)


def test_the_year_as_a_scenario_files_one_application_a_day() -> None:
    trace = simulate(build_model(queue_year()), 0)

    assert len(trace.of(Kind.FILED)) == 365


def test_a_network_has_as_many_plants_as_asked_for() -> None:
    kinds = build_model(network(45)).sites.kind

    assert kinds.count("plant") == 45
    assert kinds.count("magnet_maker") == 6


def test_bench_writes_what_it_shows(command: Command, tmp_path: Path) -> None:
    ended = command("bench", "licence_year", "--results", tmp_path / "bench", "--json")

    told = json.loads(ended.out)
    assert told == json.loads((tmp_path / "bench/bench.json").read_text())
    assert {row["part"] for row in told["rows"]} == {"licence year"}
    assert told["machine"]["versions"]["numba"]


def test_the_parts_offered_are_the_parts_there_are() -> None:
    (parts,) = (one for one in command_line.commands["bench"].params if one.name == "parts")

    assert tuple(parts.type.choices) == tuple(PARTS)  # type: ignore[attr-defined]
