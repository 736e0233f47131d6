"""A supply network as a folder of four CSV files, read into the same tree as YAML.

| file | columns (those in bold are required) |
|---|---|
| `items.csv` | **name**, **kind**, controlled, composition, chinese_rare_earth_value_share,
  value_usd, note |
| `sites.csv` | **name**, **kind**, **country**, sector, **makes**, **output_per_day**, cover,
  output_stock, output_cover, output_cap, starts, ramp, qualification, review_every, forecast, use,
  allocation, exporter_size, note |
| `bom.csv` | **site**, **item**, **per_unit**, cover, stock, spare |
| `lanes.csv` | **name**, **supplier**, **customer**, **transit**, mode, dispatch_every, share,
  priority, destination, sector, end_use, from, to, below_cover, late_by, up_to_cover,
  premium_share, application_min, application_wait, note |

A column means what the field of the same name means in YAML (`review_every` and `forecast` those
of `ordering`; `below_cover`, `late_by` and `up_to_cover` those of `fallback`; each row of `bom.csv`
is a line of a site's `bill`). Columns that begin with `x-` are free. An empty cell is not given. A
composition is written in one line, as in YAML: `Nd 0.29, Dy 0.02`; so is a law: `35 d`,
`uniform 10 d, 20 d`, `triangular 14 d, 30 d, 56 d`, `exponential 30 d`, `gamma 30 d, 0.4`,
`lognormal 30 d, 0.4`, `weibull 30 d, 1.5`, `empirical 10 d; 20 d` (in quotes where it holds a
comma).

In:  a folder.
Out: `Branch` with items, sites and lanes; places are row and column of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import did_you_mean
from sim.scenario.files import Folder, check_text, read_text
from sim.scenario.tree import Branch, Entry, Faults, Leaf, Place, clean, shown
from sim.scenario.yaml_events import read_plain

__all__ = ["MAX_TABLE_BYTES", "TABLES", "read_network"]

MAX_TABLE_BYTES = 20_000_000

TABLES: dict[str, dict[str, str]] = {
    "items": {
        "name": "key", "kind": "text", "controlled": "truth", "composition": "text",
        "chinese_rare_earth_value_share": "number", "value_usd": "number", "note": "text",
    },
    "sites": {
        "name": "key", "kind": "text", "country": "text", "sector": "text", "makes": "text",
        "output_per_day": "amount", "cover": "text", "output_stock": "amount",
        "output_cover": "text", "output_cap": "amount", "starts": "text", "ramp": "text",
        "qualification": "text", "review_every": "text", "forecast": "text", "use": "text",
        "allocation": "text", "exporter_size": "text", "note": "text",
    },
    "bom": {
        "site": "key", "item": "key", "per_unit": "amount", "cover": "text", "stock": "amount",
        "spare": "truth",
    },
    "lanes": {
        "name": "key", "supplier": "text", "customer": "text", "transit": "text", "mode": "text",
        "dispatch_every": "text", "share": "number", "priority": "number", "destination": "text",
        "sector": "text", "end_use": "text", "from": "text", "to": "text", "below_cover": "text",
        "late_by": "text", "up_to_cover": "text", "premium_share": "number",
        "application_min": "amount", "application_wait": "text", "note": "text",
    },
}  # fmt: skip
"""The columns of each table, with the kind of their cells."""

REQUIRED = {
    "items": ("name", "kind"),
    "sites": ("name", "kind", "country", "makes", "output_per_day"),
    "bom": ("site", "item", "per_unit"),
    "lanes": ("name", "supplier", "customer", "transit"),
}
_INSIDE = {
    ("sites", "review_every"): "ordering",
    ("sites", "forecast"): "ordering",
    ("lanes", "below_cover"): "fallback",
    ("lanes", "late_by"): "fallback",
    ("lanes", "up_to_cover"): "fallback",
}
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|\Z)')
_NOT_FINITE = re.compile(r"[-+]?(inf|infinity|nan)", re.IGNORECASE)
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that fits the header: its cells by column."""

    number: int
    cells: dict[str, _Cell]
    place: Place


def read_network(leaf: Leaf, folder: Folder, faults: Faults) -> Branch | None:
    """Read the four tables of a network.

    Parameters
    ----------
    leaf : Leaf
        The value of `network`: a folder, relative to the file that names it.
    folder : Folder
        The folder of that file.
    faults : Faults
        Where to note what is wrong.

    Returns
    -------
    Branch or None
        A tree with `items`, `sites` and `lanes`; nothing if there is no such folder.
    """
    text = str(leaf.value)
    target = folder.locate(text, leaf.place, leaf.path, faults)
    if target is None:
        return None
    if not target.is_dir():
        code = "E_EXTENSION" if target.is_file() else "E_NOT_A_FILE"
        need = "need a folder of items.csv, sites.csv, bom.csv and lanes.csv"
        faults.add(leaf.place, leaf.path, code, need, shown(leaf))
        return None
    below = folder.below(text)
    before = len(faults.problems)
    rows = {table: _read_table(table, below, leaf, faults) for table in TABLES}
    if len(faults.problems) > before:
        faults.incomplete = True
    tree = {
        table: _records(table, rows[table], below.display(f"{table}.csv"), faults)
        for table in ("items", "sites", "lanes")
    }
    tree["sites"] = _with_bills(tree["sites"], rows["bom"], faults)
    place = Place(below.shown)
    return Branch({key: Entry(node.place, node) for key, node in tree.items()}, place, "")


def _read_table(table: str, folder: Folder, leaf: Leaf, faults: Faults) -> list[_Row]:
    """Read the rows of one file that fit its header."""
    called = folder.display(f"{table}.csv")
    file = (folder.path / f"{table}.csv").resolve()
    if not file.is_relative_to(folder.tree):
        need = "need files that stay in the folder tree of the scenario"
        faults.add(leaf.place, leaf.path, "E_PATH_OUTSIDE", need, f"{table}.csv")
        return []
    text = read_text(file, called, MAX_TABLE_BYTES, faults, (leaf.place, f"{leaf.path}.{table}"))
    if text is None or not check_text(text, called, faults, tabs=True):
        return []
    if not text.strip():
        need = "the file is empty: need a header and a row"
        faults.add(Place(called), "", "E_EMPTY", need)
        return []
    lines = _lines(text, called, faults)
    first = next(lines, None)
    if first is None or not _header_fits(table, first, called, text, faults):
        return []
    header = [cell.text for cell in first]
    rest = list(lines)
    rows = [row for line in rest if (row := _row(line, header, called, faults))]
    if not rest:
        faults.add(Place(called, 1, 1), "", "E_EMPTY", "need at least one row below the header")
    return rows


def _lines(text: str, called: str, faults: Faults) -> Iterator[list[_Cell]]:
    """Cut a text into cells; blank lines are passed over."""
    position, line, start = 0, 1, 0
    cells: list[_Cell] = []
    while position < len(text) or cells:
        match = _CELL.match(text, position)
        if match is None:
            place = Place(called, line, position - start + 1)
            need = "need a quoted cell that is closed, with two quotes for one inside"
            faults.add(place, f"row {line}", "E_COLUMNS", need, "a stray quote")
            return
        quoted, bare, end = match[1], match[2], match[3]
        value = bare.strip() if quoted is None else quoted.replace('""', '"')
        cells.append(_Cell(value, line, position - start + 1))
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            start = position + match[0].rindex("\n") + 1
        position = match.end()
        if end != ",":
            if len(cells) > 1 or cells[0].text:
                yield cells
            cells = []


def _header_fits(table: str, header: list[_Cell], called: str, text: str, faults: Faults) -> bool:
    """Check the names of the columns: known, each once, none missing."""
    first = text.lstrip().partition("\n")[0]
    place = Place(called, header[0].line, 1)
    if first.startswith("version https://git-lfs"):
        need = "this is a Git LFS pointer, not the file itself"
        faults.add(place, "row 1", "E_COLUMNS", need, "", "run 'git lfs pull'")
        return False
    if len(header) == 1 and ";" in first:
        need = "need columns separated by commas, not by semicolons"
        hint = "in Excel choose 'CSV UTF-8', with a point as decimal sign"
        faults.add(place, "row 1", "E_COLUMNS", need, f"'{clean(first, 58)}'", hint)
        return False
    if not check_conflicts(header, called, faults):
        return False
    known, fits, seen = TABLES[table], True, set[str]()
    for cell in header:
        here, got = Place(called, cell.line, cell.column), f"'{clean(cell.text, 58)}'"
        if cell.text in seen:
            faults.add(
                here, f"row 1, {clean(cell.text)}", "E_COLUMNS", "column is there twice", got
            )
            fits = False
        elif cell.text not in known and not cell.text.startswith("x-"):
            hint = did_you_mean(cell.text, known) or f"known columns: {', '.join(known)}"
            faults.add(here, f"row 1, {clean(cell.text)}", "E_COLUMNS", "unknown column", got, hint)
            fits = False
        seen.add(cell.text)
    for name in REQUIRED[table]:
        if name not in seen:
            faults.add(
                place, f"row 1, {name}", "E_COLUMNS", f"need the column '{name}'; it is missing"
            )
            fits = False
    return fits


def check_conflicts(cells: list[_Cell], called: str, faults: Faults) -> bool:
    """Refuse a row that a version control system left behind."""
    if not cells[0].text.startswith(_CONFLICT):
        return True
    place = Place(called, cells[0].line, cells[0].column)
    need = "this row is the mark of a merge conflict"
    hint = "settle the conflict in git, then delete the marks"
    got = f"'{clean(cells[0].text, 58)}'"
    faults.add(place, f"row {cells[0].line}", "E_COLUMNS", need, got, hint)
    return False


def _row(cells: list[_Cell], header: list[str], called: str, faults: Faults) -> _Row | None:
    """Give the cells of a row their columns; it must have as many as the header."""
    number = cells[0].line
    place = Place(called, number, cells[0].column)
    if not check_conflicts(cells, called, faults):
        return None
    if len(cells) != len(header):
        need = f"need as many cells as the header, {len(header)}"
        more = "is a comma missing its quotes?" if len(cells) > len(header) else ""
        faults.add(place, f"row {number}", "E_COLUMNS", need, f"{len(cells)} cells", more)
        return None
    return _Row(number, dict(zip(header, cells, strict=True)), place)


def _records(table: str, rows: list[_Row], called: str, faults: Faults) -> Branch:
    """Make a mapping from name to record of the rows of a table."""
    entries: dict[str, Entry] = {}
    for row in rows:
        name = row.cells["name"]
        if name.text in entries:
            _note_twice(f"'{clean(name.text, 40)}'", row, entries[name.text].place, faults)
            continue
        if not name.text:
            need = "need a name"
            faults.add(row.place, f"row {row.number}, name", "E_NAME", need, "an empty cell")
            continue
        place = Place(called, name.line, name.column)
        entries[name.text] = Entry(place, _record(table, row, called))
    return Branch(entries, Place(called, 1, 1), table)


def _note_twice(what: str, row: _Row, first: Place, faults: Faults) -> None:
    need = f"{what} stands here and in row {first.line}: keep one"
    faults.add(row.place, f"row {row.number}", "E_DUP", need)


def _record(table: str, row: _Row, called: str) -> Branch:
    """Make a record of the cells of a row that are not empty."""
    path = f"row {row.number}"
    entries: dict[str, Entry] = {}
    for column, cell in row.cells.items():
        kind = TABLES[table].get(column, "free")
        if kind in {"key", "free"} or not cell.text:
            continue
        place = Place(called, cell.line, cell.column)
        leaf = _leaf(cell.text, kind, place, f"{path}, {column}")
        inside = _INSIDE.get((table, column))
        if inside is None:
            entries[column] = Entry(place, leaf)
            continue
        within = entries.setdefault(inside, Entry(place, Branch({}, place, path))).node
        if isinstance(within, Branch):
            within.entries[column] = Entry(place, leaf)
    return Branch(entries, row.place, path)


def _leaf(text: str, kind: str, place: Place, path: str) -> Leaf:
    """Read a cell as its column wants it; what does not fit stays text for the schema to refuse."""
    value: str | int | float | bool | None = text
    if kind in {"number", "amount"} and _NOT_FINITE.fullmatch(text):
        value = float(text)
    elif kind in {"number", "amount", "truth"} and len(text) <= 400:
        try:
            read = read_plain(text)
        except ValueError:
            read = 10**40
        fits = {"number": (int, float), "amount": (int, float), "truth": (bool,)}[kind]
        if isinstance(read, fits) and isinstance(read, bool) == (kind == "truth"):
            value = read
    return Leaf(value, text, place, path)


def _with_bills(sites: Branch, rows: list[_Row], faults: Faults) -> Branch:
    """Add each row of `bom.csv` to the bill of its site."""
    bills: dict[str, dict[str, Entry]] = {}
    for row in rows:
        site, item = row.cells["site"], row.cells["item"]
        called = row.place.file
        if site.text not in sites.entries:
            if faults.incomplete:
                continue
            place = Place(called, site.line, site.column)
            need, hint = "need a site of sites.csv", did_you_mean(site.text, sites.entries)
            got = f"'{clean(site.text, 58)}'"
            faults.add(place, f"row {row.number}, site", "E_REF", need, got, hint)
            continue
        bill = bills.setdefault(site.text, {})
        if item.text in bill:
            what = f"'{clean(item.text, 40)}' for '{clean(site.text, 40)}'"
            _note_twice(what, row, bill[item.text].place, faults)
            continue
        place = Place(called, item.line, item.column)
        bill[item.text] = Entry(place, _record("bom", row, called))
    entries = dict(sites.entries)
    for name, bill in bills.items():
        first = next(iter(bill.values())).place
        node = entries[name].node
        if isinstance(node, Branch):
            lines = Branch(bill, first, "bill")
            both = Branch(node.entries | {"bill": Entry(first, lines)}, node.place, node.path)
            entries[name] = Entry(entries[name].place, both)
    return Branch(entries, sites.place, sites.path)
