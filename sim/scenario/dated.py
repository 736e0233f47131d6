"""What is in force from when to when: the fields that rules, gates, lists and measures share.

Most dates are known. Some are left to chance (drawn once per replication), and some things begin
only when a run has brought them about (a trigger).

In:  plain dictionaries from `sim.scenario.load`.
Out: base records of `sim.scenario.licence_schema` and `sim.scenario.measures_schema`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.fields import CountryCode, Duration, Moment, Name, Number, Record, Share

__all__ = ["Chance", "Dated", "SiteSelector", "Trigger"]


class Dated(Record):
    """In force [from, to); perhaps with a probability, perhaps only while a trigger is active."""

    from_: Moment | None = Field(
        default=None, alias="from",
        description="First day in force; default: the start, or the day on which `if` comes true",
    )  # fmt: skip
    to: Moment | None = Field(default=None, description="First day no longer in force")
    probability: Share | None = Field(
        default=None, description="Drawn once per replication: it happens or it does not"
    )
    latest: Moment | None = Field(
        default=None, description="Then it begins at a uniformly drawn time in [from, latest]"
    )
    if_: Name | None = Field(
        default=None, alias="if",
        description="Only if this chance comes true; begins then, unless it states from",
    )  # fmt: skip
    unless: Name | None = Field(default=None, description="Only if this chance does not come true")
    on: Name | None = Field(
        default=None, description="Only while this trigger is active; overrules dated records"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse dates and chances that contradict one another."""
        if self.latest is not None and self.from_ is None:
            raise ValueError("latest needs from: it begins at a drawn time between the two")
        if self.probability is not None and (self.if_ is not None or self.unless is not None):
            raise ValueError("give probability, or if and unless, not both")
        if self.if_ is not None and self.if_ == self.unless:
            raise ValueError("if and unless name the same chance: it could never be in force")


class SiteSelector(Record):
    """Which sites a record is about; what is not stated matches everything."""

    site: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Names of sites"
    )
    kind: tuple[Literal["separator", "magnet_maker", "component_maker", "plant"], ...] | None = (
        Field(default=None, min_length=1, strict=False, description="Kinds of sites")
    )
    country: tuple[CountryCode, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Countries of sites"
    )
    sector: tuple[Name, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Sectors of sites"
    )


class Chance(Record):
    """Something that may or may not happen, drawn once per replication: a truce renewed, or not.

    Rules, gates, lists and measures refer to it by `if` and `unless`. All alternatives see the
    same luck: where two state different probabilities, the less likely is contained in the other.
    """

    probability: Share = Field(description="Probability that it comes true")
    from_: Moment | None = Field(default=None, alias="from", description="Earliest time")
    latest: Moment | None = Field(
        default=None, description="Latest time; drawn uniformly between the two"
    )
    note: str = ""
    source: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a latest time without an earliest."""
        if self.latest is not None and self.from_ is None:
            raise ValueError("latest needs from: the time is drawn between the two")


class Trigger(SiteSelector):
    """A reaction to what happens in a run: `when` a quantity crosses `above`, `after` a lag.

    It fires at each upward crossing and is active from `after` later (a second at least), for
    `lasts`, or until the quantity has come down to `until`; only then can it fire again. One that a
    policy written in Python switches fires when it is switched on, and is back when switched off.
    """

    when: Literal["halted_share", "backlog", "policy"] = Field(
        description="halted_share: of the selected sites, those at zero output for lack of an "
        "input; backlog: files at a desk that are not yet decided; policy: a policy written in "
        "Python switches it"
    )
    desk: Name | None = Field(default=None, description="backlog: the desk")
    other_applicants: bool = Field(
        default=False, description="backlog: count other applicants' files, too"
    )
    above: Annotated[Number, Field(ge=0, le=1e9)] | None = Field(
        default=None,
        description="Fires when the quantity comes from this or less to more than this; needed "
        "unless a policy switches it",
    )
    until: Annotated[Number, Field(ge=0, le=1e9)] | None = Field(
        default=None, description="Re-arms at this or less; default: above"
    )
    after: Duration = Field(default=0, description="From the crossing to the effect")
    lasts: Duration | None = Field(
        default=None, description="Length of the effect; default: until it re-arms, and after"
    )
    from_: Moment | None = Field(default=None, alias="from", description="Watches from this day on")
    to: Moment | None = Field(default=None, description="No longer watches from this day on")
    note: str = ""
    source: str = ""

    def model_post_init(self, _context: object) -> None:
        """Refuse a trigger that could not work."""
        sites = (self.site, self.kind, self.country, self.sector)
        if self.lasts == 0:
            raise ValueError("need a length above 0 in lasts")
        if self.when == "policy":
            watched = (*sites, self.desk, self.above, self.until, self.from_, self.to)
            if any(field is not None for field in watched) or self.other_applicants:
                raise ValueError("a policy watches for itself: state after and lasts at most")
            return
        if self.above is None:
            raise ValueError("need above: the quantity at which it fires")
        if self.when == "backlog" and (self.desk is None or any(sites)):
            raise ValueError("a backlog needs its desk, and is not of sites")
        if self.when == "halted_share" and (self.desk is not None or self.other_applicants):
            raise ValueError("a halted_share is of sites: leave out desk and other_applicants")
        if self.when == "halted_share" and self.above >= 1:
            raise ValueError("need a share below 1 in above: never are more than all sites halted")
        if self.until is not None and self.until > self.above:
            raise ValueError("need an until of at most above")
