"""The schema of scenario files as JSON Schema, for editors that complete and check as one types.

Two versions of every record stand side by side: the full one, and a patch, in which nothing is
required and null removes. A file that extends another, or names a network, and every alternative
are patches; everything else is full.

In:  the records of `sim.scenario.schema`.
Out: a dictionary, or `scenario.schema.json` in a folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.scenario.schema import Scenario

__all__ = ["FILE_NAME", "scenario_json_schema", "write_json_schema"]

FILE_NAME = "scenario.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_EXTENDS: dict[str, Any] = {
    "description": "Scenario files that this one builds on; the later wins, this file last",
    "anyOf": [
        {"type": "string", "pattern": r"\.ya?ml$"},
        {"type": "array", "items": {"type": "string", "pattern": r"\.ya?ml$"}},
    ],
}
_BASED = {"anyOf": [{"required": ["extends"]}, {"required": ["network"]}]}
_OF_THE_FILE = ("name", "schema_version", "extends", "alternatives", "baseline")

Schema = dict[str, Any]


def scenario_json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        With `extends`, `alternatives` and free `x-` keys as the loader takes them.
    """
    whole = Scenario.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    records: Schema = whole.pop("$defs")
    records["Scenario"] = whole
    definitions: Schema = {}
    for name in sorted(records):
        definitions[name] = _full(records[name])
        definitions[f"{name}Patch"] = _patch(_renamed(definitions[name]))
    alternative = dict(definitions["ScenarioPatch"])
    alternative["properties"] = {
        key: value for key, value in alternative["properties"].items() if key not in _OF_THE_FILE
    }
    definitions["Alternative"] = alternative
    for name in ("Scenario", "ScenarioPatch"):
        _complete(definitions[name])
    required = definitions["Scenario"]["required"]
    return {
        "$schema": _DRAFT,
        "$id": FILE_NAME,
        "title": "Magnet Runway scenario",
        "description": "A supply network, a licence regime over time, alternatives to compare",
        "type": "object",
        "if": _BASED,
        "then": {
            "$ref": "#/$defs/ScenarioPatch",
            "if": {"not": {"required": ["extends"]}},
            "then": {"required": required},
        },
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": definitions,
    }


def write_json_schema(folder: str | Path) -> Path:
    """Write the JSON Schema into a folder, and return the file."""
    file = Path(folder) / FILE_NAME
    text = json.dumps(scenario_json_schema(), indent=2, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
    return file


def _full(node: Any) -> Any:
    """Take out what files cannot say (null for "not given"), and allow `x-` keys in records."""
    if isinstance(node, list):
        return [_full(item) for item in node if item != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    read = {
        key: _full(value)
        for key, value in node.items()
        if key != "title" or isinstance(value, dict)
    }
    if read.get("default", ...) is None:
        del read["default"]
    choices = read.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1:
        del read["anyOf"]
        read = choices[0] | read
    if "properties" in read:
        read["patternProperties"] = {"^x-": True}
    return read


def _renamed(node: Any) -> Any:
    """Point every reference to the patch of the same record."""
    if isinstance(node, list):
        return [_renamed(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"{value}Patch" if key == "$ref" else _renamed(value) for key, value in node.items()
    }


def _patch(record: Schema) -> Schema:
    """Require nothing, and let null remove each key; inside lists records stay full."""
    patch = {key: value for key, value in record.items() if key != "required"}
    if "properties" in patch:
        patch["properties"] = {key: _or_null(value) for key, value in patch["properties"].items()}
    return patch


def _or_null(node: Schema) -> Schema:
    node = _full_in_lists(node)
    names = node.get("additionalProperties")
    if isinstance(names, dict):
        node = node | {"additionalProperties": _or_null(names)}
    about = {key: node[key] for key in ("description", "default") if key in node}
    rest = {key: value for key, value in node.items() if key not in about}
    return about | {"anyOf": [rest, {"type": "null"}]}


def _full_in_lists(node: Any, *, inside: bool = False) -> Any:
    """Lists are replaced as a whole, so what is in them is not a patch."""
    if isinstance(node, list):
        return [_full_in_lists(item, inside=inside) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value.removesuffix("Patch")
        if key == "$ref" and inside
        else _full_in_lists(value, inside=inside or key == "items")
        for key, value in node.items()
    }


def _complete(record: Schema) -> None:
    """Add what the loader takes off before the records are read."""
    alternatives = {
        "type": "object",
        "description": "Named overrides of this scenario; {} is the scenario as written",
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Alternative"}, {"type": "null"}]},
    }
    record["properties"] |= {"extends": _EXTENDS, "alternatives": alternatives}
