"""Rules, gates, lists, desks, chances and triggers name what is there."""

import pytest

from sim.scenario import design_from_text
from tests.scenario.samples import TINY, edited, faults_of, load, only_fault, place

PARTS = (
    "control_lists: {heavy: {elements: [Dy], above_mass_share: 0.001}}\n"
    "chances: {truce: {probability: 0.5, from: 30 d, latest: 60 d}}\n"
    "triggers: {anger: {when: halted_share, above: 0.5}}\n"
)
RULE = "mean_review_time: 45 d, approval_rate: 0.9"


@pytest.mark.parametrize(
    ("edit", "need", "hint"),
    [
        (("leaves: [CN]", "leaves: [CN], before: [embassy]"),
         "there is no such desk", "there is ministry"),
        (("leaves: [CN]", "enters: [FR]"),
         "there is no such country with a site here", "there is CN, DE"),
        (("leaves: [CN]", "leaves: [CN], lists: [hevy]"),
         "there is no such control list", "did you mean 'heavy'?"),
        ((RULE, f"{RULE}, if: truse"), "there is no such chance", "did you mean 'truce'?"),
        ((RULE, f"{RULE}, unless: war"), "there is no such chance", "there is truce"),
        ((RULE, f"{RULE}, on: angr"), "there is no such trigger", "did you mean 'anger'?"),
        (("leaves: [CN]", "leaves: [CN], on: fear"), "there is no such trigger", "there is anger"),
    ],
)  # fmt: skip
def test_what_a_rule_or_gate_names_must_be_there(
    edit: tuple[str, str], need: str, hint: str
) -> None:
    problem = only_fault(edit, text=TINY + PARTS)

    assert (problem.code, problem.need, problem.hint) == ("E_REF", need, hint)
    assert problem.line in {32, 36}
    assert problem.column > 20


@pytest.mark.parametrize(
    "record",
    [
        "control_lists:\n  sm: {elements: [Sm], above_mass_share: 0.1, if: truse}\n",
        "demand:\n  less: {factor: 0.5, if: truse}\n",
        "measures:\n  more: {add_cover: 9 d, if: truse}\n",
    ],
)
def test_whatever_is_in_force_for_a_time_may_hang_on_a_chance_that_is_there(record: str) -> None:
    chances = "chances: {truce: {probability: 0.5}}\n"

    problem = only_fault(text=TINY + chances + record)

    assert (problem.line, problem.need) == (39, "there is no such chance")
    design_from_text(TINY + chances + record.replace("truse", "truce"))


def test_a_stockpile_hangs_on_a_trigger_that_is_there() -> None:
    pile = ("stockpiles:\n  pile: {item: magnet, held_in: DE, quantity: 1 t, below_cover: 9 d, "
            "up_to_cover: 20 d, on: angr}\n")  # fmt: skip

    problem = only_fault(text=TINY + PARTS + pile)

    assert (problem.path, problem.hint) == ("stockpiles.pile.on", "did you mean 'anger'?")


@pytest.mark.parametrize(
    ("before", "got"), [("[ministry]", "'ministry'"), ("[embassy, embassy]", "'embassy'")]
)
def test_a_gate_has_each_desk_once(before: str, got: str) -> None:
    embassy = "  embassy: {setting: unlimited}\n"
    text = edited(("policy:\n", f"{embassy}policy:\n"))

    problem = only_fault(("leaves: [CN]", f"leaves: [CN], before: {before}"), text=text)

    assert (problem.line, problem.code, problem.got) == (32, "E_DUP", got)
    assert problem.hint == "leave it out"


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ("policy: {clock: {from: 9 d, latest: 8 d}}", "policy.clock.latest"),
        ("gates: {licence: {from: 9 d, latest: 2025-04-12}}", "gates.licence.latest"),
        ("chances: {truce: {from: 61 d}}", "chances.truce.latest"),
        ("triggers: {anger: {from: 9 d, to: 9 d}}", "triggers.anger.to"),
        ("lanes: {by sea: {from: 9 d, to: 8 d}}", "lanes.by sea.to"),
        ("control_lists: {heavy: {from: 9 d, to: 8 d}}", "control_lists.heavy.to"),
    ],
)
def test_nothing_ends_before_it_begins(record: str, path: str) -> None:
    problems = faults_of(TINY + PARTS + f"alternatives: {{a: {{{record}}}}}\n")

    assert [problem.path.removeprefix("alternatives.a.") for problem in problems] == [path]
    assert problems[0].code == "E_RANGE"


def test_a_beginning_may_be_drawn_between_a_day_and_itself() -> None:
    load(("from: 2025-04-04, mean", "from: 30 d, latest: 30 d, mean"))


@pytest.mark.parametrize(
    ("selector", "need"),
    [
        ("site: [plnt]", "there is no such site"),
        ("country: [US]", "there is no such country with a site here"),
        ("country: [CN], kind: [plant]", "need at least one site"),
    ],
)
def test_triggers_and_protected_groups_are_about_some_site(selector: str, need: str) -> None:
    trigger = f"triggers:\n  t: {{when: halted_share, above: 0.5, {selector}}}\n"
    group = f"protected: {{plants: {{{selector}, target: 9 d}}}}"

    watched = only_fault(text=TINY + trigger)
    protected = only_fault(("officers: 20", f"setting: bare_minimum, {group}"))

    assert watched.need.startswith(need)
    assert protected.need.startswith(need)
    assert (watched.line, protected.line) == (38, 34)


def test_a_backlog_is_of_a_desk_that_is_there() -> None:
    problem = only_fault(text=TINY + "triggers:\n  t: {when: backlog, desk: minstry, above: 9}\n")

    assert (place(problem), problem.hint) == ((38, 28, "E_REF"), "did you mean 'ministry'?")


def test_a_general_licence_is_in_the_unit_of_its_items() -> None:
    licence = "general_licence: true, item: [magnet], general_quantity"

    problem = only_fault((RULE, f"{licence}: 500"))

    assert (problem.path, problem.code) == ("policy.clock.general_quantity", "E_TYPE")
    load((RULE, f"{licence}: 500 kg"))


def test_gates_and_rules_may_speak_of_a_stockpile() -> None:
    pile = ("stockpiles: {pile: {item: magnet, held_in: FR, quantity: 1 t, below_cover: 9 d, "
            "up_to_cover: 20 d}}\n")  # fmt: skip
    gate = "leaves: [FR], exporter: [pile]"

    design_from_text(edited(("leaves: [CN]", gate), text=TINY + pile))

    problems = faults_of(edited(("leaves: [CN]", gate)))
    assert [problem.need for problem in problems] == [
        "there is no such site",
        "there is no such country with a site here",
    ]


def test_faults_of_new_records_come_all_at_once() -> None:
    text = TINY + (
        "control_lists:\n"
        "  heavy: {elements: [Dx], above_mass_share: 0.001}\n"
        "chances:\n"
        "  truce: {probability: 1.5}\n"
        "triggers:\n"
        "  t: {when: backlog, desk: minstry, above: 9, after: 3}\n"
    )

    found = [(p.line, p.path, p.code) for p in faults_of(text)]

    assert found == [
        (38, "control_lists.heavy.elements.0", "E_VALUE"),
        (40, "chances.truce.probability", "E_RANGE"),
        (42, "triggers.t.after", "E_TYPE"),
        (42, "triggers.t.desk", "E_REF"),
    ]


SILENT = [
    ("policy: {clock: {latest: 9 d, from: ~}}", "latest needs from"),
    ("policy: {clock: {probability: 0.5, if: truce}}", "give probability, or if and unless"),
    ("policy: {clock: {if: truce, unless: truce}}", "if and unless name the same chance"),
    ("policy: {clock: {general_quantity: 5 kg}}", "general_quantity needs general_licence: true"),
    ("chances: {truce: {from: ~}}", "latest needs from"),
    ("control_lists: {heavy: {from_value_share: 0.1}}", "give either above_mass_share or"),
    ("control_lists: {heavy: {elements: []}}", "elements and above_mass_share belong together"),
    ("triggers: {anger: {when: backlog}}", "a backlog needs its desk"),
    ("triggers: {anger: {desk: ministry}}", "a halted_share is of sites"),
    ("triggers: {anger: {above: 1}}", "need a share below 1 in above"),
    ("triggers: {anger: {until: 0.6}}", "need an until of at most above"),
    ("triggers: {anger: {lasts: 0 d}}", "need a length above 0 in lasts"),
    ("desks: {ministry: {officers: []}}", "the queue setting needs officers"),
    ("desks: {ministry: {officers: [{from: 5 d, count: 1}, {from: 5 d, count: 2}]}}",
     "two entries of officers begin at the same time"),
    ("desks: {ministry: {setting: bare_minimum}}", "the bare_minimum setting needs protected"),
    ("desks: {ministry: {setting: all}}", "the bare_minimum setting needs protected"),
    ("desks: {ministry: {quota: [{from: 0 d}]}}", "give either files_per_week or amount_per_week"),
    ("items: {magnet: {composition: {Nd: 0.6, Dy: 0.5}}}", "need mass shares that sum to at most"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "need"), SILENT)
def test_records_that_contradict_themselves_are_refused(change: str, need: str) -> None:
    problems = faults_of(TINY + PARTS + f"alternatives: {{a: {{{change}}}}}\n")

    assert [(problem.code, problem.need[: len(need)]) for problem in problems] == [
        ("E_VALUE", need)
    ]
    assert problems[0].line > 0


@pytest.mark.parametrize("key", ["destination", "item", "desk"])
def test_a_rule_for_nobody_is_refused(key: str) -> None:
    change = f"policy: {{nobody: {{from: 0 d, {key}: []}}}}"

    assert str(only_fault(text=TINY + f"alternatives: {{a: {{{change}}}}}\n")).endswith(
        f"policy.nobody.{key}: got a list, need a list of at least 1 [E_LENGTH]"
    )


def test_more_triggers_than_can_be_told_apart_are_refused() -> None:
    one = "{when: halted_share, above: 0.5}"

    def triggers(n: int) -> str:
        return TINY + "triggers:\n" + "".join(f"  t{i}: {one}\n" for i in range(n))

    design_from_text(triggers(6))
    assert str(only_fault(text=triggers(7))) == (
        "37:1  triggers: got a mapping, need at most 6 of them [E_LENGTH]"
    )


def test_officers_in_words_are_told_how_to_be_written() -> None:
    problem = only_fault(text=TINY.replace("officers: 20", "officers: three", 1))

    assert "need a number such as 3, or a list like [{from: 2025-06-02, count: 3}]" in str(problem)
