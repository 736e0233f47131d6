"""The command line: what it prints where, and what it ends with."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import sim
from sim.app import cli
from tests.app.commands import Command

ROOT = Path(__file__).parents[2]
TINY = str(ROOT / "scenarios" / "tiny.yaml")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the tiny scenario."""
    folder = tmp_path_factory.mktemp("results")
    sim.run(TINY, results=folder, workers=1)
    return folder


def test_version_is_the_package_version(command: Command) -> None:
    assert sim.__version__ in command("--version").out


def test_a_good_file_passes_check(command: Command) -> None:
    ended = command("check", TINY)

    assert ended.code == 0
    assert "good" in ended.out


def test_a_bad_file_ends_with_2_and_names_every_fault_with_its_place(
    command: Command, tmp_path: Path
) -> None:
    text = Path(TINY).read_text().replace("approval_rate: 1.0", "approval_rate: 14")
    bad = tmp_path / "bad.yaml"
    bad.write_text(text.replace("officers: 20", "oficers: 20"))

    ended = command("check", str(bad))

    assert ended.code == 2
    assert "did you mean 'officers'?" in ended.err
    assert "approval_rate" in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_fault_of_the_network_has_a_place_in_the_file(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(Path(TINY).read_text().replace("customer: motor maker", "customer: car plant"))

    ended = command("check", str(bad))

    assert ended.code == 2
    assert "bad.yaml" in ended.err


def test_check_resolved_shows_where_each_key_comes_from(command: Command) -> None:
    ended = command("check", TINY, "--resolved", "--alternative", "slow_walk")

    assert ended.code == 0
    assert "officers" in ended.out
    assert "tiny.yaml:" in ended.out


def test_an_unknown_alternative_ends_with_2_and_a_suggestion(command: Command) -> None:
    ended = command("walk", TINY, "--alternative", "no_control")

    assert ended.code == 2
    assert "did you mean 'no_controls'?" in ended.err


def test_a_missing_file_ends_with_2(command: Command) -> None:
    assert command("check", "nowhere.yaml").code == 2


def test_bad_usage_ends_with_2(command: Command) -> None:
    assert command("run", TINY, "--replications", "0").code == 2


def test_an_internal_error_is_one_line_without_a_traceback(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a gram is missing")

    monkeypatch.setattr("sim.app.checking.check_file", fail)

    ended = command("check", TINY)

    assert ended.code == 1
    assert "a gram is missing" in ended.err
    assert "Traceback" not in ended.err


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.app.checking.check_file", interrupt)

    ended = command("check", TINY)

    assert ended.code == 130
    assert "same command" in ended.err


def test_run_json_keeps_its_contract(command: Command, tmp_path: Path) -> None:
    ended = command("run", TINY, "--json", "-q", "-j", "1", "--results", str(tmp_path))

    told = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert (told["design"], told["runs"]) == ("tiny", 1)
    by_name = {entry["alternative"]: entry for entry in told["alternatives"]}
    (plant,) = [s for s in by_name["as_ruled"]["sites"] if s["name"] == "car plant"]
    for name in ("halted_share", "first_halt_days_median", "restricted_mean_days",
                 "downtime_days_mean", "lost_units_mean"):  # fmt: skip
        assert {name, f"{name}_low", f"{name}_high"} <= set(plant)
    assert plant["first_halt_days_median"] == 65.0
    assert plant["downtime_days_mean"] == 42.0
    free = by_name["no_controls"]
    assert [sector["first_halt_days_median"] for sector in free["sectors"]] == [None]
    assert [country["name"] for country in free["countries"]] == ["DE"]


def test_run_prints_the_table_on_stdout_and_the_rest_on_stderr(
    command: Command, tmp_path: Path
) -> None:
    ended = command("run", TINY, "-j", "1", "--results", str(tmp_path))

    assert "as_ruled" in ended.out
    assert "2025-06-08" in ended.out
    assert "not reached" in ended.out
    assert "results:" in ended.err


def test_run_csv_writes_every_table_with_its_description(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    command("run", TINY, "-q", "-j", "1", "--results", str(tmp_path), "--csv", str(folder))

    names = {path.name for path in folder.iterdir()}
    assert {"halts.csv", "service.csv", "datapackage.json"} <= names


def test_compare_shows_paired_days(command: Command, stored: Path) -> None:
    ended = command("compare", TINY, "-q", "--results", str(stored), "--json")

    rows = json.loads(ended.out)
    free = next(row for row in rows if row["alternative"] == "no_controls")
    assert free["later_halt_days"] == 200.0 - 65.0
    assert free["less_downtime_days"] == 42.0


def test_query_answers_as_table_json_and_csv(command: Command, stored: Path) -> None:
    sql = "select site, start_days from halts where alternative = 'as_ruled' and replication = 0"
    place = ["--results", str(stored)]

    assert "car plant" in command("query", sql, *place).out
    assert json.loads(command("query", sql, "--json", *place).out)[0].keys() == {
        "site", "start_days"
    }  # fmt: skip
    assert command("query", sql, "--csv", *place).out.splitlines()[0] == "site,start_days"


def test_query_without_results_ends_with_2(command: Command, tmp_path: Path) -> None:
    ended = command("query", "select 1", "--results", str(tmp_path))

    assert ended.code == 2
    assert "run a scenario first" in ended.err


@pytest.mark.parametrize("sql", ["select * from read_csv('/etc/passwd')", "select nonsense"])
def test_a_bad_query_ends_with_2_and_no_traceback(command: Command, stored: Path, sql: str) -> None:
    ended = command("query", sql, "--results", str(stored))

    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_an_unknown_verification_row_ends_with_2(command: Command) -> None:
    assert command("verify", "V999").code == 2


def test_verify_prints_expected_and_found(command: Command) -> None:
    ended = command("verify", "V01", "--json")

    (row,) = json.loads(ended.out)
    assert (ended.code, row["expected"], row["found"], row["passed"]) == (0, 45.0, 45.0, True)


def test_a_failed_row_ends_with_7(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.app.verification import run_rows
    from sim.app.verification.table import Finding

    wrong = [Finding("V01", "first halt", 45.0, 44.0, 0.0, "d", "")]
    monkeypatch.setattr("sim.app.verification.run_rows", lambda ids: wrong)
    assert run_rows is not None

    assert command("verify", "V01").code == 7


def test_verify_of_a_results_folder_says_good(command: Command, stored: Path) -> None:
    (folder,) = [path for path in stored.iterdir() if path.is_dir()]

    assert "good" in command("verify", str(folder)).out


def readme_commands() -> list[str]:
    """Every command that the README shows, placeholders left out."""
    text = (ROOT / "README.md").read_text()
    lines = [part for line in text.splitlines() for part in line.replace("`", "\n").splitlines()]
    commands = [line.strip() for line in lines if line.strip().startswith("python3 -m sim ")]
    return [line for line in commands if "FILE" not in line and '"select ..."' not in line]


@pytest.mark.parametrize("line", readme_commands())
def test_every_command_of_the_readme_is_one_that_exists(line: str) -> None:
    arguments = shlex.split(line)[3:]

    group: object = cli.command_line
    context = cli.command_line.make_context("magnet-runway", arguments.copy())
    name, command, rest = cli.command_line.resolve_command(context, arguments)

    assert group is not None
    assert name == arguments[0]
    if command is not None and not hasattr(command, "commands"):
        parsed = command.make_context(name, rest)
        file = parsed.params.get("file")
        assert file is None or (ROOT / file).exists()
