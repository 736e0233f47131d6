"""What a scenario file may say about licences: lists, gates, rules, desks, other applicants.

In:  plain dictionaries from `sim.scenario.load`.
Out: the records that `sim.scenario.schema.Scenario` holds by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.dated import Dated, SiteSelector
from sim.scenario.fields import (
    CountryCode,
    Duration,
    Moment,
    Name,
    Number,
    Quantity,
    Record,
    ReviewTimeField,
    Share,
)
from sim.scenario.laws import DurationLaw, Law, WorkLaw
from sim.scenario.network_schema import Element

__all__ = [
    "Applicants",
    "ControlList",
    "Desk",
    "EndUse",
    "Gate",
    "PolicyRule",
    "Protected",
    "Selector",
]

EndUse = Literal["civil", "dual_use", "defence"]


class Selector(Record):
    """Which files or lanes a record is about; what is not stated matches everything."""

    destination: tuple[CountryCode, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Countries of the end user"
    )
    sector: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Sectors of the end user"
    )
    end_use: tuple[EndUse, ...] | None = Field(
        default=None,
        min_length=1,
        strict=False,
        description="civil, dual_use (ambiguous) or defence",
    )
    item: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Items applied for"
    )
    exporter: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Names of suppliers"
    )
    customer: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Names of buyers"
    )
    exporter_size: tuple[Literal["small", "large"], ...] | None = Field(
        default=None, min_length=1, strict=False, description="small or large exporters"
    )


class ControlList(Dated):
    """A dated control list: which items are controlled, by what they contain.

    An item with a `composition` is controlled if the mass shares of the listed elements add up to
    more than `above_mass_share`; one with a Chinese rare-earth value share if that is
    `from_value_share` or more.
    """

    elements: tuple[Element, ...] = Field(
        default=(), strict=False, description="Symbols of the listed elements"
    )
    above_mass_share: Share | None = Field(
        default=None, description="Controlled above this sum of mass shares"
    )
    from_value_share: Share | None = Field(
        default=None, description="Controlled from this share of value on (Chinese rare earths)"
    )
    item_kind: tuple[Literal["rare_earth", "magnet", "component", "product"], ...] | None = Field(
        default=None,
        min_length=1,
        strict=False,
        description="Kinds of items it speaks of; default: all",
    )
    note: str = ""
    source: str = ""

    def model_post_init(self, context: object) -> None:
        """Refuse a list without a threshold, and elements without a mass share."""
        super().model_post_init(context)
        if (self.above_mass_share is None) == (self.from_value_share is None):
            raise ValueError("give either above_mass_share or from_value_share")
        if bool(self.elements) != (self.above_mass_share is not None):
            raise ValueError("elements and above_mass_share belong together")


class Gate(Selector, Dated):
    """A permission that shipments on the matching lanes need while it is in force, [from, to).

    It is about lanes that cross a border. Where several gates are on one lane, a shipment passes
    their desks in the order in which the gates are written, each desk once.
    """

    desk: Name = Field(description="The authority that decides")
    before: tuple[Name, ...] = Field(
        default=(), strict=False,
        description="Desks that a file passes before, in turn (embassy, province)",
    )  # fmt: skip
    leaves: tuple[CountryCode, ...] | None = Field(
        default=None, min_length=1, strict=False,
        description="Lanes from these countries to any other; default: every lane that crosses "
        "a border",
    )  # fmt: skip
    enters: tuple[CountryCode, ...] | None = Field(
        default=None, min_length=1, strict=False,
        description="Lanes into these countries from any other; default: into any",
    )  # fmt: skip
    controlled_only: bool = Field(default=True, description="Only controlled items")
    lists: tuple[Name, ...] | None = Field(
        default=None, strict=False,
        description="Control lists that count for it; default: all. An item that is `controlled` "
        "always is",
    )  # fmt: skip
    note: str = ""
    source: str = ""


class PolicyRule(Selector, Dated):
    """A dated rule of a licence authority.

    For each field, the latest rule that matches a file and states that field wins; of two with
    the same date, the one written last. When it ends, the earlier one returns. A rule that hangs
    on a trigger wins over all dated ones while the trigger is active.
    """

    desk: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Names of desks"
    )
    mean_review_time: ReviewTimeField | None = Field(
        default=None, description="Mean time an officer needs; 'never': nothing is decided"
    )
    approval_rate: Share | None = Field(
        default=None, description="Share of decisions, returned files left out, that are grants"
    )
    return_share: Share | None = Field(
        default=None, description="Share of decisions that return the file for information"
    )
    final_refusal_share: Share | None = Field(
        default=None,
        description="Share refused for good whatever the approval rate (end use), own draw",
    )
    query_share: Share | None = Field(
        default=None, description="A desk that holds: share of consignments it holds at all"
    )
    priority: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="Lower is taken up first; default 100"
    )
    general_licence: bool | None = Field(
        default=None, description="True: the pair ships without single applications while it runs"
    )
    general_quantity: Annotated[Quantity, Field(gt=0)] | None = Field(
        default=None,
        description="Most that each pair may ship under the general licence; the rest lapses",
    )
    note: str = ""
    source: str = ""

    def model_post_init(self, context: object) -> None:
        """Refuse a quantity without the licence it belongs to."""
        super().model_post_init(context)
        if self.general_quantity is not None and self.general_licence is not True:
            raise ValueError("general_quantity needs general_licence: true")


class Officers(Record):
    """A number of officers from a day on."""

    from_: Moment = Field(alias="from", description="First day")
    count: Annotated[int, Field(ge=0, le=10_000)] = Field(
        description="Files under review at the same time"
    )


class Quota(Record):
    """A weekly limit on decisions from a day on; unused quota lapses on Monday 00:00."""

    from_: Moment = Field(alias="from", description="First day")
    files_per_week: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="Most decisions a week"
    )
    amount_per_week: Quantity | None = Field(
        default=None, description="Most that is granted a week [mass or pieces]"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse a quota without a number, or with two."""
        if (self.files_per_week is None) == (self.amount_per_week is None):
            raise ValueError("give either files_per_week or amount_per_week")


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


class Protected(SiteSelector):
    """Sites whose runway a bare-minimum desk keeps near a target; by site, or by where they are."""

    weight: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=100, description="Political weight; lower is served first"
    )
    target: Annotated[Duration, Field(gt=0)] = Field(
        description="Runway above which nothing more is granted"
    )


def _begin_apart(entries: Sequence[Officers | Quota | Rate], name: str) -> None:
    """Refuse two entries of a dated list that begin at the same time."""
    if len({entry.from_ for entry in entries}) < len(entries):
        raise ValueError(f"two entries of {name} begin at the same time; which of them counts?")


def _read_officers(value: object) -> object:
    """Let a plain number stand for that many officers from the start."""
    if isinstance(value, int) and not isinstance(value, bool):
        return ({"from": "0 d", "count": value},)
    if isinstance(value, str):
        raise ValueError("need a number such as 3, or a list like [{from: 2025-06-02, count: 3}]")
    return value


class Desk(Record):
    """The authority that decides on applications."""

    decides: Literal["licence", "hold"] = Field(
        default="licence", description="hold: a customs test, not counted as a licence"
    )
    setting: Literal["queue", "unlimited", "bare_minimum", "all"] = Field(
        default="queue",
        description="queue: officers limit what is under review; unlimited: every file is; "
        "bare_minimum: granted in rounds, so that protected sites just keep going; "
        "all: each of the three in turn, as alternatives of their own",
    )
    officers: Annotated[
        tuple[Officers, ...],
        BeforeValidator(_read_officers, json_schema_input_type=tuple[Officers, ...] | int),
        Field(strict=False),
    ] = Field(default=(), description="queue: files worked on at the same time, by date")
    quota: tuple[Quota, ...] = Field(
        default=(), strict=False, description="Weekly limit on decisions, by date"
    )
    work: WorkLaw = Field(
        default=WorkLaw(law="weibull", shape=3.1), description="Law of the work of a file, mean 1"
    )
    pauses: tuple[Pause, ...] = Field(
        default=(), strict=False, description="Periods in which nobody works"
    )
    open_closed: OpenClosed | None = Field(
        default=None, description="Random closures; default: always open"
    )
    answer_time: DurationLaw = Field(
        default=Law.model_validate({"law": "fixed", "value": "14 d"}),
        description="From a return, or a query of a desk that holds, to the answer",
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
    round_every: Annotated[Duration, Field(gt=0)] = Field(
        default=7 * 86400, description="bare_minimum: time between rounds of grants"
    )
    protected: dict[Name, Protected] = Field(
        default_factory=dict, description="bare_minimum: sites kept going, by name of the group"
    )
    rest_per_round: Quantity = Field(
        default=0, description="bare_minimum: granted each round to everybody else together"
    )
    note: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a desk without what its setting needs."""
        if self.setting in {"queue", "all"} and not (self.officers or self.quota):
            raise ValueError("the queue setting needs officers, a number or a dated list, or quota")
        if self.setting in {"bare_minimum", "all"} and not (self.protected or self.rest_per_round):
            raise ValueError("the bare_minimum setting needs protected sites or rest_per_round")
        _begin_apart(self.officers, "officers")
        _begin_apart([q for q in self.quota if q.files_per_week is not None], "quota for files")
        _begin_apart([q for q in self.quota if q.amount_per_week is not None], "quota for amounts")


class Rate(Record):
    """Files a day from a day on."""

    from_: Moment = Field(alias="from", description="First day")
    per_day: Annotated[Number, Field(ge=0, le=10_000)] = Field(description="Files a day [1/d]")


class Applicants(Record):
    """A stream of other firms' files that load the same desk and carry no goods here."""

    desk: Name = Field(description="Desk they file at")
    destination: CountryCode = Field(description="Country of the end user")
    sector: Name = Field(default="other", description="Sector of the end user")
    end_use: EndUse = Field(default="civil", description="Use by the end user")
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

    def model_post_init(self, _context: object) -> None:
        """Refuse two rates for the same time."""
        _begin_apart(self.rate, "rate")
