"""Policies that a user writes in Python: they look at a run as it goes, and switch triggers.

Everything that can change in a run stands in the scenario already, and hangs on triggers. So a
policy decides one thing only, which triggers are on; in the scenario these say `when: policy`:

    class Talks:
        every = 7                                    # days between its steps, from the start on

        def step(self, view):
            return {"talks": len(view.halted(kind="plant")) > 2}

    simulate(tables, 0, policy=Talks)

A step is the last thing that happens in its second, before stocks are observed. What is switched on
fires then and there and takes effect as any trigger does: `after` its lag, a second later at least,
for as long as it `lasts`, or until it is switched off again. A trigger that a step does not name
stays as it is. The factory (here: the class) makes a policy for each replication, so that nothing
is remembered from one to the next.

With a method `begin(beside)` a policy may also start SimPy processes that step when they like, in
whole seconds; `beside` is their environment, has the `view`, and takes `switch({...})`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

import numpy as np
import simpy
from simpy.events import Event

from sim.engine.trace import Trace
from sim.engine.view import Seen, View
from sim.errors import PolicyError, did_you_mean
from sim.units import DAY_S

__all__ = ["Beside", "Policy", "PolicyFactory", "Stepped", "View", "steer"]


class Policy(Protocol):
    """What a user writes; `every` is in days."""

    @property
    def every(self) -> float:
        """Days between steps; the first is at the start."""
        ...

    def step(self, view: View) -> Mapping[str, bool]:
        """Look at the run, and say which triggers are on (True) or off (False) from now."""
        ...


PolicyFactory = Callable[[], Policy]
"""Makes a policy for one replication: its class, or any function without arguments."""


class Stepped(Seen, Protocol):
    """A run of either engine that stops where a policy takes its steps."""

    def advance(self, second: int, switches: Mapping[int, bool]) -> None:
        """Switch triggers now, then run to a policy's place in a later second."""
        ...

    def finish(self, switches: Mapping[int, bool]) -> Trace:
        """Switch triggers now, then run to the horizon."""
        ...


class Beside(simpy.Environment):
    """SimPy processes beside a run, which is advanced to `peek()` before each of their steps.

    Its time is in whole seconds since the scenario's start.

    Parameters
    ----------
    run : Stepped
    policy : Policy

    Attributes
    ----------
    view : View
        What they see of the run.
    """

    def __init__(self, run: Stepped, policy: Policy) -> None:
        super().__init__(initial_time=0)
        self.view = View(run)
        self._run = run
        self._policy = policy
        self._reached = -1
        self._on: set[int] = set()
        self._switches: dict[int, bool] = {}
        self._failure: PolicyError | None = None
        triggers = run.tables.triggers
        self._number = {triggers.name[g]: g for g in triggers.switched}

    def steps(self, every_s: int) -> Generator[Event, None, None]:
        """Start what the policy has beside, and let it step."""
        try:
            if hasattr(self._policy, "begin"):
                self._policy.begin(self)
            while True:
                self.switch(self._policy.step(self.view))
                yield self.timeout(every_s)
        except Exception as error:
            self._failure = self._named(error)  # SimPy raises a copy of what a process raises
            raise self._failure from error

    def switch(self, answer: Mapping[str, bool]) -> None:
        """Have triggers on or off from now; those that are not named stay as they are.

        Raises
        ------
        PolicyError
            If the answer is not a mapping of names of a policy's triggers to True or False.
        """
        if not isinstance(answer, Mapping):
            raise PolicyError(
                f"a step returned {type(answer).__name__}, need a mapping of trigger names to "
                "True or False; {} changes nothing"
            )
        for name, on in answer.items():
            if name not in self._number:
                raise PolicyError(self._unknown(name))
            if not isinstance(on, bool | np.bool_):
                raise PolicyError(f"trigger '{name}': got {on!r}, need True or False")
            self._switches[self._number[name]] = bool(on)

    def _unknown(self, name: object) -> str:
        if name in self._run.tables.triggers.name:
            return f"trigger '{name}' watches a quantity: only `when: policy` can be switched"
        known = ", ".join(f"'{one}'" for one in self._number) or "none"
        hint = did_you_mean(str(name), self._number)
        return f"no trigger '{name}' with `when: policy`; there is {known}" + (
            f" ({hint})" if hint else ""
        )

    def step(self) -> None:
        """Advance the run to the next step of a process, and let the process take it.

        Raises
        ------
        PolicyError
            If it fails, with the day and the replication.
        """
        second = self.peek()
        if second > self._reached:
            if second != int(second):
                raise PolicyError(f"a process waits until second {second!r}: need whole seconds")
            self._run.advance(int(second), self.changes())
            self._reached = int(second)
        try:
            super().step()
        except Exception as error:
            if self._failure is not None:
                raise self._failure from self._failure.__cause__
            raise self._named(error.__cause__ or error) from error

    def changes(self) -> dict[int, bool]:
        """Hand over what is to be switched by now: triggers G that are not so already."""
        changes = {g: on for g, on in sorted(self._switches.items()) if on != (g in self._on)}
        self._on = {g for g in self._on | set(changes) if changes.get(g, True)}
        self._switches = {}
        return changes

    def _named(self, error: BaseException) -> PolicyError:
        """Return what to raise for an error in a user's code: with the day and the replication."""
        told = f"{type(error).__name__}: {error}"
        if isinstance(error, PolicyError):
            told = error.problems[0].need
        return PolicyError(
            f"policy {type(self._policy).__name__}, day {self.view.day:g} ({self.view.date}) of "
            f"replication {self._run.replication}: {told}"
        )


def steer(run: Stepped, factory: PolicyFactory) -> Trace:
    """Run to the horizon with a policy.

    Parameters
    ----------
    run : Stepped
        At second 0, before anything has happened.
    factory : callable
        Makes the policy.

    Raises
    ------
    PolicyError
        If the policy cannot be made, fails, or answers what cannot be.
    """
    policy = _made(factory, run.replication)
    beside = Beside(run, policy)
    beside.process(beside.steps(_every_s(policy)))
    while beside.peek() < run.tables.horizon_s:
        beside.step()
    return run.finish(beside.changes())


def _made(factory: PolicyFactory, replication: int) -> Policy:
    try:
        policy: Any = factory()
    except Exception as error:
        raise PolicyError(
            f"making the policy of replication {replication}: {type(error).__name__}: {error}"
        ) from error
    if not callable(getattr(policy, "step", None)) or not hasattr(policy, "every"):
        raise PolicyError(
            f"policy: got {type(policy).__name__} from the factory, need an object with `every` "
            "and `step(view)`; a factory is a class, or a function that makes a policy"
        )
    return policy  # type: ignore[no-any-return]


def _every_s(policy: Policy) -> int:
    """Return the time between two steps [s]."""
    every: object = policy.every
    if isinstance(every, bool) or not isinstance(every, int | float) or not math.isfinite(every):
        raise PolicyError(f"policy: every is {every!r}, need a number of days")
    seconds = round(every * DAY_S)
    if seconds < 1:
        raise PolicyError(f"policy: every is {every!r} days, need a second at least")
    return seconds
