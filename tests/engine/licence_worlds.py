"""Small random worlds in which everything that a licence regime can do is mixed."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario import Scenario
from tests.engine.generated import dated, tree
from tests.models import merged

PROTECTED = {"group": {"site": ["P"], "target": "20 d"}, "makers": {"kind": ["component_maker"],
             "target": "9 d", "weight": 3}}  # fmt: skip


def office(draw: st.DrawFn) -> dict[str, Any]:
    """What the office of `generated` gets besides: rounds, quotas, terms, answers."""
    begins = draw(st.integers(1, 30))
    quotas = [{"files_per_week": 3}, {"amount_per_week": 150}, {"files_per_week": 0}]
    later = {"from": f"{begins} d"} | draw(st.sampled_from(quotas))
    settings = ["bare_minimum", "queue", "unlimited", "queue", "bare_minimum"]
    return {
        "setting": draw(st.sampled_from(settings)),
        "protected": PROTECTED,
        "rest_per_round": draw(st.sampled_from([0, 120])),
        "round_every": draw(st.sampled_from(["1 d", "7 d", "36 h"])),
        "quota": draw(st.sampled_from([[], [], [later], [{"from": "0 d", "files_per_week": 9},
                                                         later]])),
        "answer_time": draw(st.sampled_from(["6 h", "5 d", "exponential 3 d"])),
        "licence_term": draw(st.sampled_from(["6 h", "2 d", "30 d"])),
    }  # fmt: skip


def embassy(draw: st.DrawFn) -> dict[str, Any]:
    queue = {"setting": "queue", "officers": 1}
    return draw(st.sampled_from([{"setting": "unlimited"}, queue])) | {
        "work": {"law": "exponential"},
        "licence_term": draw(st.sampled_from(["1 d", "4 d", "90 d"])),
        "issue_lag": draw(st.sampled_from(["0 d", "7 h"])),
    }


def customs(draw: st.DrawFn) -> dict[str, Any]:
    asked = draw(st.sampled_from([{}, {"answer_time": "2 d"}, {"answer_time": "uniform 0 d, 1 d"}]))
    return {"decides": "hold", "setting": "unlimited", "work": {"law": "exponential"}} | asked


def triggers(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    effect = draw(st.sampled_from([{}, {"lasts": "3 d"}, {"after": "1 d"}]))
    others = draw(st.booleans())
    return {
        "alarm": {"when": "halted_share", "kind": ["plant"], "above": draw(
            st.sampled_from([0.0, 0.4]))} | effect,
        "crowd": {"when": "backlog", "desk": "d", "other_applicants": others,
                  "above": draw(st.integers(0, 6)), "until": 0, "lasts": "50 h"},
    }  # fmt: skip


def reaction(draw: st.DrawFn) -> dict[str, Any]:
    fields = [
        {"mean_review_time": "1 d"}, {"mean_review_time": "never"}, {"mean_review_time": "0 d"},
        {"approval_rate": 0.3}, {"priority": 1, "destination": ["DE"]}, {"return_share": 0.5},
        {"general_licence": True, "general_quantity": 60},
    ]  # fmt: skip
    on = {"on": draw(st.sampled_from(["alarm", "crowd"]))}
    return on | draw(st.sampled_from(fields)) | draw(st.sampled_from([{}, {"desk": ["d"]}]))


def rules(draw: st.DrawFn) -> dict[str, Any]:
    share = draw(st.sampled_from([0.0, 0.3, 0.7]))
    general = {"general_licence": True, "general_quantity": draw(st.sampled_from([40, 400]))}
    return {
        "back": dated(draw) | {"return_share": share},
        "queried": {"desk": ["customs"], "query_share": draw(st.sampled_from([0.0, 0.4, 1.0]))},
        "pairs": dated(draw) | general | draw(st.sampled_from([{}, {"destination": ["DE"]}])),
        **{f"on{i}": reaction(draw) for i in range(draw(st.integers(0, 3)))},
    }


@st.composite
def licence_worlds(draw: st.DrawFn) -> Scenario:
    """An embassy and an office in turn, customs, general licences, early filing, reactions."""
    base = tree(draw)
    return Scenario.model_validate(merged(base, licence_patch(draw, list(base["lanes"]))))


def licence_patch(draw: st.DrawFn, lanes: list[str]) -> dict[str, Any]:
    """Return what such a world has besides what is in `tree`."""
    gates = {"g": {"before": draw(st.sampled_from([[], ["e"]]))},
             "test": {"desk": "customs", "leaves": ["CN"], "controlled_only": False}
             | dated(draw, 9)}  # fmt: skip
    if draw(st.booleans()):
        gates["again"] = {"desk": "d", "leaves": ["CN"], "on": "crowd"}
    early = dated(draw, 20) | {"file_early": draw(st.sampled_from(["2 d", "9 d"]))}
    least = draw(st.sampled_from([0, 40]))
    patch: dict[str, Any] = {
        "gates": gates,
        "desks": {"d": office(draw), "e": embassy(draw), "customs": customs(draw)},
        "policy": rules(draw),
        "triggers": triggers(draw),
        "lanes": {name: {"application_min": least, "application_wait": "6 d"}
                  for name in lanes},
    }  # fmt: skip
    if draw(st.sampled_from([True, True, False])):
        patch["measures"] = {"early": early}
    return patch
