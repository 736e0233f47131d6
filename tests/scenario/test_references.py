import pytest

from sim.scenario import design_from_text
from tests.scenario.samples import TINY, edited, faults_of, load, only_fault, place

STREAM = (
    "other_applicants:\n"
    "  others: {desk: ministry, destination: GB, rate: [{from: 0 d, per_day: 3}]}\n"
)


@pytest.mark.parametrize(
    ("edit", "where", "hint"),
    [
        (("makes: motor", "makes: motr"), (17, 12, "E_REF"), "did you mean 'motor'?"),
        (("{magnet: 1 kg}", "{magnt: 1 kg, magnet: 1 kg}"), (19, 12, "E_REF"),
         "did you mean 'magnet'?"),
        (("supplier: maker", "supplier: makr"), (29, 22, "E_REF"), "did you mean 'maker'?"),
        (("customer: plant", "customer: plnt"), (30, 40, "E_REF"), "did you mean 'plant'?"),
        (("desk: ministry", "desk: minstry"), (32, 19, "E_REF"), "did you mean 'ministry'?"),
        (("[CN]", "[CN, JP]"), (32, 42, "E_REF"), "there is CN, DE"),
        (("approval_rate: 0.9", "desk: [minstry]"), (36, 60, "E_REF"), "did you mean 'ministry'?"),
        (("approval_rate: 0.9", "sector: [autos]"), (36, 62, "E_REF"), "did you mean 'auto'?"),
        (("approval_rate: 0.9", "item: [magnets]"), (36, 60, "E_REF"), "did you mean 'magnet'?"),
        (("approval_rate: 0.9", "exporter: [makr]"), (36, 64, "E_REF"), "did you mean 'maker'?"),
        (("approval_rate: 0.9", "customer: [work]"), (36, 64, "E_REF"), "did you mean 'works'?"),
        (("approval_rate: 0.9", "destination: [JP]"), (36, 67, "E_REF"), "there is CN, DE"),
    ],
)  # fmt: skip
def test_what_is_named_must_be_there(
    edit: tuple[str, str], where: tuple[int, int, str], hint: str
) -> None:
    problem = only_fault(edit)

    assert (place(problem), problem.hint) == (where, hint)


@pytest.mark.parametrize(
    ("selector", "column", "hint"),
    [
        ("site: [plnt]", 17, "did you mean 'plant'?"),
        ("kind: [magnet_maker, plant], country: [US]", 49, "there is CN, DE"),
        ("sector: [atuo]", 19, "did you mean 'auto'?"),
    ],
)
def test_measures_and_demand_must_be_about_some_site(selector: str, column: int, hint: str) -> None:
    measure = only_fault(text=TINY + f"measures:\n  more: {{{selector}, add_cover: 9 d}}\n")
    demand = only_fault(text=TINY + f"demand:\n  less: {{{selector}, from: 0 d, factor: 0.5}}\n")

    assert (place(measure), measure.hint) == ((38, column, "E_REF"), hint)
    assert (place(demand), demand.hint) == ((38, column, "E_REF"), hint)


def test_other_applicants_need_a_desk_and_may_be_of_anywhere() -> None:
    assert load().alternatives["base"].other_applicants == {}
    scenario = design_from_text(TINY + STREAM).alternatives["base"]
    assert scenario.other_applicants["others"].destination == "GB"

    problem = only_fault(("desk: ministry, dest", "desk: minstry, dest"), text=TINY + STREAM)

    assert place(problem) == (38, 18, "E_REF")


def test_a_rule_may_be_about_other_applicants_alone() -> None:
    rule = ("approval_rate: 0.9", "approval_rate: 0.9, destination: [GB], sector: [other]")

    design = design_from_text(edited(rule) + STREAM)

    assert design.alternatives["base"].policy["clock"].destination == ("GB",)


def test_the_same_stream_twice_is_refused_because_its_files_would_count_double() -> None:
    again = STREAM.partition("\n")[2].replace("others", "again").replace("}]}", "}], note: new}")

    problem = only_fault(text=TINY + STREAM + again)

    assert place(problem) == (39, 3, "E_DUP")
    assert "'others'" in problem.need


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        ("2025-04-04", "2025-04-04", True),
        ("2025-04-04", "2025-04-03", True),
        ("2025-04-04", "0 d", True),
        ("30 d", "2025-05-04", True),
        ("30 d", "2025-05-05", False),
        ("2020-01-01", "2021-01-01", False),
    ],
)
def test_a_period_ends_after_it_begins(first: str, last: str, refused: bool) -> None:
    edit = ("from: 2025-04-04, mean", f"from: {first}, to: {last}, mean")
    if refused:
        problem = only_fault(edit)
        assert (problem.line, problem.path, problem.code) == (36, "policy.clock.to", "E_RANGE")
    else:
        assert load(edit).alternatives["base"].policy["clock"].to is not None


def test_pauses_of_a_desk_end_after_they_begin() -> None:
    problem = only_fault(("officers: 20", "officers: 20, pauses: [{from: 9 d, to: 8 d}]"))

    assert (place(problem), problem.path) == ((34, 53, "E_RANGE"), "desks.ministry.pauses.0.to")


def test_a_site_cannot_need_its_own_product() -> None:
    problem = only_fault(("{magnet: 1 kg}", "{magnet: 1 kg, motor: 1}"))

    assert (place(problem), problem.path) == ((19, 26, "E_GRAPH"), "sites.works.bill.motor")


def test_a_site_cannot_supply_itself() -> None:
    problems = faults_of(edited(("customer: works", "customer: maker")))

    assert place(problems[0]) == (29, 39, "E_GRAPH")


def test_a_magnet_maker_has_no_bill() -> None:
    problem = only_fault(("makes: magnet,", "makes: magnet, bill: {motor: 1}, cover: 9 d,"))

    assert (problem.line, problem.path, problem.code) == (12, "sites.maker.bill", "E_RANGE")


def test_every_other_site_has_at_least_one_input() -> None:
    problems = faults_of(edited(("    bill: {magnet: 1 kg}\n", "")))

    found = [(p.line, p.column, p.path, p.code) for p in problems]
    assert (13, 3, "sites.works.bill", "E_MISSING") in found


def test_every_input_has_cover_or_stock_or_the_site_has_cover() -> None:
    problem = only_fault(("    cover: 20 d\n", ""))
    assert (place(problem), problem.path) == (
        (19, 12, "E_MISSING"),
        "sites.works.bill.magnet.cover",
    )

    load(("    cover: 20 d\n", ""), ("{magnet: 1 kg}", "{magnet: {per_unit: 1 kg, stock: 5 kg}}"))
    load(("    cover: 20 d\n", ""), ("{magnet: 1 kg}", "{magnet: {per_unit: 1 kg, cover: 5 d}}"))


def test_a_customer_needs_what_its_lane_brings() -> None:
    problem = only_fault(("supplier: works, customer: plant", "supplier: maker, customer: plant"))

    assert place(problem) == (30, 40, "E_REF")
    assert problem.hint == "its bill has motor"


def test_shares_of_the_lanes_of_one_input_sum_to_one() -> None:
    air = "  by air: {supplier: maker, customer: works, transit: 4 d, share: 0.25}\n"
    two = edited(("  by road", air + "  by road"))

    problem = only_fault(text=two)
    assert place(problem) == (30, 67, "E_RANGE")
    assert (problem.got, problem.hint) == ("a sum of 1.25", "'by sea' 1, 'by air' 0.25")

    design_from_text(edited(("28 d", "28 d, share: 0.75"), text=two))


def test_shares_may_miss_one_by_a_rounding_error_only() -> None:
    air = "  by air: {supplier: maker, customer: works, transit: 4 d, share: 0.9}\n"
    two = edited(("  by road", air + "  by road"))

    design_from_text(edited(("28 d", "28 d, share: 0.1000000001"), text=two))
    assert only_fault(("28 d", "28 d, share: 0.10001"), text=two).code == "E_RANGE"


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (("200 kg", "200"), (12, 75, "E_TYPE")),
        (("{magnet: 1 kg}", "{magnet: 1}"), (19, 20, "E_TYPE")),
        (("{magnet: 1 kg}", "{magnet: {per_unit: 1 kg, stock: 5}}"), (19, 44, "E_TYPE")),
        (("{per_unit: 1, cover: 10 d}", "{per_unit: 1 g, cover: 10 d}"), (27, 30, "E_TYPE")),
        (("output_per_day: 100\n", "output_per_day: 100 kg\n"), (18, 21, "E_TYPE")),
        (("cover: 10 d", "cover: 10 d, ordering: {order_up_to: 3 kg}"), (27, 70, "E_TYPE")),
        (("28 d", "28 d, open_shipments: [{quantity: 5, arrives: 3 d}]"), (29, 89, "E_TYPE")),
    ],
)
def test_magnets_are_written_as_masses_and_everything_else_in_pieces(
    edit: tuple[str, str], where: tuple[int, int, str]
) -> None:
    assert place(only_fault(edit)) == where


def test_references_are_checked_although_the_schema_refuses_the_file() -> None:
    problems = faults_of(edited(("seed: 1", "seed: x"), ("desk: ministry", "desk: minstry")))

    assert [place(p) for p in problems] == [(6, 7, "E_TYPE"), (32, 19, "E_REF")]


def test_a_fault_has_no_followers() -> None:
    assert len(faults_of(edited(("kind: magnet,", "kind: magnt,")))) == 1
    assert len(faults_of(edited(("makes: magnet", "makes: magnt")))) == 1
    assert len(faults_of(edited(("28 d", "28 d, share: x")))) == 1
