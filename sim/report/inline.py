"""A picture as a piece of a page: clean SVG that can stand beside other SVG.

What matplotlib writes for a file is cut down: no addresses, no comments, names of parts only where
they are referred to and then with a prefix of their own, coordinates to a hundredth of a point.

In:  a `Picture`.
Out: text that begins with `<svg` and holds no link to anything outside itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from sim.report.style import Picture, svg_bytes

__all__ = ["inline_svg"]

_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"font-family: [^;]+;? ?")
_DROPPED = {"metadata", "style"}


def inline_svg(picture: Picture, prefix: str, description: str) -> str:
    """Body of a picture, without its title and caption, as SVG for a page.

    Parameters
    ----------
    picture : Picture
        A figure of this package; it is left as it was.
    prefix : str
        Goes before the name of every part; no two pictures of a page may share it.
    description : str
        What the picture shows, for those who do not see it.

    Returns
    -------
    str
        An `svg` element with a `title` and a `desc`.
    """
    for text in picture.frame_texts:
        text.set_visible(False)
    try:
        raw = svg_bytes(picture, bbox_inches=picture.body, pad_inches=0.0)
    finally:
        for text in picture.frame_texts:
            text.set_visible(True)
    # What is parsed was written by matplotlib a moment ago, with every name escaped.
    root = ET.fromstring(raw)  # noqa: S314
    used = set(_references(root))
    _clean(root, prefix, used)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "class": "picture",
        "role": "img",
        "aria-labelledby": f"{prefix}-title {prefix}-desc",
    }
    title, about = ET.Element("title"), ET.Element("desc")
    title.text, title.attrib = picture.heading, {"id": f"{prefix}-title"}
    about.text, about.attrib = description, {"id": f"{prefix}-desc"}
    root[:0] = [title, about]
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _references(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name.endswith("href") and value.startswith("#"):
                yield value[1:]
            yield from _REFERENCE.findall(value)


def _clean(element: ET.Element, prefix: str, used: set[str]) -> None:
    """Strip namespaces and unused names, prefix the others, and round coordinates; recursive."""
    element.tag = element.tag.rpartition("}")[2]
    kept = {}
    for name, value in element.attrib.items():
        name = name.rpartition("}")[2]
        if name == "id":
            if value in used:
                kept[name] = f"{prefix}-{value}"
            continue
        if name == "href":
            kept[name] = f"#{prefix}-{value[1:]}"
            continue
        value = _REFERENCE.sub(lambda match: f"url(#{prefix}-{match[1]})", value)
        if name == "style":
            value = _FAMILY.sub("", value)
        kept[name] = _NUMBER.sub(_rounded, value).replace("\n", " ").strip()
    element.attrib = kept
    element.tail = None
    if element.tag not in {"text", "tspan"}:
        element.text = None
    for child in list(element):
        if child.tag.rpartition("}")[2] in _DROPPED:
            element.remove(child)
        else:
            _clean(child, prefix, used)


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
