"""Colours that can be told apart, names as they are written, files with the same bytes."""

import itertools
import warnings

import matplotlib as mpl
import numpy as np
import pytest

from sim.report.layout import Sheet
from sim.report.style import CAUSE_COLOURS, line_looks, save, styled, svg_bytes
from tests.report.made_up import ALTERNATIVES

# Machado, Oliveira and Fernandes (2009), severity 1: what each kind of eye makes of linear colours.
EYES = {
    "usual": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, eye: str) -> np.ndarray:
    """CIE L*a*b* of a colour as an eye sees it."""
    part = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    seen = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("eye", EYES)
def test_colours_of_lines_and_of_causes_can_be_told_apart(eye: str) -> None:
    first_seven = [look.colour for look in line_looks(list("abcdefg"), "a").values()]

    for colours in (first_seven, list(CAUSE_COLOURS.values())):
        for one, other in itertools.combinations(colours, 2):
            assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > 12, (one, other)


def test_no_two_of_24_alternatives_look_alike() -> None:
    names = [f"alternative {n}" for n in range(25)]

    looks = line_looks(names, names[3]).values()

    assert len({(look.colour, look.dashes) for look in looks}) == 25


def test_the_look_of_an_alternative_does_not_depend_on_which_others_are_drawn() -> None:
    names = tuple(ALTERNATIVES)

    assert (
        line_looks(names, names[0])["total stop"] == line_looks(names[:4], names[0])["total stop"]
    )


def test_the_users_settings_are_put_back() -> None:
    before = dict(mpl.rcParams)

    with styled():
        assert not mpl.rcParams["text.parse_math"]

    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    "name", ["$x^2$", "_hidden", "100 %", "<b>&amp;", r"\frac{1}{2}", "東京 😀"]
)
def test_a_name_is_drawn_as_it_is_written_without_a_warning(name: str, tmp_path) -> None:
    sheet = Sheet(5, 1, name, "under it", name)
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, svg = save(sheet.picture, tmp_path, "name")

    assert svg.read_text(encoding="utf-8").count(f">{escaped}</text>") == 2


def test_a_figure_looks_the_same_whatever_the_user_has_set(tmp_path) -> None:
    plain = Sheet(4, 1, "title", "", "caption").picture
    wanted = svg_bytes(plain)

    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "text.parse_math": True}):
        assert svg_bytes(plain) == wanted
