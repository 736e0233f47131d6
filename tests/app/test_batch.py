"""Batches from the command line: files, folders, sweeps, settings, and what is said about them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.engine import Trace
from sim.engine.choice import engine_named
from sim.experiment import load, run_design, shard
from sim.model.tables import ModelTables
from tests.app.commands import Command
from tests.experiment.worlds import FREE, LICENCES, TEXT, design, digests

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two_plants.yaml"
    path.write_text(TEXT)
    return path


def another(file: Path, name: str, text: str = TEXT) -> Path:
    path = file.with_name(f"{name}.yaml")
    path.write_text(text.replace("name: two_plants", f"name: {name}"))
    return path


def asked(tmp_path: Path, *more: object) -> tuple[object, ...]:
    return ("-n", 25, "-j", 1, "--results", tmp_path / "results", *more)


# ---------------------------------------------------------------- files and folders


def test_several_files_are_run_under_one_plan_and_shown_one_after_another(
    command: Command, file: Path, tmp_path: Path
) -> None:
    ended = command("run", file, another(file, "second"), *asked(tmp_path))

    assert ended.code == 0
    assert "two_plants: 2 alternatives of 25 replications, in 2 shards of 25 runs" in ended.err
    assert "plan: 100 runs with 1 worker" in ended.err
    assert ended.out.index("two_plants: 25 repl") < ended.out.index("second: 25 repl")
    assert load(tmp_path / "results" / "second").n_runs == 25


def test_a_scenario_without_a_run_that_ends_is_said_to_have_failed_and_others_are_shown(
    command: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine_named("compiled")

    def simulate(tables: ModelTables, replication: int) -> Trace:
        if tables.seed == 99:
            raise ValueError("no such day")
        return real(tables, replication)

    monkeypatch.setattr(shard, "engine_named", lambda _name: simulate)
    bad = another(file, "bad", TEXT.replace("seed: 7", "seed: 99"))

    beside = command("run", bad, file, *asked(tmp_path))
    alone = command("run", bad, *asked(tmp_path / "alone"))

    assert (beside.code, alone.code) == (3, 3)
    assert "two_plants: 25 repl" in beside.out
    assert ("no such day" in alone.err, alone.out) == (True, "")


def test_a_folder_stands_for_the_scenario_files_in_it(
    command: Command, file: Path, tmp_path: Path
) -> None:
    another(file, "second")
    (tmp_path / "notes.txt").write_text("not a scenario")

    ended = command("run", tmp_path, *asked(tmp_path, "--json", "-q"))
    assert [one["design"] for one in json.loads(ended.out)] == ["second", "two_plants"]


def test_a_folder_without_scenarios_ends_with_2(command: Command, tmp_path: Path) -> None:
    ended = command("run", tmp_path)

    assert (ended.code, "no scenario file" in ended.err) == (2, True)


def test_faults_of_all_files_are_told_together_and_nothing_is_run(
    command: Command, file: Path, tmp_path: Path
) -> None:
    one = another(file, "one", TEXT.replace("officers: 2", "officers: -2"))
    two = another(file, "two", TEXT.replace("seed: 7", "seed: x"))
    ended = command("run", file, one, two, *asked(tmp_path))

    assert ended.code == 2
    assert "one.yaml: 1 problem" in ended.err
    assert "two.yaml: 1 problem" in ended.err
    assert not (tmp_path / "results").exists()


def test_two_files_of_one_name_are_refused(command: Command, file: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.yaml"
    twin.write_text(TEXT)

    ended = command("run", file, twin, *asked(tmp_path))
    assert ended.code == 2
    assert "need another name" in ended.err


def test_csv_of_several_designs_goes_into_a_folder_for_each(
    command: Command, file: Path, tmp_path: Path
) -> None:
    command("run", file, another(file, "second"), *asked(tmp_path, "-q", "--csv", tmp_path / "csv"))

    assert {path.name for path in (tmp_path / "csv").iterdir()} == {"two_plants", "second"}
    assert (tmp_path / "csv" / "second" / "halts.csv").is_file()


# ---------------------------------------------------------------- plan, dry run, why


def test_a_dry_run_says_what_would_be_run_and_writes_nothing(
    command: Command, file: Path, tmp_path: Path
) -> None:
    ended = command("run", file, *asked(tmp_path, "--dry-run"))

    assert (ended.code, ended.err) == (0, "")
    assert "0 stored, 2 to run" in ended.out
    assert not (tmp_path / "results").exists()


def test_what_is_stored_is_not_planned_again(command: Command, file: Path, tmp_path: Path) -> None:
    command("run", file, *asked(tmp_path, "-q"))

    ended = command("run", file, *asked(tmp_path, "--dry-run", "-n", 50))
    assert "2 stored, 2 to run" in ended.out
    again = command("run", file, *asked(tmp_path))
    assert "plan: nothing is run" in again.err


def test_why_names_the_part_of_the_key_that_changed(
    command: Command, file: Path, tmp_path: Path
) -> None:
    command("run", file, *asked(tmp_path, "-q"))
    file.write_text(TEXT.replace("gates: null}", "horizon: 90 d, gates: null}"))

    ended = command("run", file, *asked(tmp_path, "--dry-run", "--why"))
    licences, free = ended.out.splitlines()[:2]
    assert f"{LICENCES} (" in licences
    assert licences.endswith("1 of 1 shards are stored")
    assert f"{FREE} (" in free
    assert free.endswith("changed: scenario (horizon)")


def test_the_plan_of_a_batch_that_is_too_large_is_refused_before_anything_is_written(
    command: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.design.LARGEST_SITE_ROWS", 100)

    ended = command("run", file, *asked(tmp_path))
    assert ended.code == 5
    assert "add --allow-large" in ended.err
    assert not (tmp_path / "results").exists()
    assert command("run", file, *asked(tmp_path, "--allow-large", "-q")).code == 0


# ---------------------------------------------------------------- sweeps and settings


def test_a_sweep_is_run_as_alternatives_and_compared_value_by_value(
    command: Command, file: Path, tmp_path: Path
) -> None:
    sweep = ("--sweep", "policy.slow.mean_review_time=1 d,90 d", "-q", "--json")
    ended = command("compare", file, *asked(tmp_path, *sweep))

    rows = [row for row in json.loads(ended.out) if row["name"] == "auto"]
    assert [(row["alternative"], row["baseline"]) for row in rows] == [
        ("licences [mean_review_time=90 d]", "licences [mean_review_time=1 d]"),
        ("no one's gate [mean_review_time=1 d]", "licences [mean_review_time=1 d]"),
        ("no one's gate [mean_review_time=90 d]", "licences [mean_review_time=90 d]"),
    ]
    assert rows[0]["less_downtime_days"] < 0 < rows[2]["less_downtime_days"]


def test_a_sweep_has_a_results_folder_of_its_own(
    command: Command, file: Path, tmp_path: Path
) -> None:
    for more in ((), ("--sweep", "horizon=60 d,90 d"), ("--set", "horizon=60 d")):
        command("run", file, *asked(tmp_path, "-q", *more))

    assert len(list((tmp_path / "results").iterdir())) == 3


def test_one_alternative_stands_for_all_of_its_variants(
    command: Command, file: Path, tmp_path: Path
) -> None:
    more = ("--sweep", "horizon=60 d,90 d", "-a", LICENCES, "--dry-run")

    assert "2 alternatives of 25" in command("run", file, *asked(tmp_path, *more)).out
    one = ("--sweep", "horizon=60 d,90 d", "-a", f"{LICENCES} [horizon=90 d]", "--dry-run")
    assert "1 alternative of 25" in command("run", file, *asked(tmp_path, *one)).out


def test_desks_all_runs_every_setting_and_shows_how_far_they_lie_apart(
    command: Command, file: Path, tmp_path: Path
) -> None:
    file.write_text(TEXT.replace("officers: 2}", "officers: 2, rest_per_round: 100 kg}"))
    ended = command("compare", file, *asked(tmp_path, "--desks", "all", "-q"))
    json_of = ("--desks", "all", "-q", "--json", "--table", "structural")
    rows = json.loads(command("compare", file, *asked(tmp_path, *json_of)).out)

    assert "structural: lowest to highest" in ended.out
    assert "licences [bare_minimum]" in ended.out
    licences, free = rows
    assert (licences["alternative"], free["alternative"]) == (LICENCES, FREE)
    days = [licences[f"downtime_days_mean_{s}"] for s in ("queue", "unlimited", "bare_minimum")]
    assert days[1] < days[0] < days[2]
    assert [licences[f"downtime_days_mean_{end}"] for end in ("lowest", "highest")] == [
        days[1], days[2],
    ]  # fmt: skip
    assert free["downtime_days_mean_highest"] == 0


def test_compare_shows_costs_and_gives_any_of_its_tables(
    command: Command, file: Path, tmp_path: Path
) -> None:
    priced = ("-q", "--set", "items.magnet.value_usd=0.06")
    told = command("compare", file, *asked(tmp_path, *priced)).out
    json_of = (*priced, "--json", "--table", "cost_totals")
    rows = json.loads(command("compare", file, *asked(tmp_path, *json_of)).out)

    assert "What stocks and measures cost over the run" in told
    assert "What stocks" not in command("compare", file, *asked(tmp_path, "-q")).out
    assert {row["alternative"] for row in rows} == {LICENCES, FREE}
    assert {row["category"] for row in rows} >= {"holding", "all"}


def test_one_setting_can_be_chosen(command: Command, file: Path, tmp_path: Path) -> None:
    queue = command("run", file, *asked(tmp_path, "-q", "--json")).out
    unlimited = command("run", file, *asked(tmp_path, "-q", "--json", "--desks", "unlimited")).out

    days = [
        next(one for one in json.loads(told)["alternatives"] if one["alternative"] == LICENCES)[
            "sectors"
        ][0]["downtime_days_mean"]
        for told in (queue, unlimited)
    ]
    assert days[1] < days[0]


def test_a_setting_that_a_desk_cannot_have_ends_with_2_and_says_what_it_needs(
    command: Command, file: Path, tmp_path: Path
) -> None:
    ended = command("run", file, *asked(tmp_path, "--desks", "bare_minimum"))

    assert ended.code == 2
    assert "desks.ministry: the bare_minimum setting needs protected sites or" in ended.err


# ---------------------------------------------------------------- the same bytes, however it ends

LONG = TEXT.replace("horizon: 120 d", "horizon: 300 d")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Checksums of 8 shards that were run in one go."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    return digests(run_design(design(LONG), 100, 2, folder).folder)


def started(file: Path, results: Path) -> subprocess.Popen[str]:
    """Start the same batch in a process of its own, and wait until a shard is stored."""
    command = [sys.executable, "-m", "sim", "run", str(file), "-n", "100", "-j", "2",
               "--results", str(results)]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    begun = time.monotonic()
    while not list(results.rglob("receipt-*.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - begun < 120
        time.sleep(0.01)
    return process


@POSIX
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_batch_that_was_stopped_keeps_whole_shards_and_resumes_to_the_same_bytes(
    file: Path,
    tmp_path: Path,
    command: Command,
    uninterrupted: dict[str, str],
    number: int,
    code: int,
) -> None:
    file.write_text(LONG)
    results = tmp_path / "results"
    process = started(file, results)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)

    assert process.returncode == code
    assert (number == signal.SIGKILL) != ("the same command goes on" in err)
    assert not (results / "two_plants" / "manifest.json").exists()
    if number != signal.SIGKILL:
        whole = {(path.parent, path.stem[-7:]) for path in results.rglob("receipt-*.json")}
        assert {(path.parent, path.stem[-7:]) for path in results.rglob("*.parquet")} == whole
        assert not list(results.rglob(".part-*"))
    assert command("run", file, "-n", 100, "-q", "-j", 1, "--results", results).code == 0
    assert digests(results / "two_plants") == uninterrupted
