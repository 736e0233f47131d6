"""Faults of the network carry the place of the record they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.checking import build_all, check_file, check_files
from sim.errors import NetworkError, ScenarioError
from sim.scenario import load_design

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


def test_a_fault_of_the_network_names_file_line_and_column(tmp_path: Path) -> None:
    text = TINY.read_text()
    start, end = text.index("  motors by lorry:"), text.index("gates:")
    bad = tmp_path / "cut.yaml"
    bad.write_text(text[:start] + "\n" + text[end:])

    with pytest.raises(NetworkError) as caught:
        build_all(load_design(bad))

    paths = {problem.path: problem for problem in caught.value.problems}
    assert set(paths) == {"sites.car plant.bill.motor", "sites.car plant", "sites.motor maker"}
    line = paths["sites.motor maker"].line
    assert bad.read_text().splitlines()[line - 2].strip() == "motor maker:"


def test_a_fault_that_all_alternatives_share_is_told_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(TINY.read_text().replace("supplier: motor maker", "supplier: car plant"))

    with pytest.raises(Exception) as caught:  # noqa: PT011 - the loader or the network may see it
        check_file(bad, (), resolved=False, alternative=None)

    assert getattr(caught.value, "exit_code", None) == 2


def test_check_counts_what_there_is() -> None:
    line = check_file(TINY, (), resolved=False, alternative=None)

    assert "Alternatives: 3, sites: 3, lanes: 2" in line


def test_a_folder_is_checked_file_by_file_and_all_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        TINY.read_text().replace("{kind: product}", "{kind: stone}", 1)
    )
    (tmp_path / "b.yaml").write_text(TINY.read_text())
    (tmp_path / "c.yaml").write_text("schema_version: 1\nnmae: c\n")

    with pytest.raises(ScenarioError) as caught:
        check_files([tmp_path], (), resolved=False, alternative=None)

    told = str(caught.value)
    assert {Path(problem.file).name for problem in caught.value.problems} == {"a.yaml", "c.yaml"}
    assert "unknown key (did you mean 'name'?)" in told


def test_good_files_get_a_line_each() -> None:
    told = check_files([TINY, TINY.with_name("world_2025.yaml")], (), resolved=False,
                       alternative=None)  # fmt: skip

    assert [line.partition(":")[0].rpartition("/")[2] for line in told.splitlines()] == [
        "tiny.yaml", "world_2025.yaml",
    ]  # fmt: skip
