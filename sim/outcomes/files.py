"""Where goods stand with the authorities: the state of their applications at a second.

In:  `FileRecord`s of the same goods, in order of filing.
Out: `Standing`: a class of causes, a detail, and the application that matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.model.tables import ModelTables
from sim.outcomes.story import FileRecord

__all__ = [
    "CUSTOMS_HOLD",
    "LICENCE_EXPIRED",
    "LICENCE_PENDING",
    "LICENCE_REFUSED",
    "Standing",
    "standing_of",
]

LICENCE_PENDING: Final = "licence pending"
LICENCE_REFUSED: Final = "licence refused"
LICENCE_EXPIRED: Final = "licence expired"
CUSTOMS_HOLD: Final = "customs hold"

_AGAIN: Final = {
    "refused": "filed again after a refusal",
    "returned": "filed again after a return",
    "withdrawn": "filed again",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps goods from leaving.

    Parameters
    ----------
    kind : str
        licence pending, licence refused, licence expired or customs hold.
    detail : str
        May be empty.
    file : FileRecord or None
        The last application; None if there was none.
    """

    kind: str
    detail: str
    file: FileRecord | None


def standing_of(tables: ModelTables, files: Sequence[FileRecord], second: int) -> Standing:
    """Return where goods stand that have not left by a second.

    A file counts as pending while it is reviewed, while an answer is prepared after a return, and
    between the decision and the start of validity; as refused between a refusal and the next
    filing; as expired once a licence for these goods has run out unused.
    """
    filed = [file for file in files if file.filed_s < second]
    if not filed:
        return Standing(LICENCE_PENDING, "not filed yet", None)
    last = filed[-1]
    decided = last.decided_s is not None and last.decided_s <= second
    outcome = last.outcome if decided else "pending"
    if outcome in {"refused", "refused_for_good"}:
        return Standing(LICENCE_REFUSED, "not filed again yet", last)
    if tables.desks.decides[last.desk] == "hold":
        return Standing(CUSTOMS_HOLD, "", last)
    if any(file.expired_s is not None and file.expired_s <= second for file in filed):
        return Standing(LICENCE_EXPIRED, "filed again", last)
    if outcome == "returned":
        return Standing(LICENCE_PENDING, "returned for information", last)
    if outcome == "granted":
        return Standing(LICENCE_PENDING, "granted, not valid yet", last)
    return Standing(LICENCE_PENDING, _why_again(filed), last)


def _why_again(filed: Sequence[FileRecord]) -> str:
    """Say why the last file is not the first at its stage; empty if it is."""
    earlier = [file for file in filed[:-1] if file.stage == filed[-1].stage]
    return _AGAIN.get(earlier[-1].outcome, "filed again") if earlier else ""
