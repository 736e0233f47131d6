"""The scenarios that come with the project load, build, and say where their numbers are from."""

import csv
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.data import figure, monthly_baseline, table
from sim.data.baseline import Baseline
from sim.engine import Kind, Trace, simulate
from sim.model import build_model
from sim.scenario import Design, Scenario, load_design
from sim.scenario.fields import ReviewTime
from sim.scenario.laws import Law
from sim.scenario.schema import PolicyRule
from sim.units import DAY_S

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
UNIT_S = {"weeks": 7 * DAY_S, "days": DAY_S}
FREE = "licence-free NdFeB magnet"


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


def rows(file: str) -> list[dict[str, str]]:
    text = (FOLDER / "world_2025" / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def keys_in(text: str, mark: str) -> list[str]:
    """Return the keys that a note lists after a mark, such as `figures: a, b`."""
    if mark not in text:
        return []
    return re.findall(r"[a-z][a-z0-9_]*_[a-z0-9_]+", text.partition(mark)[2].partition(";")[0])


def triangle(key: str) -> tuple[str, int, int, int]:
    """Return the triangular law over the range of a figure in days or weeks, in seconds."""
    found = figure(key)
    low, mode, high = (round(x * UNIT_S[found.unit]) for x in (found.low, found.value, found.high))
    return ("triangular", low, mode, high)


def written(law: Law | None) -> tuple[str, int | None, int | None, int | None]:
    assert law is not None
    return (law.law, law.low, law.mode, law.high)


# Every file


def test_the_files_that_the_readme_lists_are_there() -> None:
    listed = set(re.findall(r"`(\w+\.yaml)`", (FOLDER / "README.md").read_text(encoding="utf-8")))

    assert listed == set(FILES) == {
        "tiny.yaml", "world_2025.yaml", "april_2025.yaml", "policies_2025.yaml",
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
def test_every_file_has_a_title_and_a_question(file: str) -> None:
    for scenario in design(file).alternatives.values():
        assert scenario.title
        assert scenario.question.endswith("?")


def test_a_newcomer_reads_the_smallest_file_in_a_minute() -> None:
    lines = (FOLDER / "tiny.yaml").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 110


# Where numbers are from


@pytest.mark.parametrize("name", april().policy)
def test_every_rule_has_a_source_that_can_be_looked_up(name: str) -> None:
    source = april().policy[name].source
    known = {row["key"] for row in table("policy_events")}
    named = keys_in(source, "policy_events: ")

    assert source.startswith(("policy_events: ", "assumed: "))
    assert set(named) <= known
    assert named or source.startswith("assumed: ")


def test_every_event_is_a_row_of_the_table_of_events_with_its_date() -> None:
    dates = {row["key"]: row["from_date"] for row in table("policy_events")}

    for event in april().events:
        (key,) = keys_in(event.source, "policy_events: ")
        assert event.date.isoformat() == dates[key]


def numbers_of(rule: PolicyRule) -> list[float]:
    """Return the review time in days and the shares that a rule states."""
    numbers = [rule.approval_rate, rule.final_refusal_share]
    review = rule.mean_review_time
    if isinstance(review, ReviewTime) and not review.never:
        numbers.append(review.seconds / DAY_S)
    return [number for number in numbers if number is not None]


@pytest.mark.parametrize("name", april().policy)
def test_every_number_of_a_rule_is_a_figure(name: str) -> None:
    rule = april().policy[name]
    keys = keys_in(rule.note, "figures: ")
    known = [figure(key) for key in keys]
    values = [found.low if "(low)" in rule.note else found.value for found in known]

    assert len(keys) >= len(numbers_of(rule))
    assert set(numbers_of(rule)) <= set(values)


def test_the_office_and_its_other_applicants_are_figures() -> None:
    scenario = april()
    office = scenario.desks["mofcom"]

    assert [o.count for o in office.officers] == [
        figure("bureau_staff_before").value, figure("bureau_staff_after").value,
    ]  # fmt: skip
    assert office.work.shape == figure("review_work_weibull_shape").value
    assert office.refile_after == figure("refile_after_refusal_days").value * DAY_S
    assert office.licence_term == figure("licence_validity_days").value * DAY_S
    for stream in scenario.other_applicants.values():
        (key,) = keys_in(stream.note, "figures: ")
        part = 0.5 if "(half)" in stream.note else 1.0
        assert [step.per_day for step in stream.rate] == [figure(key).value * part]


@pytest.mark.parametrize("file", ["sites.csv", "bom.csv", "lanes.csv"])
def test_every_key_in_the_tables_of_the_network_is_a_figure(file: str) -> None:
    for row in rows(file):
        text = row.get("note") or row.get("x-figures") or ""
        keys = [key.strip() for key in text.split(";")]

        assert all(figure(key).source for key in keys)


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
    controlled, free = (bill[item].per_unit for item in ("controlled NdFeB magnet", FREE))

    assert controlled + free == figure("magnet_per_car_kg").value * 1000
    assert controlled / (controlled + free) == figure("controlled_auto_share").value


@pytest.mark.parametrize("name", ["min_halt", "restart_cover", "restart_delay"])
def test_halt_rules_are_figures(name: str) -> None:
    key = {"min_halt": "halt_minimum_hours"}.get(name, f"{name}_days")
    unit = 3600 if name == "min_halt" else DAY_S

    assert getattr(world().halts, name) == figure(key).value * unit


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
                if world().items[world().sites[lane.supplier].makes].controlled
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


def test_without_controls_the_licence_scenario_halts_nobody() -> None:
    assert not halts(run("policies_2025.yaml", "no_controls"))


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
