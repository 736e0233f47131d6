"""The network as a map in tiers: magnet makers left, component makers, plants right.

In:  a `Scenario`.
Out: a picture; a line is a lane, as wide as the magnets it is planned to carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.model.gates import desks_by_lane
from sim.report.layout import Sheet, fitted, spread, text_width
from sim.report.legend import patch_legend
from sim.report.names import country_label, group_label, in_order
from sim.report.style import INK, MUTED, PAPER, SIZE, Picture, styled
from sim.scenario.schema import Scenario, Site

__all__ = ["Flow", "Node", "network_figure", "network_flows"]

_WIDTH = 10.0
_PITCH = 0.215
_MOST_SITES = 80
_TIERS = ("magnet_maker", "component_maker", "plant")
_TIER_TITLES = ("Magnet makers", "Component makers", "Plants")
_DESK_COLOURS = ("#d55e00", "#e69f00", "#7a2f5f", "#009e73")
_FREE = "#8aa9bd"
_GRAMS_A_DAY_TO_TONNES_A_YEAR = 365.25 / 1e6


@dataclass(frozen=True, slots=True)
class Node:
    """A site, or all sites of one kind, country and sector (or item, for magnet makers)."""

    label: str
    kind: str
    country: str
    sector: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Lanes between two nodes under the same desks, and the magnets they are planned to carry.

    Parameters
    ----------
    source, target : str
        Keys of nodes.
    desks : tuple of str
        Authorities whose licence the lanes can need at some date; empty: none.
    tonnes_per_year : float
        Magnets, those inside components included.
    n_lanes : int
        Lanes it stands for.
    """

    source: str
    target: str
    desks: tuple[str, ...]
    tonnes_per_year: float
    n_lanes: int


def network_figure(scenario: Scenario) -> Picture:
    """Tiered map of who supplies whom, with the lanes that need a licence marked.

    Parameters
    ----------
    scenario : Scenario
        With up to 80 sites each is drawn; above, those of one country and sector together.

    Returns
    -------
    Picture
        A matplotlib figure.
    """
    together = len(scenario.sites) > _MOST_SITES
    nodes, flows = network_flows(scenario, together=together)
    with styled():
        return _drawn(scenario, nodes, flows, together)


def network_flows(
    scenario: Scenario, *, together: bool = False
) -> tuple[dict[str, Node], list[Flow]]:
    """Nodes and flows of the map.

    Parameters
    ----------
    together : bool
        Join sites of one kind, country and sector (magnet makers: country and item).

    Returns
    -------
    dict of str to Node
        In the order of the file.
    list of Flow
        The widest first.
    """
    keys, nodes = {}, {}
    for name, site in scenario.sites.items():
        what = (
            site.makes if site.kind == "magnet_maker" else group_label("sector", site.sector or "")
        )
        label = f"{country_label(site.country)}, {what}" if together else name
        keys[name] = f"{site.kind}|{label}" if together else name
        nodes[keys[name]] = Node(label, site.kind, site.country, site.sector or "")
    content = _magnet_grams(scenario)
    found: dict[tuple[str, str, tuple[str, ...]], Flow] = {}
    desks_of = desks_by_lane(scenario)
    for name, lane in scenario.lanes.items():
        supplier, customer = scenario.sites[lane.supplier], scenario.sites[lane.customer]
        line = customer.bill.get(supplier.makes)
        used = 0.0 if line is None else float(customer.output_per_day) * float(line.per_unit)
        grams = used * lane.share * content[supplier.makes]
        desks = tuple(sorted(desks_of[name]))
        key = (keys[lane.supplier], keys[lane.customer], desks)
        flow = found.get(key, Flow(*key, 0.0, 0))
        tonnes = flow.tonnes_per_year + grams * _GRAMS_A_DAY_TO_TONNES_A_YEAR
        found[key] = replace(flow, tonnes_per_year=tonnes, n_lanes=flow.n_lanes + 1)
    return nodes, sorted(
        found.values(), key=lambda flow: (-flow.tonnes_per_year, flow.source, flow.target)
    )


def _magnet_grams(scenario: Scenario) -> dict[str, float]:
    """Grams of magnet in one gram or piece of each item, the mean over those who make it."""
    makers: dict[str, list[Site]] = {}
    for site in scenario.sites.values():
        makers.setdefault(site.makes, []).append(site)

    def content(item: str, above: frozenset[str]) -> float:
        if scenario.items[item].kind == "magnet":
            return 1.0
        sites = makers.get(item, [])
        total = sum(float(site.output_per_day) for site in sites)
        if item in above or not total:
            return 0.0
        return sum(
            float(site.output_per_day)
            / total
            * float(line.per_unit)
            * content(part, above | {item})
            for site in sites
            for part, line in site.bill.items()
        )

    return {item: content(item, frozenset()) for item in scenario.items}


def _drawn(
    scenario: Scenario, nodes: Mapping[str, Node], flows: Sequence[Flow], together: bool
) -> Picture:
    places = _places(nodes, flows)
    tallest = max(len(column) for column in places.values())
    height = max(tallest * _PITCH, 1.2)
    first = {gate.desk: n for n, gate in reversed(list(enumerate(scenario.gates.values())))}
    gated = sorted(
        {flow.desks for flow in flows if flow.desks}, key=lambda d: [first[x] for x in d]
    )
    combinations = [" and ".join(desks) for desks in gated]
    colours = {desks: _DESK_COLOURS[n % len(_DESK_COLOURS)] for n, desks in enumerate(combinations)}
    legend = patch_legend(
        [("no licence needed", _FREE),
         *((f"can need a licence: {desks}", colour) for desks, colour in colours.items())],
        _WIDTH - 0.3,
    )  # fmt: skip
    sheet = Sheet(
        _WIDTH, legend.height + 0.5 + height + 0.1, "Who supplies whom",
        "Lines are lanes, as wide as the square root of the magnets they are planned to carry.",
        _caption(scenario, flows, together),
    )  # fmt: skip
    legend.draw(sheet, 0.15, 0.0)
    axes = sheet.panel(0.15, legend.height + 0.45, _WIDTH - 0.3, height)
    axes.set_axis_off()
    axes.set_xlim(0.0, _WIDTH - 0.3)
    axes.set_ylim(height, 0.0)
    columns = _columns(nodes)
    for tier, title in zip(_TIERS, _TIER_TITLES, strict=True):
        side = {"magnet_maker": "right", "component_maker": "left", "plant": "left"}[tier]
        if places[tier]:
            axes.annotate(title, (columns[tier], 0.0), xytext=(0, 8), textcoords="offset points",
                          ha=side, va="bottom", weight="bold", size=SIZE.subtitle,
                          annotation_clip=False)  # fmt: skip
    at = {key: (columns[tier], y * height) for tier in _TIERS for key, y in places[tier].items()}
    _draw_flows(axes, flows, at, colours)
    _draw_nodes(axes, nodes, at, columns)
    return sheet.picture


def _columns(nodes: Mapping[str, Node]) -> dict[str, float]:
    """Horizontal place of each tier [inches], with room for the labels at both sides."""

    def room(kind: str, most: float) -> float:
        labels = [node.label for node in nodes.values() if node.kind == kind]
        widest = max((text_width(label, SIZE.small) for label in labels), default=0.5)
        title = text_width(_TIER_TITLES[_TIERS.index(kind)], SIZE.subtitle, bold=True)
        return min(most, max(widest, title))

    left = room("magnet_maker", 2.3) + 0.2
    right = _WIDTH - 0.3 - room("plant", 2.6) - 0.2
    middle = left + max(0.4 * (right - left), right - left - room("component_maker", 2.2) - 1.3)
    return {"magnet_maker": left, "component_maker": middle, "plant": right}


def _places(nodes: Mapping[str, Node], flows: Sequence[Flow]) -> dict[str, dict[str, float]]:
    """Height of every node by tier, 0 at the top to 1: plants by country, suppliers beside them."""
    plants = [key for key, node in nodes.items() if node.kind == "plant"]
    countries = in_order(nodes[key].country for key in plants)
    plants.sort(key=lambda key: countries.index(nodes[key].country))
    n_rows = max(len(plants), *(sum(n.kind == kind for n in nodes.values()) for kind in _TIERS), 1)
    step = 1 / n_rows
    places: dict[str, dict[str, float]] = {
        "plant": {key: (n + 0.5) / max(len(plants), 1) for n, key in enumerate(plants)}
    }
    known = dict(places["plant"])
    for tier in ("component_maker", "magnet_maker"):
        mine = [key for key, node in nodes.items() if node.kind == tier]
        wanted = [_beside(key, flows, known) for key in mine]
        least = step if tier == "component_maker" else max(step, min(0.09, 0.9 / max(len(mine), 1)))
        found = spread(wanted, least, step / 2, 1 - step / 2)
        places[tier] = dict(zip(mine, found.tolist(), strict=True))
        known |= places[tier]
    return places


def _beside(key: str, flows: Sequence[Flow], known: Mapping[str, float]) -> float:
    """Mean height of what a node supplies; the square root keeps one giant from deciding alone."""
    ends = [(known[f.target], f.tonnes_per_year**0.5 + 1e-9) for f in flows
            if f.source == key and f.target in known]  # fmt: skip
    if not ends:
        return 0.5
    return float(np.average([y for y, _ in ends], weights=[weight for _, weight in ends]))


def _draw_flows(axes: Axes, flows: Sequence[Flow], at: Mapping[str, tuple[float, float]],
                colours: Mapping[str, str]) -> None:  # fmt: skip
    most = max((flow.tonnes_per_year for flow in flows), default=0.0) or 1.0
    for flow in flows:
        (x0, y0), (x1, y1) = at[flow.source], at[flow.target]
        bend = max((x1 - x0) * 0.5, 0.3)
        path = Path([(x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)],
                    [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])  # fmt: skip
        colour = colours.get(" and ".join(flow.desks), _FREE)
        axes.add_patch(
            PathPatch(path, facecolor="none", edgecolor=colour, capstyle="butt",
                      alpha=0.75 if flow.desks else 0.6, zorder=2 if flow.desks else 1,
                      linewidth=0.5 + 6.5 * (flow.tonnes_per_year / most) ** 0.5)
        )  # fmt: skip


def _draw_nodes(axes: Axes, nodes: Mapping[str, Node], at: Mapping[str, tuple[float, float]],
                columns: Mapping[str, float]) -> None:  # fmt: skip
    box = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 0.8}
    last = ""
    for key, (x, y) in at.items():
        node = nodes[key]
        axes.add_patch(
            Rectangle((x - 0.04, y - 0.06), 0.08, 0.12, facecolor=INK, linewidth=0, zorder=4)
        )
        if node.kind == "plant":
            label = fitted(node.label, _WIDTH - 0.3 - columns["plant"] - 0.12, SIZE.small, 1)
            axes.text(x + 0.1, y, label, size=SIZE.small, ha="left", va="center", zorder=5)
            if last and node.country != last:
                axes.plot([x - 0.12, _WIDTH - 0.3], [y - _PITCH / 2] * 2, color=MUTED,
                          linewidth=0.5, alpha=0.6)  # fmt: skip
            last = node.country
            continue
        if node.kind == "magnet_maker":
            label = fitted(node.label, columns["magnet_maker"] - 0.12, SIZE.small, 1)
            axes.text(x - 0.1, y, label, size=SIZE.small, ha="right", va="center", zorder=5)
        else:
            label = fitted(node.label, columns["plant"] - x - 0.4, SIZE.small, 1)
            axes.text(
                x + 0.1, y, label, size=SIZE.small, ha="left", va="center", zorder=5, bbox=box
            )


def _caption(scenario: Scenario, flows: Sequence[Flow], together: bool) -> str:
    gated = [flow for flow in flows if flow.desks]
    tonnes = sum(flow.tonnes_per_year for flow in gated)
    joined = " Sites of one country and sector are drawn together." if together else ""
    n_gated = sum(flow.n_lanes for flow in gated)
    licences = (
        f"{n_gated} of them, planned to carry {tonnes:,.0f} t of magnets a year, can need a "
        "licence at some date"
        if n_gated
        else "none of them needs a licence"
    )
    return (
        f"{len(scenario.sites)} sites and {len(scenario.lanes)} lanes; {licences}.{joined} This is "
        "the scenario, the same for all replications. Sites are archetypes by country and sector, "
        "not firms."
    )
