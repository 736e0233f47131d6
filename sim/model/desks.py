"""Desks and the other firms' files that load them, as tables.

In:  `desks` and `other_applicants` of a `Scenario`.
Out: `DeskTable`, `ApplicantTable`, the columns (T, D) of `RegimeTable`, days without work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import numpy as np

from sim.data.calendar import is_working_day
from sim.errors import Problem, ScenarioError
from sim.model.dates import Dates, merge_spans, moment
from sim.model.regimes import UNSET, IntArray
from sim.model.selecting import FileKind, selects, stream_kind
from sim.model.tables import ApplicantTable, DeskTable
from sim.scenario.laws import Law
from sim.scenario.schema import Applicants, Desk, Scenario
from sim.units import DAY_S

__all__ = ["build_applicants", "build_desks", "desk_columns", "off_days"]


def build_desks(scenario: Scenario, names: Sequence[str], site_names: Sequence[str]) -> DeskTable:
    """Desks in the given order; see `DeskTable`.

    Raises
    ------
    ScenarioError
        If a desk is still to be run under every setting: that is three alternatives.
    """
    desks = [scenario.desks[name] for name in names]
    _refuse_all(scenario)
    weight, target_s = _protected(scenario, desks, site_names)
    return DeskTable(
        name=tuple(names),
        decides=tuple(desk.decides for desk in desks),
        setting=tuple(desk.setting for desk in desks),
        has_officers=np.array([bool(desk.officers) for desk in desks], dtype=np.bool_),
        work=tuple(desk.work for desk in desks),
        pauses=tuple(_pauses(scenario, desk) for desk in desks),
        open_closed=tuple(
            None if desk.open_closed is None else (desk.open_closed.open, desk.open_closed.closed)
            for desk in desks
        ),
        refile_after_s=_ints(desk.refile_after for desk in desks),
        refusal_known_after_s=_ints(desk.refusal_known_after for desk in desks),
        issue_lag_s=_ints(desk.issue_lag for desk in desks),
        licence_term_s=_ints(desk.licence_term for desk in desks),
        refile_probability=np.array([desk.refile_probability for desk in desks], dtype=np.float64),
        answer_time=tuple(_answer_time(desk) for desk in desks),
        round_s=_ints(desk.round_every for desk in desks),
        rest_per_round=_ints(desk.rest_per_round for desk in desks),
        weight=weight,
        target_s=target_s,
        monday_s=-scenario.start.weekday() % 7 * DAY_S,
    )


def _refuse_all(scenario: Scenario) -> None:
    problems = [
        Problem(
            path=f"desks.{name}.setting",
            got="'all'",
            need="need one setting for a run: queue, unlimited or bare_minimum",
            hint="load the file as a design, which makes each of the three an alternative",
            code="E_VALUE",
        )
        for name, desk in scenario.desks.items()
        if desk.setting == "all"
    ]
    if problems:
        raise ScenarioError(problems)


def _answer_time(desk: Desk) -> Law:
    """Return the law of answers; what customs hold waits for one only if the desk states it."""
    asked = desk.decides == "licence" or "answer_time" in desk.model_fields_set
    return desk.answer_time if asked else Law.model_validate({"law": "fixed", "value": "0 d"})


def _pauses(scenario: Scenario, desk: Desk) -> tuple[tuple[int, int], ...]:
    return merge_spans(
        (max(0, moment(scenario.start, p.from_)), moment(scenario.start, p.to)) for p in desk.pauses
    )


def _protected(
    scenario: Scenario, desks: Sequence[Desk], site_names: Sequence[str]
) -> tuple[IntArray, IntArray]:
    """Weight and target (D, S): of several groups with a site, the lowest weight, then name."""
    weight = np.full((len(desks), len(site_names)), UNSET, dtype=np.int64)
    target_s = np.zeros_like(weight)
    for d, desk in enumerate(desks):
        groups = sorted(desk.protected.items(), key=lambda group: (group[1].weight, group[0]))
        for _, group in reversed(groups):
            chosen = [selects(group, name, scenario.sites[name]) for name in site_names]
            weight[d, chosen] = group.weight
            target_s[d, chosen] = group.target
    return weight, target_s


def build_applicants(
    scenario: Scenario, file_class: Mapping[tuple[str, FileKind], int], desks: Sequence[str]
) -> ApplicantTable:
    """Streams by name; see `ApplicantTable`."""
    streams = sorted(scenario.other_applicants.items())
    return ApplicantTable(
        name=tuple(name for name, _ in streams),
        arrivals=tuple(stream.arrivals for _, stream in streams),
        destination=tuple(stream.destination for _, stream in streams),
        sector=tuple(stream.sector for _, stream in streams),
        end_use=tuple(stream.end_use for _, stream in streams),
        desk=_ints(desks.index(stream.desk) for _, stream in streams),
        file_class=_ints(file_class[stream.desk, stream_kind(stream)] for _, stream in streams),
        backlog=_ints(stream.backlog for _, stream in streams),
        rate=tuple(_rate_steps(scenario, stream) for _, stream in streams),
    )


def _rate_steps(scenario: Scenario, stream: Applicants) -> tuple[tuple[int, float], ...]:
    steps = sorted(
        ((moment(scenario.start, step.from_), step.per_day) for step in stream.rate),
        key=lambda step: step[0],
    )
    before = [per_day for second, per_day in steps if second <= 0]
    first = (0, before[-1] if before else 0.0)
    return (first, *(step for step in steps if 0 < step[0] < scenario.horizon))


def desk_columns(scenario: Scenario, names: Sequence[str], dates: Dates) -> dict[str, IntArray]:
    """Officers and weekly quotas (T, D), the same whatever has been triggered."""
    shape = (len(dates.seconds), len(names))
    officers = np.zeros(shape, dtype=np.int64)
    files, amount = np.full(shape, UNSET, dtype=np.int64), np.full(shape, UNSET, dtype=np.int64)
    for d, name in enumerate(names):
        desk = scenario.desks[name]
        for step in sorted(desk.officers, key=lambda step: moment(dates.start, step.from_)):
            officers[dates.rows_from(moment(dates.start, step.from_)), d] = step.count
        begins = {moment(dates.start, quota.from_) for quota in desk.quota}
        for second in sorted(begins):
            rows = dates.rows_from(second)
            now = [quota for quota in desk.quota if moment(dates.start, quota.from_) == second]
            files[rows, d] = _least(quota.files_per_week for quota in now)
            amount[rows, d] = _least(quota.amount_per_week for quota in now)
    return {"officers": officers, "quota_files": files, "quota_amount": amount}


def _least(limits: Iterable[int | None]) -> int:
    """Return the tightest limit, or UNSET if there is none."""
    return min((limit for limit in limits if limit is not None), default=UNSET)


def off_days(scenario: Scenario) -> tuple[tuple[int, int], ...]:
    """Non-working days in China from the start to the horizon.

    Raises
    ------
    DataError
        If the calendar of a year is not known.
    """
    n_days = -(-scenario.horizon // DAY_S)
    return merge_spans(
        (day * DAY_S, (day + 1) * DAY_S)
        for day in range(n_days)
        if not is_working_day(scenario.start + timedelta(days=day))
    )


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
