import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.tree import Branch, Faults, Leaf, Series
from sim.scenario.yaml_events import MAX_NODES, parse_yaml, read_plain
from tests.scenario.samples import TINY, place


def parsed(text: str) -> Branch:
    faults = Faults()
    tree = parse_yaml(text, "a.yaml", faults)
    assert not faults.problems
    assert tree is not None
    return tree


def fault(text: str) -> tuple[int, int, str]:
    faults = Faults()
    parse_yaml(text, "a.yaml", faults)
    assert len(faults.problems) == 1, faults.problems
    return place(faults.problems[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("0.50", 0.5),
        ("1e1", 10.0),
        ("-2.5E-3", -0.0025),
    ],
)
def test_plain_values_of_the_core_schema(text: str, value: object) -> None:
    read = read_plain(text)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    ["NO", "yes", "on", "True", "NULL", "010", "0x1F", "0o7", "1_000", "1,000", "1:30", "+5",
     ".5", "5.", "2025-04-04", "1e", "--1", "45 d", "50%", "٣"],
)  # fmt: skip
def test_everything_else_stays_text(text: str) -> None:
    assert read_plain(text) == text


def test_infinity_is_a_float_so_that_a_field_can_refuse_it_as_not_finite() -> None:
    assert read_plain(".inf") == math.inf
    assert read_plain("1e400") == math.inf
    assert math.isnan(float(read_plain(".nan") or 0))


def test_quoted_values_are_always_text() -> None:
    tree = parsed("a: '1'\nb: \"true\"\nc: |\n  12\n")

    assert [entry.node.value for entry in tree.entries.values() if isinstance(entry.node, Leaf)] \
        == ["1", "true", "12\n"]  # fmt: skip


def test_every_key_and_value_has_its_place_and_path() -> None:
    tree = parsed("a:\n  b: [x, {c: 1}]\n")

    branch = tree.entries["a"].node
    assert isinstance(branch, Branch)
    series = branch.entries["b"].node
    assert isinstance(series, Series)
    inner = series.items[1]
    assert isinstance(inner, Branch)
    leaf = inner.entries["c"].node
    assert (branch.entries["b"].place.line, branch.entries["b"].place.column) == (2, 3)
    assert (leaf.place.line, leaf.place.column, leaf.path) == (2, 14, "a.b.1.c")


def test_names_with_dots_are_quoted_in_paths() -> None:
    tree = parsed("sites:\n  St. Louis: 1\n")

    sites = tree.entries["sites"].node
    assert isinstance(sites, Branch)
    assert sites.entries["St. Louis"].node.path == 'sites."St. Louis"'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: &x 1\n", (1, 4, "E_YAML_ALIAS")),
        ("a: *x\n", (1, 4, "E_YAML_ALIAS")),
        ("a: {<<: {b: 1}}\n", (1, 5, "E_YAML_ALIAS")),
        ("a: !!str 1\n", (1, 4, "E_YAML_TAG")),
        ("a: !x 1\n", (1, 4, "E_YAML_TAG")),
        ("a: !x!y 1\n", (1, 4, "E_YAML_TAG")),
        ("a: ! 1\n", (1, 4, "E_YAML_TAG")),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", (1, 1, "E_YAML_DIRECTIVE")),
        ("%YAML 1.1\n---\na: 1\n", (1, 1, "E_YAML_DIRECTIVE")),
        ("a: 1\n---\nb: 2\n", (2, 1, "E_YAML_DOCUMENT")),
        ("a: 1\nb: 2\na: 3\n", (3, 1, "E_YAML_DUPKEY")),
        ("{a: 1, [b]: 2}\n", (1, 8, "E_YAML_KEY")),
        ("? {a: 1}\n: 2\n", (1, 3, "E_YAML_KEY")),
        ("*a : 1\n", (1, 1, "E_YAML_KEY")),
        ("a: 1\n\tb: 2\n", (2, 1, "E_YAML_SYNTAX")),
        ("a: [1\n", (2, 1, "E_YAML_SYNTAX")),
        ("a: b: c\n", (1, 5, "E_YAML_SYNTAX")),
        ("a: 'open\n", (2, 1, "E_YAML_SYNTAX")),
        ("a: x\u200by\n", (1, 5, "E_TEXT_CONTROL")),
        ("a: x\x85y\n", (1, 5, "E_TEXT_CONTROL")),
        ("a: x\u2028y\n", (1, 5, "E_TEXT_CONTROL")),
        ("a: x\u202ey\n", (1, 5, "E_TEXT_CONTROL")),
        ('a: "\\e[2J"\n', (1, 4, "E_TEXT_CONTROL")),
        ('"a\\nb": 1\n', (1, 1, "E_TEXT_CONTROL")),
        ("a: " + "9" * 41 + "\n", (1, 4, "E_RANGE")),
        ("", (0, 0, "E_EMPTY")),
        ("# nothing\n", (0, 0, "E_EMPTY")),
        ("---\n...\n", (0, 0, "E_EMPTY")),
        ("- a\n", (1, 1, "E_TYPE")),
        ("text\n", (1, 1, "E_TYPE")),
        ("a: " + "[" * 20 + "]" * 20, (1, 23, "E_YAML_DEPTH")),
        ("x" * 1_000_001, (0, 0, "E_SIZE")),
    ],
)
def test_what_is_refused_and_where(text: str, where: tuple[int, int, str]) -> None:
    assert fault(text) == where


def test_yaml_1_2_may_be_declared() -> None:
    assert parsed("%YAML 1.2\n---\na: 1\n").entries["a"].place.line == 3


def test_a_duplicate_key_names_both_places() -> None:
    faults = Faults()

    parse_yaml("a: 1\nb: 2\na: 3\n", "a.yaml", faults)

    assert "'a' stands here and in line 1" in faults.problems[0].need


def test_faults_that_do_not_break_the_text_are_reported_together() -> None:
    faults = Faults()

    parse_yaml("a: &x 1\nb: !y 2\nc: *x\nb: 3\n", "a.yaml", faults)

    found = [place(problem) for problem in faults.problems]
    assert found == [
        (1, 4, "E_YAML_ALIAS"),
        (2, 4, "E_YAML_TAG"),
        (3, 4, "E_YAML_ALIAS"),
        (4, 1, "E_YAML_DUPKEY"),
    ]


def test_as_many_values_as_allowed_and_not_one_more() -> None:
    keys = MAX_NODES // 2
    assert len(parsed("".join(f"k{n}: 1\n" for n in range(keys - 1))).entries) == keys - 1

    assert fault("".join(f"k{n}: 1\n" for n in range(keys + 1)))[2] == "E_NODES"


def test_a_scenario_of_2000_lines_is_read_in_a_second() -> None:
    lane = "  lane {n}:\n    supplier: a\n    customer: b\n    transit: 28 d\n    share: 1\n"
    text = "lanes:\n" + "".join(lane.format(n=n) for n in range(400))
    begun = time.process_time()

    parsed(text)

    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "text",
    [
        "!" * 900_000,
        "!" + "a" * 900_000,
        "a: [" + "[" * 900_000,
        "a: " + "{" * 900_000,
        "? " * 400_000,
        "a: 1\n" * 180_000,
        "a: '" + "''" * 400_000 + "'",
        "a: x\n" + "\n" * 900_000 + " y",
        "\t\n" * 400_000,
        "%\n" * 400_000,
    ],
    ids=["bangs", "tag", "flow", "braces", "marks", "keys", "quotes", "blank", "tabs", "percent"],
)
def test_hostile_megabytes_end_soon(text: str) -> None:
    begun = time.process_time()

    parse_yaml(text, "a.yaml", Faults())

    assert time.process_time() - begun < 5


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab1: -\n{}[],'\"#&*!|>%?~.\\\t\u200b\x00"), max_size=60))
def test_random_text_gives_a_tree_or_faults(text: str) -> None:
    faults = Faults()

    tree = parse_yaml(text, "a.yaml", faults)

    assert tree is not None or faults.problems


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(TINY)), st.integers(0, 12), st.text(max_size=6))
def test_a_damaged_scenario_gives_a_tree_or_faults(at: int, cut: int, put: str) -> None:
    faults = Faults()

    tree = parse_yaml(TINY[:at] + put + TINY[at + cut :], "a.yaml", faults)

    assert tree is not None or faults.problems
