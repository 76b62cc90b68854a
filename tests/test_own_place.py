"""An own area as a place: which neighbourhoods stand for it, what it is called, and a pack that can be checked."""

import gc
import json
from pathlib import Path

import pandas as pd
import pytest
import shapely

from geo.core.cache import forget
from geo.core.errors import PlaceError, UploadError
from geo.core.view import View
from geo.edition.own_place import own_place, place_of_lsoas
from geo.edition.places import OWN_AREA
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.pack.file.archive import read_zip, write_whole, zip_bytes
from geo.pack.file.remake import remake
from geo.pack.file.verify import verify
from geo.pack.make import make_brief, make_pack
from geo.pack.request import Request
from geo.sources.own_boundary import OwnFile
from geo.words.own_place import captured

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def by_hand(starter: Edition, inside: pd.Series) -> set[str]:
    """LSOAs at least half of whose postcodes are inside, counted one by one."""
    counted: dict[str, list[int]] = {}
    for area, there in zip(starter.postcodes["area"], inside, strict=True):
        counted.setdefault(area, [0, 0])[0] += bool(there)
        counted[area][1] += 1
    return {area for area, (there, of) in counted.items() if 2 * there >= of}


def test_a_boundary_takes_the_neighbourhoods_whose_postcodes_lie_in_it(starter: Edition) -> None:
    box = shapely.box(240_000, 110_000, 262_000, 135_000)
    found = own_place(starter, OwnFile(box))
    table = starter.postcodes
    inside = table["easting"].between(240_000, 262_000) & table["northing"].between(110_000, 135_000)
    assert set(found.place.lsoas) == by_hand(starter, inside)
    own = table["area"].isin(found.place.lsoas)
    assert (found.inside, found.postcodes, found.missed) == (
        (inside & own).sum(), own.sum(), (inside & ~own).sum())
    assert found.missed > 0
    assert f"{len(found.place.lsoas):,} neighbourhoods stand for it: " in captured(found)
    assert f"({found.inside:,} of {found.postcodes:,}) lie in the area; {found.missed:,} more" in captured(found)


def test_codes_of_any_place_are_taken_and_its_figures_are_theirs(starter: Edition) -> None:
    torridge = starter.place("E07000046")
    for codes in (("E07000046",), tuple(torridge.lsoas), (torridge.lsoas[0], "E07000046")):
        found = own_place(starter, OwnFile(codes=codes))
        assert set(found.place.lsoas) == set(torridge.lsoas)
        assert (found.place.kind, found.place.premises_published, found.missed) == (OWN_AREA, False, 0)
    one, other = (show(starter, View(place=code)) for code in ("E07000046", found.place.code))
    for key in ("residents", "people_in_gap", "nowhere_to_turn", "cut_off_by_rail"):
        assert other[key].value == pytest.approx(one[key].value)
    with pytest.raises(UploadError, match="‘E01000001’, ‘E99999999’: no place of this edition has such a code, 2 of 3"):
        own_place(starter, OwnFile(codes=("E01000001", "E07000046", "E99999999")))


def test_postcodes_take_the_neighbourhoods_that_they_are_half_of(starter: Edition) -> None:
    first, second = starter.postcodes["area"].iloc[0], starter.postcodes["area"].iloc[-1]
    table = starter.postcodes
    listed = [*table.loc[table["area"] == first, "postcode"], table.loc[table["area"] == second, "postcode"].iloc[0]]
    found = own_place(starter, OwnFile(postcodes=(*(text.replace(" ", "") for text in listed), "ZZ991ZZ")))
    assert list(found.place.lsoas) == [first]
    assert (found.inside, found.missed, found.unknown) == (len(listed) - 1, 1, 1)
    assert captured(found).endswith(
        "; 1 more postcodes of the area lie in neighbourhoods that are mostly outside it. "
        "1 postcodes of the list are not in this edition.")
    with pytest.raises(UploadError, match="in this list"):
        own_place(starter, OwnFile(postcodes=("ZZ991ZZ",)))
    with pytest.raises(UploadError, match="no neighbourhood has half of its postcodes here: of the nearest, E01"):
        own_place(starter, OwnFile(postcodes=(listed[-1].replace(" ", ""),)))
    with pytest.raises(UploadError, match="there is no postcode of the South West, Hampshire or"):
        own_place(starter, OwnFile(shapely.box(530_000, 180_000, 531_000, 181_000)))


def test_it_is_known_by_its_code_while_it_is_kept(tiny_edition: Edition) -> None:
    place = place_of_lsoas(tiny_edition, ["E01000003", "E01000001", "E01000003"])
    code = place.code
    assert place_of_lsoas(tiny_edition, ["E01000001", "E01000003"]).code == code
    assert place_of_lsoas(tiny_edition, ["E01000001"]).code != code
    assert tiny_edition.place(code) is place
    assert View(place=code, name="Our patch").to_query() == {}
    assert View(place=code, beside=f"E07000001.{code}", within=code, speed="10").to_query() == {"speed": "10"}
    view, notices = View.from_query({"place": code})
    assert view == View()
    assert notices == ["The link names an area of somebody’s own, which no link carries; it was left out."]
    with pytest.raises(PlaceError):
        place_of_lsoas(tiny_edition, ["E01099999"])
    assert show(tiny_edition, View(place=code, name="Our patch")).place.name == "Our patch"
    del place
    forget()
    gc.collect()
    with pytest.raises(PlaceError):
        tiny_edition.place(code)


def test_all_that_is_shown_of_places_is_shown_of_it(starter: Edition) -> None:
    place = place_of_lsoas(starter, starter.areas.index[[5, 6, 7, 2000]])
    profile = place_profile(starter, View(place=place.code))
    assert profile.neighbours is None
    assert profile.alike.table.empty
    assert profile.rank_certainty is not None
    assert len(rank(starter, View(), by="lsoa", within=place.code)) == 4


def test_its_pack_holds_its_neighbourhoods_and_can_be_checked_and_made_again(starter: Edition, tmp_path: Path) -> None:
    place = place_of_lsoas(starter, starter.place("E07000046").lsoas[:12])
    code, lsoas = place.code, list(place.lsoas)
    name, content = make_pack(starter, Request(View(place=code, name="Hartland way")))
    _, brief = make_brief(starter, Request(View(place=code, name="Hartland way")))
    assert name.startswith(f"hartland-way-{code}-")
    assert brief.startswith(b"%PDF")
    del place
    forget()
    path = tmp_path / "own.zip"
    write_whole(path, content)
    found = remake(path, starter, verify(path, starter))
    assert found.ok, found.lines
    files = read_zip(path, lambda _: True).wanted
    manifest = json.loads(files["manifest.json"])
    assert manifest["place"] == {"code": code, "name": "Hartland way", "kind": "own area", "lsoas": 12, "codes": lsoas}
    assert "OWN" not in manifest["link"]
    assert b"The same view in the app" not in files["README.txt"]
    for change in (manifest["place"]["codes"].pop, lambda: manifest["place"]["codes"].append("E01099999")):
        change()
        write_whole(path, zip_bytes({**files, "manifest.json": json.dumps(manifest).encode()}))
        assert not verify(path, starter).ok
