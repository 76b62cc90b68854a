"""The page What changed, and a place in every edition: each sentence as the analysis says it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.core.choices import REGION, REGIONS, Region
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.changes import changes_by, changes_of
from geo.words import changes as words
from pages.changes import data as changes_data
from pages.shared import data
from pages.shared.claims import claim
from tests.fixtures.editions import Editions
from tests.fixtures.pages import FRAME, html, own_main

pytestmark = pytest.mark.slow

PLACE = "E06000002"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def open_page() -> Iterator[Open]:
    """Open a page with a link's query, in a session of its own."""
    def start(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update(query)
        app.run()
        app.switch_page(f"{page}/page.py").run()
        assert not app.exception
        return app

    with own_main():
        yield start


def both_loaded(both: Editions) -> tuple[object, object]:
    return tuple(load_edition(both.folder / name) for name in ("last-year", "this-year"))     # type: ignore[return-value]


def test_a_city_that_one_of_them_was_built_without_is_told_and_nothing_is_compared(
    both: Editions, open_page: Open, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def built_for(edition: Edition) -> Region:
        """The older of the two lacks a hub."""
        region = REGIONS[REGION]
        kept = {key: hub for key, hub in region.hubs.items() if edition.id != both.old or key != "bristol"}
        return replace(region, hubs=kept)

    monkeypatch.setattr(Edition, "region", property(built_for))
    said = html(open_page("changes", place=PLACE, edition=both.new, hub="bristol"))
    assert f"Edition {both.old} was built without Bristol Temple Meads: choose another city to compare." in said
    assert "<table" not in said
    assert "<table" in html(open_page("changes", place=PLACE, edition=both.new, hub="exeter"))


@pytest.mark.parametrize("shown", ["new", "old"])
def test_it_says_what_the_analysis_says(both: Editions, open_page: Open, shown: str) -> None:
    """Whichever of the two is shown, the older is the one before."""
    app = open_page("changes", place=PLACE, edition=getattr(both, shown))
    before, after = both_loaded(both)
    here, region = (changes_of(before, after, View(), code) for code in (PLACE, REGION))     # type: ignore[arg-type]
    names = words.named_apart(before, after)     # type: ignore[arg-type]
    said = html(app)
    for piece in words.headline(here, View(), names)[1:2]:
        assert f"<strong>{piece}</strong>" in said
    assert words.beside_region(here, region, View()).replace(" %", "\u00a0%") in said
    assert words.slower(here, View(), before, after).replace(" %", "\u00a0%") in said     # type: ignore[arg-type]
    for row in words.figure_rows(here, View()):
        assert all(cell.replace(" %", "\u00a0%") in said for cell in row)
    told = changes_by(before, after, View(), "authority")["authority"]     # type: ignore[arg-type]
    assert [f">{place.name}</a>" in said for place in told] == [True] * 3
    other = both.old if shown == "new" else both.new
    assert app.selectbox(key="against").value == other
    assert app.query_params["against"] in (other, [other])


def test_the_kind_of_place_is_the_readers_choice(both: Editions, open_page: Open) -> None:
    app = open_page("changes", place=PLACE)
    app.selectbox(key="ranked").set_value("ward").run()
    assert not app.exception
    assert "St Mary&#x27;s Newer</a>" in html(app)


def test_a_link_that_compares_with_an_edition_not_served_says_so(both: Editions, open_page: Open) -> None:
    said = html(open_page("changes", place=PLACE, against="tiny-000000000000"))
    assert "The link compares with edition tiny-000000000000, which is not served here." in said
    assert "What changed in Bland" in said


def test_with_one_edition_there_is_nothing_to_compare(
    several: Editions, open_page: Open, tmp_path: object,
) -> None:
    (several.folder / "last-year").rename(several.folder.parent / "aside")
    said = html(open_page("changes", place=PLACE))
    assert "Only one edition is served here" in said
    assert "SWATHE_EDITIONS" in said
    assert "editions" not in html(open_page("place", place=PLACE)).partition("In the editions at hand")[2]


def test_a_place_shows_every_edition_and_leads_to_what_changed(both: Editions, open_page: Open) -> None:
    said = html(open_page("place", place=PLACE, edition=both.old))
    assert f"{both.new}, built 5 April 2026" in said
    assert f"{both.old}, built 4 March 2025" in said
    assert f'href="changes?place={PLACE}&amp;edition={both.old}"' in said
    assert f'href="feed/{PLACE}.atom"' in said


def test_what_changed_can_be_taken_away(both: Editions, open_page: Open) -> None:
    """As the interface for programs has it, with both editions named; each column is described in the workbook."""
    with data.asked_for(both.new):
        found = changes_data.all_changes(View(ranked="ward"), both.old)
        assert found is not None
        table = pd.read_csv(io.BytesIO(changes_data.changes_csv(found)))
        sheets = pd.read_excel(io.BytesIO(changes_data.changes_xlsx(found)), sheet_name=None,
                               engine="openpyxl")
    assert (set(table["edition"]), set(table["against"])) == ({both.new}, {both.old})
    told = changes_by(found.before, found.after, View(), "ward")["ward"]
    assert table["code"].tolist() == [place.code for place in told for _ in place.figures]
    assert len(sheets[words.HEADING]) >= len(table)


def test_its_claim_is_what_changed(both: Editions) -> None:
    """As it is quoted and unfolds; with nothing to compare, the claim of the place."""
    before, after = (load_edition(both.folder / name) for name in ("last-year", "this-year"))
    expected = words.headline(changes_of(before, after, View(), PLACE), View(), words.named_apart(before, after))
    with data.asked_for(both.new):
        for against in ("", both.old, both.new, "tiny-000000000000"):
            assert claim("changes", View(place=PLACE, against=against)) == expected
