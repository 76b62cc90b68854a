"""The Place page without a browser: its first screen, its parts, what is published of whole authorities, the lens."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import Edition, save_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.words.authority import NOT_IN_EDITION
from geo.words.lens import NO_AUTHORITIES, NO_COAST
from pages.place import written
from pages.place.opening import Address, answer_html, opening_html
from pages.shared import view_state
from tests.fixtures.pages import html
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]


def place_page(run: Run, code: str) -> AppTest:
    app = run(place=code).switch_page("place/page.py").run()
    assert not app.exception
    return app


def test_a_ward_shows_its_authoritys_figures_and_says_so(run: Run) -> None:
    app = place_page(run, "E05000001")
    said = html(app).replace("\u00a0", " ")
    assert "These are figures for the whole of Aland, the authority" in said
    for text in ("Claimants, of residents aged 16 to 64, 2025", "3.0 %", "44.6", "Gigabit: England", "September 2022"):
        assert (text in said) == (text != "September 2022")
    assert "Premises with a gigabit, " not in said      # the table by date has it
    assert "Universal Credit" in said
    assert "Residents aged 65 and over" in said
    assert said.count('<section class="coverage">') == 1
    assert said.count('class="chart"') == 4      # gigabit, below 30, and two strips


def test_a_link_that_goes_round_is_written_once_and_an_embed_has_its_own_links(
    run: Run, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(shown: PlaceProfile, find: Address) -> str:
        asked.append(shown.view)
        return answer_html(shown, find)

    asked: list[View] = []
    monkeypatch.setattr(written, "answer_html", answer)
    first, second = (html(place_page(run, "E05000001")) for _ in range(2))
    assert first == second
    assert [view.place for view in asked] == ["E05000001"]
    app = run(place="E05000001", minutes="90").switch_page("place/page.py").run()
    assert [view.minutes for view in asked] == [View().minutes, 90]
    monkeypatch.setattr(written, "embedded", lambda: True)
    monkeypatch.setattr(view_state, "embedded", lambda: True)
    inside = html(app.run())
    assert len(asked) == 3
    assert "embed=true" in inside.partition('<section class="ask">')[2]


def test_a_place_in_two_authorities_has_both_and_no_line_of_its_own(run: Run) -> None:
    said = html(place_page(run, "E14000002"))
    assert "of the authorities it lies in, each as a whole" in said
    assert "Premises with a gigabit, " in said
    assert "Gigabit: Aland" not in said
    assert '<section class="coverage">' not in said


@pytest.mark.parametrize("code", ["E07000001", "E05000001", "E01000001", "E12000009", "E06000002+E07000001"])
def test_a_part_without_content_has_no_heading_and_none_comes_twice(run: Run, code: str) -> None:
    app = place_page(run, code)
    titles = [part.label for part in app.main.expander]
    assert len(set(titles)) == len(titles)
    for part in app.main.expander:
        if part.label.startswith("All "):     # made when it is opened
            assert not part.children
        elif part.label != "Where the figures come from":
            body, = (child.proto.body for child in part.children.values())
            assert re.sub("<[^>]*>", "", body).strip(), part.label
    said = html(app)
    for heading, after in re.findall(r"<h[23][^>]*>([^<]*)</h[23]>(.{0,80})", said, re.DOTALL):
        assert heading.strip()
        assert not re.match(r"\s*(</section>|</div>|<h[123])", after), heading
    sentences = Counter(re.findall(r">([^<>]{60,})<", said[said.index("<h1"):]))
    assert [text for text, times in sentences.items() if times > 1] == []


def test_the_first_screen_needs_no_session(tiny_edition: Edition) -> None:
    shown = place_profile(tiny_edition, View(place="E07000001"))
    said = opening_html(shown, lambda page, code: f"/{page}/{code}")
    assert said.count("<h1>") == 1
    for text in ("in jobs of the kind that can be done from home", "Broadband: Ofcom, July 2025", "What to ask for",
                 "Coverage over time", "/method/E07000001#test", "<summary>What it means"):
        assert text in said
    assert "href=\"place?" not in said


def test_every_mark_and_card_tells_what_it_means_one_tap_away(run: Run) -> None:
    said = html(place_page(run, "E07000001"))
    assert re.findall(r'<span class="basis (\w+)', said) == ["estimated", "jobs", "indicative"]     # these unfold
    marks = set(re.findall(r'<a class="basis (\w+)" href="method[^"]*#([-\w]+)"', said))
    assert {("estimated", "test"), ("indicative", "rail-timetable-or-indicative"), ("published", "sources")} <= marks
    assert said.count("What it means") == said.count('<section class="card">') == 4
    assert "People in the gap who also live more than two hours from London by train." in said


@pytest.mark.parametrize("code", ["E07000001", "E12000009"])
def test_an_edition_of_before_says_what_it_lacks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str,
) -> None:
    tables = {name: table for name, table in tiny_tables().items() if name not in {"context", "lines"}}
    later = [name for name in tables["areas"] if name.startswith(("aged_", "coastal"))]
    tables["areas"] = tables["areas"].drop(columns=later)
    save_edition(tmp_path / "before", "tiny", tables, tiny_manifest())
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "before"))
    forget()
    said = html(place_page(run, code))
    for text in (NOT_IN_EDITION, NO_COAST, NO_AUTHORITIES):
        assert text in said


def planned_part(app: AppTest) -> str:
    return next(child.proto.body for part in app.main.expander if part.label == "What is contracted and planned"
                for child in part.children.values())


def test_what_is_contracted_stands_on_the_first_screen_and_below(
    run: Run, planned_written: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWATHE_EDITION", str(planned_written))
    forget()
    app = place_page(run, "E07000001")
    first = html(app).partition("What to ask for")[2]
    assert "contract ‘CO1 Made-up Moor’ (Example Fibre Limited), 250 homes and businesses, by 31 March 2028" in first
    said = planned_part(app)
    for words in ("1,500 homes and businesses", "Under contract", "<td", "CO1 Made-up Moor", "31 March 2028",
                  "Still stuck", "BDUK’s count"):
        assert words in said


def test_where_what_is_planned_is_not_known_it_is_said_how_to_get_it(run: Run) -> None:
    app = place_page(run, "E07000001")
    assert "No contract is in these data yet." in html(app)
    assert "<table" not in planned_part(app)
    assert "put it in the folder of downloads" in planned_part(app)
