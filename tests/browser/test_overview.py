"""The first page in a real browser: its figures are the command line's, its link holds them, it asks nobody else."""

import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.place import PlaceFigures, show
from geo.maps.classes import LIGHT
from geo.maps.picture import WIDTH
from geo.words.claim import cut_off
from pages.shared.map_files import shape_file
from tests.fixtures.browser import DRAWS, PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
MAP = '.map-widget'


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def assert_figures(window: Visit, answer: PlaceFigures) -> None:
    """The page says the answer's figures, headline and all four cards."""
    claim, = window.text(".claim")
    gap, turn = answer["people_in_gap"], answer["nowhere_to_turn"]
    assert f"about {about(gap.value)} people (between {about(gap.interval.p05)} and {about(gap.interval.p95)})" in claim
    of_whom = r"(all of whom|of whom almost all)" if turn.value > 0.99 * gap.value else (
        f"of whom about {about(turn.value)}")
    assert re.search(f"{of_whom} also live", claim)
    cards = dict(zip(window.text(".card h2"), window.text(".card .value"), strict=True))
    assert cards == {
        "People in the gap": f"about {about(gap.value)}",
        "Nowhere to turn": f"about {about(turn.value)}",
        "Premises in the gap": f"{answer['premises_below'].value:,}",
        "Cut off by rail": cut_off(answer),
    }


def drawn_colours(window: Visit) -> dict[int, int]:
    """How many pixels of the map have each class's colour, once the map is drawn."""
    canvas = window.page.locator(f"{MAP} canvas").first
    canvas.scroll_into_view_if_needed()
    counts: dict[int, int] = {}
    for _ in range(40):
        pixels = np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB"), dtype=int)
        counts = {index: int((np.abs(pixels - colour).max(axis=2) <= 2).sum())
                  for index, colour in enumerate(LIGHT.ordered("people_in_gap"))}
        if sum(counts.values()) > 5000:
            break
        window.page.wait_for_timeout(250)
    return counts


def chosen(window: Visit, label: str) -> str:
    return window.page.get_by_role("combobox", name=label).input_value()


def choose(window: Visit, label: str, option: str) -> None:
    window.page.get_by_role("combobox", name=label).click()
    window.page.get_by_role("option", name=option, exact=True).click()


def test_figures_are_those_of_the_command_line(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open()
    assert_figures(window, show(edition, View()))
    assert window.query() == {}
    assert set(window.text(".cards .basis")) == {"estimated", "indicative", "Ofcom’s count"}
    assert edition.id in window.text(".foot")[0]
    assert "Contains Royal Mail data © Royal Mail copyright and database right 2026." in window.text(".foot")[0]
    assert window.page.title() == "Overview · Swathe"


@DRAWS
def test_map_is_drawn_and_recoloured_without_fetching_a_shape_again(visit: Enter) -> None:
    window = visit()
    window.open()
    before = drawn_colours(window)
    assert sum(count > 50 for count in before.values()) >= 6
    files = window.fetched(".geojson")
    assert {urlsplit(file).path.split("/")[-1].split(".")[0] for file in files} == {
        "shapes-far", "authorities-far", "railways", "names"}
    assert len(files) == 4
    choose(window, "Broadband available", "Below gigabit")
    window.says("a gigabit cannot be had")
    window.page.wait_for_timeout(500)
    after = drawn_colours(window)
    assert after[5] + after[6] > 2 * (before[5] + before[6])     # many more are without a gigabit
    assert window.fetched(".geojson") == files


def test_link_round_trip(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?speed=100&minutes=90&place=E07000047")
    assert_figures(window, show(edition, View(place="E07000047", speed="100", minutes=90)))
    assert chosen(window, "Broadband available") == "Below 100 Mbit/s"
    assert window.text(".place-chosen") == ["Place: West Devon · local authority"]
    window.page.locator('[data-testid="stSidebar"]').get_by_text("90 min").wait_for(timeout=PATIENCE)

    choose(window, "Broadband available", "Below gigabit")
    window.says("a gigabit cannot be had")
    wanted = {"place": "E07000047", "speed": "gigabit", "minutes": "90", "edition": edition.id}
    assert window.query() == wanted
    answer = show(edition, View(place="E07000047", speed="gigabit", minutes=90))
    assert_figures(window, answer)

    window.page.reload()
    window.says("a gigabit cannot be had")
    assert_figures(window, answer)
    assert window.query() == wanted
    window.assert_no_errors()


def test_back_shows_what_was_there_before(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open()
    choose(window, "Journey to", "Exeter St Davids")
    window.says("from Exeter St Davids")
    assert window.query()["hub"] == "exeter"
    window.page.go_back()
    window.says("from London")
    assert_figures(window, show(edition, View()))
    assert window.query() == {}


def test_bad_link_gets_notices_and_the_usual_figures(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?speed=banana&minutes=9999&place=E07999999&nonsense=<b>1</b>&lat=wide")
    notices = " ".join(window.text(".notice"))
    for word in ("banana", "9999", "E07999999", "nonsense", "wide"):
        assert word in notices
    assert_figures(window, show(edition, View()))
    assert window.page.locator(".notice b").count() == 0
    window.assert_no_errors()


def test_link_of_another_edition_says_so(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?speed=100&edition=starter-000000000000")
    notice, = window.text(".notice")
    assert "starter-000000000000" in notice
    assert edition.id in notice
    assert window.query()["edition"] == "starter-000000000000"    # a reload says it again
    choose(window, "Broadband available", "Below gigabit")
    window.says("a gigabit cannot be had")
    assert window.text(".notice") == []
    assert window.query()["edition"] == edition.id


@DRAWS
@pytest.mark.parametrize("dark", [False, True])
def test_nobody_else_is_asked_and_nothing_complains(visit: Enter, dark: bool) -> None:
    window = visit(dark=dark)
    window.open("?place=E06000052&hub=exeter&clock=door&work=dingel-neiman&access=walk&show=cut_off_by_rail")
    window.page.wait_for_selector(f"{MAP} canvas")
    window.page.locator(MAP).hover()
    window.page.get_by_text("Assumptions").click()
    window.page.wait_for_timeout(1500)
    files = sorted(url.split("/map/")[1].split(".")[0] for url in window.fetched(".geojson"))
    assert files == ["authorities-far", "names", "place", "railways", "shapes-far"]
    window.assert_own_origin_only()
    window.assert_no_errors()


@DRAWS
def test_phone_has_no_sideways_scroll_and_keeps_the_map(visit: Enter) -> None:
    window = visit(375, 800)
    window.open("?place=E06000058")
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 375
    widths = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert widths[0] <= widths[1]
    assert window.page.locator(f"{MAP} canvas").first.bounding_box()["width"] > 300
    assert sum(drawn_colours(window).values()) > 5000
    window.assert_no_errors()


def test_without_webgl_there_is_a_picture_and_the_table(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047")
    picture = window.page.get_by_role("img", name=re.compile("^Map of people in the gap"))
    picture.wait_for(timeout=20_000)
    assert picture.evaluate("image => image.naturalWidth") == WIDTH
    assert window.page.locator(f"{MAP} canvas").count() == 0
    window.page.get_by_text("This browser cannot draw the moving map").wait_for(timeout=PATIENCE)
    window.page.locator('[data-testid="stDataFrame"]').wait_for(timeout=PATIENCE)
    window.assert_no_errors()


def test_headers_keep_the_page_to_its_own_origin(visit: Enter) -> None:
    window = visit(webgl=False)
    request = window.page.request
    plain = request.get(f"{window.address}/").headers
    assert plain["x-content-type-options"] == "nosniff"
    assert plain["referrer-policy"] == "same-origin"
    policy = plain["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "frame-ancestors 'self'" in policy
    embedded = request.get(f"{window.address}/?embed=true").headers["content-security-policy"]
    assert "frame-ancestors *" in embedded


def test_map_files_are_kept_for_ever_and_unknown_ones_are_not_there(visit: Enter) -> None:
    window = visit(webgl=False)
    areas = f"{window.address}/map/{shape_file('lsoa', 'far').name}"
    answer = window.page.request.get(areas, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) <= 300_000
    assert len(answer.json()["features"]) == 4638
    stale = re.sub(r"\.[0-9a-f]{16}\.", ".0123456789abcdef.", areas)
    for missing in (stale, f"{window.address}/map/place.E07999999.0123456789abcdef.geojson", f"{window.address}/map/x"):
        answer = window.page.request.get(missing)
        assert answer.status == 404
        assert answer.headers["cache-control"] == "no-store"
