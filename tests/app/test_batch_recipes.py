"""What is done to a results folder, and what commands must then do: recipe by recipe."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

import sim
from sim.experiment.folder import sha256_of
from tests.app.commands import Command
from tests.experiment.damage import a_file, flip_a_bit, forge
from tests.experiment.worlds import TEXT, digests, rewrite_manifest

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="locks and links")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario file and its results, both in one folder; not to be changed."""
    place = tmp_path_factory.mktemp("finished")
    (place / "two_plants.yaml").write_text(TEXT)
    sim.run(place / "two_plants.yaml", 40, workers=1, results=place / "results")
    return place


@pytest.fixture
def place(finished: Path, tmp_path: Path) -> Path:
    """A copy of both."""
    return Path(shutil.copytree(finished, tmp_path / "place"))


@pytest.fixture
def folder(place: Path) -> Path:
    """The results in the copy."""
    return place / "results" / "two_plants"


@pytest.fixture
def again(command: Command, place: Path) -> Callable[..., tuple[int, str]]:
    """Give the same command again, perhaps with more options; return its code and stderr."""

    def run(*more: object, n: int = 40) -> tuple[int, str]:
        ended = command("run", place / "two_plants.yaml", "-n", n, "-j", 1, "--results",
                        place / "results", *more)  # fmt: skip
        return ended.code, ended.err

    return run


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def a_receipt(folder: Path) -> Path:
    return a_file(folder).with_name("receipt-0000000.json")


def swap(folder: Path) -> None:
    one, other = a_file(folder, "service", 0), a_file(folder, "service", 25)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    forge(folder, one)
    forge(folder, other)


def another_column(folder: Path) -> None:
    path = a_file(folder)
    source = shutil.copy(path, folder.parent / "source.parquet")
    duckdb.sql(f"COPY (SELECT *, 1 AS extra FROM '{source}') TO '{path}' (FORMAT parquet)")
    forge(folder, path)


def an_edited_checksum(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace(sha256_of(a_file(folder)), "0" * 64))


def a_link(folder: Path) -> None:
    path = a_file(folder)
    path.unlink()
    path.symlink_to("/etc/passwd")


def outside(folder: Path) -> None:
    rewrite_manifest(folder, lambda text: text["files"].update({"../../evil.parquet": "0" * 64}))


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "R002 a flipped bit in a shard": (lambda f: flip_a_bit(a_file(f)), "SHA-256"),
    "R003 a flipped bit in a table": (lambda f: flip_a_bit(a_file(f, "runs")), "SHA-256"),
    "R005 a receipt cut short": (lambda f: cut(a_receipt(f)), "receipt-0000000.json"),
    "R006 a flipped bit in a receipt": (lambda f: flip_a_bit(a_receipt(f)), "receipt-0000000"),
    "R008 an edited checksum": (an_edited_checksum, "manifest.json is damaged"),
    "R011 a path outside": (outside, "E_PATH_OUTSIDE"),
    "R012 a link to somewhere else": (a_link, "E_PATH_OUTSIDE"),
    "R020 another column": (another_column, "other columns"),
    "R021 two shards swapped": (swap, "holds replications"),
}


@POSIX
@pytest.mark.parametrize("recipe", DAMAGE)
def test_damage_is_found_by_verify_and_mended_by_the_same_command(
    recipe: str,
    folder: Path,
    finished: Path,
    command: Command,
    again: Callable[..., tuple[int, str]],
) -> None:
    damage, word = DAMAGE[recipe]
    damage(folder)

    found = command("verify", folder)
    assert (found.code, word in found.err) == (6, True), found.err
    assert command("query", "select 1", "--results", folder).code == 6
    assert again("-q")[0] == 0
    assert command("verify", folder).code == 0
    assert digests(folder) == digests(finished / "results" / "two_plants")


def test_r003_a_report_is_never_drawn_from_damaged_results(
    folder: Path, finished: Path, command: Command, place: Path
) -> None:
    flip_a_bit(a_file(folder, "service"))

    ended = command("report", place / "two_plants.yaml", "-n", 40, "-j", 1, "-q", "--results",
                    place / "results")  # fmt: skip
    assert ended.code == 0
    shutil.rmtree(folder / "report")
    assert digests(folder) == digests(finished / "results" / "two_plants")


def test_r009_another_seed_in_the_same_folder_is_refused(
    folder: Path, place: Path, again: Callable[..., tuple[int, str]]
) -> None:
    file = place / "two_plants.yaml"
    file.write_text(TEXT.replace("seed: 7", "seed: 8"))
    before = digests(folder)

    code, err = again("-q")
    assert code == 5
    assert "holds another run (seed 7 -> 8)" in err
    assert digests(folder) == before


def test_r009_a_batch_that_has_not_ended_is_protected_in_the_same_way(
    folder: Path, place: Path, again: Callable[..., tuple[int, str]]
) -> None:
    (folder / "manifest.json").unlink()
    file = place / "two_plants.yaml"
    file.write_text(TEXT.replace("seed: 7", "seed: 8"))

    assert again("-q")[0] == 5


@POSIX
def test_r014_a_link_in_place_of_an_export_is_replaced_and_its_target_untouched(
    place: Path, again: Callable[..., tuple[int, str]]
) -> None:
    victim = place / "victim.txt"
    victim.write_text("mine")
    (place / "csv").mkdir()
    (place / "csv" / "halts.csv").symlink_to(victim)
    (place / "csv" / "datapackage.json").symlink_to(victim)

    assert again("-q", "--csv", place / "csv")[0] == 0
    assert victim.read_text() == "mine"
    assert not (place / "csv" / "halts.csv").is_symlink()
    assert not (place / "csv" / "datapackage.json").is_symlink()


def test_r015_a_folder_of_somebody_else_is_refused_and_left_as_it_is(
    folder: Path, again: Callable[..., tuple[int, str]]
) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "thesis.docx").write_text("mine")

    code, err = again("-q")
    assert code == 5
    assert "holds files that are not results (thesis.docx)" in err
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def test_r015_a_foreign_file_among_results_is_reported_and_kept(
    folder: Path, again: Callable[..., tuple[int, str]]
) -> None:
    key = a_file(folder).parent
    (folder / "notes.txt").write_text("mine")
    (key / "halts.xlsx").write_text("mine")

    code, err = again()
    assert code == 0
    assert f"{folder / 'notes.txt'} is not ours" in err
    assert f"{key / 'halts.xlsx'} is not ours" in err
    assert (folder / "notes.txt").read_text() == (key / "halts.xlsx").read_text() == "mine"


@POSIX
def test_r017_a_folder_in_use_ends_with_75_at_once_and_names_the_owner(
    folder: Path, again: Callable[..., tuple[int, str]]
) -> None:
    script = (
        "import sys, pathlib\n"
        "from sim.experiment.folder import owned\n"
        f"with owned(pathlib.Path({str(folder)!r})):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as owner:  # fmt: skip
        assert owner.stdout is not None
        assert owner.stdin is not None
        assert owner.stdout.readline() == "held\n"
        code, err = again("-q")
        owner.stdin.close()

    assert code == 75
    assert f"in use by process {owner.pid} on {os.uname().nodename} since 20" in err
    assert again("-q")[0] == 0


class Bomb:
    """Says so if it is ever unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.marker,)


def test_r018_a_pickle_in_the_folder_is_never_opened(
    folder: Path, place: Path, command: Command, again: Callable[..., tuple[int, str]]
) -> None:
    marker = place / "opened"
    bomb = folder / "cache" / "x.pkl"
    bomb.parent.mkdir()
    bomb.write_bytes(pickle.dumps(Bomb(marker)))
    (a_file(folder).parent / "x.pkl").write_bytes(bomb.read_bytes())

    assert again("-q")[0] == 0
    assert command("verify", folder).code == 0
    assert command("gc", "--yes", "--results", folder).code == 0
    assert bomb.exists()
    assert not marker.exists()
    pickle.loads(bomb.read_bytes())
    assert marker.exists()


def test_r023_a_disk_without_room_is_refused_with_the_estimate(
    again: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=10))

    code, err = again("-q", n=100)
    assert code == 5
    assert "the results need about" in err
    assert "0 MB free: make room, or add --allow-large" in err
    assert again("-q", "--allow-large", n=100)[0] == 0


def test_r024_a_copy_elsewhere_goes_on_there(
    folder: Path, finished: Path, command: Command, place: Path
) -> None:
    moved = place / "it's [elsewhere]"
    shutil.move(place / "results", moved)
    flip_a_bit(a_file(moved / "two_plants"))

    assert command("run", place / "two_plants.yaml", "-n", 40, "-q", "-j", 1, "--results",
                   moved).code == 0  # fmt: skip
    assert digests(moved / "two_plants") == digests(finished / "results" / "two_plants")
    text = json.dumps(json.loads((moved / "two_plants" / "manifest.json").read_text()))
    assert str(finished) not in text
