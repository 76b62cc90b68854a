"""What the pages keep in a browser is what the page on privacy says, and no more."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from pages.privacy.notice import FILE
from tests.fixtures.browser import DRAWS, PATIENCE, SETTLED, STILL, Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, DRAWS]

Enter = Callable[..., Visit]
PLAIN = ["/place/E07000047", "/places", "/search?q=Torridge", "/embed?place=E07000047"]
STORED = """async () => ({
    "note": [localStorage, sessionStorage].flatMap((kept) => Object.keys(kept)),
    "database": (await indexedDB.databases()).map(({ name }) => name),
    "cache": await caches.keys(),
    "worker": (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope) })"""
ONLY_WITH_WORKERS = "swathe_route"


def named() -> dict[str, str]:
    """Give the names in the notice, as patterns, each with what it is."""
    told = re.findall(r"^\* `([^`]+)` \((cookie|note)\)", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.replace("…", "*"): what for name, what in told}


@pytest.fixture(params=[False])
def stranger(request: pytest.FixtureRequest, chromium: Callable[[bool], "BrowserContext"]) -> Iterator["Page"]:
    """Give a window of a browser that was never here; a map is drawn where a test asks for it."""
    browser = chromium(request.param).browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def kept(page: "Page") -> list[tuple[str, str]]:
    """List what the browser keeps, as kind and name."""
    stored = page.evaluate(STORED)
    assert {kind: names for kind, names in stored.items() if kind != "note" and names} == {}
    return sorted({*(("cookie", str(cookie["name"])) for cookie in page.context.cookies()),
                   *(("note", name) for name in stored["note"])})


def assert_named(found: list[tuple[str, str]]) -> None:
    for kind, name in found:
        assert [what for pattern, what in named().items() if fnmatchcase(name, pattern)] == [kind], (
            f"the {kind} {name} is not in docs/privacy.md, or twice")


def settled(page: "Page", address: str) -> None:
    page.goto(address, timeout=PATIENCE)
    page.wait_for_function(SETTLED, timeout=PATIENCE)


def test_who_only_reads_is_given_one_cookie_for_the_session(app_address: str, stranger: "Page") -> None:
    for address in PLAIN:
        stranger.goto(app_address + address)
    assert kept(stranger) == []     # no page without scripts keeps anything
    for address in ("/", "/evidence", "/place?embed=true"):
        settled(stranger, f"{app_address}{address}")
    assert kept(stranger) == [("cookie", "_streamlit_xsrf")]
    cookie, = stranger.context.cookies()
    assert cookie["expires"] == -1     # gone with the browser
    assert cookie["sameSite"] == "Lax"


@pytest.mark.parametrize("stranger", [True], indirect=True)
def test_a_drawn_map_keeps_no_note(app_address: str, stranger: "Page") -> None:
    settled(stranger, f"{app_address}/explore")
    stranger.wait_for_selector("canvas", timeout=PATIENCE)
    assert kept(stranger) == [("cookie", "_streamlit_xsrf")]


def test_every_cookie_and_note_is_named_and_every_name_is_true(app_address: str, stranger: "Page") -> None:
    """A reader who shuts, widens and colours whatever there is."""
    settled(stranger, f"{app_address}/method")
    for scheme in ("Dark", "System", "Light"):
        stranger.locator("[data-testid=stMainMenu] button").click()
        stranger.get_by_test_id(f"stMainMenuItem-theme-{scheme}").click()
        stranger.keyboard.press("Escape")
        assert [name for _, name in kept(stranger) if "Theme" in name] == (
            [] if scheme == "System" else ["stActiveTheme-/method-v2"])
    stranger.hover("[data-testid=stSidebar]")
    stranger.locator("[data-testid=stSidebarCollapseButton] button").click()
    stranger.locator("[data-testid=stExpandSidebarButton]").click()
    stranger.evaluate(STILL)
    box = stranger.locator("[data-testid=stSidebar]").bounding_box()
    assert box is not None
    stranger.mouse.move(box["x"] + box["width"] - 2, 400)
    stranger.mouse.down()
    stranger.mouse.move(box["x"] + box["width"] + 60, 400, steps=5)
    stranger.mouse.up()
    stranger.wait_for_function("'sidebarWidth' in localStorage", timeout=PATIENCE)      # written a moment later
    found = kept(stranger)
    assert_named(found)
    idle = {pattern for pattern in named() if not any(fnmatchcase(name, pattern) for _, name in found)}
    assert idle == {ONLY_WITH_WORKERS}


def test_a_phone_that_only_reads_keeps_no_note(app_address: str, stranger: "Page") -> None:
    stranger.set_viewport_size({"width": 375, "height": 812})
    for address in ("/", "/privacy"):
        settled(stranger, f"{app_address}{address}")
    assert kept(stranger) == [("cookie", "_streamlit_xsrf")]


def test_no_page_keeps_what_is_not_named(each_page: tuple[str, Visit]) -> None:
    """Whatever other readers of the same browser chose before."""
    _, window = each_page
    found = kept(window.page)
    assert ("cookie", "_streamlit_xsrf") in found
    assert_named([each for each in found if each != ("note", "forgot")])     # the fixture's own (FORGET)


@pytest.mark.parametrize("path", ["/method", "/place/E07000047"])
def test_the_notice_is_reached_from_the_foot_of_every_kind_of_page(visit: Enter, path: str) -> None:
    window = visit(webgl=False)
    window.page.goto(f"{window.address}{path}")
    if path == "/method":
        window.settled()
    window.page.get_by_role("link", name="Privacy and cookies").click()
    window.page.wait_for_selector(".opening h1:has-text('Privacy and cookies')")
    window.settled()
    assert "What is logged" in window.text("h2")
    assert "Privacy and cookies" not in window.text("[data-testid=stSidebarNav] a")
