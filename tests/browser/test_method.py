"""The Method and data page in a real browser: whole, from the edition and its sources, readable on a phone."""

import io
import re
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from geo.core.measures import BASES
from geo.edition.store import Edition, load_edition
from geo.sources.licences import credit_sentences
from geo.words.definitions import glossary
from geo.words.estimate import validation_table
from geo.words.method import method_sections, sources_table
from pages.shared.parts import marks_html
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def enter(window: Visit, part: str = "") -> None:
    window.page.goto(f"{window.address}/method{part}", timeout=PATIENCE)
    window.settled()


def text_in(window: Visit, selector: str) -> list[str]:
    """What elements say, folded up or not."""
    found = window.page.locator(selector).evaluate_all("parts => parts.map(part => part.textContent)")
    return [" ".join(text.split()) for text in found]


@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_is_whole(visit: Enter, edition: Edition, width: int) -> None:
    window = visit(width, 800, webgl=False, dark=width == 375)
    enter(window)
    assert window.page.title() == "Method and data · Swathe"
    headings = window.text("h2, main [data-testid=stExpander] summary p")
    for section in method_sections()[1:]:
        assert section.title in headings
    sources = text_in(window, ".sources li")
    for row, text in zip(sources_table(edition.manifest).to_dict("records"), sources, strict=True):
        assert all(str(row[name]) in text for name in ("title", "licence", "vintage", "sha256"))
    assert text_in(window, ".glossary dt") == [entry.term for entry in glossary()]
    said = " ".join(text_in(window, ".prose"))
    assert all(sentence in said for sentence in credit_sentences(edition.manifest["sources"]))
    table = window.page.locator(".facts table").filter(has_text="Error of the estimate")
    first = [text.strip() for text in table.locator("tbody tr").first.locator("th, td").all_text_contents()]
    row = validation_table(edition.manifest).iloc[0]
    assert first[0] == validation_table(edition.manifest).index[0]
    assert first[1:3] == [f"{row['model_mean']:.2f}", f"{row['even_mean']:.2f}"]
    for folded in window.page.locator("main summary").all():
        window.still()
        folded.click()
    window.page.locator(".glossary dt").last.wait_for()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    window.assert_own_origin_only()
    window.assert_no_errors()


def test_on_a_phone_the_parts_are_seen_at_a_glance(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    enter(window)
    assert window.page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight") < 4 * 812


def test_every_mark_leads_to_a_part_that_is_there_and_opens_it(visit: Enter) -> None:
    window = visit(375, 812, webgl=False)
    for mark in sorted(BASES):
        (link,) = re.findall(r'href="[^"#]*(#[^"]+)"', marks_html([mark], "method"))
        if link == "#sources" and mark != "census":     # as one, so the others
            continue
        window.page.goto(f"{window.address}/places")     # so that the next is opened anew
        enter(window, link)
        window.page.wait_for_function("""name => {
            const part = document.querySelector(`.st-key-part_${name} details`)
            return part?.open && Math.abs(part.getBoundingClientRect().top) < 150 }""", arg=link[1:])
        assert window.page.locator("main details[open]").count() == 1


def test_all_of_it_is_printed(visit: Enter, edition: Edition) -> None:
    window = visit(webgl=False)
    enter(window)
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(window.page.pdf())).pages)
    for text in (*(section.title for section in method_sections()[1:]), "A connection scan runs through the trains",
                 "Error of the estimate against", glossary()[-1].term, edition.manifest["sources"][-1]["sha256"][:12],
                 "The edition being served"):
        assert text in said, text
