"""What the schema refuses, in our own words and with the place of the value.

pydantic reports a fault by its kind and by a path of keys. Each kind has a sentence and a code in
one table here; the path leads through the tree to the file, line and column.

In:  a `ValidationError` and the tree that was checked.
Out: faults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.errors import did_you_mean
from sim.scenario.field_faults import FieldFault
from sim.scenario.tree import Branch, Faults, Leaf, Node, Path, Place, Series, clean, descend, shown
from sim.units import DAY_S, HOUR_S, format_days, parse_duration, parse_mass

__all__ = ["note_schema_faults", "number_hint"]

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping from names to records",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "tuple_type": "a list",
    "list_type": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "of at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "of at most"),
}
_NUMBERS = {"int_type", "int_from_float", "int_parsing", "float_type"}
_NOT_A_TRUTH = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def note_schema_faults(error: ValidationError, tree: Branch, faults: Faults) -> None:
    """Note every fault that the schema found, where the value was written.

    Parameters
    ----------
    error : ValidationError
        What pydantic reports.
    tree : Branch
        The tree that was checked.
    faults : Faults
        Where to note them.
    """
    for detail in error.errors(include_url=False):
        location = tuple(key for key in detail["loc"] if key != "[key]")
        spot = _Spot.find(tree, location)
        if detail["type"] == "missing":
            if not faults.incomplete:
                _note_missing(spot, str(location[-1]), faults)
        elif not _follows(detail, spot.node):
            code, need, hint = _sentence(detail["type"], detail, spot.node)
            got = (
                shown(spot.node) if detail["loc"][-1:] != ("[key]",) else f"'{clean(spot.key, 58)}'"
            )
            if isinstance(spot.node, Branch) and code == "E_VALUE":
                got = ""
            faults.add(spot.place, spot.path, code, need, got, hint)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a path of keys leads: the last node that is there, and its key."""

    node: Node
    place: Place
    path: str
    key: str

    @classmethod
    def find(cls, tree: Branch, location: Path) -> _Spot:
        """Follow a path through the tree; what pydantic adds of its own is passed over."""
        node: Node = tree
        spot = cls(tree, tree.place, "", "")
        for key, found in descend(tree, location):
            place = found.place
            if isinstance(node, Branch) and isinstance(found, Branch):
                place = node.entries[str(key)].place
            node = found
            spot = cls(found, place, found.path, str(key))
        return spot


def _follows(detail: Mapping[str, Any], node: Node) -> bool:
    """Tell whether a list is too short only because items in it have been refused."""
    if detail["type"] != "too_short" or not isinstance(node, Series):
        return False
    return len(node.items) >= int(detail["ctx"]["min_length"])


def _note_missing(spot: _Spot, key: str, faults: Faults) -> None:
    path = f"{spot.path}.{key}" if spot.path else key
    if isinstance(spot.node, Branch):
        faults.add(spot.place, path, "E_MISSING", f"need the key '{key}'; it is missing")
    else:
        faults.add(
            spot.place, spot.path, "E_TYPE", f"need a mapping with '{key}'", shown(spot.node)
        )


def _sentence(kind: str, detail: Mapping[str, Any], node: Node) -> tuple[str, str, str]:
    """Return code, what is needed and a hint for one kind of fault."""
    context = detail.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, FieldFault):
        hint = cause.hint or (number_hint(node) if "number" in str(cause) else "")
        return cause.code, str(cause), hint
    if cause is not None:
        return "E_VALUE", str(cause), ""
    if kind in _TYPES:
        return "E_TYPE", f"need {_TYPES[kind]}", _type_hint(kind, node)
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return "E_RANGE", f"need a value {words} {_bound(context[bound], node)}", ""
    if kind == "finite_number":
        return "E_NOT_FINITE", "need a number that is finite", ""
    if kind == "literal_error":
        return _choice(str(context.get("expected", "")), node)
    if kind in {"too_long", "string_too_long"}:
        counted = "of them" if context.get("field_type") == "Dictionary" else "characters"
        return "E_LENGTH", f"need at most {context['max_length']} {counted}", ""
    if kind in {"too_short", "string_too_short"}:
        return "E_LENGTH", f"need a list of at least {context['min_length']}", ""
    return "E_VALUE", "need a value that this field can take", ""


def _choice(expected: str, node: Node) -> tuple[str, str, str]:
    choices = re.findall(r"'([^']*)'", expected)
    if not choices:
        return "E_VALUE", f"need {expected}", ""
    need = f"need {expected}"
    if isinstance(node, Leaf) and isinstance(node.value, str):
        return "E_VALUE", need, did_you_mean(node.value, choices)
    return "E_TYPE", need, ""


def _bound(value: object, node: Node) -> str:
    """Write a bound in the unit in which the value was written."""
    if isinstance(node, Leaf) and isinstance(node.value, str) and isinstance(value, int) and value:
        text = node.value.removeprefix("-")
        for parse, in_words in ((parse_duration, _as_duration), (parse_mass, _as_mass)):
            try:
                parse(text)
            except ValueError:
                continue
            return in_words(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _as_duration(seconds: int) -> str:
    return format_days(seconds) if seconds >= DAY_S else f"{seconds / HOUR_S:g} h"


def _as_mass(grams: int) -> str:
    return f"{grams:,} g" if grams % 1_000_000 else f"{grams // 1_000_000:,} t"


def _type_hint(kind: str, node: Node) -> str:
    if kind in _NUMBERS:
        return number_hint(node)
    if not isinstance(node, Leaf):
        return ""
    if kind in {"tuple_type", "list_type"}:
        return f"write [{clean(node.text, 40)}]"
    if kind == "bool_type" and isinstance(node.value, str):
        truth = _NOT_A_TRUTH.get(node.value.lower(), node.value.lower())
        return f"write {truth}" if truth in {"true", "false"} else ""
    return 'write it in quotes: "..."' if kind == "string_type" and node.value is not None else ""


def number_hint(node: Node) -> str:
    """Say how to write what looks like a number in another spelling.

    Examples
    --------
    >>> here = Place("a.yaml", 1, 1)
    >>> [number_hint(Leaf(text, text, here, "")) for text in ("50%", "1_000", "010", "many")]
    ['write 0.5', 'write 1000, without separators', 'write 10, without a leading zero', '']
    """
    if not isinstance(node, Leaf) or not isinstance(node.value, str):
        return ""
    text = node.value.strip()
    if match := re.fullmatch(r"(-?\d{1,9}(?:\.\d{1,9})?) ?%", text):
        return f"write {float(match[1]) / 100:g}"
    if re.fullmatch(r"\d{1,3}(?:[,_' ]\d{3}){1,5}", text):
        return f"write {re.sub('[,_ ]', '', text).replace(chr(39), '')}, without separators"
    if re.fullmatch(r"0\d{1,30}", text):
        return f"write {text.lstrip('0') or '0'}, without a leading zero"
    if re.fullmatch(r"\d{1,9},\d{1,9}", text):
        return f"write {text.replace(',', '.')}"
    if re.fullmatch(r"-?\d{1,30}(?:\.\d{1,30})?", text):
        return "leave the quotes out"
    return ""
