"""Which record stands at which path of a scenario, read off the schema's own types.

In:  a tree, or a path of keys.
Out: the record type at a path; plain dictionaries for pydantic, free of `x-` keys.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from sim.errors import did_you_mean
from sim.scenario.fields import Record
from sim.scenario.schema import Scenario
from sim.scenario.tree import Branch, Faults, Leaf, Node, Path, Series

__all__ = ["below", "field_types", "is_free", "is_named", "plain", "record_in", "type_at"]


def is_free(key: str) -> bool:
    """Tell whether a key of a record belongs to the user alone."""
    return key.startswith("x-")


@cache
def field_types(record: type[Record]) -> dict[str, Any]:
    """Return the keys of a record as written in files, with their types."""
    return {info.alias or name: info.annotation for name, info in record.model_fields.items()}


def _choices(annotation: Any) -> Iterator[Any]:
    """Yield what a type may be, without `Annotated` and `None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _choices(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _choices(part)
    else:
        yield annotation


def record_in(annotation: Any) -> type[Record] | None:
    """Return the record that a type may be, if any."""
    for choice in _choices(annotation):
        if isinstance(choice, type) and issubclass(choice, Record):
            return choice
    return None


def below(annotation: Any, key: str | int) -> Any:
    """Return the type of what stands under a key of a value of this type, or nothing."""
    for choice in _choices(annotation):
        origin = get_origin(choice)
        if origin is dict:
            return get_args(choice)[1]
        if origin is tuple and isinstance(key, int):
            return get_args(choice)[0]
        if isinstance(choice, type) and issubclass(choice, Record):
            return field_types(choice).get(str(key))
    return None


def is_named(section: str) -> bool:
    """Tell whether a top-level key holds a mapping from names to records.

    Examples
    --------
    >>> is_named("sites"), is_named("halts")
    (True, False)
    """
    return get_origin(field_types(Scenario).get(section)) is dict


def type_at(path: Path) -> Any:
    """Return the type of what stands at a path of a scenario, or nothing if there is no such.

    Examples
    --------
    >>> record_in(type_at(("sites", "any name", "bill", "any item"))).__name__
    'BillLine'
    """
    annotation: Any = Scenario
    for key in path:
        annotation = below(annotation, key)
        if annotation is None:
            return None
    return annotation


def plain(node: Node, annotation: Any, faults: Faults) -> Any:
    """Turn a tree into dictionaries and lists that the schema can read.

    Keys that begin with `x-` are left out of records. A key that the record does not have is
    noted with the closest one it does have, and a value that is null after all files are merged
    is noted too: there is nothing left for it to remove.
    """
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Series):
        return [
            plain(_not_null(item, faults), below(annotation, number), faults)
            for number, item in enumerate(node.items)
        ]
    record = record_in(annotation)
    if record is None:
        known = below(annotation, "")
        return {
            key: plain(_not_null(entry.node, faults), known, faults)
            for key, entry in node.entries.items()
        }
    return _plain_record(node, record, faults)


def _plain_record(node: Branch, record: type[Record], faults: Faults) -> dict[str, Any]:
    fields = field_types(record)
    read: dict[str, Any] = {}
    for key, entry in node.entries.items():
        if is_free(key):
            continue
        if key in fields:
            read[key] = plain(_not_null(entry.node, faults), fields[key], faults)
        else:
            hint = did_you_mean(key, fields) or f"known keys: {', '.join(fields)}"
            path = entry.node.path
            faults.add(entry.place, path, "E_UNKNOWN_KEY", "unknown key", "", hint)
    return read


def _not_null(node: Node, faults: Faults) -> Node:
    if isinstance(node, Leaf) and node.value is None:
        need = "need a value; leave the key out if there is none"
        faults.add(node.place, node.path, "E_TYPE", need, "nothing (null)")
    return node
