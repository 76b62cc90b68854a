"""How sure figures and ranks are: intervals, ranks in the draws, and what is said of them."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.core.measures import FIGURES, MEASURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import (
    PlaceRanks,
    RankCertainty,
    certainty,
    certainty_rows,
    draw_ranks,
    place_certainty,
    rank_certainty,
    rank_columns,
    share_ahead,
)
from geo.figures.draws import is_drawn, lsoa_draws, minutes_more
from geo.figures.place import show
from geo.figures.place_json import certainty_json
from geo.figures.ranking import rank, rank_order
from geo.layers.uncertainty import common_errors
from geo.words import certainty as words

pytestmark = pytest.mark.slow

RANKED = ("people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "cut_off_by_rail",
          "train_to_hub_minutes", "door_to_hub_minutes", "within_30_min_walk_of_station")
ESTIMATED = {"broadband", "premises", "rail", "jobs", "walk"}


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


def test_every_figure_that_is_estimated_has_its_draws(starter: Edition) -> None:
    estimated = {key for key, record in FIGURES.items() if ESTIMATED & {*record.bases}} - {"premises"}
    assert {key for key, record in FIGURES.items() if is_drawn(starter, record)} == estimated


@pytest.mark.parametrize("key", RANKED)
@pytest.mark.parametrize("by", ["authority", "constituency", "ward"])
def test_intervals_and_ranks_are_what_they_must_be(starter: Edition, key: str, by: str) -> None:
    measure = FIGURES[key]
    sure = place_certainty(starter, View(), measure, by=by)
    ranked = rank(starter, View(), by=by, measure=key, per="rate").set_index("code").loc[sure.index]
    known = ranked["value"].notna()
    slack = 1e-6 * ranked["value"].abs() + 1e-9
    assert (sure["p05"] <= ranked["value"] + slack)[known].all()
    assert (sure["p95"] >= ranked["value"] - slack)[known].all()
    for name in ("count", "rate") if measure.has_count else ("rate",):
        low, high, ten, tenth = (sure[f"{name}_rank_{part}"] for part in RankCertainty._fields)
        assert (low >= 1).all()
        assert (low <= high).all()
        assert (high <= len(sure)).all()
        assert ten.between(0, 1).all()
        assert tenth.between(0, 1).all()
        assert ten.sum() <= 10 + 1e-9            # of those that tie none is, where there is no room for all
        assert ((high <= 10) <= (ten >= 0.95 - 1e-9)).all()
    if not measure.has_count:
        assert sure["count_rank_p05"].isna().all()


def test_the_worst_ten_of_ten_are_all_of_them(starter: Edition) -> None:
    for by in ("lep", "county"):
        sure = place_certainty(starter, View(), FIGURES["people_in_gap"], by=by, within="E06000052" if by != "lep" else
                               View().place)
        assert len(sure) <= 10
        assert (sure["count_rank_worst_ten"] == 1).all()


def test_what_is_published_has_no_width(starter: Edition) -> None:
    measure, view = FIGURES["premises_below"], View()
    for by in ("authority", "constituency"):
        sure, ranked = place_certainty(starter, view, measure, by=by), rank(starter, view, by=by, measure=measure.key)
        ranked = ranked.set_index("code").loc[sure.index]
        assert (sure["p05"] == ranked["value"]).all()
        assert (sure["p95"] == ranked["value"]).all()
        assert (sure["count_rank_p05"] == ranked["rank"]).all()
        assert (sure["count_rank_p95"] == ranked["rank"]).all()
    wards = place_certainty(starter, view, measure, by="ward")
    assert (wards["p95"] > wards["p05"]).mean() > 0.99
    both = starter.place("E07000046+E07000047")
    assert set(certainty(starter, view, both).counts["premises_below"]) == {
        show(starter, view.replace(place=both.code))["premises_below"].value}


def test_broadband_that_was_measured_has_no_errors_of_places(starter: Edition) -> None:
    measured = replace(starter, manifest={**starter.manifest, "broadband_basis": "measured"})
    wards = place_certainty(measured, View(), FIGURES["premises_below"], by="ward")
    values = rank(measured, View(), by="ward", measure="premises_below").set_index("code")["value"].loc[wards.index]
    assert wards["p05"].to_numpy() == pytest.approx(values.to_numpy(), rel=1e-12)
    assert wards["p95"].to_numpy() == pytest.approx(values.to_numpy(), rel=1e-12)
    people = [place_certainty(edition, View(), FIGURES["people_in_gap"], by="ward").eval("(p95 - p05).mean()")
              for edition in (measured, starter)]
    assert 0 < people[0] < people[1]


def test_journeys_of_a_timetable_have_no_error_but_the_way_to_the_station(starter: Edition) -> None:
    timed = replace(starter, manifest={**starter.manifest, "rail_basis": "timetable"})
    train, door = View(), View(clock="door")
    far = place_certainty(timed, train, FIGURES["cut_off_by_rail"], by="ward")
    values = rank(timed, train, by="ward", measure="cut_off_by_rail").set_index("code").loc[far.index]
    assert (far["p05"] == far["p95"]).all()
    assert far["p05"].to_numpy() == pytest.approx(values["value"].to_numpy(), rel=1e-12)
    assert (far["count_rank_p05"] == values["rank"]).all()
    by_rate = rank(timed, train, by="ward", measure="cut_off_by_rail", per="rate").set_index("code").loc[far.index]
    assert (far["rate_rank_p05"] == by_rate["rank"]).all()
    cut_off = far[far["rate_p05"] == 1]
    assert len(cut_off) > 100
    assert set(cut_off["rate_rank_p95"]) == {len(cut_off)}          # they tie: none is among the worst twentieth
    assert (cut_off["rate_rank_worst_tenth"] == 0).all()
    assert (minutes_more(timed, train, "train", np.arange(9)) == 0).all()
    ways = place_certainty(timed, door, FIGURES["cut_off_by_rail"], by="ward")
    assert (ways["p95"] > ways["p05"]).any()


def test_an_indicative_journey_may_be_seven_minutes_out(starter: Edition) -> None:
    rows = np.arange(len(starter.areas))
    more = minutes_more(starter, View(), "train", rows)
    assert 6 < np.abs(more).max() <= 7
    county = starter.areas["county"].to_numpy() == "E06000052"
    assert np.corrcoef(more[county][:2])[0, 1] > 0.8             # neighbours go by the same line
    assert (more != minutes_more(starter, View(hub="bristol"), "train", rows)).any()
    assert (minutes_more(starter, View(), "train", rows[40:50]) == more[40:50]).all()


def test_a_slower_walk_leaves_fewer_near_a_station(starter: Edition) -> None:
    walk = FIGURES["within_30_min_walk_of_station"]
    sure = place_certainty(starter, View(), walk, by="authority")
    assert (sure["p05"] == sure["rate_p05"]).all()
    assert sure.loc["E06000023", "p95"] - sure.loc["E06000023", "p05"] > 0.1       # Bristol
    assert (sure.loc["E06000053", ["p05", "p95"]] == 0).all()                      # no station on Scilly
    told = certainty(starter, View(), starter.place("E06000023"))
    assert walk.key not in told.counts
    assert told.rates[walk.key] == pytest.approx(sure.loc["E06000023", ["p05", "p95"]].tolist(), rel=1e-5)
    slow = common_errors().access < 0.9
    drawn = lsoa_draws(starter, View(), walk, np.arange(len(starter.areas))).sum(axis=0)
    now = (starter.areas["residents"] * starter.areas["walk_share"]).sum()
    assert drawn[slow].max() < now < drawn[common_errors().access > 1.1].min()


def test_the_table_chosen_moves_the_estimate_and_not_the_interval(starter: Edition) -> None:
    place = starter.place("E07000046")
    ons, other = (certainty(starter, View(work=work), place).counts["people_in_gap"]
                  for work in ("ons-2020", "dingel-neiman"))
    assert ons == other


def test_a_place_is_its_row_in_the_list(starter: Edition) -> None:
    view = View(speed="10", minutes=150)
    for key in ("people_in_gap", "nowhere_to_turn", "remote_capable", "borderline", "train_to_hub_minutes"):
        alone = certainty(starter, view, starter.place("E07000046"))
        row = place_certainty(starter, view, FIGURES[key], by="authority").loc["E07000046"]
        assert alone.counts[key] == pytest.approx((row["p05"], row["p95"]), rel=1e-5)
        if key in alone.rates and key != "borderline":
            assert alone.rates[key] == pytest.approx((row["rate_p05"], row["rate_p95"]), rel=1e-5)
        if key == "people_in_gap":
            assert alone.ranks == PlaceRanks(27, rank_certainty(row, "count"), rank_certainty(row, "rate"))


@given(arrays(float, (6, 20), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, np.nan])))
def test_ranks_in_a_draw_are_ranks(values: np.ndarray) -> None:
    for measure in (FIGURES["people_in_gap"], FIGURES["within_30_min_walk_of_station"]):
        best, last = draw_ranks(values, measure)
        for draw, column in enumerate(values.T):
            assert best[:, draw].tolist() == rank_order(pd.Series(column), measure).tolist()
            assert last[:, draw].tolist() == [(best[:, draw] <= rank).sum() for rank in best[:, draw]]
        table = rank_columns("", best, last, len(values))
        assert (table["worst_ten"] == 1).all()
        assert table["worst_tenth"] == pytest.approx((last == 1).mean(axis=1))
        assert set(table["p05"]) <= set(best.ravel())
        assert set(table["p95"]) <= set(last.ravel())


def test_two_places_are_told_apart_or_not(starter: Edition) -> None:
    gap, view = FIGURES["people_in_gap"], View()
    west, cheltenham = map(starter.place, ("E07000047", "E07000078"))
    assert share_ahead(starter, view, gap, west, cheltenham) == 1
    assert share_ahead(starter, view, gap, cheltenham, west) == 0
    somerset, tewkesbury = map(starter.place, ("E06000066", "E07000083"))
    assert share_ahead(starter, view, gap, somerset, tewkesbury) + share_ahead(
        starter, view, gap, tewkesbury, somerset) == pytest.approx(1)
    devon, east = map(starter.place, ("E07000043", "E07000040"))       # 24.65 and 24.16 per 1,000
    assert 0.05 < share_ahead(starter, view, gap, devon, east) < 0.95


def test_an_edition_without_a_test_of_its_estimate_says_nothing_of_it(
    tiny_edition: Edition, tested_edition: Edition,
) -> None:
    sure = certainty(tiny_edition, View(place="E07000001"), tiny_edition.place("E07000001"))
    assert set(sure.counts) == {"remote_capable", "cut_off_by_rail", "borderline", "door_to_hub_minutes",
                                "train_to_hub_minutes"}
    assert set(sure.rates) == {"remote_capable", "cut_off_by_rail", "within_30_min_walk_of_station"}
    assert sure.ranks is None
    assert words.how_sure_ranks(tiny_edition, FIGURES["people_in_gap"]) == words.NO_TEST_OF_RANKS
    tested = tested_edition
    again = certainty(tested, View(place="E07000001"), tested.place("E07000001"))
    assert {"people_in_gap", "nowhere_to_turn", "premises_below"} <= set(again.counts)
    assert again.ranks is not None
    assert again.ranks.of == 2
    assert words.how_sure_ranks(tested, FIGURES["people_in_gap"]) == words.RANKS_COVER


def test_a_place_without_workers_has_no_rate_and_no_fault(tested_edition: Edition) -> None:
    sure = place_certainty(tested_edition, View(), FIGURES["people_in_gap"], by="lsoa")
    empty = certainty_rows(sure)["E01000004"]
    assert empty["rate"] == {"p05": None, "p95": None}
    assert empty["rank"]["rate"] is None
    assert empty["rank"]["count"]["p05"] == 4


def test_json_is_as_the_contract_has_it(starter: Edition) -> None:
    told = certainty_json(certainty(starter, View(), starter.place("E07000046")))
    assert json.loads(json.dumps(told)) == told
    assert set(told) >= {"people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "cut_off_by_rail"}
    assert told["people_in_gap"].keys() == {"p05", "p95"}
    assert told["rates"]["remote_capable_share"]["p95"] < 1
    assert told["rank"].keys() == {"of", "count", "rate"}
    assert told["rank"]["of"] == 27
    assert told["rank"]["count"].keys() == {"p05", "p95", "worst_ten", "worst_tenth"}
    assert certainty_json(certainty(starter, View(), starter.place("south west")))["rank"] is None
    row = certainty_rows(place_certainty(starter, View(), FIGURES["people_in_gap"], by="authority"))["E07000046"]
    assert row["rank"] == told["rank"]
    assert row["p05"] == pytest.approx(told["people_in_gap"]["p05"], rel=1e-6)


@given(st.integers(1, 800), st.data())
def test_small_areas_are_in_bands_and_others_between_two_ranks(of: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(1, of))
    found = RankCertainty(low, data.draw(st.integers(low, of)), 0.5, 0.5)
    said = words.rank_words(found, of, "ward")
    assert words.ordinal(found.p05) not in said
    assert words.ordinal(found.p05) not in words.rank_among(found, of, "ward", "most")
    assert words.rank_among(found, of, "ward", "most").endswith(f" of {of:,}")
    number = words.rank_words(found, of, "authority")
    assert number.startswith("between ") == (found.p05 < found.p95)
    if "worst half" not in said and "middle" not in said:
        assert 4 * found.p95 <= of


def test_ranks_of_a_list_are_written_whole(starter: Edition) -> None:
    sure = place_certainty(starter, View(), FIGURES["people_in_gap"], by="authority")
    cells = words.rank_cells(sure, "authority", "count")
    assert cells["E06000052"] == "1st"
    assert cells["E07000045"] == "6th to 9th"
    wards = words.rank_cells(place_certainty(starter, View(), FIGURES["people_in_gap"], by="ward"), "ward", "rate")
    assert set(wards) <= {*(f"worst {part}" for part in words.BANDS), "not worst half", "near the middle"}
    assert pd.Series(wards).str.contains("worst").any()


def test_every_measure_says_what_its_ranks_are_worth(starter: Edition) -> None:
    for measure in MEASURES.values():
        said = words.how_sure_ranks(starter, measure)
        assert (said == words.RANKS_COVER) == bool(ESTIMATED & {*measure.bases}), measure.key
        assert "worked out yet" not in said
    unknown = replace(MEASURES["imd_decile"], key="new", bases=("rail",))
    assert words.how_sure_ranks(starter, unknown) == words.NOT_DRAWN
    assert words.how_sure_ranks(starter, MEASURES["imd_decile"]) == words.AS_PUBLISHED
