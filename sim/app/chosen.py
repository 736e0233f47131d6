"""A design cut down to some of its alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.errors import InputError, Problem, did_you_mean
from sim.scenario import Design

__all__ = ["known_alternative", "only"]


def known_alternative(design: Design, name: str) -> str:
    """Return the name if the design has such an alternative.

    Raises
    ------
    InputError
        Naming those that there are.
    """
    if name not in design.alternatives:
        names = ", ".join(design.alternatives)
        raise InputError(
            [
                Problem(
                    path="--alternative",
                    got=f"'{name}'",
                    need=f"need one of: {names}",
                    hint=did_you_mean(name, design.alternatives),
                    file="command line",
                    code="E_REF",
                )
            ]
        )
    return name


def only(design: Design, names: Sequence[str]) -> Design:
    """Return the design with the named alternatives alone; the baseline stays if it is among them.

    A name that has variants (values of a sweep, settings of a desk) stands for all of them.

    Raises
    ------
    InputError
        If a name is not an alternative of the design.
    """
    kept = {
        one: design.alternatives[one]
        for name in names
        for one in _variants(design, name) or [known_alternative(design, name)]
    }
    baseline = design.baseline if design.baseline in kept else next(iter(kept))
    return replace(design, alternatives=kept, baseline=baseline)


def _variants(design: Design, name: str) -> list[str]:
    return [one for one in design.alternatives if one.startswith(f"{name} [")]
