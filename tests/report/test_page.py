"""One file that fetches nothing, says everything as text, and is sound HTML."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.report import draw
from sim.report.assumptions import cited_figures, cut_addresses, differences, rules, source_spans
from sim.report.inline import inline_svg
from sim.report.page import write_report_page
from sim.scenario import Scenario
from tests.report import made_up
from tests.report.made_up import HOSTILE, MATHS, PICTURE, TEMPLATE

VOID = {"meta", "br", "hr", "img", "link", "input", "col", "base"}
LARGEST = 6_000_000


class Outline(HTMLParser):
    """Tags that are open, and all that a test may want to know of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser


@pytest.fixture(scope="module")
def read(page: str) -> Outline:
    return outline(page)


def test_every_tag_is_closed_in_order(read: Outline) -> None:
    assert read.faults == []
    assert read.open == []


def test_the_page_fetches_nothing(page: str, read: Outline) -> None:
    fetching = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "audio",
                "video", "source", "image", "animate", "set", "foreignobject"}  # fmt: skip
    found = {tag for tag, _ in read.tags}

    assert found & fetching == set()
    for tag, attributes in read.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "srcset", "action", "data", "poster", "background"}
            if name == "href":
                assert tag == "a" or str(value).startswith("#"), (tag, value)
            if name != "content":
                assert not re.search(r"url\((?!#)", str(value)), (tag, value)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_links_go_to_sources_only_and_tell_them_nothing(read: Outline) -> None:
    links = read.all("a")

    assert links
    for link in links:
        assert re.match(r"https?://", str(link["href"]))
        assert "noreferrer" in str(link["rel"])


def test_the_browser_is_told_to_refuse_every_request(page: str) -> None:
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in page
    assert '<meta name="referrer" content="no-referrer">' in page


def test_no_name_in_the_page_stands_for_two_things(read: Outline) -> None:
    ids = [str(attributes["id"]) for _, attributes in read.tags if "id" in attributes]

    assert len(ids) == len(set(ids))


def test_what_a_picture_refers_to_is_on_the_page(page: str, read: Outline) -> None:
    ids = {attributes.get("id") for _, attributes in read.tags}
    wanted = set(re.findall(r"url\(#([^)]+)\)", page))
    wanted |= {str(a["href"])[1:] for tag, a in read.tags if tag == "use"}
    wanted |= {part for _, a in read.tags for part in str(a.get("aria-labelledby") or "").split()}

    assert wanted
    assert wanted <= ids


def test_every_picture_has_words_a_caption_and_its_table(page: str, read: Outline) -> None:
    n_pictures = len(read.all("svg"))

    assert n_pictures == 6
    assert page.count("<figcaption>") == n_pictures
    assert page.count("<desc id=") == n_pictures
    assert page.count("The numbers as a table") == n_pictures
    assert len(read.all("caption")) == len(read.all("table"))


def test_the_answer_comes_before_the_first_picture(page: str) -> None:
    assert page.index("55\u00a0% of the plants halt") < page.index("<svg")


def test_version_seed_and_replications_are_on_the_page(read: Outline) -> None:
    text = " ".join("".join(read.text).split())

    assert re.search(r"Magnet Runway \d+\.\d+\.\d+, model [0-9a-f]{16}", text)
    assert "seed 2025 · 50 replications of each alternative" in text


def test_the_page_says_what_it_may_not_claim(read: Outline) -> None:
    text = " ".join("".join(read.text).split())

    for words in (
        "not a forecast of a government's policy",
        "no statement about a named firm's plant",
        "Monte Carlo error",
        "the setting “queue” for the desk “mofcom”",
        "censored figure",
        "given as a bound, not as zero",
    ):
        assert words in text


def test_hostile_names_are_text(page: str, read: Outline) -> None:
    text = "".join(read.text)

    for words in (HOSTILE, MATHS, TEMPLATE, PICTURE, "javascript:alert(1)"):
        assert words in text
    assert "<script" not in page
    assert "49" not in re.findall(r"<th scope=\"row\">([^<]*)</th>", page)
    assert 'href="javascript' not in page
    assert 'src="http' not in page


def test_hostile_alternatives_are_text_in_pictures_and_tables(findings, results, design, tmp_path):
    names = dict(zip(made_up.ALTERNATIVES, (HOSTILE, MATHS, TEMPLATE, PICTURE), strict=False))
    other = made_up.renamed(findings, names)
    scenario = design.alternatives["as it happened"]
    halts = results.table("halts").assign(alternative=HOSTILE)
    renamed = made_up.FakeDesign("x", dict.fromkeys(other.alternatives, scenario), HOSTILE)

    drawn = draw(other, made_up.FakeResults(halts), renamed, tmp_path)

    page = drawn.page.read_text(encoding="utf-8")
    read = outline(page)
    assert read.faults == []
    assert "<script" not in page
    for name in names.values():
        assert "".join(read.text).count(name) > 5


def test_two_draws_give_the_same_bytes(findings, results, design, drawn, tmp_path) -> None:
    again = draw(findings, results, design, tmp_path)
    first = sorted(Path(drawn.page).parent.iterdir())

    assert [path.name for path in first] == sorted(path.name for path in tmp_path.iterdir())
    for path in first:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
    assert again.page.name == "report.html"


def test_every_picture_is_there_as_png_and_svg(drawn) -> None:
    assert list(drawn.figures) == [
        "summary", "halt_curves", "runway", "halt_timeline", "licences", "network",
    ]  # fmt: skip
    for path in drawn.figures.values():
        assert path.read_bytes().startswith(b"\x89PNG")
        assert b"<svg" in path.with_suffix(".svg").read_bytes()


def test_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < LARGEST / 3


def test_a_picture_is_left_as_it_was_after_being_set_into_a_page(pictures) -> None:
    picture = pictures["summary"].picture

    first = inline_svg(picture, "one", "about")
    second = inline_svg(picture, "one", "about")

    assert first == second
    assert all(text.get_visible() for text in picture.frame_texts)
    assert "http" not in first
    assert picture.caption not in first


def test_an_address_is_cut_out_of_its_sentence() -> None:
    spans = list(cut_addresses("see (https://example.org/a?b=1&c=2), or ask"))

    assert [(span.text, span.address) for span in spans] == [
        ("see (", ""), ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("), or ask", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://a.b"]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert [span.address for span in cut_addresses(text)] == [""]


def test_a_source_that_names_an_event_shows_that_events_source() -> None:
    spans = source_spans("policy_events: geneva_truce, london_framework")
    text = "".join(span.text for span in spans)

    assert "2025-05-12: Geneva truce" in text
    assert "2025-06-10: London framework" in text
    assert any(span.address.startswith("https://") for span in spans)


def test_rules_are_spelled_out_with_dates_and_units(scenario) -> None:
    by_name = {rule.name: rule for rule in rules(scenario)}

    assert by_name["statutory clock"].period == "from 4 Apr 2025"
    assert (
        by_name["statutory clock"].content == "mean review time 45 working days; approval rate 0.8"
    )
    assert by_name[HOSTILE].content == "destination US; mean review time 20 d"
    assert by_name[TEMPLATE].period == "from 10 Nov 2025 until 10 Nov 2026"


def test_differences_name_what_was_added_changed_and_taken_away(scenario) -> None:
    data = made_up.scenario_data()
    data["policy"]["statutory clock"]["approval_rate"] = 0.5
    del data["policy"][TEMPLATE]
    data["measures"] = {"more": {"kind": ["plant"], "add_cover": "30 d"}}

    found = differences(scenario, Scenario.model_validate(data))

    assert found == [
        f"without the policy rule {TEMPLATE}",
        "policy rule statutory clock changed (approval rate 0.5)",
        "with the measure more (kind plant; add cover 30 d)",
    ]
    assert differences(scenario, scenario) == []


def test_figures_named_in_notes_are_listed_and_assumed_ones_marked(scenario, page) -> None:
    cited = cited_figures({"one": scenario})

    assert [figure.key for figure in cited] == ["review_time_statutory_working_days"]
    assert '<span class="mark">assumed</span>' in page


# ---------------------------------------------------------------- settings of licence desks


def test_structural_uncertainty_has_columns_of_its_own(
    findings: made_up.FakeFindings,
    results: made_up.FakeResults,
    design: made_up.FakeDesign,
    tmp_path: Path,
) -> None:
    figures = {
        f"{name}_{column}": value
        for name in ("halted_share", "restricted_mean_days", "downtime_days_mean")
        for column, value in {
            "queue": 31.0, "unlimited": 12.0, "bare_minimum": 21.0, "lowest": 12.0,
            "highest": 31.0, "monte_carlo": 1.5,
        }.items()
    }  # fmt: skip
    row = {"alternative": "slow_walk", "level": "sector", "name": "auto", **figures}
    varied = replace(findings, structural=made_up.frame("structural", [row]))

    text = write_report_page(varied, results, design, tmp_path, ()).read_text(encoding="utf-8")
    cells = ["slow walk", "downtime of a plant [d]", "31", "12", "21", "12 to 31", "± 1.5"]
    place = 0
    for cell in cells:
        place = text.index(f">{cell}<", place)
    assert "This page shows every setting" in text


def test_without_a_second_setting_the_page_says_which_one_it_uses(page: str) -> None:
    assert "If the licence desk works differently" not in page
    assert "This page uses the setting" in page


# ---------------------------------------------------------------- costs


def test_costs_stand_beside_the_days_that_plants_stand(
    findings: made_up.FakeFindings,
    results: made_up.FakeResults,
    design: made_up.FakeDesign,
    tmp_path: Path,
) -> None:
    rows = [
        {
            "alternative": name, "category": category, "n_runs": 4, "baseline": "as_ruled",
            **{f"cost_usd_mean{end}": usd for end in ("", "_low", "_high")},
            "more_cost_usd": more, "more_cost_usd_low": more - 1e5,
            "more_cost_usd_high": more + 1e5, "missing": "drive",
        }
        for name, usd, more in zip(findings.alternatives, (2e6, 3.5e6), (0.0, 1.5e6), strict=False)
        for category in ("holding", "all")
    ]  # fmt: skip
    priced = replace(findings, cost_totals=made_up.frame("cost_totals", rows))

    text = write_report_page(priced, results, design, tmp_path, ()).read_text(encoding="utf-8")

    place = text.index("What it costs")
    assert "left out, for want of a price: drive" in text[place:]
    for cell in ("Holding [USD m]", "2.00", "3.50", "1.50 (1.40 to 1.60)"):
        place = text.index(f">{cell}<", place)


def test_without_costs_the_page_has_no_such_section(page: str) -> None:
    assert "What it costs" not in page
