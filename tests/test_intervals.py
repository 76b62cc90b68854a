"""Intervals of figures: those of a place, of a list and of sums agree, and nothing is drawn before it is asked for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.core.cache import forget
from geo.core.choices import SPEEDS
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures import intervals as subject
from geo.figures.certainty import (
    RankCertainty,
    certainty,
    draw_ranks,
    every_rank,
    list_intervals,
    place_certainty,
    place_ranks,
    rank_certainty,
    rank_columns,
    rank_in_draws,
)
from geo.figures.draws import is_drawn, lsoa_draws
from geo.figures.intervals import ENDS, INTERVALS, Intervals, place_intervals, sum_intervals
from geo.figures.lens import authority_thirds, by_third, coast_and_inland
from geo.figures.place import show
from geo.figures.place_json import certainty_json
from geo.figures.profile import inside_table, neighbourhoods, place_profile
from geo.figures.ranking import rank
from geo.figures.ranks import ranked_by

pytestmark = pytest.mark.slow

GAP = FIGURES["people_in_gap"]
DRAWN = ("people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "cut_off_by_rail",
         "train_to_hub_minutes", "door_to_hub_minutes", "within_30_min_walk_of_station")


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


@pytest.mark.parametrize("code", ["E07000046", "E05011923", "E14001552"])
def test_a_places_intervals_are_those_of_the_list(starter: Edition, code: str) -> None:
    view, place = View(place=code), starter.place(code)
    answer = show(starter, view)
    for key in DRAWN:
        row = place_certainty(starter, view, FIGURES[key], by=place.kind).loc[code]
        few = list_intervals(starter, view, FIGURES[key], by=place.kind, codes=pd.Index([code]))
        assert few is not None
        assert few.loc[code].to_numpy() == pytest.approx(row[[*INTERVALS]].to_numpy(dtype=float), nan_ok=True)
        figure = answer[key]
        if FIGURES[key].has_count or FIGURES[key].summary == "minutes":
            assert figure.interval == pytest.approx(row[["p05", "p95"]].tolist(), rel=1e-5)
        if figure.rate is not None:
            assert figure.rate_interval == pytest.approx(row[["rate_p05", "rate_p95"]].tolist(), rel=1e-5)
    told = certainty(starter, view, place)
    assert told.counts["people_in_gap"] == answer["people_in_gap"].interval
    assert told.rates["people_in_gap"] == answer["people_in_gap"].rate_interval


def test_an_interval_is_of_the_draws_at_each_speed(starter: Edition) -> None:
    view = View(place="E05011923")
    rows, answer = starter.areas.index.get_indexer(starter.place(view.place).lsoas), show(starter, view)
    for speed in SPEEDS:
        drawn = lsoa_draws(starter, view.replace(speed=speed), GAP, rows).sum(axis=0)
        assert answer.at("people_in_gap", speed).interval == pytest.approx(np.quantile(drawn, [0.05, 0.95]), rel=1e-5)
    assert answer.at("people_in_gap", "30").interval == answer["people_in_gap"].interval
    told = certainty_json(certainty(starter, view, starter.place(view.place)))
    for key in ("people_in_gap", "premises_below"):
        for speed in SPEEDS:
            assert tuple(told[f"{key}_by_speed"][speed].values()) == answer.at(key, speed).interval


def test_what_is_published_or_not_drawn_has_none(starter: Edition, tiny_edition: Edition) -> None:
    answer = show(starter, View(place="E07000046"))
    assert answer["premises_below"].interval == (answer["premises_below"].value,) * 2
    for key in ("residents", "households", "works_from_home", "no_car", "rural"):
        assert (answer[key].interval, answer[key].rate_interval) == (None, None), key
    assert {figure.interval for nation in answer.nations.values() for figure in nation.values()} == {None}
    untested = show(tiny_edition, View(place="E07000001"))      # no test of its estimate
    assert (untested["people_in_gap"].interval, untested["premises_below"].rate_interval) == (None, None)
    assert list_intervals(tiny_edition, View(), GAP, by="authority", codes=pd.Index(["E07000001"])) is None
    sums = sum_intervals(tiny_edition, View(), GAP, tiny_edition.areas["ward"])
    assert sums.isna().all(axis=None)
    assert sums.index.tolist() == sorted(tiny_edition.areas["ward"].unique())


def test_nothing_is_drawn_before_it_is_asked_for(starter: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def drawn(edition: Edition, view: View, measure: object, rows: np.ndarray) -> np.ndarray:
        asked.append(view.speed)
        return lsoa_draws(edition, view, GAP, rows)

    forget()
    monkeypatch.setattr(subject, "lsoa_draws", drawn)
    answer = show(starter, View(place="E07000046"))
    assert asked == []
    assert answer.at("people_in_gap", "10").interval is not None
    assert asked == ["10"]


def test_sums_over_groups_are_those_of_their_draws(starter: Edition) -> None:
    place, view = starter.place("E07000047"), View(speed="100")
    keys = starter.areas.loc[place.lsoas, "ward"]
    found = sum_intervals(starter, view, GAP, keys)
    assert list(found.columns) == [*INTERVALS]
    for ward, lsoas in keys.groupby(keys).groups.items():
        drawn = lsoa_draws(starter, view, GAP, starter.areas.index.get_indexer(lsoas)).sum(axis=0, dtype="float64")
        workers = starter.areas.loc[lsoas, "workers"].sum()
        assert found.loc[ward].to_numpy() == pytest.approx(
            [*np.quantile(drawn, ENDS), *np.quantile(1000 * drawn / workers, ENDS)], rel=1e-5)
    alone = neighbourhoods(starter, view, place.lsoas)
    for code in place.lsoas[:3]:
        assert alone.loc[code, ["p05", "p95"]].tolist() == pytest.approx(
            place_intervals(starter, view, GAP, starter.place(code), None, fixed=False).value, rel=1e-5)
    wards = inside_table(starter, view, place, "ward").set_index("code")
    assert wards.loc[found.index, ["p05", "p95"]].to_numpy() == pytest.approx(found[["p05", "p95"]].to_numpy())


def test_a_group_without_workers_has_no_rate(starter: Edition) -> None:
    nobody = replace(starter, areas=starter.areas.assign(
        workers=starter.areas["workers"].where(starter.areas.index != starter.areas.index[0], 0)))
    found = sum_intervals(nobody, View(), GAP, pd.Series(["a", "b"], nobody.areas.index[:2]))
    assert found.loc["a", ["rate_p05", "rate_p95"]].isna().all()
    assert found.loc["b"].notna().all()


def test_the_lens_sums_its_draws(starter: Edition) -> None:
    region = starter.place("E12000009")
    coast = coast_and_inland(starter, View(), region.lsoas)
    thirds = by_third(starter, View(), "claimants")
    whole = show(starter, View())["people_in_gap"]
    assert coast["people"].sum() == pytest.approx(whole.count)
    table = authority_thirds(starter)
    for third, row in thirds.iterrows():
        codes = table.index[table["claimants_third"] == third]
        lsoas = starter.areas.index[starter.areas["authority"].isin(codes)]
        drawn = lsoa_draws(starter, View(), GAP, starter.areas.index.get_indexer(lsoas)).sum(axis=0, dtype="float64")
        assert [row["p05"], row["p95"]] == pytest.approx(np.quantile(drawn, ENDS), rel=1e-5)
        assert row["authorities"] == len(codes)
    assert thirds["people"].sum() == pytest.approx(whole.count)


@pytest.mark.parametrize("code", ["E07000046", "E05011923", "E06000053", "E14001552"])
@pytest.mark.parametrize("view", [View(), View(speed="10", hub="exeter", minutes=60, clock="door")])
def test_a_places_ranks_are_those_of_the_list(starter: Edition, code: str, view: View) -> None:
    place = starter.place(code)
    found = every_rank(starter, view, place)
    assert set(found) == {measure.key for measure in ranked_by()}
    for key in DRAWN:
        row = place_certainty(starter, view, FIGURES[key], by=place.kind).loc[code]
        assert found[key].count == rank_certainty(row, "count"), key
        assert found[key].rate == rank_certainty(row, "rate"), key
    published = rank(starter, view, by=place.kind, measure="residents").set_index("code")
    of, residents = found["residents"].of, found["residents"].count
    assert residents is not None
    assert of == len(published)
    assert residents.p05 == published.loc[code, "rank"]
    assert residents.p95 == (published["value"] >= published.loc[code, "value"]).sum()
    assert found["residents"].rate is None


def test_who_is_not_ranked_has_no_rank(starter: Edition, tiny_edition: Edition) -> None:
    for code in ("E12000009", "E01020001", "E06000046", "E06000052+E07000046"):
        known = code in starter.areas.index or "+" in code or code in set(starter.places["code"])
        if known:
            assert every_rank(starter, View(), starter.place(code)) == {}, code
    told = every_rank(tiny_edition, View(), tiny_edition.place("E07000001"))     # no test of broadband
    assert not {"people_in_gap", "nowhere_to_turn", "premises_below"} & set(told)
    assert told["residents"].count == RankCertainty(1, 1, 1.0, 1.0)
    assert place_ranks(tiny_edition, View(), GAP, tiny_edition.place("E07000001")) is None


@given(arrays("float64", st.tuples(st.integers(2, 9), st.integers(1, 5)),
              elements=st.sampled_from([0.0, 1.0, 2.0, 3.5, float("nan")])), st.booleans())
def test_one_place_is_ranked_as_all_are(drawn: np.ndarray, worst_high: bool) -> None:
    measure = replace(GAP, worst_high=worst_high)
    all_of_them = rank_columns("", *draw_ranks(drawn, measure), len(drawn))
    for row in range(len(drawn)):
        alone = rank_in_draws(drawn, row, measure)
        assert alone == tuple(all_of_them[name][row] for name in RankCertainty._fields)


def test_the_profile_tells_the_same(starter: Edition) -> None:
    shown = place_profile(starter, View(place="E05011923"))
    named = {figure.name: figure for figure in shown.headline_figures}
    gap = shown.answer["people_in_gap"]
    assert named["people_in_gap.estimate"].interval == gap.interval
    assert named["people_in_gap.low"].interval is None
    assert named["rates.people_in_gap_per_1000_workers"].interval == gap.rate_interval
    capable = shown.answer["remote_capable"].rate_interval
    assert capable is not None
    assert named["rates.remote_capable_share"].interval == pytest.approx([end / 1000 for end in capable])
    ranks = shown.rank_certainty["people_in_gap"].rate
    assert ranks is not None
    assert named["rank.people_in_gap_rate"].interval == (ranks.p05, ranks.p95)
    assert named["residents"].interval is None
    assert Intervals() == (None, None)
    assert all(is_drawn(starter, figure.measure) or figure.name.startswith("rank.")
               for figure in named.values() if figure.interval is not None)
