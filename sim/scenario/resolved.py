"""The merged scenario as one YAML file, each key with the place where it was written.

In:  a `Design` and the name of one of its alternatives.
Out: text that loads as the same `Scenario`, without `extends`, `network` and `alternatives`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.errors import InputError, did_you_mean
from sim.scenario.load import Design
from sim.scenario.tree import Branch, Leaf, Node, Place, Series
from sim.scenario.yaml_events import read_plain

__all__ = ["resolved_text"]

COMMENT_COLUMN = 60
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/.+%€$-]*[\w).%€$])?")
_PLAIN_ANY = re.compile(r"\d[\w ()/.+%-]*")


def resolved_text(design: Design, alternative: str | None = None) -> str:
    """Write one alternative as a file of its own.

    Parameters
    ----------
    design : Design
        What was loaded.
    alternative : str, optional
        One of its alternatives; the baseline if none is named.

    Returns
    -------
    str
        YAML; the comment after each key is the file and line that it comes from.

    Raises
    ------
    InputError
        If the design has no such alternative.
    """
    name = design.baseline if alternative is None else alternative
    if name not in design.places.trees:
        hint = did_you_mean(name, design.alternatives)
        raise InputError(f"there is no alternative '{name}' {hint}".rstrip())
    called = design.path.as_posix() if design.path else design.name
    lines = [f"# {called}, alternative {json.dumps(name, ensure_ascii=False)}, all files merged"]
    lines += _mapping(design.places.trees[name], 0)
    return "\n".join(lines) + "\n"


def _mapping(branch: Branch, depth: int) -> Iterator[str]:
    for key, entry in branch.entries.items():
        yield from _keyed(f"{'  ' * depth}{_scalar(key)}:", entry.node, entry.place, depth)


def _keyed(start: str, node: Node, place: Place, depth: int) -> Iterator[str]:
    """Write a key, or the dash of a list item, and what stands behind it."""
    if isinstance(node, Leaf):
        yield _with_origin(f"{start} {_value(node)}", node.place)
    elif isinstance(node, Branch):
        yield _with_origin(start if node.entries else f"{start} {{}}", place)
        yield from _mapping(node, depth + 1)
    elif all(isinstance(item, Leaf) for item in node.items):
        items = ", ".join(_value(item) for item in node.items if isinstance(item, Leaf))
        yield _with_origin(f"{start} [{items}]", place)
    else:
        yield _with_origin(start, place)
        yield from _sequence(node, depth + 1)


def _sequence(series: Series, depth: int) -> Iterator[str]:
    for item in series.items:
        yield from _keyed(f"{'  ' * depth}-", item, item.place, depth)


def _with_origin(text: str, place: Place) -> str:
    return f"{text:<{COMMENT_COLUMN}}  # {place}"


def _value(leaf: Leaf) -> str:
    """Write a value so that it is read as the same value."""
    if isinstance(leaf.value, str):
        return _scalar(leaf.value)
    if leaf.value is None:
        return "null"
    if isinstance(leaf.value, bool):
        return "true" if leaf.value else "false"
    return _number(leaf.value)


def _number(value: float) -> str:
    """Write a number as a file may hold it; `repr` gives the digits that read back the same."""
    text = repr(value)
    return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)


def _scalar(text: str) -> str:
    """Write a text plainly where that is safe, and in double quotes elsewhere."""
    safe = _PLAIN.fullmatch(text) or _PLAIN_ANY.fullmatch(text)
    if safe and read_plain(text[:40]) == text[:40] and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)
