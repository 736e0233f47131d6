"""Which results folder is meant when `query` is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.asking import answer, find_results
from sim.errors import InputError


def results_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return folder


def test_a_results_folder_is_itself(tmp_path: Path) -> None:
    folder = results_folder(tmp_path / "a")

    assert find_results(folder) == folder


def test_the_only_one_inside_is_meant(tmp_path: Path) -> None:
    folder = results_folder(tmp_path / "a")

    assert find_results(tmp_path) == folder


def test_of_several_none_is_guessed(tmp_path: Path) -> None:
    results_folder(tmp_path / "a")
    results_folder(tmp_path / "b")

    with pytest.raises(InputError, match="several results here"):
        find_results(tmp_path)


def test_two_forms_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exclude each other"):
        answer("select 1", tmp_path, as_json=True, as_csv=True)
