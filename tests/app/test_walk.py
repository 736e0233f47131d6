"""`walk` tells one run from scenario to findings; what it says of `tiny.yaml` is kept as it is.

After a meant change: `python -m sim walk scenarios/tiny.yaml > tests/golden/walk_tiny.txt`, look at
the difference, and say under *Numbers changed* in the changelog what moved and why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.walk import walk
from sim.scenario import load_design

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "walk_tiny.txt"


@pytest.fixture(scope="module")
def told() -> str:
    design = load_design(ROOT / "scenarios" / "tiny.yaml")
    return "".join(f"{part}\n\n" for part in walk(design, "as_ruled", 0))


def test_the_walk_through_tiny_is_what_it_was(told: str) -> None:
    assert told == GOLDEN.read_text(encoding="utf-8")


def test_every_hand_off_is_numbered_and_in_the_order_of_the_folders(told: str) -> None:
    functions = ["load_scenario", "build_model", "simulate", "summarise", "run_design", "compare",
                 "draw"]  # fmt: skip
    places = [told.index(f"{i}. {name}:") for i, name in enumerate(functions, start=1)]

    assert places == sorted(places)


def test_a_newcomer_follows_one_shipment_to_the_halt_it_causes(told: str) -> None:
    story = told[told.index("One shipment") : told.index("What happened")]

    assert "filed for an export licence" in story
    assert "2025-06-12  day     69  granted after 69 d" in story
    assert "Why car plant halted: on 8 June 2025 (day 65)" in told


def test_without_controls_no_plant_halts_and_the_walk_says_so() -> None:
    design = load_design(ROOT / "scenarios" / "tiny.yaml")
    told = "\n".join(walk(design, "no_controls", 0))

    assert "No plant halted" in told
    assert "No gate is in force" in told
