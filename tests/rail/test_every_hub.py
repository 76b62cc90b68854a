"""Every hub answers everywhere, also in an edition built from one operator's trains alone."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from geo.cli.text_tables import show_text
from geo.core.cache import forget
from geo.core.choices import ACCESS, CLOCKS, HUBS, KINDS
from geo.core.view import View
from geo.edition.reach_table import reach_table
from geo.edition.store import Edition, load_edition, save_edition
from geo.figures.certainty import certainty
from geo.figures.consistency import problems_of
from geo.figures.doubts import doubted
from geo.figures.place import show
from geo.figures.place_json import place_json
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.figures.reach import (
    residents_within,
    residents_without_rail,
    station_board,
    station_properties,
    stations_to_hub,
)
from geo.pack.file.verify import verify
from geo.pack.make import make_pack
from geo.pack.request import Request
from geo.rail.connection_scan import journeys
from geo.rail.connections import connections_on
from geo.rail.travel_times import time_doors
from geo.words.caveats import left_out
from geo.words.notes import notes_in_words
from geo.words.rail import board_rows, minute_rows, stations_table
from tests.fixtures.pages import FRAME, own_main
from tests.fixtures.rail import TUESDAY, made_feed, train
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

SERVED = "london"
UNSERVED = [hub for hub in HUBS if hub != SERVED]
TRAINS = {"a": train("BBB 7:00", "AAA 7:10", "PAD 9:00"), "b": train("AAA 8:10", "PAD 10:00")}


def one_operators(folder: Path, trains: dict[str, list]) -> Edition:
    """The tiny edition with journeys and door-to-hub times as the build makes them, from one operator's trains."""
    tables = tiny_tables()
    areas, stations = tables["areas"], tables["stations"]
    times = journeys(connections_on(made_feed(trains), TUESDAY), {hub.key: hub.stations for hub in HUBS.values()})
    points = gpd.GeoDataFrame(stations[["name"]], crs="EPSG:27700", geometry=gpd.points_from_xy(
        stations["easting"], stations["northing"]))
    doors = tables["postcodes"].assign(urban=tables["postcodes"]["area"].map(areas["urban"]))
    timed = time_doors(doors, points, times, gpd.GeoSeries(areas.geometry), [*HUBS])
    tables |= {"areas": areas.assign(walk_share=timed.walk_share()), "journeys": times,
               "reach": reach_table(timed, areas.index)}
    save_edition(folder, "one", tables, {**tiny_manifest(), "rail_basis": "timetable"})
    return load_edition(folder)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return one_operators(tmp_path_factory.mktemp("editions") / "one", TRAINS)


@pytest.fixture
def served(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edition]:
    monkeypatch.setenv("SWATHE_EDITION", str(edition.folder))
    forget()
    yield edition
    forget()


def places(edition: Edition) -> list[str]:
    """One place of every kind that the edition has."""
    return [edition.places_of(kind).index[0] for kind in KINDS if len(edition.places_of(kind))]


def test_it_holds_as_every_edition_does(edition: Edition) -> None:
    assert problems_of(edition) == []
    assert set(edition.journeys["hub"]) == {SERVED}


@pytest.mark.parametrize("hub", HUBS)
def test_every_clock_access_and_kind_of_place_answers(edition: Edition, hub: str) -> None:
    for clock, access, place in product(CLOCKS, ACCESS, places(edition)):
        view = View(place=place, hub=hub, clock=clock, access=access)
        answer, here = show(edition, view), edition.place(place)
        notes = notes_in_words(answer)
        sure = certainty(edition, view, here)
        assert show_text(answer, sure.ranks)
        assert place_json(answer, sure, notes)["notes"] == notes
        within = residents_within(edition, view, here.lsoas, [30, 360])
        without = residents_without_rail(edition, view, here.lsoas)
        assert minute_rows(answer)
        if hub == SERVED:
            continue
        residents = answer["residents"].count
        assert answer["cut_off_by_rail"].value == residents == without
        assert [answer[f"{timed}_to_hub_minutes"].value for timed in CLOCKS] == [None, None]
        assert answer["borderline"].value == 0
        assert within["residents"].tolist() == [0, 0]
        assert any(note.startswith(f"No rail: {here.name} has no station with trains to the hub") for note in notes)


@pytest.mark.parametrize("hub", ["truro", SERVED])
def test_what_stands_around_a_place_answers(edition: Edition, hub: str) -> None:
    for place in places(edition):
        view = View(place=place, hub=hub)
        profile = place_profile(edition, view)
        assert left_out(profile.answer, doubted(edition, view, edition.place(place)), edition.manifest)


@pytest.mark.parametrize("hub", UNSERVED)
def test_every_ranking_answers(edition: Edition, hub: str) -> None:
    for kind, measure in product(KINDS, ("cut_off_by_rail", "nowhere_to_turn", "train_to_hub_minutes")):
        table = rank(edition, View(hub=hub), by=kind, measure=measure)
        assert len(table) == len(edition.places_of(kind)) - edition.places_of(kind)["neighbour"].sum()
    assert rank(edition, View(hub=hub), by="lsoa", measure="train_to_hub_minutes")["value"].isna().all()


def test_stations_and_their_boards_answer(edition: Edition) -> None:
    board = station_board(edition, "AAA")
    assert [row[1] for row in board_rows(board)] == ["110 minutes", *["no trains"] * len(UNSERVED)]
    assert (station_properties(edition)[UNSERVED] == "no trains in the timetable").all(axis=None)
    own = place_profile(edition, View(place="E06000002", hub="truro")).stations
    assert len(stations_table(stations_to_hub(edition, "truro"), "truro", own)) == len(edition.stations)


@pytest.mark.parametrize("page", ["", "rail", "place", "explore", "compare", "doubts", "evidence"])
def test_every_page_answers(served: Edition, page: str) -> None:
    with own_main():
        app = AppTest.from_file(str(FRAME), default_timeout=60)
        app.query_params.update({"place": "E06000002", "hub": "truro", "clock": "door", "station": "AAA"})
        app.run()
        if page:
            app.switch_page(str(FRAME.parent / page / "page.py")).run()
        assert not app.exception


def test_a_pack_is_made_and_holds(edition: Edition, tmp_path: Path) -> None:
    name, content = make_pack(edition, Request(View(place="E06000002", hub="truro")))
    (tmp_path / name).write_bytes(content)
    assert verify(tmp_path / name, edition).ok


def test_trains_that_lead_to_no_hub_at_all_answer_too(tmp_path: Path) -> None:
    edition = one_operators(tmp_path / "ferry", {"a": train("AAA 7:00", "BBB 7:20")})
    assert problems_of(edition) == []
    assert edition.journeys.empty
    for hub, place in product(HUBS, places(edition)):
        answer = show(edition, View(place=place, hub=hub))
        assert answer["cut_off_by_rail"].value == answer["residents"].count
