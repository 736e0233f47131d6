"""What a scenario file may say: frozen records, every field with its unit, meaning and bounds.

Named things (items, sites, lanes, rules, ...) are mappings from name to record, so that an
override can reach one of them without repeating the others.

In:  plain dictionaries from `sim.scenario.load`.
Out: `Scenario`, read by `sim.model.build`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.field_faults import FieldFault
from sim.scenario.fields import (
    CountryCode,
    Day,
    Duration,
    Factor,
    FileName,
    Moment,
    Name,
    Number,
    Record,
    ReviewTimeField,
    Share,
)
from sim.scenario.laws import DurationLaw, WorkLaw
from sim.scenario.network_schema import (
    BillLine,
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
    "Applicants",
    "BillLine",
    "Demand",
    "Desk",
    "Gate",
    "HaltRules",
    "Item",
    "Lane",
    "Measure",
    "OpenShipment",
    "Ordering",
    "PolicyRule",
    "Scenario",
    "Site",
    "Use",
]

SCHEMA_VERSION = 1


class Selector(Record):
    """Which files, lanes or sites a record is about; what is not stated matches everything."""

    destination: tuple[CountryCode, ...] | None = Field(
        default=None, strict=False, description="Countries of the end user"
    )
    sector: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="Sectors of the end user"
    )
    end_use: tuple[Literal["civil", "defence"], ...] | None = Field(
        default=None, strict=False, description="civil, defence or both"
    )
    item: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="Items applied for"
    )
    exporter: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="Names of suppliers"
    )
    customer: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="Names of buyers"
    )
    exporter_size: tuple[Literal["small", "large"], ...] | None = Field(
        default=None, strict=False, description="small or large exporters"
    )


class Gate(Selector):
    """A permission that shipments on the matching lanes need while it is in force, [from, to)."""

    desk: Name = Field(description="The authority that decides")
    leaves: tuple[CountryCode, ...] = Field(
        strict=False, description="Lanes from these countries to any other"
    )
    controlled_only: bool = Field(default=True, description="Only items on the control list")
    from_: Moment = Field(alias="from", description="First day in force")
    to: Moment | None = Field(default=None, description="First day no longer in force")
    note: str = ""


class PolicyRule(Selector):
    """A dated rule of a licence authority.

    For each field, the latest rule that matches a file and states that field wins; of two with
    the same date, the one written last. When it ends, the earlier one returns.
    """

    from_: Moment = Field(alias="from", description="First day in force")
    to: Moment | None = Field(default=None, description="First day no longer in force")
    desk: tuple[Name, ...] | None = Field(default=None, strict=False, description="Names of desks")
    mean_review_time: ReviewTimeField | None = Field(
        default=None, description="Mean time an officer needs; 'never': nothing is decided"
    )
    approval_rate: Share | None = Field(
        default=None, description="Share of decisions that are grants"
    )
    final_refusal_share: Share | None = Field(
        default=None,
        description="Share refused for good whatever the approval rate (end use), own draw",
    )
    priority: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="Lower is taken up first; default 100"
    )
    general_licence: bool | None = Field(
        default=None, description="True: the pair ships without single applications while it runs"
    )
    note: str = ""
    source: str = ""


class Officers(Record):
    """A number of officers from a day on."""

    from_: Moment = Field(alias="from", description="First day")
    count: Annotated[int, Field(ge=0, le=10_000)] = Field(
        description="Files under review at the same time"
    )


class Pause(Record):
    """A period in which nobody at the desk works, [from, to)."""

    from_: Moment = Field(alias="from", description="First day of the pause")
    to: Moment = Field(description="First day of work again")


class OpenClosed(Record):
    """A desk that is open and closed by turns, at random; it starts open."""

    open: DurationLaw = Field(description="Law of open periods")
    closed: DurationLaw = Field(description="Law of closed periods")

    def model_post_init(self, _context: object) -> None:
        """Refuse open periods without length: the desk would never open."""
        longest = (self.open.value, self.open.high, self.open.mean, *(self.open.values or ()))
        if not any(longest):
            raise ValueError("need open periods longer than 0")


def _read_officers(value: object) -> object:
    """Let a plain number stand for that many officers from the start."""
    if isinstance(value, int) and not isinstance(value, bool):
        return ({"from": "0 d", "count": value},)
    return value


class Desk(Record):
    """The authority that decides on applications."""

    decides: Literal["licence", "hold"] = Field(
        default="licence", description="hold: a customs test, not counted as a licence"
    )
    setting: Literal["queue", "unlimited"] = Field(
        default="queue",
        description="queue: officers limit what is under review; unlimited: every file is",
    )
    officers: Annotated[
        tuple[Officers, ...],
        BeforeValidator(_read_officers, json_schema_input_type=tuple[Officers, ...] | int),
        Field(strict=False),
    ] = Field(default=(), description="queue: files worked on at the same time, by date")
    work: WorkLaw = Field(
        default=WorkLaw(law="weibull", shape=3.1), description="Law of the work of a file, mean 1"
    )
    pauses: tuple[Pause, ...] = Field(
        default=(), strict=False, description="Periods in which nobody works"
    )
    open_closed: OpenClosed | None = Field(
        default=None, description="Random closures; default: always open"
    )
    refile_after: Duration = Field(
        default=5 * 86400, description="From a refusal to the new filing"
    )
    refile_probability: Share = Field(default=1.0, description="Else the order is cancelled")
    refusal_known_after: Duration = Field(
        default=0, description="Until the buyer of a lost order knows"
    )
    issue_lag: Duration = Field(default=0, description="From the decision to a valid licence")
    licence_term: Annotated[Duration, Field(gt=0)] = Field(
        default=180 * 86400, description="Validity of a licence, [from, to)"
    )
    note: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a queue without officers."""
        if self.setting == "queue" and not self.officers:
            raise ValueError("the queue setting needs officers, a number or a dated list")


class Rate(Record):
    """Files a day from a day on."""

    from_: Moment = Field(alias="from", description="First day")
    per_day: Annotated[Number, Field(ge=0, le=10_000)] = Field(description="Files a day [1/d]")


class Applicants(Record):
    """A stream of other firms' files that load the same desk and carry no goods here."""

    desk: Name = Field(description="Desk they file at")
    destination: CountryCode = Field(description="Country of the end user")
    sector: Name = Field(default="other", description="Sector of the end user")
    end_use: Literal["civil", "defence"] = Field(default="civil", description="Use by the end user")
    item: Name | None = Field(default=None, description="Item a rule can select them by")
    exporter_size: Literal["small", "large"] = Field(
        default="large", description="Size a rule can select them by"
    )
    arrivals: Literal["poisson", "even"] = Field(
        default="poisson", description="At random, or evenly spaced"
    )
    rate: tuple[Rate, ...] = Field(strict=False, min_length=1, description="Files a day, by date")
    backlog: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0, description="Files of this stream already waiting at the start"
    )
    note: str = ""


class SiteSelector(Record):
    """Which sites a record is about; what is not stated matches everything."""

    site: tuple[Name, ...] | None = Field(default=None, strict=False, description="Names of sites")
    kind: tuple[Literal["magnet_maker", "component_maker", "plant"], ...] | None = Field(
        default=None, strict=False, description="Kinds of sites"
    )
    country: tuple[CountryCode, ...] | None = Field(
        default=None, strict=False, description="Countries of sites"
    )
    sector: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="Sectors of sites"
    )


class Demand(SiteSelector):
    """A factor on planned output between two days (tariffs, thrifting); several multiply."""

    from_: Moment = Field(alias="from", description="First day")
    to: Moment | None = Field(default=None, description="First day no longer")
    factor: Factor = Field(description="Planned output x this")
    note: str = ""


class Measure(SiteSelector):
    """What firms do: more cover from the start, or larger orders between two days."""

    add_cover: Duration | None = Field(
        default=None, description="Added to stock and order-up-to level"
    )
    order_factor: Factor | None = Field(
        default=None, description="Orders x this between from and to"
    )
    from_: Moment | None = Field(
        default=None, alias="from", description="First day of larger orders"
    )
    to: Moment | None = Field(default=None, description="First day no longer")
    note: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a measure that does nothing, or two things."""
        if (self.add_cover is None) == (self.order_factor is None):
            raise ValueError("give either add_cover or order_factor")
        dated = self.from_ is not None and self.to is not None
        if self.order_factor is not None and not dated:
            raise ValueError("order_factor needs from and to")
        if self.add_cover is not None and (self.from_ is not None or self.to is not None):
            raise ValueError("add_cover holds from the start: leave out from and to")


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
    gates: dict[Name, Gate] = Field(default_factory=dict, description="Gates by name")
    desks: dict[Name, Desk] = Field(default_factory=dict, description="Desks by name")
    policy: dict[Name, PolicyRule] = Field(default_factory=dict, description="Policy rules by name")
    other_applicants: dict[Name, Applicants] = Field(
        default_factory=dict, description="Streams of files by name"
    )
    demand: dict[Name, Demand] = Field(default_factory=dict, description="Demand factors by name")
    measures: dict[Name, Measure] = Field(default_factory=dict, description="Measures by name")
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
