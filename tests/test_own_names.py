"""A name that a reader gives several places: in the link, on every page, in the pack; escaped, beside the members."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from geo.core.errors import ViewError
from geo.core.view import View
from geo.edition.places import named
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.pack.file.archive import read_zip, write_whole, zip_bytes
from geo.pack.file.remake import remake
from geo.pack.file.verify import verify
from geo.pack.make import make_pack
from geo.pack.request import Request
from geo.pack.spreadsheets import ranking_about
from geo.words.context import made_of
from pages.plain.first_screen import first_screen
from pages.shared.link import read_link
from pages.shared.menu import place_labels
from tests.fixtures.pages import FRAME, html
from tests.pages.test_plain import Client

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]
TOGETHER, NAME = "E06000002+E07000001", "Fish & Chips’ Land"
NORTH = "E07000043+E07000046"


@pytest.mark.parametrize("name", [
    "=1+1", "-1", "@cmd", "+44", "<b>bold</b>", '"quoted"', "_under", "x" * 61, "a;b"])
def test_a_name_that_could_do_harm_is_refused(name: str) -> None:
    with pytest.raises(ViewError, match="name"):
        View(place=TOGETHER, name=name)
    view, notices = View.from_query({"place": TOGETHER, "name": name})
    assert view.name == ""
    assert len(notices) == 1


@pytest.mark.parametrize(("name", "left"), [("a\nb", "ab"), (" spaced", "spaced"), ("a\u202eb", "ab")])
def test_what_a_mail_program_put_into_a_name_is_taken_out(name: str, left: str) -> None:
    with pytest.raises(ViewError, match="name"):
        View(place=TOGETHER, name=name)
    assert View.from_query({"place": TOGETHER, "name": name}) == (View(place=TOGETHER, name=left), [])


def test_a_name_stays_with_its_place() -> None:
    view = View(place=TOGETHER, name=NAME)
    assert view.replace(speed="10").name == view.replace(place=TOGETHER).name == NAME
    assert view.replace(place="E07000001").name == view.replace(place="E06000002+E07000003").name == ""
    assert view.replace(place="E06000002+E07000003", name="Other").name == "Other"
    assert View.from_query(view.to_query()) == (view, [])


def test_only_several_places_take_a_name(served: Edition) -> None:
    view, notices = read_link({"place": "E07000001", "name": "Mine"})
    assert (view.name, notices) == ("", ["The link gives a name to a place that has one; it was left out."])
    assert read_link({"name": "Mine"})[0] == View()
    alone, together = served.place("E07000001"), served.place(TOGETHER)
    assert named(alone, "Mine") is alone
    assert named(together, "") is together
    assert named(together, NAME).name == NAME
    assert (named(together, NAME).code, named(together, NAME).parts) == (together.code, together.parts)


def test_the_members_are_named_beside_it(tiny_edition: Edition) -> None:
    together = tiny_edition.place("E06000002+E07000001+E07000003")
    assert made_of(together) == made_of(tiny_edition.place("E07000001")) == ""
    assert made_of(named(together, NAME)) == "Made of Bland, City of, Aland and Cland."     # of two, two and one LSOAs


def test_figures_are_the_same_under_any_name(tiny_edition: Edition) -> None:
    one, other = (show(tiny_edition, View(place=TOGETHER, name=name)) for name in ("", NAME))
    assert (one.place.name, other.place.name) == ("Bland, City of + Aland", NAME)
    assert {key: figure.value for key, figure in one.figures.items()} == {
        key: figure.value for key, figure in other.figures.items()}
    profile = place_profile(tiny_edition, View(place=TOGETHER, name=NAME))
    assert (profile.place.name, profile.view.name, profile.answer.place.name) == (NAME, NAME, NAME)
    assert place_profile(tiny_edition, View(place=TOGETHER)).place.name == "Bland, City of + Aland"
    about = dict(row for row in ranking_about(
        tiny_edition, View(place=TOGETHER, name=NAME), by="ward", within=TOGETHER, measure="people_in_gap",
        per="count").notes if len(row) == 2)
    assert about["Places"] == f"wards, wholly inside {NAME}"


def test_every_page_says_it_with_its_members(run: Run) -> None:
    for page in ("place", "explore", "compare", "rail", "evidence", "doubts"):
        app = run(place=TOGETHER, name=NAME)
        app.switch_page(str(FRAME.parent / page / "page.py")).run()
        assert not app.exception
        said = html(app)
        assert "Place: <strong>Fish &amp; Chips’ Land</strong>" in said
        assert '<p class="place-chosen">Made of Bland, City of and Aland.</p>' in said
        assert "Fish & Chips" not in said
        assert re.search("in (<[a-z]*>)?Fish &amp; Chips’ Land", said) or page not in {"place", "compare", "doubts"}
        assert app.query_params["name"] == NAME
    assert "<h1>Fish &amp; Chips’ Land</h1>" in html(_on_place(run))


def _on_place(run: Run) -> AppTest:
    return run(place=TOGETHER, name=NAME).switch_page(str(FRAME.parent / "place" / "page.py")).run()


def test_another_place_lets_it_go(run: Run) -> None:
    app = run(place=TOGETHER, name=NAME)
    app.button(key="whole_region").click().run()
    assert "name" not in app.query_params
    assert NAME[:4] not in html(app)


def test_pages_without_scripts_say_it_and_lead_on_with_it(served: Edition) -> None:
    page = Client().get(f"/place/{TOGETHER}", {"name": NAME}).text
    assert "<h1>Fish &amp; Chips’ Land</h1>" in page
    assert "Made of Bland, City of and Aland." in page
    assert "name=Fish+%26+Chips%E2%80%99+Land" in page
    assert Client().get("/place/E07000001+E06000002", {"name": NAME}).text.count("<h1>Fish") == 1    # in any order
    assert not re.search(r'href="place/E0[67]\d{6}\?[^"]*name=', page)      # its members keep their own
    first = first_screen("place", {"place": TOGETHER, "name": NAME})
    assert re.search("<h1>Fish &amp; Chips’ Land</h1><p[^>]*>Made of Bland, City of and Aland.</p>", first.html)
    assert re.search(rf'href="place/{re.escape(TOGETHER)}\?[^"]*name=Fish', first.html)
    assert "<h1>" in first_screen("place", {"place": TOGETHER, "name": "<script>x</script>"}).html
    assert "<script>x" not in first_screen("place", {"place": TOGETHER, "name": "<script>x</script>"}).html


def test_the_builder_puts_places_together(run: Run) -> None:
    app = run()
    assert not [part for part in app.multiselect if part.key == "together_members"]     # sent when it is opened
    app.session_state["together"] = True
    app.run()
    assert app.button(key="together_show").disabled
    app.multiselect(key="together_members").set_value(["E05000004", "E07000001", "E14000001"]).run()
    app.text_input(key="together_name").set_value("  Our   patch ").run()
    app.button(key="together_show").click().run()
    assert not app.exception
    assert app.query_params["place"] == "E05000004+E07000001+E14000001"
    assert app.query_params["name"] == "Our patch"
    assert "Made of Aland, Pier and Aland." in html(app)      # places that overlap count once
    app.text_input(key="together_name").set_value("=SUM(A1)").run()
    app.button(key="together_show").click().run()
    assert not app.exception
    assert "This cannot be shown: name ‘=SUM(A1)’, which is not plain text of at most 60 characters." in html(app)
    assert app.query_params["name"] == "Our patch"
    app.text_input(key="together_name").set_value("").run()
    app.button(key="together_show").click().run()
    assert "name" not in app.query_params
    assert "Place: <strong>Pier + Aland + Aland</strong>" in html(app)


def test_menus_call_it_so(run: Run) -> None:
    app = run(place=TOGETHER, name=NAME)
    app.switch_page(str(FRAME.parent / "compare" / "page.py")).run()
    assert not app.exception
    assert NAME in app.selectbox(key="within").options
    app.selectbox(key="within").set_value(TOGETHER).run()
    assert not app.exception
    assert TOGETHER not in place_labels()


def test_a_pack_under_an_own_name_is_verified_and_made_again(tmp_path: Path) -> None:
    starter = load_edition()
    view = View(place=NORTH, name="The Far North: Hartland & Moor")
    assert len(rank(starter, view, by="ward", within=NORTH)) > 20
    file, content = make_pack(starter, Request(view))
    assert file.startswith("the-far-north-hartland-and-moor-")
    path = tmp_path / file
    write_whole(path, content)
    found = remake(path, starter, verify(path, starter))
    assert found.ok, found.lines
    files = read_zip(path, lambda _: True).wanted
    manifest = json.loads(files["manifest.json"])
    assert manifest["view"]["name"] == manifest["place"]["name"] == view.name
    text = " ".join(" ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(files["report.pdf"])).pages[:4]).split())
    assert "The Far North: Hartland & Moor" in text
    assert re.search(r"Made of (North Devon and Torridge|Torridge and North Devon)\.", text)
    manifest["view"]["name"] = "Somewhere else"
    write_whole(path, zip_bytes({**files, "manifest.json": json.dumps(manifest).encode()}))
    changed = verify(path, starter)
    assert not changed.ok
    assert any("name" in line for line in changed.facts["contradictions"])


def test_the_command_line_names_a_pack(call: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, _, said = call("pack", "Torridge", "--name", "Mine", "--out", str(tmp_path / "x.zip"))
    assert (code, "--name names several places together; Torridge has a name" in said) == (2, True)
    code, _, said = call("pack", "--every", "county", "--name", "Mine", "--out", str(tmp_path / "x"))
    assert (code, "--name names one place" in said) == (2, True)
    code, _, said = call("pack", NORTH, "--name", "Far North", "--out", str(tmp_path / "x.zip"))
    assert (code, said) == (0, "")
    assert verify(tmp_path / "x.zip", load_edition()).lines[0].startswith(f"Far North ({NORTH})")
