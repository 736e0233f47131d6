"""Whether what a scenario names is there, and whether its parts fit together.

The schema looks at one record at a time; these rules look across records. They read the merged
tree, not the validated records, so that they can speak about a file that the schema refuses, too:
what is malformed is passed over here, because the schema has already said so.

In:  the merged tree of one alternative.
Out: faults, each at the value that does not fit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from sim.errors import did_you_mean
from sim.scenario.countries import COUNTRY_CODES
from sim.scenario.shapes import is_named
from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Series, clean, dotted, shown
from sim.units import parse_date, parse_duration, seconds_of

__all__ = ["check_names", "check_references"]

SHARE_TOLERANCE = 1e-9
_MASS = re.compile(r"-?[0-9.]+ ?(g|kg|t)")
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")
_SAYS_NOTHING = ("note", "source")


def check_references(tree: Branch, faults: Faults) -> None:
    """Check a merged scenario across its records.

    Parameters
    ----------
    tree : Branch
        The merged tree of one alternative.
    faults : Faults
        Where to note what does not fit.
    """
    sections = [tree.get(key) for key in ("items", "sites", "lanes", "desks")]
    if any(section is not None and not isinstance(section, Branch) for section in sections):
        return
    world = _World(tree)
    for name, entry in world.sites.items():
        _check_site(name, entry, world, faults)
    for lane in world.lanes.values():
        _check_lane(lane, world, faults)
    _check_shares(world, faults)
    for section in ("gates", "policy", "demand", "measures"):
        for entry in _named(tree, section).values():
            _check_selectors(entry.node, tuple(world.known), world, faults)
            _check_period(entry.node, world, faults)
    for entry in world.streams.values():
        _check_selectors(entry.node, ("desk", "item"), world, faults)
    for entry in world.desks.values():
        pauses = _get(entry.node, "pauses")
        for pause in pauses.items if isinstance(pauses, Series) else ():
            _check_period(pause, world, faults)
    _check_streams_differ(world, faults)


class _World:
    """The names of one scenario, and what is known about them."""

    def __init__(self, tree: Branch) -> None:
        self.items = _named(tree, "items")
        self.sites = _named(tree, "sites")
        self.lanes = _named(tree, "lanes")
        self.desks = _named(tree, "desks")
        self.streams = _named(tree, "other_applicants")
        self.start = _text(tree, "start")
        self.known = self._known()

    def _known(self) -> dict[str, Collection[str]]:
        """Return, for each selector, the values that match something.

        Where the country of a site cannot be read, nothing is said about countries.
        """
        files = [entry.node for entry in (*self.lanes.values(), *self.streams.values())]
        sites = [entry.node for entry in self.sites.values()]
        countries = _texts(sites, "country")
        streams = [entry.node for entry in self.streams.values()]
        default = {"other"} if any(_get(stream, "sector") is None for stream in streams) else set()
        sound = all(_text(site, "country") in COUNTRY_CODES for site in sites)
        places: dict[str, Collection[str]] = {
            "country": countries,
            "leaves": countries,
            "destination": countries | _texts(files, "destination"),
        }
        return (places if sound else {}) | {
            "desk": self.desks.keys(),
            "site": self.sites.keys(),
            "exporter": self.sites.keys(),
            "customer": self.sites.keys(),
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
        return "" if entry is None else _text(entry.node, "kind")

    def second_of(self, moment: str) -> int | None:
        """Return a date or a time since the start in seconds, or nothing if it is neither."""
        try:
            if "-" in moment:
                return seconds_of(parse_date(self.start), parse_date(moment))
            return parse_duration(moment)
        except ValueError:
            return None


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Branch) else None


def _text(node: Node | None, key: str) -> str:
    """Return a text field, or an empty text if it is missing or of another kind."""
    leaf = _get(node, key)
    return leaf.value if isinstance(leaf, Leaf) and isinstance(leaf.value, str) else ""


def _texts(nodes: Iterable[Node], key: str) -> set[str]:
    return {text for node in nodes if (text := _text(node, key))}


def _named(node: Node | None, section: str) -> Mapping[str, Entry]:
    inside = _get(node, section)
    return inside.entries if isinstance(inside, Branch) else {}


def _refer(leaf: Node | None, known: Collection[str], what: str, faults: Faults) -> bool:
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


def _check_site(name: str, entry: Entry, world: _World, faults: Faults) -> None:
    """Check what a site makes, what it needs for it, and in which units that is written."""
    site = entry.node
    if not isinstance(site, Branch):
        return
    makes, kind = _text(site, "makes"), _text(site, "kind")
    _refer(site.get("makes"), world.items, "item", faults)
    for field in ("output_per_day", "output_stock", "output_cap"):
        _check_unit(site.get(field), makes, world, faults)
    _check_unit(_get(site.get("use"), "quantity"), makes, world, faults)
    bill = _named(site, "bill")
    where = dotted(("sites", name)) if site.path.startswith("sites") else site.path
    if kind == "magnet_maker" and bill:
        first = next(iter(bill.values()))
        need = "a magnet maker has no bill: its ores are not part of the model"
        faults.add(first.place, f"{where}.bill", "E_RANGE", need)
    elif kind in {"component_maker", "plant"} and not bill:
        need = f"need at least one input in the bill of a {kind.replace('_', ' ')}"
        faults.add(entry.place, f"{where}.bill", "E_MISSING", need)
    for item, line in bill.items():
        _check_bill_line(item, line, site, world, faults)


def _check_bill_line(item: str, entry: Entry, site: Branch, world: _World, faults: Faults) -> None:
    line = entry.node
    if item == _text(site, "makes"):
        need = f"a site cannot need its own product '{clean(item, 40)}'"
        faults.add(entry.place, line.path, "E_GRAPH", need)
        return
    if item not in world.items:
        hint = did_you_mean(item, world.items)
        got = f"'{clean(item, 58)}'"
        faults.add(entry.place, line.path, "E_REF", "there is no such item", got, hint)
        return
    _check_unit(line if isinstance(line, Leaf) else _get(line, "per_unit"), item, world, faults)
    _check_unit(_get(line, "stock"), item, world, faults)
    for field in ("order_up_to", "reorder_point", "order_quantity"):
        _check_unit(_get(_get(line, "ordering"), field), item, world, faults)
    if not any((_get(line, "cover"), _get(line, "stock"), site.get("cover"))):
        need = "need cover or stock of this input, or a cover of the site for all of its inputs"
        faults.add(entry.place, f"{line.path}.cover", "E_MISSING", need)


def _check_unit(node: Node | None, item: str, world: _World, faults: Faults) -> None:
    """Hold a quantity to the unit of its item: a mass for magnets, pieces for the rest."""
    kind = world.kind_of(item)
    if not isinstance(node, Leaf) or kind not in {"magnet", "component", "product"}:
        return
    called = f"'{clean(item, 40)}' is a {clean(kind, 20)}"
    if kind == "magnet" and isinstance(node.value, int) and not isinstance(node.value, bool):
        need = f"need a mass with its unit, such as '30 kg': {called}"
        faults.add(node.place, node.path, "E_TYPE", need, shown(node))
    elif kind != "magnet" and isinstance(node.value, str) and _MASS.fullmatch(node.value):
        need = f"need a whole number of pieces, without a unit: {called}"
        faults.add(node.place, node.path, "E_TYPE", need, shown(node))


def _check_lane(entry: Entry, world: _World, faults: Faults) -> None:
    """Check that both ends of a lane are there and that the customer needs what it brings."""
    lane = entry.node
    ends = [_get(lane, "supplier"), _get(lane, "customer")]
    known = [_refer(end, world.sites, "site", faults) for end in ends]
    if not all(known):
        return
    supplier, customer = _text(lane, "supplier"), _text(lane, "customer")
    item = _text(world.site(supplier), "makes")
    bill = _named(world.site(customer), "bill")
    to = ends[1]
    if to is not None and supplier and supplier == customer:
        faults.add(to.place, to.path, "E_GRAPH", "a site cannot supply itself", shown(to))
    elif to is not None and customer and item in world.items and item not in bill:
        need = f"need a customer whose bill has '{clean(item, 40)}', which the supplier makes"
        names = ", ".join(clean(name, 30) for name in bill)
        hint = f"its bill has {clean(names, 100)}" if bill else "its bill is empty"
        faults.add(to.place, to.path, "E_REF", need, shown(to), hint)
    shipments = _get(lane, "open_shipments")
    for shipment in shipments.items if isinstance(shipments, Series) else ():
        _check_unit(_get(shipment, "quantity"), item, world, faults)


def _check_shares(world: _World, faults: Faults) -> None:
    """Hold the lanes that bring one item to one customer to shares that sum to 1."""
    groups: dict[tuple[str, str], list[tuple[str, Entry, float]]] = {}
    unknown: set[str] = set()
    for name, entry in world.lanes.items():
        item = _text(world.site(_text(entry.node, "supplier")), "makes")
        customer = _text(entry.node, "customer")
        unknown |= {customer} if item not in world.items else set()
        unknown |= {item} if customer not in world.sites else set()
        if item and customer in world.sites:
            groups.setdefault((customer, item), []).append((name, entry, _share(entry.node)))
    for (customer, item), lanes in groups.items():
        if {customer, item} & unknown:
            continue
        total = math.fsum(share for _, _, share in lanes)
        if not math.isfinite(total) or abs(total - 1) <= SHARE_TOLERANCE:
            continue
        parts = ", ".join(f"'{clean(name, 30)}' {share:g}" for name, _, share in lanes[:5])
        need = (
            f"need shares that sum to 1 over the lanes that bring '{clean(item, 40)}' to "
            f"'{clean(customer, 40)}'"
        )
        name, entry, _ = lanes[-1]
        leaf = _get(entry.node, "share")
        place = entry.place if leaf is None else leaf.place
        path = f"{entry.node.path}.share" if leaf is None else leaf.path
        faults.add(place, path, "E_RANGE", need, f"a sum of {total:.10g}", parts)


def _share(lane: Node) -> float:
    """Return the share of a lane: 1 if it states none, not a number if it is malformed."""
    leaf = _get(lane, "share")
    if leaf is None:
        return 1.0
    value = leaf.value if isinstance(leaf, Leaf) else None
    valid = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if valid and value is not None else math.nan


def _check_selectors(node: Node, keys: Iterable[str], world: _World, faults: Faults) -> None:
    """Check that each value of a selector matches something."""
    for key in keys:
        chosen = _get(node, key)
        for leaf in chosen.items if isinstance(chosen, Series) else (chosen,):
            _refer(leaf, world.known[key], _WHAT.get(key, key), faults)


_WHAT = {
    "exporter": "site",
    "customer": "site",
    "kind": "kind of site here",
    "country": "country with a site here",
    "leaves": "country with a site here",
    "destination": "destination here",
    "sector": "sector here",
}


def _check_period(node: Node, world: _World, faults: Faults) -> None:
    """Check that a period ends after it begins."""
    first, last = _text(node, "from"), _text(node, "to")
    begin, end = world.second_of(first), world.second_of(last)
    to = _get(node, "to")
    if begin is not None and end is not None and end <= begin and to is not None:
        need = f"need a 'to' after the 'from' of {clean(first, 40)}"
        faults.add(to.place, to.path, "E_RANGE", need, shown(to))


def _check_streams_differ(world: _World, faults: Faults) -> None:
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


def check_names(trees: Mapping[str, Branch], faults: Faults) -> None:
    """Warn of names that look like others: letters of two alphabets, or differing in case only.

    Parameters
    ----------
    trees : mapping of str to Branch
        The merged tree of each alternative.
    faults : Faults
        Where to note them.
    """
    for tree in trees.values():
        for section in filter(is_named, tree.entries):
            alike: dict[str, str] = {}
            for name, entry in _named(tree, section).items():
                _warn_of(name, entry, alike, faults)


def _warn_of(name: str, entry: Entry, alike: dict[str, str], faults: Faults) -> None:
    got = f"'{clean(name, 58)}'"
    alphabets = {
        alphabet
        for char in name
        for alphabet in _ALPHABETS
        if unicodedata.name(char, "").startswith(alphabet)
    }
    if len(alphabets) > 1:
        need = f"this name mixes {' and '.join(sorted(alphabets)).lower()} letters"
        faults.warn(entry.place, entry.node.path, "W_CONFUSABLE", need, got)
    folded = unicodedata.normalize("NFKC", name).casefold()
    other = alike.setdefault(folded, name)
    if other != name:
        need = f"this name looks like '{clean(other, 40)}', but is another one"
        faults.warn(entry.place, entry.node.path, "W_CONFUSABLE", need, got)
