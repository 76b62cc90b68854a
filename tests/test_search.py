"""Search: what a reader types finds the place that is meant, and no text does harm."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.edition.search import Hit, search, search_row
from geo.edition.store import load_edition


@pytest.fixture(scope="module")
def starter():
    return load_edition(geometry=False)


def hits_of(edition, text, limit=8):
    return search(edition, text, limit).hits


def names(hits):
    return [(hit.name, hit.kind) for hit in hits]


def test_a_code_is_found_alone(tiny_edition):
    assert hits_of(tiny_edition, " e07000001 ") == [
        Hit("E07000001", "Aland", "authority", "Aland", neighbour=False, exact=True)]
    hit, = hits_of(tiny_edition, "E01000003")
    assert (hit.name, hit.kind, hit.within) == ("Bland 001A", "lsoa", "Blandford, Bland, City of")


def test_a_name_is_found_before_what_holds_it_and_larger_kinds_come_first(tiny_edition):
    assert names(hits_of(tiny_edition, "aland")) == [
        ("Aland", "authority"), ("Aland", "constituency"), ("Aland and Bland", "lep"), ("Greater Aland", "county"),
        ("Bland and Aland East", "constituency"), ("Upper Aland", "msoa"), ("Market", "ward"), ("St Mary's", "ward")]
    assert [hit.exact for hit in hits_of(tiny_edition, "aland", 3)] == [True, True, False]
    # "Bristol" means "Bristol, City of"; an authority that is its own county is found once.
    assert hits_of(tiny_edition, "bland")[0] == Hit(
        "E06000002", "Bland, City of", "authority", "Bland, City of", neighbour=False, exact=True)


def test_words_may_be_begun_and_in_any_order_and_say_where(tiny_edition):
    assert names(hits_of(tiny_edition, "al east bl")) == [("Bland and Aland East", "constituency")]
    assert names(hits_of(tiny_edition, "st marys bland")) == [("St Mary's", "ward")]
    assert hits_of(tiny_edition, "st marys bland")[0].code == "E05000003"
    assert names(hits_of(tiny_edition, "001B aland")) == [("Aland 001B", "lsoa")]
    assert names(hits_of(tiny_edition, "andfor")) == [("Blandford", "msoa")]
    assert ("Upper Aland", "msoa") in names(hits_of(tiny_edition, "upper bridge"))


def test_neighbours_come_last(tiny_edition):
    found = hits_of(tiny_edition, "St Mary's")
    assert [hit.neighbour for hit in found] == sorted(hit.neighbour for hit in found)
    assert hits_of(tiny_edition, "Cland")[0].neighbour


def test_a_misspelling_finds_the_nearest_name(tiny_edition):
    assert hits_of(tiny_edition, "blanford")[0].name == "Blandford"
    assert hits_of(tiny_edition, "markte")[0].name == "Market"
    assert hits_of(tiny_edition, "xyzzy plugh") == []


@pytest.mark.parametrize("typed", ["EX5 1AF", "ex51af", " ex5  1af "])
def test_a_postcode_finds_the_places_it_lies_in(tiny_edition, typed):
    index = tiny_edition.postcodes.set_index("postcode")
    lsoa = index.loc["EX5 1AF" if "EX5 1AF" in index.index else index.index[4], "area"]
    found = hits_of(tiny_edition, typed)
    assert (found[0].code, found[0].exact, found[0].note) == (lsoa, True, "EX5 1AF is here")
    assert [hit.kind for hit in found] == ["lsoa", "msoa", "ward", "authority", "constituency", "county"][:len(found)]
    area = tiny_edition.areas.loc[lsoa]
    assert [hit.code for hit in found[1:4]] == [area["msoa"], area["ward"], area["authority"]]


def test_the_beginning_of_a_postcode_finds_where_most_of_them_are(starter):
    of_ex20 = starter.postcodes[starter.postcodes["postcode"].str.startswith("EX20 ")]
    counts = of_ex20["area"].map(starter.areas["ward"]).value_counts()
    found = hits_of(starter, "EX20", 20)
    wards = [hit for hit in found if hit.kind == "ward"]
    assert wards[0].code == counts.index[0]
    assert wards[0].note == f"{counts.iloc[0]:,} postcodes that begin with EX20"
    # EX2 is a district of its own, not the beginning of EX20.
    of_ex2 = starter.postcodes[starter.postcodes["postcode"].str.startswith("EX2 ")]
    first = next(hit for hit in hits_of(starter, "ex2") if hit.kind == "ward")
    assert first.note.startswith(f"{of_ex2['area'].map(starter.areas['ward']).value_counts().iloc[0]:,} ")


def test_every_postcode_is_found_where_it_is(starter):
    sample = starter.postcodes[starter.postcodes["postcode"] != ""].sample(300, random_state=3)
    for row in sample.itertuples():
        assert hits_of(starter, row.postcode.replace(" ", "").lower(), 1)[0].code == row.area


def test_every_place_is_found_by_its_code_and_its_name(starter):
    larger = starter.places[~starter.places["kind"].isin(["lsoa"])]
    for row in larger.sample(400, random_state=3).itertuples():
        assert hits_of(starter, row.code, 1)[0].code == row.code
        assert row.code in {hit.code for hit in hits_of(starter, row.name, 60)}


@pytest.mark.parametrize(("typed", "name"), [
    ("okehamton", "Okehampton"), ("plymuth", "Plymouth"), ("bristol", "Bristol, City of"), ("xeter", "Exeter"),
    ("weston super mare", "Weston-super-Mare"), ("st ives", "St Ives"), ("scilly", "Isles of Scilly"),
    ("bournmouth", "Bournemouth, Christchurch and Poole"), ("torridge 005d", "Torridge 005D"),
])
def test_what_people_type_finds_what_they_mean(starter, typed, name):
    assert name in [hit.name for hit in hits_of(starter, typed, 4)]


@pytest.mark.parametrize(("typed", "name"), [
    ("Okehamton", "Okehampton"), ("Bidford", "Bideford"), ("Penznace", "Penzance"), ("Tavistok", "Tavistock"),
    ("Plimouth", "Plymouth"), ("Gloucster", "Gloucester"), ("exter", "Exeter"), ("xeter", "Exeter"),
    ("sailsbury", "Salisbury"), ("yoevil", "Yeovil"), ("dorchesta", "Dorchester"), ("newkay", "Newquay"),
    ("north cornwal", "North Cornwall"), ("isles of sicily", "Isles of Scilly"),
])
def test_a_name_of_the_south_west_is_found_misspelt(starter, typed, name):
    found = hits_of(starter, typed)
    assert name in found[0].name, [hit.name for hit in found]


@pytest.mark.parametrize("typed", ["zzzz qqqq", "qqqqqqq", "asdfghjkl", "lorem ipsum", "xyzzy plugh", "yyyy"])
def test_nonsense_finds_nothing(starter, typed):
    assert hits_of(starter, typed) == []


@given(st.text(max_size=200), st.integers(1, 12))
def test_no_text_does_harm(tiny_edition, text, limit):
    found = hits_of(tiny_edition, text, limit)
    assert len(found) <= limit
    known = set(zip(tiny_edition.places["kind"], tiny_edition.places["code"], strict=True))
    assert all((hit.kind, hit.code) in known for hit in found)
    assert len({hit.code for hit in found}) == len(found)


@given(st.from_regex(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?([0-9][A-Za-z]{0,2})?", fullmatch=True))
def test_no_postcode_does_harm(tiny_edition, text):
    assert isinstance(hits_of(tiny_edition, text), list)


def test_an_edition_is_searched_by_its_own_names(tiny_edition):
    places = tiny_edition.places.assign(name=tiny_edition.places["name"].str.replace("Aland", "Oland"))
    other = dataclasses.replace(tiny_edition, places=places, manifest={**tiny_edition.manifest, "id": "other-1"})
    assert hits_of(other, "oland")[0].name == "Oland"
    assert hits_of(tiny_edition, "aland")[0].name == "Aland"


def test_a_village_leads_to_the_ward_it_is_in(tiny_edition):
    hit, *rest = hits_of(tiny_edition, "upham")
    assert hit == Hit("E05000001", "St Mary's", "ward", "Aland", neighbour=False, note="Upham is here", exact=True)
    # Found by the name of what is around it: its parent, its authority.
    assert [hit.note for hit in rest] == ["Newham (Upham) is here"]
    assert hits_of(tiny_edition, "upham aland")[0].note == "Upham is here"
    assert hits_of(tiny_edition, "uphan")[0].note == "Upham is here"


def test_villages_of_one_name_are_told_apart(tiny_edition):
    found = hits_of(tiny_edition, "newham")
    assert [(hit.code, hit.within, hit.note, hit.exact) for hit in found] == [
        ("E05000003", "Bland, City of", "Newham is here", True), ("E05000002", "Aland", "Newham (Upham) is here", True)]
    assert [hit.code for hit in hits_of(tiny_edition, "newham aland")] == ["E05000002"]


def test_a_town_that_only_its_authority_holds_is_never_exact(tiny_edition):
    assert hits_of(tiny_edition, "quaytown") == [Hit(
        "E06000002", "Bland, City of", "authority", "Bland, City of", neighbour=False, note="Quaytown is here")]


@pytest.mark.parametrize(("typed", "exact"), [("ann example", True), ("Dr. Ann Example", True), ("example", False)])
def test_an_mp_leads_to_the_constituency(tiny_edition, typed, exact):
    hit = hits_of(tiny_edition, typed)[0]
    assert (hit.code, hit.kind, hit.exact) == ("E14000001", "constituency", exact)
    assert hit.note == "MP on 27 June 2026: Dr Ann Example, Independent"


def test_a_row_is_the_contracts(tiny_edition):
    assert search_row(tiny_edition, hits_of(tiny_edition, "E01000003")[0]) == {
        "code": "E01000003", "name": "Bland 001A", "kind": "lsoa", "authority": "Bland, City of", "note": "",
        "exact": True}


def test_every_village_is_found(starter):
    if starter.localities.empty:
        pytest.skip("the starter edition has no villages")
    for row in starter.localities.sample(150, random_state=3).itertuples():
        held = {starter.areas.loc[row.area, row.held_by]}
        assert held <= {hit.code for hit in hits_of(starter, row.name, 60)}, row.name
