"""`why`: an incident report of one halt, and the licence that would have made the difference.

In:  a `Design`, the names of a plant and an alternative, a replication.
Out: `Report`, told by `sim.app.why_text` or listed by `sim.app.why_json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.app.chosen import known_alternative
from sim.app.progress import Show, progress
from sim.engine import simulate
from sim.errors import InputError, Problem, did_you_mean
from sim.model import build_model
from sim.model.chances import realise
from sim.model.stockpiles import expand
from sim.outcomes.halts import halts_of
from sim.outcomes.incident import Incident, incident_of
from sim.outcomes.pivotal import Trial, candidates, try_grants
from sim.outcomes.story import Story, tell
from sim.scenario import Design, Scenario, load_design
from sim.scenario.shipped import shipped_scenarios

__all__ = ["MOST_TRIALS", "Report", "explain", "report"]

_DEFAULT = "policies_2025.yaml"

MOST_TRIALS = 24
"""Applications that are tried one by one; each costs a run."""
_LOOKED_AT = 10
"""Replications that are looked through for a halt when the one asked for has none."""


def explain(
    plant: str,
    file: Path | None,
    *,
    overrides: tuple[str, ...],
    alternative: str | None,
    replication: int,
    number: int,
    as_json: bool,
) -> str:
    """Return the report of a halt as text, or as JSON.

    Parameters
    ----------
    plant : str
    file : Path or None
        Scenario file; default: the policies of 2025 that come with the package.
    overrides : tuple of str
        `path=value`.
    alternative : str or None
        Default: the scenario's baseline.
    replication, number : int
        Which random history, and which halt of the plant in it.
    as_json : bool

    Raises
    ------
    InputError
        If there is no such scenario, alternative, site or halt.
    """
    from sim.app import why_json, why_text

    design = load_design(shipped_scenarios() / _DEFAULT if file is None else file, overrides)
    name = known_alternative(design, alternative or design.baseline)
    with progress("why", quiet=False) as show:
        found = report(design, name, replication, plant, number, show)
    if as_json:
        return json.dumps(why_json.as_json(found), indent=2, allow_nan=False)
    return why_text.as_text(found)


@dataclass(frozen=True)
class Report:
    """Everything there is to say about one halt.

    Parameters
    ----------
    scenario : Scenario
        As it turned out in this replication.
    alternative : str
    story : Story
    incident : Incident
    n_candidates : int
        Applications on the chain of causes.
    trials : tuple of Trial
        Those that were granted at filing, one by one.
    together : Trial or None
        All of them granted at filing, where no single one is pivotal.
    """

    scenario: Scenario
    alternative: str
    story: Story
    incident: Incident
    n_candidates: int
    trials: tuple[Trial, ...]
    together: Trial | None


def report(
    design: Design,
    alternative: str,
    replication: int,
    plant: str,
    number: int = 1,
    show: Show | None = None,
) -> Report:
    """Run an alternative once and report a halt of a plant.

    Parameters
    ----------
    design : Design
    alternative : str
        One of its alternatives.
    replication : int
    plant : str
        Name of a site that buys something.
    number : int
        Which of its halts, from 1.
    show : callable (done, total), optional
        Told of the runs that look for the pivotal licence.

    Raises
    ------
    InputError
        If there is no such site, or it has no such halt in this replication; with what there is.
    """
    scenario = expand(realise(design.alternatives[alternative], replication)[0])
    site = _known_site(scenario, plant)
    story = tell(simulate(build_model(design.alternatives[alternative], replication), replication))
    halts = halts_of(story, [story.tables.sites.name.index(site)])
    if not halts:
        raise InputError([_no_halt(design, alternative, story, site)])
    if number > len(halts):
        count = "1 halt" if len(halts) == 1 else f"{len(halts)} halts"
        raise InputError(
            [_problem("--halt", str(number), f"'{site}' has {count} in this replication")]
        )
    halt = halts[number - 1]
    found = candidates(story, halt)
    chosen, trials = found[:MOST_TRIALS], []
    for done, application in enumerate(chosen):
        if show is not None:
            show(done, len(chosen))
        trials.append(try_grants(story, halt, [application], simulate))
    together = None
    if len(found) > 1 and not any(trial.pivotal for trial in trials):
        together = try_grants(story, halt, found, simulate)
    return Report(
        scenario, alternative, story, incident_of(scenario, story, halts, halt),
        len(found), tuple(trials), together,
    )  # fmt: skip


def _known_site(scenario: Scenario, name: str) -> str:
    """Return the name if such a site can halt."""
    buyers = [site for site, record in scenario.sites.items() if record.bill]
    if name in buyers:
        return name
    if name in scenario.sites:
        need = f"it buys nothing, so it never lacks an input; need one of: {_some(buyers)}"
        raise InputError([_problem("PLANT", f"'{name}'", need)])
    hint = did_you_mean(name, buyers)
    need = "need the name of a plant" if hint else f"need one of: {_some(buyers)}"
    raise InputError([_problem("PLANT", f"'{name}'", need, hint)])


def _no_halt(design: Design, alternative: str, story: Story, site: str) -> Problem:
    """Say that a site does not halt in a replication, and where one could look instead."""
    replication = story.trace.replication
    names = story.tables.sites.name
    plants = [s for s, kind in enumerate(story.tables.sites.kind) if kind == "plant"]
    others = [names[s] for s in plants if story.halts(s)]
    elsewhere = []
    for other in range(_LOOKED_AT):
        tables = build_model(design.alternatives[alternative], other)
        if tell(simulate(tables, other)).halts(tables.sites.name.index(site)):
            elsewhere.append(str(other))
    where = f"it halts in {', '.join(elsewhere)}" if elsewhere else "it halts in none"
    hint = f"of replications 0 to {_LOOKED_AT - 1} {where}; in {replication} " + (
        f"these plants halt: {_some(others)}" if others else "no plant halts"
    )
    need = f"'{site}' does not halt under '{alternative}'; choose another replication or plant"
    return _problem("--replication", str(replication), need, hint)


def _problem(path: str, got: str, need: str, hint: str = "") -> Problem:
    return Problem(path, got, need, hint, file="command line", code="E_REF")


def _some(names: Iterable[str]) -> str:
    """List names, at most twelve of them."""
    every = list(names)
    shown = ", ".join(every[:12])
    return shown + (f" and {len(every) - 12} more" if len(every) > 12 else "")
