"""The tables of the shipped scenarios in `scenarios/README.md`, written from the files themselves.

In:  the folder of the scenario files.
Out: Markdown, between two marks of its `README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.app.mechanisms import MECHANISMS, mechanisms_of
from sim.data import figure, figure_keys
from sim.scenario import load_design

__all__ = ["BEGIN", "END", "Entry", "library", "library_tables", "write_library"]

BEGIN = "<!-- begin: written by sim.app.library -->"
END = "<!-- end: written by sim.app.library -->"

_EXTENDS = re.compile(r"^extends: (\S+)$", re.MULTILINE)
_EVENTS = re.compile(r"policy_events: ([a-z0-9_]+(?:, [a-z0-9_]+)*)")
_WORDS = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True)
class Entry:
    """One scenario file.

    Parameters
    ----------
    file, title, question, learns : str
    extends : str
        The file it builds on; empty if none.
    alternatives : tuple of str
        In the order of the file.
    mechanisms : frozenset of str
        What any of its alternatives uses.
    events : tuple of str
        Rows of `policy_events.csv` that it names as sources, in order of name.
    figures : tuple of str
        Rows of `figures.csv` that it names, in order of name.
    """

    file: str
    title: str
    question: str
    learns: str
    extends: str
    alternatives: tuple[str, ...]
    mechanisms: frozenset[str]
    events: tuple[str, ...]
    figures: tuple[str, ...]


def library(folder: Path) -> tuple[Entry, ...]:
    """Return the scenario files of a folder, those that others build on first.

    Raises
    ------
    ScenarioError
        If one of them has faults.
    """
    entries = {path.name: _entry(path) for path in sorted(folder.glob("*.yaml"))}

    def depth(entry: Entry) -> int:
        return 1 + depth(entries[entry.extends]) if entry.extends else 0

    return tuple(sorted(entries.values(), key=lambda entry: (depth(entry), entry.file)))


def _entry(path: Path) -> Entry:
    text, design = path.read_text(encoding="utf-8"), load_design(path)
    scenarios = design.alternatives
    first = scenarios[design.baseline]
    extends = _EXTENDS.search(text)
    keys = set(figure_keys())
    return Entry(
        file=path.name,
        title=first.title,
        question=first.question,
        learns=first.learns,
        extends=extends[1] if extends else "",
        alternatives=tuple(scenarios),
        mechanisms=frozenset().union(*(mechanisms_of(one) for one in scenarios.values())),
        events=tuple(sorted({key for keys in _EVENTS.findall(text) for key in keys.split(", ")})),
        figures=tuple(sorted(keys.intersection(_WORDS.findall(text)))),
    )


def library_tables(folder: Path) -> str:
    """Return the tables in Markdown: what each file teaches, its mechanisms, its sources."""
    entries = library(folder)
    return "\n\n".join((_questions(entries), _mechanisms(entries), _sources(entries)))


def write_library(folder: str | Path) -> Path:
    """Write the tables between the marks of the folder's `README.md`, and return that file."""
    file = Path(folder) / "README.md"
    before, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    tables = library_tables(Path(folder))
    file.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{after}", encoding="utf-8")
    return file


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _questions(entries: tuple[Entry, ...]) -> str:
    rows = [
        (
            f"`{entry.file}`",
            f"**{entry.title}.** {entry.question}",
            entry.learns,
            ", ".join(f"`{name}`" for name in entry.alternatives),
        )
        for entry in entries
    ]
    return "## The library\n\n" + _table(
        ("file", "question", "what one learns", "alternatives"), rows
    )


def _mechanisms(entries: tuple[Entry, ...]) -> str:
    """Name, for each mechanism, the files that add it to what they build on."""
    by_file = {entry.file: entry for entry in entries}

    def inherited(entry: Entry) -> frozenset[str]:
        return by_file[entry.extends].mechanisms if entry.extends else frozenset()

    rows = []
    for label, _ in MECHANISMS:
        files = [e.file for e in entries if label in e.mechanisms and label not in inherited(e)]
        rows.append((label, ", ".join(f"`{file.removesuffix('.yaml')}`" for file in files)))
    told = (
        "## Which scenario uses which mechanism\n\n"
        "A file that builds on another is named for what it adds.\n\n"
    )
    return told + _table(("mechanism", "scenarios"), rows)


def _sources(entries: tuple[Entry, ...]) -> str:
    rows = []
    for entry in entries:
        assumed = sum(figure(key).confidence == "assumed" for key in entry.figures)
        rows.append(
            (
                f"`{entry.file}`",
                f"`{entry.extends}`" if entry.extends else "",
                ", ".join(entry.events),
                f"{len(entry.figures)}, of which {assumed} assumed" if entry.figures else "",
            )
        )
    told = (
        "## Sources\n\n"
        "Events are rows of `sim/data/policy_events.csv`, figures rows of `sim/data/figures.csv`, "
        "each with its source; `policy_events` and `figures` in a file name them.\n\n"
    )
    return told + _table(("file", "builds on", "events", "figures"), rows)
