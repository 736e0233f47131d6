"""What `bench` measures, part by part.

In:  nothing but the program and this machine.
Out: rows (part, what, value, unit, target); targets are ratios, and None where there is none.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sim.app.bench.measure import Times, interleaved
from sim.app.bench.peers import heap_year, queue_year, simpy_year
from sim.app.bench.worlds import network
from sim.engine import simulate
from sim.engine.compiled.engine import Workbench, workbench
from sim.engine.compiled.library import kernel
from sim.model import build_model
from sim.outcomes import summarise
from sim.scenario import load_scenario
from sim.scenario.shipped import shipped_scenarios

__all__ = ["PARTS", "Row"]

_SIZES: Final = (10, 100, 1_000, 10_000)
_SIMPY_SIZES: Final = (10, 100)
_BARE_EVENTS: Final = 400_000
_LOADED: Final = "import sim.engine.compiled.engine"
_WARM: Final = f"{_LOADED}; from sim.engine.compiled.library import kernel; kernel()"


@dataclass(frozen=True)
class Row:
    """One figure.

    Parameters
    ----------
    part, what : str
    value : float
    unit : str
    at_least, at_most : float or None
        The target, where there is one.
    """

    part: str
    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.at_least is None and self.at_most is None:
            return None
        low, high = self.at_least, self.at_most
        return (low is None or self.value >= low) and (high is None or self.value <= high)


def scenario_2025() -> Iterator[Row]:
    """Compiled against SimPy on the shipped scenario, and what comes after a run."""
    tables = build_model(load_scenario(shipped_scenarios() / "april_2025.yaml"))
    bench, n_events = workbench(tables), simulate(tables, 0).n_events
    times = interleaved(
        {
            "compiled": lambda: bench.run(1),
            "simpy": lambda: simulate(tables, 1),
            "summarised": lambda: summarise(bench.run(1), "x"),
        },
        n_rounds=9,
    )
    part = "april_2025"
    yield from _medians(part, times)
    yield Row(part, "events in a run", n_events, "count")
    yield Row(part, "compiled, an event", _ns(times["compiled"], n_events), "ns")
    yield Row(part, "SimPy / compiled", times["simpy"].over(times["compiled"]), "x", at_least=150)
    both = times["summarised"].least_s
    yield Row(part, "runs a second, outcomes and all", 1 / both, "1/s")
    share = 1 - times["compiled"].least_s / both
    yield Row(part, "of which outcomes", 100 * share, "%")


def licence_year() -> Iterator[Row]:
    """A licence queue and one plant for a year: four ways to write it."""
    tables = build_model(queue_year())
    bench = workbench(tables)
    times = interleaved(
        {
            "compiled": lambda: bench.run(1),
            "SimPy engine": lambda: simulate(tables, 1),
            "plain SimPy": lambda: simpy_year(1),
            "heap loop in Python": lambda: heap_year(1),
        },
        n_rounds=11,
    )
    part = "licence year"
    yield from _medians(part, times)
    loop, plain = times["heap loop in Python"], times["plain SimPy"]
    ours = times["SimPy engine"].over(plain)
    yield Row(part, "loop / compiled", loop.over(times["compiled"]), "x", at_least=20)
    yield Row(part, "SimPy engine / plain SimPy", ours, "x", at_most=3)


def networks() -> Iterator[Row]:
    """Generated networks of 10 to 10,000 plants, beside a bare heap loop in the same engine."""
    part, ns = "networks", {}
    for n_plants in _SIZES:
        tables = build_model(network(n_plants))
        bench = workbench(tables)
        n_events = bench.run(1).n_events
        contenders: dict[str, Callable[[], object]] = {"compiled": partial(bench.run, 1, 0)}
        if n_plants in _SIMPY_SIZES:
            contenders["simpy"] = partial(simulate, tables, 1)
        times = interleaved(contenders, n_rounds=5)
        ns[n_plants] = _ns(times["compiled"], n_events)
        yield Row(part, f"{n_plants:,} plants, an event", ns[n_plants], "ns")
        if "simpy" in times:
            ratio = times["simpy"].over(times["compiled"])
            yield Row(part, f"{n_plants:,} plants, SimPy / compiled", ratio, "x")
    yield Row(part, "an event at 1,000 / at 100 plants", ns[1_000] / ns[100], "x", at_most=1.6)
    yield Row(part, "an event at 10,000 / at 100 plants", ns[10_000] / ns[100], "x", at_most=2.5)
    bare = _bare_ns(1_000)
    yield Row(part, "bare heap loop with 1,000 events waiting, an event", bare, "ns")
    yield Row(part, "an event at 100 plants / bare", ns[100] / bare, "x", at_most=3)


def threads() -> Iterator[Row]:
    """Runs a second of 60 plants on one thread and on two, each with a workbench of its own."""
    tables = build_model(network(60))
    benches = [workbench(tables) for _ in range(2)]
    n_runs = 60
    rates = {}
    for n_threads in (1, 2):
        rates[n_threads] = max(_rate(benches[:n_threads], n_runs) for _ in range(3))
        yield Row("threads", f"runs a second of 60 plants, {n_threads}", rates[n_threads], "1/s")
    yield Row("threads", "one thread", rates[1], "1/s", at_least=150)
    yield Row("threads", "two / one", rates[2] / rates[1], "x", at_least=1.75)


def starts() -> Iterator[Row]:
    """What a first compile, and a start with the kernel kept, add to a start; CPU time."""
    empty = min(_child_cpu_s(_LOADED) for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        cold = _child_cpu_s(_WARM, folder) - empty
        warm = min(_child_cpu_s(_WARM, folder) for _ in range(3)) - empty
    yield Row("starts", "first compile, CPU", cold, "s", at_most=10)
    yield Row("starts", "start with the kernel kept, CPU", warm, "s", at_most=0.5)


def memory() -> Iterator[Row]:
    """Peak memory of many replications of a batch, over that of few."""
    peaks = {}
    for n_runs in (100, 10_000):
        peaks[n_runs] = _peak_mb(n_runs)
        yield Row("memory", f"peak of {n_runs:,} replications", peaks[n_runs], "MB")
    yield Row("memory", "10,000 / 100", peaks[10_000] / peaks[100], "x", at_most=1.2)


PARTS: Final[Mapping[str, Callable[[], Iterator[Row]]]] = {
    "scenario": scenario_2025,
    "licence_year": licence_year,
    "networks": networks,
    "threads": threads,
    "starts": starts,
    "memory": memory,
}


def _medians(part: str, times: Mapping[str, Times]) -> Iterator[Row]:
    for name, found in times.items():
        yield Row(part, f"{name}, median", 1e3 * found.median_s, "ms")


def _ns(times: Times, n_events: int) -> float:
    return 1e9 * times.least_s / n_events


def _rate(benches: list[Workbench], n_runs: int) -> float:
    """Return runs a second by the clock, so many runs on each bench, a thread for each."""

    def work(bench: Workbench) -> None:
        for replication in range(n_runs):
            bench.run(replication, 0)

    begins = time.perf_counter()
    with ThreadPoolExecutor(len(benches)) as pool:
        list(pool.map(work, benches))
    return len(benches) * n_runs / (time.perf_counter() - begins)


def _bare_ns(n_waiting: int) -> float:
    """Return nanoseconds an event of the calendar alone, with so many events on it."""
    bench, run = workbench(build_model(network(10))), kernel("bare")
    bench.enlarge("events", 2 * n_waiting + 64)
    taken = []
    for _ in range(5):
        bench.begin(0)
        bench.world["t"], bench.world["row"] = n_waiting, _BARE_EVENTS
        bench.world["horizon"] = 1 << 31
        begins = time.process_time()
        run(bench.world.ctypes.data)
        taken.append(time.process_time() - begins)
    return 1e9 * min(taken) / _BARE_EVENTS


def _child_cpu_s(code: str, cache: str | None = None) -> float:
    """Return the CPU time of a Python process that runs a line."""
    environment = dict(os.environ) | ({} if cache is None else {"MAGNET_RUNWAY_CACHE": cache})
    home = str(Path(__file__).resolve().parents[3])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - our own line under this very Python
        [sys.executable, "-c", code], env=environment | {"PYTHONPATH": home}, check=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


_BATCH: Final = """
import resource, sys, tempfile
from pathlib import Path
from sim.app.bench.peers import queue_design
from sim.experiment import run_design
with tempfile.TemporaryDirectory() as folder:
    run_design(queue_design(), int(sys.argv[1]), 1, folder + "/results")
status = Path("/proc/self/status")  # what getrusage says includes the process that forked
told = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
print(told or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak_mb(n_runs: int) -> float:
    """Return the peak memory of a process that runs a batch by itself."""
    home = str(Path(__file__).resolve().parents[3])
    done = subprocess.run(  # noqa: S603 - our own lines under this very Python
        [sys.executable, "-c", _BATCH, str(n_runs)], capture_output=True, text=True, check=True,
        env=dict(os.environ) | {"PYTHONPATH": home},
    )  # fmt: skip
    return int(done.stdout) / 1024
