"""The page Check a quote, run as Streamlit runs it but without a browser."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.quote.check import LONGEST
from tests.fixtures.pages import FRAME, html, own_main
from tools.quotes import DOCUMENT, quotes_text

pytestmark = pytest.mark.slow

TEXT = "Torridge has 1,310 people in the gap, and is third worst of 27 by rate. GDP rose by 3 per cent."


@pytest.fixture(scope="module")
def page() -> Iterator[AppTest]:
    forget()
    with own_main():
        app = AppTest.from_file(str(FRAME), default_timeout=120)
        app = app.run().switch_page("quote/page.py").run()
        assert not app.exception
        yield app
    forget()


def checked(page: AppTest, text: str) -> str:
    page.text_area(key="quoted_text").set_value(text)
    page.button[-1].click().run()
    assert not page.exception
    return unescape(html(page)).replace("\u00a0", " ")


def test_each_number_gets_its_mark_and_what_it_is(page: AppTest) -> None:
    said = checked(page, TEXT)
    assert "3 numbers: 1 holds, 1 is not so, 1 is not ours to check." in said
    assert '<mark class="holds">1,310<sup>1✓</sup><span class="unseen"> (holds)</span></mark>' in said
    assert '<mark class="not-so">third worst of 27<sup>2✗</sup>' in said
    assert "4th worst by rate of 27 local authorities in the South West" in said
    assert 'href="place?place=E07000046' in said


def test_the_text_is_in_no_link_and_harms_nobody(page: AppTest) -> None:
    said = checked(page, '<script>alert(1)</script> Torridge has 1,500 "people" in the gap.')
    assert "<script>" not in html(page)
    assert "1,500" in said
    assert not any("script" in value or "1,500" in value for value in map(str, page.query_params.to_dict().values())
                   ) if hasattr(page.query_params, "to_dict") else "1,500" not in str(page.query_params)
    assert "1,500" not in "".join(part for part in said.split('"') if part.startswith("place?"))


def test_a_text_is_cut_off_where_it_is_too_long(page: AppTest) -> None:
    assert page.text_area(key="quoted_text").proto.max_chars == LONGEST


def test_nothing_is_said_of_no_text(page: AppTest) -> None:
    assert "What was found" not in checked(page, "   ")
    assert "No number was found" in checked(page, "Nothing here.")


def test_the_document_is_written_from_the_code() -> None:
    assert Path(DOCUMENT).read_text(encoding="utf-8") == quotes_text()
