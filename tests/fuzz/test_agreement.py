"""What two inputs both say: each check finds its own mutant, and nothing in the clean files."""

import dataclasses
from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.core.choices import ENGLAND, REGION
from geo.core.errors import SwatheError
from geo.edition.agreement import doors, indices, lines, neighbours, people, places, planned
from geo.edition.agreement.checks import CHECKS, findings, warnings_of
from geo.edition.agreement.facts import REFUSE, WARN, Facts, Finding
from geo.edition.build import build_edition, nearby, placed_postcodes
from geo.edition.identity import content_hash
from geo.edition.inputs import Inputs, join, read_inputs
from geo.edition.store import figure_tables, load_edition
from geo.edition.timetable import choose_timetable
from geo.figures.consistency import problems_of
from geo.layers.boundaries import merged
from geo.sources.catalogue import PLANNED, TIMETABLE
from geo.sources.downloads import find_files
from tests.fuzz.harness import Clean

pytestmark = pytest.mark.slow

SCILLY, CORNWALL, NORTH_DEVON = "E06000053", "E06000052", "E07000043"


@pytest.fixture(scope="module")
def facts(clean) -> Facts:
    """The clean facts of the cut."""
    return Facts(clean.tables, clean.joined.areas, clean.joined.boundaries, clean.land, clean.placed, clean.feed,
                 clean.trains)


def with_table(facts: Facts, key: str, **columns: Callable[[pd.DataFrame], object]) -> Facts:
    """The facts with columns of a table changed."""
    return dataclasses.replace(facts, tables={**facts.tables, key: facts.tables[key].assign(**columns)})


def without_rows(facts: Facts, key: str, rows: pd.Index) -> Facts:
    return dataclasses.replace(facts, tables={**facts.tables, key: facts.tables[key].drop(index=rows)})


def with_areas(facts: Facts, **columns: Callable[[pd.DataFrame], object]) -> Facts:
    return dataclasses.replace(facts, areas=facts.areas.assign(**columns))


def first(share: float, column: str, factor: float) -> Callable[[pd.DataFrame], pd.Series]:
    """Scale a column in the first share of the rows."""
    return lambda table: table[column] * np.where(np.arange(len(table)) < share * len(table), factor, 1)


def swapped(column: str) -> Callable[[pd.DataFrame], list[object]]:
    """Exchange the first and the last value of a column."""
    return lambda table: [table[column].iloc[-1], *table[column].iloc[1:-1], table[column].iloc[0]]


def shuffled(column: str) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda table: table[column].sample(frac=1, random_state=1).to_numpy()


def half_of_north_devon(facts: Facts) -> Facts:
    """A lookup of wards that lacks half of an authority's rows: fewer areas, and nothing else."""
    ours = facts.areas.index[facts.areas["authority"] == NORTH_DEVON][::2]
    return dataclasses.replace(facts, areas=facts.areas.drop(index=ours), boundaries=facts.boundaries.drop(index=ours))


def one_area_moved(facts: Facts) -> Facts:
    """The first area is drawn where the largest is."""
    shapes = facts.boundaries.geometry.copy()
    shapes.iloc[0] = shapes.loc[shapes.area.idxmax()]
    boundaries = facts.boundaries.set_geometry(gpd.GeoSeries(shapes, crs=facts.boundaries.crs))
    return dataclasses.replace(facts, boundaries=boundaries, land=merged(boundaries))


def no_postcodes(facts: Facts, share: float) -> Facts:
    """Code-Point lacks the postcodes of a share of the areas."""
    lost = facts.areas.index[: int(share * len(facts.areas))]
    return dataclasses.replace(facts, positions=facts.positions[~facts.positions["area"].isin(lost)])


def few_postcodes(facts: Facts) -> Facts:
    """Code-Point has one postcode for each area, or two."""
    return dataclasses.replace(facts, positions=facts.positions.groupby("area").head(2))


def other_authority(facts: Facts, code: str) -> Facts:
    """Code-Point puts a tenth of all postcodes into another authority."""
    authority = facts.positions["authority"].where(np.arange(len(facts.positions)) % 10 > 0, code)
    return dataclasses.replace(facts, positions=facts.positions.assign(authority=authority))


def national(facts: Facts, **changes: float) -> Facts:
    """England's counts, multiplied."""
    table = facts.tables["ofcom-national"].copy()
    england = table.index.get_level_values(0) == "England"
    for column, factor in changes.items():
        table[column] = (table[column] * np.where(england, factor, 1)).astype("int64")
    table.attrs = facts.tables["ofcom-national"].attrs
    return dataclasses.replace(facts, tables={**facts.tables, "ofcom-national": table})


def listed(facts: Facts, *months: str, factor: float = 1, without: str = "") -> Facts:
    """BDUK's list, with as many premises as Ofcom counts but in North Devon, and none of an authority."""
    ours = facts.areas["authority"].unique()
    premises = facts.tables["ofcom-authority"].loc[ours, "premises"].drop(without, errors="ignore").astype("float64")
    premises[NORTH_DEVON] *= factor
    table = pd.DataFrame({"district": premises.index, "premises": premises.to_numpy().astype("int64")})
    table.attrs["months"] = [*months]
    return dataclasses.replace(facts, tables={**facts.tables, PLANNED: table})


def of_vintage(facts: Facts, key: str, month: str) -> Facts:
    table = facts.tables[key].copy()
    table.attrs = {**table.attrs, "vintage": month}
    return dataclasses.replace(facts, tables={**facts.tables, key: table})


def in_output_areas(
    facts: Facts, lost: int = 0, of_2011: int = 0, **columns: Callable[[pd.DataFrame], object],
) -> Facts:
    """Each area is one output area, and the first of each authority has all its premises; some are lost or unknown."""
    areas, published = facts.areas, facts.tables["ofcom-authority"]
    codes = pd.Index([f"E00{number:06}" for number in range(len(areas))], name="code")
    lookup = pd.DataFrame({"lsoa": areas.index}, index=codes)
    table = published.loc[areas["authority"], [*lines.COUNTS]].set_axis(codes)
    table = table.mul(~areas["authority"].duplicated().to_numpy(), axis=0)
    table = table.assign(**{name: value(table) for name, value in columns.items()}).iloc[:len(codes) - lost]
    table.attrs = {"vintage": "2025-07", "unlike": []}
    more = {"ofcom-output-areas": table, "lookup-output-area": lookup.iloc[of_2011:]}
    return dataclasses.replace(facts, tables={**facts.tables, **more})


def stations_moved(facts: Facts, metres: float) -> Facts:
    """The first five stations that trains call at, moved."""
    stations = facts.tables["stations"]
    chosen = stations.index.isin(facts.trains.stations[:5])
    shapes = stations.geometry.where(~chosen, stations.geometry.translate(metres, 0))
    return dataclasses.replace(facts, tables={**facts.tables, "stations": stations.set_geometry(shapes)})


def only(facts: Facts, key: str, wanted: Callable[[pd.DataFrame], pd.Series]) -> Facts:
    return dataclasses.replace(facts, tables={**facts.tables, key: facts.tables[key][wanted]})


def told(facts: Facts, key: str, **attrs: object) -> Facts:
    """What the reader found in a file, changed."""
    table = facts.tables[key].copy()
    table.attrs = {**table.attrs, **attrs}
    return dataclasses.replace(facts, tables={**facts.tables, key: table})


def one_more(facts: Facts) -> Facts:
    """One premises more in the first constituency."""
    return with_table(facts, "ofcom-constituency", below_30=lambda table: [
        table["below_30"].iloc[0] + 1, *table["below_30"].iloc[1:]])


def no_gigabit(facts: Facts) -> Facts:
    return with_table(facts, "ofcom-authority", below_gigabit=lambda table: np.nan)


def crowded(facts: Facts) -> Facts:
    """An area of many households has lost all but two of its postcodes."""
    area = facts.areas["households"].idxmax()
    lost = facts.positions.index[facts.positions["area"] == area][2:]
    return dataclasses.replace(facts, positions=facts.positions.drop(index=lost))


def without_date(facts: Facts, code: str, series: str, date: str) -> Facts:
    return only(facts, "coverage-by-area", lambda table: ~(
        (table["code"] == code) & (table["series"] == series) & (table["date"] == date)))


MUTANTS: list[tuple[Callable[[Facts], object], str, Callable[[Facts], Facts], str]] = [
    (places.whole_authorities, REFUSE, half_of_north_devon, "lacks 30 LSOAs"),
    (places.names_beside_codes, REFUSE, lambda f: with_table(f, "lookup-ward", lsoa_name=swapped("lsoa_name")),
     "‘LSOA 2021 to ward and local authority 2024’ calls E0"),
    (places.names_beside_codes, REFUSE, lambda f: with_table(f, "census-residents", lsoa_name=swapped("lsoa_name")),
     "(2 codes in all)"),
    (places.names_beside_codes, REFUSE, lambda f: with_table(f, "ofcom-authority", name=swapped("name")), "Gosport"),
    (places.names_beside_codes, WARN,
     lambda f: with_table(f, "ofcom-mobile", name=lambda t: ["Kernow", *t["name"][1:]]),
     "'Kernow', other files 'Cornwall'"),
    (places.msoas_in_one_authority, REFUSE, lambda f: with_areas(f, authority=shuffled("authority")), "MSOAs"),
    (places.in_one_piece, WARN, lambda f: with_areas(f, constituency=swapped("constituency")), "of their constituency"),
    (places.drawn_once, REFUSE, one_area_moved, "is drawn twice"),
    (people.same_totals, REFUSE,
     lambda f: with_table(f, "census-age", aged_all=lambda t: t["aged_all"] + 21), "differ by"),
    (people.same_totals, REFUSE, lambda f: with_table(f, "census-households", households=shuffled("households")),
     "LSOAs"),
    (people.persons_to_a_household, REFUSE, lambda f: with_areas(f, households=first(0.1, "households", 0.1)),
     "expected 1 to 10"),
    (people.persons_to_a_household, REFUSE, lambda f: with_areas(f, residents=first(1, "residents", 0.5)),
     "expected 1.5 to 7.5"),
    (people.workers_to_a_resident, REFUSE, lambda f: with_areas(f, workers=first(1, "workers", 2.0)), "expected 0.2"),
    (people.occupations_like_neighbours, REFUSE,
     lambda f: with_areas(f, workers_occ_9=first(0.01, "workers_occ_9", 40)),
     "like those beside it"),
    (people.occupations_of_england, REFUSE, lambda f: with_areas(f, workers_occ_2=first(1, "workers_occ_2", 8)),
     "workers_occ_2"),
    (people.those_at_home, REFUSE, lambda f: with_areas(f, works_from_home=shuffled("works_from_home")), "hardly go"),
    (neighbours.like_neighbours, REFUSE, lambda f: with_areas(f, digital_connectivity=shuffled("digital_connectivity")),
     "digital_connectivity: areas beside each other"),
    *((lines.shares_of_localities, REFUSE, lambda f, column=column: with_table(
        f, "commons-library", **{column: shuffled(column)}), "superfast and") for column in lines.WITH_SUPERFAST),
    (neighbours.like_neighbours, REFUSE, lambda f: with_areas(f, urban=lambda t: True), "correlation nan"),
    (lines.one_vintage, WARN, lambda f: of_vintage(f, "ofcom-constituency", "2025-01"), "several releases"),
    (lines.output_areas_placed, REFUSE, lambda f: in_output_areas(f, below_30=first(1, "below_30", 9)),
     "has more premises than"),
    (lines.output_areas_placed, WARN, lambda f: in_output_areas(f, below_30=first(1, "below_30", 0.5)),
     "differ in sum in "),
    (lines.output_areas_placed, WARN, lambda f: in_output_areas(f, lost=3), "lacks 3 output areas"),
    (lines.output_areas_placed, WARN, lambda f: in_output_areas(f, of_2011=2), "2 output areas (E00000000, E00000001)"),
    (lines.one_vintage, WARN, lambda f: of_vintage(f, "ofcom-mobile", "2025-01"), "of 2025-01"),
    (lines.premises_to_a_household, REFUSE,
     lambda f: with_table(f, "ofcom-authority", premises=first(1, "premises", 3)),
     "premises to a household"),
    (lines.constituencies_add_up, REFUSE,
     lambda f: with_table(f, "ofcom-authority", below_30=first(0.3, "below_30", 1.1)),
     "differ in sum"),
    (lines.constituencies_add_up, WARN, one_more, "differ in sum"),
    (lines.constituencies_add_up, REFUSE, no_gigabit, "below_gigabit"),
    (lines.counts_as_percentages, WARN, lambda f: told(f, "ofcom-constituency", unlike=["E14001063"]), "E14001063"),
    (lines.same_as_published_shares, REFUSE,
     lambda f: with_table(f, "ofcom-authority", below_30=first(1, "below_30", 1.1)),
     "about below 30"),
    (lines.same_as_published_shares, REFUSE, lambda f: national(f, below_30=1.1), "in 1 places (E92000001)"),
    (lines.mobile_covers, REFUSE, lambda f: without_rows(f, "ofcom-mobile", pd.Index([SCILLY])), "lacks 1 authorities"),
    (lines.mobile_covers, REFUSE, lambda f: with_table(f, "ofcom-mobile", premises=first(1, "premises", 1.1)), "0.97"),
    (lines.nation_and_authorities, REFUSE, lambda f: national(f, premises=0), "no premises"),
    (lines.nation_and_authorities, REFUSE, lambda f: national(f, premises=2), "premises to a worker"),
    (lines.nation_and_authorities, REFUSE, lambda f: only(
        f, "ofcom-national", lambda t: t.index.get_level_values(0) != "England"),
     "no rows for England"),
    (lines.localities_and_authorities, WARN, lambda f: without_rows(
        f, "commons-library", f.areas["msoa"].unique()[:3]), "lacks 3 localities"),
    (lines.localities_and_authorities, REFUSE, lambda f: with_table(
        f, "commons-library", superfast=first(1, "superfast", 0.8)), "superfast share"),
    (lines.shares_of_localities, REFUSE, lambda f: with_table(
        f, "commons-library", receiving_over_30=first(0.1, "receiving_over_30", 0.02)), "cannot all be true"),
    (doors.postcodes_in_their_authority, REFUSE, lambda f: other_authority(f, NORTH_DEVON), "expected 0.95"),
    (doors.postcodes_in_their_authority, WARN, lambda f: other_authority(f, "E06000099"), "E06000099"),
    (doors.few_stand_ins, REFUSE, lambda f: no_postcodes(f, 0.02), "has no postcode in 9 LSOAs"),
    (doors.households_to_a_postcode, REFUSE, few_postcodes, "households to a postcode"),
    (doors.households_to_a_postcode, WARN, crowded, "more than 60 households in 1 LSOAs"),
    (doors.whole_postcode_areas, WARN, lambda f: told(f, "postcodes", short={"Data/CSV/ex.csv": (27_000, 27_500)}),
     "ex.csv has 27,000 of 27,500"),
    (doors.stops_are_stations, REFUSE,
     lambda f: without_rows(f, "stations", pd.Index(f.trains.stations[::5])), "lacks"),
    (doors.stops_are_stations, WARN, lambda f: without_rows(f, "stations", pd.Index(f.trains.stations[:1])), "1 stops"),
    (doors.stops_are_stations, WARN, lambda f: stations_moved(f, 1500), "by 1.5 km"),
    (doors.stops_are_stations, REFUSE, lambda f: stations_moved(f, 9000), "by 9.0 km"),
    (indices.deprivation_in_order, REFUSE,
     lambda f: with_table(f, "imd", imd_score=swapped("imd_score")), "contradict"),
    (indices.deprivation_in_order, REFUSE,
     lambda f: with_areas(f, imd_score=first(1, "imd_score", 0.1)), "fifth tenth"),
    (indices.connectivity_as_defined, REFUSE, lambda f: with_areas(
        f, digital_connectivity=first(0.5, "digital_connectivity", 0.01)), "spread"),
    (indices.connectivity_as_defined, REFUSE, lambda f: with_areas(
        f, connectivity_score=first(1, "connectivity_score", 0.5)), "mean score of"),
    (indices.series_cover, REFUSE, lambda f: only(f, "claimants", lambda t: t["code"] != CORNWALL), CORNWALL),
    (indices.series_without_gaps, WARN, lambda f: only(
        f, "claimants", lambda t: (t["code"] != CORNWALL) | (t["date"] != "2019")), "the series claimants"),
    (indices.series_without_gaps, WARN, lambda f: only(
        f, "coverage-by-area", lambda t: (t["series"] != "below_30") | (t["date"] != "2025-01")),
     "the series below_30"),
    *((indices.series_without_gaps, WARN, lambda f, lost=lost: without_date(f, *lost), f"of 1 places ({lost[0]})")
      for lost in ((REGION, "below_30", "2024-01"), (ENGLAND, "gigabit", "2024-01"), (ENGLAND, "area_4g", "2025-07"),
                   (REGION, "gigabit", "2025-01"))),
    (indices.region_is_whole, WARN,
     lambda f: dataclasses.replace(f, areas=f.areas[f.areas["authority"] != NORTH_DEVON]),
     "the authorities mapped as the South West have"),
    (indices.region_is_whole, REFUSE,
     lambda f: with_table(f, "businesses", value=first(1, "value", 10)), "to a resident"),
    (indices.claimants_like_the_region, REFUSE, lambda f: with_table(f, "claimants", value=first(1, "value", 0.1)),
     "England"),
    (planned.whole_list, WARN, lambda f: listed(f, "2026-05", without=CORNWALL), "lacks"),
    (planned.whole_list, WARN, lambda f: listed(f, "2026-05", factor=0.5), f"in 1 authorities: {NORTH_DEVON} has"),
    (planned.whole_list, WARN, lambda f: listed(f, "2026-05", factor=2), f"in 1 authorities: {NORTH_DEVON} has"),
    (planned.one_release, WARN, lambda f: listed(f, "2026-01", "2026-05"), "2026-01, 2026-05"),
]


def made(check: Callable[[Facts], object], facts: Facts) -> list[Finding]:
    return list(check(facts))


@pytest.mark.parametrize(("check", "severity", "mutant", "words"), MUTANTS)
def test_each_check_finds_its_mutant_and_nothing_in_clean_files(facts, check, severity, mutant, words):
    assert made(check, facts) == []
    found = made(check, mutant(facts))
    assert severity in {finding.severity for finding in found}
    assert any(words in finding.text for finding in found if finding.severity == severity), found
    for finding in found:
        assert "\n" not in finding.text
        assert len(finding.text) < 700


def test_a_whole_list_of_one_release_makes_no_finding(facts):
    whole = listed(facts, "2026-05")
    assert [*made(planned.whole_list, whole), *made(planned.one_release, whole)] == []


def test_where_buses_alone_stop_need_be_no_station(facts):
    lost = pd.Index(facts.trains.stations[:1])
    fewer = without_rows(facts, "stations", lost)
    calls, trips = facts.feed.stop_times, facts.feed.trips
    stopping = calls.loc[calls["crs"].isin(lost), "trip_id"]
    # As a timetable of the whole railway has them, where codes are categories.
    feed = dataclasses.replace(facts.feed, trips=trips.assign(by_rail=~trips.index.isin(stopping)),
                               stop_times=calls.astype({"trip_id": "category", "crs": "category"}))
    assert made(doors.stops_are_stations, dataclasses.replace(fewer, feed=feed)) == []


def test_every_check_has_a_mutant():
    assert {check for check, *_ in MUTANTS} == set(CHECKS)


def test_the_publishers_files_make_no_finding(open_data):
    found = find_files(open_data).files
    inputs = read_inputs(found, lambda words: None)
    joined = join(inputs)
    feed, _, trains = choose_timetable(
        found[TIMETABLE], nearby(inputs.tables["stations"], joined.boundaries), date(2026, 1, 1))
    placed = placed_postcodes(inputs.tables["postcodes"], joined)
    whole = Facts(inputs.tables, joined.areas, joined.boundaries, merged(joined.boundaries), placed, feed, trains)
    assert findings(whole) == []


def test_what_is_refused_is_told_at_once_in_one_line_and_warnings_are_returned(facts):
    assert warnings_of(stations_moved(facts, 1500))
    wrong = with_table(national(facts, premises=2), "imd", imd_score=swapped("imd_score"))
    with pytest.raises(SwatheError) as caught:
        warnings_of(wrong)
    assert "contradict each other" in str(caught.value)
    assert "premises to a worker" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["census-travel", "census-cars", "census-age", "imd", "ofcom-national", "ofcom-mobile",
                                 "commons-library", "coverage-by-area", "claimants", "businesses", "members",
                                 "msoa-names", "stations"])
def test_optional_files_may_be_absent(facts, key):
    less = dataclasses.replace(facts, tables={name: table for name, table in facts.tables.items() if name != key})
    assert findings(less) == []


def test_the_order_of_rows_changes_nothing(facts):
    """Tables are compared by their codes."""
    turned = {key: table.iloc[::-1] for key, table in facts.tables.items() if key != "postcodes"}
    assert findings(dataclasses.replace(facts, tables={**facts.tables, **turned})) == []


def test_a_lookup_without_half_an_authority_is_refused_and_nothing_is_written(clean, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for path in clean.files.values():
        (folder / path.name).symlink_to(path)
    wards = folder / clean.files["lookup-ward"].name
    lines_of = wards.read_text(encoding="utf-8").splitlines(keepends=True)
    ours = [line for line in lines_of if NORTH_DEVON in line]
    wards.unlink()
    wards.write_text("".join(line for line in lines_of if line not in ours[::2]), encoding="utf-8")
    with pytest.raises(SwatheError, match=r"lacks 30 LSOAs \(E01.* of E07000043 that"):
        build_edition(folder, tmp_path / "edition", "half")
    assert not (tmp_path / "edition").exists()


def test_what_is_warned_of_is_in_the_manifest_and_no_part_of_the_identity(clean, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for path in clean.files.values():
        (folder / path.name).symlink_to(path)
    mobile = folder / clean.files["ofcom-mobile"].name
    text = mobile.read_text(encoding="utf-8").replace("Cornwall", "Kernow")
    mobile.unlink()
    mobile.write_text(text, encoding="utf-8")
    manifest = build_edition(folder, tmp_path / "edition", "warned")
    assert len(manifest["warnings"]) == 1
    assert "'Kernow', other files 'Cornwall'" in manifest["warnings"][0]
    assert problems_of(load_edition(tmp_path / "edition")) == []


def test_warnings_are_no_part_of_the_identity(tiny_edition):
    tables, manifest = figure_tables(tiny_edition), tiny_edition.manifest
    assert content_hash(tables, manifest) == content_hash(tables, {**manifest, "warnings": ["two files differ"]})


def test_a_constituency_that_is_missing_is_told_in_one_line(clean: Clean) -> None:
    seats = clean.tables["boundaries-constituency"]
    st_ives = seats.index[seats["name"] == "St Ives"]
    tables = {**clean.tables, "boundaries-constituency": seats.drop(index=st_ives)}
    with pytest.raises(SwatheError, match=r"‘Constituency boundaries.* lacks \d+ LSOAs of the mapped area") as told:
        join(Inputs(tables, [], []))
    assert "\n" not in str(told.value)


def test_an_authority_that_one_of_two_files_lacks_is_told(clean: Clean) -> None:
    wards, ofcom = clean.tables["lookup-ward"], clean.tables["ofcom-authority"]
    for key, less in (("lookup-ward", wards[wards["authority"] != NORTH_DEVON]),
                      ("ofcom-authority", ofcom.drop(index=NORTH_DEVON))):
        with pytest.raises(SwatheError, match=f"lacks 1 authorities of the mapped area, such as {NORTH_DEVON}"):
            join(Inputs({**clean.tables, key: less}, [], []))
    elsewhere = wards.assign(authority="E06000001")
    with pytest.raises(SwatheError, match="has no authority that can be mapped, such as Bath and North East Somerset"):
        join(Inputs({**clean.tables, "lookup-ward": elsewhere}, [], []))
