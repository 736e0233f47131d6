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
    DurationLaw,
    Factor,
    FileName,
    Moment,
    Name,
    Number,
    Record,
    ReviewTimeField,
    Share,
    WorkLaw,
)
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

    destination: tuple[CountryCode, ...] | None = Field(default=None, strict=False)
    sector: tuple[Name, ...] | None = Field(default=None, strict=False)
    end_use: tuple[Literal["civil", "defence"], ...] | None = Field(default=None, strict=False)
    item: tuple[Name, ...] | None = Field(default=None, strict=False)
    exporter: tuple[Name, ...] | None = Field(default=None, strict=False)
    customer: tuple[Name, ...] | None = Field(default=None, strict=False)
    exporter_size: tuple[Literal["small", "large"], ...] | None = Field(default=None, strict=False)


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
    desk: tuple[Name, ...] | None = Field(default=None, strict=False)
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

    from_: Moment = Field(alias="from")
    count: Annotated[int, Field(ge=0, le=10_000)]


class Pause(Record):
    """A period in which nobody at the desk works, [from, to)."""

    from_: Moment = Field(alias="from")
    to: Moment


class OpenClosed(Record):
    """A desk that is open and closed by turns, at random; it starts open."""

    open: DurationLaw
    closed: DurationLaw

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
    setting: Literal["queue", "unlimited"] = "queue"
    officers: Annotated[
        tuple[Officers, ...],
        BeforeValidator(_read_officers, json_schema_input_type=tuple[Officers, ...] | int),
        Field(strict=False),
    ] = Field(default=(), description="queue: files worked on at the same time, by date")
    work: WorkLaw = Field(
        default=WorkLaw(law="weibull", shape=3.1), description="Law of the work of a file, mean 1"
    )
    pauses: tuple[Pause, ...] = Field(default=(), strict=False)
    open_closed: OpenClosed | None = None
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

    from_: Moment = Field(alias="from")
    per_day: Annotated[Number, Field(ge=0, le=10_000)]


class Applicants(Record):
    """A stream of other firms' files that load the same desk and carry no goods here."""

    desk: Name
    destination: CountryCode
    sector: Name = "other"
    end_use: Literal["civil", "defence"] = "civil"
    item: Name | None = None
    exporter_size: Literal["small", "large"] = "large"
    arrivals: Literal["poisson", "even"] = "poisson"
    rate: tuple[Rate, ...] = Field(strict=False, min_length=1)
    backlog: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0, description="Files of this stream already waiting at the start"
    )
    note: str = ""


class SiteSelector(Record):
    """Which sites a record is about; what is not stated matches everything."""

    site: tuple[Name, ...] | None = Field(default=None, strict=False)
    kind: tuple[Literal["magnet_maker", "component_maker", "plant"], ...] | None = Field(
        default=None, strict=False
    )
    country: tuple[CountryCode, ...] | None = Field(default=None, strict=False)
    sector: tuple[Name, ...] | None = Field(default=None, strict=False)


class Demand(SiteSelector):
    """A factor on planned output between two days (tariffs, thrifting); several multiply."""

    from_: Moment = Field(alias="from")
    to: Moment | None = None
    factor: Factor
    note: str = ""


class Measure(SiteSelector):
    """What firms do: more cover from the start, or larger orders between two days."""

    add_cover: Duration | None = Field(
        default=None, description="Added to stock and order-up-to level"
    )
    order_factor: Factor | None = Field(
        default=None, description="Orders x this between from and to"
    )
    from_: Moment | None = Field(default=None, alias="from")
    to: Moment | None = None
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

    date: Day
    label: str = Field(max_length=60)
    source: str = ""


def _read_version(value: object) -> object:
    if type(value) is not int or value != SCHEMA_VERSION:
        raise FieldFault(f"need {SCHEMA_VERSION}, the version that this program reads")
    return value


class Scenario(Record):
    """One world: network, licence regime, and the alternatives to compare."""

    schema_version: Annotated[Literal[1], BeforeValidator(_read_version)]
    name: FileName = Field(description="Short name; results are stored under it")
    title: str = Field(max_length=200)
    question: str = Field(default="", description="What it answers")
    note: str = ""
    start: Day = Field(description="Day 0; the clock starts at its midnight in Beijing")
    horizon: Annotated[Duration, Field(gt=0, le=20 * 366 * 86400)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    replications: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    baseline: Name | None = Field(
        default=None, description="Alternative that others are compared with"
    )
    network: str | None = Field(
        default=None, description="Folder of items, sites, bom and lanes as CSV"
    )
    items: dict[Name, Item] = Field(default_factory=dict)
    sites: dict[Name, Site] = Field(default_factory=dict)
    lanes: dict[Name, Lane] = Field(default_factory=dict)
    gates: dict[Name, Gate] = Field(default_factory=dict)
    desks: dict[Name, Desk] = Field(default_factory=dict)
    policy: dict[Name, PolicyRule] = Field(default_factory=dict)
    other_applicants: dict[Name, Applicants] = Field(default_factory=dict)
    demand: dict[Name, Demand] = Field(default_factory=dict)
    measures: dict[Name, Measure] = Field(default_factory=dict)
    halts: HaltRules = HaltRules()
    observe_every: Annotated[Duration, Field(ge=3600)] = Field(
        default=7 * 86400, description="Time between runway observations"
    )
    events: tuple[Event, ...] = Field(default=(), strict=False)
    alternatives: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description="Named overrides of this scenario"
    )
