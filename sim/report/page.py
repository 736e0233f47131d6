"""One page that holds everything: the answer, pictures with their tables, assumptions.

The page is one file: pictures are SVG inside it, nothing is fetched, and no script is needed.
Every name is text; the template escapes what is not made here.

In:  a comparison, its stored results, and the design.
Out: `report.html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import sim
from sim.data import figure, figure_keys
from sim.report import assumptions, page_tables
from sim.report.figures import (
    Picture,
    halt_curves_figure,
    halt_timeline_figure,
    licences_figure,
    network_figure,
    runway_figure,
    summary_figure,
)
from sim.report.inline import inline_svg
from sim.report.layout import date_text
from sim.report.names import Compared, Tables, alternative_labels
from sim.report.page_tables import PageTable
from sim.report.sentences import answer
from sim.report.settings import in_one_setting
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Designed", "Shown", "pictures_of", "write_page", "write_report_page"]

_UNIT = re.compile(r"(?<=\d) (%|days?\b)")


class Designed(Protocol):
    """What a report needs of a design: `sim.scenario.Design`, or its like."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def alternatives(self) -> Mapping[str, Scenario]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the page and the table beneath it."""

    name: str
    picture: Picture
    table: PageTable


def pictures_of(findings: Compared, results: Tables, design: Designed) -> tuple[Shown, ...]:
    """Every picture of a report, in the order of the page.

    Parameters
    ----------
    findings : Findings
        A comparison.
    results : Results
        The stored results that were compared.
    design : Design
        The scenarios that were run.

    Returns
    -------
    tuple of Shown
        `name` is also the file name of the picture.
    """
    scenario, one = design.alternatives[findings.baseline], in_one_setting(findings)
    mapped = _gated(scenario, design)
    halts = _halts(findings, results)
    stands = _most_telling(findings, halts)
    label = alternative_labels(findings)[stands]
    timeline = halt_timeline_figure(
        halts.assign(alternative=halts["alternative"].astype(str).replace(stands, label)),
        design.alternatives[stands], label, findings.n_runs,
    )  # fmt: skip
    return (
        Shown("summary", summary_figure(findings), page_tables.summary_table(findings)),
        Shown("halt_curves", halt_curves_figure(one), page_tables.curves_table(one)),
        Shown("runway", runway_figure(one, scenario), page_tables.runway_table(one)),
        Shown("halt_timeline", timeline, page_tables.plants_table(findings, halts, stands)),
        Shown("licences", licences_figure(one), page_tables.waits_table(one)),
        Shown("network", network_figure(mapped), page_tables.network_table(mapped)),
    )


def write_page(findings: Compared, results: Tables, design: Designed, folder: str | Path) -> Path:
    """Write `report.html` into a folder.

    Parameters
    ----------
    findings : Findings
        A comparison.
    results : Results
        The stored results that were compared.
    design : Design
        The scenarios that were run.
    folder : str or Path
        Made if it is missing.

    Returns
    -------
    Path
        Of the page.
    """
    pictures = pictures_of(findings, results, design)
    return write_report_page(findings, results, design, folder, pictures)


def write_report_page(
    findings: Compared,
    results: Tables,
    design: Designed,
    folder: str | Path,
    pictures: Sequence[Shown],
) -> Path:
    """Write the page with pictures that are drawn already; otherwise as `write_page`."""
    environment = Environment(
        loader=PackageLoader("sim.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    # A number and its unit stay on one line.
    environment.filters["joined"] = lambda text: _UNIT.sub("\u00a0\\1", text)
    scenario = design.alternatives[findings.baseline]
    labels = alternative_labels(findings)
    others = {name: other for name, other in design.alternatives.items() if name in labels}
    cited = assumptions.cited_figures(others)
    keys = {found.key for found in cited}
    text = environment.get_template("page.html.j2").render(
        title=scenario.title,
        question=scenario.question,
        note=scenario.note,
        findings=findings,
        baseline=labels[findings.baseline],
        first_day=date_text(findings.start, 0),
        last_day=date_text(findings.start, findings.horizon_days),
        seed=scenario.seed,
        version=sim.__version__,
        model=_model_version(),
        answer=answer(in_one_setting(findings), _halts(findings, results)),
        pictures=[
            (shown, Markup(inline_svg(shown.picture, shown.name, _description(shown))))  # noqa: S704
            for shown in pictures
        ],
        alternatives=[
            (labels[name], name, assumptions.differences(scenario, other))
            for name, other in others.items()
        ],
        rules=assumptions.rules(scenario),
        events=[
            (event.date.isoformat(), event.label, assumptions.source_spans(event.source))
            for event in sorted(scenario.events, key=lambda event: event.date)
        ],
        figures=[("Named by the scenario", cited)] if cited else [],
        other_figures=[figure(key) for key in figure_keys() if cited and key not in keys],
        range_text=assumptions.range_text,
        cut=lambda text: list(assumptions.cut_addresses(text)),
        structural=page_tables.structural_table(findings),
        costs=page_tables.costs_table(findings),
        desks={name: desk.setting for name, desk in scenario.desks.items()},
    )  # fmt: skip
    path = Path(folder) / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _description(shown: Shown) -> str:
    return f"{shown.picture.subtitle} {shown.picture.caption} The numbers are in the table beneath."


def _model_version() -> str:
    from sim.experiment.design import model_version

    return model_version()


def _halts(findings: Compared, results: Tables) -> pd.DataFrame:
    """Halts of the replications that were compared."""
    halts = results.table("halts")
    return halts[halts["replication"].isin(list(results.replications())[: findings.n_runs])]


def _gated(scenario: Scenario, design: Designed) -> Scenario:
    """Return the baseline, or if it has no gate the first alternative that has one."""
    scenarios = (scenario, *design.alternatives.values())
    return next((one for one in scenarios if one.gates), scenario)


def _most_telling(findings: Compared, halts: pd.DataFrame) -> str:
    """Return the baseline, or if nothing halts there the first alternative where a plant does."""
    halted = set(halts.loc[halts["kind"] == "plant", "alternative"])
    order = (findings.baseline, *findings.alternatives)
    return next((name for name in order if name in halted), findings.baseline)
