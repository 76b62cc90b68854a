"""Context by hand on the tiny edition, independently recomputed on the starter, and baked into the map's files."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import KINDS
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.aggregate import context_values, place_values
from geo.figures.areas import area_figures
from geo.figures.ranking import rank
from geo.maps.classes import CLASSES, LIGHT, MISSING, classify, legend, scale_of
from geo.maps.geojson import area_properties, place_properties

CONTEXT = [key for key, measure in MEASURES.items() if measure.context]


@pytest.fixture(scope="module")
def starter():
    return load_edition(geometry=False)


def keys_of(edition, kind):
    return pd.Series(edition.areas.index, edition.areas.index) if kind == "lsoa" else edition.areas[kind]


def values_of(edition, measure, keys):
    """One context measure of places; the table of all of them has the same."""
    values = place_values(edition, View(), MEASURES[measure], keys)["value"]
    together = context_values(edition, keys)
    assert list(together) == CONTEXT
    assert (together.dtypes == "float64").all()
    pd.testing.assert_series_equal(together[measure], values, check_names=False)
    return values


def context_of(edition, lsoas):
    return context_values(edition, pd.Series("place", index=lsoas)).loc["place"]


def test_context_by_hand(tiny_edition):
    # Residents 2000, 1000, 1500, 500: deciles 1, 3, 4, 2; half of 5000 is reached in decile 2 (2000 + 500).
    assert values_of(tiny_edition, "imd_decile", keys_of(tiny_edition, "region").iloc[:4]).to_dict() == {
        "E12000009": 2.0}
    by_authority = values_of(tiny_edition, "imd_decile", keys_of(tiny_edition, "authority"))
    assert by_authority.to_dict() == {"E06000002": 4.0, "E07000001": 1.0, "E07000003": 10.0}
    score = values_of(tiny_edition, "connectivity_score", keys_of(tiny_edition, "authority"))
    assert score.to_dict() == pytest.approx({
        "E06000002": (30 * 1500 + 20 * 500) / 2000, "E07000001": (80 * 2000 + 40 * 1000) / 3000, "E07000003": 90})
    assert values_of(tiny_edition, "rural", keys_of(tiny_edition, "authority")).to_dict() == pytest.approx({
        "E06000002": 1.0, "E07000001": 1000 / 3000, "E07000003": 0.0})
    assert values_of(tiny_edition, "coastal", keys_of(tiny_edition, "authority")).to_dict() == pytest.approx({
        "E06000002": 1500 / 2000, "E07000001": 2000 / 3000, "E07000003": 0.0})
    mobile = values_of(tiny_edition, "mobile_4g", keys_of(tiny_edition, "ward"))
    assert mobile.to_numpy() == pytest.approx(0.2)
    assert (mobile.dtype, mobile.index.is_monotonic_increasing) == (np.dtype("float64"), True)


def test_what_is_not_published_is_missing_not_nought(tiny_edition):
    areas = tiny_edition.areas.assign(imd_decile=np.nan)
    places = tiny_edition.places.assign(indoor_4g_4=np.nan)
    edition = dataclasses.replace(tiny_edition, areas=areas, places=places)
    told = context_of(edition, areas.index[:4])
    assert np.isnan(told["imd_decile"])
    assert np.isnan(told["mobile_4g"])
    assert told["rural"] == pytest.approx(3000 / 5000)
    ranking = rank(edition, View(), by="ward", measure="imd_decile")
    assert ranking["value"].isna().all()
    assert (classify(ranking["value"], "imd_decile") == MISSING).all()
    assert legend("imd_decile", LIGHT, classify(ranking["value"], "imd_decile"))[-1].label == "no figure published"


def test_one_unknown_area_leaves_the_others_known(tiny_edition):
    areas = tiny_edition.areas.copy()
    areas.loc["E01000001", "imd_decile"] = np.nan
    edition = dataclasses.replace(tiny_edition, areas=areas)
    assert values_of(edition, "imd_decile", keys_of(edition, "authority"))["E07000001"] == 3.0


@pytest.mark.parametrize("kind", ["ward", "authority", "constituency"])
def test_context_recomputed_place_by_place(starter, kind):
    areas = starter.areas
    four = starter.places[starter.places["kind"] == "authority"].set_index("code")["indoor_4g_4"]
    for code in sorted(set(areas[kind]))[::40]:
        part = areas[areas[kind] == code]
        told = context_of(starter, part.index)
        deciles = np.repeat(part["imd_decile"].to_numpy(), part["residents"].to_numpy())
        assert told["imd_decile"] == np.sort(deciles)[(len(deciles) + 1) // 2 - 1]
        assert told["connectivity_score"] == pytest.approx(
            np.average(part["connectivity_score"], weights=part["residents"]))
        assert told["rural"] == pytest.approx(part.loc[~part["urban"], "residents"].sum() / part["residents"].sum())
        assert told["mobile_4g"] == pytest.approx(
            np.average(part["authority"].map(four), weights=part["premises"]))


@pytest.mark.parametrize("measure", CONTEXT)
def test_a_ranking_has_the_context_of_each_place(tiny_edition, measure):
    for kind in KINDS:
        values = values_of(tiny_edition, measure, keys_of(tiny_edition, kind))
        ranking = rank(tiny_edition, View(), by=kind, measure=measure, within="all").set_index("code")
        assert ranking["value"].to_dict() == pytest.approx(
            {code: values[code] for code in ranking.index}, nan_ok=True)


def test_published_mobile_shares_are_left_as_they_are(starter):
    published = starter.places[starter.places["kind"] == "authority"].set_index("code")["indoor_4g_4"]
    values = values_of(starter, "mobile_4g", starter.areas["authority"])
    assert values.to_numpy() == pytest.approx(published.loc[values.index].to_numpy())
    # A bound of a class may be a published figure: every neighbourhood of an authority must be of its class.
    inside = values_of(starter, "mobile_4g", keys_of(starter, "lsoa"))
    assert (inside == starter.areas["authority"].map(published.round(12))).all()


def test_scales_of_residents_grow_with_the_kind():
    assert scale_of("residents", "lsoa") == MEASURES["residents"].scale
    for kind in KINDS:
        breaks = scale_of("residents", kind).breaks
        assert len(breaks) == CLASSES - 1
        assert list(breaks) == sorted(set(breaks))
        assert scale_of("people_in_gap", kind) == MEASURES["people_in_gap"].scale
    assert classify(pd.Series([40_000.0, 600_000.0]), "residents", kind="authority").tolist() == [0, CLASSES - 1]


def test_a_decile_is_named_by_its_class():
    labels = [row.label for row in legend("imd_decile", LIGHT, classify(pd.Series(np.arange(1.0, 11)), "imd_decile"))]
    counts = [row.areas for row in legend("imd_decile", LIGHT, classify(pd.Series(np.arange(1.0, 11)), "imd_decile"))]
    assert labels[0] == "1, most deprived"
    assert labels[-1] == "9 or 10, least deprived"
    assert counts == [1, 1, 1, 1, 2, 2, 2]


def test_properties_of_larger_places_by_hand(tiny_edition):
    view = View()
    keys = tiny_edition.areas["authority"]
    places = tiny_edition.places[tiny_edition.places["kind"] == "authority"]
    context = context_values(tiny_edition, keys)
    minutes = pd.Series({"E07000001": 119.0, "E06000002": np.nan, "E07000003": 60.0})
    table = place_properties(places, keys, area_figures(tiny_edition, view), minutes, context)
    assert table.index.tolist() == places["code"].tolist()
    assert table.loc["E07000001"].to_dict() == {
        "n": "Aland", "c": "local authority", "r": "300", "t": "119 minutes", "m": "1", "k": "66.7",
        "g": "20.0", "u": "33", "s": "67", "v": "50.0", "l": "3.0", "e": "40.0", "o": "23",
        **{f"{letter}_{speed}": table.loc["E07000001", f"{letter}_{speed}"]
           for letter in "dpb" for speed in ("uso", "10", "30", "100", "300", "gigabit")}}
    # 12.5 and 5 people in the gap, of 1,500 workers; 110 of 1,600 premises.
    assert table.loc["E07000001", ["d_30", "p_30", "b_30"]].tolist() == ["18", "11.7", "6.9"]
    assert table.loc["E06000002", ["d_30", "p_30", "t"]].tolist() == ["50", "62.5", "no rail"]
    assert table.loc["E07000003", "c"] == "local authority (neighbour, not counted)"
    wards = place_properties(tiny_edition.places[tiny_edition.places["kind"] == "ward"], tiny_edition.areas["ward"],
                             area_figures(tiny_edition, view), minutes)
    assert wards.loc["E05000003", "c"] == "ward, Bland, City of"


def test_areas_carry_their_context_too(tiny_edition):
    view, keys = View(), keys_of(tiny_edition, "lsoa")
    context = context_values(tiny_edition, keys)
    minutes = pd.Series(np.nan, tiny_edition.areas.index)
    table = area_properties(
        tiny_edition.areas, tiny_edition.places, area_figures(tiny_edition, view), minutes, context)
    assert table["m"].tolist() == ["1", "3", "4", "2", "10"]
    assert table["k"].tolist() == ["80.0", "40.0", "30.0", "20.0", "90.0"]
    assert table["u"].tolist() == ["0", "100", "100", "100", "0"]
    assert table["s"].tolist() == ["100", "0", "100", "0", "0"]
    assert not [name for name in table if name.startswith("p_")]
