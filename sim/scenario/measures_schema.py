"""What a scenario file may say about demand and about what firms and governments do, at what cost.

In:  plain dictionaries from `sim.scenario.load`.
Out: the records that `sim.scenario.schema.Scenario` holds by name.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.dated import Dated, SiteSelector
from sim.scenario.fields import CountryCode, Duration, Factor, Name, Number, Quantity, Record, Share
from sim.scenario.laws import DurationLaw, Law

__all__ = ["Air", "Costs", "Demand", "Hoarding", "Measure", "Stockpile", "Stretch", "Substitute"]


class Demand(SiteSelector, Dated):
    """A factor on planned output between two days (tariffs, thrifting); several multiply."""

    factor: Factor = Field(description="Planned output x this")
    note: str = ""
    source: str = ""


class Air(Record):
    """Faster freight, chosen when goods are dispatched or filed for, and then kept."""

    transit: DurationLaw = Field(description="Door to door by air")
    below_cover: Duration | None = Field(
        default=None, description="Only while the customer's cover is below this; default: always"
    )
    cost_usd_per_kg: Annotated[Number, Field(ge=0, le=1e6)] | None = Field(
        default=None, description="What it costs more [USD/kg]; default: the scenario's costs"
    )


class Stretch(Record):
    """Slower output while a site's cover is short, decided at its order reviews."""

    below: Annotated[Duration, Field(gt=0)] = Field(
        description="Slow down while the cover of an input is below this"
    )
    share: Annotated[Share, Field(gt=0, lt=1)] = Field(description="Planned output x this")


class Hoarding(Record):
    """Larger orders while deliveries are short; the excess is cancelled when they recover.

    Perceived fill = delivered / ordered over the last `reviews` reviews; orders x min(cap, 1/fill).
    """

    cap: Annotated[Number, Field(gt=1, le=100)] = Field(description="Greatest factor on orders")
    reviews: Annotated[int, Field(ge=1, le=520)] = Field(
        default=4, description="Order reviews over which deliveries are compared with orders"
    )


class Substitute(Record):
    """One input in the place of another, from `from` of the measure plus the lead time on."""

    item: Name = Field(description="Input that is used less")
    by: Name = Field(description="Input of the same sites that takes its place")
    share: Annotated[Share, Field(gt=0)] = Field(
        default=1.0, description="Share of the use of the item that moves"
    )
    ratio: Annotated[Factor, Field(gt=0)] = Field(
        default=1.0, description="Amount of the substitute for one of the item"
    )
    lead_time: Duration = Field(default=0, description="Redesign and approval")
    emergency: bool = Field(
        default=False, description="Only while the item is out of stock, whatever the share"
    )


class Measure(SiteSelector, Dated):
    """What firms do about it: exactly one of the actions below, at the selected sites.

    It is in force from the start unless dates, chances or a trigger say otherwise.
    """

    item: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Inputs it is about; default: all"
    )
    add_cover: Duration | None = Field(
        default=None,
        description="Added to the order-up-to level; without dates to the stock at the start, too",
    )
    order_factor: Factor | None = Field(
        default=None, description="Orders x this between from and to"
    )
    air: Air | None = Field(default=None, description="Inbound goods go by air")
    file_early: Annotated[Duration, Field(gt=0)] | None = Field(
        default=None, description="Applications for a dispatch are filed this much before it"
    )
    file_margin: Annotated[Factor, Field(ge=1)] = Field(
        default=1.25, description="file_early: quantity applied for, planned dispatch x this"
    )
    stretch: Stretch | None = Field(default=None, description="Slow down to last longer")
    overtime: Annotated[Factor, Field(gt=1, le=3)] | None = Field(
        default=None, description="Output x this until what was lost is made good"
    )
    hoarding: Hoarding | None = Field(default=None, description="Larger orders in a shortage")
    substitute: Substitute | None = Field(default=None, description="Another grade")
    note: str = ""
    source: str = ""

    def model_post_init(self, context: object) -> None:
        """Refuse a measure that does nothing, or two things."""
        super().model_post_init(context)
        actions = ("add_cover", "order_factor", "air", "file_early", "stretch", "overtime",
                   "hoarding", "substitute")  # fmt: skip
        given = [action for action in actions if getattr(self, action) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of " + ", ".join(actions))
        if self.order_factor is not None and (self.from_ is None or self.to is None):
            raise ValueError("order_factor needs from and to")
        if self.file_early is not None and self.on is not None:
            raise ValueError("file_early cannot hang on a trigger: it looks ahead")
        if self.item is not None and given[0] in {"stretch", "overtime", "substitute"}:
            raise ValueError(f"item does not go with {given[0]}, which is about whole sites")
        if self.substitute is not None and self.substitute.lead_time and self.on is not None:
            raise ValueError("a lead_time cannot hang on a trigger: put it into its 'after'")


class Refill(Record):
    """How a stockpile is filled again."""

    supplier: Name = Field(description="Maker of the item")
    transit: DurationLaw = Field(description="Door to door")
    per_review: Annotated[Quantity, Field(gt=0)] = Field(description="Most that one order is for")
    review_every: Annotated[Duration, Field(gt=0)] = Field(
        default=28 * 86400, description="Time between orders"
    )


class Stockpile(SiteSelector):
    """A stock of one item kept for the selected sites, by a firm or a state.

    An eligible site draws on it at an order review at which the cover of that input, with what
    will arrive within `transit`, is below `below_cover`, up to `up_to_cover`.
    """

    item: Name = Field(description="What is kept")
    held_in: CountryCode = Field(description="Country it is kept in")
    quantity: Annotated[Quantity, Field(gt=0)] = Field(
        description="Size; full at the start unless start_share says otherwise"
    )
    start_share: Share = Field(default=1.0, description="Share of it that is there at the start")
    below_cover: Annotated[Duration, Field(gt=0)] = Field(
        description="A site with less cover than this may draw"
    )
    up_to_cover: Annotated[Duration, Field(gt=0)] = Field(
        description="It draws as much as brings it to this cover"
    )
    on: Name | None = Field(default=None, description="Only while this trigger is active")
    allocation: Literal["proportional", "uniform", "linear", "priority", "turn_and_earn"] = Field(
        default="proportional", description="Who gets what when it is short"
    )
    transit: DurationLaw = Field(
        default=Law.model_validate({"law": "fixed", "value": "3 d"}),
        description="From the stockpile to the site",
    )
    refill: Refill | None = Field(default=None, description="Default: it is not filled again")
    note: str = ""
    source: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse limits the wrong way round."""
        if self.up_to_cover < self.below_cover:
            raise ValueError("need an up_to_cover of at least below_cover")


class Costs(Record):
    """What measures cost; what is left out is taken from the figures of `sim/data`."""

    holding_share_per_year: Share | None = Field(
        default=None, description="Yearly cost of a stock as a share of its value"
    )
    air_usd_per_kg: Annotated[Number, Field(ge=0, le=1e6)] | None = Field(
        default=None, description="What air costs more than sea [USD/kg]"
    )
    overtime_share: Share | None = Field(
        default=None, description="Extra cost of a unit made in overtime, as a share of its value"
    )
