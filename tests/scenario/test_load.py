from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError
from sim.scenario import Design, design_from_text, load_design, load_scenario
from sim.units import DAY_S
from tests.scenario.samples import TINY, edited, faults_of, load, only_fault, place

WITH_ALTERNATIVES = """\
alternatives:
  as ruled: {}
  no controls:
    gates: {licence: ~}
  faster:
    policy: {clock: {mean_review_time: 10 d}}
"""
EVERY_RECORD = """\
control_lists:
  heavy: {elements: [Dy, Tb], above_mass_share: 0.001, if: truce}
  worth: {from_value_share: 0.001, on: anger, from: 9 d}
chances: {truce: {probability: 0.5, from: 30 d, latest: 60 d}}
triggers:
  anger: {when: halted_share, above: 0.5, kind: [plant], after: 2 d, lasts: 9 d}
  haste: {when: backlog, desk: ministry, above: 30, until: 10}
stockpiles:
  pile: {item: magnet, held_in: DE, quantity: 1 t, below_cover: 9 d, up_to_cover: 20 d,
         refill: {supplier: maker, transit: 28 d, per_review: 50 kg}}
measures:
  fly: {on: anger, site: [works], air: {transit: 4 d, below_cover: 9 d}}
  slow: {unless: truce, stretch: {below: 9 d, share: 0.5}}
demand: {less: {from: 9 d, latest: 20 d, probability: 0.5, factor: 0.9}}
"""
SOUND = TINY + EVERY_RECORD


def test_a_good_file_becomes_one_frozen_scenario() -> None:
    design = load()

    scenario = design.alternatives["base"]
    assert (design.name, design.baseline, list(design.alternatives)) == ("tiny", "base", ["base"])
    assert (scenario.start, scenario.horizon) == (date(2025, 4, 4), 200 * DAY_S)
    assert scenario.sites["works"].bill["magnet"].per_unit == 1000
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 2  # type: ignore[misc]


def test_alternatives_keep_the_order_of_the_file_and_the_first_is_the_baseline() -> None:
    design = design_from_text(TINY + WITH_ALTERNATIVES)

    assert list(design.alternatives) == ["as ruled", "no controls", "faster"]
    assert design.baseline == "as ruled"


def test_an_empty_alternative_is_the_scenario_as_written() -> None:
    design = design_from_text(TINY + WITH_ALTERNATIVES)

    assert design.alternatives["as ruled"] == load().alternatives["base"]


def test_null_removes_and_other_alternatives_do_not_notice() -> None:
    design = design_from_text(TINY + WITH_ALTERNATIVES)

    assert design.alternatives["no controls"].gates == {}
    assert list(design.alternatives["faster"].gates) == ["licence"]


def test_an_override_of_one_field_keeps_the_others() -> None:
    clock = design_from_text(TINY + WITH_ALTERNATIVES).alternatives["faster"].policy["clock"]

    assert clock.mean_review_time is not None
    assert (clock.mean_review_time.seconds, clock.approval_rate) == (10 * DAY_S, 0.9)


def test_resolved_scenarios_carry_no_alternatives_baseline_or_network() -> None:
    text = TINY + "baseline: faster\n" + WITH_ALTERNATIVES

    for scenario in design_from_text(text).alternatives.values():
        assert (scenario.alternatives, scenario.baseline, scenario.network) == ({}, None, None)
        assert scenario.name == "tiny"


def test_the_baseline_is_the_one_that_is_named() -> None:
    assert design_from_text(TINY + "baseline: faster\n" + WITH_ALTERNATIVES).baseline == "faster"


def test_a_baseline_that_is_no_alternative_is_refused_with_the_closest() -> None:
    problems = faults_of(TINY + "baseline: fastr\n" + WITH_ALTERNATIVES)

    assert [place(problem) for problem in problems] == [(37, 11, "E_REF")]
    assert problems[0].hint == "did you mean 'faster'?"


def test_lists_are_replaced_not_merged() -> None:
    text = TINY + "alternatives:\n  b:\n    gates: {licence: {leaves: [DE]}}\n"

    assert design_from_text(text).alternatives["b"].gates["licence"].leaves == ("DE",)


def test_a_short_bill_line_and_its_long_form_are_the_same_thing_when_merged() -> None:
    text = TINY + (
        "alternatives:\n"
        "  more cover:\n    sites: {works: {bill: {magnet: {cover: 40 d}}}}\n"
        "  heavier:\n    sites: {plant: {bill: {motor: 2}}}\n"
    )

    design = design_from_text(text)
    magnet = design.alternatives["more cover"].sites["works"].bill["magnet"]
    motor = design.alternatives["heavier"].sites["plant"].bill["motor"]
    assert magnet.per_unit == 1000
    assert magnet.cover is not None
    assert magnet.cover.value == 40 * DAY_S
    assert motor.per_unit == 2
    assert motor.cover is not None


def test_a_law_of_another_kind_replaces_the_whole_law() -> None:
    law = ("transit: 28 d", "transit: {law: gamma, mean: 28 d, cv: 0.3}")
    text = edited(law) + (
        "alternatives:\n"
        "  surer: {lanes: {by sea: {transit: {cv: 0.1}}}}\n"
        "  other: {lanes: {by sea: {transit: {law: uniform, low: 20 d, high: 30 d}}}}\n"
    )

    design = design_from_text(text)
    surer = design.alternatives["surer"].lanes["by sea"].transit
    other = design.alternatives["other"].lanes["by sea"].transit
    assert (surer.law, surer.cv, surer.mean) == ("gamma", 0.1, 28 * DAY_S)
    assert (other.law, other.cv, other.mean) == ("uniform", None, None)


@pytest.mark.parametrize(
    ("text", "law", "fields"),
    [
        ("35 d", "fixed", {"value": 35 * DAY_S}),
        ("uniform 10 d, 20 d", "uniform", {"low": 10 * DAY_S, "high": 20 * DAY_S}),
        ("exponential 30 d", "exponential", {"mean": 30 * DAY_S}),
        ("weibull 30 d, 1.5", "weibull", {"mean": 30 * DAY_S, "shape": 1.5}),
        ("empirical 10 d; 20 d", "empirical", {"values": (10 * DAY_S, 20 * DAY_S)}),
    ],
)
def test_a_law_in_one_line(text: str, law: str, fields: dict[str, object]) -> None:
    transit = load(("28 d", f"'{text}'")).alternatives["base"].lanes["by sea"].transit

    assert transit.law == law
    assert {name: getattr(transit, name) for name in fields} == fields


def test_removing_what_is_not_there_is_refused_with_the_closest_name() -> None:
    problems = faults_of(TINY + "alternatives:\n  b:\n    gates: {licnce: ~}\n")

    assert [place(problem) for problem in problems] == [(39, 21, "E_TYPE")]
    assert problems[0].path == "alternatives.b.gates.licnce"
    assert problems[0].hint == "did you mean 'licence'?"


@pytest.mark.parametrize("key", ["name: other", "alternatives: {}", "extends: a.yaml",
                                 "baseline: b", "schema_version: 1"])  # fmt: skip
def test_an_alternative_cannot_change_what_belongs_to_the_file(key: str) -> None:
    problems = faults_of(TINY + f"alternatives:\n  b:\n    {key}\n")

    assert [place(problem) for problem in problems] == [(39, 5, "E_UNKNOWN_KEY")]


def test_a_fault_that_only_one_alternative_causes_says_in_which() -> None:
    text = TINY + "alternatives:\n  a: {}\n  b:\n    sites: {works: {country: ~}}\n"

    problems = faults_of(text)

    missing = [problem for problem in problems if problem.code == "E_MISSING"]
    assert [(problem.line, problem.path) for problem in missing] == [(13, "sites.works.country")]
    assert missing[0].hint == "in the alternative 'b'"


def test_a_fault_of_all_alternatives_is_reported_once_at_its_place() -> None:
    text = edited(("seed: 1", "seed: -1")) + WITH_ALTERNATIVES

    assert [place(problem) for problem in faults_of(text)] == [(6, 7, "E_RANGE")]


def test_all_faults_of_a_file_come_in_one_error_in_the_order_of_the_file() -> None:
    problems = faults_of(
        edited(
            ("seed: 1", "sed: 1"),
            ("200 kg", "200"),
            ("makes: motor", "makes: motr"),
            ("0.9", "14"),
        )
    )

    found = [(problem.line, problem.path, problem.code) for problem in problems]
    assert sorted(found) == [
        (1, "seed", "E_MISSING"),
        (6, "sed", "E_UNKNOWN_KEY"),
        (12, "sites.maker.output_per_day", "E_TYPE"),
        (17, "sites.works.makes", "E_REF"),
        (36, "policy.clock.approval_rate", "E_RANGE"),
    ]


def test_the_text_of_an_error_says_where_what_is_needed_and_how_to_mend_it() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(("seed: 1", "sed: 1"))

    assert "  6:1  sed: unknown key (did you mean 'seed'?) [E_UNKNOWN_KEY]" in str(caught.value)


@pytest.mark.parametrize(
    ("edit", "where", "hint"),
    [
        (("0.9", "90%"), (36, 68, "E_TYPE"), "write 0.9"),
        (("0.9", "'0.9'"), (36, 68, "E_TYPE"), "leave the quotes out"),
        (("seed: 1", "seed: 007"), (6, 7, "E_TYPE"), "write 7, without a leading zero"),
        (("seed: 1", "seed: 1,000"), (6, 7, "E_TYPE"), "write 1000, without separators"),
        (("controlled: true", "controlled: yes"), (8, 38, "E_TYPE"), "write true"),
        (("[CN]", "CN"), (32, 37, "E_TYPE"), "write [CN]"),
        (("title: One", "title: 12 #"), (3, 8, "E_TYPE"), 'write it in quotes: "..."'),
        (("kind: plant", "kind: plnt"), (22, 11, "E_VALUE"), "did you mean 'plant'?"),
    ],
)
def test_hints_for_common_slips(
    edit: tuple[str, str], where: tuple[int, int, str], hint: str
) -> None:
    problem = next(p for p in faults_of(edited(edit)) if p.line == where[0])

    assert (place(problem), problem.hint) == (where, hint)


def test_what_was_found_is_shown_short_and_without_control_characters() -> None:
    problem = only_fault(("28 d", '"' + "x" * 200 + '\\n"'))

    assert len(problem.got) <= 60
    assert problem.got.isprintable()


def test_keys_of_the_user_are_free_in_every_record_but_not_among_names() -> None:
    text = edited(
        ("seed: 1\n", "seed: 1\nx-owner: me\n"),
        ("{kind: component}", "{kind: component, x-code: [1, {a: b}]}"),
        ("by sea:", "x-ray lane:"),
    )

    scenario = design_from_text(text).alternatives["base"]
    assert list(scenario.lanes) == ["x-ray lane", "by road"]


def test_null_has_no_meaning_in_a_file_that_builds_on_nothing() -> None:
    assert place(only_fault(("seed: 1\n", "seed: 1\nquestion: ~\n"))) == (7, 11, "E_TYPE")


def test_the_python_name_of_a_key_is_no_key() -> None:
    problems = faults_of(edited(("from: 2025-04-04}\ndesks", "from_: 2025-04-04}\ndesks")))

    codes = {(problem.path, problem.code, problem.hint) for problem in problems}
    assert ("gates.licence.from_", "E_UNKNOWN_KEY", "did you mean 'from'?") in codes


def test_overrides_come_last() -> None:
    design = design_from_text(
        TINY + WITH_ALTERNATIVES,
        overrides=["policy.clock.mean_review_time=5 d", "seed=9", "alternatives.faster.seed=3"],
    )

    seeds = [scenario.seed for scenario in design.alternatives.values()]
    times = {s.policy["clock"].mean_review_time for s in design.alternatives.values()}
    assert seeds == [9, 9, 3]
    assert {time.seconds for time in times if time} == {5 * DAY_S}


def test_overrides_read_lists_quotes_and_null() -> None:
    scenario = load(
        overrides=["gates.licence.leaves=[CN, DE]", 'note="12"', "policy.clock.approval_rate=~"]
    ).alternatives["base"]

    assert scenario.gates["licence"].leaves == ("CN", "DE")
    assert (scenario.note, scenario.policy["clock"].approval_rate) == ("12", None)


def test_override_paths_quote_names_with_dots() -> None:
    design = load(("by sea:", "v. sea:"), overrides=['lanes."v. sea".transit=9 d'])

    assert design.alternatives["base"].lanes["v. sea"].transit.value == 9 * DAY_S


@pytest.mark.parametrize(
    ("override", "code", "hint"),
    [
        ("sites.wroks.country=DE", "E_REF", "did you mean 'works'?"),
        ("sede=1", "E_UNKNOWN_KEY", "did you mean 'seed'?"),
        ("alternatives.bse.seed=1", "E_REF", "did you mean 'base'?"),
        ("alternatives.base=1", "E_NAME", ""),
        ("seed", "E_NAME", "such as policy.April.approval_rate=0.5"),
        ("seed=1_0", "E_TYPE", ""),
        ("seed=&a 1", "E_YAML_ALIAS", ""),
        ("seed=1\nname: other", "E_TYPE", ""),
    ],
)
def test_an_override_that_does_not_fit_is_refused(override: str, code: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(overrides=["horizon=100 d", override])

    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.code) == ("--set", 2, code)
    assert problem.hint == hint


def test_an_override_may_concern_what_only_some_alternatives_have() -> None:
    design = design_from_text(TINY + WITH_ALTERNATIVES, overrides=["gates.licence.to=2026-01-01"])

    assert design.alternatives["no controls"].gates == {}
    assert design.alternatives["as ruled"].gates["licence"].to == date(2026, 1, 1)


def test_places_lead_back_to_the_file() -> None:
    design = design_from_text(TINY + WITH_ALTERNATIVES, name="a.yaml")

    review = design.places.of("faster", "policy", "clock", "mean_review_time")
    rate = design.places.of("faster", "policy", "clock", "approval_rate")
    assert (str(review), str(rate)) == ("a.yaml:42", "a.yaml:36")


def test_a_name_that_mixes_alphabets_is_allowed_with_a_warning() -> None:
    design = load(("makes: car", "makes: саr"), ("  car:", "  саr:"))

    assert [(w.line, w.code) for w in design.warnings] == [(10, "W_CONFUSABLE")]


@pytest.mark.parametrize("name", ["a/b", "..", "-x", "nul", "x.", "a:b", "b*"])
def test_names_that_results_are_stored_under_must_suit_every_system(name: str) -> None:
    scenario = only_fault(("name: tiny", f"name: '{name}'"))
    alternative = faults_of(TINY + f"alternatives:\n  '{name}': {{}}\n")

    assert place(scenario) == (2, 7, "E_NAME")
    assert [problem.code for problem in alternative] == ["E_NAME"]


def test_files_load_like_text(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY + WITH_ALTERNATIVES)

    design = load_design(file)

    assert design.path == file
    assert design.alternatives == design_from_text(TINY + WITH_ALTERNATIVES).alternatives
    assert load_scenario(file, "no controls") == design.alternatives["no controls"]
    assert load_scenario(file) == design.alternatives["as ruled"]
    assert load_scenario(file, overrides=["seed=5"]).seed == 5


def test_an_alternative_that_is_not_there_is_named_with_the_closest(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY + WITH_ALTERNATIVES)

    with pytest.raises(ScenarioError, match="did you mean 'faster'"):
        load_scenario(file, "fastr")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode())

    assert load_design(file).alternatives == load().alternatives


@pytest.mark.parametrize(
    ("name", "code"),
    [("none.yaml", "E_NOT_FOUND"), ("folder.yaml", "E_NOT_A_FILE"), ("a.txt", "E_EXTENSION")],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "a.txt").write_text(TINY)

    with pytest.raises(ScenarioError) as caught:
        load_design(tmp_path / name)

    assert [problem.code for problem in caught.value.problems] == [code]


def sound_or_refused(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    design: Design | None = None
    try:
        design = design_from_text(text)
    except ScenarioError as error:
        problems = error.problems

    assert isinstance(design, Design) != bool(problems)
    assert all(len(problem.got) <= 60 for problem in problems)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_random_text_is_refused_without_a_traceback(text: str) -> None:
    sound_or_refused(text)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(SOUND)),
    st.integers(0, 20),
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(["~", "[]", "{}", "- ", "1e999", ".nan", "-5 d", "99999999999999999 d",
                         "2025-02-30", "x: ", "true", "9" * 39, "null", "'", ": "]),
    ),
)  # fmt: skip
def test_a_damaged_scenario_loads_or_is_refused_without_a_traceback(
    at: int, cut: int, put: str
) -> None:
    sound_or_refused(SOUND[:at] + put + SOUND[at + cut :] + WITH_ALTERNATIVES)


def test_the_scenario_that_is_damaged_is_sound() -> None:
    assert set(design_from_text(SOUND + WITH_ALTERNATIVES).alternatives) == {
        "as ruled", "no controls", "faster",
    }  # fmt: skip
