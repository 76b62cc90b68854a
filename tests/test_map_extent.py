"""Where the map of a place looks: at all of it but what lies far off."""

import pytest

from pages.shared import map_files
from pages.shared.data import edition

pytestmark = pytest.mark.slow

# Off the coast, EPSG:27700: what is far from the main part of these places, and what belongs to it.
LUNDY, SCILLY = (213_500, 146_000), (91_000, 11_000)
CASES = [
    ("E07000046", LUNDY, (222_700, 125_000)),        # Torridge; Hartland
    ("E10000008", LUNDY, (222_700, 125_000)),        # Devon
    ("St Ives", SCILLY, (135_500, 25_500)),          # Land's End
    ("E12000009", SCILLY, (135_500, 25_500)),        # South West
]


@pytest.mark.parametrize(("place", "off", "held"), CASES, ids=["Torridge", "Devon", "St Ives", "South West"])
def test_far_islands_do_not_push_a_place_into_a_corner(
    place: str, off: tuple[int, int], held: tuple[int, int],
) -> None:
    places = edition().places
    rows = places[(places["code"] == place) | ((places["name"] == place) & (places["kind"] == "constituency"))]
    code = rows["code"].iloc[0]
    west, south, east, north = map_files.picture_bounds(code)
    inside = [west <= x <= east and south <= y <= north for x, y in (off, held)]
    assert inside == [False, True]


def test_every_place_is_shown_nearly_whole() -> None:
    """Checked here by neighbourhoods, each whole: 95 % of residents, and of the area, lie in what is shown."""
    served = edition()
    areas = served.areas
    points = served.areas.geometry.representative_point()
    for code in served.places.loc[served.places["kind"] != "lsoa", "code"].unique():
        west, south, east, north = map_files.picture_bounds(code)
        own = areas.loc[served.place(code).lsoas]
        at = points.loc[own.index]
        seen = own[at.x.between(west, east) & at.y.between(south, north)]
        for column in ("residents", "area_km2"):
            assert seen[column].sum() >= 0.95 * own[column].sum(), code
