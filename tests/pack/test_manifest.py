"""The manifest, its link, the pack's name and its README; and manifests that nobody honest wrote."""

import hashlib
import json
import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.choices import ACCESS, CLOCKS, HUBS, MINUTES, SPEEDS, WORK
from geo.core.errors import PackError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.file.manifest import link, make_manifest, manifest_bytes, pack_name, read_manifest, view_name
from geo.pack.file.readme import readme_bytes
from geo.pack.request import Request
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words.notes import notes_in_words

pytestmark = pytest.mark.slow

FILES = {"report.pdf": b"%PDF", "tables/figures.csv": b"name,value\r\n"}


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def figures(starter: Edition) -> PlaceProfile:
    return place_profile(starter, View(place="E07000047", speed="10", hub="exeter", minutes=60, access="walk"))


@pytest.fixture(scope="module")
def request_of(figures: PlaceProfile) -> Request:
    return Request(figures.view, title="Lines for Torridge & Co", author="Ŵest Devon", note="First.\n\n=Second <b>")


@pytest.fixture(scope="module")
def manifest(figures: PlaceProfile, request_of: Request) -> dict[str, Any]:
    return make_manifest(request_of, figures, FILES)


views = st.builds(
    View, speed=st.sampled_from(list(SPEEDS)), hub=st.sampled_from(list(HUBS)), minutes=st.sampled_from(MINUTES),
    clock=st.sampled_from(list(CLOCKS)), work=st.sampled_from(list(WORK)), access=st.sampled_from(list(ACCESS)))


def test_it_says_what_was_asked_and_what_came_out(
    manifest: dict, figures: PlaceProfile, starter: Edition,
) -> None:
    assert set(manifest) == {"format", "version", "place", "view", "title", "author", "note", "edition", "sources",
                             "figures", "files", "link"}
    assert manifest["place"] == {"code": "E07000047", "name": "West Devon", "kind": "authority", "lsoas": 32}
    assert manifest["view"] == {"speed": "10", "hub": "exeter", "minutes": 60, "clock": "train", "work": "ons-2020",
                                "access": "walk"}
    assert manifest["edition"] == starter.facts().as_json()
    assert manifest["sources"] == list(starter.manifest["sources"])
    assert manifest["figures"] == figures.headline_numbers
    assert manifest["figures"]["people_in_gap.estimate"] == figures.answer["people_in_gap"].value
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    assert (manifest["title"], manifest["author"]) == ("Lines for Torridge & Co", "Ŵest Devon")


def test_bytes_are_sorted_json_and_come_back_whole(manifest: dict, figures: PlaceProfile, request_of: Request) -> None:
    content = manifest_bytes(manifest)
    assert content == manifest_bytes(make_manifest(request_of, figures, dict(reversed(FILES.items()))))
    assert json.loads(content) == manifest
    assert list(json.loads(content)) == sorted(manifest)
    assert "Ŵest" in content.decode("utf-8")
    assert read_manifest(content) == manifest


def test_link_opens_the_same_view(figures: PlaceProfile, starter: Edition) -> None:
    address = link(figures)
    path, _, query = address.partition("?")
    view, notices = View.from_query(dict(parse_qsl(query, strict_parsing=True)))
    assert (path, notices) == ("place", [])
    assert view == figures.view.replace(edition=starter.id)
    assert address == ("place?place=E07000047&speed=10&hub=exeter&minutes=60&access=walk&edition=" + starter.id)
    both = link(place_profile(starter, View(place="E07000047+E07000046")))
    assert dict(parse_qsl(both.partition("?")[2]))["place"] == "E07000046+E07000047"


@given(views, views)
def test_views_of_other_figures_have_other_names(one: View, other: View) -> None:
    assert (view_name(one) == view_name(other)) == (one.options() == other.options())
    assert re.fullmatch(r"[A-Za-z0-9-]+", view_name(one))


def test_names_are_safe_short_and_unlike(starter: Edition, figures: PlaceProfile) -> None:
    assert pack_name(figures) == f"west-devon-E07000047-10-exeter-60-train-walk-{starter.id}.zip"
    wards = starter.places[starter.places["kind"] == "ward"]
    marys = wards[wards["name"].str.contains("Mary")]["code"].head(3)
    authorities = starter.places[starter.places["kind"] == "authority"]["code"]
    many = "+".join(authorities[:12])
    names = [pack_name(place_profile(starter, View(place=code))) for code in [*marys, many, "+".join(authorities[:11])]]
    assert len(marys) > 1
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9.-]+", name)
        assert len(name.partition("-30-london")[0]) <= 60 + 1 + 9


def test_figures_of_another_view_are_refused(figures: PlaceProfile) -> None:
    for view in (figures.view.replace(speed="30"), figures.view.replace(place="E07000046")):
        with pytest.raises(PackError, match="not those of the view"):
            make_manifest(Request(view), figures, FILES)
    with pytest.raises(PackError, match="its own checksum"):
        make_manifest(Request(figures.view), figures, {"manifest.json": b""})


def test_readme_tells_what_is_needed(figures: PlaceProfile, request_of: Request, starter: Edition) -> None:
    content = readme_bytes(figures, request_of)
    text = content.decode("utf-8")
    assert "\n" not in text.replace("\r\n", "")
    joined = " ".join(text.split())
    for said in ("Lines for Torridge & Co", "Ŵest Devon", "First.", "=Second <b>", "West Devon (E07000047)",
                 starter.id, "python -m geo verify FILE.zip", "estimated: ", "indicative: ", "areas.gpkg",
                 link(figures), *notes_in_words(figures.answer),
                 *credit_sentences(without_share_alike(starter.manifest["sources"])),
                 *(str(source["title"]) for source in starter.manifest["sources"])):
        assert " ".join(said.split()) in joined, said
    assert content == readme_bytes(figures, request_of)
    assert "Evidence pack: West Devon" in readme_bytes(figures, Request(figures.view)).decode()


@pytest.mark.parametrize(("content", "said"), [
    (b"", "damaged"), (b"\xff\xfe", "damaged"), (b"{", "damaged"), (b"[]", "not the manifest"),
    (b"7", "not the manifest"),
    (b'{"format": "x"}', "not the manifest"), (b"[" * 100_000, "damaged"), (b'{"a": 1' + b"0" * 5000 + b"}", "damaged"),
    (b'{"a": NaN}', "damaged"), (b'{"a": 1, "a": 2}', "twice"),
])
def test_what_is_no_manifest_is_told_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(PackError, match=said) as told:
        read_manifest(content)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize(("part", "value"), [
    ("version", 2), ("version", "1"), ("version", True), ("format", "other"), ("place", {}), ("place", None),
    ("place", {"code": "../x", "name": "x", "kind": "ward", "lsoas": 1}),
    ("place", {"code": "E07000047", "name": "x", "kind": "authority", "lsoas": True}),
    ("view", {"speed": "30"}), ("view", []), ("edition", {"id": 1}), ("sources", {}), ("sources", [1]),
    ("figures", {"a": "1"}), ("figures", {"a": True}), ("figures", {"a": 1e300}), ("figures", []),
    ("files", {"a": "0"}), ("files", {"a": None}), ("files", []), ("link", None), ("title", "a\u202eb"), ("note", 5),
    ("author", "x" * 500), ("extra", 1),
])
def test_parts_that_cannot_be_are_told(manifest: dict, part: str, value: object) -> None:
    with pytest.raises(PackError, match=part if part not in {"format", "version"} else "manifest") as told:
        read_manifest(json.dumps({**manifest, part: value}).encode())
    assert "\n" not in str(told.value)


def test_options_that_cannot_be_asked_are_told(manifest: dict) -> None:
    for name, value in (("minutes", 10**9), ("speed", "fast"), ("hub", ["london"]), ("clock", None)):
        with pytest.raises(PackError, match="view"):
            read_manifest(json.dumps({**manifest, "view": {**manifest["view"], name: value}}).encode())


@pytest.mark.parametrize("part", ["place", "view", "title", "note", "edition", "sources", "figures", "files", "link"])
def test_a_part_that_lacks_is_told(manifest: dict, part: str) -> None:
    with pytest.raises(PackError, match=part):
        read_manifest(json.dumps({name: value for name, value in manifest.items() if name != part}).encode())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6)


@given(st.sampled_from(["place", "view", "edition", "sources", "figures", "files", "link", "title", "version"]),
       json_values)
def test_no_json_makes_it_stumble(manifest: dict, part: str, value: object) -> None:
    with suppress(PackError):
        assert read_manifest(json.dumps({**manifest, part: value}).encode())[part] == value
