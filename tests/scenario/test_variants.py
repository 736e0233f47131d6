"""Alternatives that are varied: sweeps, and every setting of a desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from sim.errors import Refused, ScenarioError
from sim.scenario import Design, Scenario, design_from_text
from sim.scenario.resolved import resolved_text
from sim.scenario.shapes import plain
from sim.scenario.tree import Faults
from sim.scenario.variants import MOST_VARIANTS, SETTINGS, Variation, family

RULED: dict[str, Any] = {
    "schema_version": 1,
    "name": "ruled",
    "title": "One maker, one plant, one desk",
    "start": "2025-04-07",
    "horizon": "10 d",
    "seed": 1,
    "items": {"m": {"kind": "magnet", "controlled": True}, "car": {"kind": "product"}},
    "sites": {
        "A": {"kind": "magnet_maker", "country": "CN", "makes": "m", "output_per_day": "1 kg"},
        "P": {
            "kind": "plant",
            "country": "DE",
            "makes": "car",
            "output_per_day": 10,
            "bill": {"m": {"per_unit": "1 g", "stock": "50 g"}},
        },
    },
    "lanes": {
        "l": {"supplier": "A", "customer": "P", "transit": "2 d", "dispatch_every": "5 d"},
    },
    "gates": {"g": {"desk": "d", "leaves": ["CN"]}},
    "desks": {"d": {"setting": "unlimited"}},
    "policy": {"r": {"mean_review_time": "3 d"}},
}
BOTH: dict[str, Any] = {"officers": 2, "rest_per_round": "10 kg"}
EVERY: dict[str, Any] = {"d": {"setting": "all", **BOTH}}
THREE = [f"base [{setting}]" for setting in SETTINGS]


def loaded(
    sweeps: Sequence[str] = (), setting: str = "", allow_large: bool = False, **changes: Any
) -> Design:
    """Load the scenario with top-level keys replaced."""
    variation = Variation(sweeps, setting, allow_large)
    return design_from_text(json.dumps(RULED | changes), variation=variation)


def settings(design: Design, desk: str = "d") -> list[str]:
    return [scenario.desks[desk].setting for scenario in design.alternatives.values()]


def problem(**asked: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        loaded(**asked)
    return str(caught.value)


# ---------------------------------------------------------------- settings of desks


def test_a_desk_whose_setting_is_all_makes_three_alternatives_of_each() -> None:
    design = loaded(desks=EVERY)

    assert list(design.alternatives) == THREE
    assert settings(design) == list(SETTINGS)


def test_alternatives_stay_in_the_order_of_the_file_with_their_settings_together() -> None:
    design = loaded(desks=EVERY, alternatives={"b": {}, "a": {"horizon": "5 d"}}, baseline="a")

    assert list(design.alternatives) == [f"{name} [{s}]" for name in "ba" for s in SETTINGS]
    assert design.baseline == "a [queue]"
    assert design.alternatives["a [unlimited]"].horizon == 5 * 86400


def test_one_variant_can_be_named_as_the_baseline() -> None:
    design = loaded(desks=EVERY, baseline="base [unlimited]")

    assert design.baseline == "base [unlimited]"


def test_desks_that_vary_do_so_together_and_the_others_stay_as_they_are() -> None:
    desks = {
        "d": {"setting": "all", **BOTH},
        "e": {"setting": "all", **BOTH},
        "f": {"setting": "unlimited"},
    }
    design = loaded(desks=desks)

    assert len(design.alternatives) == 3
    assert settings(design, "d") == settings(design, "e") == list(SETTINGS)
    assert settings(design, "f") == ["unlimited"] * 3


def test_an_alternative_that_states_its_own_setting_is_not_varied() -> None:
    design = loaded(
        desks=EVERY,
        alternatives={"every": {}, "one": {"desks": {"d": {"setting": "queue"}}}},
    )

    assert list(design.alternatives) == [*(f"every [{s}]" for s in SETTINGS), "one"]


def test_a_variant_is_written_out_with_its_own_setting() -> None:
    design = loaded(desks=EVERY)

    text = resolved_text(design, "base [bare_minimum]")
    assert "setting: bare_minimum" in text
    values = plain(design.places.trees["base [queue]"], Scenario, Faults())
    assert Scenario.model_validate(values) == design.alternatives["base [queue]"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_one_setting_can_be_chosen_for_every_licence_desk_under_the_same_name(
    setting: str,
) -> None:
    design = loaded(setting=setting, desks={"d": BOTH})

    assert list(design.alternatives) == ["base"]
    assert settings(design) == [setting]


def test_desks_all_does_what_a_setting_all_in_the_file_does() -> None:
    asked = loaded(setting="all", desks={"d": BOTH})
    written = loaded(desks=EVERY)

    assert asked.alternatives == written.alternatives


def test_desks_all_says_what_a_desk_is_short_of() -> None:
    said = problem(setting="all")

    assert "desks.d: the queue setting needs officers or quota; the bare_minimum setting" in said
    assert "needs protected sites or rest_per_round (--desks all)" in said


def test_a_desk_that_cannot_have_every_setting_keeps_its_own_beside_one_that_can() -> None:
    design = loaded(setting="all", desks={"d": BOTH, "e": {"setting": "unlimited"}})

    assert list(design.alternatives) == THREE
    assert settings(design, "e") == ["unlimited"] * 3
    (note,) = design.warnings
    assert note.path == "desks.e"


def test_a_desk_that_holds_for_customs_is_no_licence_desk() -> None:
    design = loaded(setting="all", desks={"d": BOTH, "e": {"decides": "hold", **BOTH}})

    assert settings(design, "e") == ["queue"] * 3


def test_a_scenario_without_desks_is_not_varied() -> None:
    free = loaded(setting="all", gates={}, desks={})

    assert list(free.alternatives) == ["base"]


def test_a_name_too_long_for_its_variants_is_refused() -> None:
    said = problem(desks=EVERY, alternatives={"x" * 70: {}})

    assert "at most 80 characters" in said


def test_a_name_that_a_variant_takes_is_refused() -> None:
    said = problem(
        desks=EVERY,
        alternatives={"a": {}, "a [queue]": {"desks": {"d": {"setting": "queue"}}}},
    )

    assert "a variant of an alternative is called this" in said


# ---------------------------------------------------------------- sweeps


def test_a_sweep_makes_one_alternative_of_each_value() -> None:
    design = loaded(sweeps=["policy.r.mean_review_time=3 d, 30 d,never"])

    assert list(design.alternatives) == [
        "base [mean_review_time=3 d]",
        "base [mean_review_time=30 d]",
        "base [mean_review_time=never]",
    ]
    times = [one.policy["r"].mean_review_time for one in design.alternatives.values()]
    assert [time and time.seconds for time in times] == [3 * 86400, 30 * 86400, 0]


def test_two_sweeps_make_every_combination() -> None:
    design = loaded(sweeps=["horizon=5 d,6 d", "policy.r.approval_rate=0.5,1"])

    found = [
        (one.horizon // 86400, one.policy["r"].approval_rate)
        for one in design.alternatives.values()
    ]
    assert found == [(5, 0.5), (5, 1.0), (6, 0.5), (6, 1.0)]
    assert list(design.alternatives)[1] == "base [horizon=5 d, approval_rate=1]"


def test_paths_with_the_same_end_are_told_apart_in_the_names() -> None:
    design = loaded(sweeps=["sites.A.output_per_day=1 kg", "sites.P.output_per_day=10,20"])

    assert next(iter(design.alternatives)) == "base [A.output_per_day=1 kg, P.output_per_day=10]"


def test_a_value_may_be_a_list_or_a_law() -> None:
    design = loaded(
        sweeps=["gates.g.leaves=[CN],[CN, DE]", "lanes.l.transit=2 d,{law: fixed, value: 3 d}"]
    )

    assert [one.gates["g"].leaves for one in design.alternatives.values()][1:3] == [
        ("CN",), ("CN", "DE"),
    ]  # fmt: skip
    assert list(design.alternatives)[3] == "base [leaves=CN+DE, transit=law fixed value 3 d]"


def test_a_sweep_may_be_of_one_alternative_only() -> None:
    design = loaded(
        sweeps=["alternatives.slow.policy.r.mean_review_time=20 d,30 d"],
        alternatives={"plain": {}, "slow": {}},
    )

    assert [family(name) for name in design.alternatives] == ["plain", "slow", "slow"]


def test_what_an_alternative_does_not_have_is_not_varied_in_it() -> None:
    design = loaded(
        sweeps=["policy.r.approval_rate=0.5,1"],
        alternatives={"ruled": {}, "free": {"policy": {"r": None}, "gates": {"g": None}}},
    )

    assert [family(name) for name in design.alternatives] == ["ruled", "ruled", "free"]


def test_sweep_and_settings_go_together_the_setting_last() -> None:
    design = loaded(["horizon=5 d,6 d"], "all", desks={"d": BOTH})

    assert list(design.alternatives)[:2] == [
        "base [horizon=5 d] [queue]",
        "base [horizon=5 d] [unlimited]",
    ]
    assert len(design.alternatives) == 6


def test_a_bad_value_is_named_with_the_sweep_it_comes_from() -> None:
    said = problem(sweeps=["horizon=5 d,6 d", "policy.r.approval_rate=0.5,14"])

    assert "--sweep" in said
    assert "policy.r.approval_rate: got 14, need a share between 0 and 1" in said


@pytest.mark.parametrize(
    ("sweep", "need"),
    [
        ("horizon", "an equals sign"),
        ("horizon=", "need values that differ"),
        ("horizon=5 d,5 d", "need values that differ"),
        ("policy.t.approval_rate=0,1", "nothing of this name in 'policy'"),
        ("name=a,b", "need a path inside a scenario"),
        ("baseline=a,b", "need a path inside a scenario"),
    ],
)
def test_a_sweep_that_cannot_be_read_is_refused_in_words(sweep: str, need: str) -> None:
    assert need in problem(sweeps=[sweep])


def test_more_alternatives_than_two_hundred_need_to_be_allowed() -> None:
    values = ",".join(f"{day} d" for day in range(1, MOST_VARIANTS + 2))

    with pytest.raises(Refused, match="makes 201 alternatives, more than 200") as caught:
        loaded(sweeps=[f"horizon={values}"])
    assert caught.value.exit_code == 5
    assert len(loaded(sweeps=[f"horizon={values}"], allow_large=True).alternatives) == 201
