import shutil
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sim.columns import OUTCOME_TABLES, names
from sim.errors import DamagedResults, FolderInUse, InputError, Refused
from sim.experiment import load, run_design
from sim.experiment.folder import owned, sha256_of
from tests.experiment.damage import a_file, flip_a_bit, forge
from tests.experiment.worlds import FREE, LICENCES, TEXT, design, digests, rewrite_manifest

# ---------------------------------------------------------------- the same bytes (V70)


def test_one_worker_and_two_workers_write_the_same_bytes(tmp_path: Path, finished: Path) -> None:
    run_design(design(), 40, 2, tmp_path)

    assert digests(tmp_path) == digests(finished)


def test_a_shard_that_was_deleted_is_run_again_to_the_same_bytes(
    folder: Path, finished: Path
) -> None:
    for path in a_file(folder).parent.glob("*-0000025.*"):
        path.unlink()
    (folder / "manifest.json").unlink()

    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


def test_the_same_command_again_touches_no_file(folder: Path) -> None:
    before = {path: path.stat() for path in folder.rglob("*.*") if path.name != ".lock"}

    run_design(design(), 40, 1, folder)
    after = {path: path.stat() for path in folder.rglob("*.*") if path.name != ".lock"}
    assert {p: (s.st_ino, s.st_mtime_ns) for p, s in after.items()} == {
        p: (s.st_ino, s.st_mtime_ns) for p, s in before.items()
    }


def test_more_replications_keep_the_shards_that_are_there(folder: Path) -> None:
    path = a_file(folder)
    before = path.stat().st_ino

    results = run_design(design(), 60, 1, folder)
    assert path.stat().st_ino == before
    assert results.n_runs == 60


def test_fewer_replications_use_the_first_ones(folder: Path) -> None:
    results = run_design(design(), 10, 1, folder)

    assert results.n_runs == 10
    assert results.table("runs")["replication"].max() == 9


def test_a_changed_alternative_leaves_the_other_one_alone(folder: Path) -> None:
    path = a_file(folder)
    before = path.stat().st_mtime_ns

    run_design(design(TEXT.replace("gates: null}", "gates: null, horizon: 90 d}")), 40, 1, folder)
    assert path.stat().st_mtime_ns == before


def test_a_folder_that_was_moved_resumes(folder: Path, finished: Path, tmp_path: Path) -> None:
    moved = Path(shutil.move(folder, tmp_path / "it's [elsewhere]"))
    flip_a_bit(a_file(moved))

    run_design(design(), 40, 1, moved)
    assert digests(moved) == digests(finished)


# ---------------------------------------------------------------- damage, by recipe


def test_r002_a_flipped_bit_is_found_by_name_and_the_shard_is_run_again(
    folder: Path, finished: Path
) -> None:
    path = a_file(folder)
    flip_a_bit(path)

    with pytest.raises(DamagedResults, match=path.name) as caught:
        load(folder)
    assert caught.value.exit_code == 6
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


def test_r005_r006_a_receipt_that_is_cut_or_changed_is_found_and_the_shard_is_run_again(
    folder: Path, finished: Path
) -> None:
    receipts = sorted(folder.rglob("receipt-*.json"))
    receipts[0].write_bytes(receipts[0].read_bytes()[:-7])
    flip_a_bit(receipts[1])

    with pytest.raises(DamagedResults):
        load(folder)
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


@pytest.mark.parametrize("with_digest", [False, True])
def test_r008_an_edited_checksum_in_the_manifest_is_found(folder: Path, with_digest: bool) -> None:
    name = a_file(folder).relative_to(folder).as_posix()
    if with_digest:
        rewrite_manifest(folder, lambda text: text["files"].update({name: "0" * 64}))
    else:
        path = folder / "manifest.json"
        path.write_text(path.read_text().replace(sha256_of(folder / name), "0" * 64))

    with pytest.raises(DamagedResults, match="damaged"):
        load(folder)


def test_r011_a_name_outside_the_folder_is_refused_and_nothing_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite_manifest(folder, lambda text: text["files"].update({"../../evil.parquet": "0" * 64}))
    monkeypatch.setattr("sim.experiment.check.sha256_of", lambda path: pytest.fail(f"read {path}"))

    with pytest.raises(DamagedResults, match="E_PATH_OUTSIDE"):
        load(folder)


@pytest.mark.parametrize("key", ["../escape", "a/b", "", ".", "x" * 16])
def test_a_forged_key_cannot_lead_outside(folder: Path, key: str) -> None:
    rewrite_manifest(folder, lambda text: text["alternatives"][0].update(key=key))

    with pytest.raises(DamagedResults):
        load(folder)


def test_r012_a_link_in_place_of_a_shard_is_not_followed(
    folder: Path, finished: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path = a_file(folder)
    path.unlink()
    path.symlink_to(victim)

    with pytest.raises(DamagedResults, match="E_PATH_OUTSIDE"):
        load(folder)
    run_design(design(), 40, 1, folder)
    assert victim.read_text() == "mine"
    assert not path.is_symlink()
    assert digests(folder) == digests(finished)


def test_a_link_in_place_of_a_folder_of_shards_is_not_written_through(
    folder: Path, tmp_path: Path
) -> None:
    shards, elsewhere = a_file(folder).parent, tmp_path / "elsewhere"
    shards.rename(elsewhere)
    shards.symlink_to(elsewhere, target_is_directory=True)

    with pytest.raises(DamagedResults, match="E_PATH_OUTSIDE"):
        load(folder)
    with pytest.raises(Refused, match="not a folder of its own"):
        run_design(design(), 40, 1, folder)


@pytest.mark.parametrize(
    "columns",
    ["*, 1 AS extra", "* EXCLUDE (site)", "* REPLACE (replication::DOUBLE AS replication)"],
)
def test_r020_other_columns_are_refused_even_with_receipts_that_fit(
    folder: Path, finished: Path, columns: str
) -> None:
    path = a_file(folder)
    source = shutil.copy(path, folder.parent / "source.parquet")
    duckdb.sql(f"COPY (SELECT {columns} FROM '{source}') TO '{path}' (FORMAT parquet)")
    forge(folder, path)

    with pytest.raises(DamagedResults, match="other columns than the table halts"):
        load(folder)
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


def test_r021_swapped_shards_are_found_by_the_replications_in_them(
    folder: Path, finished: Path
) -> None:
    one, other = a_file(folder, "service", 0), a_file(folder, "service", 25)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    forge(folder, one)
    forge(folder, other)

    with pytest.raises(DamagedResults, match=r"holds replications 25 to 49, its name says 0"):
        load(folder)
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


def test_the_shard_of_another_alternative_is_found(folder: Path) -> None:
    mine = a_file(folder, "service")
    theirs = next(path for path in folder.rglob(mine.name) if path != mine)
    shutil.copy(theirs, mine)
    forge(folder, mine)

    with pytest.raises(DamagedResults, match="holds another alternative than 'licences'"):
        load(folder)


def test_shards_of_other_versions_are_not_mixed_in(folder: Path, finished: Path) -> None:
    receipt = a_file(folder).with_name("receipt-0000000.json")
    receipt.write_text(receipt.read_text().replace('"numpy": "', '"numpy": "0.'))

    with pytest.raises(DamagedResults, match="written by other versions"):
        load(folder)
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)


def test_every_damaged_shard_is_named(folder: Path) -> None:
    paths = [a_file(folder, "halts", 0), a_file(folder, "runway", 25)]
    for path in paths:
        flip_a_bit(path)

    with pytest.raises(DamagedResults) as caught:
        load(folder)
    assert all(path.name in str(caught.value) for path in paths)


def test_a_folder_without_a_manifest_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the same command goes on") as caught:
        load(tmp_path)
    assert caught.value.exit_code == 5


def test_a_folder_in_use_is_refused_naming_the_process(folder: Path) -> None:
    import os

    with owned(folder), pytest.raises(FolderInUse, match=f"in use by process {os.getpid()} on "):
        run_design(design(), 40, 1, folder)
    run_design(design(), 40, 1, folder)


# ---------------------------------------------------------------- reading


def test_tables_have_the_columns_of_the_data_dictionary(finished: Path) -> None:
    results = load(finished)

    for name, columns in OUTCOME_TABLES.items():
        assert tuple(results.table(name).columns) == names(columns)


def test_columns_have_the_types_of_the_data_dictionary(finished: Path) -> None:
    halts = load(finished).table("halts")

    assert halts["site"].dtype == "category"
    assert halts["replication"].dtype == "int64"
    assert halts["start_days"].dtype == "float64"
    assert halts["open_at_horizon"].dtype == "bool"
    assert pd.api.types.is_datetime64_dtype(halts["start_date"])


def test_alternatives_are_in_the_order_of_the_design(finished: Path) -> None:
    runs = load(finished).table("runs")

    assert list(runs["alternative"].cat.categories) == [LICENCES, FREE]
    assert list(runs["alternative"].unique()) == [LICENCES, FREE]


def test_a_table_can_be_cut_to_its_first_replications_and_to_some_columns(finished: Path) -> None:
    cut = load(finished).table("service", n=3, columns=["replication", "site"])

    assert list(cut.columns) == ["replication", "site"]
    assert set(cut["replication"]) == {0, 1, 2}


def test_only_replications_that_were_asked_for_are_shown(finished: Path) -> None:
    results = load(finished)

    assert results.n_runs == 40
    assert results.table("runs")["replication"].max() == 39
    assert results.query("select max(replication) as last from runs")["last"][0] == 39


def test_the_scenario_and_the_start_come_back(finished: Path) -> None:
    results = load(finished)

    assert results.scenario(FREE) == design().alternatives[FREE]
    assert (results.design, results.baseline) == ("two_plants", LICENCES)
    assert results.start == date(2025, 4, 4)


@pytest.mark.parametrize("n", [0, 41])
def test_replications_that_are_not_there_cannot_be_asked_for(finished: Path, n: int) -> None:
    with pytest.raises(InputError, match="need 1 to 40"):
        load(finished).table("runs", n=n)


def test_unknown_tables_columns_and_alternatives_are_named_with_a_hint(finished: Path) -> None:
    results = load(finished)

    with pytest.raises(InputError, match="did you mean 'halts'"):
        results.table("halt")
    with pytest.raises(InputError, match="no column 'place'"):
        results.table("halts", columns=["place"])
    with pytest.raises(InputError, match="did you mean 'licences'"):
        results.scenario("licenses")


# ---------------------------------------------------------------- questions in SQL


def test_a_question_in_sql_is_answered_over_all_tables(finished: Path) -> None:
    frame = load(finished).query(
        "select alternative, avg(halted::int) as share from service where kind = 'plant' "
        "group by all order by share"
    )

    assert list(frame["alternative"]) == [FREE, LICENCES]
    assert list(frame["share"]) == [0.0, 1.0]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from read_parquet('https://example.org/x.parquet')",
        "copy runs to '{folder}/stolen.csv'",
        "copy runs to '{shard}' (format parquet)",
        "attach '{folder}/new.db'",
        "create table mine as select 1",
        "install httpfs",
        "set threads = 8",
        "drop view runs",
        "select 1; select 2",
        "",
        "selec 1",
        "select nowhere from runs",
    ],
)
def test_sql_reaches_nothing_but_the_tables_and_changes_nothing(folder: Path, sql: str) -> None:
    results = load(folder)
    before = digests(folder)

    with pytest.raises(InputError):
        results.query(sql.format(folder=folder, shard=a_file(folder)))
    assert digests(folder) == before


def test_a_table_that_is_not_there_is_answered_with_those_that_are(finished: Path) -> None:
    with pytest.raises(InputError, match="The tables are runs, halts, causes, runway") as caught:
        load(finished).query("select * from plants")

    assert "Did you mean" not in str(caught.value)
    assert "site" in set(load(finished).query("describe halts")["column_name"])


def test_sql_does_not_see_python_variables(finished: Path) -> None:
    frame = pd.DataFrame({"secret": [1]})

    with pytest.raises(InputError, match="frame"):
        load(finished).query("select * from frame")
    assert len(frame) == 1
