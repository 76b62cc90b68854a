"""Every page says how sure its figures are: no estimated count stands without its interval, no rank without its own."""

import re
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from lxml import html as lxml_html
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.words.certainty import NO_TEST_OF_RANKS
from geo.words.claim import headline
from geo.words.definitions import RANGE
from geo.words.intervals import COVERS, NO_TEST
from pages.contents import PAGES
from pages.plain.first_screen import first_screen
from pages.plain.place import place_page
from tests.fixtures.pages import FRAME, html, own_main

pytestmark = pytest.mark.slow

Start = Callable[..., AppTest]

WHOLE = "//section[@class='card']|//tr|//dd|//dl/div|//p[not(ancestor::section[@class='card'])]|//li|//summary"
"""What is read as one: a card, a row of a table, a paragraph, an entry of a list."""
COVERED = "//*[contains(@class, 'besides')]|//*[contains(@class, 'doubt')]"
"""Where a sentence says how sure every count is: checks on a figure, doubts."""
ESTIMATE = re.compile(r"\babout [\d,]*\d\b(?!\.\d)")
SURE = re.compile(r"between [\d,.]+ (%? ?)and|\([\d,.]+ to [\d,.]+|[\d,]+ to [\d,]+|"
                  r"within 10 minutes of that limit|10 minutes either way")
WITHOUT = (
    "of these residents have no rail",      # postcodes without a station
    "Ofcom could not match",    # published
    "o rail at all",            # postcodes
    "about 1,700 residents",    # what a neighbourhood is
    "All premises",             # households, spread to Ofcom's counts
    "By the other table of shares",     # the sentence before gives the interval
)
"""Sentences whose numbers are no estimates that are drawn."""
PLACES = ("E07000046", "E05011923")
SHOWN = [page.url_path for page in PAGES if page.url_path not in {"method", "accessibility", "privacy"}]
"""Pages of figures."""


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Run a page of the app on the starter edition."""
    def run(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(FRAME), default_timeout=120)
        app.query_params.update(query)
        app.run()
        if page:
            app = app.switch_page(f"{page}/page.py").run()
        assert not app.exception
        return app

    forget()
    with own_main():
        yield run
    forget()


def read_as_one(text: str) -> list[str]:
    """Cut HTML into what is read as one; what lies inside another is not told again."""
    whole = lxml_html.fromstring(f"<div>{text}</div>")
    for part in whole.xpath(COVERED):
        part.drop_tree()
    found = whole.xpath(WHOLE)
    inner = {child for part in found for child in part.iterdescendants()}
    return [" ".join(" ".join(part.itertext()).split()) for part in found if part not in inner]


def unsure(text: str) -> list[str]:
    """List what names an estimate and not how sure it is."""
    return [part for part in map(without_cliff, read_as_one(text)) if ESTIMATE.search(part) and not SURE.search(part)
            and not any(known in part for known in WITHOUT)]


def without_cliff(text: str) -> str:
    """Take out what the headline says of ten minutes more or less: it is no interval."""
    return re.sub(r" \([^()]*ten minutes less[^()]*\)", "", text)


def test_the_walk_finds_what_is_unsure() -> None:
    assert unsure("<p>In it, about 1,310 people live.</p>") == ["In it, about 1,310 people live."]
    assert unsure("<p>about 1,310 (between 1,060 and 1,670)</p><table><tr><td>about 7<td>5 to 9</table>") == []
    card = "<section class='card'><p class='value'>about 12</p><div>{}</div></section>"
    assert unsure(card.format("between 9 and 15")) == []
    assert unsure(card.format("of them")) == ["about 12 of them"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("page", SHOWN)
def test_every_estimate_on_a_page_has_its_interval(start: Start, page: str, place: str) -> None:
    app = start(page, place=place)
    said = html(app)
    assert unsure(said) == []
    every = said + " ".join(element.value for element in [*app.markdown, *app.caption])
    assert RANGE not in every                       # one interval, not two ranges that compete
    for table in (element.value for element in app.dataframe):
        if "People" in table or "People in the gap" in table:
            assert {"From", "To"} <= set(table.columns)


@pytest.mark.parametrize("page", SHOWN)
def test_a_page_says_what_its_intervals_cover(start: Start, page: str) -> None:
    app = start(page, place="E07000046")
    said = re.sub("<[^>]*>", "", html(app)) + " ".join(element.value for element in app.markdown)
    assert said.count(COVERS) == 1


@pytest.mark.parametrize("place", PLACES)
def test_pages_without_scripts_do_so_too(starter: Edition, place: str) -> None:
    plain = place_page(View(place=place), ())
    assert unsure(plain) == []
    assert plain.count(COVERS) == 1
    for page in PAGES:
        screen = first_screen(page.url_path, {"place": place}).html
        assert unsure(screen) == [], page.url_path
        assert screen.count(COVERS) == 1


def test_ranks_are_never_bare(starter: Edition) -> None:
    for code, said in (("E07000046", "11th most of 27 by number"),
                       ("E07000083", r"\d+th to \d+th highest of 27 by rate"),
                       ("E05011923", "highest quarter of 815 by number")):
        plain = place_page(View(place=code), ())
        assert re.search(said, plain)
        shown = place_profile(starter, View(place=code))
        assert "has not been worked out" not in plain
        assert (re.search(r"\b\d+(st|nd|rd|th) (most|highest)", plain) is None) == (shown.place.kind == "ward")


def test_a_rate_in_a_claim_has_its_interval_or_the_count_beside_it_has(starter: Edition) -> None:
    for place in PLACES:
        claim = "".join(headline(show(starter, View(place=place))))
        assert re.search(r"about [\d,]+ people \(between [\d,]+ and [\d,]+\)", claim)


def test_without_a_test_it_is_said_that_nothing_is_known(run: Callable[..., AppTest]) -> None:
    app = run(place="E07000001").switch_page("place/page.py").run()
    said = re.sub("<[^>]*>", "", html(app))
    assert NO_TEST in said
    assert NO_TEST_OF_RANKS in said
    assert COVERS not in said
    assert "people (between" not in said
    explored = run(place="E07000001", by="authority").switch_page("explore/page.py").run()
    (table,) = (element.value for element in explored.dataframe if isinstance(element.value, pd.DataFrame))
    assert "From" not in table
