"""Every number in the shipped scenarios is a figure, and every rule has a source."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim.data import figure, figure_keys, table
from sim.data.figures import Figure
from sim.scenario import Design, Scenario, load_design
from sim.scenario.fields import Record, ReviewTime
from sim.scenario.laws import Law
from sim.units import DAY_S

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
MADE_UP = {"tiny.yaml", "your_own_policy.yaml"}
"""All of their numbers are round and made up; they say so."""
WHAT_IF = "policies_2025.yaml"
"""Its alternatives ask what if, and their names say with which number."""
SOURCED = [file for file in FILES if file not in MADE_UP]

SCALE = {
    "days": DAY_S, "working days": DAY_S, "weeks": 7 * DAY_S, "hours": 3600,
    "tonnes": 10**6, "kg per day": 1000, "USD per kg": 0.001,
}  # fmt: skip
"""What a number of a figure's unit is inside a scenario; 1 for all other units."""
SECTIONS = (
    "control_lists", "gates", "desks", "policy", "other_applicants", "demand", "measures",
    "stockpiles", "chances", "triggers",
)  # fmt: skip
"""Groups of records whose every number is a figure. Networks of their own are made up."""
RANKS = {"priority", "weight"}
"""Fields that put things in order and measure nothing."""
DATES = {"from_", "to", "latest"}


@cache
def design(file: str) -> Design:
    return load_design(FOLDER / file)


def world() -> Scenario:
    return design("world_2025.yaml").alternatives["base"]


def records(file: str) -> Iterator[tuple[str, Any]]:
    """Yield (what it is, record) for every record of every alternative."""
    for alternative, scenario in design(file).alternatives.items():
        for section in SECTIONS:
            for name, record in getattr(scenario, section).items():
                yield f"{alternative}: {section}.{name}", record


def keys_in(text: str, mark: str) -> list[str]:
    """Return the keys that a note lists after a mark, such as `figures: a, b`."""
    if mark not in text:
        return []
    return re.findall(r"[a-z][a-z0-9_]*_[a-z0-9_]+", text.partition(mark)[2].partition(";")[0])


def numbers_in(record: Record) -> Iterator[float]:
    """Yield every number that a record states, in the units inside: seconds, grams, shares."""
    for field in sorted(record.model_fields_set - RANKS - DATES):
        yield from _numbers(getattr(record, field))


def _numbers(value: object) -> Iterator[float]:
    match value:
        case ReviewTime():
            yield from () if value.never else (value.seconds,)
        case Record():
            yield from numbers_in(value)
        case Mapping():
            for inner in value.values():
                yield from _numbers(inner)
        case tuple():
            for inner in value:
                yield from _numbers(inner)
        case bool() | str() | date() | None:
            pass
        case int() | float():
            yield float(value)


def values_of(found: Figure, note: str) -> set[float]:
    """Return a figure's value and the ends of its range, in the units inside a scenario."""
    scale = SCALE.get(found.unit, 1) * (0.5 if "(half)" in note else 1)
    return {round(x * scale, 9) for x in (found.value, found.low, found.high)}


def triangle(key: str) -> tuple[str, int | None, int | None, int | None]:
    """Return the triangular law over the range of a figure in days or weeks, in seconds."""
    found = figure(key)
    low, mode, high = (round(x * SCALE[found.unit]) for x in (found.low, found.value, found.high))
    return ("triangular", low, mode, high)


def written(law: Law | None) -> tuple[str, int | None, int | None, int | None]:
    assert law is not None
    return (law.law, law.low, law.mode, law.high)


def rows(file: str) -> list[dict[str, str]]:
    text = (FOLDER / "world_2025" / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("file", SOURCED)
def test_every_rule_has_a_source_that_can_be_looked_up(file: str) -> None:
    known = {row["key"] for row in table("policy_events")}

    for scenario in design(file).alternatives.values():
        for name, rule in scenario.policy.items():
            assert rule.source.startswith(("policy_events: ", "assumed: ")), name
            assert set(keys_in(rule.source, "policy_events: ")) <= known, name


@pytest.mark.parametrize("file", SOURCED)
def test_every_event_is_a_row_of_the_table_of_events_with_its_date(file: str) -> None:
    dates = {row["key"]: row["from_date"] for row in table("policy_events")}

    for scenario in design(file).alternatives.values():
        for event in scenario.events:
            (key,) = keys_in(event.source, "policy_events: ")
            assert event.date.isoformat() == dates[key]


@pytest.mark.parametrize("file", SOURCED)
def test_every_figure_that_a_file_names_is_there(file: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    notes = re.findall(r'"figures: ([^";]*)', text)
    named = {key for note in notes for key in re.findall(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", note)}

    assert named <= set(figure_keys())


@pytest.mark.parametrize("file", [file for file in SOURCED if file != WHAT_IF])
def test_every_number_of_a_record_is_a_figure_that_it_names(file: str) -> None:
    for what, record in records(file):
        keys = keys_in(record.note, "figures: ")
        known = {value for key in keys for value in values_of(figure(key), record.note)}
        missing = {round(x, 9) for x in numbers_in(record)} - known - {0.0, 1.0}
        assert not missing, f"{file}, {what}: {missing}"


@pytest.mark.parametrize("file", SOURCED)
def test_transits_and_covers_that_name_a_figure_are_its_triangle(file: str) -> None:
    for scenario in design(file).alternatives.values():
        laws = [(lane.transit, lane.note) for lane in scenario.lanes.values()]
        laws += [
            (line.cover, site.note)
            for site in scenario.sites.values()
            for line in site.bill.values()
            if line.cover is not None
        ]
        for law, note in laws:
            keys = [key for key in keys_in(note, "figures: ") if key.startswith(("tr", "cover_"))]
            assert (
                not keys or law.law == "fixed" or written(law) in [triangle(key) for key in keys]
            ), note


@pytest.mark.parametrize("file", ["items.csv", "sites.csv", "bom.csv", "lanes.csv"])
def test_every_key_in_the_tables_of_the_network_is_a_figure(file: str) -> None:
    for row in rows(file):
        text = row.get("x-figures") or (row["note"] if file != "items.csv" else "")
        keys = [key.strip() for key in text.split(";") if key]

        assert all(figure(key).source for key in keys)


@pytest.mark.parametrize("row", [row for row in rows("items.csv") if row["value_usd"]])
def test_every_value_of_an_item_is_the_figure_it_names(row: dict[str, str]) -> None:
    found = figure(row["x-figures"])

    assert float(row["value_usd"]) == pytest.approx(found.value * SCALE.get(found.unit, 1))


@pytest.mark.parametrize(
    ("item", "element", "key"),
    [
        ("controlled NdFeB magnet", "Dy", "magnet_dysprosium_terbium_mass_share"),
        ("controlled NdFeB magnet", "Nd", "magnet_neodymium_praseodymium_mass_share"),
        ("licence-free NdFeB magnet", "Nd", "magnet_neodymium_praseodymium_mass_share"),
        ("samarium-cobalt magnet", "Sm", "magnet_samarium_mass_share"),
    ],
)
def test_what_magnets_contain_are_figures(item: str, element: str, key: str) -> None:
    assert dict(world().items[item].composition)[element] == figure(key).value  # type: ignore[index]


@pytest.mark.parametrize("row", rows("bom.csv"), ids=lambda row: f"{row['site']}-{row['item']}")
def test_every_cover_is_the_figure_it_names(row: dict[str, str]) -> None:
    line = world().sites[row["site"]].bill[row["item"]]

    assert written(line.cover) == triangle(row["x-figures"])


@pytest.mark.parametrize("row", rows("lanes.csv"), ids=lambda row: row["name"])
def test_every_transit_is_the_figure_it_names(row: dict[str, str]) -> None:
    lane = world().lanes[row["name"]]

    assert written(lane.transit) == triangle(row["note"].partition(" ;")[0])


@pytest.mark.parametrize(
    ("lane", "interval"),
    [
        ("China large makers to US auto suppliers", "dispatch_auto_days"),
        ("China large makers to US other plants", "dispatch_other_days"),
        ("China large makers to US chip equipment suppliers", "dispatch_small_days"),
        ("US chip equipment suppliers to US chip equipment plants",
         "dispatch_components_small_days"),
    ],
)  # fmt: skip
def test_dispatch_intervals_are_figures(lane: str, interval: str) -> None:
    assert world().lanes[lane].dispatch_every == figure(interval).value * DAY_S


def test_a_car_takes_the_magnets_of_the_figures() -> None:
    bill = world().sites["German auto suppliers"].bill
    controlled = bill["controlled NdFeB magnet"].per_unit
    free = bill["licence-free NdFeB magnet"].per_unit

    assert controlled + free == figure("magnet_per_car_kg").value * 1000
    assert controlled / (controlled + free) == figure("controlled_auto_share").value


@pytest.mark.parametrize("name", ["min_halt", "restart_cover", "restart_delay"])
def test_halt_rules_are_figures(name: str) -> None:
    key = {"min_halt": "halt_minimum_hours"}.get(name, f"{name}_days")
    unit = 3600 if name == "min_halt" else DAY_S

    assert getattr(world().halts, name) == figure(key).value * unit
