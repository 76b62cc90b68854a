"""The page of one place in a real browser: its figures are the command line's, its links lead on, its link holds."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from geo.core.choices import SPEEDS
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import place_ranks
from geo.figures.likeness import alike
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import fewest_holding, neighbourhoods
from geo.figures.ranking import rank
from geo.figures.robust import robust
from geo.words.certainty import rank_among
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
            f"about {about(people.value)} between {about(people.interval.p05)} and {about(people.interval.p95)}"]


def test_figures_are_those_of_the_command_line(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&speed=10&minutes=90", "/place")
    view = View(place="E07000047", speed="10", minutes=90)
    answer = show(edition, view)
    assert window.text("h1") == ["West Devon"]
    ranked = rank(edition, view, by="authority").set_index("code")["rank"]
    told = " ".join(window.text(".card")[0].split())
    window.unfold("At every speed", "Beside larger places", "Its neighbourhoods")
    assert_figures(window, answer)
    sure = place_ranks(edition, view, FIGURES["people_in_gap"], edition.place(view.place))
    assert sure.count.p05 <= ranked["E07000047"] <= sure.count.p95
    for by, found, extreme in (("number", sure.count, "most"), ("rate", sure.rate, "highest")):
        assert f"{rank_among(found, 27, 'authority', extreme)} by {by}" in told

    table = rows(window, "each one total divided by another")
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
    window.unfold("Its neighbourhoods", "At every speed")
    window.page.get_by_role("combobox", name="Broadband available").click()
    window.page.get_by_role("option", name="Below gigabit", exact=True).click()
    window.says("a gigabit cannot be had")
    wanted = {"place": "E07000047", "speed": "gigabit", "edition": edition.id}
    assert window.query() == wanted
    answer = show(edition, View(place="E07000047", speed="gigabit"))
    share = percent(answer.at("premises_below", "gigabit").rate)
    lines = window.text("figure ul.key")
    assert f"West Devon, {share}" in lines[1]     # what is open stays open over a change
    window.page.reload()
    window.says("a gigabit cannot be had")
    assert window.query() == wanted
    window.unfold("Its neighbourhoods", "At every speed")
    assert window.text("figure ul.key") == lines
    assert_figures(window, answer)


def test_one_can_walk_by_keyboard(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&speed=100", "/place")
    for name, words in (("Devon", "in Devon"), ("South West", "in the South West")):
        window.page.get_by_role("link", name=name, exact=True).first.focus()
        window.page.keyboard.press("Enter")
        window.says(words)
        assert window.text("h1") == [name]
        assert window.query()["speed"] == "100"
    window.page.locator("summary").get_by_text("Places inside").focus()
    window.page.locator("summary", has_text="Places inside").press("Enter")
    window.page.get_by_role("link", name="Torridge", exact=True).first.focus()
    window.page.keyboard.press("Enter")
    window.says("in Torridge")


@pytest.mark.parametrize("query", ["?place=E05011923", "?place=E07000046&minutes=90"])
def test_a_link_to_a_part_opens_it_and_it_stays_open(visit: Enter, query: str) -> None:
    window = visit(webgl=False)
    window.open(f"{query}#trains", "/place")
    window.page.wait_for_function(
        "() => { const part = document.querySelector('.st-key-part_trains details'); return part && part.open "
        "&& Math.abs(part.getBoundingClientRect().top) < 150 }")
    assert window.page.locator(".st-key-part_speeds table").is_hidden()
    window.page.get_by_role("slider").press("ArrowLeft")
    window.page.wait_for_url("**minutes=*5*")
    window.settled()
    assert window.page.locator(".st-key-part_trains table").is_visible()


def bottom(window: Visit, selector: str) -> float:
    """Where an element ends, from the top of the page."""
    return float(window.page.evaluate(
        "selector => document.querySelector(selector).getBoundingClientRect().bottom "
        "+ document.querySelector('[data-testid=stMain]').scrollTop", selector))


@pytest.mark.parametrize("code", ["E05011923", "E07000046"])     # Hartland's ward, and its authority
def test_on_a_phone_the_answer_is_on_two_screens(visit: Enter, code: str) -> None:
    window = visit(375, 812, webgl=False)
    window.open(f"?place={code}", "/place")
    claim, = window.text(".claim")
    assert re.search(r"\(between [\d,]+ and [\d,]+\)", claim)     # its range
    assert window.text(".dated summary")[0] == "estimated Broadband: Ofcom, July 2025"
    assert re.fullmatch(r"Worse than \d of its 4 neighbours", window.text(".touching h2")[0])
    assert re.fullmatch(r"Worse than \w+ of the 5 most like it", window.text(".alike h2")[0])
    order = [bottom(window, selector) for selector in (".claim", ".dated", ".alike li", ".alike", ".touching", ".ask")]
    assert order == sorted(order)
    assert order[2] <= 812     # a first tap compares it
    assert order[-1] <= 2 * 812
    link = window.page.locator(".touching ul a").first
    name = link.inner_text()
    link.click()
    window.page.wait_for_selector(f"h1:has-text({name!r})")


def test_a_sheet_for_a_meeting_is_one_tap_away(visit: Enter, edition: Edition, tmp_path: Path) -> None:
    window = visit(1200, 900, webgl=False)
    window.open("?place=E05011923&speed=10", "/place")
    with window.page.expect_download() as download:
        window.page.get_by_role("button", name="Sheet for a meeting").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page, = PdfReader(path).pages
    said = "".join(page.extract_text().split())
    here = window.page.url.partition("/place")[0]
    assert f"{here}/place?place=E05011923&speed=10&edition={edition.id}" in said     # where this app is seen
    assert "Threequestionstoask" in said


def test_a_tap_sets_it_beside_the_place_most_like_it(visit: Enter, edition: Edition) -> None:
    window = visit(375, 812, webgl=False)
    window.open("?place=E07000046&speed=100", "/place")
    found = alike(edition, View(speed="100"), edition.place("E07000046")).table
    first, chips = found.iloc[0], window.page.locator(".alike li a")
    assert chips.count() == len(found) + 1
    assert chips.first.inner_text().split("\n") == [
        first["name"],
        f"{first['rate']:.1f} ({first['rate_p05']:.1f} to {first['rate_p95']:.1f}) · {first['distance']:.1f}"]
    assert all(box is not None and box["height"] >= 44 for box in (chip.bounding_box() for chip in chips.all()))
    chips.first.click()
    window.page.wait_for_selector("h1:has-text('Places side by side')")
    window.settled()
    assert window.query() == {"place": "E07000046", "beside": found.index[0], "speed": "100", "edition": edition.id}
    window.page.go_back()
    window.page.locator(".alike li a").last.click()
    window.page.wait_for_selector("h1:has-text('Places side by side')")
    window.settled()
    assert window.query()["beside"] == ".".join(found.index)


def test_a_view_where_a_claim_fails_is_a_link_to_it(visit: Enter, edition: Edition) -> None:
    window = visit(375, 812, webgl=False)
    window.open("?place=E07000046&hub=exeter", "/place")
    window.unfold("In how many views is it true?")
    row = next(row for row in robust(edition, View(hub="exeter"), edition.place("E07000046"))
               if (row.measure, row.claim) == ("nowhere_to_turn", "above_region"))
    line = window.page.locator(".st-key-part_views tr", has_text="Nowhere to turn: a higher rate than the South West")
    assert f"{row.holds:,} of {row.of:,} views" in " ".join(line.inner_text().split())
    assert f"{row.few:,} with fewer than 30 people" in " ".join(line.inner_text().split())
    first = row.fails[0]
    line.locator("a").first.click()
    window.page.wait_for_url(f"**minutes={first['minutes']}*")
    window.settled()
    assert window.query() == {**View(**first, place="E07000046").to_query(), "edition": edition.id}
    answer = show(edition, View(**first, place="E07000046"))
    assert answer["nowhere_to_turn"].rate <= answer.regions["South West"]["nowhere_to_turn"].rate


def test_words_are_explained_one_tap_away_and_marks_lead_to_the_validation(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    window.open("?place=E07000046", "/place")
    card = window.page.locator(".card").first
    meaning = card.get_by_text("Residents in jobs of the kind that can be done from home")
    assert meaning.is_hidden()
    window.still()
    card.locator("summary").click()
    assert meaning.is_visible()
    targets = window.page.locator(".opening summary, .card summary, a.basis")
    assert all(box is not None and box["height"] >= 24 and box["width"] >= 24
               for box in (target.bounding_box() for target in targets.all() if target.is_visible()))
    card.get_by_role("link", name="estimated").click()
    window.page.wait_for_selector(".st-key-part_test details[open]")
    assert window.query()["place"] == "E07000046"


def test_what_is_folded_up_is_printed_once(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E05011923", "/place")
    window.page.wait_for_function("document.images.length >= 4")
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(window.page.pdf())).pages)
    for text in ("Stations and trains", "Chapelton (Devon) (CPN)", "its 4 neighbours", "most like it",
                 "Milton & Tamarside", "Homes and businesses that cannot get each speed", "What to ask for",
                 "Rail times come from"):
        assert said.count(text) == 1, text
    for text in ("keyboard_arrow", "What it means", "to sort and search", "Open the map"):
        assert text not in said


@pytest.mark.parametrize(("query", "width", "dark"), [("", 375, True), ("?place=E06000053&hub=exeter", 1280, False)])
def test_nothing_sticks_out_nobody_else_is_asked(visit: Enter, query: str, width: int, dark: bool) -> None:
    window = visit(width, 800, webgl=False, dark=dark)
    window.open(query, "/place")
    if not query:
        window.still()
        window.page.locator("summary", has_text="to sort and search").click()
        window.page.wait_for_selector('[data-testid="stDataFrame"]', state="attached")
        window.unfold("Its neighbourhoods", "Places inside", "Beside larger places")
    else:
        window.unfold("Stations and trains")
        assert any("No station is in this place" in text for text in window.text("p"))
    window.page.wait_for_timeout(500)
    sizes = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert sizes[0] <= sizes[1]
    window.assert_own_origin_only()
    window.assert_no_errors()
