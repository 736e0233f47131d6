"""Whether rules, gates, lists, desks, chances and triggers name what is there.

In:  the names of one scenario.
Out: faults, each at the value that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Series, clean, shown
from sim.scenario.world import (
    SITE_SELECTORS,
    World,
    check_period,
    check_selectors,
    check_unit,
    get,
    leaves_of,
    named,
    text,
)

__all__ = ["check_policy"]

_FILE_SELECTORS = ("destination", "sector", "item", "exporter", "customer")
_CONDITIONS = ("if", "unless", "on")
_NAMES = {
    "policy": (*_FILE_SELECTORS, "desk"),
    "gates": (*_FILE_SELECTORS, "desk", "before", "leaves", "enters", "lists"),
    "control_lists": (),
    "demand": SITE_SELECTORS,
    "measures": (*SITE_SELECTORS, "item"),
    "stockpiles": SITE_SELECTORS,
}
"""For each section of records that are in force from when to when: the keys that name things."""
_SAYS_NOTHING = ("note", "source")


def check_policy(tree: Branch, world: World, faults: Faults) -> None:
    """Check everything that is in force for a time, and everybody who decides or applies.

    Parameters
    ----------
    tree : Branch
        The merged tree of one alternative.
    world : World
        Its names.
    faults : Faults
        Where to note what does not fit.
    """
    for section, keys in _NAMES.items():
        for entry in named(tree, section).values():
            check_selectors(entry.node, (*keys, *_CONDITIONS), world, faults)
            check_period(entry.node, world, faults)
    for entry in named(tree, "gates").values():
        _check_stages(entry.node, faults)
    for entry in named(tree, "policy").values():
        _check_general_quantity(entry.node, world, faults)
    for section in ("chances", "triggers"):
        for entry in named(tree, section).values():
            check_period(entry.node, world, faults)
    for name, entry in named(tree, "triggers").items():
        if check_selectors(entry.node, (*SITE_SELECTORS, "desk"), world, faults):
            _need_a_site(name, entry, world, faults)
    for entry in world.desks.values():
        _check_desk(entry.node, world, faults)
    for entry in world.streams.values():
        check_selectors(entry.node, ("desk", "item"), world, faults)
    _check_streams_differ(world, faults)


def _check_stages(gate: Node, faults: Faults) -> None:
    """Refuse a desk that a file would pass before twice."""
    seen = {text(gate, "desk")}
    for leaf in leaves_of(get(gate, "before")):
        if leaf.value in seen:
            need = "need each desk of a gate once"
            faults.add(leaf.place, leaf.path, "E_DUP", need, shown(leaf), "leave it out")
        seen.add(str(leaf.value))


def _check_general_quantity(rule: Node, world: World, faults: Faults) -> None:
    """Hold the quantity of a general licence to the unit of the items that it names."""
    for leaf in leaves_of(get(rule, "item")):
        check_unit(get(rule, "general_quantity"), str(leaf.value), world, faults)


def _check_desk(desk: Node, world: World, faults: Faults) -> None:
    for pause in _records(get(desk, "pauses")):
        check_period(pause, world, faults)
    for name, entry in named(desk, "protected").items():
        if check_selectors(entry.node, SITE_SELECTORS, world, faults):
            _need_a_site(name, entry, world, faults)


def _records(node: Node | None) -> Iterator[Node]:
    yield from node.items if isinstance(node, Series) else ()


def _need_a_site(name: str, entry: Entry, world: World, faults: Faults) -> None:
    """Refuse a record that watches or protects sites and selects none."""
    if text(entry.node, "when") == "backlog" or any(world.selected(entry.node)):
        return
    need = "need at least one site; none is all that this record asks for"
    hint = "widen site, kind, country or sector"
    faults.add(entry.place, entry.node.path, "E_REF", need, f"'{clean(name, 58)}'", hint)


def _check_streams_differ(world: World, faults: Faults) -> None:
    """Refuse a stream of other applicants that is there twice: its files would count double."""
    seen: dict[str, str] = {}
    for name, entry in world.streams.items():
        content = repr(_content(entry.node))
        if content in seen:
            need = f"the same stream of applicants as '{clean(seen[content], 40)}'"
            hint = "raise the rate of the first one, if both are meant"
            faults.add(entry.place, entry.node.path, "E_DUP", need, "", hint)
        seen.setdefault(content, name)


def _content(node: Node) -> object:
    """Return what a record says, without its notes."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Series):
        return [_content(item) for item in node.items]
    return sorted(
        (key, repr(_content(entry.node)))
        for key, entry in node.entries.items()
        if key not in _SAYS_NOTHING and not key.startswith("x-")
    )
