"""What a scenario file may say: frozen records, every field with its unit, meaning and bounds.

Named things (items, sites, lanes, rules, ...) are mappings from name to record, so that an
override can reach one of them without repeating the others.

In:  plain dictionaries from `sim.scenario.load`.
Out: `Scenario`, read by `sim.model.build`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.dated import Chance, Dated, SiteSelector, Trigger
from sim.scenario.field_faults import FieldFault
from sim.scenario.fields import Day, Duration, FileName, Name, Record
from sim.scenario.licence_schema import (
    Applicants,
    ControlList,
    Desk,
    Gate,
    PolicyRule,
    Protected,
    Selector,
)
from sim.scenario.measures_schema import (
    Air,
    Costs,
    Demand,
    Hoarding,
    Measure,
    Stockpile,
    Stretch,
    Substitute,
)
from sim.scenario.network_schema import (
    BillLine,
    Fallback,
    HaltRules,
    Item,
    Lane,
    OpenShipment,
    Ordering,
    Site,
    Use,
)

__all__ = [
    "SCHEMA_VERSION",
    "Air",
    "Applicants",
    "BillLine",
    "Chance",
    "ControlList",
    "Costs",
    "Dated",
    "Demand",
    "Desk",
    "Fallback",
    "Gate",
    "HaltRules",
    "Hoarding",
    "Item",
    "Lane",
    "Measure",
    "OpenShipment",
    "Ordering",
    "PolicyRule",
    "Protected",
    "Scenario",
    "Selector",
    "Site",
    "SiteSelector",
    "Stockpile",
    "Stretch",
    "Substitute",
    "Trigger",
    "Use",
]

SCHEMA_VERSION = 1


class Event(Record):
    """A dated event to mark in figures; it changes nothing."""

    date: Day = Field(description="Day to mark")
    label: str = Field(max_length=60, description="What to write there")
    source: str = ""


def _read_version(value: object) -> object:
    if type(value) is not int or value != SCHEMA_VERSION:
        raise FieldFault(f"need {SCHEMA_VERSION}, the version that this program reads")
    return value


class Scenario(Record):
    """One world: network, licence regime, and the alternatives to compare."""

    schema_version: Annotated[Literal[1], BeforeValidator(_read_version)] = Field(
        description="Version of this format"
    )
    name: FileName = Field(description="Short name; results are stored under it")
    title: str = Field(max_length=200, description="One line")
    question: str = Field(default="", description="What it answers")
    learns: str = Field(
        default="", max_length=400, description="What one learns from running it, in a sentence"
    )
    note: str = ""
    start: Day = Field(description="Day 0; the clock starts at its midnight in Beijing")
    horizon: Annotated[Duration, Field(gt=0, le=20 * 366 * 86400)] = Field(
        description="Length of a run"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(description="Seed of all draws")
    replications: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=50, description="Random histories, unless asked otherwise"
    )
    baseline: Name | None = Field(
        default=None, description="Alternative that others are compared with"
    )
    network: str | None = Field(
        default=None, description="Folder of items, sites, bom and lanes as CSV"
    )
    items: dict[Name, Item] = Field(default_factory=dict, description="Items by name")
    sites: dict[Name, Site] = Field(default_factory=dict, description="Sites by name")
    lanes: dict[Name, Lane] = Field(default_factory=dict, description="Lanes by name")
    control_lists: dict[Name, ControlList] = Field(
        default_factory=dict, description="Control lists by name"
    )
    gates: dict[Name, Gate] = Field(default_factory=dict, description="Gates by name")
    desks: dict[Name, Desk] = Field(default_factory=dict, description="Desks by name")
    policy: dict[Name, PolicyRule] = Field(default_factory=dict, description="Policy rules by name")
    other_applicants: dict[Name, Applicants] = Field(
        default_factory=dict, description="Streams of files by name"
    )
    demand: dict[Name, Demand] = Field(default_factory=dict, description="Demand factors by name")
    measures: dict[Name, Measure] = Field(default_factory=dict, description="Measures by name")
    stockpiles: dict[Name, Stockpile] = Field(
        default_factory=dict, description="Stockpiles by name"
    )
    chances: dict[Name, Chance] = Field(
        default_factory=dict, description="What may or may not happen, by name"
    )
    triggers: dict[Name, Trigger] = Field(
        default_factory=dict, max_length=6,
        description="Reactions to what happens in a run, by name; every set of them that can be "
        "active together has a regime of its own, so there are 6 at most",
    )  # fmt: skip
    costs: Costs = Field(default=Costs(), description="What measures cost")
    halts: HaltRules = Field(
        default=HaltRules(), description="Halt rules of every site that states none"
    )
    observe_every: Annotated[Duration, Field(ge=3600)] = Field(
        default=7 * 86400, description="Time between runway observations"
    )
    events: tuple[Event, ...] = Field(
        default=(), strict=False, description="Dated events to mark in figures"
    )
    alternatives: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description="Named overrides of this scenario"
    )
