"""What is in force when, as records: one row for every set of active triggers and dated regime.

In:  `ModelTables`, the initial state.
Out: record tables by name; row = set of triggers x T + regime.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled.records import Table, flat, table_of
from sim.engine.initial import InitialState, order_up_to_in, slots_of
from sim.engine.reference.regime import planned_use
from sim.engine.review import ReviewClock
from sim.engine.rules import scaled
from sim.model.tables import MILLION, UNSET, ModelTables, RegimeTable
from sim.units import DAY_S

__all__ = ["pack_regimes"]

_UNMOVED = -7
"""Stands for a level that a regime leaves as it is at the start; no level is negative but UNSET."""


def pack_regimes(tables: ModelTables, start: InitialState) -> dict[str, Table]:
    """Return everything that depends on the regime."""
    every = (tables.regimes, *tables.reactions)
    return {
        **_dates(tables),
        **_stretches(tables, len(every)),
        "regime_classes": _columns(
            "regime_classes", every, mean="mean_review_s", priority="file_priority",
            approval_rate="approval_rate", final_refusal_share="final_refusal_share",
            return_share="return_share", query_share="query_share",
        ),
        "regime_lanes": _lanes(tables, every),
        "regime_sites": _columns(
            "regime_sites", every, plan="plan_per_day", stretch_below="stretch_below_s",
            stretch_share="stretch_share", overtime="overtime",
        ),
        "regime_inputs": _inputs(tables, start, every),
        "regime_desks": _desks(tables, every),
    }  # fmt: skip


def _columns(name: str, every: tuple[RegimeTable, ...], **fields: str) -> Table:
    """Return columns of the regime tables, one set of triggers after the other."""
    stacked: dict[str, NDArray[Any]] = {
        field: np.concatenate([getattr(regimes, column) for regimes in every])
        for field, column in fields.items()
    }
    return flat(name, **stacked)


def _desks(tables: ModelTables, every: tuple[RegimeTable, ...]) -> Table:
    table = _columns(
        "regime_desks", every, officers="officers", quota_files="quota_files",
        quota_amount="quota_amount",
    )  # fmt: skip
    lanes, applicants = tables.lanes, tables.applicants
    at_desk = {
        (d, c)
        for desks, classes in zip(lanes.stages, lanes.stage_class, strict=True)
        for d, c in zip(desks, classes, strict=True)
    } | set(zip(applicants.desk.tolist(), applicants.file_class.tolist(), strict=True))
    n_desks = len(tables.desks.name)
    for d in range(n_desks):
        here = sorted(c for desk, c in at_desk if desk == d)
        no_work = [(regimes.mean_review_s[:, here] == 0).any(axis=1) for regimes in every]
        table["no_work"][d::n_desks] = np.concatenate(no_work)
    return table


def _dates(tables: ModelTables) -> dict[str, Table]:
    """Return the regimes and the dated changes that each of them begins with."""
    regimes: list[tuple[int, ...]] = []
    dates: list[tuple[int, int]] = []
    for second in tables.regimes.t_s.tolist():
        here = [(number, int(entry.begins)) for number, entry in enumerate(tables.regimes.dates)
                if entry.second == second]  # fmt: skip
        regimes.append((second, len(dates), len(here)))
        dates += here
    return {"regimes": table_of("regimes", regimes), "dates": table_of("dates", dates)}


def _stretches(tables: ModelTables, n_masks: int) -> dict[str, Table]:
    """Return the speeds of every class under every set of triggers."""
    rows: list[tuple[int, ...]] = []
    firsts = []
    clock = ReviewClock(tables, 0, []) if tables.desks.name else None
    for active in range(n_masks):
        for file_class in range(int(tables.regimes.mean_review_s.shape[1])):
            stretches = clock.stretches(active, file_class) if clock else ()
            firsts.append((len(rows), len(stretches)))
            rows += stretches
    return {
        "stretches": table_of("stretches", rows),
        "class_stretches": table_of("class_stretches", firsts),
    }


def _lanes(tables: ModelTables, every: tuple[RegimeTable, ...]) -> Table:
    table = _columns(
        "regime_lanes", every, mask="stages_needed", general="general_licence", open="lane_open",
        air_below="air_below_s",
    )  # fmt: skip
    normal = np.array([not kind for kind in tables.lanes.fallback], dtype=bool)
    shares = [np.where(r.lane_open & normal, r.lane_share, 0) for r in every]
    table["share"] = np.concatenate(shares).reshape(-1)
    asked = [_asked(tables, regimes) for regimes in every]
    table["asked"] = np.concatenate(asked).reshape(-1)
    return table


def _asked(tables: ModelTables, regimes: RegimeTable) -> NDArray[np.int64]:
    """Return what a slot is applied for early: planned use x share, and the margin; (T, L)."""
    lanes = tables.lanes
    asked = np.zeros(regimes.lane_share.shape, dtype=np.int64)
    for lane in np.flatnonzero((tables.regimes.file_early_s > 0).any(axis=0)).tolist():
        n = int(lanes.input[lane])
        beside = [x for x in np.flatnonzero(lanes.input == n).tolist() if not lanes.fallback[x]]
        for t in range(len(asked)):
            shares = [int(regimes.lane_share[t, x]) for x in beside if regimes.lane_open[t, x]]
            if lanes.fallback[lane] or not regimes.lane_open[t, lane] or not any(shares):
                continue
            share = int(regimes.lane_share[t, lane]) * int(lanes.file_margin[lane])
            in_slot = planned_use(tables, regimes, t, n) * slots_of(tables, lane)
            asked[t, lane] = scaled(in_slot, share, sum(shares) * MILLION * DAY_S)
    return asked


def _inputs(tables: ModelTables, start: InitialState, every: tuple[RegimeTable, ...]) -> Table:
    table = _columns(
        "regime_inputs", every, order_factor="order_factor", use_share="use_share",
        substitute="substitute", hoarding_cap="hoarding_cap", hoarding_reviews="hoarding_reviews",
    )  # fmt: skip
    n_inputs = len(tables.inputs.name)
    known: dict[tuple[bytes, bytes], Table] = {}
    row = 0
    for regimes in every:
        for t in range(len(regimes.t_s)):
            here = table[row * n_inputs : (row + 1) * n_inputs]
            place = regimes.level_share[t].tobytes(), regimes.lane_share[t].tobytes()
            if place not in known:
                _levels(tables, start, regimes, t, here)
                known[place] = here
            for field in ("level_moves", "level_use", "level_rest"):
                here[field] = known[place][field]
            for n in range(n_inputs):
                here["use"][n] = planned_use(tables, regimes, t, n)
                here["extra"][n] = _extra(tables, regimes, t, n)
            row += 1
    return table


def _levels(
    tables: ModelTables, start: InitialState, regimes: RegimeTable, t: int, here: Table
) -> None:
    """Fill in order-up-to levels: use x cover, where the cover is drawn, and the rest."""
    drawn = np.array([law is not None for law in tables.inputs.cover], dtype=bool)
    marked = [UNSET if level == UNSET else _UNMOVED for level in start.order_up_to]
    without = order_up_to_in(tables, _with_cover(start, drawn, 0, marked), regimes, t)
    a_day = order_up_to_in(tables, _with_cover(start, drawn, DAY_S, marked), regimes, t)
    for n, level in enumerate(without):
        moves = level not in {UNSET, _UNMOVED}
        here["level_moves"][n] = moves
        if moves:
            use = a_day[n] - level
            here["level_use"][n] = use if drawn[n] else 0
            here["level_rest"][n] = level
            law = tables.inputs.cover[n]
            if law is not None and law.law == "fixed":
                in_cover = (2 * use * start.cover_s[n] + DAY_S) // (2 * DAY_S)
                here["level_rest"][n] += in_cover


def _with_cover(
    start: InitialState, drawn: NDArray[np.bool_], cover_s: int, levels: list[int]
) -> InitialState:
    """Return an initial state with another cover where a law gives it."""
    covers = [cover_s if is_drawn else given
              for is_drawn, given in zip(drawn, start.cover_s, strict=True)]  # fmt: skip
    return replace(start, cover_s=covers, order_up_to=levels)


def _extra(tables: ModelTables, regimes: RegimeTable, t: int, n: int) -> int:
    """Return what measures with dates add to a level, at the use that the level is for."""
    extra_s = int(regimes.extra_cover_s[t, n])
    inputs = tables.inputs
    full = int(tables.sites.output_per_day[inputs.site[n]]) * int(inputs.per_unit[n])
    use = scaled(full, int(regimes.level_share[t, n]), int(inputs.per[n]) * MILLION)
    return scaled(use, extra_s, DAY_S)
