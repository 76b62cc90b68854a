"""Read large: reflow at 320 px, 200 % zoom and wider spacing of the text; nothing sticks out, nothing overlaps."""

from collections.abc import Callable

import pytest

from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
SPACING = """*:not([data-testid="stIconMaterial"]) {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
"""Of WCAG 1.4.12."""
SIDEWAYS = """() => {
    const main = document.querySelector('[data-testid=stMain]')
    const wide = (one) => {
        const { right, width } = one.getBoundingClientRect()
        return width > 1 && right > innerWidth + 1 }
    return {
        page: [document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth],
        out: [...main.querySelectorAll('h1, h2, h3, p, li, th, td, label, button, input, img, summary, dt, dd')]
            .filter((one) => one.checkVisibility() && !one.closest('[data-testid=stDataFrame], .facts') && wide(one))
            .map((one) => one.outerHTML.slice(0, 120)) } }"""
OVERLAPS = """() => {
    const texts = []
    const walker = document.createTreeWalker(document.querySelector('[data-testid=stMain]'), NodeFilter.SHOW_TEXT)
    const without = '[data-testid=stDataFrame], [data-testid=stElementToolbar], svg, style, thead'
    while (walker.nextNode()) {
        const { data, parentElement: within } = walker.currentNode
        const seen = within.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        if (!data.trim() || !seen || within.closest(without)) continue
        const range = document.createRange()
        range.selectNodeContents(walker.currentNode)
        for (const box of range.getClientRects()) if (box.width > 2) texts.push([walker.currentNode, box])
    }
    texts.sort(([, one], [, other]) => one.top - other.top)
    const found = []
    for (let at = 0; at < texts.length; at++) {
        for (let next = at + 1; next < texts.length && texts[next][1].top < texts[at][1].bottom; next++) {
            const [one, other] = [texts[at][1], texts[next][1]]
            const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
            const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
            // Line boxes of neighbours may touch; letters that overlap share half of a line.
            if (across > 3 && down > 0.5 * Math.min(one.height, other.height) && texts[at][0] !== texts[next][0]) {
                found.push([texts[at][0].data.trim().slice(0, 60), texts[next][0].data.trim().slice(0, 60)])
            }
        }
    }
    return found }"""


READ = {"200 %": (640, 450), "reflow": (320, 640), "spacing": (375, 812)}


def assert_fits(window: Visit, read: str) -> None:
    width, height = READ[read]
    window.look(width, height)
    if read == "spacing":
        window.page.evaluate("""style => {
            const sheet = new CSSStyleSheet()
            sheet.replaceSync(style)
            document.adoptedStyleSheets.push(sheet) }""", SPACING)
        window.still()
    sideways, overlaps = window.page.evaluate(SIDEWAYS), window.page.evaluate(OVERLAPS)
    if read == "spacing":
        window.page.evaluate("() => { document.adoptedStyleSheets.pop() }")
    assert max(sideways["page"]) <= 0
    assert sideways["out"] == []
    assert overlaps == []


@pytest.mark.parametrize("read", READ)
def test_nothing_sticks_out_or_overlaps(each_page: tuple[str, Visit], read: str) -> None:
    _, window = each_page
    assert_fits(window, read)


def test_a_picture_in_place_of_the_map_does_not_either(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047&station=OKE", "/explore")
    for read in READ:
        assert_fits(window, read)


def test_what_sticks_out_or_overlaps_is_found(visit: Enter) -> None:
    window = visit(320, 640, webgl=False)
    window.open("", "/method")
    window.page.evaluate("""() => {
        const heading = document.querySelector('.opening h1')
        heading.style.marginBottom = '-3rem'
        heading.style.width = '400px' }""")
    assert window.page.evaluate(OVERLAPS)
    assert window.page.evaluate(SIDEWAYS)["out"]
