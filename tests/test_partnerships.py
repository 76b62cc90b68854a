"""Ready-made partnerships and former districts open by name, by link and in a brief."""

import io
import json
from collections.abc import Callable

import pandas as pd
import pytest
from pypdf import PdfReader

from geo.core.cache import forget
from geo.core.errors import PlaceError
from geo.core.view import View
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.partnerships import PARTNERSHIPS, Partnership, called, known_name, within_reach
from geo.edition.search import search, search_row
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.figures.ranking import rank
from geo.pack.make import make_brief, make_pack
from geo.pack.request import Request
from pages.compare.data import larger_places
from pages.shared.link import read_link
from pages.shared.menu import place_labels

pytestmark = pytest.mark.slow

SUMMED = ("residents", "workers", "premises", "remote_capable", "people_in_gap", "nowhere_to_turn", "cut_off_by_rail")
OF_SOMERSET_AND_DORSET = [row for row in FORMER_DISTRICTS if row.successor in {"E06000066", "E06000059", "E06000058"}
                          and row.name != "Somerset West and Taunton"]      # of two others, and no place


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def test_the_file_has_codes_of_places_and_a_source_each(starter: Edition) -> None:
    codes, names = set(starter.places["code"]), [name for row in PARTNERSHIPS for name in (row.name, row.also) if name]
    assert within_reach(codes) == list(PARTNERSHIPS)
    assert len(PARTNERSHIPS) == len({row.code for row in PARTNERSHIPS}) >= 5
    assert len({name.lower() for name in names}) == len(names)
    assert not {name.lower() for name in names} & set(starter.places["name"].str.lower())
    for row in PARTNERSHIPS:
        assert list(row.members) == sorted(set(row.members))
        assert len(row.members) > 1
        assert row.source


@pytest.mark.parametrize("row", PARTNERSHIPS, ids=lambda row: row.name)
def test_one_opens_by_name_and_by_link_and_is_the_sum_of_its_members(starter: Edition, row: Partnership) -> None:
    for text in (row.name, row.name.upper(), row.code, *[row.also] * bool(row.also)):
        place = starter.place(text)
        assert (place.code, place.name, place.kind) == (row.code, row.name, "partnership")
    view, notices = read_link({"place": row.code})
    assert (view.place, notices) == (row.code, [])
    parts = [starter.place(code) for code in row.members]
    assert [len(part.lsoas) for part in place.parts] == sorted((len(part.lsoas) for part in parts), reverse=True)
    assert {part.code for part in place.parts} == set(row.members)
    assert sum(len(part.lsoas) for part in parts) == len(place.lsoas) == len(set(place.lsoas))
    whole = show(starter, view)
    assert whole.place.name == row.name
    for key in SUMMED:
        members = (show(starter, View(place=code))[key].count for code in row.members)
        assert whole[key].count == pytest.approx(sum(members))


@pytest.mark.parametrize("row", PARTNERSHIPS, ids=lambda row: row.name)
def test_one_is_found_by_either_name(
    starter: Edition, row: Partnership, call: Callable[..., tuple[int, str, str]],
) -> None:
    for name in (row.name, *[row.also] * bool(row.also)):
        first = search(starter, name).hits[0]
        assert (first.code, first.name, first.kind, first.exact) == (row.code, row.name, "partnership", True)
        assert (first.note == "") == (name == row.name)
        assert search_row(starter, first)["authority"] == first.within
    code, out, _ = call("show", row.name, "--json")
    assert (code, json.loads(out)["place"]["code"]) == (0, row.code)


def test_their_parts_can_be_ranked_and_they_stand_in_menus(starter: Edition) -> None:
    forget()
    for row in PARTNERSHIPS:
        assert place_labels()[row.code] == f"{row.name} (partnership)"
        assert row.code in larger_places()
    wards = rank(starter, View(), by="ward", within="E06000027+E10000008")
    apart = [rank(starter, View(), by="ward", within=code) for code in ("E06000027", "E10000008")]
    assert set(wards["code"]) == set(pd.concat(apart)["code"])
    whole = show(starter, View(place="E06000027+E10000008"))["people_in_gap"]
    assert wards["value"].sum() == pytest.approx(whole.count)


def test_names_and_codes_may_be_joined(starter: Edition) -> None:
    joined = starter.place("Devon and Torbay+Cornwall")
    assert joined.code == "E06000027+E06000052+E10000008"
    assert joined.name == "Torbay + Cornwall + Devon"
    assert known_name(joined.code) is None
    assert starter.place("E10000008+E06000027").name == "Devon and Torbay"
    assert called("devon AND torbay") is not None
    assert called("Devon and Cornwall") is None


def test_an_edition_without_a_member_does_not_offer_it(tiny_edition: Edition) -> None:
    assert within_reach(set(tiny_edition.places["code"])) == []
    assert not [hit for hit in search(tiny_edition, "Devon and Torbay").hits if hit.kind == "partnership"]
    with pytest.raises(PlaceError, match="no place called ‘E06000027’"):
        tiny_edition.place("Devon and Torbay")


@pytest.mark.parametrize("row", PARTNERSHIPS, ids=lambda row: row.name)
def test_one_has_a_brief_under_its_name(starter: Edition, row: Partnership) -> None:
    _, content = make_brief(starter, Request(View(place=row.code)))
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 2
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert row.name.split(",")[0] in text


def test_one_has_a_pack(starter: Edition) -> None:
    name, content = make_pack(starter, Request(View(place="E06000027+E10000008")))
    assert name.startswith("devon-and-torbay-")
    assert len(content) > 1_000_000


@pytest.mark.parametrize("row", OF_SOMERSET_AND_DORSET, ids=lambda row: row.name)
def test_former_districts_open_by_name_and_code_and_name_their_successor(
    starter: Edition, row: tuple[str, str, str, int],
) -> None:
    code, name, successor, year = row
    place = starter.place(code)
    assert (place.code, place.kind) == (code, "district")
    assert starter.place(f"{name} District Council").code == code
    if (starter.places["name"] == name).sum() > 1:      # a constituency's or a ward's name too: all are named
        with pytest.raises(PlaceError, match=rf"{name} \(former district in [^)]*\) {code}"):
            starter.place(name)
    else:
        assert starter.place(name).code == code
    assert set(starter.areas.loc[place.lsoas, "authority"]) == {successor}
    assert read_link({"place": code})[0].place == code
    assert year >= 2019
    assert code in [hit.code for hit in search(starter, name).hits if hit.exact]
