"""From a scenario file, and all that it builds on, to frozen records.

What is stated later wins, key by key; this is the only order there is:

    default in the schema
      < rows of the CSV files that `network` names
      < files that `extends` names, in order
      < the file itself
      < the alternative
      < the command line (`--set path=value`)
      < what makes a variant of it (`--sweep`, `--desks`, a desk whose setting is `all`)

Mappings are merged, lists are replaced, and null removes a key (in files that extend or name a
network, in alternatives and on the command line). All faults of all files are reported together.

In:  a path, or text.
Out: `Design`, one validated `Scenario` for each alternative.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.faults import note_schema_faults
from sim.scenario.fields import FileName
from sim.scenario.files import Folder, read_text
from sim.scenario.layers import Stack
from sim.scenario.overrides import Override, read_overrides, refuse_unused
from sim.scenario.references import check_names, check_references
from sim.scenario.schema import Scenario
from sim.scenario.shapes import plain
from sim.scenario.tree import Branch, Faults, Leaf, Node, Place, clean, descend, merge, shown
from sim.scenario.variants import Variation, family, points_of, read_sweeps, settings_of
from sim.scenario.yaml_events import MAX_BYTES

__all__ = ["Design", "Places", "design_from_text", "load_design", "load_scenario"]

ONLY = "base"
"""Name of the one alternative of a file that lists none."""

_NAME: TypeAdapter[str] = TypeAdapter(FileName)
_OF_THE_DESIGN = ("name", "schema_version", "extends", "alternatives", "baseline")
_AS_WRITTEN = Variation()


@dataclass(frozen=True, slots=True)
class Places:
    """Where each key and value of each alternative was written."""

    trees: dict[str, Branch]

    def of(self, alternative: str, *keys: str | int) -> Place:
        """Return the place of the value at a path, or of the nearest record above it.

        Parameters
        ----------
        alternative : str
            Name of an alternative of the design.
        *keys : str or int
            Keys and list positions from the top of the scenario.
        """
        tree = self.trees[alternative]
        passed = [node for _, node in descend(tree, keys)]
        return passed[-1].place if passed else tree.place


@dataclass(frozen=True, slots=True)
class Design:
    """Everything that one scenario file asks for.

    Parameters
    ----------
    path : Path or None
        The file; nothing for text held in code.
    name : str
        Name of the scenario.
    alternatives : dict of str to Scenario
        What is to be compared, in the order of the file; `{"base": ...}` if the file lists none.
        A desk whose setting is `all` makes three of each: `base [queue]`, `base [unlimited]` and
        `base [bare_minimum]`.
    baseline : str
        The alternative that the others are compared with.
    places : Places
        Where each value was written.
    warnings : tuple of Problem
        What is allowed but probably not meant.
    """

    path: Path | None
    name: str
    alternatives: dict[str, Scenario]
    baseline: str
    places: Places = field(repr=False, compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)


def load_design(
    path: str | Path, overrides: Sequence[str] = (), variation: Variation = _AS_WRITTEN
) -> Design:
    """Read a scenario file and all of its alternatives.

    Parameters
    ----------
    path : str or Path
        A `.yaml` or `.yml` file.
    overrides : sequence of str
        `path=value`, laid over every alternative; `alternatives.NAME.path=value` over one.
    variation : Variation
        Values to be swept, and settings of licence desks.

    Returns
    -------
    Design
        One frozen scenario for each alternative.

    Raises
    ------
    ScenarioError
        With every fault of the file, of what it extends and of its tables.
    Refused
        If a sweep would make too many alternatives.
    """
    file, faults = Path(path), Faults()
    shown = file.as_posix()
    if file.suffix not in {".yaml", ".yml"}:
        hint = "scenarios/tiny.yaml is one" if file.suffix else ""
        got = f"'{clean(file.name, 58)}'"
        faults.add(Place(shown), "", "E_EXTENSION", "need a .yaml or .yml file", got, hint)
    faults.stop_if_any()
    text = read_text(file, shown, MAX_BYTES, faults)
    faults.stop_if_any()
    return _design(text or "", shown, file, Folder.of(file), overrides, variation, faults)


def design_from_text(
    text: str,
    name: str = "scenario.yaml",
    folder: str | Path | None = None,
    overrides: Sequence[str] = (),
    variation: Variation = _AS_WRITTEN,
) -> Design:
    """Read a scenario from text, by the same route as a file.

    Parameters
    ----------
    text : str
        The YAML text.
    name : str
        What to call it in messages.
    folder : str or Path, optional
        Where `extends` and `network` start; without it neither can be used.
    overrides, variation
        As in `load_design`.

    Raises
    ------
    ScenarioError
        With every fault of the text.
    """
    path = None if folder is None else Path(folder) / name
    folder_of = None if path is None else Folder.of(path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _design(text, name, path, folder_of, overrides, variation, Faults())


def load_scenario(
    path: str | Path, alternative: str | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Read one alternative of a scenario file; without a name, the baseline.

    Raises
    ------
    ScenarioError
        With every fault of the file, or if it has no such alternative.
    """
    design = load_design(path, overrides)
    name = design.baseline if alternative is None else alternative
    if name not in design.alternatives:
        hint = did_you_mean(name, design.alternatives)
        need = f"need one of its alternatives: {', '.join(design.alternatives)}"
        problem = Problem(
            path="alternatives",
            got=f"'{clean(name, 58)}'",
            need=need,
            hint=hint,
            file=Path(path).as_posix(),
            code="E_REF",
        )
        raise ScenarioError([problem])
    return design.alternatives[name]


def _design(
    text: str,
    called: str,
    path: Path | None,
    folder: Folder | None,
    texts: Sequence[str],
    variation: Variation,
    faults: Faults,
) -> Design:
    stack = Stack(faults)
    top = stack.read(text, called, path, folder)
    if top is None:
        raise ScenarioError(faults.problems)
    patches = stack.alternatives(top) or {ONLY: Branch({}, Place(called, 1, 1), "")}
    overrides = read_overrides(texts, patches, faults)
    axes = read_sweeps(variation, patches, faults)
    written: dict[str, Branch] = {}
    trees: dict[str, Branch] = {}
    scenarios: dict[str, Scenario] = {}
    for name, patch in patches.items():
        faults.alternative = name
        _check_name(name, patch, faults)
        _refuse_design_keys(patch, faults)
        mine = [one for one in overrides if one.alternative in {None, name}]
        written[name] = _tree(stack, top, patch, mine, faults)
        for words, point in points_of(axes, name, written[name]):
            tree = _tree(stack, top, patch, [*mine, *point], faults) if point else written[name]
            for variant, varied, scenario in _variants(name + words, tree, variation.desks, faults):
                if variant != name:
                    _check_name(variant, patch, faults, known=(*patches, *trees))
                trees[variant] = varied
                if scenario is not None:
                    scenarios[variant] = scenario
    faults.alternative = ""
    refuse_unused([*overrides, *(axis.first for axis in axes)], written, faults)
    baseline = _baseline(stack.written(top), [*patches, *trees], overrides, faults)
    check_names(written, faults)
    faults.stop_if_any(patches)
    if baseline not in scenarios:
        baseline = next(name for name in scenarios if family(name) == family(baseline))
    return Design(
        path,
        next(iter(scenarios.values())).name,
        scenarios,
        baseline,
        Places(trees),
        tuple(faults.warnings),
    )


def _variants(
    name: str, tree: Branch, desks: str, faults: Faults
) -> Iterator[tuple[str, Branch, Scenario | None]]:
    """Check an alternative and yield it once for each setting of its desks."""
    scenario = _scenario(tree, faults)
    settings = () if scenario is None else settings_of(scenario, tree, desks, faults)
    for words, patch in settings:
        varied = merge(tree, patch, faults)
        yield name + words, varied, _scenario(varied, faults)
    if not settings:
        yield name, tree, scenario


def _tree(
    stack: Stack, top: str, patch: Branch, overrides: Sequence[Override], faults: Faults
) -> Branch:
    """Lay one alternative and the command line over the file and its network."""
    tree = stack.resolved(top, [patch, *(one.patch() for one in overrides)])
    tree = merge(tree, patch.without(*_OF_THE_DESIGN, "network"), faults)
    for override in overrides:
        if override.reaches(tree):
            tree = merge(tree, override.patch().without("baseline", "network"), faults)
    return tree.without("baseline")


def _scenario(tree: Branch, faults: Faults) -> Scenario | None:
    """Check one merged tree against the schema and against itself."""
    values = plain(tree, Scenario, faults)
    scenario = None
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError as error:
        note_schema_faults(error, tree, faults)
    if not faults.incomplete:
        check_references(tree, faults)
    return scenario


def _check_name(name: str, patch: Branch, faults: Faults, known: Collection[str] = ()) -> None:
    """Hold the name of an alternative to the rules for names of results."""
    if name in known:
        need = "need another name: a variant of an alternative is called this"
        faults.add(patch.place, patch.path, "E_NAME", need, f"'{clean(name, 58)}'")
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        kind = error.errors(include_url=False)[0]
        need = str(kind.get("ctx", {}).get("error", "need at most 80 characters"))
        code = "E_LENGTH" if kind["type"].endswith("too_long") else "E_NAME"
        faults.add(patch.place, patch.path, code, need, f"'{clean(name, 58)}'")


def _refuse_design_keys(patch: Branch, faults: Faults) -> None:
    for key in _OF_THE_DESIGN:
        entry = patch.entries.get(key)
        if entry is not None:
            need = f"'{key}' belongs to the file, not to one alternative of it"
            faults.add(entry.place, entry.node.path, "E_UNKNOWN_KEY", need)


def _baseline(
    tree: Branch, names: Sequence[str], overrides: Sequence[Override], faults: Faults
) -> str:
    """Return the alternative that others are compared with: the one named, or the first."""
    node: Node | None = tree.get("baseline")
    for override in overrides:
        node = override.node if override.keys == ("baseline",) else node
    if node is None:
        return names[0]
    if not isinstance(node, Leaf) or not isinstance(node.value, str):
        faults.add(node.place, node.path, "E_TYPE", "need the name of an alternative", shown(node))
    elif node.value not in names:
        hint = did_you_mean(node.value, names) or f"alternatives: {clean(', '.join(names))}"
        need = "there is no such alternative"
        faults.add(node.place, node.path, "E_REF", need, shown(node), hint)
    else:
        return node.value
    return names[0]
