"""An app with several editions: each link sees its own edition, on every page, whoever else is there."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.edition.store import load_edition
from pages.contents import PAGES
from pages.shared import data
from tests.fixtures.editions import Editions
from tests.fixtures.pages import FRAME, html, own_main

pytestmark = pytest.mark.slow

PLACE = "E06000002"
LINK = {"place": PLACE, "speed": "100"}
FILES = [page.file.parent.name for page in PAGES]
OF_ALL = re.compile(r'<section class="[^"]*editions">.*?</section>', re.DOTALL)
"""What is told of every edition that is served."""

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def open_page() -> Iterator[Open]:
    """Open a page with a link's query, in a session of its own."""
    def start(page: str = "overview", **query: str) -> AppTest:
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update(query)
        return turned(app.run(), page)

    with own_main():
        yield start


def turned(app: AppTest, page: str) -> AppTest:
    """Turn a session to a page."""
    if page != "overview":
        app.switch_page(f"{page}/page.py").run()
    assert not app.exception
    return app


def seen(app: AppTest) -> list[str]:
    """All that a session sees besides the addresses of links and the notice of a newer edition."""
    said = re.sub(r'<div class="notice" role="status">You are seeing .*?</div> *', "", html(app), flags=re.DOTALL)
    said = re.sub(r" +", " ", OF_ALL.sub("", said))
    drawn = [str(element.proto) for kind in ("bidi_component", "vega_lite_chart") for element in app.get(kind)]
    tables = [table.value.to_csv() for table in app.dataframe]
    return [re.sub(r'(href|src|srcset)="[^"]*"', "", said), *drawn, *tables]


@pytest.fixture(scope="module")
def alone(editions_written: Editions, open_page: Open) -> dict[str, dict[str, list[str]]]:
    """What every page says where an edition is the only one: by its id, by page."""
    found: dict[str, dict[str, list[str]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in ((editions_written.old, "last-year"), (editions_written.new, "this-year")):
            patch.setenv("SWATHE_EDITION", str(editions_written.folder / folder))
            forget()
            found[name] = {page: seen(open_page(page, **LINK)) for page in FILES}
    forget()
    return found


@pytest.mark.parametrize("page", [page for page in FILES if page != "changes"])
def test_sessions_side_by_side_see_each_their_own_edition(
    both: Editions, open_page: Open, alone: dict[str, dict[str, list[str]]], page: str,
) -> None:
    for _ in range(2):
        old, new = (open_page(page, **LINK, edition=name) for name in (both.old, both.new))
        assert seen(old) == alone[both.old][page]
        assert seen(new) == alone[both.new][page]
    assert page in {"accessibility", "privacy"} or alone[both.old][page] != alone[both.new][page]
    assert "You are seeing the figures of the edition of March 2025" in html(old)
    assert f"({both.old}). A newer one is here, of April 2026." in html(old)
    assert "You are seeing" not in html(new)


@pytest.mark.parametrize("page", FILES)
@pytest.mark.parametrize("link", [{}, LINK], ids=["bare", "place"])
def test_links_keep_the_edition_that_is_shown(both: Editions, open_page: Open, page: str, link: dict[str, str]) -> None:
    app = open_page(page, **link, edition=both.old)
    links = [unescape(found) for found in re.findall(r'href="([^"]*)"', html(app))]
    named = [parse_qs(urlsplit(found).query).get("edition") for found in links
             if found and not urlsplit(found).scheme and not found.startswith(("#", "feed/"))]
    assert named.count([both.new]) == (1 if page == "changes" else 2)     # of the notice
    assert {tuple(one or ()) for one in named} == {(both.old,), (both.new,)}
    assert app.query_params["edition"] in (both.old, [both.old])


def test_the_notice_leads_to_the_same_view_of_the_newest(both: Editions, open_page: Open) -> None:
    said = html(open_page("rail", **LINK, edition=both.old))
    (link,) = re.findall(r'<a href="([^"]*)" target="_self">See the same in the newest edition', said)
    parts = urlsplit(unescape(link))
    assert parts.path == "rail"
    assert parse_qs(parts.query) == {name: [value] for name, value in {**LINK, "edition": both.new}.items()}


def test_a_link_that_names_none_sees_the_newest_or_the_one_that_is_named(
    both: Editions, open_page: Open, monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert f"Edition {both.new}." in html(open_page())
    for setting in (str(both.folder / "last-year"), both.old):
        monkeypatch.setenv("SWATHE_EDITION", setting)
        assert f"Edition {both.old}." in html(open_page())
        assert f"Edition {both.new}." in html(open_page(edition=both.new))


def test_what_a_reader_changes_is_of_the_edition_shown(both: Editions, open_page: Open) -> None:
    old, new = (open_page("explore", **LINK, edition=name) for name in (both.old, both.new))
    for app, name in ((old, both.old), (new, both.new), (old, both.old)):
        app.selectbox(key="hub").set_value("exeter").run()
        assert not app.exception
        assert f"Edition {name}." in html(app)
        assert app.query_params["edition"] in (name, [name])
        app.selectbox(key="hub").set_value("london").run()


def test_an_edition_that_is_not_served_is_said(both: Editions, open_page: Open) -> None:
    said = html(open_page("place", **LINK, edition="tiny-000000000000"))
    assert f"This link was made with edition tiny-000000000000; you are seeing {both.new}." in said
    assert "A newer one is here" not in said


def test_an_edition_may_come_and_go_while_it_is_looked_at(
    several: Editions, open_page: Open, tmp_path: Any,
) -> None:
    aside, folder = tmp_path / "aside", several.folder / "this-year"
    folder.rename(aside)
    app = open_page("place", **LINK)
    assert f"Edition {several.old}." in html(app)
    assert "You are seeing" not in html(app)
    aside.rename(folder)
    assert f"Edition {several.new}." in html(open_page())
    app.run()     # stays with what it shows, and is told of the newer one
    assert f"Edition {several.old}." in html(app)
    assert "A newer one is here, of April 2026" in html(app)
    (several.folder / "last-year").rename(aside)
    app.run()
    assert not app.exception
    assert f"This link was made with edition {several.old}; you are seeing {several.new}." in html(app)
    assert f"Edition {several.new}." in html(app)
    app.run()     # and says so as long as nothing else is chosen
    assert f"This link was made with edition {several.old}" in html(app)


def test_a_reader_whose_edition_was_taken_away_is_told_whatever_they_press(several: Editions, open_page: Open) -> None:
    """What a press does runs before the page, and must not settle by itself which edition is seen."""
    app = open_page("place", **LINK, edition=several.old)
    (reset,) = [button for button in app.button if "100 Mbit/s" in button.label]
    shutil.rmtree(several.folder / "last-year")
    reset.click().run()
    assert not app.exception
    assert f"This link was made with edition {several.old}; you are seeing {several.new}." in html(app)
    assert f"Edition {several.new}." in html(app)


def test_a_table_is_written_later_from_the_edition_that_was_shown(both: Editions) -> None:
    """A download is written when it is asked for, in a thread of the server's."""
    with data.asked_for(both.old):
        write = data.carried(lambda: data.edition().id)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(write).result() == both.old
        with pytest.raises(LookupError, match="no edition was asked for"):
            pool.submit(data.edition).result()


def test_figures_are_those_of_the_edition_on_disk(both: Editions) -> None:
    for folder in ("last-year", "this-year"):
        on_disk = load_edition(both.folder / folder)
        with data.asked_for(on_disk.id) as served:
            assert served.areas["residents"].tolist() == on_disk.areas["residents"].tolist()
            assert data.summary(data.View(place=PLACE)).figures["residents"].value == on_disk.areas.loc[
                on_disk.place(PLACE).lsoas, "residents"].sum()


def test_a_pack_is_made_against_another_edition_that_is_served(both: Editions, open_page: Open) -> None:
    app = open_page("evidence", place=PLACE)
    (box,) = app.checkbox
    assert (box.label, box.value) == (f"Say what changed since the edition of March 2025 ({both.old})", False)
    assert "--against" not in app.markdown[-1].value + html(app)
    box.check().run()
    assert not app.exception
    assert any("--against FOLDER --out FILE.zip" in text.value and "geo verify FILE.zip --against FOLDER" in text.value
               for text in app.markdown)
    app.button(key="pack_make").click().run(timeout=120)
    assert not app.exception
    made = app.session_state["pack_made"]
    assert made.request.view.against == both.old
    with zipfile.ZipFile(io.BytesIO(made.content)) as pack:
        table = pd.read_csv(pack.open("tables/changes.csv"))
    assert set(table["against"]) == {both.old}
    assert set(table["edition"]) == {both.new}
    residents = table.set_index("figure").loc["residents"]
    assert residents["after"] == 2 * residents["before"]


def test_a_pack_compares_with_what_the_link_names_where_that_is_served(both: Editions, open_page: Open) -> None:
    (box,) = open_page("evidence", place=PLACE, against=both.old).checkbox
    assert box.value
    assert not open_page("evidence", place=PLACE, edition=both.old).checkbox     # none was there before it
    (box,) = open_page("evidence", place=PLACE, edition=both.old, against=both.new).checkbox
    assert (box.value, both.new in box.label) == (True, True)
    (box,) = open_page("evidence", place=PLACE, against="starter-0123456789ab").checkbox
    assert (box.value, both.old in box.label) == (False, True)
