"""Whether sites, bills and lanes fit together.

In:  the names of one scenario.
Out: faults, each at the value that does not fit.
"""

from __future__ import annotations

import math

from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Series, clean, dotted, shown
from sim.scenario.world import World, check_period, check_unit, get, named, refer, text

__all__ = ["check_network"]

SHARE_TOLERANCE = 1e-9


def check_network(world: World, faults: Faults) -> None:
    """Check every site, every lane, and the shares of the lanes.

    Parameters
    ----------
    world : World
        The names of one alternative.
    faults : Faults
        Where to note what does not fit.
    """
    for name, entry in world.sites.items():
        _check_site(name, entry, world, faults)
    for lane in world.lanes.values():
        _check_lane(lane, world, faults)
    _check_shares(world, faults)


def _check_site(name: str, entry: Entry, world: World, faults: Faults) -> None:
    """Check what a site makes, what it needs for it, and in which units that is written."""
    site = entry.node
    if not isinstance(site, Branch):
        return
    makes = text(site, "makes")
    refer(site.get("makes"), world.items, "item", faults)
    for field in ("output_per_day", "output_stock", "output_cap"):
        check_unit(site.get(field), makes, world, faults)
    check_unit(get(site.get("use"), "quantity"), makes, world, faults)
    _check_place_in_chain(name, entry, world, faults)
    for item, line in named(site, "bill").items():
        _check_bill_line(item, line, site, world, faults)


def _check_place_in_chain(name: str, entry: Entry, world: World, faults: Faults) -> None:
    """Hold each kind of site to what it makes and buys."""
    site, kind = entry.node, text(entry.node, "kind")
    bill = named(site, "bill")
    where = dotted(("sites", name)) if site.path.startswith("sites") else site.path
    makes, made = get(site, "makes"), world.kind_of(text(site, "makes"))
    if kind == "separator" and made not in {"", "rare_earth"} and makes is not None:
        need = "need an item of kind rare_earth: that is what a separator makes"
        faults.add(makes.place, makes.path, "E_RANGE", need, shown(makes))
    if kind == "separator" and bill:
        first = next(iter(bill.values()))
        need = "a separator has no bill: its ores are not part of the model"
        faults.add(first.place, f"{where}.bill", "E_RANGE", need)
    elif kind == "magnet_maker":
        other = [item for item in bill if world.kind_of(item) not in {"", "rare_earth"}]
        for item in other[:1]:
            need = "a magnet maker buys nothing but rare earths: other parts are not in the model"
            faults.add(bill[item].place, f"{where}.bill", "E_RANGE", need)
    elif kind in {"component_maker", "plant"} and not bill:
        need = f"need at least one input in the bill of a {kind.replace('_', ' ')}"
        faults.add(entry.place, f"{where}.bill", "E_MISSING", need)


def _check_bill_line(item: str, entry: Entry, site: Branch, world: World, faults: Faults) -> None:
    line = entry.node
    if item == text(site, "makes"):
        need = f"a site cannot need its own product '{clean(item, 40)}'"
        faults.add(entry.place, line.path, "E_GRAPH", need)
        return
    if item not in world.items:
        name = Leaf(item, item, entry.place, line.path)
        refer(name, world.items, "item", faults)
        return
    check_unit(line if isinstance(line, Leaf) else get(line, "per_unit"), item, world, faults)
    check_unit(get(line, "stock"), item, world, faults)
    for field in ("order_up_to", "reorder_point", "order_quantity"):
        check_unit(get(get(line, "ordering"), field), item, world, faults)
    if not any((get(line, "cover"), get(line, "stock"), site.get("cover"))):
        need = "need cover or stock of this input, or a cover of the site for all of its inputs"
        faults.add(entry.place, f"{line.path}.cover", "E_MISSING", need)


def _check_lane(entry: Entry, world: World, faults: Faults) -> None:
    """Check that both ends of a lane are there and that the customer needs what it brings."""
    lane = entry.node
    check_period(lane, world, faults)
    _check_fallback(lane, faults)
    ends = [get(lane, "supplier"), get(lane, "customer")]
    known = [refer(end, world.sites, "site", faults) for end in ends]
    if not all(known):
        return
    supplier, customer = text(lane, "supplier"), text(lane, "customer")
    item = text(world.site(supplier), "makes")
    bill = named(world.site(customer), "bill")
    to = ends[1]
    if to is not None and supplier and supplier == customer:
        faults.add(to.place, to.path, "E_GRAPH", "a site cannot supply itself", shown(to))
    elif to is not None and customer and item in world.items and item not in bill:
        need = f"need a customer whose bill has '{clean(item, 40)}', which the supplier makes"
        names = ", ".join(clean(name, 30) for name in bill)
        hint = f"its bill has {clean(names, 100)}" if bill else "its bill is empty"
        faults.add(to.place, to.path, "E_REF", need, shown(to), hint)
    check_unit(get(lane, "application_min"), item, world, faults)
    shipments = get(lane, "open_shipments")
    for shipment in shipments.items if isinstance(shipments, Series) else ():
        check_unit(get(shipment, "quantity"), item, world, faults)


def _check_fallback(lane: Node, faults: Faults) -> None:
    """Refuse a share of the orders for a lane that is ordered on in need only."""
    share = get(lane, "share")
    if get(lane, "fallback") is not None and share is not None and _share(lane) != 0:
        need = "a fallback has no share of the orders"
        faults.add(share.place, share.path, "E_RANGE", need, shown(share), "leave share out")


def _check_shares(world: World, faults: Faults) -> None:
    """Hold the lanes that bring one item to one customer to shares that sum to 1.

    Where a lane opens or closes, shares are relative: of those that are open, to their sum.
    """
    groups: dict[tuple[str, str], list[tuple[str, Entry, float]]] = {}
    unknown: set[str] = set()
    for name, entry in world.lanes.items():
        item = text(world.site(text(entry.node, "supplier")), "makes")
        customer = text(entry.node, "customer")
        unknown |= {customer} if item not in world.items else set()
        unknown |= {item} if customer not in world.sites else set()
        if item and customer in world.sites and get(entry.node, "fallback") is None:
            groups.setdefault((customer, item), []).append((name, entry, _share(entry.node)))
    for (customer, item), lanes in groups.items():
        if {customer, item} & unknown:
            continue
        total = math.fsum(share for _, _, share in lanes)
        if not math.isfinite(total) or abs(total - 1) <= SHARE_TOLERANCE:
            continue
        if total > 0 and any(_opens_or_closes(entry.node, world) for _, entry, _ in lanes):
            continue
        parts = ", ".join(f"'{clean(name, 30)}' {share:g}" for name, _, share in lanes[:5])
        need = (
            f"need shares that sum to 1 over the lanes that bring '{clean(item, 40)}' to "
            f"'{clean(customer, 40)}'"
        )
        name, entry, _ = lanes[-1]
        leaf = get(entry.node, "share")
        place = entry.place if leaf is None else leaf.place
        path = f"{entry.node.path}.share" if leaf is None else leaf.path
        faults.add(place, path, "E_RANGE", need, f"a sum of {total:.10g}", parts)


def _opens_or_closes(lane: Node, world: World) -> bool:
    """Say whether a lane cannot be ordered on all the time: its own dates, or its supplier's."""
    supplier = world.site(text(lane, "supplier"))
    return any((get(lane, "from"), get(lane, "to"), get(supplier, "starts")))


def _share(lane: Node) -> float:
    """Return the share of a lane: 1 if it states none, not a number if it is malformed."""
    leaf = get(lane, "share")
    if leaf is None:
        return 1.0
    value = leaf.value if isinstance(leaf, Leaf) else None
    valid = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if valid and value is not None else math.nan
