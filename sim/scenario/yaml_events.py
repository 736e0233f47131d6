"""YAML text to a tree, by events: nothing is built that the text does not spell out.

The subset is YAML 1.2 without the parts that let a small file become a large one, run something or
mean two things: no anchors and aliases, no merge keys, no tags, no second document, no duplicate
or non-text keys. Plain values are read by these rules and no others:

| written | read as |
|---|---|
| `true`, `false` | true or false |
| `null`, `~`, nothing | null: removes a key in files that extend and in alternatives |
| `12`, `-3` | whole number (no leading 0, no `_`, no hexadecimal) |
| `0.5`, `1e1`, `.inf`, `.nan` | float (the last two are refused wherever a number is needed) |
| everything else | text, so also `NO`, `yes`, `010`, `1_000`, `1:30` and dates |

In:  text.
Out: `Branch`, or faults with line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import TagToken

from sim.scenario.files import check_text, hidden, is_hidden
from sim.scenario.tree import (
    LONGEST_SHOWN,
    Branch,
    Entry,
    Faults,
    Leaf,
    Node,
    Place,
    Series,
    clean,
    name_of,
)

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "parse_yaml", "read_plain"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 50_000
MAX_DIGITS = 40

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,4})?")
_WORDS: dict[str, str | float | bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_SKIPPED = re.compile(r"\s*(#.*)?")


_NODES = (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)


class _Stop(Exception):
    """The rest of the file cannot be read; the reason has been noted."""


def read_plain(text: str) -> str | int | float | bool | None:
    """Read an unquoted value by the rules in the header of this module.

    Raises
    ------
    ValueError
        If it is a number of more than 40 digits.

    Examples
    --------
    >>> [read_plain(text) for text in ("NO", "010", "1e1", "12", "~")]
    ['NO', '010', 10.0, 12, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"need a number of at most {MAX_DIGITS} digits")
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def parse_yaml(text: str, file: str, faults: Faults) -> Branch | None:
    r"""Read a YAML text whose top level is a mapping.

    Parameters
    ----------
    text : str
        The text, with `\n` line ends.
    file : str
        Its name in messages.
    faults : Faults
        Where to note what is wrong.

    Returns
    -------
    Branch or None
        The tree, without the parts that could not be read; nothing if the text as a whole is of
        no use.
    """
    if len(text) > MAX_BYTES:
        need = f"the file is too large: need at most {MAX_BYTES // 1_000_000} MB"
        faults.add(Place(file), "", "E_SIZE", need)
        return None
    if not check_text(text, file, faults, tabs=False) or not _directives_fit(text, file, faults):
        return None
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Scanner
    reader = _Reader(file, faults, iter(yaml.parse(text)))
    try:
        node = reader.document()
    except _Stop:
        return None
    except (YAMLError, ValueError, RecursionError) as error:
        _syntax_fault(error, reader.last or Place(file), faults)
        return None
    if node is None or (isinstance(node, Leaf) and node.value is None):
        faults.add(Place(file), "", "E_EMPTY", "the file is empty: need a mapping of keys")
        return None
    if not isinstance(node, Branch):
        got = "a list" if isinstance(node, Series) else "a single value"
        need = "need a mapping at the top level, such as 'name: my-scenario'"
        faults.add(node.place, "", "E_TYPE", need, got)
        return None
    return node


def _directives_fit(text: str, file: str, faults: Faults) -> bool:
    """Allow `%YAML 1.2` and no other directive before the document starts."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("%"):
            if not re.fullmatch(r"%YAML +1\.2\s*(#.*)?", line):
                need = "need YAML 1.2 without directives"
                faults.add(Place(file, number, 1), "", "E_YAML_DIRECTIVE", need, clean(line))
                return False
        elif not _SKIPPED.fullmatch(line):
            break
    return True


def _syntax_fault(error: Exception, last: Place, faults: Faults) -> None:
    """Note where the text stops being YAML; the last value that was read is the next best place."""
    place, need = last, "this is not YAML"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            place = replace(last, line=mark.line + 1, column=mark.column + 1)
        if error.problem:
            need = f"this is not YAML: {clean(str(error.problem), 100)}"
    hint = "check the indentation, the quotes and the brackets here and in the line above"
    faults.add(place, "", "E_YAML_SYNTAX", need, "", hint)


class _Scanner(Scanner):
    """The scanner of ruamel, with tags read in one go: its own takes 13 s for one of 1 MB."""

    def scan_tag(self) -> TagToken:
        """Read a tag, whatever it says; the reader refuses it by name."""
        source, length = self.reader, 0
        start = source.get_mark()
        while source.peek(length) not in "\0 \n,[]{}":
            length += 1
        text = source.prefix(min(length, LONGEST_SHOWN))
        source.forward(length)
        return TagToken((None, text), start, source.get_mark())


@dataclass(slots=True)
class _Reader:
    """Turns events into nodes; notes faults and reads on where it can."""

    file: str
    faults: Faults
    events: Iterator[Event]
    nodes: int = 0
    last: Place | None = None

    def document(self) -> Node | None:
        """Read the one document of a stream."""
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    need = "need one document: leave out the line '---'"
                    self.faults.add(self.place(event), "", "E_YAML_DOCUMENT", need, "a second one")
                    raise _Stop
            elif isinstance(event, _NODES):
                root = self.node(event, "", 1)
        return root

    def place(self, event: Event) -> Place:
        """Return where an event starts."""
        mark: Any = event.start_mark
        self.last = Place(self.file, mark.line + 1, mark.column + 1)
        return self.last

    def node(self, event: Event, path: str, depth: int) -> Node:
        """Read the node that starts with this event."""
        place = self.place(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            need = f"too many values: need at most {MAX_NODES:,} in a file"
            hint = "put a large network into CSV files (network: folder)"
            self.faults.add(place, "", "E_NODES", need, "", hint)
            raise _Stop
        if depth > MAX_DEPTH:
            need = f"nested too deeply: need at most {MAX_DEPTH} levels"
            self.faults.add(place, "", "E_YAML_DEPTH", need)
            raise _Stop
        self.refuse_extras(event, place, path)
        if isinstance(event, MappingStartEvent):
            return self.mapping(place, path, depth)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(place, path, depth)
        return self.scalar(event, place, path)

    def refuse_extras(self, event: Event, place: Place, path: str) -> None:
        """Refuse tags, anchors and aliases."""
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            sign = "*" if isinstance(event, AliasEvent) else "&"
            need = "anchors and aliases are not allowed: write the value out, or use 'extends'"
            self.faults.add(place, path, "E_YAML_ALIAS", need, clean(f"{sign}{anchor}"))
        tag = getattr(event, "tag", None)
        if tag is not None:
            need = "a tag is not allowed: write the plain value"
            self.faults.add(place, path, "E_YAML_TAG", need, clean(str(tag)))

    def mapping(self, place: Place, path: str, depth: int) -> Branch:
        """Read the keys and values of a mapping."""
        entries: dict[str, Entry] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key, key_place = self.key(event, path), self.place(event)
            below = f"{path}.{name_of(key)}" if path else name_of(key)
            value = self.node(next(self.events), below, depth + 1)
            if key == "<<" and getattr(event, "style", None) is None:
                need = "merge keys (<<) are not allowed: write the keys out, or use 'extends'"
                self.faults.add(key_place, below, "E_YAML_ALIAS", need)
                self.faults.incomplete = True
            elif key in entries:
                first = entries[key].place
                need = f"the key '{clean(key)}' stands here and in line {first.line}: keep one"
                self.faults.add(key_place, below, "E_YAML_DUPKEY", need)
            else:
                entries[key] = Entry(key_place, value)
        return Branch(entries, place, path)

    def key(self, event: Event, path: str) -> str:
        """Read a key, which must be text on one line."""
        place = self.place(event)
        if not isinstance(event, ScalarEvent):
            need = "need a plain text as key"
            got = "an alias" if isinstance(event, AliasEvent) else "a mapping or list as key"
            self.faults.add(place, path, "E_YAML_KEY", need, got, "is a bracket not closed?")
            raise _Stop
        self.nodes += 1
        self.refuse_extras(event, place, path)
        text = str(event.value)
        self.refuse_hidden(text.replace("\n", "\0"), place, path)
        return text

    def sequence(self, place: Place, path: str, depth: int) -> Series:
        """Read the items of a list."""
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self.node(event, f"{path}.{len(items)}" if path else "0", depth + 1))
        return Series(tuple(items), place, path)

    def scalar(self, event: Event, place: Place, path: str) -> Leaf:
        """Read a value: quoted text is text, a plain one goes by the rules above."""
        text = str(getattr(event, "value", ""))
        if getattr(event, "style", None) is not None or isinstance(event, AliasEvent):
            self.refuse_hidden(text, place, path)
            return Leaf(text, text, place, path)
        try:
            return Leaf(read_plain(text), text, place, path)
        except ValueError as error:
            got = f"{clean(text, 20)} ({len(text)} digits)"
            self.faults.add(place, path, "E_RANGE", str(error), got)
            return Leaf(text, text, place, path)

    def refuse_hidden(self, text: str, place: Place, path: str) -> None:
        """Refuse control characters that came in as escapes such as a backslash and an e."""
        for char in text:
            if char != "\n" and is_hidden(char):
                self.faults.add(place, path, "E_TEXT_CONTROL", *hidden(char))
                return
