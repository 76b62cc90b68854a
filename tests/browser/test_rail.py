"""The Rail page in a real browser: the curve's table, a station's board, a map to be clicked or done without."""

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator

from geo.core.choices import HUBS
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.journeys import journey
from geo.figures.place import show
from geo.figures.reach import station_dots
from geo.maps.classes import LIGHT
from geo.words.intervals import interval_beside
from pages.rail.map import stations_bounds
from pages.shared.map_files import degrees
from tests.fixtures.browser import DRAWS, PATIENCE, Visit
from tests.fixtures.map_camera import fitted, pixel
from tests.fixtures.map_click import click_map

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
MAP = '.map-widget'


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


def captioned(window: Visit, caption: str) -> Locator:
    """The table whose caption has a text."""
    return window.page.locator(".facts table").filter(has=window.page.locator("caption", has_text=caption))


def rows(window: Visit, caption: str) -> dict[str, list[str]]:
    """First cell → the other cells, of the table whose caption has a text."""
    found = captioned(window, caption)
    found.wait_for()
    lines = found.locator("tr.fact").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText))")
    return {" ".join(head.split()): [" ".join(text.split()) for text in cells] for head, *cells in lines}


def assert_reach(window: Visit, edition: Edition, view: View) -> None:
    """The table's figures are residents less those cut off, on both clocks; the place's minutes are those of show."""
    table = rows(window, "Residents within so many minutes")
    for minutes in sorted({30, 60, 90, 120, 150, view.minutes}):
        for cell, clock in zip(table[f"Within {minutes} minutes"], ("train", "door"), strict=True):
            answer = show(edition, view.replace(minutes=minutes, clock=clock))
            residents = answer["residents"].value
            count = residents - answer["cut_off_by_rail"].value
            if count >= 0.5 and count < residents - 0.5:
                assert cell.startswith(f"about {about(count)} {percent(count / residents)}")
            else:
                assert cell.startswith(("none", "fewer than one", "all"))
    answer = show(edition, view)
    doors = rows(window, "to the station. Basis")
    for name, key in (("Time on the train", "train_to_hub_minutes"), ("Door to hub", "door_to_hub_minutes")):
        minutes = [answer[key].low, answer[key].value, answer[key].high]
        low, median, high = ("no rail" if value is None else f"{value} minutes" for value in minutes)
        sure = interval_beside(answer[key])
        assert doors[name] == [low, f"{median} {sure}".strip(), high]


def test_link_shows_the_figures_and_a_station_chosen_is_in_the_link(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&hub=exeter&minutes=75", "/rail")
    assert_reach(window, edition, View(place="E07000047", hub="exeter", minutes=75))
    assert window.page.title() == "Rail · Swathe"
    assert window.text(".opening .basis") == ["indicative"]

    window.choose("Station", "pnz", "Penzance (PNZ)")
    board = rows(window, "By train from Penzance")
    assert list(board) == [hub.label for hub in HUBS.values()]
    for hub in HUBS.values():
        answer = journey(edition, "PNZ", hub.key)
        assert board[hub.label] == [
            f"{answer.typical:.0f} minutes", f"{answer.fastest:.0f} minutes",
            "direct" if answer.changes == 0 else str(answer.changes), str(answer.departures)]
    wanted = {"place": "E07000047", "hub": "exeter", "minutes": "75", "station": "PNZ", "edition": edition.id}
    assert window.query() == wanted
    window.page.reload()
    window.settled()
    assert rows(window, "By train from Penzance") == board
    assert window.query() == wanted
    window.assert_no_errors()


def test_no_rail_is_said(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E06000053", "/rail")
    assert "none of the 2,055 residents" in window.text(".claim")[0]
    assert "all have no rail at all" in window.text(".claim")[0]
    assert rows(window, "Residents within so many minutes")["No rail at all"] == ["all 100.0 %", "all 100.0 %"]
    assert_reach(window, edition, View(place="E06000053"))
    assert "has no station with trains to the hub" in " ".join(window.text("p.small"))
    window.page.get_by_role("img", name=re.compile("^Map of stations")).wait_for(timeout=PATIENCE)
    window.page.locator('[data-testid="stDataFrame"]').wait_for(timeout=PATIENCE)
    window.assert_no_errors()


@DRAWS
def test_click_on_the_map_opens_the_board_and_keeps_the_colours(visit: Enter, edition: Edition) -> None:
    window = visit()
    window.open("?place=E07000047", "/rail")
    canvas = window.page.locator(f"{MAP} canvas").first
    canvas.wait_for()
    window.still()
    box = canvas.bounding_box()
    size = box["width"], box["height"]
    okehampton = station_dots(edition).loc[["OKE"]].to_crs(4326).iloc[0]
    x, y = pixel(okehampton.x, okehampton.y, fitted(degrees(stations_bounds("london", "E07000047")), *size), *size)
    colours = LIGHT.ordered("train_to_hub_minutes")

    def painted() -> dict[int, int]:
        shot = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"), dtype=int)
        return {index: int((np.abs(shot - colour).max(axis=2) <= 2).sum()) for index, colour in enumerate(colours)}

    for _ in range(40):
        if painted()[5] > 100 and window.fetched("/map/names."):
            break
        window.page.wait_for_timeout(250)
    window.page.wait_for_timeout(600)
    before = painted()
    files = window.fetched(".geojson")
    names = sorted(re.sub(r"\..*", "", url.rpartition("/")[2]) for url in files)
    assert names == ["authorities-far", "authorities-near", "names", "place", "railways", "stations"]
    click_map(window, x, y, captioned(window, "By train from Okehampton").is_visible)
    board = rows(window, "By train from Okehampton")
    assert board["London"][0] == f"{journey(edition, 'OKE', 'london').typical:.0f} minutes"
    assert window.query()["station"] == "OKE"
    window.page.mouse.move(0, 0)
    window.page.wait_for_timeout(600)
    after = painted()
    assert before[5] > 100
    assert after[5] > 0.8 * before[5]       # what is not chosen has not faded away from its legend
    assert window.fetched(".geojson") == files
    window.assert_own_origin_only()
    window.assert_no_errors()


@DRAWS
def test_phone_and_dark(visit: Enter) -> None:
    window = visit(375, 800, dark=True)
    window.open("?station=PNZ&hub=bristol", "/rail")
    window.page.locator(f"{MAP} canvas").first.wait_for()
    window.page.locator("canvas.marks, .vega-embed svg, .vega-embed canvas").first.wait_for()
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1] <= 375
    window.page.get_by_role("row", name="Bristol Temple Meads").wait_for(timeout=PATIENCE)
    window.assert_no_errors()
