"""An own area in the app: read, shown, dropped with the visit, and in no link; one sentence for what cannot be used."""

import json
import re
from collections.abc import Callable

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.core.view import View
from geo.edition.own_place import own_place
from geo.edition.store import Edition
from geo.figures.place import show
from geo.sources.own_boundary import OwnFile
from geo.words.claim import headline
from geo.words.own_place import LOST, NO_LINK, PRIVATE, captured
from tests.fixtures.pages import FRAME, html

pytestmark = pytest.mark.slow

Run = Callable[..., AppTest]
TWO = "E01000001\nE01000003\n"


def sent(app: AppTest, name: str, data: bytes) -> AppTest:
    """Open the box and send a file."""
    app.session_state["own_area"] = True
    app.run()
    box, = app.file_uploader
    box.upload(name, data).run()
    assert not app.exception
    return app


def test_codes_make_a_place_that_every_page_shows(run: Run, served: Edition) -> None:
    app = sent(run(), "mine.csv", TWO.encode())
    assert PRIVATE in html(app)
    wanted = own_place(served, OwnFile(codes=("E01000001", "E01000003")))
    answer = show(served, View(place=wanted.place.code))
    for page in ("place", "explore", "compare", "rail", "evidence", "doubts", "method"):
        app.switch_page(str(FRAME.parent / page / "page.py")).run()
        assert not app.exception
        said = html(app).replace("\u00a0", " ")
        assert "Place: <strong>Uploaded area</strong> · own area" in said
        assert captured(wanted) in said
        assert NO_LINK in said
        assert "place" not in app.query_params
        assert not re.search(r'href="[^"]*OWN[0-9A-F]{16}', said)
        assert "geo pack OWN" not in " ".join(element.value for element in app.markdown)
    app.switch_page(str(FRAME.parent / "place" / "page.py")).run()
    assert re.sub("<[^>]*>", "", html(app)).count("".join(headline(answer))) == 1
    assert "<h1>Uploaded area</h1>" in html(app)


def test_it_can_be_named_left_and_shown_again(run: Run) -> None:
    app = sent(run(), "mine.csv", TWO.encode())
    app.text_input(key="own_name").set_value("Our <b>patch</b>").run()
    assert not app.exception
    assert "It cannot be called so: name ‘Our &lt;b&gt;patch&lt;/b&gt;’" in html(app)
    app.text_input(key="own_name").set_value("Our patch").run()
    assert "Place: <strong>Our patch</strong>" in html(app)
    assert "name" not in app.query_params
    app.button(key="whole_region").click().run()
    assert "Place: <strong>South West</strong>" in html(app)
    assert NO_LINK not in html(app)
    app.button(key="own_again").click().run()
    assert "Place: <strong>Uploaded area</strong>" in html(app)


def test_a_boundary_is_read_and_what_was_done_is_said(run: Run, served: Edition) -> None:
    table = served.postcodes
    box = shapely.box(*gpd.points_from_xy(table["easting"], table["northing"]).total_bounds).buffer(10)
    bow = shapely.union(box, shapely.box(250_000, 79_000, 250_100, 79_100))
    data = json.dumps(shapely.geometry.mapping(bow)).encode()      # metres, where degrees are usual
    app = sent(run(speed="10"), "area.geojson", data)
    said = html(app)
    assert "read as the British National Grid." in said
    assert "Place: <strong>Uploaded area</strong>" in said
    assert app.query_params["speed"] == "10"


@pytest.mark.parametrize(("name", "data", "said"), [
    ("a.csv", b"", "This file cannot be used: ‘a.csv’ is empty"),
    ("a.csv", b"E01099999", "This file cannot be used: ‘E01099999’: no place of this edition has such a code"),
    ("<i>.csv", b"x", "This file cannot be used: ‘&lt;i&gt;.csv’ holds no column of codes"),
    ("a.zip", b"PK\x03\x04", "This file cannot be used: ‘a.zip’ is no zip that can be read"),
])
def test_what_cannot_be_used_gets_a_sentence_and_the_box_is_free_again(
    run: Run, name: str, data: bytes, said: str,
) -> None:
    app = sent(run(), name, data)
    assert said in html(app)
    assert "Place: <strong>South West</strong>" in html(app)
    app.run()
    assert "cannot be used" not in html(app)
    box, = app.file_uploader
    box.upload("mine.csv", TWO.encode()).run()
    assert "Place: <strong>Uploaded area</strong>" in html(app)


def test_another_visit_has_nothing_of_it(run: Run) -> None:
    app = sent(run(), "mine.csv", TWO.encode())
    code = app.session_state["swathe_view"].place
    assert code.startswith("OWN")
    other = run(place=code)
    assert "The link names an area of somebody’s own, which no link carries; it was left out." in html(other)
    assert "Place: <strong>South West</strong>" in html(other)


def test_a_visit_that_was_cut_off_is_told_to_bring_its_area_along_again(run: Run) -> None:
    app = sent(run(speed="10"), "mine.csv", TWO.encode())
    address = dict(app.query_params)
    assert "OWN" not in str(address)
    again = run(**address)     # the same address, in a process that knows nothing of the visit
    assert not again.exception
    assert "Place: <strong>South West</strong>" in html(again)
    assert LOST in html(again)
    assert "was left out" not in html(again)
    assert "own_area" not in again.query_params
    assert again.query_params["speed"] == "10"
    again.selectbox(key="speed").set_value("30").run().run()     # as all that is said of a link
    assert LOST not in html(again)
    app.button(key="whole_region").click().run()
    assert "own_area" not in app.query_params
