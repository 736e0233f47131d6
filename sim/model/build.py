"""From a scenario to the arrays that an engine runs: every name becomes an index, once.

In:  `Scenario`.
Out: `ModelTables`.
"""

from __future__ import annotations

from sim.model.chances import realise
from sim.model.costs import build_costs
from sim.model.dates import Dates, break_seconds
from sim.model.desks import build_applicants, build_desks, off_days
from sim.model.lanes import build_lanes
from sim.model.licensing import build_licensing
from sim.model.network import Network, build_network
from sim.model.sites import build_inputs, build_sites, site_order
from sim.model.stockpiles import expand
from sim.model.supply import SupplySide
from sim.model.tables import ModelTables, RegimeTable
from sim.model.triggers import active_sets, build_triggers
from sim.scenario.schema import Scenario

__all__ = ["build_model"]


def build_model(scenario: Scenario, replication: int = 0) -> ModelTables:
    """Turn a validated scenario into arrays with named axes.

    Parameters
    ----------
    scenario : Scenario
    replication : int
        Matters only where the scenario leaves something to chance.

    Raises
    ------
    NetworkError
        If the network cannot work; all of its faults at once.
    ScenarioError
        If a desk is still to be run under every setting.
    DataError
        If working days are counted in a year whose calendar is not known.
    """
    scenario, chances = realise(scenario, replication)
    scenario = expand(scenario)
    network = build_network(scenario)
    supply = SupplySide(scenario)
    seconds, changes = break_seconds(scenario, supply.seconds())
    worlds = [Dates(scenario.start, seconds, active) for active in active_sets(scenario)]
    sites = build_sites(scenario, network)
    inputs = build_inputs(scenario, sites.name, supply)
    lane_names, desk_names = _lane_order(scenario, network), sorted(scenario.desks)
    desks = build_desks(scenario, desk_names, sites.name)
    licensing = build_licensing(scenario, lane_names, desk_names, worlds)
    lanes = build_lanes(scenario, lane_names, sites.name, inputs, licensing.stages,
                        licensing.stage_class)  # fmt: skip
    regimes = [
        RegimeTable(t_s=dates.t_s, dates=changes, **columns,
                    **supply.columns(sites, inputs, lanes, dates))
        for dates, columns in zip(worlds, licensing.columns, strict=True)
    ]  # fmt: skip
    items = sorted(scenario.items)
    return ModelTables(
        scenario=scenario.name,
        start=scenario.start,
        horizon_s=scenario.horizon,
        seed=scenario.seed,
        observe_every_s=scenario.observe_every,
        items=tuple(items),
        item_kind=tuple(scenario.items[item].kind for item in items),
        item_value_usd=tuple(scenario.items[item].value_usd for item in items),
        sites=sites,
        inputs=inputs,
        lanes=lanes,
        desks=desks,
        applicants=build_applicants(scenario, licensing.file_class, desk_names),
        regimes=regimes[0],
        reactions=tuple(regimes[1:]),
        triggers=build_triggers(scenario, sites.name, desk_names),
        general_licences=licensing.licences,
        costs=build_costs(scenario),
        chances=chances,
        granted_at_filing=frozenset(),
        off_days=off_days(scenario) if any(r.working_days.any() for r in regimes) else (),
    )


def _lane_order(scenario: Scenario, network: Network) -> list[str]:
    rank = {name: i for i, name in enumerate(site_order(network))}
    return sorted(scenario.lanes, key=lambda name: (rank[scenario.lanes[name].supplier], name))
