"""Which files and which sites a record of a scenario is about; what it does not state matches all.

In:  `Selector` and `SiteSelector` records.
Out: yes or no, for a kind of file or a site.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from sim.scenario.schema import Applicants, Lane, Scenario, Selector, Site, SiteSelector

__all__ = ["FileKind", "Wanted", "file_kind", "matches", "selects", "stream_kind", "wanted"]

Wanted = tuple[tuple[int, Container[str]], ...]
"""What a record asks of a file: places in `FileKind`, and the values that will do."""
_STOCKPILE: str = "stockpile"


class FileKind(NamedTuple):
    """Everything a rule can select a file by; "" matches only what does not ask for it."""

    destination: str
    sector: str
    end_use: str
    item: str
    exporter: str
    customer: str
    exporter_size: str


def wanted(selector: Selector) -> Wanted:
    """Return what a record states, to be matched with many kinds of files."""
    stated = ((place, getattr(selector, field)) for place, field in enumerate(FileKind._fields))
    return tuple((place, frozenset(values)) for place, values in stated if values is not None)


def matches(asks: Wanted, kind: FileKind) -> bool:
    """Say whether a record is about this kind of file.

    Examples
    --------
    >>> car = FileKind("DE", "auto", "civil", "motor magnet", "", "", "large")
    >>> autos = wanted(Selector(sector=("auto",)))
    >>> matches(autos, car), matches(autos, car._replace(sector="defence")), matches((), car)
    (True, False, True)
    """
    return all(kind[place] in values for place, values in asks)


def file_kind(scenario: Scenario, lane: Lane) -> FileKind:
    """Return what a rule can select this lane's applications by."""
    supplier, customer = scenario.sites[lane.supplier], scenario.sites[lane.customer]
    return FileKind(
        destination=lane.destination or customer.country,
        sector=lane.sector or customer.sector or "other",
        end_use=lane.end_use,
        item=supplier.makes,
        exporter=lane.supplier,
        customer=lane.customer,
        exporter_size=supplier.exporter_size,
    )


def stream_kind(stream: Applicants) -> FileKind:
    """Return what a rule can select the files of other applicants by."""
    return FileKind(
        destination=stream.destination,
        sector=stream.sector,
        end_use=stream.end_use,
        item=stream.item or "",
        exporter="",
        customer="",
        exporter_size=stream.exporter_size,
    )


def selects(selector: SiteSelector, name: str, site: Site) -> bool:
    """Say whether a record is about this site; none is about a stockpile, which is nobody's."""
    among = (
        (selector.site, name),
        (selector.kind, site.kind),
        (selector.country, site.country),
        (selector.sector, site.sector),
    )
    asked_for = all(values is None or value in values for values, value in among)
    return asked_for and site.kind != _STOCKPILE
