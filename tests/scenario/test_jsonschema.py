import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sim.scenario import dated, laws, licence_schema, measures_schema, network_schema, schema
from sim.scenario.fields import Record
from sim.scenario.jsonschema import FILE_NAME, scenario_json_schema, write_json_schema
from sim.scenario.tree import Branch, Faults, Leaf, Node
from sim.scenario.yaml_events import parse_yaml
from tests.scenario.samples import CORPUS, TINY, edited

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SCHEMA = scenario_json_schema()


def as_plain(node: Node) -> Any:
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Branch):
        return {key: as_plain(entry.node) for key, entry in node.entries.items()}
    return [as_plain(item) for item in node.items]


def complaints(text: str) -> list[str]:
    faults = Faults()
    tree = parse_yaml(text, "a.yaml", faults)
    assert tree is not None
    assert not faults.problems
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(as_plain(tree))]


def test_the_file_is_what_the_code_generates(tmp_path: Path) -> None:
    written = write_json_schema(tmp_path).read_text(encoding="utf-8")

    assert (SCENARIOS / FILE_NAME).read_text(encoding="utf-8") == written, (
        "scenarios/scenario.schema.json is out of date: run "
        "python -c 'from sim.scenario.jsonschema import *; write_json_schema(\"scenarios\")'"
    )


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "file",
    [*sorted(SCENARIOS.rglob("*.yaml")), CORPUS / "base_ok.yaml"],
    ids=lambda file: file.stem,
)
def test_sound_files_pass(file: Path) -> None:
    assert complaints(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_files_tell_editors_where_the_schema_is(file: Path) -> None:
    first = file.read_text(encoding="utf-8").partition("\n")[0]

    assert first.startswith("# yaml-language-server: $schema=")
    assert first.endswith(FILE_NAME)


@pytest.mark.parametrize(
    "edit",
    [
        ("seed: 1\n", ""),
        ("seed: 1\n", "sed: 1\n"),
        ("seed: 1", "seed: one"),
        ("kind: plant", "kind: plnt"),
        ("28 d", "28"),
        ("28 d", "{law: gama}"),
        ("0.9", "1.5"),
        ("[CN]", "CN"),
        ("country: CN", "country: China"),
        ("20 d", "~"),
        ("1 kg", "1 pound"),
    ],
)
def test_what_the_loader_refuses_is_marked_in_the_editor(edit: tuple[str, str]) -> None:
    assert complaints(edited(edit)) != []


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.yaml\n",
        "extends: [a.yaml, b.yml]\nseed: 7\n",
        "extends: a.yaml\nsites: {works: {cover: ~}}\ngates: {licence: ~}\n",
        "extends: a.yaml\nsites: {works: {bill: {magnet: {cover: 40 d}}}}\n",
        "extends: a.yaml\nlanes: {by sea: {transit: {cv: 0.2}}}\n",
        TINY.partition("items:")[0] + "network: net\nsites: {Dresden: {cover: 3 d}}\n",
        TINY + "alternatives:\n  a: {}\n  b: {gates: {licence: ~}, policy: {clock: {to: 9 d}}}\n",
        TINY + "x-mine: {a: [1]}\nalternatives: {a: {x-why: because}}\n",
        edited(("{magnet: 1 kg}", "{magnet: {per_unit: 1 kg, x-source: me}}")),
        edited(("28 d", "'gamma 28 d, 0.3'"), ("rs: 20", "rs: [{from: 0 d, count: 2}]")),
    ],
)
def test_patches_and_free_keys_pass(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.txt\n",
        "extends: a.yaml\nsites: {works: {covr: 3 d}}\n",
        "extends: a.yaml\nevents: [{date: 2025-04-04}]\n",
        TINY.partition("seed:")[0] + "network: net\n",
        TINY + "alternatives: {a: {name: other}}\n",
        TINY + "alternatives: {a: {policy: {clock: {aproval_rate: 1}}}}\n",
    ],
)
def test_patches_that_cannot_work_are_marked(text: str) -> None:
    assert complaints(text) != []


def test_descriptions_reach_the_editor() -> None:
    gate = SCHEMA["$defs"]["Gate"]["properties"]

    assert gate["to"]["description"] == "First day no longer in force"
    assert '"from_"' not in json.dumps(SCHEMA)


def test_every_field_of_every_record_says_what_it_means() -> None:
    records = {
        kind
        for module in (dated, laws, licence_schema, measures_schema, network_schema, schema)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Record)
    }
    silent = [
        f"{kind.__name__}.{name}"
        for kind in records
        for name, field in kind.model_fields.items()
        if not field.description and name not in {"note", "source"}
    ]

    assert len(records) > 35
    assert silent == []
