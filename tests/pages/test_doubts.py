"""The page Doubts and answers, and the ways to it, run as Streamlit runs them but without a browser."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition, save_edition
from geo.figures.doubts import doubted
from geo.figures.place import show
from geo.words.challenge import NOBODY_TO_ASK
from geo.words.doubts import doubts
from geo.words.estimate import NOT_TESTED
from pages.contents import PAGES
from tests.fixtures.pages import FRAME, html, own_main
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]


def turned(app: AppTest, page: str = "doubts") -> AppTest:
    app.switch_page(f"{page}/page.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("place", ["E12000009", "E07000003", "E01000002", "E01000004", "E06000002+E07000001"])
def test_the_ten_doubts_of_a_place(run: Run, tiny_edition: Edition, place: str) -> None:
    """The region, a neighbour, a neighbourhood, one where nobody is in work, a partnership."""
    app = turned(run(place=place))
    said = unescape(html(app)).replace("\u00a0", " ")
    view = View(place=tiny_edition.place(place).code)
    moved = doubted(tiny_edition, view, tiny_edition.place(place))
    found = doubts(tiny_edition, show(tiny_edition, view), moved, 0)
    headed = [f"{number}. {doubt.doubt}" for number, doubt in enumerate(found, 1)]
    assert [head.value for head in app.header][:10] == headed
    for doubt in found:
        for number in doubt.numbers[:-1] if doubt.key == "clock" else doubt.numbers:
            assert f"<dt>{number.label}</dt><dd>{number.value}</dd>" in said
        assert f'href="#{doubt.key}"' in said
        assert all(paragraph in said.replace("</p><p", " ") for paragraph in doubt.answer)


def test_an_edition_without_a_test_of_its_estimate_says_so(run: Run) -> None:
    assert NOT_TESTED in [text.value for text in turned(run()).markdown]


def on_edition(folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("SWATHE_EDITION", str(folder))
    forget()
    with own_main():
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update(query)
        return turned(app.run())


def test_the_page_of_a_measured_edition(served: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_edition(tmp_path / "measured", "m", tiny_tables(), {**tiny_manifest(), "broadband_basis": "measured"})
    said = html(on_edition(tmp_path / "measured", monkeypatch, place="E05000003"))
    assert 'class="basis measured"' in said
    assert 'class="basis estimated"' not in said
    assert "in the place of the estimate" not in said


def test_the_validation_is_a_chart_and_a_table(served: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    app = on_edition(STARTER, monkeypatch, place="E05010550")
    row = next(row for row in load_edition(geometry=False).manifest["broadband_validation"] if row["speed"] == "30")
    cells = "".join(f'<td role="cell" class="number">{row[f"{way}_mean"]:.2f}</td>'
                    for way in ("even", "unmeasured", "model"))
    assert cells in html(app)
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 1
    assert re.search(r'href="method[^"]*#test"', html(app))


def message(app: AppTest) -> str:
    """The text to copy."""
    said, = re.findall(r'<pre class="message">(.*?)</pre>', html(app), re.DOTALL)
    return unescape(str(said))


def test_a_challenge_is_filled_in_and_sent_by_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_CONTACT", "open.data@example.org")
    monkeypatch.setenv("SWATHE_OPERATOR", "A & B")
    app = turned(run(place="E07000001", speed="100"))
    link, = re.findall(r'href="(mailto:[^"]+)"', html(app))
    fields = parse_qs(urlsplit(unescape(link)).query)
    assert "Write to A &amp; B" in html(app)
    assert fields["subject"] == ["Swathe: a figure for Aland"]
    body = fields["body"][0].replace("\r\n", "\n")
    assert body == message(app).partition("\n\n")[2]
    for part in ("Aland (E07000001)", "Edition tiny-", "place=E07000001", "speed=100", "edition=tiny-"):
        assert part in body
    assert NOBODY_TO_ASK not in html(app)
    assert "\n" not in unquote(fields["subject"][0])


def test_without_an_address_the_page_says_that_none_is_set(run: Run) -> None:
    app = turned(run())
    assert NOBODY_TO_ASK in html(app)
    assert "mailto:" not in html(app)
    assert "Edition tiny-" in message(app)


@pytest.mark.parametrize("page", ["overview", "place", "method"])
def test_the_doubts_are_reached_with_the_view(run: Run, page: str) -> None:
    app = run(place="E07000001", speed="100")
    said = html(app if page == "overview" else turned(app, page))
    link, = re.findall(r'href="(doubts[^"]*)"', said)
    query = parse_qs(urlsplit(unescape(link)).query)
    assert (query["place"], query["speed"]) == (["E07000001"], ["100"])


@pytest.mark.parametrize("page", [page.url_path or "overview" for page in PAGES])
def test_every_page_leads_to_the_accessibility_statement(run: Run, page: str) -> None:
    app = run(place="E07000001")
    said = html(app if page == "overview" else turned(app, page))
    link, = re.findall(r'<a href="(accessibility[^"]*)" target="_self">Accessibility statement</a>', said)
    assert parse_qs(urlsplit(unescape(link)).query)["place"] == ["E07000001"]


def test_the_statement_names_who_runs_the_app(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_CONTACT", "https://example.org/contact")
    monkeypatch.setenv("SWATHE_OPERATOR", "Example Council")
    app = turned(run(), "accessibility")
    assert "This website is run by Example Council." in app.markdown[0].value
    assert "(https://example.org/contact)" in app.markdown[0].value


def test_the_navigation_has_at_most_nine_entries() -> None:
    shown = [page.title for page in PAGES if not page.hidden]
    assert len(shown) == 9
    assert shown[5:] == ["What to do", "Evidence", "Doubts and answers", "Method and data"]
