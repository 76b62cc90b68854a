"""What is read before the app's scripts have come, and the pages that need none, in a real browser."""

import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_accessibility_engines import UNDECIDED, check
from tests.fixtures.browser import ADDRESSES, PATIENCE, Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
QUERY = "?place=E07000047&speed=gigabit"
SCRIPTS = "**/static/js/**"


@pytest.fixture
def bare(chromium: Callable[[bool], "BrowserContext"]) -> Iterator["Page"]:
    """Give a window of a phone in which no script runs."""
    browser = chromium(False).browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 812})
    yield context.new_page()
    context.close()


def texts(page: "Page", selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def test_the_apps_files_are_fetched_when_the_first_screen_is_painted(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    window.open()
    painted, fetched = window.page.evaluate("""() => {
        const files = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/static/"))
        const [painted] = performance.getEntriesByName("first-contentful-paint")
        return [painted.startTime, files.map(({ startTime }) => startTime)] }""")
    assert len(fetched) > 50
    assert min(fetched) >= painted


@pytest.mark.parametrize("odd", [
    """PerformanceObserver.prototype.observe = () => {}
       Object.defineProperty(Document.prototype, "hidden", { get: () => true })
       const later = setTimeout
       window.setTimeout = (what, after, ...rest) => after === 1000 ? 0 : later(what, after, ...rest)""",
    "PerformanceObserver.prototype.observe = () => {}",
], ids=["tab not looked at", "browser that tells of no painting"])
def test_the_app_comes_where_nothing_is_painted(visit: Enter, odd: str) -> None:
    window = visit(webgl=False, own=True)
    window.page.add_init_script(odd)
    window.open()
    assert window.page.locator(".opening h1").count() == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_stands_first_is_the_view_of_the_link(
    visit: Enter, bare: "Page", app_address: str, address: str,
) -> None:
    bare.goto(f"{app_address}{address}{QUERY}&hub=exeter", wait_until="load")
    assert "Not Found" not in bare.content()
    window = visit(webgl=False)
    window.open(f"{QUERY}&hub=exeter", address)
    first = {part: texts(bare, f"#first-screen {part}") for part in ("h1", ".claim", ".card")}
    assert first["h1"] == window.text(".opening h1")
    assert window.text(".claim") in ([], first[".claim"])
    assert len(first[".card"]) == 4
    if address == "/":
        assert first[".card"] == window.text(".card")
    assert bare.title() == window.page.title()
    assert window.page.locator("#first-screen").count() == 0


def test_without_scripts_a_place_is_found_and_read(visit: Enter, bare: "Page", app_address: str) -> None:
    bare.goto(f"{app_address}/?speed=gigabit")
    assert bare.locator("picture img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    assert "JavaScript" in texts(bare, "noscript")[0]
    bare.get_by_label("Your ward, village or postcode").fill("west devon")
    bare.keyboard.press("Enter")
    bare.wait_for_url("**/search?**")
    bare.locator(".hits").get_by_role("link", name="West Devon", exact=True).click()
    bare.wait_for_url("**/place/E07000047?speed=gigabit**")
    window = visit(webgl=False)
    window.open(QUERY, "/place")
    for part in ("h1", ".claim", ".card", ".ask", ".alike", ".touching"):
        assert texts(bare, part) == window.text(f"[data-testid=stMain] {part}"), part
    bare.get_by_role("link", name="Dartmoor", exact=True).click()
    bare.wait_for_selector("h1:has-text('Dartmoor')")
    bare.get_by_role("link", name="open in the app").click()
    bare.wait_for_selector("#first-screen h1:has-text('Dartmoor')")
    bare.get_by_role("link", name="All places").first.click()
    bare.wait_for_selector("h1:has-text('All places')")


@pytest.mark.parametrize("address", ["/", "/place/E07000047", "/places", "/search?q=hartland", "/place/E99999999"])
def test_plain_pages_break_no_rule_and_fit(
    chromium: Callable[[bool], "BrowserContext"], app_address: str, address: str,
) -> None:
    page = chromium(False).new_page()
    page.route(SCRIPTS, lambda route: route.abort())
    try:
        for width, scheme in ((375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{app_address}{address}", wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            wrong, undecided = check(page)
            assert wrong == []
            assert undecided <= UNDECIDED
            shown = page.locator("picture img.picture").first
            if shown.count():
                assert f"picture-{scheme}" in shown.evaluate("image => image.currentSrc")
    finally:
        page.close()


class _Gate:
    """Keeps the app's scripts back until it is opened."""

    def __init__(self, page: "Page") -> None:
        self.kept: list[Route] | None = []
        page.route(SCRIPTS, self._pass)

    def _pass(self, route: "Route") -> None:
        if self.kept is None:
            route.continue_()
        else:
            self.kept.append(route)

    def open(self) -> None:
        waiting, self.kept = self.kept or [], None
        for route in waiting:
            route.continue_()


def test_the_app_does_not_come_between_a_reader_and_the_search(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    page = window.page
    gate = _Gate(page)
    page.goto(f"{window.address}/{QUERY}", wait_until="commit")
    box = page.get_by_label("Your ward, village or postcode").first
    box.press_sequentially("hart")
    gate.open()
    page.wait_for_selector("#root .opening h1", timeout=PATIENCE, state="attached")
    page.wait_for_timeout(500)
    page.keyboard.type("land")
    assert box.input_value() == "hartland"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=hartland&speed=gigabit**")
    assert "Hartland" in texts(page, ".hits")[0]


def test_the_app_takes_over_when_the_reader_leaves_the_search(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    page = window.page
    gate = _Gate(page)
    page.goto(f"{window.address}/", wait_until="commit")
    first = page.locator("#first-screen")
    page.get_by_label("Your ward, village or postcode").first.focus()
    assert first.get_attribute("aria-busy") == "true"
    gate.open()
    page.wait_for_selector("#root .opening h1", timeout=PATIENCE, state="attached")
    page.wait_for_timeout(500)
    assert first.count() == 1
    page.keyboard.press("Tab")     # to the button
    page.keyboard.press("Tab")     # and out of the form
    window.settled()
    assert first.count() == 0


def test_what_was_typed_is_kept_for_a_box_that_comes_late(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    page = window.page
    gate = _Gate(page)
    late: list[bytes | str] | None = []
    let_through: list[Callable[[bytes | str], None]] = []

    def between(socket: "WebSocketRoute") -> None:
        """Keep back what the server sends after the heading: the search box is sent next."""
        seen = False

        def pass_on(message: bytes | str) -> None:
            nonlocal seen
            if late is None or not seen:
                socket.send(message)
            else:
                late.append(message)
            seen = seen or (isinstance(message, bytes) and b"<h1>" in message)

        socket.connect_to_server().on_message(pass_on)
        let_through.append(socket.send)

    page.route_web_socket("**/_stcore/stream", between)
    page.goto(f"{window.address}/", wait_until="commit")
    page.get_by_label("Your ward, village or postcode").first.press_sequentially("hart")
    gate.open()
    page.wait_for_selector("#root .opening h1", timeout=PATIENCE, state="attached")
    page.keyboard.press("Tab")     # to the button
    page.keyboard.press("Tab")     # and out of the form
    page.wait_for_selector("#first-screen", state="detached", timeout=PATIENCE)
    assert page.locator("[data-testid=stMain] #typed").count() == 0
    late, kept = None, late
    for message in kept:
        let_through[-1](message)
    window.settled()
    box = page.get_by_label("Your ward, village or postcode")
    box.wait_for(timeout=PATIENCE)
    assert box.input_value() == "hart"
    page.get_by_role("link", name="Explore", exact=True).first.click()
    page.wait_for_url("**/explore**")
    window.settled()
    page.get_by_role("link", name="Overview", exact=True).first.click()
    box.wait_for(timeout=PATIENCE)
    assert box.input_value() == ""     # once


def test_a_reader_on_a_link_is_taken_to_the_apps_heading(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    page = window.page
    gate = _Gate(page)
    page.goto(f"{window.address}/", wait_until="commit")
    page.locator("#first-screen nav a").first.focus()
    gate.open()
    window.settled()
    assert page.evaluate("document.activeElement.matches('#root .opening h1')")


def test_an_embed_has_neither_links_to_pages_nor_search(bare: "Page", app_address: str) -> None:
    bare.goto(f"{app_address}/place?place=E07000047&embed=true")
    assert texts(bare, "h1") == ["West Devon"]
    assert bare.locator("#first-screen :is(nav, form)").count() == 0
    links = [str(link.get_attribute("href")) for link in bare.locator("#first-screen a").all()]
    assert links
    assert all("embed=true" in link for link in links)


def ask(address: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask the server itself: status, headers and text."""
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.status, {name.lower(): text for name, text in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): text for name, text in error.headers.items()}, error.read().decode()


def test_no_link_adds_a_script_and_every_page_has_the_same_policy(app_address: str) -> None:
    pages = [ask(f"{app_address}{path}") for path in ("/", f"/place{QUERY}", "/rail?hub=%3Cscript%3E")]
    scripts = [re.findall(r"<script\b.*?</script>", text, re.DOTALL) for _, _, text in pages]
    assert scripts[0] == scripts[1] == scripts[2] != []
    plain = [ask(f"{app_address}{path}") for path in (
        "/place/E07000047", "/places", "/search?q=%3Cscript%3E", "/place/E99999999")]
    assert [status for status, _, _ in (*pages, *plain)] == [200, 200, 200, 200, 200, 200, 404]
    assert len({headers["content-security-policy"] for _, headers, _ in (*pages, *plain)}) == 1
    assert all("<script" not in text for _, _, text in plain)
    for _, headers, _ in (*pages, *plain):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-type"].startswith("text/html")


def test_a_page_that_the_browser_has_is_not_sent_again(app_address: str) -> None:
    for path in ("/", "/explore", f"/place{QUERY}", "/place/E07000047"):
        _, headers, text = ask(f"{app_address}{path}")
        assert headers["cache-control"] == "no-cache"
        assert text
        status, _, rest = ask(f"{app_address}{path}", **{"If-None-Match": headers["etag"]})
        assert (status, rest) == (304, "")
