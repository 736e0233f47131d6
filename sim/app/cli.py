"""The command line: every command, its options, and what it ends with.

Results and `--json` go to stdout, everything else to stderr. Exit codes: 0 done; 1 internal error;
2 bad usage or bad input; 3 some replications failed; 4 storage error; 5 refused; 6 damaged results;
7 a check failed; 75 results in use by another process; 130 and 143 interrupted.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import click

import sim
from sim.columns import COMPARISON_TABLES
from sim.errors import MagnetRunwayError

__all__ = ["command_line", "main"]

_RESULTS = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(sim.__version__, "--version", prog_name="magnet-runway")
@click.option("--debug", is_flag=True, expose_value=False,
              help="Show a traceback when something goes wrong.")  # fmt: skip
def command_line() -> None:
    """Say when production halts, for how long, and because of which licence decision."""


def _overrides_option(command: Any) -> Any:
    return click.option(
        "--set", "overrides", multiple=True, metavar="PATH=VALUE",
        help="Override one value, such as desks.mofcom.setting=unlimited.",
    )(command)  # fmt: skip


def _scenario_options(command: Any) -> Any:
    argument = click.argument("file", type=click.Path(path_type=Path))
    return argument(_overrides_option(command))


def _batch_options(command: Any) -> Any:
    options = (
        click.option("-n", "--replications", type=click.IntRange(1, 1_000_000),
                     help="Replications of every alternative [the scenario's]."),
        click.option("-j", "--workers", type=click.IntRange(1, 1024),
                     help="Worker processes [all cores]."),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed [the scenario's]."),
        click.option("-a", "--alternative", "alternatives", multiple=True,
                     help="Only this alternative; may be repeated."),
        click.option("--desks", type=click.Choice(["queue", "unlimited", "bare_minimum", "all"]),
                     help="Setting of every licence desk; all: each in turn, to see how much "
                     "depends on it [the scenario's]."),
        click.option("--engine", type=click.Choice(["compiled", "simpy"]),
                     help="What runs the model; results are the same [compiled]."),
        click.option("--sweep", "sweeps", multiple=True, metavar="PATH=V1,V2,...",
                     help="An alternative for each value; with several, each combination."),
        click.option("--results", type=_RESULTS, default=Path("results"), show_default=True,
                     help="Where results are kept; the same command resumes there."),
        click.option("--allow-large", is_flag=True,
                     help="Run a plan that is larger than the disk, or very long."),
        click.option("--cluster", metavar="ADDRESS",
                     help="Run on a Dask cluster: local, tls://host:port, tcp://127.0.0.1:port."),
        click.option("--trust-network", is_flag=True,
                     help="Let --cluster tcp:// lead to another machine, unencrypted."),
        click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def _asked(options: dict[str, Any]) -> Any:
    """Return the options of a batch; a frozen record that is loaded late."""
    from sim.app.options import Options

    return Options.of(**options)


@command_line.command()
@click.option("--results", type=_RESULTS, default=Path("results"), show_default=True)
@click.option("-n", "--replications", type=click.IntRange(1, 1_000_000), default=50,
              show_default=True, help="Replications of every alternative.")  # fmt: skip
@click.option("-j", "--workers", type=click.IntRange(1, 1024), help="Worker processes [all cores].")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def demo(results: Path, replications: int, workers: int | None, quiet: bool) -> None:
    """Run the shipped policies of 2025 and show table, report and figures."""
    from sim.app.batch import demo_batch

    demo_batch(results, replications, workers, quiet=quiet)


@command_line.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_overrides_option
@click.option("--resolved", is_flag=True, help="Print the merged file with each key's origin.")
@click.option("-a", "--alternative", help="With --resolved: which alternative [the baseline].")
def check(
    files: tuple[Path, ...], overrides: tuple[str, ...], resolved: bool, alternative: str | None
) -> None:
    """Check scenario files, or all files in a folder; every fault, with file, line and column."""
    from sim.app.checking import check_files

    click.echo(check_files(files, overrides, resolved=resolved, alternative=alternative))


@command_line.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_overrides_option
@_batch_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--csv", "csv_folder", type=_RESULTS, help="Export every table as CSV there.")
@click.option("--dry-run", is_flag=True, help="Say what would be run, and run nothing.")
@click.option("--why", is_flag=True, help="Say which part of a key changed since the last run.")
def run(
    files: tuple[Path, ...],
    as_json: bool,
    csv_folder: Path | None,
    dry_run: bool,
    why: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Run scenario files, or all files in a folder, and summarise halts."""
    from sim.app.batch import run_files

    run_files(files, _asked(options), as_json=as_json, csv_folder=csv_folder, dry_run=dry_run,
              why=why, quiet=quiet)  # fmt: skip


@command_line.command()
@_scenario_options
@_batch_options
@click.option("--baseline", help="Alternative to compare with [the scenario's].")
@click.option("--level", type=click.Choice(["sector", "country", "site"]), default="sector",
              show_default=True)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the paired differences as JSON.")
@click.option("--table", type=click.Choice(tuple(COMPARISON_TABLES)), default="paired",
              show_default=True, help="With --json: which table.")  # fmt: skip
def compare(
    file: Path,
    baseline: str | None,
    level: str,
    as_json: bool,
    table: str,
    quiet: bool,
    **options: Any,
) -> None:
    """Compare every alternative with the baseline, run by run under the same luck."""
    from sim.app.batch import run_file
    from sim.app.comparing import show_comparison

    study = run_file(file, _asked(options), quiet=quiet)
    show_comparison(study, baseline, level, json_table=table if as_json else None)


@command_line.group()
def plot() -> None:
    """Draw one figure."""


@plot.command("runway")
@_scenario_options
@_batch_options
@click.option("--by", type=click.Choice(["sector", "site"]), default="sector", show_default=True)
@click.option("--name", "names", multiple=True, help="Only this sector or plant; repeatable.")
@click.option("--out", type=_RESULTS,
              help="Folder for runway.png and .svg [report, beside the results].")  # fmt: skip
def plot_runway(
    file: Path, by: str, names: tuple[str, ...], out: Path | None, quiet: bool, **options: Any
) -> None:
    """Plot inventory runway by date, and print how long it is: median, 10 to 90 %, lowest."""
    from sim.app.batch import run_file
    from sim.app.runway import show_runway

    show_runway(run_file(file, _asked(options), quiet=quiet), by, names, out)


@command_line.command()
@_scenario_options
@_batch_options
def report(file: Path, quiet: bool, **options: Any) -> None:
    """Draw every figure and write the HTML report."""
    from sim.app.batch import run_file, write_report

    for path in write_report(run_file(file, _asked(options), quiet=quiet)):
        click.echo(path)


@command_line.command()
@_scenario_options
@click.option("-a", "--alternative", help="Which alternative [the first].")
@click.option("-r", "--replication", type=click.IntRange(0, 2**32 - 1), default=0,
              show_default=True)  # fmt: skip
def walk(file: Path, overrides: tuple[str, ...], alternative: str | None, replication: int) -> None:
    """Follow one run through every hand-off of the pipeline, as text."""
    from sim.app.chosen import known_alternative
    from sim.app.walk import walk as parts
    from sim.scenario import load_design

    design = load_design(file, overrides)
    name = known_alternative(design, alternative or next(iter(design.alternatives)))
    for part in parts(design, name, replication):
        click.echo(part + "\n")


@command_line.command()
@click.argument("plant")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUE",
    help="Override one value, as for run.",
)
@click.option("-a", "--alternative", help="Which alternative [the scenario's baseline].")
@click.option(
    "-r", "--replication", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True
)
@click.option(
    "--halt",
    "number",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Which of its halts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the same facts as JSON.")
def why(plant: str, scenario: Path | None, as_json: bool, **options: Any) -> None:
    """Report why PLANT halted: what ran out, which licence, which rule; runs it again.

    SCENARIO is a scenario file [the policies of 2025 that demo runs].
    """
    from sim.app.why import explain

    click.echo(explain(plant, scenario, as_json=as_json, **options))


@command_line.command()
@click.argument("sql")
@click.option("--results", type=_RESULTS, default=Path("results"), show_default=True,
              help="A results folder, or the folder that holds just one.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print rows as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print rows as CSV.")
def query(sql: str, results: Path, as_json: bool, as_csv: bool) -> None:
    """Ask tables in SQL: runs, halts, causes, runway, licences, shipments, service, costs."""
    from sim.app.asking import answer

    click.echo(answer(sql, results, as_json=as_json, as_csv=as_csv))


@command_line.command()
@click.option("--results", type=_RESULTS, default=Path("results"), show_default=True,
              help="A results folder, or the folder that holds several.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
def gc(results: Path, yes: bool, dry_run: bool) -> None:
    """Remove stored blocks that no results refer to any more."""
    from sim.app.collecting import collect_garbage

    collect_garbage(results, yes=yes, dry_run=dry_run)


@command_line.command()
@click.argument("rows", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def verify(rows: tuple[str, ...], as_json: bool) -> None:
    """Run the verification table (or the named ROWS), or check the results folder named."""
    from sim.app.verifying import verify_folder, verify_rows

    if len(rows) == 1 and Path(rows[0]).is_dir():
        click.echo(verify_folder(Path(rows[0])))
    else:
        verify_rows(rows, as_json=as_json)


@command_line.command("bench")
@click.argument(
    "parts",
    nargs=-1,
    type=click.Choice(["scenario", "licence_year", "networks", "threads", "starts", "memory"]),
)
@click.option("--results", type=_RESULTS, default=Path("results/bench"), show_default=True,
              help="Folder for bench.json.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def bench_engines(parts: tuple[str, ...], results: Path, as_json: bool, quiet: bool) -> None:
    """Measure the engines one against another: all PARTS take a few minutes."""
    from sim.app.bench.show import bench

    bench(parts, results, as_json=as_json, quiet=quiet)


@command_line.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the test suite; further arguments go to pytest."""
    from sim.app.testing import run_tests

    run_tests(arguments)


def main() -> int:
    """Run the command line and return its exit code; no traceback without --debug."""
    debug = "--debug" in sys.argv
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    try:
        code = command_line.main(standalone_mode=False)
    except click.exceptions.Abort:
        return _say("interrupted; the same command goes on where it stopped", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        return _say("interrupted; the same command goes on where it stopped", 130)
    except _Terminated:
        return _say("terminated; the same command goes on where it stopped", 143)
    except MagnetRunwayError as error:
        if debug:
            raise
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if debug:
            raise
        told = f"internal error: {type(error).__name__}: {error}"
        return _say(f"{told}\nrun the same command with --debug before it to see where", 1)
    return code if isinstance(code, int) else 0


class _Terminated(BaseException):
    """The system asked this process to end; whatever is open is closed on the way out."""


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _say(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
