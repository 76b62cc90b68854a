"""Places found by code, by name and joined; candidates where there is doubt."""

import pandas as pd
import pytest

from geo.core.errors import PlaceError
from geo.edition.places import alike
from geo.edition.spelling import fold
from geo.edition.store import load_edition
from geo.figures.journeys import find_station


@pytest.fixture(scope="module")
def starter():
    return load_edition(geometry=False)


def find(edition, text):
    return edition.place(text)


def test_every_lsoa_is_in_one_place_of_each_kind(tiny_edition):
    for kind in ("msoa", "ward", "authority", "county", "constituency"):
        places = tiny_edition.places[tiny_edition.places["kind"] == kind]
        assert places["lsoas"].sum() == len(tiny_edition.areas)
        assert places["code"].is_unique
    region = tiny_edition.places.query("kind == 'region'")
    assert region[["code", "lsoas", "neighbour"]].to_numpy().tolist() == [["E12000009", 4, False]]
    assert tiny_edition.places.query("kind == 'lep'")["lsoas"].tolist() == [4]


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("E07000001", "E07000001", "authority"),
        (" e07000001 ", "E07000001", "authority"),
        ("Greater Aland", "E10000001", "county"),
        ("south west", "E12000009", "region"),
        ("bland", "E06000002", "authority"),
        ("BLAND city of", "E06000002", "authority"),
        ("aland & bland", "E37000001", "lep"),
        ("bland 001a", "E01000003", "lsoa"),
        ("Upper Aland", "E02000001", "msoa"),
        ("E06000002", "E06000002", "authority"),
    ],
)
def test_by_code_and_name(tiny_edition, text, code, kind):
    place = find(tiny_edition, text)
    assert (place.code, place.kind) == (code, kind)


def test_places_that_are_the_same_lsoas_are_one(tiny_edition):
    # "Cland" is an authority, an MSOA and a constituency, all of them the one LSOA.
    place = find(tiny_edition, "Cland")
    assert (place.code, place.kind, list(place.lsoas)) == ("E07000003", "authority", ["E01000005"])
    assert place.neighbour


def test_an_ambiguous_name_lists_the_candidates(tiny_edition):
    with pytest.raises(PlaceError) as caught:
        find(tiny_edition, "Aland")
    text = str(caught.value)
    assert "Aland (local authority) E07000001" in text
    assert "Aland (constituency) E14000001" in text
    with pytest.raises(PlaceError, match=r"St Mary's \(ward in Aland\) E05000001; St Mary's \(ward in Bland"):
        find(tiny_edition, "st marys")


def test_no_place_names_the_nearest(tiny_edition):
    with pytest.raises(PlaceError, match=r"‘blend’; did you mean: Bland, City of [(]local authority[)] E06000002$"):
        find(tiny_edition, "blend")
    with pytest.raises(PlaceError, match=r"no place called ‘xyzzy’; give a code or a name"):
        find(tiny_edition, "xyzzy")
    with pytest.raises(PlaceError):
        find(tiny_edition, "  ")
    with pytest.raises(PlaceError):
        find(tiny_edition, "+")


@pytest.mark.parametrize(("typed", "first"), [
    ("Okehamton", "Okehampton (locality"), ("Bidford", "Bideford East (ward in Torridge)"),
    ("West Devn", "West Devon (local authority)"), ("Plimouth", "Plymouth (local authority)"),
    ("Gloucster", "Gloucester (local authority)"), ("exter", "Exeter (local authority)"),
    ("Cornwal", "Cornwall (local authority)"), ("devonshire", "Devon (county or unitary)"),
    ("sailsbury", "Salisbury (constituency"), ("st austel", "St Austell and Newquay (constituency"),
])
def test_a_misspelt_name_is_told_the_right_one_first(starter, typed, first):
    with pytest.raises(PlaceError) as caught:
        find(starter, typed)
    assert f"did you mean: {first}" in str(caught.value)


@pytest.mark.parametrize("typed", ["zzzz qqqq", "xyzzy", "e0700004x", "a"])
def test_nonsense_is_told_how_to_ask(starter, typed):
    with pytest.raises(PlaceError, match="give a code or a name, for example E07000047"):
        find(starter, typed)


@pytest.mark.parametrize(("typed", "listed"), [
    ("penznace", "Penzance (PNZ)"), ("Plimouth", "Plymouth (PLY)"), ("Gloucster", "Gloucester (GCR)"),
    ("Okehamton", "Okehampton (OKE)"), ("bristol temple meeds", "Bristol Temple Meads (BRI)"),
    ("exeter", "Exeter Central (EXC); Exeter St Davids (EXD); Exeter St Thomas (EXT)"),
])
def test_a_misspelt_station_is_told_the_right_one_first(starter, typed, listed):
    with pytest.raises(PlaceError) as caught:
        find_station(typed, starter.stations)
    assert f"did you mean: {listed}" in str(caught.value)


def test_a_station_that_is_none_is_told_how_to_ask(starter):
    with pytest.raises(PlaceError, match="give a CRS code such as PNZ or a name such as Penzance"):
        find_station("zzzz qqqq", starter.stations)


def test_names_alike():
    names = ["exeter", "exmouth", "exeter central", "yeovil", "central exeter"]
    assert alike("exeter", names) == [0, 2, 4]
    assert alike("exter", names)[0] == 0
    assert alike("ex", names) == alike("", names) == alike("zzzz", names) == []


def test_a_partnership_counts_nothing_twice(tiny_edition):
    place = find(tiny_edition, "E06000002+Greater Aland")
    assert (place.code, place.kind) == ("E06000002+E10000001", "partnership")
    assert place.name == "Bland, City of + Greater Aland"
    assert list(place.lsoas) == ["E01000001", "E01000002", "E01000003", "E01000004"]
    assert place.premises_published
    overlapping = find(tiny_edition, "E07000001+E01000001")
    assert list(overlapping.lsoas) == ["E01000001", "E01000002"]
    assert not overlapping.premises_published
    assert not find(tiny_edition, "E10000001+E07000001").premises_published
    assert not overlapping.neighbour
    assert find(tiny_edition, "E07000001+E07000003").neighbour
    assert find(tiny_edition, "E07000001+E07000001").kind == "authority"
    assert pd.Index(overlapping.lsoas).is_unique


def test_fold():
    assert fold("St. Mary’s & Ottery-St Mary") == "st marys and ottery st mary"
    assert fold("Môr") == "mor"
