"""The Method and data page in a real browser: whole, from the edition and its sources, readable on a phone."""

from collections.abc import Callable

import pytest

from geo.edition.store import Edition, load_edition
from geo.sources.licences import credit_sentences
from geo.words.definitions import glossary
from geo.words.estimate import validation_table
from geo.words.method import method_sections, sources_table
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_is_whole(visit: Enter, edition: Edition, width: int) -> None:
    window = visit(width, 800, webgl=False, dark=width == 375)
    window.page.goto(f"{window.address}/method", timeout=PATIENCE)
    window.page.wait_for_selector(".foot", timeout=PATIENCE)
    window.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE)
    assert window.page.title() == "Method and data · Swathe"
    headings = window.text("h2, h3")
    for section in method_sections()[1:]:
        assert section.title in headings
    sources = window.text(".sources li")
    for row, text in zip(sources_table(edition.manifest).to_dict("records"), sources, strict=True):
        assert all(str(row[name]) in text for name in ("title", "licence", "vintage", "sha256"))
    assert window.text(".glossary dt") == [entry.term for entry in glossary()]
    said = " ".join(window.text(".prose"))
    assert all(sentence in said for sentence in credit_sentences(edition.manifest["sources"]))
    table = window.page.locator(".facts table").filter(has_text="Error of the estimate")
    first = [text.strip() for text in table.locator("tbody tr").first.locator("th, td").all_inner_texts()]
    row = validation_table(edition.manifest).iloc[0]
    assert first[0] == validation_table(edition.manifest).index[0]
    assert first[1:3] == [f"{row['model_mean']:.2f}", f"{row['even_mean']:.2f}"]
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    window.page.get_by_role("link", name="Glossary", exact=True).click()
    window.page.wait_for_timeout(300)
    assert window.page.locator("#glossary").first.evaluate("node => node.getBoundingClientRect().top") < 800
    window.assert_own_origin_only()
    window.assert_no_errors()
