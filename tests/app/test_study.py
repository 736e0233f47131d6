"""The Python way in: `sim.run`, then frames and figures."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.columns import HALTS, PAIRED, SUMMARY, names
from sim.errors import InputError

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    return sim.run(TINY, replications=2, workers=1, results=tmp_path_factory.mktemp("results"))


def test_halts_are_one_row_each_with_the_columns_of_the_dictionary(study: sim.Study) -> None:
    halts = study.halts()

    assert tuple(halts.columns) == names(HALTS)
    plant = halts[(halts["site"] == "car plant") & (halts["alternative"] == "as_ruled")]
    assert plant[["replication", "start_days", "end_days"]].to_numpy().tolist() == [
        [0, 65.0, 107.0],
        [1, 65.0, 107.0],
    ]


def test_tables_use_the_replications_asked_for_although_whole_shards_are_run(
    study: sim.Study,
) -> None:
    assert study.results.manifest.shards[0].replications == range(25)
    assert set(study.table("runs")["replication"]) == {0, 1}


def test_summary_and_comparison_are_tidy(study: sim.Study) -> None:
    assert tuple(study.summary().columns) == names(SUMMARY)
    paired = study.compare(baseline="no_controls")

    assert tuple(paired.columns) == names(PAIRED)
    ruled = paired[(paired["alternative"] == "as_ruled") & (paired["level"] == "sector")]
    assert ruled["later_halt_days"].tolist() == [65.0 - 200.0]


def test_the_runway_figure_is_a_matplotlib_figure_with_a_panel_for_each_sector(
    study: sim.Study,
) -> None:
    figure = study.plot_runway()

    assert "auto" in [axes.get_title(loc="left") for axes in figure.axes]


def test_the_same_call_runs_nothing_again(study: sim.Study) -> None:
    told: list[tuple[int, int]] = []
    sim.run(
        TINY, replications=2, workers=1, results=study.results.folder.parent,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip

    assert all(done == total for done, total in told)


def test_only_the_alternatives_asked_for_are_run(tmp_path: Path) -> None:
    one = sim.run(TINY, 1, alternatives=["slow_walk"], workers=1, results=tmp_path)

    assert one.results.alternatives == ("slow_walk",)


def test_an_unknown_alternative_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="as_ruled, no_controls, slow_walk"):
        sim.run(TINY, 1, alternatives=["slow_wlak"], results=tmp_path)


def test_an_override_reaches_every_alternative(tmp_path: Path) -> None:
    short = sim.run(TINY, 1, overrides=["horizon=60 d"], workers=1, results=tmp_path)

    assert set(short.table("runs")["horizon_days"]) == {60.0}
    assert "car plant" not in set(short.halts()["site"])


def test_a_sweep_and_every_setting_can_be_asked_for_from_python(tmp_path: Path) -> None:
    varied = sim.run(
        TINY, 1, alternatives=["as_ruled"], sweeps=["horizon=60 d,90 d"], desks="all",
        overrides=["desks.ministry.rest_per_round=1 t"], workers=1, results=tmp_path,
    )  # fmt: skip

    assert len(varied.results.alternatives) == 6
    rows = varied.structural().query("level == 'sector'")
    assert list(rows["alternative"]) == ["as_ruled [horizon=60 d]", "as_ruled [horizon=90 d]"]


def test_names_that_do_not_exist_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'forecast'"):
        _ = sim.forecast
