from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError
from sim.scenario import design_from_text, load_design
from sim.scenario.resolved import resolved_text
from sim.units import DAY_S
from tests.scenario.samples import CORPUS, TABLES, TINY, edited, write_network

HEAD = TINY.partition("items:")[0]
SOUND = {table: (CORPUS / "net_good" / f"{table}.csv").read_text() for table in TABLES}


def load(folder: Path, extra: str = "", **tables: str | bytes):  # type: ignore[no-untyped-def]
    write_network(folder / "net", **tables)
    return design_from_text(HEAD + "network: net\n" + extra, folder=folder)


def refused(folder: Path, extra: str = "", **tables: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(folder, extra, **tables)
    return caught.value.problems


def found(problems: tuple[Problem, ...]) -> list[tuple[str, int, int, str]]:
    return [(Path(p.file).name, p.line, p.column, p.code) for p in problems]


def test_a_network_of_tables_gives_the_same_records_as_yaml(tmp_path: Path) -> None:
    scenario = load(tmp_path).alternatives["base"]

    written_out = design_from_text(
        HEAD
        + """\
items:
  magnet: {kind: magnet, controlled: true, value_usd: 0.06, note: with dysprosium}
  motor: {kind: component}
  car: {kind: product, value_usd: 25000}
sites:
  Baotou:
    {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 200 kg, output_stock: 1400 kg}
  Dresden:
    kind: component_maker
    country: DE
    sector: auto
    makes: motor
    output_per_day: 100
    cover: 30 d
    ordering: {review_every: 7 d}
    bill: {magnet: {per_unit: 1 kg, cover: {law: gamma, mean: 30 d, cv: 0.4}}}
  Zwickau:
    kind: plant
    country: DE
    sector: auto
    makes: car
    output_per_day: 100
    note: two lines, one shift
    bill: {motor: {per_unit: 1, stock: 1000}}
lanes:
  by sea:
    supplier: Baotou
    customer: Dresden
    transit: {law: triangular, low: 28 d, mode: 35 d, high: 56 d}
    dispatch_every: 7 d
    share: 0.75
  by air:
    {supplier: Baotou, customer: Dresden, transit: 4 d, mode: air, share: 0.25, priority: 1}
  by road:
    {supplier: Dresden, customer: Zwickau, transit: 2 d, mode: road, dispatch_every: on order}
"""
    ).alternatives["base"]
    assert scenario.items == written_out.items
    assert scenario.sites == written_out.sites
    assert scenario.lanes == written_out.lanes


def test_the_columns_of_a_chain_that_changes_give_the_same_records_as_yaml(tmp_path: Path) -> None:
    tables = {
        "items": """\
name,kind,composition,chinese_rare_earth_value_share
feed,rare_earth,"Dy 0.9, Tb 0.1",1
magnet,magnet,Nd 0.29; Dy 0.02,
spare magnet,magnet,Nd 0.3,
car,product,,0.001
""",
        "sites": """\
name,kind,country,makes,output_per_day,cover,starts,ramp,qualification,forecast,review_every
Kuantan,separator,MY,feed,3 kg,,,,,,
Baotou,magnet_maker,CN,magnet,200 kg,,,,,,
Sumter,magnet_maker,US,magnet,100 kg,30 d,2025-12-01,365 d,90 d,,
Tokyo,magnet_maker,JP,spare magnet,9 kg,,,,,,
Zwickau,plant,DE,car,100,20 d,,,,moving_average 4,7 d
""",
        "bom": """\
site,item,per_unit,spare
Sumter,feed,20 g,
Zwickau,magnet,1 kg,
Zwickau,spare magnet,1 kg,true
""",
        "lanes": """\
name,supplier,customer,transit,from,to,below_cover,up_to_cover,late_by,premium_share,\
application_min,application_wait
feed,Kuantan,Sumter,20 d,,,,,,,,
sea,Baotou,Zwickau,35 d,,2026-01-01,,,,,500 kg,14 d
new,Sumter,Zwickau,9 d,100 d,,,,,0.175,,
need,Baotou,Zwickau,4 d,,,10 d,20 d,,,,
late,Baotou,Zwickau,4 d,,,,,30 d,,,
other,Tokyo,Zwickau,9 d,,,,,,,,
""",
    }

    scenario = load(tmp_path, **tables).alternatives["base"]

    written_out = design_from_text(
        HEAD
        + """\
items:
  feed:
    {kind: rare_earth, composition: {Dy: 0.9, Tb: 0.1}, chinese_rare_earth_value_share: 1}
  magnet: {kind: magnet, composition: {Nd: 0.29, Dy: 0.02}}
  spare magnet: {kind: magnet, composition: "Nd 0.3"}
  car: {kind: product, chinese_rare_earth_value_share: 0.001}
sites:
  Kuantan: {kind: separator, country: MY, makes: feed, output_per_day: 3 kg}
  Baotou: {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 200 kg}
  Sumter:
    {kind: magnet_maker, country: US, makes: magnet, output_per_day: 100 kg, cover: 30 d,
     starts: 2025-12-01, ramp: 365 d, qualification: 90 d, bill: {feed: 20 g}}
  Tokyo: {kind: magnet_maker, country: JP, makes: spare magnet, output_per_day: 9 kg}
  Zwickau:
    kind: plant
    country: DE
    makes: car
    output_per_day: 100
    cover: 20 d
    ordering: {forecast: moving_average 4, review_every: 7 d}
    bill: {magnet: 1 kg, spare magnet: {per_unit: 1 kg, spare: true}}
lanes:
  feed: {supplier: Kuantan, customer: Sumter, transit: 20 d}
  sea:
    {supplier: Baotou, customer: Zwickau, transit: 35 d, to: 2026-01-01, application_min: 500 kg,
     application_wait: 14 d}
  new: {supplier: Sumter, customer: Zwickau, transit: 9 d, from: 100 d, premium_share: 0.175}
  need:
    {supplier: Baotou, customer: Zwickau, transit: 4 d,
     fallback: {below_cover: 10 d, up_to_cover: 20 d}}
  late: {supplier: Baotou, customer: Zwickau, transit: 4 d, fallback: {late_by: 30 d}}
  other: {supplier: Tokyo, customer: Zwickau, transit: 9 d}
"""
    ).alternatives["base"]
    assert scenario.items == written_out.items
    assert scenario.sites == written_out.sites
    assert scenario.lanes == written_out.lanes


@pytest.mark.parametrize("text", ["Nd", "Nd 0.3, Nd 0.1", "0.3 Nd", "Nd 30 %", "Nd 0.3 Dy 0.1"])
def test_a_composition_that_cannot_be_read_says_how_it_is_written(
    tmp_path: Path, text: str
) -> None:
    items = edited(("controlled,", "composition,"), ("true", f'"{text}"'), text=SOUND["items"])

    problems = refused(tmp_path, items=items)

    assert found(problems) == [("items.csv", 2, 15, "E_TYPE")]
    assert "such as 'Nd 0.29, Dy 0.02'" in problems[0].need


def test_yaml_is_laid_over_the_rows(tmp_path: Path) -> None:
    extra = "sites: {Dresden: {cover: 50 d}}\nlanes: {by air: ~, by sea: {share: 1}}\n"

    scenario = load(tmp_path, extra).alternatives["base"]

    assert list(scenario.lanes) == ["by sea", "by road"]
    assert scenario.sites["Dresden"].cover is not None
    assert scenario.sites["Dresden"].cover.value == 50 * DAY_S


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(
    tmp_path: Path, end: str, mark: bytes
) -> None:
    tables = {table: mark + text.replace("\n", end).encode() for table, text in SOUND.items()}

    assert load(tmp_path / "a", **tables).alternatives == load(tmp_path / "b").alternatives


def test_quotes_hold_commas_line_ends_and_quotes(tmp_path: Path) -> None:
    items = 'name,kind,note\nmagnet,magnet,"a, ""b""\nc"\nmotor,component,\ncar,product,\n'

    assert load(tmp_path, items=items).alternatives["base"].items["magnet"].note == 'a, "b"\nc'


def test_rows_below_a_cell_of_several_lines_keep_their_line_numbers(tmp_path: Path) -> None:
    items = 'name,kind,note\nmagnet,magnet,"a\nb\nc"\nmotor,componnt,\ncar,product,\n'

    problems = refused(tmp_path, items=items)

    assert found(problems) == [("items.csv", 5, 7, "E_VALUE")]


def test_blank_lines_are_passed_over_and_free_columns_are_allowed(tmp_path: Path) -> None:
    bom = "site,item,x-source,per_unit,stock\nDresden,magnet,a,1 kg,\n\nZwickau,motor,b,1,5\n\n"

    assert load(tmp_path, bom=bom).alternatives["base"].sites["Zwickau"].bill["motor"].stock == 5


@pytest.mark.parametrize(
    ("table", "old", "new", "where", "hint"),
    [
        ("items", "0.06", "1_000", (2, 20, "E_TYPE"), "write 1000, without separators"),
        ("items", "25000", "1e400", (4, 14, "E_NOT_FINITE"), ""),
        ("items", "25000", "nan", (4, 14, "E_NOT_FINITE"), ""),
        ("items", "25000", "-1", (4, 14, "E_RANGE"), ""),
        ("items", "true", "yes", (2, 15, "E_TYPE"), "write true"),
        ("sites", "200 kg", "inf", (2, 32, "E_NOT_FINITE"), ""),
        ("sites", "200 kg", "200", (2, 32, "E_TYPE"), ""),
        ("sites", ",100,30 d", ",100 kg,30 d", (3, 39, "E_TYPE"), ""),
        ("sites", "30 d", "30", (3, 43, "E_TYPE"), ""),
        ("sites", "7 d", "7 dd", (3, 49, "E_TYPE"), ""),
        ("sites", "CN", "cn", (2, 21, "E_REF"), "write CN"),
        ("bom", '"gamma 30 d, 0.4"', '"gamma 30 d"', (2, 21, "E_TYPE"),
         "inside { } put it in quotes"),
        ("bom", '"gamma 30 d, 0.4"', '"gamma 30 d, x"', (2, 21, "E_TYPE"), ""),
        ("bom", "Zwickau", "Zwikau", (3, 1, "E_REF"), "did you mean 'Zwickau'?"),
        ("lanes", "0.25", "25%", (3, 35, "E_TYPE"), "write 0.25"),
        ("lanes", "by air,Baotou", "by air,Baotuo", (3, 8, "E_REF"), "did you mean 'Baotou'?"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_placed_by_row_and_column(
    tmp_path: Path, table: str, old: str, new: str, where: tuple[int, int, str], hint: str
) -> None:
    problems = refused(tmp_path, **{table: edited((old, new), text=SOUND[table])})

    assert found(problems)[0] == (f"{table}.csv", *where)
    assert problems[0].path.startswith(f"row {where[0]}, ")
    assert problems[0].hint == hint


def test_all_faults_of_all_tables_come_together(tmp_path: Path) -> None:
    problems = refused(
        tmp_path,
        items=edited(("magnet,magnet", "magnet,magnt"), text=SOUND["items"]),
        sites=edited(("DE", "D"), ("plant,DE", "plant,XX"), text=SOUND["sites"]),
        lanes=edited(("2 d", "2"), text=SOUND["lanes"]),
    )

    assert sorted(found(problems)) == [
        ("items.csv", 2, 8, "E_VALUE"),
        ("lanes.csv", 4, 25, "E_TYPE"),
        ("sites.csv", 3, 25, "E_REF"),
        ("sites.csv", 4, 15, "E_REF"),
    ]


@pytest.mark.parametrize("table", TABLES)
def test_each_table_must_be_there(tmp_path: Path, table: str) -> None:
    write_network(tmp_path / "net")
    (tmp_path / "net" / f"{table}.csv").unlink()

    with pytest.raises(ScenarioError) as caught:
        design_from_text(HEAD + "network: net\n", folder=tmp_path)

    first = caught.value.problems[0]
    assert (first.path, first.code) == (f"network.{table}", "E_NOT_FOUND")


def test_a_table_that_is_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    write_network(tmp_path / "in" / "net")
    write_network(tmp_path / "out")
    (tmp_path / "in" / "net" / "bom.csv").unlink()
    (tmp_path / "in" / "net" / "bom.csv").symlink_to(tmp_path / "out" / "bom.csv")

    with pytest.raises(ScenarioError) as caught:
        design_from_text(HEAD + "network: net\n", folder=tmp_path / "in")

    assert caught.value.problems[0].code == "E_PATH_OUTSIDE"


def test_text_without_a_folder_has_no_network() -> None:
    with pytest.raises(ScenarioError) as caught:
        design_from_text(HEAD + "network: net\n")

    assert [problem.code for problem in caught.value.problems] == ["E_NOT_FOUND"]


def test_a_bill_line_that_is_there_twice_names_both_rows(tmp_path: Path) -> None:
    problems = refused(tmp_path, bom=SOUND["bom"] + "Dresden,magnet,2 kg,,\n")

    assert found(problems) == [("bom.csv", 4, 1, "E_DUP")]
    assert "in row 2" in problems[0].need


def test_ten_thousand_lanes_are_read_in_seconds(tmp_path: Path) -> None:
    sites, bom, lanes = SOUND["sites"], SOUND["bom"], SOUND["lanes"]
    for number in range(3000):
        sites += f"p{number},plant,DE,auto,car,100,,,,\n"
        bom += f"p{number},motor,1,10 d,\n"
        lanes += f"l{number},Dresden,p{number},2 d,road,7 d,,,\n"

    design = load(tmp_path, sites=sites, bom=bom, lanes=lanes)

    assert len(design.alternatives["base"].sites) == 3003


def test_a_network_of_tables_can_be_written_out_as_one_file(tmp_path: Path) -> None:
    design = load(tmp_path)

    text = resolved_text(design)

    assert design_from_text(text).alternatives == design.alternatives
    assert "  # " + (tmp_path / "net" / "sites.csv").as_posix() + ":3" in text


def test_the_shipped_corpus_network_loads() -> None:
    design = load_design(CORPUS / "base_ok.yaml")

    assert list(design.alternatives["base"].sites) == ["Baotou", "Dresden", "Zwickau"]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(TABLES),
    st.integers(0, 300),
    st.integers(0, 30),
    st.one_of(st.text(max_size=10), st.sampled_from(['"', '""', ",", "\n", ";", "1e999", '"\n,"'])),
)
def test_a_damaged_table_is_read_or_refused_without_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, table: str, at: int, cut: int, put: str
) -> None:
    text = SOUND[table]
    damaged = (text[:at] + put + text[at + cut :]).encode("utf-8", "surrogatepass")
    problems: tuple[Problem, ...] = ()
    try:
        load(tmp_path_factory.mktemp("net"), **{table: damaged})
    except ScenarioError as error:
        problems = error.problems

    assert all(problem.code and problem.need for problem in problems)
