"""The tables of `scenarios/README.md` are written from the files and name every mechanism."""

from functools import cache
from pathlib import Path

import pytest

from sim.app.library import BEGIN, END, Entry, library, library_tables, write_library
from sim.app.mechanisms import MECHANISMS, mechanisms_of
from sim.scenario import design_from_text

FOLDER = Path(__file__).parents[2] / "scenarios"
BASE = """
schema_version: 1
name: base
title: A base
question: What is it?
learns: Nothing.
start: 2025-04-04
horizon: 30 d
seed: 1
items: {magnet: {kind: magnet}, car: {kind: product}}
sites:
  maker: {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 2 kg}
  plant:
    {kind: plant, country: DE, makes: car, output_per_day: 1,
     bill: {magnet: {per_unit: 1 kg, cover: 9 d}}}
lanes: {sea: {supplier: maker, customer: plant, transit: 9 d}}
"""
ON_TOP = """
extends: base.yaml
name: on_top
title: On top of it
learns: Something.
gates: {rule: {desk: office, leaves: [CN], from: 2025-04-04}}
desks: {office: {officers: 1}}
policy:
  slow:
    {mean_review_time: 9 d, source: "policy_events: announcement_18",
     note: "figures: halt_us_plant_days, bureau_staff_before"}
"""


@cache
def shipped() -> tuple[Entry, ...]:
    return library(FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "on_top.yaml").write_text(ON_TOP, encoding="utf-8")
    (tmp_path / "README.md").write_text(
        f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8"
    )
    return tmp_path


def test_the_readme_of_the_scenarios_is_what_the_files_say() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    tables = text.partition(BEGIN)[2].partition(END)[0].strip()

    assert tables == library_tables(FOLDER), (
        "scenarios/README.md is out of date: run "
        "python -c 'from sim.app.library import *; write_library(\"scenarios\")'"
    )


@pytest.mark.parametrize("label", [label for label, _ in MECHANISMS])
def test_every_mechanism_is_used_by_a_shipped_scenario(label: str) -> None:
    assert any(label in entry.mechanisms for entry in shipped())


def test_labels_of_mechanisms_differ() -> None:
    labels = [label for label, _ in MECHANISMS]

    assert len(labels) == len(set(labels))


def test_files_come_after_those_they_build_on(folder: Path) -> None:
    entries = library(folder)

    assert [(entry.file, entry.extends) for entry in entries] == [
        ("base.yaml", ""), ("on_top.yaml", "base.yaml"),
    ]  # fmt: skip


def test_an_entry_says_what_its_file_says(folder: Path) -> None:
    entry = library(folder)[1]

    assert (entry.title, entry.question, entry.learns) == (
        "On top of it", "What is it?", "Something.",
    )  # fmt: skip
    assert entry.alternatives == ("base",)
    assert entry.events == ("announcement_18",)
    assert entry.figures == ("bureau_staff_before", "halt_us_plant_days")


def test_a_file_is_named_only_for_the_mechanisms_it_adds(folder: Path) -> None:
    rows = library_tables(folder).splitlines()

    assert "| gate on lanes out of China | `on_top` |" in rows
    assert "| allocation: proportional | `base` |" in rows


def test_writing_keeps_what_stands_around_the_tables(folder: Path) -> None:
    text = write_library(folder).read_text(encoding="utf-8")

    assert text.startswith(f"before\n\n{BEGIN}\n\n## The library")
    assert text.endswith(f"{END}\n\nafter\n")
    assert "old" not in text.splitlines()


def test_writing_twice_changes_nothing(folder: Path) -> None:
    once = write_library(folder).read_text(encoding="utf-8")

    assert write_library(folder).read_text(encoding="utf-8") == once


@pytest.mark.parametrize(
    ("added", "label"),
    [
        ("demand: {less: {factor: 0.5}}", "demand factor"),
        ("measures: {more: {add_cover: 9 d}}", "more cover from the start"),
        ("measures: {more: {add_cover: 9 d, from: 9 d}}", "more cover from a date"),
        ("measures: {fly: {air: {transit: 2 d}}}", "air in need, mode fixed at filing"),
        ("control_lists: {worth: {from_value_share: 0.1}}",
         "gate on foreign-made goods, by value share"),
    ],
)  # fmt: skip
def test_a_mechanism_is_told_from_the_records(added: str, label: str) -> None:
    without = design_from_text(BASE).alternatives["base"]
    scenario = design_from_text(f"{BASE}{added}\n").alternatives["base"]

    assert mechanisms_of(scenario) - mechanisms_of(without) == {label}
