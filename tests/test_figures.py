"""Figures of the tiny edition, worked out by hand, and what must hold for any view."""

import dataclasses

import numpy as np
import pytest

from geo.core.choices import KINDS, SPEEDS
from geo.core.errors import PlaceError, ViewError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.figures.areas import area_figures
from geo.figures.place import show
from geo.figures.ranking import rank, rank_rows
from tests.fixtures.answers import show_json


def test_area_figures_by_hand(tiny_edition):
    # T = 0.5 x professionals: 250, 50, 200, 0, 500. b(30) = 0.05, 0.1, 0.25, 0.5, 0.01. q(120) = 0.25, 0.5, 1, 1, 0.
    table = area_figures(tiny_edition, View())
    assert table.index.equals(tiny_edition.areas.index)
    assert (table.dtypes == "float64").all()
    assert table["remote_capable"].tolist() == [250, 50, 200, 0, 500]
    np.testing.assert_allclose(table["people_in_gap_30_estimate"], [12.5, 5, 50, 0, 5])
    np.testing.assert_allclose(table["nowhere_to_turn_estimate"], [3.125, 2.5, 50, 0, 0])
    np.testing.assert_allclose(table["cut_off_by_rail"], [500, 500, 1500, 500, 0])
    np.testing.assert_allclose(table["borderline"], [500, 1000, 0, 0, 0])
    np.testing.assert_allclose(table["within_walk"], [1500, 500, 0, 0, 3000])
    np.testing.assert_allclose(table["rural"], [0, 1000, 1500, 500, 0])
    np.testing.assert_allclose(table["most_deprived_fifth"], [2000, 0, 0, 500, 0])


def test_show_by_hand(tiny_edition):
    answer = show_json(tiny_edition, View())
    assert answer["place"] == {"code": "E12000009", "name": "South West", "kind": "region", "lsoas": 4}
    assert (answer["residents"], answer["workers"], answer["households"]) == (5000, 2300, 2350)
    assert answer["premises"] == 2700
    assert isinstance(answer["premises"], int)
    assert answer["premises_below"] == {"uso": 76, "10": 162, "30": 460, "100": 1400, "300": 1450, "gigabit": 1660}
    assert answer["people_in_gap"]["estimate"] == pytest.approx(67.5)
    assert answer["nowhere_to_turn"]["estimate"] == pytest.approx(55.625)
    assert answer["cut_off_by_rail"] == 3000
    assert answer["works_from_home"] == 600
    assert answer["rates"]["people_in_gap_per_1000_workers"] == pytest.approx(1000 * 67.5 / 2300)
    assert answer["rates"]["premises_below_share"]["30"] == pytest.approx(460 / 2700)
    assert answer["comparators"]["South West"] == answer["rates"]
    assert answer["comparators"]["England"] == {
        "premises_below_share": {"30": 0.023}, "people_in_gap_per_1000_workers": pytest.approx(1000 * 0.5 / 9 * 0.02)}
    # Residents per minute: 1500 at 100, 500 at 119, 500 at 121, 500 at 125, 500 at 200, 1500 without rail.
    assert answer["train_to_hub_minutes"] == {"median": 121, "p10": 100, "p90": None}
    assert answer["door_to_hub_minutes"] == {"median": 151, "p10": 130, "p90": None}


def test_no_rail_is_said_and_why(tiny_edition):
    answer = show_json(tiny_edition, View(place="E01000003"))
    assert answer["train_to_hub_minutes"] == {"median": None, "p10": None, "p90": None}
    assert answer["nowhere_to_turn"]["estimate"] == answer["people_in_gap"]["estimate"] > 0
    assert any(note.startswith("No rail: Bland 001A has no station with trains") for note in answer["notes"])
    region = show_json(tiny_edition, View())
    assert any("About 1,500 of these residents have no rail" in note for note in region["notes"])


def test_nobody_at_work_is_no_rate(tiny_edition):
    answer = show_json(tiny_edition, View(place="E01000004"))
    assert answer["workers"] == 0
    assert answer["people_in_gap"] == dict.fromkeys(("estimate", "low", "high", "limit_low", "limit_high"), 0.0)
    assert answer["rates"]["people_in_gap_per_1000_workers"] is None
    assert answer["rates"]["remote_capable_share"] is None


def test_a_neighbour_is_flagged_and_never_in_the_region(tiny_edition):
    answer = show_json(tiny_edition, View(place="E07000003"))
    assert any("is not in its totals" in note for note in answer["notes"])
    assert show_json(tiny_edition, View())["residents"] + answer["residents"] == tiny_edition.areas["residents"].sum()


def test_more_did_than_could_is_said_where_it_is_so(tiny_edition):
    # At home on census day: 300, 100, 200 in the first three LSOAs; who could: 250, 50, 200.
    said = {code: any("farms and trades based at home" in note
                      for note in show_json(tiny_edition, View(place=code))["notes"])
            for code in tiny_edition.areas.index[:3]}
    assert said == {"E01000001": True, "E01000002": True, "E01000003": False}


def test_missing_context_is_none_not_nought(tiny_edition):
    areas = tiny_edition.areas.assign(works_from_home=np.nan, imd_decile=np.nan)
    answer = show_json(dataclasses.replace(tiny_edition, areas=areas), View())
    assert answer["works_from_home"] is None
    assert not any("farms and trades" in note for note in answer["notes"])
    assert answer["imd"]["most_deprived_fifth_share"] is None
    assert answer["rates"]["works_from_home_share"] is None


def test_an_unknown_place_is_refused(tiny_edition):
    with pytest.raises(PlaceError):
        show(tiny_edition, View(place="E07999999"))


@pytest.mark.parametrize("work", ["ons-2020", "dingel-neiman"])
@pytest.mark.parametrize("clock", ["train", "door"])
def test_parts_sum_to_wholes_for_any_view(tiny_edition, work, clock):
    view = View(work=work, clock=clock, minutes=125, speed="100")
    whole, places = show_json(tiny_edition, view.replace(place="E12000009")), tiny_edition.places
    for kind in ("lsoa", "msoa", "ward", "authority", "county", "lep", "constituency"):
        parts = [
            show_json(tiny_edition, view.replace(place=code))
            for code in places.loc[(places["kind"] == kind) & ~places["neighbour"], "code"]
        ]
        for name in ("residents", "workers", "remote_capable", "premises", "cut_off_by_rail", "borderline"):
            assert sum(part[name] for part in parts) == pytest.approx(whole[name])
        for end in ("estimate", "low", "high", "limit_low", "limit_high"):
            assert sum(part["people_in_gap"][end] for part in parts) == pytest.approx(whole["people_in_gap"][end])
        for speed in SPEEDS:
            assert sum(part["premises_below"][speed] for part in parts) == pytest.approx(whole["premises_below"][speed])


@pytest.fixture(scope="module")
def answers(tiny_edition):
    """Every place's answer at 121 minutes."""
    view = View(minutes=121)
    return {code: show_json(tiny_edition, view.replace(place=code)) for code in tiny_edition.places["code"].unique()}


@pytest.mark.parametrize("measure", list(MEASURES))
@pytest.mark.parametrize("by", list(KINDS))
def test_a_ranking_has_the_figures_of_show_json(tiny_edition, answers, by, measure):
    view = View(minutes=121)
    ranking = rank(tiny_edition, view, by=by, measure=measure, within="all")
    assert len(ranking) == (tiny_edition.places["kind"] == by).sum()
    for row in ranking.itertuples():
        answer = answers[row.code]
        expected = {
            "people_in_gap": answer["people_in_gap"]["estimate"],
            "nowhere_to_turn": answer["nowhere_to_turn"]["estimate"],
            "premises_below": answer["premises_below"]["30"],
            "remote_capable": answer["remote_capable"],
            "cut_off_by_rail": answer["cut_off_by_rail"],
            "residents": answer["residents"],
            "door_to_hub_minutes": answer["door_to_hub_minutes"]["median"],
            "train_to_hub_minutes": answer["train_to_hub_minutes"]["median"],
            "within_30_min_walk_of_station": answer["within_30_min_walk_of_station"],
            "rural": answer["rural_share"],
        }.get(measure, row.value)     # the rest of the context is in test_context.py
        assert row.value == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
    sign = -1 if MEASURES[measure].worst_high else 1
    keys = (sign * ranking["value"]).fillna(-np.inf)
    assert keys.is_monotonic_increasing
    assert ranking["rank"].is_monotonic_increasing
    assert ranking["rank"].iloc[0] == 1


def test_rank_by_rate_and_within(tiny_edition):
    ranking = rank(tiny_edition, View(), by="authority", per="rate")
    assert ranking["code"].tolist() == ["E06000002", "E07000001"]
    assert ranking["rate"].tolist() == pytest.approx([1000 * 50 / 800, 1000 * 17.5 / 1500])
    assert ranking["low"].lt(ranking["value"]).all()
    # The second constituency straddles the two authorities, so neither holds it whole.
    inside = rank(tiny_edition, View(), by="constituency", within="E07000001")
    assert inside["code"].tolist() == ["E14000001"]
    with pytest.raises(PlaceError, match="holds no whole region"):
        rank(tiny_edition, View(), by="region", within="E07000001")
    far = rank(tiny_edition, View(), by="lsoa", measure="train_to_hub_minutes")
    rows = rank_rows(far, tiny_edition, {"E01000003": {"p05": 1}})
    assert [row["certainty"] for row in rows[:2]] == [{"p05": 1}, None]
    assert rows[0]["value"] is None
    assert rows[0]["code"] == "E01000003"
    assert type(rows[1]["value"]) is float
    assert type(rows[0]["rank"]) is int


@pytest.mark.parametrize(
    "bad",
    [
        {"by": "parish"},
        {"by": "ward", "measure": "votes"},
        {"by": "ward", "per": "head"},
        {"by": "ward", "measure": "door_to_hub_minutes", "per": "count"},
    ],
)
def test_a_ranking_that_cannot_be_is_refused(tiny_edition, bad):
    with pytest.raises(ViewError):
        rank(tiny_edition, View(), **bad)
