"""The collection of broken and hostile inputs, each under its own number and code.

Not here, because they have no counterpart in a scenario file: V036 (a rule may be in force before
the start), V050 (the budget of a batch belongs to the command that runs it), C032 (cycles of the
network are found when the model is built); the workbooks (X) come with their reader.
"""

import os
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Design, design_from_text, load_design
from tests.scenario.samples import CORPUS, TABLES, edited, place, write_network

BASE = (CORPUS / "base_ok.yaml").read_text()
TABLE = {table: (CORPUS / "net_good" / f"{table}.csv").read_text() for table in TABLES}
RATE = "per_day: 3.5"
SHARE = "approval_rate: 0.62"
LAUGHS = "".join(
    f"x-a{n}: &a{n} [" + ",".join([f"*a{n - 1}" if n else "lol"] * 9) + "]\n" for n in range(9)
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def change(*edits: tuple[str, str]) -> bytes:
    return edited(*edits, text=BASE).encode()


def add(text: str) -> bytes:
    return (BASE + text).encode()


def loaded(folder: Path, data: bytes) -> Design:
    """Load bytes as a file that lies beside the sound network and the sound base."""
    if not (folder / "net_good").exists():
        write_network(folder / "net_good")
    (folder / "base_ok.yaml").write_text(BASE)
    (folder / "case.yaml").write_bytes(data)
    return load_design(folder / "case.yaml")


def refused(folder: Path, data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, data)
    assert caught.value.exit_code == 2
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
    return caught.value.problems


REFUSED = {
    "Y002_billion_laughs": (add(LAUGHS), (18, 7, "E_YAML_ALIAS"), "anchors and aliases"),
    "Y003_self_reference": (add("x-loop: &a [*a]\n"), (18, 9, "E_YAML_ALIAS"), "anchors"),
    "Y005_deep_flow_100k": (add("x-a: " + "[" * 100_000), (18, 25, "E_YAML_DEPTH"), "nest"),
    "Y007_unclosed_braces": (b"{" * 10_000, (1, 2, "E_YAML_KEY"), "key"),
    "Y008_python_apply": (
        add("x-a: !!python/object/apply:os.system ['echo PWNED']\n"), (18, 6, "E_YAML_TAG"), "tag"),
    "Y010_include_tag": (
        change(("network: net_good", "network: !include /etc/passwd")),
        (8, 10, "E_YAML_TAG"), "network"),
    "Y012_set_tag": (add("policies: !!set {a, b}\n"), (18, 11, "E_YAML_TAG"), "tag"),
    "Y014_duplicate_key_nested": (
        change((RATE, f"{RATE}, per_day: 4")), (17, 96, "E_YAML_DUPKEY"), "per_day"),
    "Y016_tab_indent": (add("x:\n\ty: 1\n"), (19, 1, "E_YAML_SYNTAX"), "tab"),
    "Y018_latin1": (
        BASE.replace("ree-base", "Norra Kärr").encode("latin-1"), (2, 15, "E_ENCODING"), "UTF-8"),
    "Y019_nul_byte": (change(("ree-base", "a\0b")), (2, 9, "E_TEXT_CONTROL"), "control character"),
    "Y021_zero_width": (change(("ree-base", "Bao\u200btou")), (2, 11, "E_TEXT_CONTROL"), "U+200B"),
    "Y022_lone_surrogate": (
        change(("'ree-base'", '"\\ud800"')), (2, 7, "E_TEXT_CONTROL"), "U+D800"),
    "Y023_empty": (b"", (0, 0, "E_EMPTY"), "empty"),
    "Y024_only_comments": (b"# nothing\n# here\n", (0, 0, "E_EMPTY"), "empty"),
    "Y025_top_level_list": (b"- name: x\n", (1, 1, "E_TYPE"), "mapping"),
    "Y027_two_mb_comment": (b"# x\n" * 500_000 + BASE.encode(), (0, 0, "E_SIZE"), "1 MB"),
    "Y028_60k_keys": (
        "".join(f"k{n}: {n}\n" for n in range(60_000)).encode(),
        (25000, 9, "E_NODES"), "too many"),
    "Y029_mapping_as_key": (add("? {a: 1}\n: 2\n"), (18, 3, "E_YAML_KEY"), "key"),
    "Y030_number_as_key": (add("1: 2\n"), (18, 1, "E_UNKNOWN_KEY"), "1"),
    "Y031_merge_key_inline": (
        change(("{desk: ministry, dest", "{<<: {desk: ministry}, dest")),
        (17, 14, "E_YAML_ALIAS"), "<<"),
    "Y032_cut_in_half": (
        BASE.partition("gates:")[0].encode() + b"gates:'unfinished", (9, 18, "E_YAML_SYNTAX"), ""),
    "Y034_png_file": (PNG, (1, 1, "E_ENCODING"), "UTF-8"),
    "Y035_terminal_escape": (
        change(("'ree-base'", '"\\e]0;pwned\\a\\e[2J"')), (2, 7, "E_TEXT_CONTROL"), "control"),
    "V002_octal_seed": (change(("seed: 42", "seed: 010")), (6, 7, "E_TYPE"), "seed"),
    "V003_sexagesimal_rate": (change((RATE, "per_day: 1:30")), (17, 91, "E_TYPE"), "per_day"),
    "V004_underscore_number": (
        change(("replications: 100", "replications: 1_000")), (7, 15, "E_TYPE"), "replications"),
    "V005_nan_rate": (change((RATE, "per_day: .nan")), (17, 91, "E_NOT_FINITE"), "per_day"),
    "V006_inf_rate": (change((RATE, "per_day: .inf")), (17, 91, "E_NOT_FINITE"), "per_day"),
    "V008_probability_above_1": (
        change((SHARE, "approval_rate: 1.0000001")), (15, 98, "E_RANGE"), "approval_rate"),
    "V009_probability_negative": (
        change((SHARE, "approval_rate: -0.1")), (15, 98, "E_RANGE"), "approval_rate"),
    "V011_probability_yes": (
        change((SHARE, "approval_rate: true")), (15, 98, "E_TYPE"), "approval_rate"),
    "V012_probability_percent": (
        change((SHARE, "approval_rate: 50%")), (15, 98, "E_TYPE"), "write 0.5"),
    "V013_rate_negative": (change((RATE, "per_day: -1")), (17, 91, "E_RANGE"), "per_day"),
    "V014_rate_1e9": (change((RATE, "per_day: 1e9")), (17, 91, "E_RANGE"), "per_day"),
    "V015_horizon_0": (change(("730 d", "0 d")), (5, 10, "E_RANGE"), "horizon"),
    "V019_horizon_null": (change(("730 d", "~")), (5, 10, "E_TYPE"), "horizon"),
    "V020_replications_0": (
        change(("replications: 100", "replications: 0")), (7, 15, "E_RANGE"), "replications"),
    "V022_seed_negative": (change(("seed: 42", "seed: -1")), (6, 7, "E_RANGE"), "seed"),
    "V023_seed_5000_digits": (
        change(("seed: 42", "seed: " + "1" * 5000)), (6, 7, "E_RANGE"), "seed"),
    "V024_seed_hex_500k": (
        change(("seed: 42", "seed: 0x" + "f" * 500_000)), (6, 7, "E_TYPE"), "seed"),
    "V025_seed_true": (change(("seed: 42", "seed: true")), (6, 7, "E_TYPE"), "seed"),
    "V026_seed_float": (change(("seed: 42", "seed: 1.0")), (6, 7, "E_TYPE"), "seed"),
    "V027_seed_missing": (change(("seed: 42\n", "")), (1, 1, "E_MISSING"), "seed"),
    "V030_ambiguous_date": (
        change(("start: 2027-01-01", "start: 01/02/2027")), (4, 8, "E_DATE"), "YYYY-MM-DD"),
    "V032_year_zero": (
        change(("start: 2027-01-01", "start: 0000-01-01")), (4, 8, "E_DATE"), "start"),
    "V034_unknown_country": (
        change(("destination: [DE]", "destination: [ZZ]")), (15, 38, "E_REF"), "ZZ"),
    "V035_lower_case_country": (
        change(("destination: [DE]", "destination: [de]")), (15, 38, "E_REF"), "DE"),
    "V037_policy_twice": (
        change(("other_applicants:", "  licence-2027: {from: 9 d}\nother_applicants:")),
        (16, 3, "E_YAML_DUPKEY"), "licence-2027"),
    "V042_policies_null": (add("demand: ~\n"), (18, 9, "E_TYPE"), "demand"),
    "V044_same_approval_twice": (
        add("  again: {desk: ministry, destination: 'NO', sector: wind, "
            "rate: [{from: 0 d, per_day: 3.5}]}\n"), (18, 3, "E_DUP"), "turbines"),
    "V045_name_5000_chars": (change(("ree-base", "n" * 5000)), (2, 7, "E_LENGTH"), "name"),
    "V046_name_path": (change(("ree-base", "../../tmp/evil")), (2, 7, "E_NAME"), "name"),
    "V048_name_trailing_dot": (change(("ree-base", "run. ")), (2, 7, "E_NAME"), "name"),
    "V049_20k_plants": (
        add("sites:\n" + "".join(f"  s{n}: {{kind: plant}}\n" for n in range(20_000))),
        (12501, 18, "E_NODES"), "CSV"),
    "V051_capacity_negative": (
        add("sites: {Dresden: {output_per_day: -40}}\n"), (18, 35, "E_RANGE"), "output_per_day"),
    "V056_plants_text": (add("sites: Neo\n"), (18, 8, "E_TYPE"), "sites"),
}  # fmt: skip


SEVERAL = {"Y002_billion_laughs", "Y003_self_reference", "Y012_set_tag", "Y019_nul_byte"}
"""Cases with more than one fault."""


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_where_it_is_broken(case: str, tmp_path: Path) -> None:
    data, where, mention = REFUSED[case]

    problems = refused(tmp_path, data)

    assert where in [place(problem) for problem in problems]
    fault = next(problem for problem in problems if place(problem) == where)
    assert mention in str(fault)
    assert fault.file.endswith("case.yaml")
    assert len(problems) == 1 or case in SEVERAL


ACCEPTED = {
    "V001_norway_unquoted": change(("'NO'", "NO")),
    "V052_minus_zero": change((SHARE, "approval_rate: -0.0")),
    "V057_html_name": change(("turbines:", '"<img src=x onerror=alert(1)>":')),
    "V058_script_close": change(("turbines:", "'</script><script>window.__xss=1</script>':")),
    "V060_markdown_image": change(("turbines:", "'![x](http://127.0.0.1:9/track.png)':")),
    "V061_mathtext_name": change(("turbines:", "'$x_$':")),
    "V062_jinja_name": change(("turbines:", "'{{7*7}}{% raw %}':")),
    "V063_crlf_bom": b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode(),
    "V064_good": BASE.encode(),
    "V065_scientific": change((RATE, "per_day: 1e1")),
    "P036_extends_good": (CORPUS / "P036_extends_good.yaml").read_bytes(),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_an_odd_but_sound_file_is_accepted(case: str, tmp_path: Path) -> None:
    design = loaded(tmp_path, ACCEPTED[case])

    assert list(design.alternatives) == ["base"]
    assert design.warnings == ()


def test_what_the_accepted_files_say(tmp_path: Path) -> None:
    read = {case: loaded(tmp_path, data).alternatives["base"] for case, data in ACCEPTED.items()}

    good = read["V064_good"]
    assert read["V001_norway_unquoted"] == good
    assert read["V063_crlf_bom"] == good
    assert good.other_applicants["turbines"].destination == "NO"
    assert str(read["V052_minus_zero"].policy["licence-2027"].approval_rate) == "0.0"
    assert read["V065_scientific"].other_applicants["turbines"].rate[0].per_day == 10.0
    assert (read["P036_extends_good"].seed, good.seed) == (7, 42)
    assert "{{7*7}}{% raw %}" in read["V062_jinja_name"].other_applicants


def test_v040_a_homoglyph_is_accepted_with_a_warning(tmp_path: Path) -> None:
    design = loaded(tmp_path, change(("turbines:", "Вaotou:")))

    assert [(w.line, w.column, w.code) for w in design.warnings] == [(17, 3, "W_CONFUSABLE")]


def test_v054_a_rate_too_small_to_be_one_does_no_harm(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, change((RATE, "per_day: 5e-324"))).alternatives["base"]

    assert scenario.other_applicants["turbines"].rate[0].per_day >= 0


PATHS = {
    "P001_dotdot": ("../../../../../../etc", "E_PATH_OUTSIDE"),
    "P002_absolute": ("/etc", "E_PATH_OUTSIDE"),
    "P004_metadata_url": ("'http://169.254.169.254/latest/meta-data/'", "E_PATH_URL"),
    "P005_s3_url": ("s3://bucket/net", "E_PATH_URL"),
    "P008_home": ("~/.ssh", "E_PATH_OUTSIDE"),
    "P010_symlink_file": ("link_to_passwd", "E_PATH_OUTSIDE"),
    "P011_symlink_dir": ("link_to_dir/net", "E_PATH_OUTSIDE"),
    "P013_dev_zero": ("/dev/zero", "E_PATH_OUTSIDE"),
    "P014_proc": ("/proc/self/environ", "E_PATH_OUTSIDE"),
    "P015_fifo": ("fifo.csv", "E_NOT_A_FILE"),
    "P017_missing": ("no_such", "E_NOT_FOUND"),
    "P018_nul": ('"net_good\\0.png"', "E_TEXT_CONTROL"),
    "P019_gz": ("bomb.csv.gz", "E_EXTENSION"),
    "P020_pickle": ("net.pkl", "E_EXTENSION"),
    "P022_ads": ("'net_good:hidden'", "E_PATH_OUTSIDE"),
    "P023_stdin": ("'-'", "E_NOT_FOUND"),
}


@pytest.mark.parametrize("case", PATHS)
def test_a_network_is_a_folder_of_the_tree_and_nothing_else(case: str, tmp_path: Path) -> None:
    target, code = PATHS[case]
    folder = tmp_path / "in"
    folder.mkdir()
    write_network(tmp_path / "out" / "net")
    (folder / "link_to_passwd").symlink_to("/etc/passwd")
    (folder / "link_to_dir").symlink_to(tmp_path / "out")
    (folder / "bomb.csv.gz").write_bytes(b"\x1f\x8b")
    (folder / "net.pkl").write_bytes(b"cos\nsystem\n(S'echo PWNED'\ntR.")
    os.mkfifo(folder / "fifo.csv")

    problems = refused(folder, change(("network: net_good", f"network: {target}")))

    assert place(problems[0]) == (8, 10, code)
    assert problems[0].path == "network"


def test_p031_a_circle_of_files_is_refused_naming_its_links() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_design(CORPUS / "P031_extends_a.yaml")

    circle = caught.value.problems[0]
    assert (Path(circle.file).name, *place(circle)) == (
        "P031_extends_b.yaml", 1, 10, "E_EXTENDS_CYCLE",
    )  # fmt: skip
    assert "P031_extends_a.yaml -> " in circle.need


def test_p034_nothing_is_fetched_to_extend(tmp_path: Path) -> None:
    problems = refused(tmp_path, add("extends: https://evil.example/base.yaml\n"))

    assert [place(problem) for problem in problems] == [(18, 10, "E_PATH_URL")]


def sites(*edits: tuple[str, str]) -> dict[str, bytes]:
    return {"sites": edited(*edits, text=TABLE["sites"]).encode()}


HEADER = TABLE["sites"].partition("\n")[0]
BROKEN_TABLES = {
    "C001_latin1": (
        {"sites": TABLE["sites"].replace("one shift", "Körr").encode("latin-1")},
        ("sites.csv", 4, 47, "E_ENCODING"), "UTF-8"),
    "C002_utf16": (
        {"sites": TABLE["sites"].encode("utf-16")}, ("sites.csv", 1, 1, "E_ENCODING"), "UTF-8"),
    "C003_nul": (
        sites(("Baotou", "Bao\0tou")), ("sites.csv", 2, 4, "E_TEXT_CONTROL"), "U+0000"),
    "C004_semicolon": (
        {"sites": TABLE["sites"].replace(",", ";").encode()},
        ("sites.csv", 1, 1, "E_COLUMNS"), "semicolon"),
    "C005_extra_field": (
        sites(("7 d,\n", "7 d,,99\n")), ("sites.csv", 3, 1, "E_COLUMNS"), "row 3"),
    "C006_short_row": (
        sites(("Baotou,magnet_maker,CN,,magnet,200 kg,,1400 kg,,", "Baotou,magnet_maker,CN")),
        ("sites.csv", 2, 1, "E_COLUMNS"), "row 2"),
    "C007_duplicate_header": (
        sites(("cover,output_stock", "cover,cover")),
        ("sites.csv", 1, 53, "E_COLUMNS"), "cover"),
    "C009_unknown_column": (
        sites(("output_stock", "output_stok")),
        ("sites.csv", 1, 53, "E_COLUMNS"), "did you mean 'output_stock'?"),
    "C013_capacity_inf": (
        sites(("200 kg", "inf")), ("sites.csv", 2, 32, "E_NOT_FINITE"), "row 2"),
    "C014_capacity_nan": (
        sites(("200 kg", "nan")), ("sites.csv", 2, 32, "E_NOT_FINITE"), "row 2"),
    "C015_capacity_1e400": (
        sites(("200 kg", "1e400")), ("sites.csv", 2, 32, "E_NOT_FINITE"), "row 2"),
    "C016_thousands": (
        sites((",100,30 d", ',"1,000",30 d')), ("sites.csv", 3, 39, "E_TYPE"), "separators"),
    "C017_empty": ({"sites": b""}, ("sites.csv", 0, 0, "E_EMPTY"), "empty"),
    "C018_header_only": (
        {"sites": HEADER.encode()}, ("sites.csv", 1, 1, "E_EMPTY"), "row"),
    "C019_id_twice": (
        {"sites": TABLE["sites"].encode() + b"Baotou,magnet_maker,CN,,magnet,1 kg,,,,\n"},
        ("sites.csv", 5, 1, "E_DUP"), "row 2"),
    "C020_feeds_itself": (
        {"bom": TABLE["bom"].encode() + b"Dresden,motor,1,,\n"},
        ("bom.csv", 4, 9, "E_GRAPH"), "motor"),
    "C021_negative": (
        sites(("200 kg", "-1 kg")), ("sites.csv", 2, 32, "E_RANGE"), "row 2"),
    "C022_unknown_feed": (
        {"lanes": TABLE["lanes"].replace("Baotou,Dresden,4", "Baotou,Nowhere,4").encode()},
        ("lanes.csv", 3, 15, "E_REF"), "Nowhere"),
    "C028_underscore": (
        sites((",100,30 d", ",1_000,30 d")), ("sites.csv", 3, 39, "E_TYPE"), "1_000"),
    "C029_ansi_escape": (
        sites(("Baotou", "\x1b[2JBaotou")), ("sites.csv", 2, 1, "E_TEXT_CONTROL"), "U+001B"),
    "C035_lfs_pointer": (
        {"sites": b"version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12345\n"},
        ("sites.csv", 1, 1, "E_COLUMNS"), "LFS"),
    "C036_merge_conflict": (
        sites(("Baotou", "<<<<<<< HEAD\nBaotou")), ("sites.csv", 2, 1, "E_COLUMNS"), "row 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_TABLES)
def test_a_broken_table_is_refused_by_row_and_column(case: str, tmp_path: Path) -> None:
    tables, where, mention = BROKEN_TABLES[case]
    write_network(tmp_path / "net_good", **tables)

    problems = refused(tmp_path, BASE.encode())

    found = [(Path(problem.file).name, *place(problem)) for problem in problems]
    assert found == [where]
    assert mention in str(problems[0])


def renamed(*names: tuple[str, str]) -> dict[str, str]:
    """Rename things in all four tables."""
    tables = dict(TABLE)
    for old, new in names:
        tables = {table: text.replace(old, new) for table, text in tables.items()}
    return tables


def test_c011_na_is_namibia(tmp_path: Path) -> None:
    write_network(tmp_path / "net_good", **renamed((",CN,", ",NA,")))

    design = loaded(tmp_path, change(("[CN]", "[NA]")))

    assert design.alternatives["base"].sites["Baotou"].country == "NA"


def test_c023_names_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    write_network(tmp_path / "net_good", **renamed(("Baotou", "1E5"), ("Dresden", "007")))

    design = loaded(tmp_path, BASE.encode())

    assert list(design.alternatives["base"].sites) == ["1E5", "007", "Zwickau"]


def test_c026_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    tables = {t: b"\xef\xbb\xbf" + s.replace("\n", "\r").encode() for t, s in TABLE.items()}
    write_network(tmp_path / "net_good", **tables)

    design = loaded(tmp_path, BASE.encode())

    assert design.alternatives == load_design(CORPUS / "base_ok.yaml").alternatives


def test_c033_formulas_are_names_like_any_other(tmp_path: Path) -> None:
    write_network(tmp_path / "net_good", **renamed(("Baotou", "=1+1"), ("Dresden", "@SUM(1)")))

    design = loaded(tmp_path, BASE.encode())

    assert list(design.alternatives["base"].sites) == ["=1+1", "@SUM(1)", "Zwickau"]


def test_the_text_route_and_the_file_route_agree() -> None:
    from_file = load_design(CORPUS / "base_ok.yaml")

    assert design_from_text(BASE, "base_ok.yaml", CORPUS).alternatives == from_file.alternatives
