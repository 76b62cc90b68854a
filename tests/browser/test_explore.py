"""Explore in a real browser: the figures are the command line's, a click and a move are in the link."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.aggregate import context_values
from geo.figures.place import PlaceFigures, show
from geo.figures.ranking import rank
from geo.maps.picture import WIDTH
from geo.words.claim import cut_off
from pages.shared.parts import column_formats
from tests.fixtures.browser import DRAWS, PATIENCE, Visit
from tests.fixtures.map_click import click_map

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
MAP = '.map-widget'
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def enter(window: Visit, query: str = "") -> None:
    window.page.goto(f"{window.address}/explore{query}", timeout=PATIENCE)
    window.page.wait_for_selector(".picked h2", timeout=PATIENCE)
    settle(window)


def settle(window: Visit) -> None:
    window.page.wait_for_selector(READY, timeout=PATIENCE)


def drawn(window: Visit) -> None:
    window.page.wait_for_selector(f"{MAP} canvas", timeout=PATIENCE)
    window.page.wait_for_timeout(1500)


def picked(window: Visit, name: str) -> None:
    """Wait until the figures of a place are shown."""
    window.page.wait_for_selector(f".picked h2:text-is({name!r})", timeout=PATIENCE)
    settle(window)


def click(window: Visit, x: float, y: float, name: str) -> None:
    """Click on a point of the map until a place is shown."""
    click_map(window, x, y, lambda: window.text(".picked h2")[0] == name)
    picked(window, name)


def figures(window: Visit) -> dict[str, str]:
    rows = window.page.locator(".picked").first.locator(".facts tr")
    return {" ".join(rows.nth(number).locator("th").inner_text().split("\n")[0].split()):
            rows.nth(number).locator("td strong").inner_text() for number in range(rows.count())}


def assert_figures(window: Visit, answer: PlaceFigures, below: str) -> None:
    assert figures(window) == {
        "People in the gap": f"about {about(answer['people_in_gap'].value)}",
        "Nowhere to turn": f"about {about(answer['nowhere_to_turn'].value)}",
        "Premises in the gap": below,
        "Cut off by rail": cut_off(answer),
    }


def choose(window: Visit, label: str, option: str) -> None:
    window.page.get_by_role("combobox", name=label).click()
    window.page.get_by_role("option", name=option, exact=True).click()


def legend(window: Visit) -> dict[str, int]:
    said = (re.fullmatch(r"(.*) \(([\d,]+)\)", text) for text in window.text(".legend li"))
    return {found[1]: int(found[2].replace(",", "")) for found in said if found}


def test_figures_legend_and_link(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    enter(window, "?place=E07000047&speed=100&minutes=90&by=ward&show=premises_below")
    view = View(place="E07000047", speed="100", minutes=90)
    answer = show(edition, view)
    assert_figures(window, answer, f"{answer.at('premises_below', '100').value:,}")
    shares = rank(edition, view, by="ward", measure="premises_below")["rate"]
    counts = legend(window)
    assert counts["50 % or more"] == (shares >= 0.5).sum()
    assert counts["under 0.5 %"] == (shares < 0.005).sum()
    assert sum(counts.values()) - counts["neighbour, not counted"] == len(shares)
    told = context_values(edition, pd.Series("place", edition.place("E07000047").lsoas)).loc["place"]
    context = window.text(".picked:last-of-type .facts td")
    assert f"{told['imd_decile']:.0f} of 10 (1 is the most deprived)" in context
    link = window.page.get_by_role("link", name="All figures of West Devon").get_attribute("href")
    assert link is not None
    assert link.startswith("place?place=E07000047&speed=100&minutes=90&show=premises_below&by=ward")

    choose(window, "Show on the map", "Deprivation (IMD decile)")
    choose(window, "By", "Constituency")
    window.page.wait_for_selector("h2:has-text('Deprivation (IMD decile) by constituency')", timeout=PATIENCE)
    settle(window)
    wanted = {"place": "E07000047", "speed": "100", "minutes": "90", "show": "imd_decile", "by": "constituency",
              "edition": edition.id}
    assert window.query() == wanted
    assert any("English Indices of Deprivation 2025" in text for text in window.text(".small"))
    deciles = rank(edition, view, by="constituency", measure="imd_decile")["value"]
    before = legend(window)
    assert before["5 or 6"] == deciles.isin([5, 6]).sum()
    window.page.reload()
    window.page.wait_for_selector("h2:has-text('Deprivation (IMD decile) by constituency')", timeout=PATIENCE)
    settle(window)
    assert window.query() == wanted
    assert legend(window) == before
    # Without WebGL there is a picture of the same level.
    picture = window.page.get_by_role("img", name=re.compile("^Map of Deprivation .* by constituency"))
    picture.wait_for(timeout=PATIENCE)
    assert picture.evaluate("image => image.naturalWidth") == WIDTH


@DRAWS
def test_a_click_selects_and_a_move_is_in_the_link(visit: Enter, edition: Edition) -> None:
    window = visit(900, 800, dark=True)
    enter(window, "?by=authority&lat=50.72&lon=-3.53&zoom=8.5")
    drawn(window)
    files = window.fetched(".geojson")
    canvas = window.page.locator(f"{MAP} canvas").first
    box = canvas.bounding_box()
    assert box is not None
    middle = (box["width"] / 2, box["height"] / 2)
    click(window, *middle, "Exeter")
    wanted = {"place": "E07000041", "by": "authority", "lat": "50.7200", "lon": "-3.5300", "zoom": "8.50",
              "edition": edition.id}
    assert window.query() == wanted          # the map stays where it was
    answer = show(edition, View(place="E07000041"))
    assert_figures(window, answer, f"{answer.at('premises_below', '30').value:,}")

    history = window.page.evaluate("history.length")
    box = canvas.bounding_box()
    across, down = box["x"] + middle[0], box["y"] + middle[1]
    window.page.mouse.move(across, down)
    window.page.mouse.down()
    window.page.mouse.move(across - 90, down, steps=6)
    window.page.mouse.up()
    for _ in range(50):
        if window.query() != wanted:
            break
        window.page.wait_for_timeout(100)
    window.page.wait_for_timeout(800)
    moved = window.query()
    assert float(moved["lon"]) == pytest.approx(-3.53 + 90 * 360 / (512 * 2 ** 8.5), abs=0.05)
    assert {**moved, "lon": "", "lat": ""} == {**wanted, "lon": "", "lat": ""}
    assert window.page.evaluate("history.length") == history       # moving is nothing to go back from

    choose(window, "Show on the map", "Nowhere to turn")
    window.page.wait_for_selector("h2:has-text('Nowhere to turn by')", timeout=PATIENCE)
    settle(window)
    assert {**window.query(), "show": ""} == {**moved, "show": ""}
    assert window.fetched("/places.") == [url for url in files if "/places." in url]
    assert canvas.bounding_box() == box                            # what is said of the map moves it nowhere
    click(window, middle[0] - 90, middle[1], "South West")         # a second click lets it go
    assert "place" not in window.query()
    window.assert_own_origin_only()
    window.assert_no_errors()


def test_tables_have_room_for_every_name(visit: Enter, edition: Edition) -> None:
    """Measured in the letters of the app's tables, for every name of every kind."""
    window = visit(webgl=False)
    enter(window)
    style = window.page.locator("[data-testid=stDataFrame] .dvn-stack").evaluate(
        """it => ["--gdg-base-font-style", "--gdg-font-family"].map(
            name => getComputedStyle(it).getPropertyValue(name)).join(" ")""")
    assert "14px" in style
    names = {kind: places["name"] for kind, places in edition.places.groupby("kind")}
    for kind, of_kind in (names | {"station": edition.stations["name"]}).items():
        widest = window.page.evaluate("""([style, names]) => {
            const letters = document.createElement("canvas").getContext("2d")
            letters.font = style
            return Math.max(...names.map(name => letters.measureText(name).width)) }""", [style, of_kind.tolist()])
        room = column_formats(of_kind.to_frame())["name"]["width"]
        assert widest + 8 <= room <= 1.25 * (widest + 16), kind


@DRAWS
def test_phone(visit: Enter) -> None:
    window = visit(375, 800)
    enter(window, "?place=E07000041&by=msoa")
    drawn(window)
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 375
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1]
    panel, chart = (window.page.locator(selector).first.bounding_box() for selector in (".picked", MAP))
    assert panel is not None
    assert chart is not None
    assert panel["y"] < chart["y"]      # figures first
    assert chart["width"] > 300
    window.assert_no_errors()
