"""Scenario files as the user named them: files, folders, and the faults of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from sim.errors import InputError, ScenarioError

__all__ = ["of_every_file", "scenario_files"]

SUFFIXES = (".yaml", ".yml")
Made = TypeVar("Made")


def scenario_files(named: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that were named, and those that lie directly in the folders named.

    Raises
    ------
    InputError
        If a folder holds no scenario file.
    """
    found: dict[Path, None] = {}
    for path in named:
        inside = [path]
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix in SUFFIXES)
            if not inside:
                raise InputError(f"{path}: no scenario file (.yaml or .yml) in this folder")
        found.update(dict.fromkeys(inside))
    return tuple(found)


def of_every_file(files: Iterable[Path], make: Callable[[Path], Made]) -> tuple[Made, ...]:
    """Return what is made of each file.

    Raises
    ------
    InputError
        With the faults of all files, after every one of them was looked at.
    """
    made: list[Made] = []
    faulty: list[InputError] = []
    for file in files:
        try:
            made.append(make(file))
        except InputError as error:
            faulty.append(error)
    if len(faulty) == 1:
        raise faulty[0]
    if faulty:
        raise ScenarioError([problem for error in faulty for problem in error.problems])
    return tuple(made)
