"""The names of one scenario as a file writes them, for rules that look across records.

These read the merged tree, not the validated records, so that they can speak about a file that the
schema refuses, too: what is malformed is passed over, because the schema has already said so.

In:  the merged tree of one alternative.
Out: `World`, and small questions to ask of its nodes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from sim.errors import did_you_mean
from sim.scenario.countries import COUNTRY_CODES
from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Series, clean, shown
from sim.units import parse_date, parse_duration, seconds_of

__all__ = [
    "SITE_SELECTORS",
    "World",
    "check_period",
    "check_selectors",
    "check_unit",
    "get",
    "leaves_of",
    "named",
    "refer",
    "text",
]

SITE_SELECTORS = ("site", "kind", "country", "sector")
_WEIGHED = ("rare_earth", "magnet")
_COUNTED = ("component", "product")
_MASS = re.compile(r"-?[0-9.]+ ?(g|kg|t)")
_WHAT = {
    "exporter": "site",
    "customer": "site",
    "before": "desk",
    "lists": "control list",
    "if": "chance",
    "unless": "chance",
    "on": "trigger",
    "kind": "kind of site here",
    "country": "country with a site here",
    "leaves": "country with a site here",
    "enters": "country with a site here",
    "destination": "destination here",
    "sector": "sector here",
}


class World:
    """The names of one scenario, and what is known about them."""

    def __init__(self, tree: Branch) -> None:
        self.items = named(tree, "items")
        self.sites = named(tree, "sites")
        self.lanes = named(tree, "lanes")
        self.desks = named(tree, "desks")
        self.streams = named(tree, "other_applicants")
        self.piles = named(tree, "stockpiles")
        self.start = text(tree, "start")
        self.known = self._known() | {
            "lists": named(tree, "control_lists").keys(),
            "if": named(tree, "chances").keys(),
            "unless": named(tree, "chances").keys(),
            "on": named(tree, "triggers").keys(),
        }

    def _known(self) -> dict[str, Collection[str]]:
        """Return, for each selector, the values that match something.

        Where the country of a site cannot be read, nothing is said about countries.
        """
        files = [entry.node for entry in (*self.lanes.values(), *self.streams.values())]
        sites = [entry.node for entry in self.sites.values()]
        countries = _texts(sites, "country")
        streams = [entry.node for entry in self.streams.values()]
        traded = countries | _texts([entry.node for entry in self.piles.values()], "held_in")
        default = {"other"} if any(get(stream, "sector") is None for stream in streams) else set()
        sound = all(text(site, "country") in COUNTRY_CODES for site in sites)
        places: dict[str, Collection[str]] = {
            "country": countries,
            "leaves": traded,
            "enters": traded,
            "destination": traded | _texts(files, "destination"),
        }
        return (places if sound else {}) | {
            "desk": self.desks.keys(),
            "before": self.desks.keys(),
            "site": self.sites.keys(),
            "exporter": self.sites.keys() | self.piles.keys(),
            "customer": self.sites.keys() | self.piles.keys(),
            "item": self.items.keys(),
            "kind": _texts(sites, "kind"),
            "sector": _texts(sites, "sector") | _texts(files, "sector") | default,
        }

    def site(self, name: str) -> Node | None:
        """Return a site, or nothing."""
        entry = self.sites.get(name)
        return None if entry is None else entry.node

    def kind_of(self, item: str) -> str:
        """Return the kind of an item, or an empty text."""
        entry = self.items.get(item)
        return "" if entry is None else text(entry.node, "kind")

    def selected(self, record: Node | None) -> Iterator[tuple[str, Node]]:
        """Yield name and node of the sites that a record is about."""
        asked = {
            key: {leaf.value for leaf in leaves_of(get(record, key))}
            for key in SITE_SELECTORS
            if get(record, key) is not None
        }
        for name, entry in self.sites.items():
            has = {key: text(entry.node, key) for key in SITE_SELECTORS} | {"site": name}
            if all(has[key] in values for key, values in asked.items()):
                yield name, entry.node

    def second_of(self, moment: str) -> int | None:
        """Return a date or a time since the start in seconds, or nothing if it is neither."""
        try:
            if "-" in moment:
                return seconds_of(parse_date(self.start), parse_date(moment))
            return parse_duration(moment)
        except ValueError:
            return None


def get(node: Node | None, key: str) -> Node | None:
    """Return the value of a key, or nothing."""
    return node.get(key) if isinstance(node, Branch) else None


def text(node: Node | None, key: str) -> str:
    """Return a text field, or an empty text if it is missing or of another kind."""
    leaf = get(node, key)
    return leaf.value if isinstance(leaf, Leaf) and isinstance(leaf.value, str) else ""


def leaves_of(node: Node | None) -> list[Leaf]:
    """Return the plain values of a list, or the one value that stands in its place."""
    nodes = node.items if isinstance(node, Series) else (node,)
    return [leaf for leaf in nodes if isinstance(leaf, Leaf)]


def named(node: Node | None, section: str) -> Mapping[str, Entry]:
    """Return the records of a section by name; none if it is missing or malformed."""
    inside = get(node, section)
    return inside.entries if isinstance(inside, Branch) else {}


def _texts(nodes: Iterable[Node], key: str) -> set[str]:
    return {value for node in nodes if (value := text(node, key))}


def refer(leaf: Node | None, known: Collection[str], what: str, faults: Faults) -> bool:
    """Note a name that is not among the known ones."""
    if not isinstance(leaf, Leaf) or not isinstance(leaf.value, str):
        return True
    if leaf.value in known:
        return True
    hint = did_you_mean(leaf.value, known)
    if not hint and 0 < len(known) <= 6:
        hint = f"there is {', '.join(clean(name, 30) for name in sorted(known))}"
    faults.add(leaf.place, leaf.path, "E_REF", f"there is no such {what}", shown(leaf), hint)
    return False


def check_selectors(node: Node | None, keys: Iterable[str], world: World, faults: Faults) -> bool:
    """Check that each value of a selector matches something; tell whether all do."""
    found = [
        refer(leaf, world.known[key], _WHAT.get(key, key), faults)
        for key in keys
        if key in world.known
        for leaf in leaves_of(get(node, key))
    ]
    return all(found)


def check_period(node: Node | None, world: World, faults: Faults) -> None:
    """Check that a period ends after it begins, and that a drawn beginning is not before it."""
    begin = world.second_of(text(node, "from"))
    for key, least, word in (("to", 1, "after"), ("latest", 0, "on or after")):
        leaf = get(node, key)
        second = world.second_of(text(node, key))
        if begin is not None and second is not None and second < begin + least and leaf is not None:
            need = f"need a '{key}' {word} the 'from' of {clean(text(node, 'from'), 40)}"
            faults.add(leaf.place, leaf.path, "E_RANGE", need, shown(leaf))


def check_unit(node: Node | None, item: str, world: World, faults: Faults) -> None:
    """Hold a quantity to the unit of its item: a mass for what is weighed, pieces for the rest."""
    kind = world.kind_of(item)
    if not isinstance(node, Leaf) or kind not in {*_WEIGHED, *_COUNTED}:
        return
    called = f"'{clean(item, 40)}' is a {clean(kind.replace('_', ' '), 20)}"
    weighed = kind in _WEIGHED
    if weighed and isinstance(node.value, int) and not isinstance(node.value, bool):
        need = f"need a mass with its unit, such as '30 kg': {called}"
        faults.add(node.place, node.path, "E_TYPE", need, shown(node))
    elif not weighed and isinstance(node.value, str) and _MASS.fullmatch(node.value):
        need = f"need a whole number of pieces, without a unit: {called}"
        faults.add(node.place, node.path, "E_TYPE", need, shown(node))
