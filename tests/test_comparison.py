"""Places side by side: every figure of `show`, rates as sums over sums, ranges and bases with each."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from geo.core.choices import KINDS, REGION, SPEEDS
from geo.core.measures import BASES, FIGURES, LIMITS, MEASURES
from geo.core.view import View
from geo.edition.places import premises_published
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import not_told_apart, place_certainty
from geo.figures.intervals import Interval, Intervals
from geo.figures.place import Figure, PlaceFigures, resolve_basis, show
from geo.figures.ranking import rank
from geo.figures.side_by_side import Row, all_figures
from geo.pack.spreadsheets import comparison_table
from geo.words.certainty import told_apart
from geo.words.claim import spoken_name
from geo.words.comparison import comparison_claim, ranking_columns
from geo.words.place import comparison_labels, figure_texts
from tests.fixtures.answers import show_json

ALAND, BLAND = "E07000001", "E06000002"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


def answers(edition: Edition, *codes: str, **options: object) -> list[PlaceFigures]:
    return [show(edition, View(place=code, **options)) for code in codes]


def by_key(rows: list[Row]) -> dict[str, Row]:
    return {row.key: row for row in rows}


def look_up(answer: dict, row: Row) -> object:
    """The figure as `show --json` tells it, where its name there differs from the record's."""
    key = row.key
    renamed = {"rural": "rural_share", "coastal": "coastal_share",
               "most_deprived_fifth": "imd.most_deprived_fifth_share",
               **{f"people_in_gap.{speed}": f"people_in_gap_by_speed.{speed}" for speed in SPEEDS}}
    value = answer
    for part in renamed.get(key, key).split("."):
        value = value[part]
    return value


@pytest.mark.parametrize("place", [ALAND, BLAND, f"{BLAND}+{ALAND}", "E01000003", REGION])
def test_every_figure_of_show_is_there(tiny_edition: Edition, place: str) -> None:
    given, = answers(tiny_edition, place, minutes=121, speed="100")
    answer = show_json(tiny_edition, View(place=place, minutes=121, speed="100"))
    rows = by_key(all_figures([given]))
    spoken_for = {key.split(".")[0] for key in rows}
    named_otherwise = {"people_in_gap_by_speed", "rural_share", "coastal_share", "imd"}
    beside = {"edition", "view", "place", "rates", "claim", "certainty", "comparators", "notes"}
    assert {key for key, value in answer.items() if value is None} == {"planned_build", "still_stuck"}
    assert spoken_for >= {key for key, value in answer.items() if value is not None} - beside - named_otherwise
    assert spoken_for >= {"rural", "most_deprived_fifth"}
    assert {key for key in rows if key.startswith("people_in_gap.")} == {
        "people_in_gap.limits", *(f"people_in_gap.{speed}" for speed in SPEEDS)}
    for key, row in rows.items():
        cell = row.figures[0]
        if key == "people_in_gap.limits":
            gap = answer["people_in_gap"]
            assert (cell.low, cell.high) == (gap["limit_low"], gap["limit_high"])
            continue
        figure = look_up(answer, row)
        if isinstance(figure, dict):
            middle, ends = ("median", ("p10", "p90")) if "median" in figure else ("estimate", ("low", "high"))
            assert (cell.value, cell.low, cell.high) == (figure[middle], *(figure[end] for end in ends))
        elif row.measure.has_count:
            assert cell.value == figure
        else:
            assert cell.rate == figure
    rates = answer["rates"]
    assert rows["people_in_gap"].figures[0].rate == rates["people_in_gap_per_1000_workers"]
    assert rows["cut_off_by_rail"].figures[0].rate == rates["cut_off_by_rail_share"]
    assert rows["remote_capable"].figures[0].share == rates["remote_capable_share"]
    assert [rows[f"premises_below.{speed}"].figures[0].rate for speed in SPEEDS] == list(
        rates["premises_below_share"].values())


def test_by_hand(tiny_edition: Edition) -> None:
    # Aland: 250 + 50 people whose job can be done from home; below 30 Mbit/s 5 % and 10 % of premises.
    rows = by_key(all_figures(answers(tiny_edition, ALAND, BLAND)))
    aland, bland = rows["people_in_gap"].figures
    assert aland.value == pytest.approx(250 * 0.05 + 50 * 0.1)
    assert aland.rate == pytest.approx(1000 * 17.5 / 1500)
    assert bland.value == pytest.approx(200 * 0.25)
    below = FIGURES["premises_below"]
    assert rows["premises_below.30"].figures == (
        Figure(below, "30", 110, rate=110 / 1600, basis=("published",), published=True),
        Figure(below, "30", 350, rate=350 / 1100, basis=("published",), published=True))
    assert rows["cut_off_by_rail"].figures[1] == Figure(
        FIGURES["cut_off_by_rail"], value=2000, rate=1.0, basis=("indicative",))
    assert rows["train_to_hub_minutes"].figures[1] == Figure(
        FIGURES["train_to_hub_minutes"], value=None, low=200, high=None, basis=("indicative",))


def test_rates_of_the_whole_are_sums_over_sums(tiny_edition: Edition) -> None:
    rows = by_key(all_figures(answers(tiny_edition, ALAND, BLAND, REGION)))
    for key, base in (("people_in_gap", "workers"), ("nowhere_to_turn", "workers"), ("cut_off_by_rail", "residents"),
                      ("premises_below.30", "premises")):
        first, second, whole = rows[key].figures
        bases = [figure.value for figure in rows[base].figures]
        assert first.value + second.value == pytest.approx(whole.value)
        assert whole.rate == pytest.approx((1000 if base == "workers" else 1) * whole.value / bases[2])
        assert whole.rate != pytest.approx((first.rate + second.rate) / 2)


def test_starter_parts_sum_to_the_whole() -> None:
    edition = load_edition(geometry=False)
    codes = edition.places.query("kind == 'county' and not neighbour")["code"]
    rows = by_key(all_figures(answers(edition, *codes, REGION)))
    for key in ("people_in_gap", "nowhere_to_turn", "residents", "premises_below.gigabit", "cut_off_by_rail"):
        *parts, whole = (figure.value for figure in rows[key].figures)
        assert sum(parts) == pytest.approx(whole)


def test_bases_are_known_and_premises_say_who_counted_them(tiny_edition: Edition) -> None:
    rows = all_figures(answers(tiny_edition, ALAND, "E01000001"))
    assert {basis for row in rows for figure in row.figures for basis in figure.basis} <= set(BASES)
    assert all(figure.basis for row in rows for figure in row.figures)
    keyed = by_key(rows)
    assert [figure.basis for figure in keyed["premises"].figures] == [("published",), ("estimated",)]
    assert keyed["nowhere_to_turn"].figures[0].basis == ("estimated", "indicative")


def test_a_place_without_workers_or_rail_says_so(tiny_edition: Edition) -> None:
    rows = by_key(all_figures(answers(tiny_edition, "E01000003", "E01000004")))
    no_rail, no_workers = rows["train_to_hub_minutes"].figures[0], rows["people_in_gap"].figures[1]
    assert figure_texts(no_rail) == ["no rail"]
    assert figure_texts(no_workers) == ["0", "no workers live here"]
    assert figure_texts(rows["remote_capable"].figures[1])[-1] == "no workers live here"


GAP, CUT_OFF, MINUTES = (FIGURES[key] for key in ("people_in_gap", "cut_off_by_rail", "train_to_hub_minutes"))
AT_HOME, CAPABLE = FIGURES["works_from_home"], FIGURES["remote_capable"]


def sure(value: tuple[float, float], rate: tuple[float, float] | None) -> Callable[[], Intervals]:
    """Intervals as a figure works them out."""
    return lambda: Intervals(Interval(*value), rate and Interval(*rate))


@pytest.mark.parametrize(("figure", "words"), [
    (Figure(GAP, "30", 1588.96, 0, 3000, rate=62.59, intervals=sure((1162.97, 2041.1), (45.8, 80.4))),
     ["about 1,590", "between 1,160 and 2,040", "62.6 of every 1,000 workers (between 45.8 and 80.4)"]),
    (Figure(GAP, "30", 1588.96, 0, 3000, rate=62.59), ["about 1,590", "62.6 of every 1,000 workers"]),     # not drawn
    (Figure(GAP, "30", 0.3, 0.1, 0.45, rate=0.02, intervals=sure((0.1, 0.45), (0.01, 0.03))),
     ["fewer than 1", "under 0.1 of every 1,000 workers"]),
    (Figure(GAP, "30", 0.0, 0.0, 0.0, rate=0.0, intervals=sure((0, 0), (0, 0))), ["0", "0.0 of every 1,000 workers"]),
    (Figure(CAPABLE, value=500.0, rate=400.0, intervals=sure((450, 600), (360, 480))),
     ["about 500", "between 450 and 600", "40.0 % of workers (between 36.0 % and 48.0 %)"]),
    (Figure(AT_HOME, value=4143, rate=0.1456, published=True, intervals=sure((4143, 4143), (0.1456, 0.1456))),
     ["4,143", "14.6 % of workers"]),
    (Figure(LIMITS, low=12.4, high=480.0), ["12 to 480"]),
    (Figure(LIMITS), ["not known"]),
    (Figure(CUT_OFF, value=57088.0, rate=1.0), ["all 57,088", "100.0 % of residents"]),
    (Figure(AT_HOME, value=4143, rate=0.1456, published=True), ["4,143", "14.6 % of workers"]),
    (Figure(AT_HOME, published=True), ["not known"]),
    (Figure(FIGURES["rural"], rate=0.5), ["50.0 % of residents"]),
    (Figure(MINUTES, value=180, low=129, high=217),
     ["180 min", "a tenth have 129 min or less, a tenth 217 min or more"]),
    (Figure(MINUTES, value=180, low=129, high=217, intervals=sure((174.6, 187.2), None)),
     ["180 min", "between 175 and 187 min; a tenth have 129 min or less, a tenth 217 min or more"]),
    (Figure(MINUTES, value=180, low=129), ["180 min", "a tenth have 129 min or less, a tenth no rail"]),
    (Figure(MINUTES, low=129), ["no rail", "a tenth have 129 min or less, a tenth no rail"]),
])
def test_figures_are_spelled_with_interval_and_rate(figure: Figure, words: list[str]) -> None:
    assert figure_texts(figure) == words


def test_every_row_has_a_heading_and_a_label_of_its_own(tiny_edition: Edition) -> None:
    rows = all_figures(answers(tiny_edition, ALAND, minutes=100, hub="exeter"))
    labels = [comparison_labels(row, View(minutes=100, hub="exeter")) for row in rows]
    assert len(set(labels)) == len(rows)
    assert all(heading and label and "{" not in heading + label for heading, label in labels)
    cut_off = "Cut off by rail: more than 100 minutes from Exeter St Davids by train"
    assert ("Rail to Exeter St Davids", cut_off) in labels
    for heading in ("Homes and businesses", "People in the gap at every speed"):
        assert [label for group, label in labels if group == heading and label != "All premises"] == [
            choice.label for choice in SPEEDS.values()]


def test_table_is_tidy(tiny_edition: Edition) -> None:
    given = answers(tiny_edition, ALAND, BLAND)
    rows = all_figures(given)
    table = comparison_table(rows, given)
    assert len(table) == 2 * len(rows)
    assert table[["value", "low", "high", "rate"]].dtypes.eq("float64").all()
    first = table.iloc[0]
    assert (first["figure"], first["code"], first["kind"], first["basis"]) == (
        "people_in_gap", ALAND, "authority", "estimated")
    assert first["value"] == round(given[0]["people_in_gap"].value, 2)
    assert not table.duplicated(["figure", "code"]).any()
    keyed = table.set_index(["figure", "code"])
    assert np.isnan(keyed.loc[("most_deprived_fifth", ALAND), "value"])
    assert keyed.loc[("most_deprived_fifth", ALAND), "rate"] == round(given[0]["most_deprived_fifth"].rate, 6)


def test_every_measure_has_a_basis(railed_edition: Edition) -> None:
    def basis(measure: str, kind: str) -> tuple[str, ...]:
        return resolve_basis(
            MEASURES[measure].bases, railed_edition, published=premises_published(kind, neighbour=False))

    for measure in MEASURES:
        for kind in KINDS:
            assert basis(measure, kind)
            assert set(basis(measure, kind)) <= set(BASES)
    assert basis("premises_below", "county") == ("published",)
    assert basis("premises_below", "ward") == ("estimated",)
    assert basis("door_to_hub_minutes", "ward") == ("timetable",)
    assert basis("nowhere_to_turn", "ward") == ("estimated", "timetable")


def said_of(edition: Edition, chosen: str, *codes: str, **options: object) -> str:
    return "".join(comparison_claim(answers(edition, *codes, **options), REGION, chosen))


def test_the_claim_of_a_comparison_has_englands_rate_too(tiny_edition: Edition) -> None:
    assert said_of(tiny_edition, ALAND, ALAND, REGION).endswith("; in England about 1.1.")
    assert said_of(tiny_edition, REGION, REGION).endswith("cannot be had by line; in England about 1.1.")
    assert "England" not in said_of(tiny_edition, ALAND, ALAND, REGION, speed="uso")


@pytest.mark.parametrize("others", [(), ("E07000046",), ("E06000052", "E07000046"), ("E06000053", "E07000041")])
@pytest.mark.parametrize("chosen", ["E07000047", "E06000053", REGION])
def test_the_claim_of_a_comparison_begins_with_the_place_chosen(
    starter: Edition, chosen: str, others: tuple[str, ...],
) -> None:
    codes = list(dict.fromkeys([chosen, *others]))
    codes = [*(code for code in codes if code != REGION), REGION]
    said = said_of(starter, chosen, *codes)
    name = spoken_name(show(starter, View(place=chosen)).place.name)
    assert said.startswith(f"Of every 1,000 workers in {name}, about ")
    assert said.count("the South West") == 1


def test_the_claim_of_a_comparison_says_who_is_highest(starter: Edition) -> None:
    devon, torridge, cornwall = "E07000047", "E07000046", "E06000052"
    assert "; that is the highest of these three as estimated; in the" in said_of(
        starter, devon, devon, torridge, cornwall, REGION)
    assert "; the highest of these three as estimated is West Devon, about " in said_of(
        starter, cornwall, cornwall, torridge, devon, REGION)
    assert "; in West Devon about " in said_of(starter, torridge, torridge, devon, REGION)


def test_the_claim_of_a_comparison_where_nobody_works(starter: Edition) -> None:
    devon = show(starter, View(place="E07000047"))
    gap = dataclasses.replace(devon["people_in_gap"], rate=None)
    empty = dataclasses.replace(devon, figures={**devon.figures, "people_in_gap": gap})
    said = "".join(comparison_claim([empty, show(starter, View())], REGION, "E07000047"))
    assert said.startswith("Nobody who lives in West Devon is in work; in the South West as a whole about ")


def test_a_ranking_has_the_interval_of_each_rank_and_figure(starter: Edition) -> None:
    view = View(ranked="authority")
    ranked = rank(starter, view, by="authority")
    sure = place_certainty(starter, view, MEASURES["people_in_gap"], by="authority")
    table = ranking_columns(ranked, view, ["E07000046"], sure)
    assert list(table) == ["Rank of 27", "Place", "People", "From", "To", "Per 1,000 workers", "Note"]
    assert table["Rank of 27"].iloc[0] == "1st"
    assert table.loc["E07000045", "Rank of 27"] == "6th to 9th"
    assert (table["From"] <= table["People"]).all()
    assert (table["People"] <= table["To"]).all()
    by_rate = ranking_columns(ranked, view.replace(per="rate"), [], sure)
    assert by_rate.loc["E07000047", "Rank of 27"] == "1st"
    wards = view.replace(ranked="ward", show="premises_below")
    listed = ranking_columns(rank(starter, wards, by="ward", measure=wards.show), wards, [],
                             place_certainty(starter, wards, MEASURES[wards.show], by="ward"))
    assert not listed["Rank of 815"].str.contains(r"\d").any()
    official = view.replace(show="rural")
    assert list(ranking_columns(rank(starter, official, by="authority", measure="rural"), official, [], None))[:2] == [
        "Rank", "Place"]


def test_minutes_have_an_interval_of_whole_minutes_and_no_rail_none(starter: Edition) -> None:
    view = View(show="train_to_hub_minutes")
    ranked = rank(starter, view, by="authority", measure=view.show)
    table = ranking_columns(ranked, view, [], place_certainty(starter, view, MEASURES[view.show], by="authority"))
    assert table.loc["E06000053", ["From", "To"]].isna().all()
    assert table.loc["E06000052", "From"] < 266 < table.loc["E06000052", "To"]
    assert table["From"].dtype == "Int64"


def test_places_that_may_be_the_other_way_round_are_said(starter: Edition) -> None:
    gap, places = MEASURES["people_in_gap"], {name: starter.place(name) for name in
                                              ("North Devon", "East Devon", "West Devon", "south west")}
    pairs = not_told_apart(starter, View(), gap, [*places.values()])
    assert [(first.name, second.name) for first, second in pairs] == [("North Devon", "East Devon")]
    assert told_apart(pairs) == (
        "North Devon and East Devon cannot be told apart: either may have the higher rate.")
    assert told_apart([]) == ""
