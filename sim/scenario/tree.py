"""What a file says, before anyone asks whether it makes sense: a tree with a place for each value.

YAML and CSV files are both read into this tree, so merging, checking and showing the origin of a
key are written once. Trees are never changed: merging makes a new one and shares what is equal.

In:  text, from `sim.scenario.yaml_events` and `sim.scenario.tables`.
Out: `Leaf`, `Branch` and `Series` nodes; `Faults`, the list of everything that is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from sim.errors import Problem, ScenarioError, did_you_mean

__all__ = [
    "Branch",
    "Entry",
    "Faults",
    "Leaf",
    "Node",
    "Path",
    "Place",
    "Series",
    "descend",
    "dotted",
    "merge",
    "name_of",
    "shown",
    "split_path",
]

Path = tuple[str | int, ...]
"""Keys and list positions from the top of a scenario to a value."""

LONGEST_SHOWN = 60
_BARE_KEY = re.compile(r"[^.\"=]+")
_PATH_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."=]+)')


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a file; line and column count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: text, whole number, float, true or false, or nothing (null)."""

    value: str | int | float | bool | None
    text: str
    place: Place
    path: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with the place of the key, and its value."""

    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping, in the order of the file."""

    entries: dict[str, Entry]
    place: Place
    path: str

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or nothing."""
        entry = self.entries.get(key)
        return None if entry is None else entry.node

    def without(self, *keys: str) -> Branch:
        """Return the same mapping with some keys left out."""
        return replace(self, entries={k: e for k, e in self.entries.items() if k not in keys})


@dataclass(frozen=True, slots=True)
class Series:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    path: str


Node = Leaf | Branch | Series


@dataclass(slots=True)
class Faults:
    """Everything that is wrong, each fault once, with the alternatives in which it is.

    `incomplete` says that a part of the input could not be read at all. Whatever is then missing
    may well be in that part, so nothing more is said about what is missing.
    """

    alternative: str = ""
    incomplete: bool = False
    warnings: list[Problem] = field(default_factory=list)
    _found: dict[tuple[str, int, int, str], Problem] = field(default_factory=dict)
    _where: dict[tuple[str, int, int, str], set[str]] = field(default_factory=dict)

    def add(
        self, place: Place, path: str, code: str, need: str, got: str = "", hint: str = ""
    ) -> None:
        """Note a fault; a second one of the same value at the same place is dropped."""
        key = (place.file, place.line, place.column, path)
        self._found.setdefault(key, _problem(place, path, code, need, got, hint))
        self._where.setdefault(key, set()).add(self.alternative)

    def warn(
        self, place: Place, path: str, code: str, need: str, got: str = "", hint: str = ""
    ) -> None:
        """Note something that is allowed but probably not meant."""
        problem = _problem(place, path, code, need, got, hint)
        if problem not in self.warnings:
            self.warnings.append(problem)

    @property
    def problems(self) -> list[Problem]:
        """All faults, in the order in which they were found."""
        return list(self._found.values())

    def stop_if_any(self, alternatives: Collection[str] = ()) -> None:
        """Raise all faults as one error.

        A fault that is there in some of the alternatives only, and not written in one of them,
        says in which.

        Raises
        ------
        ScenarioError
            If there is any.
        """
        if not self._found:
            return
        problems = []
        for key, problem in self._found.items():
            where = sorted(self._where[key] & set(alternatives))
            some = 0 < len(where) < len(alternatives)
            if some and not problem.path.startswith("alternatives."):
                note = f"in the alternative {' and '.join(map(repr, where[:3]))}"
                hint = f"{note}; {problem.hint}" if problem.hint else note
                problem = replace(problem, hint=clean(hint, 200))
            problems.append(problem)
        raise ScenarioError(problems)


def _problem(place: Place, path: str, code: str, need: str, got: str, hint: str) -> Problem:
    return Problem(path, got, need, hint, place.file, place.line, place.column, code)


def name_of(key: str) -> str:
    """Write one key as part of a dotted path, in quotes where it holds a dot."""
    if _BARE_KEY.fullmatch(key) and key == key.strip():
        return clean(key)
    inside = key.replace("\\", "\\\\").replace('"', '\\"')
    return clean(f'"{inside}"')


def dotted(path: Path) -> str:
    """Write a path with dots between its keys.

    Examples
    --------
    >>> dotted(("lanes", "magnets to St. Louis", "transit"))
    'lanes."magnets to St. Louis".transit'
    """
    return ".".join(str(key) if isinstance(key, int) else name_of(key) for key in path)


def split_path(text: str) -> tuple[tuple[str, ...], str]:
    """Split `path=value` into the keys of the path and the value.

    Raises
    ------
    ValueError
        If the text is not a dotted path, an equals sign and a value.

    Examples
    --------
    >>> split_path('lanes."magnets to St. Louis".transit=30 d')
    (('lanes', 'magnets to St. Louis', 'transit'), '30 d')
    """
    keys: list[str] = []
    position = 0
    while match := _PATH_PART.match(text, position):
        quoted, bare = match[1], match[2]
        keys.append(bare.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
        after = text[position : position + 1]
        if after == "=":
            return tuple(keys), text[position + 1 :].strip()
        if after != ".":
            break
        position += 1
    raise ValueError("need a dotted path, an equals sign and a value")


def clean(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Make a text safe to print: no control characters, at most `longest` characters."""
    short = text if len(text) <= longest else text[: longest - 3] + "..."
    return "".join(
        f"<U+{ord(char):04X}>" if unicodedata.category(char)[0] in "CZ" and char != " " else char
        for char in short
    )


def shown(node: Node) -> str:
    """Show what was found, in at most 60 characters.

    Examples
    --------
    >>> here = Place("a.yaml", 1, 1)
    >>> shown(Leaf("50%", "50%", here, "")), shown(Leaf(None, "", here, ""))
    ("'50%'", 'nothing (null)')
    """
    if isinstance(node, Branch):
        return "a mapping"
    if isinstance(node, Series):
        return "a list"
    if node.value is None:
        return "nothing (null)"
    if isinstance(node.value, str):
        return f"'{clean(node.value, LONGEST_SHOWN - 2)}'"
    return clean(node.text)


def descend(node: Node, path: Path) -> Iterator[tuple[str | int, Node]]:
    """Follow a path as far as the tree goes, yielding each key and the node under it."""
    for key in path:
        if isinstance(node, Branch) and isinstance(key, str) and key in node.entries:
            node = node.entries[key].node
        elif isinstance(node, Series) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
        else:
            return
        yield key, node


def merge(
    base: Branch, patch: Branch, faults: Faults, where: Path = (), *, keep_nulls: bool = False
) -> Branch:
    """Lay one mapping over another, key by key (RFC 7386): lists are replaced, null removes.

    With `keep_nulls` the result is itself a patch, to be laid over something later.

    Three short forms are opened first, so that an override of one field keeps the others: a bill
    line `1.5 kg` stands for `{per_unit: 1.5 kg}`, `use: poisson` for `{pattern: poisson}`; and a
    law that changes its kind replaces the whole law.
    """
    entries = dict(base.entries)
    for key, entry in patch.entries.items():
        new, old = entry.node, base.get(key)
        if isinstance(new, Leaf) and new.value is None and not keep_nulls:
            if key in entries:
                del entries[key]
                continue
            entries[key] = entry
            if not faults.incomplete:
                need = "need a value, or the name of a key that is there to be removed"
                hint = did_you_mean(key, base.entries)
                faults.add(new.place, new.path, "E_TYPE", need, shown(new), hint)
            continue
        short = _short_form(where, key)
        if short and isinstance(new, Branch) != isinstance(old, Branch) and old is not None:
            new, old = _open(new, short), _open(old, short)
        if isinstance(new, Branch):
            if isinstance(old, Branch) and not _other_law(old, new):
                both = merge(old, new, faults, (*where, key), keep_nulls=keep_nulls)
                entries[key] = Entry(entries[key].place, both)
                continue
            new = new if keep_nulls else merge(replace(new, entries={}), new, faults)
        entries[key] = Entry(entry.place, new)
    return replace(base, entries=entries)


def _short_form(where: Path, key: str) -> str:
    """Name the field that a plain value stands for at this path, or nothing."""
    if len(where) == 3 and where[0] == "sites" and where[2] == "bill":
        return "per_unit"
    return "pattern" if len(where) == 2 and where[0] == "sites" and key == "use" else ""


def _open(node: Node, short: str) -> Node:
    if not isinstance(node, Leaf):
        return node
    return Branch({short: Entry(node.place, node)}, node.place, node.path)


def _other_law(old: Branch, new: Branch) -> bool:
    before, after = old.get("law"), new.get("law")
    return isinstance(before, Leaf) and isinstance(after, Leaf) and before.value != after.value
