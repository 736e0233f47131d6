"""What a scenario file may say about the network: items, sites, their bills, and lanes.

In:  plain dictionaries from `sim.scenario.load`.
Out: the records that `sim.scenario.schema.Scenario` holds by name.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.fields import (
    CountryCode,
    Duration,
    Interval,
    Name,
    Number,
    Quantity,
    Record,
    Share,
)
from sim.scenario.laws import DurationLaw

__all__ = ["BillLine", "HaltRules", "Item", "Lane", "OpenShipment", "Ordering", "Site", "Use"]


class Item(Record):
    """A magnet grade, a component or a finished product. Items never stand in for one another."""

    kind: Literal["magnet", "component", "product"] = Field(
        description="magnet: counted in grams; component and product: counted in pieces"
    )
    controlled: bool = Field(
        default=False, description="On the control list: a gate on it asks a licence"
    )
    value_usd: Annotated[Number, Field(ge=0, le=1e12)] | None = Field(
        default=None, description="Value of one gram or piece [USD]"
    )
    note: str = ""


class Ordering(Record):
    """How a site orders an input."""

    rule: Literal["order_up_to", "s_q", "constant"] = Field(
        default="order_up_to",
        description="Base stock; (s, Q); or each interval's planned use, whatever",
    )
    review_every: Duration | None = Field(
        default=None,
        description="Time between reviews; default: the dispatch interval of its lanes",
    )
    continuous: bool = Field(
        default=False, description="Review at every use instead of at intervals"
    )
    order_up_to: Quantity | None = Field(default=None, description="Fixed order-up-to level")
    reorder_point: Quantity | None = Field(default=None, description="(s, Q): order at or below s")
    order_quantity: Quantity | None = Field(default=None, description="(s, Q): how much to order")

    def model_post_init(self, _context: object) -> None:
        """Refuse a rule without its numbers."""
        s_q = (self.reorder_point is not None, self.order_quantity is not None)
        if self.rule == "s_q" and (not all(s_q) or not self.order_quantity):
            raise ValueError("the s_q rule needs reorder_point and a positive order_quantity")
        if self.rule != "s_q" and any(s_q):
            raise ValueError("reorder_point and order_quantity belong to the s_q rule")
        if self.review_every == 0:
            raise ValueError("need a review_every above 0")


class BillLine(Record):
    """One input of a site: how much of it one piece of output takes, and what is in stock."""

    per_unit: Quantity = Field(description="Amount of the input in one piece of output", gt=0)
    cover: DurationLaw | None = Field(
        default=None, description="Stock at the start, in days of use"
    )
    stock: Quantity | None = Field(default=None, description="Stock at the start, as an amount")
    ordering: Ordering | None = Field(default=None, description="Default: the site's ordering")

    def model_post_init(self, _context: object) -> None:
        """Refuse a stock that is given twice."""
        if self.cover is not None and self.stock is not None:
            raise ValueError("give either cover or stock, not both")


def _read_bill_line(value: object) -> object:
    """Let `1.5 kg` stand for `{per_unit: 1.5 kg}`."""
    return value if isinstance(value, dict | BillLine) else {"per_unit": value}


BillLineField = Annotated[
    BillLine, BeforeValidator(_read_bill_line, json_schema_input_type=BillLine | Quantity)
]


class Use(Record):
    """How a plant's demand comes: steadily (default), as Poisson units, or in batches."""

    pattern: Literal["steady", "poisson", "batch"] = Field(
        default="steady", description="Steady flow, single units at random, or batches"
    )
    quantity: Quantity | None = Field(
        default=None, description="batch: finished units made at once"
    )
    every: Duration | None = Field(default=None, description="batch: time between batches")
    first_at: Duration = Field(default=0, description="batch: time of the first one")
    unmet: Literal["lost", "backordered"] = Field(
        default="lost", description="What becomes of demand that cannot be met"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse a batch without its numbers."""
        if self.pattern == "batch" and not (self.quantity and self.every):
            raise ValueError("the batch pattern needs a positive quantity and every")
        if self.pattern == "steady" and self.unmet == "backordered":
            raise ValueError("backorders need the poisson or batch pattern")


def _read_use(value: object) -> object:
    return {"pattern": value} if isinstance(value, str) else value


UsePattern = Literal["steady", "poisson", "batch"]
UseField = Annotated[Use, BeforeValidator(_read_use, json_schema_input_type=Use | UsePattern)]


class HaltRules(Record):
    """When standing still counts as a halt, and what a restart needs."""

    min_halt: Duration = Field(default=8 * 3600, description="Shorter stops are lost output only")
    restart_cover: Duration = Field(
        default=2 * 86400, description="Cover the blocked inputs must reach"
    )
    restart_delay: Duration = Field(default=0, description="Time from then to the restart")


class Site(Record):
    """A place that makes one item: a magnet maker, a component maker or a plant."""

    kind: Literal["magnet_maker", "component_maker", "plant"] = Field(
        description="Its place in the chain; a magnet maker buys nothing, a plant sells at once"
    )
    country: CountryCode = Field(description="Where it stands")
    sector: Name | None = Field(
        default=None, description="auto, chip_equipment, defence, other, ..."
    )
    makes: Name = Field(description="The item it makes")
    output_per_day: Annotated[
        Quantity, Field(gt=0, description="Planned output a day; grams, pieces or units")
    ]
    bill: dict[Name, BillLineField] = Field(
        default_factory=dict, description="Inputs of one piece of output; empty for a magnet maker"
    )
    cover: DurationLaw | None = Field(default=None, description="Default cover of every input")
    output_stock: Quantity | None = Field(
        default=None, description="Finished stock at the start; default: one dispatch of every lane"
    )
    output_cover: Duration | None = Field(
        default=None, description="The same, in days of planned output"
    )
    output_cap: Quantity | None = Field(
        default=None, description="Most finished stock it keeps; default: the stock at the start"
    )
    ordering: Ordering = Field(default=Ordering(), description="Default for every input")
    use: UseField = Field(default=Use(), description="How its demand comes (plants)")
    allocation: Literal["proportional", "priority"] = Field(
        default="proportional", description="Who gets what when finished stock is short"
    )
    halts: HaltRules | None = Field(default=None, description="Default: the scenario's")
    exporter_size: Literal["small", "large"] = Field(
        default="large", description="What a rule can select it by"
    )
    note: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse what contradicts itself."""
        if self.output_stock is not None and self.output_cover is not None:
            raise ValueError("give either output_stock or output_cover, not both")
        if self.kind != "plant" and self.use.pattern != "steady":
            raise ValueError("only a plant can have poisson or batch use")


class OpenShipment(Record):
    """Goods already under way at the start."""

    quantity: Annotated[Quantity, Field(gt=0)] = Field(
        description="Amount under way [mass or pieces]"
    )
    arrives: Duration = Field(description="Time of arrival, counted from the start")


class Lane(Record):
    """Supplier to customer, for the item the supplier makes."""

    supplier: Name = Field(description="Site that sends")
    customer: Name = Field(description="Site that receives")
    transit: DurationLaw = Field(description="Door to door; 0 d delivers at dispatch")
    mode: Literal["sea", "air", "road", "rail"] = Field(
        default="sea", description="Means of transport; a label"
    )
    dispatch_every: Interval = Field(
        default=7 * 86400, description="Time between dispatches, or 'on order'"
    )
    share: Share = Field(default=1.0, description="Share of the customer's orders of this item")
    priority: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=0, description="Lower is served first under priority allocation"
    )
    destination: CountryCode | None = Field(
        default=None, description="Country of the end user; default: the customer's"
    )
    sector: Name | None = Field(
        default=None, description="Sector of the end user; default: customer's"
    )
    end_use: Literal["civil", "defence"] = Field(default="civil", description="Use by the end user")
    open_shipments: tuple[OpenShipment, ...] | None = Field(
        default=None, strict=False,
        description="Goods under way at the start; default: undisturbed flow; []: none",
    )  # fmt: skip
    note: str = ""
