"""Every picture says what it shows, in units and dates, and nothing runs into anything else."""

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import InputError
from sim.report.figures import (
    Picture,
    halt_curves_figure,
    halt_timeline_figure,
    licences_figure,
    network_figure,
    runway_figure,
    save,
    summary_figure,
)
from sim.report.map_figure import network_flows
from sim.report.style import styled, svg_bytes
from sim.report.timeline_figure import standing_share
from sim.scenario import Scenario
from tests.report import made_up
from tests.report.made_up import HOSTILE, MATHS, N_RUNS, PICTURE, TEMPLATE

NAMES = ("summary", "halt_curves", "runway", "halt_timeline", "licences", "network")
BY_DATE = ("halt_curves", "runway", "halt_timeline", "licences")


def words(picture: Picture) -> list[str]:
    """Every text that can be seen on a picture."""
    canvas = picture.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with styled():
        canvas.draw()
    return [text.get_text() for text in picture.findobj(Text) if text.get_visible()]


def boxes(picture: Picture) -> list[tuple[str, np.ndarray]]:
    """Every text that can be seen, with its corners in pixels."""
    with styled():
        picture.canvas.draw()
        renderer = picture.canvas.get_renderer()
        outside = set(ticks_outside(picture))
        seen = [text for text in picture.findobj(Text)
                if text.get_visible() and text.get_text() and text not in outside]  # fmt: skip
        return [(text.get_text(), text.get_window_extent(renderer).get_points()) for text in seen]


def ticks_outside(picture: Picture) -> Iterator[Text]:
    """Labels of ticks beyond the ends of an axis: they exist, and are not drawn."""
    for axes in picture.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not axes.axison or not low <= tick.get_loc() <= high:
                    yield from (tick.label1, tick.label2)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Area that two boxes share, as a share of the smaller one."""
    low, high = np.maximum(one[0], other[0]), np.minimum(one[1], other[1])
    shared = float(np.prod(np.clip(high - low, 0, None)))
    return shared / min(float(np.prod(box[1] - box[0])) for box in (one, other))


@pytest.mark.parametrize("name", NAMES)
def test_no_text_runs_into_another_or_off_the_picture(pictures, name: str) -> None:
    found = boxes(pictures[name].picture)
    width, height = pictures[name].picture.canvas.get_width_height()

    clashes = [(a, b) for (a, one), (b, other) in itertools.combinations(found, 2)
               if overlap(one, other) > 0.02]  # fmt: skip

    assert clashes == []
    for text, box in found:
        assert box[0].min() >= 0, text
        assert box[1][0] <= width, text
        assert box[1][1] <= height, text


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_a_title_a_line_under_it_and_a_caption(pictures, name: str) -> None:
    picture = pictures[name].picture
    seen = " ".join(words(picture))

    for text in (picture.heading, picture.subtitle, picture.caption):
        assert text
        assert text.replace("\n", " ") in seen


@pytest.mark.parametrize("name", ["summary", *BY_DATE])
def test_the_caption_states_replications_and_what_the_result_is_conditional_on(
    pictures, name: str
) -> None:
    caption = pictures[name].picture.caption

    assert f"{N_RUNS} replications" in caption
    assert "Conditional on the policy calendar" in caption


@pytest.mark.parametrize(("name", "band"), [
    ("halt_curves", "95 % intervals"), ("runway", "10 to 90 %"), ("licences", "10 to 90 %"),
    ("summary", "95 % intervals"),
])  # fmt: skip
def test_the_caption_says_what_the_band_is(pictures, name: str, band: str) -> None:
    assert band in pictures[name].picture.caption


@pytest.mark.parametrize("name", BY_DATE)
def test_the_time_axis_shows_calendar_dates(pictures, name: str) -> None:
    seen = words(pictures[name].picture)

    assert any(re.fullmatch(r"[A-Z][a-z]{2}\n2025", text) for text in seen)
    assert any(re.fullmatch(r"[A-Z][a-z]{2}\n2026", text) for text in seen)


@pytest.mark.parametrize(("name", "units"), [
    ("summary", {"plants [%]", "downtime [days]"}),
    ("halt_curves", {"not halted so far [%]"}),
    ("runway", {"runway [days]"}),
    ("licences", {"files waiting [count]", "approved so far [%]",
                  "wait from filing to decision [days]"}),
])  # fmt: skip
def test_axes_are_labelled_with_their_units(pictures, name: str, units: set[str]) -> None:
    assert units <= set(words(pictures[name].picture))


def test_the_runway_has_a_panel_for_each_sector_and_its_events_by_number(pictures) -> None:
    seen = words(pictures["runway"].picture)

    assert {"auto", "chip equipment", "defence", "other"} <= set(seen)
    assert "Geneva truce" in seen
    assert "12 May 2025" in seen
    assert {str(number) for number in range(1, 10)} <= set(seen)


def test_the_runway_of_two_alternatives_has_a_band_for_each(findings, scenario) -> None:
    picture = runway_figure(findings, scenario, "site", ["US auto plants"],
                            ["as it happened", "total stop"])  # fmt: skip

    assert len(picture.axes) == 1
    assert len(picture.axes[0].collections) == 2
    assert "as it happened, total stop" in picture.caption


def test_a_sector_that_is_not_there_is_named(findings, scenario) -> None:
    with pytest.raises(InputError, match="did you mean 'auto'"):
        runway_figure(findings, scenario, names=["autos"])


def test_the_line_of_the_runway_is_the_median_of_the_table(findings, scenario) -> None:
    table = findings.runway_fans
    rows = table[(table.level == "sector") & (table.name == "auto")
                 & (table.alternative == "as it happened")]  # fmt: skip

    picture = runway_figure(findings, scenario, names=["auto"], alternatives=["as it happened"])

    line = picture.axes[0].lines[0]
    assert np.array_equal(line.get_xdata(), rows["day"])
    assert np.array_equal(line.get_ydata(), rows["runway_days_p50"])


def test_a_runway_without_end_does_not_flatten_the_others(findings, scenario) -> None:
    table = findings.runway_fans.copy()
    days = ["runway_days_p10", "runway_days_p50", "runway_days_p90"]
    table.loc[table["alternative"] == "no controls", days] = 365.0
    mine = (table["name"] == "auto") & (table["alternative"] == "as it happened")

    picture = runway_figure(made_up.make_findings(runway_fans=table), scenario, names=["auto"])

    top = picture.axes[0].get_ylim()[1]
    assert table.loc[mine, "runway_days_p50"].max() < top < 100
    assert "leave at the top run longer, up to a year or more" in picture.caption


def test_the_summary_puts_the_worst_on_top_and_never_writes_zero_halts(pictures) -> None:
    picture = pictures["summary"].picture
    labels = [text.get_text() for text in picture.axes[0].get_yticklabels()]

    assert labels[0] == "total stop"
    assert labels[-1] == "no controls"
    assert "< 6 %" in words(picture)
    assert "0 %" not in words(picture)


def test_a_file_count_that_would_flatten_the_others_is_cut_off_and_named(pictures) -> None:
    picture = pictures["licences"].picture

    assert re.search(r"Beyond the top of the first panel: total stop \(up to 5,\d{3} files\)",
                     picture.caption)  # fmt: skip
    assert "No application is filed under: no controls" in picture.caption


def test_a_plant_that_stands_in_half_of_the_runs_fills_half_of_its_row() -> None:
    starts, ends = np.array([10.0, 10.0]), np.array([20.0, 30.0])

    share = standing_share(starts, ends, np.array([0.0, 10.0, 20.0, 30.0]), 4)

    assert share.tolist() == [0.0, 0.5, 0.25]


def test_one_replication_is_drawn_from_start_to_end_of_each_halt(results, scenario) -> None:
    halts = results.table("halts")
    mine = halts[halts["replication"] == 3]

    picture = halt_timeline_figure(halts, scenario, "as it happened", N_RUNS, replication=3)

    drawn = [path.get_extents() for c in picture.axes[0].collections for path in c.get_paths()]
    assert sorted(box.x0 for box in drawn) == pytest.approx(sorted(mine["start_days"]))
    assert sorted(box.x1 for box in drawn) == pytest.approx(sorted(mine["end_days"]))
    assert "number 3" in picture.subtitle


def test_plants_that_never_stand_are_counted_not_drawn(results, scenario) -> None:
    halts = results.table("halts")
    n_plants = len(made_up.plants())
    n_halted = halts["site"].nunique()

    picture = halt_timeline_figure(halts, scenario, "as it happened", N_RUNS)

    assert f"{n_plants - n_halted} of {n_plants} plants never stand" in picture.caption
    assert len(picture.axes[0].get_yticklabels()) == n_halted


def test_a_timeline_without_a_halt_can_be_drawn(results, scenario) -> None:
    picture = halt_timeline_figure(results.table("halts"), scenario, "no controls", N_RUNS)

    n_plants = len(made_up.plants())
    assert f"{n_plants} of {n_plants} plants never stand" in picture.caption


def test_halts_whose_text_comes_as_categories_are_drawn_the_same(results, scenario) -> None:
    halts = results.table("halts")
    words = dict.fromkeys(("alternative", "site", "cause", "kind"), "category")

    plain = halt_timeline_figure(halts, scenario, "as it happened", N_RUNS)
    stored = halt_timeline_figure(halts.astype(words), scenario, "as it happened", N_RUNS)

    assert svg_bytes(plain) == svg_bytes(stored)


def test_a_flow_is_the_planned_use_times_what_a_piece_holds(scenario) -> None:
    _, flows = network_flows(scenario)
    by_ends = {(flow.source, flow.target): flow for flow in flows}
    tonnes = 1000 * 0.7 * 365.25 / 1000

    magnets = by_ends["China makers", "US auto suppliers"]
    motors = by_ends["US auto suppliers", "US auto plants"]
    home = by_ends["Japan makers", "JP auto suppliers"]

    assert magnets.tonnes_per_year == pytest.approx(tonnes)
    assert motors.tonnes_per_year == pytest.approx(tonnes)
    assert magnets.desks == ("mofcom",)
    assert motors.desks == home.desks == ()


def test_joining_sites_keeps_every_tonne(scenario) -> None:
    nodes, flows = network_flows(scenario)
    fewer, joined = network_flows(scenario, together=True)

    assert len(fewer) <= len(nodes)
    assert sum(flow.tonnes_per_year for flow in joined) == pytest.approx(
        sum(flow.tonnes_per_year for flow in flows)
    )
    assert sum(flow.n_lanes for flow in joined) == len(scenario.lanes)


def test_a_large_network_is_drawn_by_country_and_sector() -> None:
    data = made_up.scenario_data()
    for number in range(30):
        data["sites"][f"plant {number}"] = dict(data["sites"]["US auto plants"])
        data["lanes"][f"lane {number}"] = {"supplier": "US auto suppliers", "transit": "1 d",
                                           "customer": f"plant {number}"}  # fmt: skip
    picture = network_figure(Scenario.model_validate(data))

    seen = words(picture)
    assert seen.count("United States, auto") == 2
    assert "drawn together" in picture.caption


def test_hostile_names_are_drawn_literally(findings, scenario) -> None:
    names = (HOSTILE, MATHS, TEMPLATE, PICTURE, "_hidden", "東京")
    other = made_up.renamed(findings, dict(zip(findings.alternatives[2:], names, strict=False)))
    sectors = made_up.renamed(findings, dict(zip(made_up.SECTORS, names, strict=False)))

    for picture in (summary_figure(other), halt_curves_figure(other), licences_figure(other)):
        assert set(names) <= set(words(picture))
    assert set(names[:4]) <= set(words(runway_figure(sectors, scenario)))


def test_the_same_tables_give_the_same_bytes(findings, scenario, pictures, tmp_path) -> None:
    again = runway_figure(findings, scenario)

    first = save(pictures["runway"].picture, tmp_path / "a", "runway")
    second = save(again, tmp_path / "b", "runway")

    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert b"2025-11" not in one.read_bytes()[:600]


def test_an_svg_has_text_as_text_and_no_date_of_its_making(pictures) -> None:
    svg = svg_bytes(pictures["halt_curves"].picture).decode()

    assert ">fast track for Europe</text>" in svg
    assert "<dc:date>" not in svg
    assert "'DejaVu Sans', Verdana," in svg


def test_a_comparison_of_one_run_can_be_drawn(findings, scenario) -> None:
    """One replication has no intervals: every end is empty."""
    tables = {}
    for name in ("summary", "paired", "halt_curves", "waits", "backlog"):
        table = getattr(findings, name).copy()
        ends = [column for column in table if column.endswith(("_low", "_high"))]
        table[ends] = np.nan
        tables[name] = table
    single = made_up.make_findings(n_runs=1, **tables)

    for picture in (summary_figure(single), halt_curves_figure(single), licences_figure(single)):
        assert isinstance(picture, Figure)
        words(picture)


def test_a_design_without_any_licence_can_be_drawn(findings) -> None:
    nothing = {name: getattr(findings, name).iloc[:0] for name in ("waits", "backlog")}

    picture = licences_figure(made_up.make_findings(**nothing))

    assert isinstance(words(picture), list)


def test_the_order_of_rows_does_not_matter(findings, scenario) -> None:
    shuffled = findings.runway_fans.sample(frac=1, random_state=1)
    shuffled = pd.concat([shuffled[shuffled.name == sector] for sector in made_up.SECTORS])

    one = runway_figure(findings, scenario)
    other = runway_figure(made_up.make_findings(runway_fans=shuffled), scenario)

    assert svg_bytes(one) == svg_bytes(other)
