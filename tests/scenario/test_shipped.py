"""The scenarios that come with the project load, build, and run as they should."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.data import figure, monthly_baseline
from sim.data.baseline import Baseline
from sim.engine import Kind, Trace, simulate
from sim.model import build_model
from sim.scenario import Design, Scenario, load_design
from sim.units import DAY_S

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
FREE = "licence-free NdFeB magnet"
UNDISTURBED = ("no_controls", "no_shortage")
UNTOUCHED = [("october_2025_rule.yaml", "suspended"), ("snapback_2026.yaml", "renewed")]
"""Alternatives whose rules are as quick as covers are long."""


@cache
def design(file: str) -> Design:
    return load_design(FOLDER / file)


def world() -> Scenario:
    return design("world_2025.yaml").alternatives["base"]


def april() -> Scenario:
    return design("april_2025.yaml").alternatives["base"]


@cache
def run(file: str, alternative: str, replication: int = 0) -> Trace:
    return simulate(build_model(design(file).alternatives[alternative]), replication)


def halts(trace: Trace) -> dict[str, list[tuple[float, float]]]:
    """Return (start, end) of every halt of at least the shortest length, in days, by site."""
    sites = trace.tables.sites
    began: dict[int, int] = {}
    spans: list[tuple[int, int, int]] = []
    for second, kind, site in trace.rows[:, :3].tolist():
        if kind == Kind.HALTED:
            began[site] = second
        elif kind == Kind.RESTARTED:
            spans.append((site, began.pop(site), second))
    spans += [(site, start, trace.tables.horizon_s) for site, start in began.items()]
    found: dict[str, list[tuple[float, float]]] = {}
    for site, start, end in spans:
        if end - start >= sites.min_halt_s[site]:
            found.setdefault(sites.name[site], []).append((start / DAY_S, end / DAY_S))
    return found


def plants(trace: Trace) -> set[str]:
    sites = trace.tables.sites
    return {name for name, kind in zip(sites.name, sites.kind, strict=True) if kind == "plant"}


# Every file


def test_the_files_that_the_readme_lists_are_there() -> None:
    listed = set(re.findall(r"`(\w+\.yaml)`", (FOLDER / "README.md").read_text(encoding="utf-8")))

    assert listed == set(FILES)


def test_the_library_has_what_it_promises() -> None:
    assert {path.removesuffix(".yaml") for path in FILES} == {
        "tiny", "world_2025", "april_2025", "policies_2025", "october_2025_rule", "snapback_2026",
        "truce_90_days", "fast_track_europe", "india_undertakings", "defence_denied", "japan_2026",
        "total_stop", "general_licences", "stockpiles", "other_sources", "redesign_light_magnets",
        "tit_for_tat", "hoarding", "your_own_policy",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_every_file_loads_without_a_warning_and_every_alternative_builds(file: str) -> None:
    found = design(file)

    assert not found.warnings
    assert found.baseline in found.alternatives
    for scenario in found.alternatives.values():
        assert build_model(scenario).horizon_s == scenario.horizon


@pytest.mark.parametrize("file", FILES)
def test_every_file_begins_with_the_line_that_tells_editors_its_schema(file: str) -> None:
    first = (FOLDER / file).read_text(encoding="utf-8").partition("\n")[0]

    assert first == "# yaml-language-server: $schema=scenario.schema.json"


@pytest.mark.parametrize("file", FILES)
def test_every_file_has_a_title_a_question_and_a_lesson(file: str) -> None:
    for scenario in design(file).alternatives.values():
        assert scenario.title
        assert scenario.question.endswith("?")
        assert scenario.learns.endswith(".")


def test_a_newcomer_reads_the_smallest_file_in_a_minute() -> None:
    lines = (FOLDER / "tiny.yaml").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 110


# Flows


def tonnes_per_day(scenario: Scenario, destination: str) -> float:
    """Magnets that cross the Chinese border to a destination in undisturbed flow."""
    total = 0.0
    for lane in scenario.lanes.values():
        supplier, customer = scenario.sites[lane.supplier], scenario.sites[lane.customer]
        if supplier.country == "CN" and customer.country == destination:
            line = customer.bill[supplier.makes]
            total += customer.output_per_day * line.per_unit * lane.share / 1e6
    return total


@pytest.mark.parametrize("row", monthly_baseline(), ids=lambda row: row.destination)
def test_flows_by_destination_add_up_to_the_baseline(row: Baseline) -> None:
    found = tonnes_per_day(world(), row.destination)

    assert found == pytest.approx(row.tonnes_per_day, abs=1e-4)


def test_about_half_of_the_flow_is_controlled() -> None:
    free = world().model_copy(
        update={
            "lanes": {
                name: lane
                for name, lane in world().lanes.items()
                if world().sites[lane.supplier].makes != FREE
            }
        }
    )
    controlled = sum(tonnes_per_day(free, row.destination) for row in monthly_baseline())
    total = sum(row.tonnes_per_day for row in monthly_baseline())

    assert controlled / total == pytest.approx(figure("controlled_share").value, abs=0.03)


def test_the_orders_of_every_input_are_split_without_rest() -> None:
    scenario = world()
    shares: dict[tuple[str, str], float] = {}
    for lane in scenario.lanes.values():
        key = (lane.customer, scenario.sites[lane.supplier].makes)
        shares[key] = shares.get(key, 0.0) + lane.share

    assert set(shares) == {(site, item) for site, s in scenario.sites.items() for item in s.bill}
    assert all(share == pytest.approx(1.0, abs=1e-9) for share in shares.values())


# Runs


def held(trace: Trace, *, at_end: bool) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return what is in stock and under way for each input, shape (N,)."""
    totals = trace.totals
    stock, moving = (
        (totals.stock, totals.moving) if at_end else (totals.start_stock, totals.start_moving)
    )
    both = stock.copy()
    np.add.at(both, trace.tables.lanes.input, moving)
    return both


@pytest.mark.parametrize("replication", range(3))
def test_undisturbed_flow_halts_nobody_and_does_not_drift(replication: int) -> None:
    trace = run("world_2025.yaml", "base", replication)
    tables = trace.tables
    use = tables.inputs.per_unit * tables.regimes.plan_per_day[0, tables.inputs.site]
    longest = np.zeros(len(use), dtype=np.int64)
    np.maximum.at(longest, tables.lanes.input, tables.lanes.interval_s)

    assert not len(trace.of(Kind.HALTED))
    change = np.abs(held(trace, at_end=True) - held(trace, at_end=False))
    # One dispatch more or less, and one for transits that are no whole number of intervals.
    assert (change <= 2 * use * longest / DAY_S).all()


@pytest.mark.parametrize(
    ("file", "alternative"),
    [(f, a) for f in FILES for a in design(f).alternatives if a in UNDISTURBED] + UNTOUCHED,
)
def test_without_controls_nobody_halts(file: str, alternative: str) -> None:
    assert not halts(run(file, alternative))


def test_a_total_stop_halts_every_plant_that_needs_controlled_magnets() -> None:
    trace = run("policies_2025.yaml", "total_stop")
    spared = {name for name in plants(trace) if name.endswith("(licence-free)")}

    assert set(halts(trace)) >= plants(trace) - spared


def test_a_run_of_the_licence_scenario_is_small_enough_to_be_read() -> None:
    assert run("april_2025.yaml", "base").n_events <= 25_000


def test_halts_are_widespread_and_not_universal() -> None:
    trace = run("april_2025.yaml", "base")
    halted = plants(trace) & set(halts(trace))

    assert 0.2 < len(halted) / len(plants(trace)) < 0.9
    assert "Korean auto plants (a year of stock)" not in halted


def test_the_lean_us_plants_stand_in_the_second_half_of_may() -> None:
    first = halts(run("april_2025.yaml", "base"))["US auto plants (lean cover)"][0][0]

    assert 42 <= first <= 62


def test_may_2025_is_near_a_quarter_of_a_normal_month() -> None:
    trace = run("april_2025.yaml", "base")
    lanes, sent = trace.tables.lanes, trace.of(Kind.DISPATCHED)
    country = np.array(trace.tables.sites.country)[lanes.supplier]
    may = (sent[:, 0] >= 27 * DAY_S) & (sent[:, 0] < 58 * DAY_S) & (country[sent[:, 2]] == "CN")
    normal = sum(row.tonnes_per_month for row in monthly_baseline())

    reported = figure("may_2025_world_flow_share").value
    assert sent[may, 4].sum() / 1e6 / normal == pytest.approx(reported, abs=0.06)


def test_the_smallest_scenario_can_be_checked_by_hand() -> None:
    # Four consignments at sea and 20 days of stock last 28 + 20 days. The first licence is granted
    # on 12 June (day 69, 45 working days from 7 April) and the goods need 28 days more.
    supplier, plant = (
        halts(run("tiny.yaml", "as_ruled"))[name] for name in ("motor maker", "car plant")
    )

    assert supplier == [(48.0, 69.0 + 28.0)]
    assert plant == [(65.0, 107.0)]
    assert not halts(run("tiny.yaml", "no_controls"))
    assert len(halts(run("tiny.yaml", "slow_walk"))["car plant"]) > 1
