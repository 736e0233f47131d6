"""Whether what a scenario names is there, and whether its parts fit together.

The schema looks at one record at a time; these rules look across records.

In:  the merged tree of one alternative.
Out: faults, each at the value that does not fit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from sim.scenario.measure_references import check_measures
from sim.scenario.network_references import check_network
from sim.scenario.policy_references import check_policy
from sim.scenario.shapes import is_named
from sim.scenario.tree import Branch, Entry, Faults, clean
from sim.scenario.world import World, named

__all__ = ["check_names", "check_references"]

_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")


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
    world = World(tree)
    check_network(world, faults)
    check_policy(tree, world, faults)
    check_measures(tree, world, faults)


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
            for name, entry in named(tree, section).items():
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
