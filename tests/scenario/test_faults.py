import pytest

from sim.scenario import design_from_text
from tests.scenario.samples import TINY, edited, only_fault

NEED_DURATION = "need a duration with its unit, such as '45 d', '6 w' or '8 h' [E_TYPE]"
NEED_REVIEW = "need a duration ('45 d'), working days ('45 working days') or 'never' [E_TYPE]"
NEED_DATE = "need a date written YYYY-MM-DD, a day of the calendar between 1970 and 2200 [E_DATE]"
NEED_MOMENT = "need a date (YYYY-MM-DD) or a time since the start, such as '60 d' [E_TYPE]"
NEED_MASS = "need a mass such as '30 kg', or a whole number of pieces [E_TYPE]"


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("200 d", "30 y", "5:10  horizon", f"got '30 y', {NEED_DURATION}"),
        ("200 d", "200", "5:10  horizon", f"got 200, {NEED_DURATION}"),
        (
            "200 d",
            "9000 d",
            "5:10  horizon",
            "got '9000 d', need a value of at most 7320 d [E_RANGE]",
        ),
        (
            "200 d",
            "99999 w",
            "5:10  horizon",
            "got '99999 w', need a duration of at most 200 years [E_RANGE]",
        ),
        ("200 d", "-3 d", "5:10  horizon", "got '-3 d', need a duration of 0 or more [E_RANGE]"),
        ("seed: 1\n", "seed: [1]\n", "6:7  seed", "got a list, need a whole number [E_TYPE]"),
        (
            "seed: 1\n",
            "seed: 1\nobserve_every: 1 s\n",
            "7:16  observe_every",
            "got '1 s', need a value of at least 1 h [E_RANGE]",
        ),
        (
            "version: 1",
            "version: 2",
            "1:17  schema_version",
            "got 2, need 1, the version that this program reads [E_VALUE]",
        ),
        (
            "version: 1",
            "version: true",
            "1:17  schema_version",
            "got true, need 1, the version that this program reads [E_VALUE]",
        ),
        (
            "28 d",
            "{law: gamma, mean: 28 d}",
            "29:46  lanes.by sea.transit",
            "the gamma law needs mean and cv, and nothing else [E_VALUE]",
        ),
        (
            "28 d",
            "{law: uniform, low: 30 d, high: 20 d}",
            "29:46  lanes.by sea.transit",
            "need low < high, and mode between them [E_VALUE]",
        ),
        (
            "28 d",
            "{mean: 28 d}",
            "29:46  lanes.by sea.transit.law",
            "need the key 'law'; it is missing [E_MISSING]",
        ),
        (
            "28 d",
            "'weibull 28 d, 0.1'",
            "29:55  lanes.by sea.transit",
            "got 'weibull 28 d, 0.1', need a value of at least 0.2 [E_RANGE]",
        ),
        (
            "28 d",
            "[1]",
            "29:55  lanes.by sea.transit",
            "got a list, need a mapping of fields [E_TYPE]",
        ),
        (
            "28 d",
            "28 d, dispatch_every: 0 d",
            "29:77  lanes.by sea.dispatch_every",
            "got '0 d', need an interval above 0, or 'on order' [E_RANGE]",
        ),
        (
            "28 d",
            "28 d, mode: rial",
            "29:67  lanes.by sea.mode",
            "got 'rial', need 'sea', 'air', 'road' or 'rail' (did you mean 'rail'?) [E_VALUE]",
        ),
        (
            "28 d",
            "28 d, mode: 3",
            "29:67  lanes.by sea.mode",
            "got 3, need 'sea', 'air', 'road' or 'rail' [E_TYPE]",
        ),
        (
            "28 d",
            "28 d, priority: 1.5",
            "29:71  lanes.by sea.priority",
            "got 1.5, need a whole number [E_TYPE]",
        ),
        (
            "makes: motor",
            "makes: motor\n    output_stock: 4\n    output_cover: 3 d",
            "13:3  sites.works",
            "give either output_stock or output_cover, not both [E_VALUE]",
        ),
        (
            "makes: motor",
            "makes: motor\n    use: poisson",
            "13:3  sites.works",
            "only a plant can have poisson or batch use [E_VALUE]",
        ),
        (
            "makes: car",
            "makes: car\n    use: posson",
            "26:10  sites.plant.use",
            (
                "got 'posson', need 'steady', 'poisson' or 'batch' "
                "(did you mean 'poisson'?) [E_VALUE]"
            ),
        ),
        (
            "makes: car",
            "makes: car\n    use: {pattern: batch}",
            "26:5  sites.plant.use",
            "the batch pattern needs a positive quantity and every [E_VALUE]",
        ),
        (
            "makes: motor",
            "makes: motor\n    ordering: {rule: s_q}",
            "18:5  sites.works.ordering",
            "the s_q rule needs reorder_point and a positive order_quantity [E_VALUE]",
        ),
        (
            "cover: 10 d}",
            "cover: 10 d, stock: 4}",
            "27:12  sites.plant.bill.motor",
            "give either cover or stock, not both [E_VALUE]",
        ),
        (
            "per_unit: 1,",
            "per_unit: 0,",
            "27:30  sites.plant.bill.motor.per_unit",
            "got 0, need a value above 0 [E_RANGE]",
        ),
        (
            "{officers: 20}",
            "{}",
            "34:3  desks.ministry",
            "the queue setting needs officers, a number or a dated list, or quota [E_VALUE]",
        ),
        (
            "rs: 20}",
            "rs: 20000}",
            "34:24  desks.ministry.officers",
            "got 20000, need a value of at most 10,000 [E_RANGE]",
        ),
        (
            "rs: 20}",
            "rs: [3]}",
            "34:25  desks.ministry.officers.0",
            "got 3, need a mapping of fields [E_TYPE]",
        ),
        (
            "45 d",
            "45 workdays",
            "36:47  policy.clock.mean_review_time",
            f"got '45 workdays', {NEED_REVIEW}",
        ),
        (
            "45 d",
            "45.5 working days",
            "36:47  policy.clock.mean_review_time",
            f"got '45.5 working days', {NEED_REVIEW}",
        ),
        (
            "45 d",
            "4500 d",
            "36:47  policy.clock.mean_review_time",
            "got '4500 d', need at most 1000 d; write 'never' for a stop [E_RANGE]",
        ),
        (
            "from: 2025-04-04, mean",
            "from: 2025-02-30, mean",
            "36:17  policy.clock.from",
            f"got '2025-02-30', {NEED_DATE}",
        ),
        (
            "from: 2025-04-04, mean",
            "from: 4.4.2025, mean",
            "36:17  policy.clock.from",
            f"got '4.4.2025', {NEED_DATE}",
        ),
        (
            "from: 2025-04-04, mean",
            "from: soon, mean",
            "36:17  policy.clock.from",
            f"got 'soon', {NEED_MOMENT}",
        ),
        ("200 kg", "200 kgs", "12:75  sites.maker.output_per_day", f"got '200 kgs', {NEED_MASS}"),
        ("200 kg", "2.5", "12:75  sites.maker.output_per_day", f"got 2.5, {NEED_MASS}"),
        (
            "200 kg",
            "-200 kg",
            "12:75  sites.maker.output_per_day",
            "got '-200 kg', need a value of at least 0 [E_RANGE]",
        ),
        (
            "200 kg",
            "99999999999999 t",
            "12:75  sites.maker.output_per_day",
            "got '99999999999999 t', need a value of at most 1,000,000,000 t [E_RANGE]",
        ),
        (
            "country: CN",
            "country: 86",
            "12:40  sites.maker.country",
            "got 86, need a country as its two capital letters (ISO 3166), EU or XW [E_TYPE]",
        ),
        (
            "by sea:",
            "' by sea':",
            '29:3  lanes." by sea"',
            "got ' by sea', need a name without blanks around it [E_NAME]",
        ),
        (
            "sites:\n",
            "sites:\n  odd: text\n",
            "12:8  sites.odd",
            "got 'text', need a mapping of fields [E_TYPE]",
        ),
        (
            "desks:\n",
            "desks:\n  odd:\n",
            "35:3  desks.odd",
            "got nothing (null), need a value; leave the key out if there is none [E_TYPE]",
        ),
        (
            "seed: 1\n",
            "seed: 1\nmeasures: {a: {}}\n",
            "7:12  measures.a",
            (
                "give exactly one of add_cover, order_factor, air, file_early, stretch, overtime, "
                "hoarding, substitute [E_VALUE]"
            ),
        ),
        (
            "seed: 1\n",
            "seed: 1\nmeasures: {a: {order_factor: 2}}\n",
            "7:12  measures.a",
            "order_factor needs from and to [E_VALUE]",
        ),
        (
            "seed: 1\n",
            "seed: 1\nevents: {a: 1}\n",
            "7:1  events",
            "got a mapping, need a list [E_TYPE]",
        ),
        (
            "seed: 1\n",
            "seed: 1\nalternatives: {a: 3}\n",
            "7:19  alternatives.a",
            "got 3, need a mapping of overrides; {} for the scenario as written [E_TYPE]",
        ),
    ],
)
def test_a_fault_is_one_line_that_says_where_what_and_what_is_needed(
    old: str, new: str, where: str, message: str
) -> None:
    assert str(only_fault((old, new))) == f"{where}: {message}"


def test_a_long_name_is_cut_in_the_message() -> None:
    problem = only_fault(("by sea:", f"{'n' * 90}:"))

    assert (problem.line, problem.column, problem.code) == (29, 3, "E_LENGTH")
    assert (len(problem.got), problem.need) == (60, "need at most 80 characters")


def test_a_list_that_may_not_be_empty() -> None:
    stream = "other_applicants:\n  a: {desk: ministry, destination: DE, rate: []}\n"

    assert str(only_fault(text=TINY + stream)) == (
        "38:46  other_applicants.a.rate: got a list, need a list of at least 1 [E_LENGTH]"
    )


@pytest.mark.parametrize("rate", [0, 500, 10_000])
def test_other_applicants_may_file_ten_thousand_times_a_day(rate: int) -> None:
    one = f"{{desk: ministry, destination: DE, rate: [{{from: 0 d, per_day: {rate}}}]}}"
    stream = f"other_applicants: {{a: {one}}}\n"

    scenario = design_from_text(edited(text=TINY + stream)).alternatives["base"]

    assert scenario.other_applicants["a"].rate[0].per_day == rate
