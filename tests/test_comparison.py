"""Places side by side: every figure of `show`, rates as sums over sums, ranges and bases with each."""

import numpy as np
import pytest
from geo.comparison import BASES, Cell, Row, compare, comparison_table, measure_basis, spell

from geo.edition import Edition, load_edition
from geo.figures import show
from geo.view import View
from geo.vocabulary import KINDS, MEASURES, REGION, SPEEDS

ALAND, BLAND, CLAND = "E07000001", "E06000002", "E07000003"


def answers(edition: Edition, *codes: str, **options: object) -> list[dict]:
    return [show(edition, View(place=code, **options)) for code in codes]


def by_key(rows: list[Row]) -> dict[str, Row]:
    return {row.key: row for row in rows}


def look_up(answer: dict, key: str) -> object:
    value = answer
    for part in key.split("."):
        value = value[part]
    return value


@pytest.mark.parametrize("place", [ALAND, BLAND, f"{BLAND}+{ALAND}", "E01000003", REGION])
def test_every_figure_of_show_is_there(tiny_edition: Edition, place: str) -> None:
    answer, = answers(tiny_edition, place, minutes=121, speed="100")
    rows = by_key(compare([answer]))
    spoken_for = {key.split(".")[0] for key in rows}
    assert spoken_for >= set(answer) - {"edition", "rail_source", "view", "place", "rates", "comparators", "notes"}
    for key, row in rows.items():
        if key == "people_in_gap.limits":
            gap = answer["people_in_gap"]
            assert (row.cells[0].low, row.cells[0].high) == (gap["limit_low"], gap["limit_high"])
            continue
        figure, cell = look_up(answer, key), row.cells[0]
        if isinstance(figure, dict):
            middle, ends = ("median", ("p10", "p90")) if "median" in figure else ("estimate", ("low", "high"))
            assert (cell.value, cell.low, cell.high) == (figure[middle], *(figure[end] for end in ends))
        elif row.unit:
            assert cell.value == figure
        else:
            assert cell.rate == figure
    rates = answer["rates"]
    assert rows["people_in_gap"].cells[0].rate == rates["people_in_gap_per_1000_workers"]
    assert rows["cut_off_by_rail"].cells[0].rate == rates["cut_off_by_rail_share"]
    assert rows["remote_capable"].cells[0].rate == rates["remote_capable_share"]
    assert [rows[f"premises_below.{speed}"].cells[0].rate for speed in SPEEDS] == list(
        rates["premises_below_share"].values())


def test_by_hand(tiny_edition: Edition) -> None:
    # Aland: 250 + 50 people whose job can be done from home; below 30 Mbit/s 5 % and 10 % of premises.
    rows = by_key(compare(answers(tiny_edition, ALAND, BLAND)))
    aland, bland = rows["people_in_gap"].cells
    assert aland.value == pytest.approx(250 * 0.05 + 50 * 0.1)
    assert aland.rate == pytest.approx(1000 * 17.5 / 1500)
    assert aland.rate_low == pytest.approx(1000 * aland.low / 1500)
    assert bland.value == pytest.approx(200 * 0.25)
    assert rows["premises_below.30"].cells == (
        Cell(110, rate=110 / 1600, basis=("published",)), Cell(350, rate=350 / 1100, basis=("published",)))
    assert rows["cut_off_by_rail"].cells[1] == Cell(2000, rate=1.0, basis=("indicative",))
    assert rows["train_to_hub_minutes"].cells[1] == Cell(None, 200, None, basis=("indicative",))


def test_rates_of_the_whole_are_sums_over_sums(tiny_edition: Edition) -> None:
    rows = by_key(compare(answers(tiny_edition, ALAND, BLAND, REGION)))
    for key, base in (("people_in_gap", "workers"), ("nowhere_to_turn", "workers"), ("cut_off_by_rail", "residents"),
                      ("premises_below.30", "premises")):
        first, second, whole = rows[key].cells
        bases = [cell.value for cell in rows[base].cells]
        assert first.value + second.value == pytest.approx(whole.value)
        assert whole.rate == pytest.approx((1000 if base == "workers" else 1) * whole.value / bases[2])
        assert whole.rate != pytest.approx((first.rate + second.rate) / 2)


def test_starter_parts_sum_to_the_whole() -> None:
    edition = load_edition(geometry=False)
    codes = edition.places.query("kind == 'county' and not neighbour")["code"]
    rows = by_key(compare(answers(edition, *codes, REGION)))
    for key in ("people_in_gap", "nowhere_to_turn", "residents", "premises_below.gigabit", "cut_off_by_rail"):
        *parts, whole = (cell.value for cell in rows[key].cells)
        assert sum(parts) == pytest.approx(whole)


def test_bases_are_known_and_premises_say_who_counted_them(tiny_edition: Edition) -> None:
    rows = compare(answers(tiny_edition, ALAND, "E01000001"))
    assert {basis for row in rows for cell in row.cells for basis in cell.basis} <= set(BASES)
    assert all(cell.basis for row in rows for cell in row.cells)
    keyed = by_key(rows)
    assert [cell.basis for cell in keyed["premises"].cells] == [("published",), ("estimated",)]
    assert keyed["nowhere_to_turn"].cells[0].basis == ("estimated", "indicative")


def test_a_place_without_workers_or_rail_says_so(tiny_edition: Edition) -> None:
    rows = by_key(compare(answers(tiny_edition, "E01000003", "E01000004")))
    no_rail, no_workers = rows["train_to_hub_minutes"].cells[0], rows["people_in_gap"].cells[1]
    assert spell(rows["train_to_hub_minutes"], no_rail) == ["no rail"]
    assert spell(rows["people_in_gap"], no_workers) == ["0", "no workers live here"]
    assert spell(rows["remote_capable"], rows["remote_capable"].cells[1])[-1] == "no workers live here"


PEOPLE = Row("x", "", "", "people", "per 1,000 workers", ())
RESIDENTS = Row("x", "", "", "residents", "share of residents", ())
MINUTES = Row("x", "", "", "minutes", "", ())


@pytest.mark.parametrize(("row", "cell", "words"), [
    (PEOPLE, Cell(1588.96, 1162.97, 2041.1, 62.59), ["about 1,590", "1,160 to 2,040", "62.6 per 1,000 workers"]),
    (PEOPLE, Cell(0.3, 0.1, 0.45, 0.02), ["fewer than 1", "all of it fewer than 1", "0.0 per 1,000 workers"]),
    (PEOPLE, Cell(0.0, 0.0, 0.0, 0.0), ["0", "0.0 per 1,000 workers"]),
    (RESIDENTS, Cell(57088.0, rate=1.0), ["all 57,088", "100.0 % of residents"]),
    (RESIDENTS, Cell(4143, rate=0.1456), ["4,143", "14.6 % of residents"]),
    (MINUTES, Cell(180, 129, 217), ["180 minutes", "a tenth 129 or less, a tenth 217 or more"]),
    (MINUTES, Cell(180, 129, None), ["180 minutes", "a tenth 129 or less, a tenth no rail or more"]),
    (MINUTES, Cell(None, 129, None), ["no rail", "a tenth 129 or less, a tenth no rail or more"]),
])
def test_figures_are_spelled_with_range_and_rate(row: Row, cell: Cell, words: list[str]) -> None:
    assert spell(row, cell) == words


def test_table_is_tidy(tiny_edition: Edition) -> None:
    given = answers(tiny_edition, ALAND, BLAND)
    rows = compare(given)
    table = comparison_table(rows, given)
    assert len(table) == 2 * len(rows)
    assert table[["value", "low", "high", "rate"]].dtypes.eq("float64").all()
    first = table.iloc[0]
    assert (first["figure"], first["code"], first["kind"], first["basis"]) == (
        "people_in_gap", ALAND, "authority", "estimated")
    assert first["value"] == given[0]["people_in_gap"]["estimate"]
    assert not table.duplicated(["figure", "code"]).any()
    assert np.isnan(table.set_index(["figure", "code"]).loc[("rural_share", ALAND), "value"])


def test_every_measure_has_a_basis() -> None:
    edition = {"broadband_basis": "estimated", "rail_basis": "timetable"}
    for measure in MEASURES:
        for kind in KINDS:
            assert set(measure_basis(edition, measure, kind)) <= set(BASES)
    assert measure_basis(edition, "premises_below", "county") == ("published",)
    assert measure_basis(edition, "premises_below", "ward") == ("estimated",)
    assert measure_basis(edition, "door_to_hub_minutes", "ward") == ("timetable",)
    assert measure_basis(edition, "nowhere_to_turn", "ward") == ("estimated", "timetable")
