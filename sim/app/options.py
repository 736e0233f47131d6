"""What can be asked of a batch, the same on the command line and from Python."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.engine.policies import PolicyFactory
    from sim.experiment.cluster import Cluster

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How scenario files are to be run; as written in them, unless something is said here.

    Parameters
    ----------
    replications : int, optional
        For every alternative; whole shards of 25 are run.
    alternatives : tuple of str
        Only these; the name of one in several variants stands for all of them.
    overrides : tuple of str
        `path=value`, laid over every alternative.
    sweeps : tuple of str
        `path=value,value`: an alternative for each value, with several for each combination.
    desks : str
        queue, unlimited or bare_minimum for every licence desk, `all` for each in turn.
    seed : int, optional
    workers : int, optional
        Processes; default: one for each core.
    results : Path
        Where results are kept: one folder for each design, and one beside it for each choice of
        alternatives, overrides, sweeps, desks and seed.
    allow_large : bool
        Whether a plan may be larger than the disk, 20 million rows of sites or 200 alternatives.
    cluster : Cluster, optional
        Where shards are run instead of here.
    engine : str
        compiled or simpy; default: compiled, unless something in the scenario is in its way.
    policy : callable, optional
        Makes a policy written in Python for every run; from Python only.
    """

    replications: int | None = None
    alternatives: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    desks: str = ""
    seed: int | None = None
    workers: int | None = None
    results: Path = Path("results")
    allow_large: bool = False
    cluster: Cluster | None = None
    engine: str = ""
    policy: PolicyFactory | None = None

    def folder(self, design: str) -> Path:
        """Return the results folder of a design, with a short digest if not run as written."""
        chosen = [self.alternatives, self.overrides, self.sweeps, self.desks]
        if not any(chosen) and self.seed is None:
            return self.results / design
        digest = sha256(json.dumps([*chosen, self.seed]).encode()).hexdigest()
        return self.results / f"{design}-{digest[:8]}"

    @classmethod
    def of(
        cls,
        *,
        cluster: str | None,
        trust_network: bool,
        desks: str | None,
        engine: str | None,
        **asked: Any,
    ) -> Options:
        """Return options from what the command line was given.

        Raises
        ------
        InputError, Refused
            If the cluster has no address that may be used.
        """
        where = None
        if cluster is not None:
            from sim.experiment.cluster import Cluster

            where = Cluster(cluster, trust_network)
            where.refuse_if_open()
        return cls(cluster=where, desks=desks or "", engine=engine or "", **asked)
