"""Desks as records: who files at them, when they work, whom they protect.

In:  `ModelTables`, the records of lanes (their stages are filled in here).
Out: record tables by name.
"""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import layout
from sim.engine.compiled.laws import LawBook
from sim.engine.compiled.records import Table, firsts, flat, table_of
from sim.engine.order import Phase
from sim.engine.reference.early_filing import filing_times
from sim.engine.reference.rounds import protected_sites
from sim.engine.review import WorkingTime
from sim.model.dates import merge_spans
from sim.model.streams import entity_of
from sim.model.tables import ON_ORDER, UNSET, ModelTables

__all__ = ["pack_desks"]


def pack_desks(tables: ModelTables, laws: LawBook, lanes: Table) -> dict[str, Table]:
    """Return everything about desks; fill in the stages and early filings of the lanes."""
    stations, queue_of = _stations(tables)
    n_stages = list(map(len, tables.lanes.stages))
    lanes["n_stages"], lanes["first_station"] = n_stages, firsts(n_stages)
    lanes["licences"] = [
        sum(1 << k for k, desk in enumerate(desks) if tables.desks.decides[desk] != "hold")
        for desks in tables.lanes.stages
    ]
    nothing = layout.NOTHING
    return {
        "stations": table_of("stations", stations),
        "queues": table_of("queues", [(cls, nothing, nothing) for _, cls in queue_of]),
        "general_licences": table_of(
            "general_licences", [(licence.quantity,) for licence in tables.general_licences]
        ),
        "granted": table_of("granted", sorted(tables.granted_at_filing)),
        "filings": _filings(tables, lanes),
        "serves": _serves(tables),
        **_desks(tables, laws, list(queue_of)),
        **_watches(tables),
    }


def _stations(
    tables: ModelTables,
) -> tuple[list[tuple[int, int, int, int, int]], dict[tuple[int, int], int]]:
    """Return every source at every desk, and the queue of every desk and class, in order."""
    lanes, applicants = tables.lanes, tables.applicants
    names = sorted({*lanes.name, *applicants.name})
    rank = {name: i for i, name in enumerate(names)}
    found = [
        (name, desk, cls)
        for name, desks, classes in zip(lanes.name, lanes.stages, lanes.stage_class, strict=True)
        for desk, cls in zip(desks, classes, strict=True)
    ]
    found += zip(applicants.name, applicants.desk.tolist(), applicants.file_class.tolist(),
                 strict=True)  # fmt: skip
    queue_of = {pair: i for i, pair in enumerate(sorted({(desk, cls) for _, desk, cls in found}))}
    stations = [
        (desk, cls, queue_of[desk, cls], entity_of(f"{name} / {tables.desks.name[desk]}"),
         rank[name])
        for name, desk, cls in found
    ]  # fmt: skip
    return stations, queue_of


def _filings(tables: ModelTables, lanes: Table) -> Table:
    """Return when slots are applied for early, lane by lane."""
    times = []
    for lane, interval in enumerate(tables.lanes.interval_s.tolist()):
        early = interval != ON_ORDER and (tables.regimes.file_early_s[:, lane] > 0).any()
        lanes["early"][lane] = early
        times.append(filing_times(tables, lane) if early else [])
    lanes["n_filings"] = [len(filings) for filings in times]
    lanes["first_filing"] = firsts(lanes["n_filings"].tolist())
    return table_of("filings", [filing for filings in times for filing in filings])


def _serves(tables: ModelTables) -> Table:
    """Return weight and target of the protected site that each lane's files serve, by desk."""
    desks = tables.desks
    rows = []
    for d in range(len(desks.name)):
        if desks.setting[d] == "bare_minimum":
            served = protected_sites(tables, d)
        else:
            served = [UNSET] * len(tables.lanes.name)
        rows += [
            (UNSET, 0) if s == UNSET else (int(desks.weight[d, s]), int(desks.target_s[d, s]))
            for s in served
        ]
    return table_of("serves", rows)


def _desks(tables: ModelTables, laws: LawBook, queues: list[tuple[int, int]]) -> dict[str, Table]:
    desks, regimes = tables.desks, tables.regimes
    n_desks = len(desks.name)
    table = np.zeros(n_desks, layout.TABLES["desks"])
    for d in range(n_desks):
        setting = desks.setting[d]
        table["unlimited"][d] = setting != "queue" or not desks.has_officers[d]
        table["in_rounds"][d] = setting == "bare_minimum"
        limits = np.stack([regimes.quota_files[:, d], regimes.quota_amount[:, d]])
        table["has_quota"][d] = setting != "bare_minimum" and (limits != UNSET).any()
        closing = desks.open_closed[d]
        table["open_law"][d] = layout.NOTHING if closing is None else laws.add(closing[0])
        table["closed_law"][d] = layout.NOTHING if closing is None else laws.add(closing[1])
    table["holds"] = [decides == "hold" for decides in desks.decides]
    table["phase"] = np.where(table["holds"], int(Phase.CUSTOMS_RELEASE), int(Phase.DECISION))
    for link in ("first_review", "line_first", "line_last", "first_pool"):
        table[link] = layout.NOTHING
    table["n_queues"] = [sum(desk == d for desk, _ in queues) for d in range(n_desks)]
    table["first_queue"] = firsts(table["n_queues"].tolist())
    table["refile_after"], table["term"] = desks.refile_after_s, desks.licence_term_s
    table["known_after"], table["issue_lag"] = desks.refusal_known_after_s, desks.issue_lag_s
    table["refile_probability"] = desks.refile_probability
    table["work"] = [laws.add(law) for law in desks.work]
    table["answer"] = [laws.add(law) for law in desks.answer_time]
    table["week"] = UNSET
    table["quota_look"] = layout.FAR
    table["monday"] = desks.monday_s
    table["round_every"], table["rest"] = desks.round_s, desks.rest_per_round
    table["entity"] = [entity_of(name) for name in desks.name]
    return {"desks": table, **_spans(tables, table)}


def _spans(tables: ModelTables, table: Table) -> dict[str, Table]:
    """Return the seconds in which desks do not work, and the pauses these come from."""
    spans: list[tuple[int, int, int]] = []
    pauses: list[tuple[int, int]] = []
    for d, paused in enumerate(tables.desks.pauses):
        table["first_pause"][d], table["n_pauses"][d] = len(pauses), len(paused)
        pauses += paused
        merged = merge_spans(paused)
        for idle, first, n in ((merged, "first_span", "n_spans"),
                               (merge_spans([*merged, *tables.off_days]), "first_off", "n_off"),
                               ):  # fmt: skip
            time = WorkingTime(idle)
            table[first][d], table[n][d] = len(spans), len(idle)
            spans += zip(time.begins, time.ends, time.idle_before, strict=False)
    return {
        "spans": table_of("spans", spans),
        "pauses": table_of("pauses", [*pauses, *tables.off_days]),
    }


def _watches(tables: ModelTables) -> dict[str, Table]:
    """Return triggers, and the sites that each of them counts."""
    triggers, n_sites = tables.triggers, len(tables.sites.name)
    table = np.zeros(len(triggers.name), layout.TABLES["watches"])
    table["desk"], table["others"] = triggers.desk, triggers.other_applicants
    table["above"], table["until"] = triggers.above, triggers.until
    table["lag"] = np.maximum(1, triggers.after_s)
    table["lasts"] = triggers.lasts_s
    table["from_s"], table["to_s"] = triggers.from_s, triggers.to_s
    table["armed"] = 1
    table["begins"] = table["ends"] = table["looks_at"] = UNSET
    watched = np.zeros((len(triggers.name), n_sites), dtype=np.int64)
    for g, sites in enumerate(triggers.sites):
        watched[g, list(sites)] = 1
    return {"watches": table, "watch_sites": flat("watch_sites", watched=watched)}
