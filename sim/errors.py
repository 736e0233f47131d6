"""What can go wrong, and what to do about it.

    MagnetRunwayError            every error this package raises on purpose
    +-- InputError               a file, option or figure is wrong           exit 2
    |   +-- ScenarioError        a scenario file (all of its problems at once)
    |   +-- NetworkError         the supply network it describes
    |   +-- DataError            a figure or calendar day that is not in sim/data
    |   +-- PolicyError          a policy written in Python fails, or is missing
    +-- SimulationError          a run broke one of its own rules            exit 1
    +-- ReplicationsFailed       done, but some replications failed          exit 3
    +-- StorageError             results cannot be read or written           exit 4
    +-- Refused                  wrong folder, version, or too large a plan  exit 5
    +-- DamagedResults           results do not match their receipts         exit 6
    +-- CheckFailed              a check ran and found a difference          exit 7
    +-- FolderInUse              another process writes these results        exit 75

An error that a user can mend carries `Problem`s: where it is, what was found, what is needed, how
to put it right. All problems of a file are reported together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = [
    "CheckFailed",
    "DamagedResults",
    "DataError",
    "FolderInUse",
    "InputError",
    "MagnetRunwayError",
    "NetworkError",
    "PolicyError",
    "Problem",
    "Refused",
    "ReplicationsFailed",
    "ScenarioError",
    "SimulationError",
    "StorageError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    Parameters
    ----------
    path : str
        The field, as keys joined by dots: `lanes.magnets to Germany.transit`.
    got : str
        What was found there.
    need : str
        What is needed instead.
    hint : str
        How to mend it; may be empty.
    file, line, column : str, int, int
        Where it stands; line and column count from 1, 0 means the file as a whole.
    code : str
        A stable name for this kind of problem, such as `E_RANGE`.
    """

    path: str
    got: str
    need: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    code: str = "E_VALUE"

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}  " if self.line else ""
        path = f"{self.path}: " if self.path else ""
        found = f"got {self.got}, {self.need}" if self.got else self.need
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{path}{found}{hint} [{self.code}]"


class MagnetRunwayError(Exception):
    """Any error that this package raises on purpose; `exit_code` is what the command ends with."""

    exit_code = 1


class InputError(MagnetRunwayError):
    """An input that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    problems : iterable of Problem, or str
        What is wrong; a plain sentence stands for one problem without a place.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem(path="", got="", need=problems)]
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        by_file: dict[str, list[Problem]] = {}
        for problem in self.problems:
            by_file.setdefault(problem.file, []).append(problem)
        parts = []
        for file, problems in by_file.items():
            noun = "problem" if len(problems) == 1 else "problems"
            parts.append(f"{file or 'input'}: {len(problems)} {noun}")
            ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
            parts.extend(f"  {problem}" for problem in ordered)
        return "\n".join(parts)


class ScenarioError(InputError):
    """A scenario file that cannot be read as a scenario."""


class NetworkError(InputError):
    """A supply network that cannot work: cycles, unreachable plants, items nobody makes."""


class DataError(InputError):
    """A figure, source or calendar day that `sim/data` does not hold."""


class PolicyError(InputError):
    """A policy written in Python is missing, fails, or answers what cannot be."""


class SimulationError(MagnetRunwayError):
    """A run broke one of its own rules; always a fault of this package."""


class ReplicationsFailed(MagnetRunwayError):
    """A batch is done, but some of its replications failed; they are named and can be replayed."""

    exit_code = 3


class StorageError(MagnetRunwayError):
    """Results cannot be read or written; the same command resumes once that is mended."""

    exit_code = 4


class Refused(MagnetRunwayError):
    """The command would do harm as it stands: wrong folder, version, or too large a plan."""

    exit_code = 5


class DamagedResults(MagnetRunwayError):
    """A results folder whose files do not match their receipts."""

    exit_code = 6


class CheckFailed(MagnetRunwayError):
    """A check ran to its end and did not pass."""

    exit_code = 7


class FolderInUse(MagnetRunwayError):
    """Another process writes the same results folder; later, the same command will do."""

    exit_code = 75


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the closest known word, or an empty text.

    Examples
    --------
    >>> did_you_mean("oficers", ["officers", "pauses"])
    "did you mean 'officers'?"
    >>> did_you_mean("zebra", ["officers"])
    ''
    """
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
