"""Which files may be read, and how bytes become text.

Input is hostile until parsed. A scenario may name other files, but only plain files below its own
folder tree: the folder of the file that was opened and everything below it, or, when that folder
lies directly in one called `scenarios`, that one. Links are followed before the question is asked.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.tree import Faults, Place, clean

__all__ = ["Folder", "check_text", "read_text"]

_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_SUSPECT = re.compile(r"[^\t\n\x20-\x7e]")
MOST_NOTED = 20
"""Most characters of one file that are named one by one."""
_LOCALE_SPACES = {"\u2028", "\u2029"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that files may be named from, the tree they must stay in, and how to show it."""

    path: Path
    tree: Path
    shown: str

    @classmethod
    def of(cls, file: Path) -> Folder:
        """Return the folder of the file that was opened."""
        path = file.parent.resolve()
        tree = path.parent if path.parent.name == "scenarios" else path
        return cls(path, tree, str(file.parent))

    def display(self, name: str) -> str:
        """Show a file of this folder, relative to where the user started."""
        return Path(os.path.normpath(Path(self.shown) / name)).as_posix()

    def below(self, name: str) -> Folder:
        """Return the folder that a file or folder name leads to."""
        return Folder((self.path / name).resolve(), self.tree, self.display(name))

    def locate(
        self, text: str, place: Place, path: str, faults: Faults, suffixes: tuple[str, ...] = ()
    ) -> Path | None:
        """Find what a scenario names, or note why it may not be read."""

        def refuse(code: str, need: str) -> None:
            faults.add(place, path, code, need, f"'{clean(text, 58)}'")

        if _URL.match(text):
            refuse("E_PATH_URL", "need a path; nothing is fetched from the network")
            return None
        outside = "need a relative path that stays in the folder tree of the scenario"
        if not text or text.startswith(("/", "~")) or "\\" in text or ":" in text:
            refuse("E_PATH_OUTSIDE", outside)
            return None
        if suffixes and Path(text).suffix not in suffixes:
            refuse("E_EXTENSION", f"need a {' or '.join(suffixes)} file")
            return None
        try:
            target = (self.path / text).resolve()
            if not target.is_relative_to(self.tree):
                refuse("E_PATH_OUTSIDE", outside)
                return None
            target.stat()
        except FileNotFoundError:
            refuse("E_NOT_FOUND", f"need a file or folder that is there, in {self.path}")
            return None
        except (OSError, ValueError, RuntimeError):
            refuse("E_NOT_FOUND", "need a path that can be opened")
            return None
        return target


def read_text(
    file: Path, shown: str, limit: int, faults: Faults, at: tuple[Place, str] | None = None
) -> str | None:
    r"""Read a UTF-8 file, with or without a byte order mark, with any line ends.

    Parameters
    ----------
    file, shown : Path, str
        What to open and what to call it in a message.
    limit : int
        Most bytes that are read.
    faults : Faults
        Where to note what is wrong.
    at : tuple of Place and str, optional
        The place and path of the key that names the file, if a key does.

    Returns
    -------
    str or None
        The text with `\n` line ends; nothing if it cannot be used.
    """
    place, path = at or (Place(shown), "")
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
            faults.add(place, path, "E_NOT_A_FILE", "need a regular file", what)
            return None
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        faults.add(place, path, "E_NOT_FOUND", "there is no such file")
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        faults.add(place, path, "E_NOT_FOUND", f"the file cannot be opened: {reason}")
        return None
    if len(data) > limit:
        need = f"the file is too large: need at most {limit // 1_000_000} MB"
        faults.add(Place(shown), "", "E_SIZE", need)
        return None
    return _decode(data, shown, faults)


def _decode(data: bytes, shown: str, faults: Faults) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        got = f"byte 0x{data[error.start]:02X}"
        need = "the file is not UTF-8 text"
        hint = "save it as UTF-8 (in Excel: 'CSV UTF-8')"
        faults.add(Place(shown, line, column), "", "E_ENCODING", need, got, hint)
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_text(text: str, shown: str, faults: Faults, *, tabs: bool) -> bool:
    r"""Note every character that does not show: control, format and zero-width characters.

    Parameters
    ----------
    text : str
        The text, with `\n` line ends.
    shown : str
        The file's name in messages.
    faults : Faults
        Where to note them.
    tabs : bool
        Whether a tab is allowed.

    Returns
    -------
    bool
        Whether the text is free of them.
    """
    found = 0
    if not tabs and "\t" in text:
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line and found < MOST_NOTED:
                found += 1
                place = Place(shown, number, line.index("\t") + 1)
                need = "a tab cannot stand here: write spaces"
                faults.add(place, "", "E_YAML_SYNTAX", need, "a tab")
    if text.isascii() and text.isprintable():
        return not found
    for match in _SUSPECT.finditer(text):
        if is_hidden(match[0]) and found < MOST_NOTED:
            found += 1
            start = text.rfind("\n", 0, match.start()) + 1
            place = Place(shown, text.count("\n", 0, start) + 1, match.start() - start + 1)
            faults.add(place, "", "E_TEXT_CONTROL", *hidden(match[0]))
    return not found


def is_hidden(char: str) -> bool:
    """Tell whether a character takes no room on a page, or is no character at all."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} or char in _LOCALE_SPACES


def hidden(char: str) -> tuple[str, str, str]:
    """Return what is needed, what was found and how to mend it, for a hidden character."""
    code = f"U+{ord(char):04X}"
    kind = "control" if unicodedata.category(char) == "Cc" else "hidden"
    name = unicodedata.name(char, "")
    got = f"{code} ({name.lower()})" if name else code
    return f"need text without a {kind} character (control character)", got, "delete it"
