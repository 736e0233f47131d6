"""What is to be run: alternatives times replications, cut into shards of 25.

A shard is the unit of work, of storage and of resuming, whatever the number of workers. Its
content follows from its key: the resolved scenario, the version of the model and the seed.

In:  `Design` from `sim.scenario`, a number of replications.
Out: `Plan`, a list of shards with their keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from sim import __version__
from sim.columns import OUTCOME_TABLES
from sim.engine.choice import COMPILED
from sim.errors import InputError, Refused
from sim.experiment.folder import canonical
from sim.scenario import Design, Scenario
from sim.scenario.shapes import is_free, plain
from sim.scenario.tree import Branch, Faults, Node, Series
from sim.units import DAY_S

__all__ = [
    "FORMAT", "SHARD_SIZE", "Arm", "Plan", "Shard", "key_of", "model_version", "plan_of",
    "versions",
]  # fmt: skip

FORMAT: Final = 2
"""Version of the layout of a results folder."""
SHARD_SIZE: Final = 25
"""Replications in a shard; belongs to the format."""
LARGEST_SITE_ROWS: Final = 20_000_000
"""Sites times runs above which a plan needs `allow_large`."""

_MODEL_PARTS = ("columns.py", "units.py", "data", "stats", "model", "engine", "outcomes")
_LIBRARIES = ("numpy", "simpy", "numba", "llvmlite", "duckdb", "pandas")
_BYTES_PER_ROW = 24


@dataclass(frozen=True, slots=True)
class Shard:
    """25 replications of one alternative.

    Parameters
    ----------
    alternative : str
        Name of the alternative.
    key : str
        Name of the folder that holds its files: 16 hexadecimal digits.
    first : int
        First replication, a multiple of 25.
    """

    alternative: str
    key: str
    first: int

    @property
    def replications(self) -> range:
        """The 25 replications."""
        return range(self.first, self.first + SHARD_SIZE)

    @property
    def receipt(self) -> str:
        """Name of the receipt, relative to the results folder."""
        return f"{self.key}/receipt-{self.first:07d}.json"

    def file(self, table: str) -> str:
        """Return the name of the file of one table, relative to the results folder."""
        return f"{self.key}/{table}-{self.first:07d}.parquet"

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files of all tables."""
        return tuple(self.file(table) for table in OUTCOME_TABLES)


@dataclass(frozen=True, slots=True)
class Arm:
    """One alternative of a plan.

    Parameters
    ----------
    name : str
    key : str
        16 hexadecimal digits.
    scenario : Scenario
        Validated, with the seed of the plan.
    resolved : mapping
        The same as plain JSON, in the spelling of scenario files; it validates to `scenario`.
    parts : mapping
        What the key is the hash of.
    overrides : tuple of mapping
        Values that the alternative or the command line laid over the file: path, value, origin.
    """

    name: str
    key: str
    scenario: Scenario
    resolved: Mapping[str, Any]
    parts: Mapping[str, Any]
    overrides: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Alternatives times replications.

    Parameters
    ----------
    design : str
        Name of the design.
    baseline : str
        The alternative that others are compared with.
    arms : tuple of Arm
        In the order of the design.
    n_replications : int
        As asked for; whole shards are run, and tables use the first `n_replications`.
    engine : str
        Which engine runs it.
    """

    design: str
    baseline: str
    arms: tuple[Arm, ...]
    n_replications: int
    engine: str

    @property
    def shards(self) -> tuple[Shard, ...]:
        """All shards, alternative by alternative: a worker seldom changes its tables."""
        firsts = range(0, self.n_replications, SHARD_SIZE)
        return tuple(Shard(arm.name, arm.key, first) for arm in self.arms for first in firsts)

    @property
    def n_runs(self) -> int:
        """Runs in whole shards."""
        return len(self.arms) * -(-self.n_replications // SHARD_SIZE) * SHARD_SIZE

    @property
    def site_rows(self) -> int:
        """Sites times runs."""
        n_each = self.n_runs // len(self.arms)
        return n_each * sum(len(arm.scenario.sites) for arm in self.arms)

    @property
    def estimated_bytes(self) -> int:
        """Rough size of the results on disk: sites and lanes times their dates, times runs."""
        n_each = self.n_runs // len(self.arms)
        return _BYTES_PER_ROW * n_each * sum(_rows_per_run(arm.scenario) for arm in self.arms)

    def refuse_if_large(self, free_bytes: int) -> None:
        """Refuse a plan that is too large for the disk or for patience.

        Raises
        ------
        Refused
            With the estimate.
        """
        if self.site_rows > LARGEST_SITE_ROWS:
            raise Refused(
                f"{self.n_runs:,} runs with {self.site_rows:,} rows of sites, more than "
                f"{LARGEST_SITE_ROWS:,}: ask for fewer replications, or add --allow-large"
            )
        if self.estimated_bytes > free_bytes:
            raise Refused(
                f"the results need about {self.estimated_bytes / 1e6:,.0f} MB and the disk has "
                f"{free_bytes / 1e6:,.0f} MB free: make room, or add --allow-large"
            )


def plan_of(
    design: Design, n_replications: int, seed: int | None = None, engine: str = COMPILED
) -> Plan:
    """Cut a design into shards.

    Parameters
    ----------
    design : Design
    n_replications : int
        At least 1.
    seed : int, optional
        Instead of the seed of the scenario, for every alternative.
    engine : str
        Which engine runs it, see `sim.engine.choice`.

    Raises
    ------
    InputError
        If a number is out of range.
    """
    if not 1 <= n_replications <= 1_000_000:
        raise InputError(f"replications: got {n_replications}, need 1 to 1,000,000")
    if seed is not None and not 0 <= seed < 2**63:
        raise InputError(f"seed: got {seed}, need 0 to 2^63 - 1")
    arms = tuple(_arm(design, name, seed, engine) for name in design.alternatives)
    return Plan(design.name, design.baseline, arms, n_replications, engine)


def versions() -> dict[str, str]:
    """Return what a result depends on besides its scenario: the model, Python, the libraries."""
    import platform

    found = {"magnet-runway": __version__, "model": model_version()}
    found["python"] = platform.python_version()
    found.update((name, metadata.version(name)) for name in _LIBRARIES)
    return found


@cache
def model_version() -> str:
    """Return 16 hexadecimal digits that change with any source that a result depends on."""
    digest = hashlib.sha256()
    top = resources.files("sim")
    for part in _MODEL_PARTS:
        for name, source in _sources(top / part, part):
            digest.update(name.encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:16]


def _sources(place: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Return names and contents of the sources below a place, in order of their names."""
    if place.is_file():
        return [(name, place.read_bytes().replace(b"\r\n", b"\n"))]
    found = []
    for item in sorted(place.iterdir(), key=lambda one: one.name):
        kept = not item.name.startswith(("__pycache__", "."))
        if kept and (item.is_dir() or item.name.endswith((".py", ".csv"))):
            found += _sources(item, f"{name}/{item.name}")
    return found


def _arm(design: Design, name: str, seed: int | None, engine: str) -> Arm:
    """Give an alternative its plain text and its key."""
    scenario = design.alternatives[name]
    resolved = plain(design.places.trees[name], Scenario, Faults())
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
        resolved["seed"] = seed
    if Scenario.model_validate(resolved) != scenario:
        raise InputError(f"alternative '{name}' is not what its text says; load the design again")
    # How many replications, and which baseline, are questions about a world, not parts of it.
    asked = {"replications", "baseline"}
    parts = {
        "format": FORMAT,
        "alternative": name,
        "seed": scenario.seed,
        "model": model_version(),
        "engine": engine,
        "scenario": json.loads(scenario.model_dump_json(by_alias=True, exclude=asked)),
    }
    overrides = tuple(_overrides(design.places.trees[name]))
    return Arm(name, key_of(parts), scenario, resolved, parts, overrides)


def key_of(parts: Mapping[str, Any]) -> str:
    """Return the key of an alternative: 16 hexadecimal digits of the SHA-256 of its parts."""
    return hashlib.sha256(canonical(parts)).hexdigest()[:16]


def _overrides(node: Node) -> Iterator[dict[str, Any]]:
    """Yield every value that does not stand in the scenario file itself, or what it extends."""
    if isinstance(node, Branch):
        for key, entry in node.entries.items():
            if not is_free(key):
                yield from _overrides(entry.node)
    elif isinstance(node, Series):
        for item in node.items:
            yield from _overrides(item)
    elif node.place.file.startswith("--"):
        yield {"path": node.path, "value": node.value, "origin": node.place.file}
    elif node.path.startswith("alternatives."):
        yield {"path": node.path, "value": node.value, "origin": "alternative"}


def _rows_per_run(scenario: Scenario) -> int:
    """Roughly count the rows of all tables of one run."""
    horizon = scenario.horizon
    observations = horizon // scenario.observe_every + 1
    weekly = 7 * DAY_S
    gaps = (
        lane.dispatch_every if isinstance(lane.dispatch_every, int) else weekly
        for lane in scenario.lanes.values()
    )
    shipments = sum(horizon // max(gap, 1) + 1 for gap in gaps)
    others = sum(
        stream.backlog + max(rate.per_day for rate in stream.rate) * horizon / DAY_S
        for stream in scenario.other_applicants.values()
    )
    return int(len(scenario.sites) * (observations + 3) + 2 * shipments + others)
