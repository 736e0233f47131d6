"""Whether measures and stockpiles are about inputs that somebody buys.

In:  the names of one scenario.
Out: faults, each at the value that does not fit.
"""

from __future__ import annotations

from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, clean, shown
from sim.scenario.world import (
    SITE_SELECTORS,
    World,
    check_selectors,
    check_unit,
    get,
    named,
    refer,
    text,
)

__all__ = ["check_measures"]


def check_measures(tree: Branch, world: World, faults: Faults) -> None:
    """Check substitutes and stockpiles.

    Parameters
    ----------
    tree : Branch
        The merged tree of one alternative.
    world : World
        Its names.
    faults : Faults
        Where to note what does not fit.
    """
    for entry in named(tree, "measures").values():
        _check_substitute(entry.node, world, faults)
    for name, entry in named(tree, "stockpiles").items():
        _check_stockpile(name, entry, world, faults)


def _check_substitute(measure: Node, world: World, faults: Faults) -> None:
    """Check that some site buys both the item and what takes its place."""
    substitute = get(measure, "substitute")
    item, by = get(substitute, "item"), get(substitute, "by")
    known = [refer(leaf, world.items, "item", faults) for leaf in (item, by)]
    if not all(known):
        return
    if not isinstance(item, Leaf) or not isinstance(by, Leaf):
        return
    if item.value == by.value:
        need = "need another item than the one it takes the place of"
        faults.add(by.place, by.path, "E_VALUE", need, shown(by))
    elif check_selectors(measure, SITE_SELECTORS, world, faults) and not any(
        {str(item.value), str(by.value)} <= named(site, "bill").keys()
        for _, site in world.selected(measure)
    ):
        need = (
            f"need a site of this measure whose bill has it beside '{clean(str(item.value), 40)}'"
        )
        hint = "add it to the bill, with a cover or stock of its own"
        faults.add(by.place, by.path, "E_REF", need, shown(by), hint)


def _check_stockpile(name: str, entry: Entry, world: World, faults: Faults) -> None:
    """Check that a stockpile keeps something that its sites buy, and can be filled again."""
    pile, refill = entry.node, get(entry.node, "refill")
    if name in world.sites:
        need = "need a name that no site has"
        faults.add(entry.place, pile.path, "E_DUP", need, f"'{clean(name, 58)}'", "rename it")
    item = text(pile, "item")
    if not refer(get(pile, "item"), world.items, "item", faults) or not item:
        return
    check_unit(get(pile, "quantity"), item, world, faults)
    check_unit(get(refill, "per_review"), item, world, faults)
    buyers = [site for _, site in world.selected(pile) if item in named(site, "bill")]
    kept = get(pile, "item")
    sound = check_selectors(pile, SITE_SELECTORS, world, faults)
    if sound and not buyers and kept is not None:
        need = "need an item that one of its sites buys"
        hint = "widen site, kind, country or sector"
        faults.add(kept.place, kept.path, "E_REF", need, shown(kept), hint)
    supplier = get(refill, "supplier")
    if not isinstance(supplier, Leaf) or not refer(supplier, world.sites, "site", faults):
        return
    makes = text(world.site(str(supplier.value)), "makes")
    if makes and makes != item:
        need = f"need a site that makes '{clean(item, 40)}'"
        got = f"{shown(supplier)}, which makes '{clean(makes, 40)}'"
        faults.add(supplier.place, supplier.path, "E_REF", need, got)
