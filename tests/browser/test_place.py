"""The page of one place in a real browser: its figures are the command line's, its links lead on, its link holds."""

import re
from collections.abc import Callable

import pytest

from geo.core.choices import SPEEDS
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import fewest_holding, neighbourhoods
from geo.figures.ranking import rank
from geo.words.claim import cut_off
from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def rows(window: Visit, caption: str) -> dict[str, list[str]]:
    """First cell → the other cells, of the table whose caption has a text."""
    table = window.page.locator(".facts table").filter(has=window.page.locator("caption", has_text=caption))
    lines = table.locator("tbody tr")
    found = {}
    for number in range(lines.count()):
        cells = [" ".join(text.split()) for text in lines.nth(number).locator("th, td").all_inner_texts()]
        found[cells[0]] = cells[1:]
    return found


def assert_figures(window: Visit, answer: PlaceFigures) -> None:
    """The cards and the table of speeds say the answer's figures."""
    gap, turn = answer["people_in_gap"], answer["nowhere_to_turn"]
    cards = dict(zip(window.text(".card h2"), window.text(".card .value"), strict=True))
    assert cards["People in the gap"] == f"about {about(gap.value)}"
    assert cards["Nowhere to turn"] == f"about {about(turn.value)}"
    assert cards["Premises in the gap"] == f"{answer['premises_below'].value:,}"
    assert cards["Cut off by rail"] == cut_off(answer)
    table = rows(window, "Homes and businesses that cannot get each speed")
    for speed, choice in SPEEDS.items():
        name = choice.label + " (chosen)" * (speed == answer.view.speed)
        below, people = answer.at("premises_below", speed), answer.at("people_in_gap", speed)
        assert table[name] == [
            f"{below.value:,}", percent(below.rate),
            f"about {about(people.value)} {about(people.low)} to {about(people.high)}"]


def test_figures_are_those_of_the_command_line(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&speed=10&minutes=90", "/place")
    view = View(place="E07000047", speed="10", minutes=90)
    answer = show(edition, view)
    assert window.text("h1") == ["West Devon"]
    assert_figures(window, answer)

    ranked = rank(edition, view, by="authority").set_index("code")["rank"]
    told = " ".join(window.text(".card")[0].split())
    assert re.search(rf"{ranked['E07000047']}(st|nd|rd|th) most of 27 by number", told)
    assert any("How certain a rank is has not been worked out yet" in text for text in window.text("p.small"))

    table = rows(window, "each a sum over a sum")
    cells = table["Homes and businesses without 10 Mbit/s (chosen)"]
    assert [cells[0], cells[2], cells[3]] == [
        percent(figures["premises_below.10"].rate)
        for figures in (answer.figures, answer.regions["South West"], answer.nations["England"])]

    lsoas = edition.areas.index[edition.areas["authority"] == "E07000047"]
    held = fewest_holding(neighbourhoods(edition, view, lsoas)["people"])
    first = rows(window, "The fewest neighbourhoods")
    assert len(first) == min(10, len(held))
    assert next(iter(first)).startswith(edition.areas.loc[held.index[0], "name"])
    assert next(iter(first.values()))[1] == percent(held["cumulative"].iloc[0])
    assert any(text.startswith(f"{len(held)} of the 32 neighbourhoods of West Devon") for text in window.text("p"))


def test_link_round_trip(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047", "/place")
    window.page.get_by_role("combobox", name="Broadband available").click()
    window.page.get_by_role("option", name="Below gigabit", exact=True).click()
    window.says("a gigabit cannot be had")
    window.page.get_by_text("Premises without", exact=True).click()
    window.page.wait_for_url("**show=premises_below**")
    window.settled()
    wanted = {"place": "E07000047", "speed": "gigabit", "show": "premises_below", "edition": edition.id}
    assert window.query() == wanted
    answer = show(edition, View(place="E07000047", speed="gigabit"))
    share = percent(answer.at("premises_below", "gigabit").rate)
    key, = window.text("ul.key")
    assert f"line: West Devon, {share}" in key
    window.page.reload()
    window.says("a gigabit cannot be had")
    assert window.query() == wanted
    assert window.text("ul.key") == [key]
    assert_figures(window, answer)


def test_one_can_walk_by_keyboard(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&speed=100", "/place")
    for name, words in (("Devon", "In Devon"), ("South West", "In the South West"), ("Torridge", "In Torridge")):
        window.page.get_by_role("link", name=name, exact=True).first.focus()
        window.page.keyboard.press("Enter")
        window.says(words)
        assert window.text("h1") == [name]
        assert window.query()["speed"] == "100"
    window.page.get_by_role("link", name="Stations and trains", exact=True).first.focus()
    window.page.keyboard.press("Enter")
    window.page.wait_for_function("document.querySelector('#trains').getBoundingClientRect().top < 400")


@pytest.mark.parametrize(("query", "width", "dark"), [("", 375, True), ("?place=E06000053&hub=exeter", 1280, False)])
def test_nothing_sticks_out_nobody_else_is_asked(visit: Enter, query: str, width: int, dark: bool) -> None:
    window = visit(width, 800, webgl=False, dark=dark)
    window.open(query, "/place")
    if not query:
        window.page.wait_for_selector('[data-testid="stVegaLiteChart"] canvas, [data-testid="stVegaLiteChart"] svg')
        window.page.wait_for_selector('[data-testid="stDataFrame"] >> nth=1', state="attached")
    else:
        assert any("No station is in this place" in text for text in window.text("p"))
    window.page.wait_for_timeout(500)
    sizes = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert sizes[0] <= sizes[1]
    window.assert_own_origin_only()
    window.assert_no_errors()
