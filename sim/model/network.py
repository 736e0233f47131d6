"""The supply network as a graph: tiers, and everything about its shape that cannot work.

In:  `Scenario` (sites, bills, lanes).
Out: `Network`: the networkx graph and the tier of every site (0 = buys nothing).
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from sim.errors import NetworkError, Problem
from sim.scenario.schema import Scenario

__all__ = ["Network", "build_network"]


@dataclass(frozen=True)
class Network:
    """Sites joined by lanes.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes are site names; an edge is a lane, its key the lane's name.
    tier : dict of str to int
        Longest chain of suppliers above a site; 0 for a site that buys nothing.
    """

    graph: nx.MultiDiGraph[str]
    tier: dict[str, int]


def build_network(scenario: Scenario) -> Network:
    """Join sites by lanes and find every fault of the network's shape.

    Raises
    ------
    NetworkError
        With all of: cycles, items nobody makes, inputs that no lane or only fallbacks bring, sites
        that no path from one that buys nothing leads to, sites that nobody buys from, plants that
        supply others, streams of applicants named like a lane.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(sorted(scenario.sites))
    for name, lane in sorted(scenario.lanes.items()):
        graph.add_edge(lane.supplier, lane.customer, key=name)
    problems = [
        *_cycles(graph),
        *_missing_inputs(scenario),
        *_unreachable(scenario, graph),
        *_selling_plants(scenario, graph),
        *_shared_names(scenario),
    ]
    if problems:
        raise NetworkError(problems)
    tier: dict[str, int] = {}
    for site in nx.lexicographical_topological_sort(graph):
        tier[site] = max((tier[supplier] + 1 for supplier in graph.predecessors(site)), default=0)
    return Network(graph, tier)


def _cycles(graph: nx.MultiDiGraph[str]) -> list[Problem]:
    problems = []
    for group in nx.strongly_connected_components(graph):
        site = min(group)
        if len(group) == 1 and not graph.has_edge(site, site):
            continue
        members = " -> ".join([*sorted(group), site])
        problems.append(
            Problem(
                path=f"sites.{site}",
                got=f"a cycle of suppliers: {members}",
                need="need a network in which goods flow one way",
                hint="remove one of the lanes between them",
                code="E_GRAPH",
            )
        )
    return problems


def _missing_inputs(scenario: Scenario) -> list[Problem]:
    made = {site.makes for site in scenario.sites.values()}
    brought: dict[tuple[str, str], bool] = {}
    for lane in scenario.lanes.values():
        into = (lane.customer, scenario.sites[lane.supplier].makes)
        brought[into] = brought.get(into, False) or lane.fallback is None
    problems = []
    for name, site in sorted(scenario.sites.items()):
        for item in sorted(site.bill):
            if item not in made:
                got, hint = f"no maker of '{item}'", "add a site that makes it"
            elif (name, item) not in brought:
                got, hint = f"no lane for '{item}'", "add a lane from a site that makes it"
            elif not brought[name, item]:
                got, hint = f"only fallback lanes for '{item}'", "add a lane for its usual orders"
            else:
                continue
            path = f"sites.{name}.bill.{item}"
            need = "need a supplier for every input"
            problems.append(Problem(path, got, need, hint, code="E_GRAPH"))
    return problems


def _selling_plants(scenario: Scenario, graph: nx.MultiDiGraph[str]) -> list[Problem]:
    """Find plants with customers: a plant sells at once and keeps nothing to dispatch."""
    need, hint = "need a maker where goods are sent on", "make it a component_maker"
    return [
        Problem(f"sites.{name}", "a plant that supplies others", need, hint, code="E_GRAPH")
        for name, site in sorted(scenario.sites.items())
        if site.kind == "plant" and graph.out_degree(name) > 0
    ]


def _shared_names(scenario: Scenario) -> list[Problem]:
    """Find streams of applicants named like a lane: their files would share all draws."""
    need, hint = "need names that no lane has", "rename it"
    return [
        Problem(f"other_applicants.{name}", "the name of a lane", need, hint, code="E_DUP")
        for name in sorted(set(scenario.other_applicants) & set(scenario.lanes))
    ]


def _unreachable(scenario: Scenario, graph: nx.MultiDiGraph[str]) -> list[Problem]:
    sources = [name for name, site in scenario.sites.items() if not site.bill]
    reached = set(sources)
    for source in sources:
        reached |= nx.descendants(graph, source)
    problems = []
    for name, site in sorted(scenario.sites.items()):
        if name not in reached:
            got, hint = "no path from a site that buys nothing", "add the lanes that lead to it"
        elif site.kind != "plant" and graph.out_degree(name) == 0:
            got, hint = "no customer", "add a lane to one, or remove the site"
        else:
            continue
        need = "need every site on a path from one that buys nothing to a plant"
        problems.append(Problem(f"sites.{name}", got, need, hint, code="E_GRAPH"))
    return problems
