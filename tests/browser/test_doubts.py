"""Doubts and answers, and the accessibility statement, in a real browser."""

from collections.abc import Callable

import pytest

from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.doubts import doubted
from geo.words.doubts import how_many
from geo.words.estimate import mean_errors_in_words
from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
WARD = "E05010550"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


@pytest.mark.parametrize(("width", "columns"), [(1280, 2), (375, 1)])
def test_ten_doubts_are_read_from_top_to_bottom(visit: Enter, edition: Edition, width: int, columns: int) -> None:
    window = visit(width, 800, webgl=False, dark=width == 375)
    window.open(f"?place={WARD}", "/doubts")
    assert [head.partition(".")[0] for head in window.text("h2")[:10]] == [str(number) for number in range(1, 11)]
    assert window.page.locator(".doubt").count() == 10
    lists, answers = (window.page.locator(f".doubt > {part}").first.bounding_box() for part in ("dl", "div"))
    assert lists is not None
    assert answers is not None
    assert (answers["x"] > lists["x"] + lists["width"]) == (columns == 2)
    moved = doubted(edition, View(), edition.place(WARD))
    assert how_many(moved.by_all_premises) in window.text(".doubt dd")
    chart = window.page.locator("[data-testid=stVegaLiteChart]")
    assert chart.get_by_label(mean_errors_in_words(edition.manifest)).count() or mean_errors_in_words(
        edition.manifest) in chart.first.evaluate("node => node.outerHTML")
    window.page.get_by_role("link", name="Second homes", exact=True).click()
    window.page.wait_for_timeout(400)
    top = window.page.locator("#second-homes").first.evaluate("node => node.getBoundingClientRect().top")
    assert -10 < top < 400


def test_the_doubts_are_reached_from_the_claim_and_keep_the_view(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000044&speed=10")
    window.page.locator(".besides").get_by_role("link", name="Doubts and answers").click()
    window.page.wait_for_selector(".opening h1:has-text('Doubts and answers')")
    window.settled()
    assert (window.query()["place"], window.query()["speed"]) == ("E07000044", "10")
    assert "South Hams" in window.text(".claim")[0]


def test_the_statement_is_reached_from_the_footer_and_not_from_the_navigation(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000044", "/method")
    assert "Accessibility statement" not in window.text("[data-testid=stSidebarNav] a")
    assert len(window.text("[data-testid=stSidebarNav] a")) == 9
    window.page.get_by_role("link", name="Accessibility statement").click()
    window.page.wait_for_selector(".opening h1:has-text('Accessibility statement')")
    window.settled()
    assert window.page.title() == "Accessibility statement · Swathe"
    assert "Enforcement procedure" in window.text("h2")
    assert window.query()["place"] == "E07000044"


def test_the_doubts_are_printed_whole(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open(f"?place={WARD}", "/doubts")
    window.page.emulate_media(media="print")
    assert all(found.is_visible() for found in window.page.locator(".doubt").all())
    assert window.page.locator(".doubt").count() == 10
