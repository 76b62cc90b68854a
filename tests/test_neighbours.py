"""The places that touch a place: found here in another way, by the edges that neighbourhoods share; rates by hand."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from geopandas import GeoSeries

from geo.core.choices import KINDS, REGION
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.neighbours import neighbours, touching
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.words.neighbours import touching_words

TORRIDGE, SCILLY, HAMPSHIRE = "E07000046", "E06000053", "E10000014"
ROUND_TORRIDGE = {"Cornwall", "Mid Devon", "North Devon", "West Devon"}     # as any map shows


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


def edge_owners(shapes: GeoSeries) -> Mapping[frozenset[tuple[float, float]], set[str]]:
    """Every stretch between two corners, and the shapes that have it on their boundary."""
    owners: dict[frozenset[tuple[float, float]], set[str]] = defaultdict(set)
    for code, shape in shapes.explode().items():
        for ring in (shape.exterior, *shape.interiors):
            corners = [tuple(corner) for corner in np.asarray(ring.coords)]
            for ends in pairwise(corners):
                owners[frozenset(ends)].add(str(code))
    return owners


@pytest.fixture(scope="module")
def pairs(edition: Edition) -> set[tuple[str, str]]:
    """Neighbourhoods that share an edge."""
    found = [sorted(owners) for owners in edge_owners(edition.areas.geometry).values()]
    assert {len(owners) for owners in found} == {1, 2}
    return {(owners[0], owners[1]) for owners in found if len(owners) == 2}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "region"])
def test_places_touch_where_neighbourhoods_of_theirs_share_an_edge(
    edition: Edition, pairs: set[tuple[str, str]], kind: str,
) -> None:
    held, by_edges = edition.membership(kind).to_dict(), defaultdict(set)
    for one, other in pairs:
        a, b = held.get(one), held.get(other)
        if a and b and a != b:
            by_edges[a].add(b)
            by_edges[b].add(a)
    codes = list(edition.places_of(kind).index)
    for code in codes[::max(1, len(codes) // 150)]:
        assert set(touching(edition, kind, code)) == by_edges[code], code


def test_those_round_torridge_are_set_beside_it_by_rate(edition: Edition) -> None:
    found = neighbours(edition, View(speed="100"), edition.place(TORRIDGE))
    assert found is not None
    ranked = rank(edition, View(speed="100"), by="authority", within="all", per="rate").set_index("name")["rate"]
    assert set(found.table["name"]) == ROUND_TORRIDGE
    assert found.table.set_index("name")["rate"].to_dict() == pytest.approx(
        {name: ranked[name] for name in ROUND_TORRIDGE})
    assert found.rate == pytest.approx(ranked["Torridge"])
    assert found.table["rate"].is_monotonic_decreasing
    assert found.worse_than == sum(ranked[name] < ranked["Torridge"] for name in ROUND_TORRIDGE)


def test_nothing_touches_across_the_water(edition: Edition) -> None:
    assert "E06000052" not in touching(edition, "authority", "E06000026")     # Cornwall and Plymouth: the Tamar
    for code in (SCILLY, "E06000046"):     # and the Isle of Wight
        assert touching(edition, "authority", code) == ()
    words = touching_words(place_profile(edition, View(place=SCILLY)))
    assert words is not None
    assert (words.text, words.places) == ("No other local authority touches it on land.", ())


def test_neighbours_outside_the_south_west_count_and_are_told(edition: Edition) -> None:
    words = touching_words(place_profile(edition, View(place=HAMPSHIRE)))
    assert words is not None
    beside = {name: text for _, name, text in words.places}
    assert set(beside) == {"Wiltshire", "Dorset", "Bournemouth, Christchurch and Poole", "Southampton", "Portsmouth"}
    others = {name for name, text in beside.items() if text.endswith("outside the South West")}
    assert others == {"Southampton", "Portsmouth"}
    lower = [text for text in beside.values() if float(text.split(" ")[0]) < 10.0]
    assert words.heading == f"Worse than {len(lower)} of its 5 neighbours"


def test_what_touches_a_partnership_touches_a_part_and_is_none(edition: Edition) -> None:
    found = neighbours(edition, View(), edition.place(f"{TORRIDGE}+E07000047"))
    assert found is not None
    assert set(found.table["name"]) == {"Cornwall", "Mid Devon", "North Devon", "South Hams", "Teignbridge"}
    every = rank(edition, View(), by="authority", within="all", per="rate").set_index("code")
    both = every.loc[[TORRIDGE, "E07000047"]]
    rate = 1000 * both["value"].sum() / (1000 * both["value"] / both["rate"]).sum()     # of all their workers
    assert found.rate == pytest.approx(rate)
    assert found.worse_than == sum(every.set_index("name").loc[list(found.table["name"]), "rate"] < rate)


@pytest.mark.parametrize("code", [REGION, f"{TORRIDGE}+E05011923"])     # and an authority with a ward
def test_some_have_none_to_look_for(edition: Edition, code: str) -> None:
    assert neighbours(edition, View(), edition.place(code)) is None
    assert touching_words(place_profile(edition, View(place=code))) is None


def test_neighbourhoods_are_named_and_not_compared(edition: Edition) -> None:
    words = touching_words(place_profile(edition, View(place="E01020301")))
    assert words is not None
    assert words.heading == "The places that touch it"
    assert words.text == f"{len(words.places)} neighbourhoods (LSOAs):"
    assert words.places
    assert all(text == "" for _, _, text in words.places)
