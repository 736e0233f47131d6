"""Blocks that nothing refers to, and only those, can be removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.errors import DamagedResults, FolderInUse
from sim.experiment import load, run_design
from sim.experiment.claim import claim
from sim.experiment.design import plan_of
from sim.experiment.folder import owned
from sim.experiment.garbage import collect, results_below, unreferenced
from tests.experiment.worlds import TEXT, design, digests

SHORT = TEXT.replace("gates: null}", "gates: null, horizon: 90 d}")


def test_everything_of_a_finished_run_is_in_use(folder: Path) -> None:
    assert unreferenced(folder) == ()


def test_a_changed_alternative_leaves_the_blocks_of_the_old_one_behind(
    folder: Path, finished: Path
) -> None:
    old = {path.name for path in folder.iterdir() if path.is_dir()}
    run_design(design(SHORT), 40, 1, folder)
    kept = {arm.key for arm in plan_of(design(SHORT), 40).arms}

    left = unreferenced(folder)
    assert {path.parent.name for path in left} == old - kept
    n_files, n_bytes = collect(folder)
    assert (n_files, n_bytes > 0) == (len(left), True)
    assert {path.name for path in folder.iterdir() if path.is_dir()} == kept
    assert load(folder).n_runs == 40


def test_fewer_replications_leave_shards_behind_and_the_key_stays(folder: Path) -> None:
    run_design(design(), 10, 1, folder)

    assert {path.stem[-7:] for path in unreferenced(folder)} == {"0000025"}
    collect(folder)
    assert load(folder).n_runs == 10
    assert len(list(folder.glob("*/key.json"))) == 2


def test_blocks_of_a_batch_that_is_still_to_end_are_in_use(folder: Path) -> None:
    before = digests(folder)
    claim(folder, plan_of(design(SHORT), 40))
    (key,) = {arm.key for arm in plan_of(design(SHORT), 40).arms} - {
        name.split("/")[0] for name in before
    }
    shard = next(shard for shard in plan_of(design(SHORT), 40).shards if shard.key == key)
    (folder / shard.file("halts")).write_bytes(b"half a batch")

    assert unreferenced(folder) == ()
    assert collect(folder) == (0, 0)
    assert (folder / shard.file("halts")).exists()


def test_files_of_somebody_else_are_never_removed(folder: Path) -> None:
    run_design(design(SHORT), 40, 1, folder)
    (gone,) = {path.parent for path in unreferenced(folder)}
    (gone / "notes.txt").write_text("mine")
    (folder / "0123").mkdir()
    (folder / "0123" / "halts-0000000.parquet").write_text("mine")

    collect(folder)
    assert [path.name for path in gone.iterdir()] == ["notes.txt"]
    assert (folder / "0123" / "halts-0000000.parquet").exists()


def test_nothing_is_removed_through_a_link(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "halts-0000000.parquet").write_text("mine")
    (folder / ("a" * 16)).symlink_to(elsewhere, target_is_directory=True)

    assert unreferenced(folder) == ()


@pytest.mark.parametrize("name", ["manifest.json", "run.json"])
def test_nothing_is_removed_where_it_is_not_known_what_is_in_use(folder: Path, name: str) -> None:
    run_design(design(SHORT), 40, 1, folder)
    before = set(folder.rglob("*"))
    (folder / name).write_text("{")

    with pytest.raises(DamagedResults, match=name):
        collect(folder)
    assert set(folder.rglob("*")) == before | {folder / ".lock"}


def test_a_folder_in_use_is_left_alone(folder: Path) -> None:
    with owned(folder), pytest.raises(FolderInUse):
        collect(folder)


def test_results_are_found_as_the_folder_itself_or_just_below_it(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    shutil.copytree(folder, tmp_path / "a copy")

    assert results_below(folder) == (folder,)
    assert results_below(tmp_path) == (tmp_path / "a copy", folder)
    assert results_below(tmp_path / "notes") == ()
    assert results_below(tmp_path / "nowhere") == ()
