"""`--set path=value`: single values laid over a scenario from the command line.

In:  texts such as `policy.slow walk.approval_rate=0.5`.
Out: `Override` records, each for all alternatives or for one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.errors import did_you_mean
from sim.scenario.shapes import is_named
from sim.scenario.tree import (
    Branch,
    Entry,
    Faults,
    Leaf,
    Node,
    Place,
    Series,
    clean,
    dotted,
    split_path,
)
from sim.scenario.yaml_events import parse_yaml

__all__ = ["SOURCE", "Override", "read_overrides", "refuse_unused"]

SOURCE = "--set"


@dataclass(frozen=True, slots=True)
class Override:
    """One value from the command line, for every alternative or for the one that is named."""

    keys: tuple[str, ...]
    node: Node
    place: Place
    alternative: str | None = None

    def patch(self) -> Branch:
        """Return the value as a mapping to be merged."""
        node = self.node
        for depth in range(len(self.keys) - 1, -1, -1):
            entry = Entry(self.place, node)
            node = Branch({self.keys[depth]: entry}, self.place, dotted(self.keys[:depth]))
        return node if isinstance(node, Branch) else Branch({}, self.place, "")

    def reaches(self, tree: Branch) -> bool:
        """Tell whether the named thing that the path leads through is there to be changed."""
        if len(self.keys) < 2 or not is_named(self.keys[0]):
            return True
        section = tree.get(self.keys[0])
        return isinstance(section, Branch) and self.keys[1] in section.entries


def read_overrides(
    texts: Sequence[str],
    alternatives: Collection[str],
    faults: Faults,
    source: str = SOURCE,
    form: str = "{}",
) -> list[Override]:
    """Read the overrides of a command line.

    A value is read by the rules of a YAML file, so `[DE, FR]` is a list and `"12"` is text.

    Parameters
    ----------
    texts : sequence of str
        Each `path=value`, or `alternatives.NAME.path=value` for one alternative.
    alternatives : collection of str
        The alternatives of the design.
    faults : Faults
        Where to note what is wrong; the line is the number of the override.
    source : str
        Option that they come from.
    form : str
        What a value is set into before it is read, such as the brackets of a list.
    """
    found = []
    for number, text in enumerate(texts, 1):
        place = Place(source, number, 1)
        try:
            keys, value = split_path(text)
        except ValueError as error:
            hint = "such as policy.April.approval_rate=0.5"
            faults.add(place, "", "E_NAME", str(error), f"'{clean(text, 58)}'", hint)
            continue
        node = _value(form.format(value), keys, place, faults)
        if node is None:
            continue
        if keys[0] != "alternatives":
            found.append(Override(keys, node, place))
        elif len(keys) > 2 and keys[1] in alternatives:
            found.append(Override(keys[2:], node, place, keys[1]))
        else:
            _refuse_alternative(keys, alternatives, place, faults)
    return found


def refuse_unused(
    overrides: Sequence[Override], trees: Mapping[str, Branch], faults: Faults
) -> None:
    """Note each override of something that no alternative has."""
    for one in overrides:
        reached = [tree for name, tree in trees.items() if one.alternative in {None, name}]
        if any(one.reaches(tree) for tree in reached) or not reached:
            continue
        section, name = one.keys[:2]
        known = [key for tree in reached for key in _names(tree, section)]
        need = f"there is nothing of this name in '{section}' to change"
        hint = did_you_mean(name, known)
        got = f"'{clean(name, 58)}'"
        faults.add(one.place, dotted(one.keys), "E_REF", need, got, hint)


def _names(tree: Branch, section: str) -> list[str]:
    node = tree.get(section)
    return list(node.entries) if isinstance(node, Branch) else []


def _refuse_alternative(
    keys: tuple[str, ...], known: Collection[str], place: Place, faults: Faults
) -> None:
    if len(keys) < 3:
        need = "need alternatives.NAME.path=value"
        faults.add(place, dotted(keys), "E_NAME", need)
        return
    hint = did_you_mean(keys[1], known) or f"alternatives: {clean(', '.join(known))}"
    need = "there is no such alternative"
    faults.add(place, dotted(keys[:2]), "E_REF", need, f"'{clean(keys[1], 58)}'", hint)
    return


def _value(text: str, keys: tuple[str, ...], place: Place, faults: Faults) -> Node | None:
    """Read the value by the rules of a file."""
    found = Faults()
    tree = parse_yaml(f"value: {text}", place.file, found)
    node = None if tree is None or len(tree.entries) != 1 else tree.get("value")
    if node is None or found.problems:
        first = found.problems[0] if found.problems else None
        need, code = (first.need, first.code) if first else ("need one value", "E_TYPE")
        faults.add(place, dotted(keys), code, need, f"'{clean(text, 58)}'")
        return None
    return _moved(node, place, dotted(keys))


def _moved(node: Node, place: Place, path: str) -> Node:
    """Give a value, and everything in it, the place of the override."""
    if isinstance(node, Leaf):
        return replace(node, place=place, path=path)
    if isinstance(node, Series):
        return Series(tuple(_moved(item, place, path) for item in node.items), place, path)
    entries = {
        key: Entry(place, _moved(entry.node, place, path)) for key, entry in node.entries.items()
    }
    return Branch(entries, place, path)
