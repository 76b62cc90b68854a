"""What changed between two editions: against plain loops over neighbourhoods, and what must hold of any two."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from geo.answers.changes import edition_changes
from geo.core.choices import HUBS, SPEEDS
from geo.core.errors import PlaceError, ViewError
from geo.core.measures import BASES
from geo.core.view import View
from geo.edition.reach_table import reach_table
from geo.edition.store import Edition
from geo.figures.changes import CAUSES, REST, Change, changes_by, changes_of, source_changes
from geo.figures.journey_changes import station_changes
from geo.figures.place import show
from geo.figures.swapped import PARTS
from geo.rail.connection_scan import journeys
from geo.rail.connections import Connections, connections_on, taken_apart
from geo.rail.travel_times import ANY_HUB, time_doors
from geo.words.changes import slower
from tests.fixtures.editions import Editions
from tests.fixtures.later_edition import later
from tests.fixtures.rail import TUESDAY, made_feed, train
from tests.fixtures.tiny_edition import CODES

pytestmark = pytest.mark.slow

VIEW = View()
COUNTS = [f"below_{speed}" for speed in SPEEDS]


def moved_reach(edition: Edition, areas: list[int], by: int) -> pa.Table:
    """The reach table with the journeys of some neighbourhoods longer."""
    table = edition.reach_table.to_pandas()
    here = table["area"].isin(areas) & (table["minutes"] < 32767) & table["clock"].isin(["train", "door"])
    minutes = (table["minutes"] + by * here).astype("int16")
    return pa.Table.from_pandas(table.assign(minutes=minutes), preserve_index=False)


def plain_figures(edition: Edition, code: str, kind: str = "authority") -> dict[tuple[str, str], float]:
    """A place's counts by the words of the method, one neighbourhood and postcode group at a time."""
    found: dict[tuple[str, str], float] = {}

    def add(key: str, option: str, count: float) -> None:
        found[key, option] = found.get((key, option), 0.0) + count

    reach = edition.reach_table.to_pandas()
    reach = reach[(reach["hub"] == "london") & (reach["clock"] == "train") & (reach["access"] == "car")]
    shares = edition.manifest["capability"]["ons-2020"]
    for number, (_, area) in enumerate(edition.areas.iterrows()):
        if area[kind] != code:
            continue
        rows = reach[reach["area"] == number]
        beyond = rows.loc[rows["minutes"] > 120, "postcodes"].sum() / rows["postcodes"].sum()
        capable = sum(area[f"workers_occ_{group}"] * share for group, share in shares.items())
        for speed in SPEEDS:
            add("premises_below", speed, area[f"below_{speed}"])
            add("people_in_gap", speed, capable * area[f"below_{speed}"] / area["premises"])
        add("nowhere_to_turn", "30", capable * area["below_30"] / area["premises"] * beyond)
        add("cut_off_by_rail", "london", area["residents"] * beyond)
        for key in ("residents", "workers", "premises"):
            add(key, "", area[key])
        add("remote_capable", "", capable)
    return found


def between(before: Edition, after: Edition, parts: set[str], *, back: bool) -> Edition:
    """One edition with parts of the other, column by column."""
    own, other = (after, before) if back else (before, after)
    areas = own.areas.copy()
    for column in areas:
        part = ("counts" if column in {"premises", "matched", *COUNTS} else
                "membership" if column in {"authority", "ward", "msoa"} else
                "people" if column in {"residents", "households", "workers", "works_from_home"} or str(
                    column).startswith("workers_occ") else
                "minutes" if column in {"postcodes", "walk_share"} else "")
        if part in parts:
            areas[column] = other.areas[column]
    return replace(own, areas=areas, reach_table=(other if "minutes" in parts else own).reach_table)


def plain_parts(before: Edition, after: Edition, code: str, key: tuple[str, str]) -> dict[str, float]:
    """What each part moves: the average of the step forwards and the step backwards."""
    found = {}
    for number, part in enumerate(PARTS):
        steps = []
        for back in (False, True):
            values = [plain_figures(between(before, after, set(PARTS[:row]), back=back), code).get(key, 0.0)
                      for row in (number, number + 1)]
            steps.append((values[1] - values[0]) * (-1 if back else 1))
        found[part] = sum(steps) / 2
    return found


def all_changed(edition: Edition) -> Edition:
    """Lines, people, boundaries and journeys, each of some neighbourhoods."""
    areas = edition.areas.copy()
    areas.loc[CODES[0], COUNTS] = [0.0, 5.0, 20.0, 100.0, 200.0, 250.0]
    areas.loc[CODES[2], "below_30"] = 250.0
    areas.loc[CODES[1], ["residents", "workers", "workers_occ_2", "workers_occ_9"]] = [1200, 600, 150, 450]
    areas.loc[CODES[2], "authority"] = "E07000001"
    return later(edition, areas, reach_table=moved_reach(edition, [0, 3], 10))


def test_every_part_is_that_of_a_plain_recomputation(tiny_edition: Edition) -> None:
    """Each figure before and after, and each cause, as loops over neighbourhoods find them."""
    after = all_changed(tiny_edition)
    told = {place.code: place for place in changes_by(tiny_edition, after, VIEW, "authority")["authority"]}
    assert set(told) == {"E07000001", "E06000002"}
    for code, place in told.items():
        befores, afters = (plain_figures(each, code) for each in (tiny_edition, after))
        expected = {key for key in befores | afters if not np.isclose(befores.get(key, 0), afters.get(key, 0))}
        counted = {(each.measure, each.option): each for each in place.figures if "minutes" not in each.measure}
        assert expected <= set(counted)
        for key, change in counted.items():
            assert change.before == pytest.approx(befores.get(key, 0), abs=1e-6), key
            assert change.after == pytest.approx(afters.get(key, 0), abs=1e-6), key
            parts = plain_parts(tiny_edition, after, code, key)
            assert {part: change.parts.get(part, 0.0) for part in PARTS} == pytest.approx(parts, abs=1e-6), key
            assert change.parts.get(REST, 0.0) == pytest.approx(0, abs=0.51 if key[0].startswith("prem") else 1e-6)


def changed_at_random(edition: Edition, seed: int) -> tuple[Edition, set[str]]:
    """An edition of which some parts are others, and which parts those are."""
    numbers = np.random.default_rng(seed)
    parts = {part for part in PARTS if numbers.random() < 0.6}
    areas, reach = edition.areas.copy(), edition.reach_table
    if "counts" in parts:
        nested = np.sort(numbers.random((5, len(SPEEDS) - 1)), axis=1) * areas[["matched"]].to_numpy()
        areas[["below_10", "below_30", "below_100", "below_300", "below_gigabit"]] = nested.round(3)
    if "people" in parts:
        areas[["residents", "workers", "workers_occ_2"]] += numbers.integers(0, 300, (5, 1))
    if "membership" in parts:
        county = areas.drop_duplicates("authority").set_index("authority")["county"]
        areas = areas.assign(**{kind: numbers.choice(sorted(set(areas[kind])), 5) for kind in ("authority", "ward")})
        areas["county"] = areas["authority"].map(county)
    if "minutes" in parts:
        reach = moved_reach(edition, [*numbers.choice(5, 2, replace=False)], int(numbers.integers(-20, 60)))
    return later(edition, areas, reach_table=reach), parts


def shown(edition: Edition, code: str, change: Change) -> float | None:
    """The figure as a place's own answer has it."""
    answer = show(edition, VIEW.replace(place=code))
    return answer.figures.get(f"{change.measure}.{change.option}", answer[change.measure]).value


@pytest.mark.parametrize("seed", range(4))
def test_parts_sum_to_the_whole_change_in_every_place(tiny_edition: Edition, seed: int) -> None:
    """Whatever differs: parts sum up, each figure is what `show` says, and only what differs is a cause."""
    after, parts = changed_at_random(tiny_edition, seed)
    told = changes_by(tiny_edition, after, VIEW, "authority", "ward", "lsoa", "region")
    assert any(told.values()) == bool(parts)
    for place in told["authority"]:
        one = changes_of(tiny_edition, after, VIEW, place.code)
        assert (one.figures, one.journeys) == (place.figures, place.journeys)
    for place in (place for places in told.values() for place in places):
        for change in place.figures:
            assert set(change.parts) <= {*parts, REST}, change
            assert sum(change.parts.values()) == pytest.approx(change.change or 0, abs=1e-5), change
            if place.there == "both":
                values = [shown(each, place.code, change) for each in (tiny_edition, after)]
                assert [change.before, change.after] == pytest.approx(values, abs=1e-6), change


def test_an_edition_with_itself_is_empty(tiny_edition: Edition) -> None:
    """For every kind of place, stations too; also where the same figures lie in another folder."""
    again = replace(tiny_edition, folder=tiny_edition.folder / "elsewhere")
    for after in (tiny_edition, again):
        for kind in tiny_edition.kinds():
            found = edition_changes(tiny_edition, after, VIEW, kind)
            assert (list(found.places), found.region.figures, len(found.stations)) == ([], (), 0)
    assert changes_of(tiny_edition, again, VIEW, "E07000001").figures == ()


def test_nothing_told_where_only_the_identity_differs(tiny_edition: Edition) -> None:
    """Other files with the same figures: no place changed."""
    found = edition_changes(tiny_edition, later(tiny_edition), VIEW, "lsoa")
    assert list(found.places) == []
    assert found.region.figures == ()


def test_all_of_it_is_the_methods_where_every_file_is_the_same(tiny_edition: Edition) -> None:
    """By the checksums in both manifests; one other file, and it no longer is."""
    after = all_changed(tiny_edition)
    same = replace(after, manifest={**after.manifest, "sources": tiny_edition.manifest["sources"]})
    for place in changes_by(tiny_edition, same, VIEW, "authority")["authority"]:
        for change in place.figures:
            if change.change is not None:
                assert set(change.parts) == {"method"}
                assert change.parts["method"] == pytest.approx(change.change)
    assert source_changes(tiny_edition, same) == []
    assert [row.id for row in source_changes(tiny_edition, after)] == ["ofcom-authority", "railway-lines"]


def test_a_source_that_is_gone_and_one_that_is_new(tiny_edition: Edition, railed_edition: Edition) -> None:
    """Each with the vintage of the edition that has it."""
    (added,) = source_changes(tiny_edition, railed_edition)
    assert (added.id, added.before, added.after) == ("timetable", "", "7b")
    (gone,) = source_changes(railed_edition, tiny_edition)
    assert (gone.before, gone.after) == ("7b", "")


def test_a_place_in_one_edition_alone(tiny_edition: Edition) -> None:
    """All its people come from its boundaries; of a place in neither it is said so."""
    areas = tiny_edition.areas.copy()
    areas.loc[CODES[:2], "authority"] = "E06000099"
    after = later(tiny_edition, areas)
    told = {place.code: place for place in changes_by(tiny_edition, after, VIEW, "authority")["authority"]}
    assert {code: place.there for code, place in told.items()} == {"E06000099": "after", "E07000001": "before"}
    new, old = (told[code].figure("residents") for code in ("E06000099", "E07000001"))
    assert new is not None
    assert old is not None
    assert (new.before, new.after, dict(new.parts)) == (0, 3000, {"membership": 3000})
    assert (old.before, old.after, dict(old.parts)) == (3000, 0, {"membership": -3000})
    with pytest.raises(PlaceError, match="no place"):
        changes_of(tiny_edition, after, VIEW, "E07009999")
    with pytest.raises(ViewError, match="parish"):
        edition_changes(tiny_edition, after, VIEW, "parish")


def test_neighbourhoods_in_one_edition_alone(tiny_edition: Edition) -> None:
    """An edition of fewer neighbourhoods: what is missing counts as boundaries, and parts sum up."""
    kept = tiny_edition.areas.drop(index=CODES[1])
    reach = tiny_edition.reach_table.to_pandas()
    numbers = {row: place for place, row in enumerate(row for row in range(5) if row != 1)}
    reach = reach[reach["area"] != 1]
    reach = reach.assign(area=reach["area"].map(numbers).astype("int16"))
    fewer = later(tiny_edition, kept, reach_table=pa.Table.from_pandas(reach, preserve_index=False))
    for before, after in ((tiny_edition, fewer), (fewer, tiny_edition)):
        (place,) = changes_by(before, after, VIEW, "authority")["authority"]
        change = place.figure("people_in_gap", "30")
        assert change is not None
        plain = [plain_figures(each, "E07000001")["people_in_gap", "30"] for each in (before, after)]
        assert [change.before, change.after] == pytest.approx(plain)
        assert dict(change.parts) == pytest.approx({"membership": plain[1] - plain[0]})


def test_the_homes_factor_counts_as_lines(tiny_edition: Edition) -> None:
    """Ofcom's ratio of homes to premises comes with its counts."""
    factor = {speed: {"rural": 0.5, "urban": 1.0} for speed in SPEEDS}
    after = later(tiny_edition, manifest={"homes_factor": factor})
    change = changes_of(tiny_edition, after, VIEW, "E06000002").figure("people_in_gap", "30")
    assert change is not None
    assert dict(change.parts) == pytest.approx({"counts": change.change})


def test_what_is_not_a_part_is_not_told_apart(tiny_edition: Edition) -> None:
    """Another table of which jobs can be done from home."""
    shares = tiny_edition.manifest["capability"]
    after = later(tiny_edition, manifest={"capability": {**shares, "ons-2020": {**shares["ons-2020"], "2": 0.6}}})
    change = changes_of(tiny_edition, after, VIEW, "E07000001").figure("remote_capable")
    assert change is not None
    assert dict(change.parts) == pytest.approx({REST: change.change})


LINES = {
    "A1": train("AAA 7:00", "PAD 8:40"), "B1": train("BBB 7:00", "PAD 8:40"), "B2": train("BBB 9:00", "PAD 10:40"),
}
SPREAD = {"AAA": 20_000, "BBB": 80_000}     # metres between which five neighbourhoods stand in a row


def trains(**changed: list[Any]) -> Connections:
    """The day's trains, some of them others."""
    return connections_on(made_feed(LINES | changed), TUESDAY)


def timed(edition: Edition, day: Connections) -> Edition:
    """The tiny edition with journeys by these trains, as a build times them; neighbourhoods 20 km apart."""
    hubs = {hub.key: hub.stations for hub in HUBS.values()}
    times = journeys(day, hubs)
    doors = edition.postcodes.assign(urban=False, northing=0, easting=[
        20_000 * (CODES.index(code) + 1) for code in edition.postcodes["area"]])
    points = gpd.points_from_xy(list(SPREAD.values()), [0, 0], crs="EPSG:27700")
    stations = gpd.GeoDataFrame({"name": list(SPREAD)}, geometry=points, index=pd.Index(SPREAD, name="crs"))
    land = gpd.GeoSeries([shapely.box(0, -9_000, 200_000, 9_000)], crs="EPSG:27700")
    found = time_doors(doors, stations, times, land, list(hubs))
    reach = reach_table(found, edition.areas.index, {*hubs, ANY_HUB})
    rows, changes = taken_apart(day)
    known = edition.stations.loc[["AAA", "BBB"]]
    told = replace(edition, journeys=times, stations=known, reach_table=pa.Table.from_pandas(
        reach, preserve_index=False))
    told.__dict__.update(connections=rows, changes=changes)
    return told


def using(edition: Edition, station: str) -> set[str]:
    """The neighbourhoods nearer to a station than to the other."""
    place = {code: 20_000 * (number + 1) for number, code in enumerate(CODES)}
    return {code for code in edition.areas.index
            if min(SPREAD, key=lambda crs: abs(SPREAD[crs] - place[code])) == station
            and abs(SPREAD[station] - place[code]) < 40_000}


@pytest.mark.parametrize(("slower", "station"), [
    ({"A1": train("AAA 7:00", "PAD 8:50")}, "AAA"),
    ({"B1": train("BBB 7:00", "PAD 8:50"), "B2": train("BBB 9:00", "PAD 10:50")}, "BBB"),
])
def test_exactly_the_places_served_by_a_slower_train_change(
    tiny_edition: Edition, slower: Mapping[str, list[Any]], station: str,
) -> None:
    """Of two timetables that differ by it: neighbourhoods, stations, and the residents for whom it takes longer."""
    before = timed(tiny_edition, trains())
    after = timed(later(tiny_edition), trains(**slower))
    found = edition_changes(before, after, VIEW, "lsoa")
    served = using(tiny_edition, station)
    assert served
    assert {place.code for place in found.places} == served
    assert list(found.stations.index) == [station]
    for place in found.places:
        (journey,) = place.journeys
        assert (journey.hub, journey.longer, journey.shorter) == ("london", journey.residents, 0)
        minutes = place.figure("train_to_hub_minutes", "london")
        assert minutes is not None
        assert (minutes.change, dict(minutes.parts)) == (10, {"minutes": 10})
    inside = [code for code in served if not tiny_edition.areas.loc[code, "neighbour"]]
    longer = sum(each.longer for each in found.region.journeys)
    assert longer == tiny_edition.areas.loc[inside, "residents"].sum()


def test_one_slower_train_among_several_moves_the_stations_average(tiny_edition: Edition) -> None:
    """The middle of the next journeys may stay; the mean of them does not."""
    more = {f"B{hour}": train(f"BBB {hour}:00", f"PAD {hour + 1}:40") for hour in (6, 7, 8, 9, 10)}
    before = timed(tiny_edition, trains(**more))
    after = timed(later(tiny_edition), trains(**{**more, "B8": train("BBB 8:00", "PAD 9:55")}))
    (row,) = station_changes(before, after, "london").to_dict("records")
    assert row["typical_before"] == row["typical_after"] == 100
    assert row["average_before"] == pytest.approx(100)
    assert row["average_after"] == pytest.approx(100 + 15 * 60 / 240)     # it is the next one from 7:01 to 8:00


def test_a_train_that_is_gone(tiny_edition: Edition) -> None:
    """Where none goes any more the minutes are gone, and the residents' journey counts as longer."""
    before, after = timed(tiny_edition, trains()), timed(later(tiny_edition), connections_on(
        made_feed({name: calls for name, calls in LINES.items() if name != "A1"}), TUESDAY))
    found = {place.code: place for place in edition_changes(before, after, VIEW, "lsoa").places}
    alone = found[CODES[0]].figure("train_to_hub_minutes", "london")
    assert alone is not None
    assert (alone.before, alone.after, alone.change, dict(alone.parts)) == (100, None, None, {})
    assert found[CODES[0]].journeys[0].longer == 2000


def test_trains_are_not_slower_by_the_same_timetable(tiny_edition: Edition, railed_edition: Edition) -> None:
    """Journeys that differ by other ways to stations, or by how they are counted, are none of the trains."""
    def answer(before: Edition, after: Edition) -> str:
        return slower(changes_of(before, after, VIEW, "E07000001"), VIEW, before, after)

    moved = moved_reach(railed_edition, [0], 10)
    same = replace(later(railed_edition), reach_table=moved)
    told = {row["id"]: row for row in railed_edition.manifest["sources"]}
    kept = [told["timetable"] if row["id"] == "timetable" else row for row in same.manifest["sources"]]
    one = replace(same, manifest={**same.manifest, "sources": kept})
    assert answer(railed_edition, one).startswith("No: both editions have the very same timetable. That some journeys")
    assert answer(railed_edition, same).startswith("Yes. The journey from the door to London takes longer for 2,000 of")
    assert "cannot be said" in answer(tiny_edition, same)
    assert answer(tiny_edition, later(tiny_edition)).startswith("No: nowhere in Aland")


def test_json_and_table_tell_the_same(tiny_edition: Edition) -> None:
    """Every place and figure once; parts in columns of their own."""
    told = edition_changes(tiny_edition, all_changed(tiny_edition), VIEW, "ward")
    plain, table = told.as_json(), told.as_table
    rows = [(place["code"], figure) for place in plain["places"] for figure in place["figures"]]
    assert len(rows) == len(table)
    for (code, figure), row in zip(rows, table.to_dict("records"), strict=True):
        assert (code, figure["measure"], figure["option"] or "") == (row["code"], row["measure"], row["option"])
        assert figure["parts"] == {cause: row[cause] for cause in CAUSES if not pd.isna(row[cause])}
        assert figure["basis"]
        assert row["basis"] == "; ".join(BASES[name].name for name in figure["basis"])
    assert plain["same_files"] is False
    assert plain["after"]["id"] == "later-000000000000"


@pytest.mark.parametrize(("asked", "said"), [
    (["nowhere"], "is not an edition"), (["{tiny}", "--by", "parish"], "kind of place ‘parish’"),
    (["{tiny}", "--minutes", "5"], "minutes"), (["{later}"], "missing or not as written"),
])
def test_bad_input_gets_one_line(
    tiny_folder: Path, tiny_written: Path, call: Callable[..., tuple[int, str, str]], asked: list[str], said: str,
) -> None:
    """No edition, a damaged one, no kind of place, no view: exit 2, nothing on standard output."""
    (tiny_folder / "reach.parquet").write_bytes(b"")
    places = {"tiny": str(tiny_written), "later": str(tiny_folder)}
    code, out, err = call("diff", str(tiny_written), *(word.format(**places) for word in asked))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_the_command_prints_it_for_people(
    both: Editions, call: Callable[..., tuple[int, str, str]],
) -> None:
    """Each place that changed in a row of its own, the South West first, and how causes are told apart."""
    folders = [str(both.folder / name) for name in ("last-year", "this-year")]
    code, out, _ = call("diff", *folders)
    assert code == 0
    assert f"From {both.old} to {both.new}, by authority" in out
    assert "Have our trains become slower?" in out
    assert all(sum(line.startswith(name) for line in out.splitlines()) == 1
               for name in ("Aland Newer", "Bland, City of Newer", "Cland Newer"))
    assert "How the causes are told apart" in out
    code, out, _ = call("diff", folders[0], folders[0], "--json")
    assert (code, json.loads(out)["places"]) == (0, [])
