"""What a scenario file may say about the network: items, sites, their bills, and lanes.

In:  plain dictionaries from `sim.scenario.load`.
Out: the records that `sim.scenario.schema.Scenario` holds by name.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.scenario.field_faults import TypeError_
from sim.scenario.fields import (
    LONGEST,
    CountryCode,
    Duration,
    Interval,
    Moment,
    Name,
    Number,
    Quantity,
    Record,
    Share,
)
from sim.scenario.laws import DurationLaw

__all__ = ["BillLine", "Element", "Fallback", "HaltRules", "Item", "Lane", "OpenShipment",
           "Ordering", "Site", "Use"]  # fmt: skip


Element = Literal["Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er",
                  "Tm", "Yb", "Lu"]  # fmt: skip
"""Symbols of the rare-earth elements (without promethium)."""


_PART = re.compile(r"([A-Z][a-z]?) ([0-9]+(?:\.[0-9]+)?)")


def _read_composition(value: object) -> object:
    """Let `Nd 0.29, Dy 0.02` stand for `{Nd: 0.29, Dy: 0.02}`."""
    if not isinstance(value, str):
        return value
    parts = [_PART.fullmatch(part.strip()) for part in re.split("[,;]", value)]
    read = {part[1]: float(part[2]) for part in parts if part is not None}
    if len(read) != len(parts):
        raise TypeError_("need each element once with its mass share, such as 'Nd 0.29, Dy 0.02'")
    return read


CompositionField = Annotated[
    dict[Element, Share],
    BeforeValidator(_read_composition, json_schema_input_type=dict[Element, Share] | str),
]
"""Mass shares by element, as a mapping or in one line."""


class Item(Record):
    """A rare-earth feed, a magnet grade, a component or a product; items are not fungible."""

    kind: Literal["rare_earth", "magnet", "component", "product"] = Field(
        description="rare_earth and magnet: counted in grams; component and product: in pieces"
    )
    controlled: bool = Field(
        default=False, description="Controlled whatever the lists say: a gate on it asks a licence"
    )
    composition: CompositionField = Field(
        default_factory=dict,
        description="Mass shares of rare-earth elements, by symbol; or as text, 'Nd 0.29, Dy 0.02'",
    )
    chinese_rare_earth_value_share: Share | None = Field(
        default=None,
        description="Share of its value that is Chinese rare earths; default: worked out from the "
        "values and shares of what it is made of; where they are not known, it is on no such list",
    )
    value_usd: Annotated[Number, Field(ge=0, le=1e12)] | None = Field(
        default=None, description="Value of one gram or piece [USD]"
    )
    note: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a composition of more than the whole."""
        if math.fsum(self.composition.values()) > 1 + 1e-9:
            raise ValueError("need mass shares that sum to at most 1 in composition")


def _read_forecast(value: object) -> int:
    """Read `moving_average n`."""
    match = (
        re.fullmatch(r"moving_average ([1-9][0-9]{0,2})", value) if isinstance(value, str) else None
    )
    if match is None:
        raise TypeError_(
            "need 'moving_average' and a number of reviews, such as 'moving_average 5'"
        )
    return int(match[1])


ForecastField = Annotated[
    int,
    BeforeValidator(_read_forecast),
    WithJsonSchema({"type": "string", "pattern": "^moving_average [1-9][0-9]{0,2}$"}),
]
"""Reviews over which use is averaged."""


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
    forecast: ForecastField | None = Field(
        default=None,
        description="order_up_to: 'moving_average n' re-estimates use over the last n reviews; "
        "default: the level is fixed",
    )
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
        if self.forecast is not None and (self.rule != "order_up_to" or self.continuous):
            raise ValueError("forecast belongs to the order_up_to rule with reviews at intervals")


class BillLine(Record):
    """One input of a site: how much of it one piece of output takes, and what is in stock."""

    per_unit: Quantity = Field(
        description="Amount of the input in one piece of output; for a site that makes a mass "
        "(magnets, rare earths), in one kilogram of it", gt=0,
    )  # fmt: skip
    cover: DurationLaw | None = Field(
        default=None, description="Stock at the start, in days of use"
    )
    stock: Quantity | None = Field(default=None, description="Stock at the start, as an amount")
    ordering: Ordering | None = Field(default=None, description="Default: the site's ordering")
    spare: bool = Field(
        default=False,
        description="Used only in the place of another input (substitution), not beside it",
    )

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
    """A place that makes one item: a separator, a magnet maker, a component maker or a plant."""

    kind: Literal["separator", "magnet_maker", "component_maker", "plant"] = Field(
        description="Its place in the chain; a separator makes rare earths and buys nothing, a "
        "magnet maker buys at most those, a plant sells at once"
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
        default_factory=dict,
        description="Inputs of one piece of output, or of one kilogram of what is weighed; "
        "a magnet maker has none or rare earths",
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
    starts: Moment | None = Field(
        default=None, description="First day of production; default: before the start"
    )
    ramp: Duration = Field(
        default=0, description="From then, output rises in a line to the planned rate over this"
    )
    qualification: Duration = Field(
        default=0, description="From then, until customers may order from it"
    )
    ordering: Ordering = Field(default=Ordering(), description="Default for every input")
    use: UseField = Field(default=Use(), description="How its demand comes (plants)")
    allocation: Literal["proportional", "uniform", "linear", "priority", "turn_and_earn"] = Field(
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


class Fallback(Record):
    """When a lane that is not used otherwise is ordered on."""

    below_cover: Duration | None = Field(
        default=None,
        description="While the cover of the input, with what arrives within its transit, is below "
        "this",
    )
    late_by: Duration | None = Field(
        default=None, description="For what other lanes are late with beyond this patience"
    )
    up_to_cover: Duration | None = Field(
        default=None, description="below_cover: order up to this cover; default: the same"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse a fallback without a reason, or with two."""
        if (self.below_cover is None) == (self.late_by is None):
            raise ValueError("give either below_cover or late_by")
        if self.up_to_cover is not None and self.up_to_cover < (self.below_cover or LONGEST):
            raise ValueError("up_to_cover belongs to below_cover, and is at least as long")


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
    end_use: Literal["civil", "dual_use", "defence"] = Field(
        default="civil", description="Use by the end user; dual_use where it is ambiguous"
    )
    from_: Moment | None = Field(
        default=None, alias="from", description="First day on which it can be ordered on"
    )
    to: Moment | None = Field(
        default=None, description="First day on which it can no longer be ordered on"
    )
    fallback: Fallback | None = Field(
        default=None, description="Ordered on in need only, beside the shares of other lanes"
    )
    premium_share: Annotated[Number, Field(ge=0, le=100)] = Field(
        default=0.0, description="What goods cost more on this lane, as a share of their value"
    )
    application_min: Quantity = Field(
        default=0, description="Least that an application is filed for; less waits for more"
    )
    application_wait: Duration = Field(
        default=28 * 86400, description="Longest that less than application_min waits"
    )
    open_shipments: tuple[OpenShipment, ...] | None = Field(
        default=None, strict=False,
        description="Goods under way at the start; default: undisturbed flow; []: none",
    )  # fmt: skip
    note: str = ""
