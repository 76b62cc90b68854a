"""Former districts: made of today's neighbourhoods, ranked, found by name; those that are no place lead to one."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import DATA
from geo.core.errors import PlaceError
from geo.core.view import View
from geo.edition.authorities import read_authorities
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.places import place_table
from geo.edition.search import search
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.figures.profile import overlapping, parents
from geo.figures.ranking import rank
from geo.layers.former_districts import former_districts
from geo.sources.ons import read_districts, read_lsoa_changes
from geo.words.context import about_place, lies_in
from tests.fixtures.tiny_edition import NAMES, tiny_areas


def table(**districts: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(districts, orient="index", columns=["district", "district_name"])


def test_only_districts_that_are_gone_are_kept() -> None:
    changes = pd.DataFrame({"lsoa_2011": [*"abcd"]}, index=pd.Index([*"ABCD"], name="code"))
    before = table(a=("1", "Old"), b=("2", "Same"), c=("3", "Same name"), d=("4", "Gone"))
    today = pd.DataFrame({"name": ["Same", "Same name"]}, index=["2", "9"])
    found = former_districts(changes, before, today)
    assert found.to_dict("index") == {
        "A": {"district": "1", "district_name": "Old"}, "D": {"district": "4", "district_name": "Gone"}}


def test_a_merged_neighbourhood_is_where_most_of_its_parts_were() -> None:
    changes = pd.DataFrame({"lsoa_2011": [*"abcde"]}, index=pd.Index([*"MMMNN"], name="code"))
    before = table(a=("1", "One"), b=("2", "Two"), c=("2", "Two"), d=("2", "Two"), e=("1", "One"))
    found = former_districts(changes, before, pd.DataFrame({"name": []}))
    assert found["district"].to_dict() == {"M": "2", "N": "1"}


@pytest.mark.slow
def test_they_are_the_lookups(open_data: Path) -> None:
    """Recomputed from the files by plain dictionaries; no neighbourhood of 2021 lies across two districts of 2018."""
    folder = open_data / "lookups"
    raw = pd.read_csv(folder / "LSOA11_LSOA21_LAD22_EW_LU.csv", dtype=str)
    of_2011 = pd.read_csv(folder / "LSOA11_LAD18_LU.csv", dtype=str).set_index("lsoa11_code")["ltla18_code"].to_dict()
    lay_in: dict[str, set[str]] = {}
    for old, new in zip(raw["lsoa11_code"], raw["lsoa21_code"], strict=True):
        lay_in.setdefault(new, set()).add(of_2011[old])
    assert {len(codes) for codes in lay_in.values()} == {1}
    groups = read_authorities()
    expected = {new: code for new, (code,) in lay_in.items() if code not in groups.index}
    found = former_districts(read_lsoa_changes(folder / "LSOA11_LSOA21_LAD22_EW_LU.csv"),
                             read_districts(folder / "LSOA11_LAD18_LU.csv"), groups)
    assert found["district"].to_dict() == expected
    assert found["district"].value_counts().to_dict() == {
        "E06000028": 114, "E06000029": 95, "E07000048": 31, "E07000049": 58, "E07000050": 38, "E07000051": 29,
        "E07000052": 60, "E07000053": 38, "E07000187": 67, "E07000188": 75, "E07000189": 106, "E07000190": 70,
        "E07000191": 21}
    # The table of facts has each of them, under the same name, and the authority that its LSOAs are in today.
    facts = {row.code: row for row in FORMER_DISTRICTS}
    assert {code: facts[code].name for code in set(expected.values())} == (
        found.drop_duplicates("district").set_index("district")["district_name"].to_dict())
    today = pd.read_csv(folder / "LSOA21_WD24_LAD24_EW_LU.csv", dtype=str).set_index("LSOA21CD")["LAD24CD"]
    assert {(code, today[lsoa]) for lsoa, code in expected.items()} == {
        (code, facts[code].successor) for code in set(expected.values())}


def test_the_table_of_facts_is_sound() -> None:
    assert len({row.code for row in FORMER_DISTRICTS}) == len({row.name for row in FORMER_DISTRICTS}) == 24
    assert {row.year for row in FORMER_DISTRICTS} == {2009, 2019, 2023}
    assert {row.name for row in FORMER_DISTRICTS if row.successor == "E06000052"} == {
        "Caradon", "Carrick", "Kerrier", "North Cornwall", "Penwith", "Restormel"}
    authorities = set(load_edition(geometry=False).places_of("authority").index)
    assert {row.successor for row in FORMER_DISTRICTS} <= authorities
    assert not {row.code for row in FORMER_DISTRICTS} & authorities
    assert (DATA / "former_districts.csv").read_text(encoding="utf-8").startswith("# ")


def test_a_district_is_a_place_that_need_not_cover_the_map(tiny_edition: Edition) -> None:
    place = tiny_edition.place("dland")
    assert (place.code, place.kind, list(place.lsoas)) == ("E07000009", "district", ["E01000003"])
    assert not place.premises_published
    # It is no larger than its one neighbourhood, and holds only a part of the authority.
    assert "district" not in parents(tiny_edition, tiny_edition.place("E01000003"))["kind"].tolist()
    assert "district" not in parents(tiny_edition, tiny_edition.place("bland"))["kind"].tolist()
    assert overlapping(tiny_edition, tiny_edition.place("bland"), "district")["name"].tolist() == ["Dland"]
    ranked = rank(tiny_edition, View(), by="district", within="all")
    answer = show(tiny_edition, View(place="E07000009"))
    assert ranked["code"].tolist() == ["E07000009"]
    assert ranked["value"].iloc[0] == pytest.approx(answer["people_in_gap"].value)
    assert lies_in(tiny_edition, place) == " in Bland, City of"
    with pytest.raises(PlaceError, match="Aland holds no whole former district"):
        rank(tiny_edition, View(), by="district", within="E07000001")


def test_an_edition_may_have_none(tiny_edition: Edition) -> None:
    areas = pd.DataFrame(tiny_areas().drop(columns="geometry")).assign(district="")
    names = {kind: pd.Series(labels) for kind, labels in NAMES.items() if kind != "district"}
    assert "district" not in set(place_table(areas, names)["kind"])
    without = dataclasses.replace(
        tiny_edition, areas=areas, places=tiny_edition.places[tiny_edition.places["kind"] != "district"])
    assert without.kinds() == tuple(kind for kind in tiny_edition.kinds() if kind != "district")
    for within in ("all", "E12000009"):
        with pytest.raises(PlaceError, match="there are no former districts in this edition: choose another kind"):
            rank(without, View(), by="district", within=within)


def renamed(edition: Edition, **codes: str) -> Edition:
    """The edition with the codes of some authorities changed, old → new."""
    places = edition.places.assign(code=edition.places["code"].replace(codes))
    areas = edition.areas.assign(authority=edition.areas["authority"].replace(codes))
    return dataclasses.replace(edition, areas=areas, places=places)


def test_a_district_that_is_no_place_leads_to_its_successor(tiny_edition: Edition) -> None:
    cornish = renamed(tiny_edition, E07000001="E06000052")
    hit = search(cornish, "penwith").hits[0]
    assert (hit.code, hit.kind, hit.exact, hit.note) == (
        "E06000052", "authority", True, "Penwith became part of it in 2009")
    for text in ("Penwith", "e07000023"):
        with pytest.raises(PlaceError, match=r"; Penwith became part of Aland \(local authority\) E06000052 in 2009$"):
            cornish.place(text)
    assert search(tiny_edition, "penwith").hits == []      # its successor is not in this edition
    with pytest.raises(PlaceError, match="‘Penwith’; give a code or a name"):
        tiny_edition.place("Penwith")


def test_a_district_says_what_became_of_it(tiny_edition: Edition) -> None:
    kinds = tiny_edition.places.assign(code=tiny_edition.places["code"].replace({"E07000009": "E07000052"}))
    areas = tiny_edition.areas.assign(district=tiny_edition.areas["district"].replace({"E07000009": "E07000052"}))
    edition = renamed(dataclasses.replace(tiny_edition, places=kinds, areas=areas), E06000002="E06000059")
    assert about_place(edition, edition.place("E07000052")) == [
        "The district was abolished in 2019; its area is part of Bland, City of today."]
    assert about_place(tiny_edition, tiny_edition.place("E07000009")) == []
    assert about_place(tiny_edition, tiny_edition.place("E07000001")) == []


def test_sums_of_an_authority_are_those_of_its_districts() -> None:
    """Where an authority is made of former districts alone, they share it out without rest."""
    starter = load_edition(geometry=False)
    if "district" not in starter.kinds():
        pytest.skip("the starter edition has no former districts")
    parts = rank(starter, View(), by="district", within="E06000058")
    whole = show(starter, View(place="E06000058"))
    assert set(parts["name"]) == {"Bournemouth", "Poole", "Christchurch"}
    assert np.isclose(parts["value"].sum(), whole["people_in_gap"].count)
    lyme = starter.place("Lyme & Charmouth")
    assert ("district", "E07000052") in set(parents(starter, lyme)[["kind", "code"]].itertuples(index=False, name=None))
    assert len(starter.places_of("district")) == 13
