"""Small sound scenarios for the tests of this folder, and ways to break them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Design, design_from_text

CORPUS = Path(__file__).parents[1] / "corpus"
TABLES = ("items", "sites", "bom", "lanes")

TINY = """\
schema_version: 1
name: tiny
title: One maker, one motor works, one car plant
start: 2025-04-04
horizon: 200 d
seed: 1
items:
  magnet: {kind: magnet, controlled: true}
  motor: {kind: component}
  car: {kind: product}
sites:
  maker: {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 200 kg}
  works:
    kind: component_maker
    country: DE
    sector: auto
    makes: motor
    output_per_day: 100
    bill: {magnet: 1 kg}
    cover: 20 d
  plant:
    kind: plant
    country: DE
    sector: auto
    makes: car
    output_per_day: 100
    bill: {motor: {per_unit: 1, cover: 10 d}}
lanes:
  by sea: {supplier: maker, customer: works, transit: 28 d}
  by road: {supplier: works, customer: plant, transit: 2 d}
gates:
  licence: {desk: ministry, leaves: [CN], from: 2025-04-04}
desks:
  ministry: {officers: 20}
policy:
  clock: {from: 2025-04-04, mean_review_time: 45 d, approval_rate: 0.9}
"""


def edited(*edits: tuple[str, str], text: str = TINY) -> str:
    """Return a text with some parts replaced; each must be there."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def load(*edits: tuple[str, str], overrides: Sequence[str] = ()) -> Design:
    """Load the tiny scenario with some parts replaced."""
    return design_from_text(edited(*edits), overrides=overrides)


def faults_of(text: str, **named: object) -> tuple[Problem, ...]:
    """Return the problems of a text that is refused."""
    with pytest.raises(ScenarioError) as caught:
        design_from_text(text, **named)  # type: ignore[arg-type]
    return caught.value.problems


def only_fault(*edits: tuple[str, str], text: str = TINY) -> Problem:
    """Return the one problem of the tiny scenario with some parts replaced."""
    problems = faults_of(edited(*edits, text=text))
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def place(problem: Problem) -> tuple[int, int, str]:
    """Return line, column and code."""
    return problem.line, problem.column, problem.code


def write_network(folder: Path, **tables: str | bytes) -> Path:
    """Write the sound network into a folder, with some tables replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        content = tables.get(table, (CORPUS / "net_good" / f"{table}.csv").read_bytes())
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{table}.csv").write_bytes(data)
    return folder
