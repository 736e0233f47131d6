"""`check`: read a scenario, build its network, and say what is wrong or that all is well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sim.app.chosen import known_alternative
from sim.app.files import of_every_file, scenario_files
from sim.engine.choice import COMPILED, ENGINES, SIMPY, in_the_way
from sim.errors import InputError, NetworkError, Problem
from sim.model import build_model
from sim.scenario import Design, load_design

__all__ = ["build_all", "check_file", "check_files", "engine_for"]


def check_files(
    named: Iterable[Path], overrides: tuple[str, ...], *, resolved: bool, alternative: str | None
) -> str:
    """Return what `check_file` says of each file named, and of each in a folder named.

    Raises
    ------
    ScenarioError, NetworkError
        With every fault of all files.
    """
    told = of_every_file(
        scenario_files(named),
        lambda file: check_file(file, overrides, resolved=resolved, alternative=alternative),
    )
    return "\n".join(told)


def check_file(
    file: Path, overrides: tuple[str, ...], *, resolved: bool, alternative: str | None
) -> str:
    """Return a line for a good file, or the merged file with origins.

    Raises
    ------
    ScenarioError, NetworkError
        With every fault of the file.
    """
    design = load_design(file, overrides)
    if resolved:
        from sim.scenario.resolved import resolved_text

        return resolved_text(design, known_alternative(design, alternative or design.baseline))
    build_all(design)
    lines = [f"{problem.file}: note: {problem}" for problem in design.warnings]
    first = next(iter(design.alternatives.values()))
    lines.append(
        f"{file}: good. Alternatives: {len(design.alternatives)}, sites: {len(first.sites)}, "
        f"lanes: {len(first.lanes)}, policy rules: {len(first.policy)}; from {first.start} over "
        f"{first.horizon // 86_400} days, seed {first.seed}."
    )
    return "\n".join(lines)


def build_all(design: Design) -> tuple[str, ...]:
    """Build the model of every alternative, so that faults of the network show before any run.

    Returns
    -------
    tuple of str
        What keeps the compiled engine from running it, in words; nothing as a rule.

    Raises
    ------
    NetworkError
        With the place of each fault in its file.
    """
    problems: dict[str, Problem] = {}
    in_way: dict[str, None] = {}
    for name, scenario in design.alternatives.items():
        try:
            in_way |= dict.fromkeys(in_the_way(build_model(scenario)))
        except NetworkError as error:
            for problem in error.problems:
                problems.setdefault(str(problem), _placed(design, name, problem))
    if problems:
        raise NetworkError(problems.values())
    return tuple(in_way)


def engine_for(asked: str, in_way: Sequence[str]) -> str:
    """Return the engine that runs a design, given what keeps the compiled one from it.

    Raises
    ------
    InputError
        If there is no such engine, or the compiled one is asked for and cannot run the design.
    """
    if asked not in {"", *ENGINES}:
        raise InputError(f"engine: got '{asked}', need one of {', '.join(ENGINES)}")
    if asked == COMPILED and in_way:
        raise InputError(
            f"the compiled engine cannot run {', '.join(in_way)}; ask for --engine simpy"
        )
    return asked or (SIMPY if in_way else COMPILED)


def _placed(design: Design, alternative: str, problem: Problem) -> Problem:
    """Add file, line and column of the record that a fault of the network is about."""
    section, _, rest = problem.path.partition(".")
    scenario = design.alternatives[alternative]
    names = getattr(scenario, section, None)
    keys = [section]
    if isinstance(names, dict):
        keys += [name for name in names if rest == name or rest.startswith(f"{name}.")][:1]
    place = design.places.of(alternative, *keys)
    return replace(problem, file=place.file, line=place.line, column=place.column)
