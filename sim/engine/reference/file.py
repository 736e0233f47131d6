"""One application, and what it is filed for: the records that exporters and desks share."""

from __future__ import annotations

from typing import Protocol

from sim.engine.order import Phase
from sim.engine.review import Stretch
from sim.engine.trace import part_of
from sim.errors import SimulationError
from sim.model.tables import UNSET

__all__ = ["Applicant", "File", "Goods"]

_MOST_ATTEMPTS = 1 << 16


class File:
    """One application: for goods of a lane's slot, or a number in a stream of other applicants.

    Parameters
    ----------
    source, stage, slot, quantity, attempt : int
        File source (lane, or L + stream); place of the desk among the lane's stages; slot or
        number; amount; 0 for the first filing.

    Attributes
    ----------
    address : (int, int, int, int)
        Source, stage, slot and attempt: what its draws are addressed by.
    part : int
        Stage and attempt, as in the trace.
    file_class, work : int
        Class C; work still to be done [units].
    place : int
        Number in the order in which the desk took files in: sorts files of equal priority.
    filed_s, since_s, end_s : int
        Seconds in which it was filed, and in which its review began and will end.
    review : int
        Number of its review; another one replaces the end that was computed before.
    stretches : sequence of Stretch
        Speeds that its review runs at.
    valid_to_s : int
        First second in which its licence is no longer valid, once there is one.
    withdrawn : bool
        Nobody wants a decision any more.

    Raises
    ------
    SimulationError
        If a file has come back too often for its trace: what makes it come back has no end.
    """

    __slots__ = ("address", "attempt", "end_s", "file_class", "filed_s", "part", "place",
                 "quantity", "review", "since_s", "slot", "source", "stage", "stretches",
                 "valid_to_s", "withdrawn", "work")  # fmt: skip

    def __init__(self, source: int, stage: int, slot: int, quantity: int, attempt: int) -> None:
        if attempt >= _MOST_ATTEMPTS:
            raise SimulationError(f"a file came back {_MOST_ATTEMPTS:,} times: source {source}, "
                                  f"slot {slot}; look at refile_after and answer_time")  # fmt: skip
        self.source = source
        self.stage = stage
        self.slot = slot
        self.quantity = quantity
        self.attempt = attempt
        self.address = source, stage, slot, attempt
        self.part = part_of(stage, attempt)
        self.file_class = 0
        self.work = 0
        self.place = 0
        self.filed_s = 0
        self.since_s = 0
        self.end_s = 0
        self.review = 0
        self.stretches: tuple[Stretch, ...] = ()
        self.valid_to_s = 0
        self.withdrawn = False


class Goods:
    """What a lane sends in a slot, while it waits for permission to leave.

    Parameters
    ----------
    lane, slot : int
    quantity : int
        Amount set aside; 0 for an application made before its slot.
    asked : int
        Amount that applications are for.
    attempts : list of int
        Number of the next filing, by stage of the lane.

    Attributes
    ----------
    stage : int
        Stage that they lie at, or were filed for at last.
    passed : int
        Bit k: they have a valid licence of stage k, or customs let them through it.
    file : File or None
        What is to be decided about them, or will be filed again.
    licences : dict of int to File
        Files of the stages they have passed, while these are valid.
    general : int
        General licence they are charged to, or UNSET.
    held : bool
        Whether they are held at customs, instead of waiting for a licence.
    here : bool
        False once they have left or are lost.
    """

    __slots__ = ("asked", "attempts", "file", "general", "held", "here", "lane", "licences",
                 "passed", "quantity", "slot", "stage")  # fmt: skip

    def __init__(
        self, lane: int, slot: int, quantity: int, asked: int, attempts: list[int]
    ) -> None:
        self.lane = lane
        self.slot = slot
        self.quantity = quantity
        self.asked = asked
        self.attempts = attempts
        self.stage = 0
        self.passed = 0
        self.file: File | None = None
        self.licences: dict[int, File] = {}
        self.general = UNSET
        self.held = False
        self.here = True

    def latest(self) -> File | None:
        """Return the file in hand, or else the licence of the last stage passed."""
        if self.file is not None or not self.licences:
            return self.file
        return self.licences[max(self.licences)]

    def has_a_licence_to(self, second: int) -> bool:
        """Say whether a licence that they have is no longer valid from a second on."""
        return any(licence.valid_to_s == second for licence in self.licences.values())


class Applicant(Protocol):
    """Who is told what becomes of a file; the phase is that of the event it happens in."""

    def granted(self, file: File, phase: Phase) -> None:
        """Take a grant."""

    def lost(self, file: File) -> None:
        """Take a refusal after which nothing is filed again."""

    def back(self, file: File) -> None:
        """File again: the answer is ready, or the time after a refusal is over."""
