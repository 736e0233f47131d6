"""A worker process: reads tasks line by line, runs shards, answers line by line.

It is a program of its own, not a copy of its parent: a script or notebook that starts a batch needs
no guard, and nothing is inherited but the task. It ends when its input closes, and when nobody
reads its answers any more, so it cannot outlive the parent by more than one run.

In:  JSON lines: first `{"folder", "alternatives", "engine"}`, then one for each shard:
     `{"alternative", "key", "first", "skip"}`.
Out: JSON lines: `{"started": replication}` (null while writing), then `{"receipt": ...}` or
     `{"error": [kind, text]}`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from sim.errors import MagnetRunwayError
from sim.experiment.design import Shard
from sim.experiment.shard import Runner
from sim.experiment.worlds import Worlds
from sim.scenario import Scenario

__all__ = ["main", "serve"]


def serve(tasks: TextIO, answers: TextIO) -> None:
    """Work through tasks until there are no more.

    Parameters
    ----------
    tasks, answers : text streams
        As in the header of this module.
    """
    first = tasks.readline()
    if not first:
        return
    setup = json.loads(first)
    alternatives: Mapping[str, Any] = setup["alternatives"]
    worlds = Worlds(lambda name: Scenario.model_validate(alternatives[name]))
    runner = Runner(Path(setup["folder"]), worlds, setup["engine"])
    for line in tasks:
        task = json.loads(line)
        shard = Shard(task["alternative"], task["key"], task["first"])
        skip = {int(number): reason for number, reason in task["skip"].items()}
        try:
            receipt = runner.run(shard, skip, lambda number: _say(answers, {"started": number}))
        except MagnetRunwayError as error:
            _say(answers, {"error": [type(error).__name__, str(error)]})
        else:
            _say(answers, {"receipt": asdict(receipt)})


def _say(answers: TextIO, message: Mapping[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def main() -> None:
    """Serve on standard input and output; what a run prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    with suppress(AttributeError):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers, suppress(BrokenPipeError):
        serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
