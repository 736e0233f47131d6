"""What a scenario file builds on: the files it extends and the network it names, in order.

A file is read once however often it is extended. The network is found first (the one stated
last), because its rows lie below everything else; then the layers are laid over it in order.

In:  the text of the file that was opened.
Out: one merged tree, each value with the place where it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.scenario.files import Folder, read_text
from sim.scenario.tables import read_network
from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Series, clean, merge, shown
from sim.scenario.yaml_events import MAX_BYTES, parse_yaml

__all__ = ["Stack"]

MAX_FILES = 100
SUFFIXES = (".yaml", ".yml")
_KEPT_APART = ("extends", "alternatives", "network")


@dataclass(frozen=True, slots=True)
class _File:
    """One file that has been read: its own tree, and the files it extends, in order."""

    tree: Branch
    extends: tuple[str, ...]
    folder: Folder | None


@dataclass(slots=True)
class Stack:
    """All files of one scenario, by the name they are shown under."""

    faults: Faults
    _files: dict[str, _File] = field(default_factory=dict)
    _networks: dict[tuple[str, str], Branch | None] = field(default_factory=dict)
    _bases: dict[tuple[str, str] | None, Branch] = field(default_factory=dict)
    _reads: int = 0

    def read(
        self,
        text: str,
        called: str,
        path: Path | None,
        folder: Folder | None,
        chain: tuple[tuple[Path, str], ...] = (),
    ) -> str | None:
        """Read a file and all that it extends; return the name it is kept under."""
        tree = parse_yaml(text, called, self.faults)
        if tree is None:
            return None
        if path is not None:
            chain = (*chain, (path.resolve(), called))
        extends = [self._extended(leaf, folder, chain) for leaf in self._named(tree)]
        if None in extends:
            self.faults.incomplete = True
        own = tree.without("extends")
        self._files[called] = _File(own, tuple(name for name in extends if name), folder)
        return called

    def _named(self, tree: Branch) -> list[Leaf]:
        """Return the entries of `extends`, one path or several."""
        node = tree.get("extends")
        if node is None:
            return []
        named = node.items if isinstance(node, Series) else (node,)
        good = [leaf for leaf in named if isinstance(leaf, Leaf) and isinstance(leaf.value, str)]
        for other in named:
            if other not in good:
                need = "need the path of a scenario file, or a list of them"
                self.faults.add(other.place, other.path, "E_TYPE", need, shown(other))
        return good

    def _extended(
        self, leaf: Leaf, folder: Folder | None, chain: tuple[tuple[Path, str], ...]
    ) -> str | None:
        """Read a file that another one extends."""
        text, got = str(leaf.value), shown(leaf)
        if folder is None:
            need = "text held in code has no folder: give one, or leave 'extends' out"
            self.faults.add(leaf.place, leaf.path, "E_NOT_FOUND", need, got)
            return None
        target = folder.locate(text, leaf.place, leaf.path, self.faults, SUFFIXES)
        if target is None:
            return None
        passed = [file for file, _ in chain]
        if target in passed:
            links = [shown_as for _, shown_as in chain[passed.index(target) :]]
            circle = " -> ".join([*links, links[0]])
            need = f"the files extend each other in a circle: {clean(circle, 300)}"
            self.faults.add(leaf.place, leaf.path, "E_EXTENDS_CYCLE", need, got)
            return None
        called = folder.display(text)
        if called in self._files:
            return called
        self._reads += 1
        if self._reads > MAX_FILES or len(chain) > MAX_FILES // 5:
            need = f"too many files: need at most {MAX_FILES}, {MAX_FILES // 5} deep"
            self.faults.add(leaf.place, leaf.path, "E_SIZE", need, got)
            return None
        at = (leaf.place, leaf.path)
        content = read_text(target, called, MAX_BYTES, self.faults, at)
        if content is None:
            return None
        below = folder.below(str(Path(text).parent))
        return self.read(content, called, target, below, chain)

    def order(self, top: str) -> list[_File]:
        """Return the files from the lowest layer to the file itself.

        A file that is reached twice counts once, below everything that extends it.
        """
        order: dict[str, None] = {}
        self._visit(top, order)
        return [self._files[name] for name in order]

    def _visit(self, name: str, order: dict[str, None]) -> None:
        for extended in self._files[name].extends:
            if extended not in order:
                self._visit(extended, order)
        order.setdefault(name)

    def written(self, top: str) -> Branch:
        """Return the file over what it extends, without network rows and alternatives."""
        return self._merged(top, None)

    def alternatives(self, top: str) -> dict[str, Branch]:
        """Return the overrides of each alternative, in the order of the files.

        An alternative that several files state is merged, the later file winning; null keeps its
        meaning (remove a key of the scenario), and removes an alternative as a whole.
        """
        found: dict[str, Branch] = {}
        for file in self.order(top):
            node = file.tree.get("alternatives")
            if node is None:
                continue
            if not isinstance(node, Branch):
                need = "need a mapping from the name of each alternative to its overrides"
                self.faults.add(node.place, node.path, "E_TYPE", need, shown(node))
                continue
            for name, entry in node.entries.items():
                self._add_alternative(found, name, entry)
        return found

    def _add_alternative(self, found: dict[str, Branch], name: str, entry: Entry) -> None:
        node = entry.node
        if isinstance(node, Branch):
            old = found.get(name)
            found[name] = node if old is None else merge(old, node, self.faults, keep_nulls=True)
        elif isinstance(node, Leaf) and node.value is None and name in found:
            del found[name]
        else:
            need = "need a mapping of overrides; {} for the scenario as written"
            self.faults.add(node.place, node.path, "E_TYPE", need, shown(node))

    def resolved(self, top: str, layers: Sequence[Branch]) -> Branch:
        """Return the file over what it extends, over the network that is stated last."""
        stated = [*(file.tree for file in self.order(top)), *layers]
        network: Node | None = None
        for tree in stated:
            entry = tree.entries.get("network")
            if entry is not None:
                network = entry.node
        return self._merged(top, network)

    def _merged(self, top: str, network: Node | None) -> Branch:
        key = self._network_key(network, self._files[top].folder)
        if key not in self._bases:
            order = self.order(top)
            bottom = None if key is None else self._networks[key]
            tree = bottom or Branch({}, order[-1].tree.place, "")
            for file in order:
                own = file.tree.without(*_KEPT_APART)
                tree = merge(tree, own, self.faults) if tree.entries else own
            self._bases[key] = replace(tree, place=order[-1].tree.place, path="")
        return self._bases[key]

    def _network_key(self, node: Node | None, top: Folder | None) -> tuple[str, str] | None:
        """Read the tables of a network, once, and return the name they are kept under."""
        if node is None or (isinstance(node, Leaf) and node.value is None):
            return None
        if not isinstance(node, Leaf) or not isinstance(node.value, str):
            need = "need the folder of items.csv, sites.csv, bom.csv and lanes.csv"
            self.faults.add(node.place, node.path, "E_TYPE", need, shown(node))
            return None
        file = self._files.get(node.place.file)
        folder = top if file is None else file.folder
        if folder is None:
            need = "text held in code has no folder: give one, or leave 'network' out"
            self.faults.add(node.place, node.path, "E_NOT_FOUND", need, shown(node))
            return None
        key = (folder.shown, node.value)
        if key not in self._networks:
            self._networks[key] = read_network(node, folder, self.faults)
            if self._networks[key] is None:
                self.faults.incomplete = True
        return key
