"""One alternative in several variants: each value of a sweep, each setting of a desk.

The name of a variant says what was varied, in brackets behind the alternative's own:
`slow walk [officers=2, approval_rate=0.5]`, `as it happened [unlimited]`, or both, the setting
last. Variants of two alternatives with the same brackets belong together: a comparison pairs them.

In:  `--sweep path=value,value`, `--desks`, and desks whose setting is `all`.
Out: names, and the values to be laid over each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from sim.errors import Refused
from sim.scenario.overrides import Override, read_overrides
from sim.scenario.schema import Scenario
from sim.scenario.tree import Branch, Entry, Faults, Leaf, Node, Place, Series, dotted

__all__ = [
    "EVERY_SETTING",
    "SETTINGS",
    "Axis",
    "Variation",
    "family",
    "points_of",
    "read_sweeps",
    "setting_of",
    "settings_of",
    "sibling",
]

SETTINGS = ("queue", "unlimited", "bare_minimum")
"""What a licence desk can be; nobody outside knows which."""
EVERY_SETTING = "all"
SWEEP = "--sweep"
DESKS = "--desks"
MOST_VARIANTS = 200
"""Alternatives that one file may be varied into, unless large plans are allowed."""

_BRACKETS = re.compile(r"(?: \[[^\[\]]*\])+$")
_SETTING = re.compile(rf" \[({'|'.join(SETTINGS)})\]$")
_NOT_SWEPT = ("name", "schema_version", "baseline")
_NOT_IN_NAMES = str.maketrans('/\\:*?"<>|[]\n', "_________()_")


@dataclass(frozen=True, slots=True)
class Variation:
    """What the command line asks of every alternative.

    Parameters
    ----------
    sweeps : sequence of str
        Each `path=value,value`; with several, every combination.
    desks : str
        A setting for every licence desk, `all` for each in turn, or nothing: as the file says.
    allow_large : bool
        Whether more than 200 alternatives may come of it.
    """

    sweeps: Sequence[str] = ()
    desks: str = ""
    allow_large: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """One path that is swept: a short name for it, and an override for each value."""

    label: str
    overrides: tuple[Override, ...]

    @property
    def first(self) -> Override:
        """The override of the first value; all have its path."""
        return self.overrides[0]


def family(name: str) -> str:
    """Return the alternative that a variant is one of; any other name is its own.

    Examples
    --------
    >>> family("slow walk [officers=2] [queue]"), family("slow walk")
    ('slow walk', 'slow walk')
    """
    return _BRACKETS.sub("", name) or name


def setting_of(name: str) -> tuple[str, str]:
    """Return a variant's name without the setting, and the setting; empty if it names none.

    Examples
    --------
    >>> setting_of("slow walk [officers=2] [queue]"), setting_of("slow walk")
    (('slow walk [officers=2]', 'queue'), ('slow walk', ''))
    """
    found = _SETTING.search(name)
    return (name[: found.start()], found[1]) if found else (name, "")


def sibling(name: str, baseline: str, known: Collection[str]) -> str:
    """Return what a variant is compared with: the baseline's variant with the same brackets.

    Where there is none, or a variant is one of the baseline itself, that is the baseline.

    Examples
    --------
    >>> names = ["ruled [queue]", "ruled [unlimited]", "free [queue]", "free [unlimited]"]
    >>> sibling("free [unlimited]", "ruled [queue]", names)
    'ruled [unlimited]'
    >>> sibling("ruled [unlimited]", "ruled [queue]", names)
    'ruled [queue]'
    """
    mine = family(name)
    twin = family(baseline) + name[len(mine) :]
    return twin if twin in known and twin != name else baseline


def read_sweeps(
    variation: Variation, alternatives: Collection[str], faults: Faults
) -> tuple[Axis, ...]:
    """Read what is to be swept.

    Values are separated by commas and read by the rules of a YAML file, so `[DE, FR],[US]` are
    two lists.

    Raises
    ------
    Refused
        If more alternatives would come of it than may without `allow_large`.
    """
    found = read_overrides(variation.sweeps, alternatives, faults, SWEEP, "[{}]")
    axes = []
    for number, one in enumerate(found):
        if one.keys[0] in _NOT_SWEPT:
            need = "need a path inside a scenario, such as desks.ministry.officers"
            faults.add(one.place, dotted(one.keys), "E_REF", need)
        items = one.node.items if isinstance(one.node, Series) else ()
        words = [_word(item) for item in items]
        if not items or len(set(words)) < len(words):
            need = "need values that differ, with commas between them"
            faults.add(one.place, dotted(one.keys), "E_VALUE", need, ", ".join(words))
            continue
        label = _label(one.keys, [other.keys for at, other in enumerate(found) if at != number])
        values = tuple(Override(one.keys, item, one.place, one.alternative) for item in items)
        axes.append(Axis(label, values))
    n_variants = prod(len(axis.overrides) for axis in axes) * len(alternatives)
    if axes and n_variants > MOST_VARIANTS and not variation.allow_large:
        raise Refused(
            f"the sweep makes {n_variants:,} alternatives, more than {MOST_VARIANTS}: "
            "sweep fewer values, or add --allow-large"
        )
    return tuple(axes)


def points_of(
    axes: Sequence[Axis], alternative: str, tree: Branch
) -> Iterator[tuple[str, tuple[Override, ...]]]:
    """Yield each combination of values: what it adds to the name, and its overrides.

    An axis of something that this alternative does not have is left out for it.
    """
    mine = [
        axis
        for axis in axes
        if axis.first.alternative in {None, alternative} and axis.first.reaches(tree)
    ]
    for point in product(*(axis.overrides for axis in mine)):
        words = [f"{axis.label}={_word(one.node)}" for axis, one in zip(mine, point, strict=True)]
        yield f" [{', '.join(words)}]" if words else "", point


def settings_of(
    scenario: Scenario, tree: Branch, desks: str, faults: Faults
) -> tuple[tuple[str, Branch], ...]:
    """Return the settings in which an alternative is run: added to the name, laid over the tree.

    With `desks`, every licence desk that can have the setting gets it; the others keep their own,
    with a note. Desks that vary do so together.

    Parameters
    ----------
    scenario : Scenario
        The alternative.
    tree : Branch
        The same as written, for places.
    desks : str
        As in `Variation`.
    faults : Faults
        Where to note that no desk can have the setting, and what each is short of.
    """
    every = {name for name, desk in scenario.desks.items() if desk.setting == EVERY_SETTING}
    asked = {name for name, desk in scenario.desks.items() if desks and desk.decides == "licence"}
    wanted = SETTINGS if desks in {"", EVERY_SETTING} else (desks,)
    lacking = {name: _lacking(scenario, name, wanted) for name in asked - every}
    chosen = [name for name in scenario.desks if name in every or lacking.get(name) == ""]
    note = faults.warn if chosen else faults.add
    for name, need in sorted(lacking.items()):
        if need:
            place, path = tree.place, dotted(("desks", name))
            section = tree.get("desks")
            if isinstance(section, Branch) and name in section.entries:
                place = section.entries[name].place
            note(place, path, "E_VALUE", f"{need} ({DESKS} {desks})")
    if not chosen:
        return ()
    alone, place = len(wanted) == 1, Place(DESKS, 1, 1) if desks else tree.place
    return tuple(
        ("" if alone else f" [{setting}]", _patch(chosen, setting, place)) for setting in wanted
    )


def _lacking(scenario: Scenario, name: str, wanted: Collection[str]) -> str:
    """Say what a desk would need for settings; empty if it can have them all."""
    desk, missing = scenario.desks[name], []
    if "queue" in wanted and not (desk.officers or desk.quota):
        missing.append("the queue setting needs officers or quota")
    if "bare_minimum" in wanted and not (desk.protected or desk.rest_per_round):
        missing.append("the bare_minimum setting needs protected sites or rest_per_round")
    return "; ".join(missing)


def _patch(desks: Sequence[str], setting: str, place: Place) -> Branch:
    entries: dict[str, Entry] = {}
    for name in desks:
        path = dotted(("desks", name, "setting"))
        leaf = Entry(place, Leaf(setting, setting, place, path))
        entries[name] = Entry(place, Branch({"setting": leaf}, place, dotted(("desks", name))))
    section: Mapping[str, Entry] = {"desks": Entry(place, Branch(entries, place, "desks"))}
    return Branch(dict(section), place, "")


def _label(keys: Sequence[str], others: Sequence[Sequence[str]]) -> str:
    """Return as many of the last keys of a path as tell it from the other paths."""
    for length in range(1, len(keys)):
        tail = tuple(keys[-length:])
        if all(tuple(other[-length:]) != tail for other in others):
            return ".".join(tail).translate(_NOT_IN_NAMES)
    return ".".join(keys).translate(_NOT_IN_NAMES)


def _word(node: Node) -> str:
    """Write a value as part of a name."""
    if isinstance(node, Leaf):
        text = node.value if isinstance(node.value, str) else node.text or "null"
    elif isinstance(node, Series):
        text = "+".join(_word(item) for item in node.items)
    else:
        text = " ".join(f"{key} {_word(entry.node)}" for key, entry in node.entries.items())
    return text.translate(_NOT_IN_NAMES).strip()
